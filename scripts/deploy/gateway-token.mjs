// Whether the two Pine Labs credentials work: asks the gateway for one token and forgets it.
import { Refusal } from "./refusal.mjs";

const limit_ms = 15_000;

/** Resolves when the gateway gave a token; throws a Refusal without any secret in it otherwise. */
export async function checkCredentials(gateway, { client_id, client_secret }) {
  const nothing = "Nothing was changed.";
  let response;
  let text;
  try {
    response = await fetch(`${gateway}/api/auth/v1/token`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ client_id, client_secret, grant_type: "client_credentials" }),
      // The credentials go to the gateway and nowhere else.
      redirect: "manual",
      signal: AbortSignal.timeout(limit_ms),
    });
    text = await response.text();
  } catch (error) {
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new Refusal(`The gateway at ${gateway} did not answer (${reason}). ${nothing}`, {
      cause: error,
    });
  }
  const body = parseObject(text);
  const token = body.access_token ?? body.data?.access_token;
  if (response.status === 200 && typeof token === "string" && token !== "") return;
  const code = typeof body.code === "string" && /^\w{1,60}$/.test(body.code) ? ` ${body.code}` : "";
  throw new Refusal(
    `The gateway at ${gateway} gave no token for these credentials (${response.status}${code}). ` +
      `UAT and production have different ones. ${nothing}`,
  );
}

/** An object, empty when the text is not one. */
function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // HTML, or nothing: the status is all there is to say.
    return {};
  }
}
