// What the deployed Worker says of itself. A new address may take a minute until it answers, and
// until then somebody else does: only an answer with our request id counts.
import { setTimeout as wait } from "node:timers/promises";

/**
 * Resolves to `faults`, sentences about what is still wrong, and `notes` about what is only not yet
 * right. Without the API key it is only known that the Worker answers with its settings in order.
 */
export async function checkHealth(address, apiKey, { limit_ms = 90_000, pause_ms = 3000 } = {}) {
  const until = Date.now() + limit_ms;
  for (;;) {
    const answer = await askForHealth(address, apiKey);
    if (answer.ours) return sortSentences(readSentences(answer, apiKey));
    if (Date.now() >= until) {
      const fault = `${address} does not answer as Chukta yet (${answer.reason}).`;
      return { faults: [`${fault} Open ${address}/healthz later.`], notes: [] };
    }
    await wait(pause_ms);
  }
}

/** The key is shown to an address only once it has answered as Chukta without it. */
async function askForHealth(address, apiKey) {
  const alive = apiKey === null ? null : await ask(`${address}/healthz`, {});
  if (alive !== null && !(alive.ours && alive.body.ok === true)) return { ...alive, ours: false };
  return ask(`${address}/v1/health`, apiKey === null ? {} : { authorization: `Bearer ${apiKey}` });
}

async function ask(url, headers) {
  try {
    const response = await fetch(url, {
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const { status } = response;
    const ours = response.headers.has("x-request-id");
    return { ours, status, body: parseObject(text), reason: `answer ${status}` };
  } catch (error) {
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    return { ours: false, status: 0, body: {}, reason };
  }
}

function readSentences({ status, body }, apiKey) {
  // Settings are checked before keys, so this 401 is the answer of a Worker that is in order.
  if (status === 401 && apiKey === null) return [];
  if (status === 200 && Array.isArray(body.wrong)) return body.wrong.map(String);
  const words = [body.title, body.detail].filter((text) => typeof text === "string");
  return [`GET /v1/health answers ${status}${words.length > 0 ? `: ${words.join(". ")}` : ""}`];
}

/** A new Worker's cron starts within a quarter of an hour: that is no fault of the deployment. */
function sortSentences(sentences) {
  const waits = (sentence) => sentence.startsWith("The cron has not run yet");
  return {
    faults: sentences.filter((sentence) => !waits(sentence)),
    notes: sentences.filter(waits),
  };
}

function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // Not JSON: the status is all there is to say.
    return {};
  }
}
