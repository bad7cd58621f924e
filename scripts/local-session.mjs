// A local server and what it needs beside it: the cron, which local development does not fire by
// itself, and an end that leaves nothing running. Used by `npm start` and `npm run dev`.
import { setTimeout as wait } from "node:timers/promises";
import { startWrangler, stopWrangler } from "./wrangler.mjs";

const minute_ms = 60_000;
const hour_ms = 60 * minute_ms;
/** The first hourly cron waits so long, until the first minute's is through. */
const firstHourly_ms = 5_000;
const startLimit_ms = 120_000;

/**
 * Runs `wrangler dev` until it ends or is told to end; resolves to the exit code for the script.
 * `terminal` gives wrangler the keyboard. `ready(origin)` resolves to true once what was started
 * answers; then `started(origin)` is called, and the crons are fired: the minute's at once and every
 * minute, the hour's a little later and every hour.
 */
export async function runLocalSession({ args, port, terminal = false, ready, started }) {
  const origin = `http://localhost:${port}`;
  const server = startWrangler(args, { terminal });
  const over = new AbortController();
  let asked = false;
  let stopping;
  const stop = () => {
    stopping ??= stopWrangler(server);
    return stopping;
  };

  const ended = new Promise((resolve) => {
    server.child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    server.child.on("close", (code) => resolve(asked ? 0 : (code ?? 1)));
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      asked = true;
      void stop();
    });
  }
  // Somebody who kills npm kills only npm: without its parent this script ends as well.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid === parent) return;
    asked = true;
    void stop();
  }, 1000);

  const crons = [];
  const starting = waitUntilReady(() => ready(origin), over.signal).then((answered) => {
    if (over.signal.aborted) return;
    if (!answered) {
      console.error(`Nothing useful answered on ${origin} within ${startLimit_ms / 1000} seconds.`);
      void stop();
      return;
    }
    started(origin);
    const minute = () => void fireCron(origin, "* * * * *");
    const hour = () => void fireCron(origin, "7 * * * *");
    minute();
    crons.push(setInterval(minute, minute_ms));
    crons.push(setTimeout(hour, firstHourly_ms), setInterval(hour, hour_ms));
  });

  const code = await ended;
  over.abort();
  // A timeout is cleared as an interval is: Node knows both by one kind of handle.
  for (const timer of crons) clearInterval(timer);
  clearInterval(orphaned);
  await starting;
  // wrangler may be gone while something that it started is not.
  await stop();
  return code;
}

async function waitUntilReady(ready, signal) {
  const until = Date.now() + startLimit_ms;
  while (!signal.aborted && Date.now() < until) {
    if (await ready()) return true;
    await wait(200, undefined, { signal }).catch(() => {
      // Aborted: the loop's condition says so.
    });
  }
  return false;
}

/** Whether an address answers with something other than a failure of the server. */
export async function answers(url) {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    // Not listening yet.
    return false;
  }
}

const failedCrons = new Set();

async function fireCron(origin, expression) {
  const failure = await askForCron(origin, expression);
  // Once is enough: the next time tries again by itself.
  if (failure !== null && !failedCrons.has(expression)) {
    console.error(`The cron "${expression}" did not run: ${failure}`);
  }
  if (failure === null) failedCrons.delete(expression);
  else failedCrons.add(expression);
}

async function askForCron(origin, expression) {
  try {
    const cron = expression.replaceAll(" ", "+");
    const url = `${origin}/cdn-cgi/local/scheduled?cron=${cron}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(minute_ms) });
    await response.arrayBuffer();
    return response.ok ? null : `answer ${response.status}`;
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}
