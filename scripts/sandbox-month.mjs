// `npm run sandbox:month`: a month of business in the sandbox, its settlements read by Chukta, and
// what Chukta found held against what was put in. It uses the `npm start` that runs on the port, or
// starts one with empty books. Ends with 1 when the two differ.
//   npm run sandbox:month -- --seed 7 --days 30 --orders 200 --port 8787
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { answers } from "./local-session.mjs";
import {
  comparePlanted,
  listAmounts,
  paisaOf,
  reconciliationRows,
  rupeesText,
  tableText,
} from "./month-table.mjs";
import { takeOption, takePort } from "./port.mjs";
import { readApiKey } from "./start.mjs";
import { findNode, root } from "./tool.mjs";

const startLimit_ms = 120_000;
const refreshLimit_ms = 30 * 60_000;
/** How long what was found may still change after the refresh. */
const settleLimit_ms = 120_000;
/** How long an order that Chukta knows may take into its lists. */
const ledgerLimit_ms = 60_000;

/** What the arguments ask for; throws a sentence for whoever typed them. */
export function readMonthArguments(args) {
  const { port, rest } = takePort(args);
  const wish = { seed: 1, days: 30, orders: 200 };
  let left = rest;
  for (const name of Object.keys(wish)) {
    const { value, rest: others } = takeOption(left, `--${name}`);
    left = others;
    if (value === undefined) continue;
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a number, not "${value}".`);
    wish[name] = Number(value);
  }
  if (left.length > 0) throw new Error(`What is ${left[0]}? --seed, --days, --orders, --port.`);
  return { port, wish };
}

/** Sends a request and reads JSON; throws what the answer says unless it is a 2xx or allowed. */
async function call(method, url, { body, key, allow = [] } = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok && !allow.includes(response.status)) {
    throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`);
  }
  return { status: response.status, body: response.ok ? JSON.parse(text) : null };
}

const onOneLine = process.stdout.isTTY;

/** On a terminal the line is written over; elsewhere one is printed every few seconds. */
let printed_ms = 0;
function progress(text) {
  if (onOneLine) process.stdout.write(`\r\u001b[2K${text}`);
  else if (Date.now() - printed_ms > 3000) {
    console.log(text);
    printed_ms = Date.now();
  }
}

/** Starts a sandbox with empty books; resolves to what ends it. */
async function startOwn(port, origin) {
  const state = `.wrangler/month-${port}`;
  rmSync(join(root, state), { recursive: true, force: true });
  const script = join(root, "scripts", "start.mjs");
  const args = [script, `--port=${port}`, `--persist-to=${state}`, "--log-level=error"];
  const child = spawn(findNode(), args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  const until = Date.now() + startLimit_ms;
  while (!(await answers(`${origin}/sandbox`)) || !(await answers(`${origin}/healthz`))) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error("The sandbox did not start. Try `npm start` to see why.");
    }
    await wait(300);
  }
  return stop;
}

/** Delivers all webhooks that are queued; returns how many. */
async function deliverAll(origin) {
  let delivered = 0;
  let queued = Infinity;
  for (let stuck = 0; stuck < 20;) {
    const { body } = await call("GET", `${origin}/sandbox/webhooks/queue`);
    if (body.queued === 0) return delivered;
    stuck = body.queued < queued ? 0 : stuck + 1;
    queued = body.queued;
    const { body: round } = await call("POST", `${origin}/sandbox/webhooks/deliver`, {
      body: { all: true, at_once: 10 },
    });
    delivered += round.messages.filter(({ state }) => state === "delivered").length;
  }
  throw new Error("Chukta does not take the webhooks that are left: see /sandbox/webhooks.");
}

/** Waits until the last orders of a day that Chukta knows are in its lists as well. */
async function waitForLedger(merchant, orders) {
  for (const order_id of orders.slice(-5)) {
    const { body: order } = await merchant("GET", `/orders/${order_id}`, { allow: [404] });
    if (order === null) continue;
    const path = `/orders/reference/${order.merchant_reference}`;
    const until = Date.now() + ledgerLimit_ms;
    while ((await merchant("GET", path, { allow: [404] })).status === 404) {
      if (Date.now() > until) throw new Error(`${order_id} did not come into Chukta's lists.`);
      await wait(200);
    }
  }
}

async function playMonth(origin, merchant, wish) {
  await call("POST", `${origin}/sandbox/month`, { body: wish });
  let orders = 0;
  let lost = 0;
  let delivered = 0;
  for (let day = 1; day <= wish.days; day += 1) {
    const { body } = await call("POST", `${origin}/sandbox/month/day`, { body: { day } });
    orders += body.orders.length;
    lost += body.lost.length;
    delivered += await deliverAll(origin);
    await waitForLedger(merchant, body.orders);
    progress(
      `day ${day} of ${wish.days}: ${orders} orders, ${delivered} webhooks, those of ${lost} orders lost`,
    );
  }
  if (onOneLine) console.log();
  return (await call("GET", `${origin}/sandbox/month`)).body;
}

/** Has Chukta read the settlements of these days, and waits until it has. */
async function refresh(merchant, range) {
  const { body: run } = await merchant("POST", "/settlements/refresh", { body: range });
  const until = Date.now() + refreshLimit_ms;
  while (Date.now() < until) {
    const { body } = await merchant("GET", "/settlements/refresh");
    const over = body.last.find(({ id }) => id === run.id);
    if (over) {
      if (onOneLine) console.log();
      return over;
    }
    const now = body.running?.id === run.id ? body.running : run;
    const { read, to_read } = now.settlements;
    const lines = now.lines.attributed + now.lines.unknown + now.lines.waiting;
    const done = `${read} of ${to_read} transfers, ${lines} lines, ${now.pages} pages`;
    progress(`reading settlements: ${now.state}, ${done}`);
    await wait(1000);
  }
  throw new Error("Chukta did not finish reading the settlements.");
}

async function listDiscrepancies(merchant) {
  const all = [];
  let cursor = null;
  do {
    const more = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await merchant("GET", `/discrepancies?state=open&limit=200${more}`);
    all.push(...body.data);
    cursor = body.next_cursor;
  } while (cursor !== null);
  return all;
}

/** Orders of which some money is in no settlement, or some refund is not deducted. */
async function listUnsettled(merchant) {
  const ids = [];
  let cursor = null;
  do {
    const more = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await merchant("GET", `/orders?limit=200${more}`);
    const open = body.data.filter(({ settlement }) => (settlement?.pending.value ?? 0) !== 0);
    ids.push(...open.map(({ id }) => id));
    cursor = body.next_cursor;
  } while (cursor !== null);
  return ids;
}

/**
 * By itself an order looks for its money some hours after it is due; these are due since weeks, so each is
 * asked now.
 */
async function askUnsettled(merchant) {
  const ids = await listUnsettled(merchant);
  for (const [index, id] of ids.entries()) {
    progress(`asking about orders whose money is still on its way: ${index + 1} of ${ids.length}`);
    await merchant("POST", `/orders/${encodeURIComponent(id)}/refresh`);
  }
  if (onOneLine) console.log();
}

/** Orders whose webhooks were lost and that Chukta knows from their settlement alone. */
async function listAdopted(merchant, planted) {
  const adopted = [];
  for (const { type, order_id, amount } of planted.filter((one) => one.type === "missed")) {
    const { body } = await merchant("GET", `/orders/${order_id}`, { allow: [404] });
    if (body?.origin === "settlement") adopted.push({ type, order_id, amount });
  }
  return adopted;
}

/** What was found by now that was not there before the month. */
async function findTrouble(merchant, planted, before) {
  const open = await listDiscrepancies(merchant);
  const known = new Set(before.map((one) => JSON.stringify([one.id, one.type, one.subject])));
  const fresh = open.filter((one) => !known.has(JSON.stringify([one.id, one.type, one.subject])));
  return [...fresh, ...(await listAdopted(merchant, planted))];
}

function report(month, reconciliation, { rows, lost, extra }) {
  console.log("\nIn the gateway's books");
  const { orders, ...amounts } = month.figures;
  console.log(tableText([["orders", String(orders)], ...listAmounts(amounts)]));
  console.log(`\nReconciliation by settlement date, ${month.from} to ${month.until}`);
  console.log(tableText(reconciliationRows(reconciliation)));
  console.log("\nTrouble");
  const head = ["type", "put in", "found", "amount", ""];
  const body = rows.map((row) => [
    row.type,
    String(row.planted),
    String(row.found),
    rupeesText(row.amount),
    row.same ? "" : "differs",
  ]);
  console.log(tableText([head, ...body]));
  for (const one of lost) {
    const about = one.order_id ?? one.utr ?? one.payment_id;
    console.log(`not found: ${one.type} of ${rupeesText(one.amount)}, ${about}`);
  }
  for (const one of extra) {
    const about = one.order_id ?? JSON.stringify(one.subject ?? null);
    console.log(`not put in: ${one.type} of ${rupeesText(paisaOf(one.amount))}, ${about}`);
  }
}

function indianDate(moment_ms) {
  return new Date(moment_ms + 19_800_000).toISOString().slice(0, 10);
}

async function run(origin, wish) {
  const key = readApiKey(join("src", "sandbox", "merchant.toml"));
  const merchant = (method, path, more = {}) =>
    call(method, `${origin}/v1${path}`, { key, ...more });
  const before = await listDiscrepancies(merchant);
  const { body: knobs } = await call("GET", `${origin}/sandbox/faults`);
  const setManual = (manual) =>
    call("POST", `${origin}/sandbox/faults`, { body: { webhooks: { manual } } });
  await setManual(true);
  try {
    const month = await playMonth(origin, merchant, wish);
    const until = indianDate(Date.now());
    // What is missing is said only once the reports of four weeks were read.
    const weeksAgo = indianDate(Date.now() - 30 * 86_400_000);
    const from = month.from < weeksAgo ? month.from : weeksAgo;
    const range = { from, to: until };
    const read = await refresh(merchant, range);
    console.log(`settlements read: ${read.state}`);
    // What the settlements told the orders is in the lists a second later.
    await wait(5000);
    await askUnsettled(merchant);
    let compared;
    const patience = Date.now() + settleLimit_ms;
    do {
      if (compared) {
        progress("what was found still differs from what was put in: waiting");
        await wait(5000);
      }
      compared = comparePlanted(month.trouble, await findTrouble(merchant, month.trouble, before));
    } while (!compared.rows.every(({ same }) => same) && Date.now() < patience);
    const query = `from=${range.from}&to=${range.to}&by=settlement_date`;
    const { body: reconciliation } = await merchant("GET", `/reconciliation?${query}`);
    report({ ...month, until }, reconciliation, compared);
    return compared.rows.every(({ same }) => same) ? 0 : 1;
  } finally {
    await setManual(knobs.webhooks.manual);
  }
}

async function main() {
  const { port, wish } = readMonthArguments(process.argv.slice(2));
  const origin = `http://localhost:${port}`;
  if (await answers(`${origin}/sandbox`)) {
    const { status } = await call("GET", `${origin}/sandbox/month`, { allow: [404] });
    if (status === 404) return run(origin, wish);
    console.error(`The sandbox on port ${port} has had its month. Stop it and delete its books,`);
    console.error(`or take another port: npm run sandbox:month -- --port ${port + 1}`);
    return 1;
  }
  console.log("Nothing runs there yet: starting a sandbox with empty books.");
  const stop = await startOwn(port, origin);
  try {
    return await run(origin, wish);
  } finally {
    await stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
