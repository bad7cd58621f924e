// A month of business as its own sandbox plays it, through the whole house: every webhook by the door,
// every alarm rung, the reports read by their reader, and those orders polled whose money is still on its
// way. A crash after each day and each transfer keeps the number of live actors small, and must not
// change anything.

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { orderActor, settlementActor } from "../../src/actor/peers";
import { DAY, HOUR } from "../../src/domain/schedule";
import { toIso } from "../../src/domain/time";
import { ask } from "../sandbox/gateway";
import { api, crash, pass, ring } from "../actor/house";

export interface Trouble {
  readonly type: string;
  readonly order_id: string | null;
  readonly payment_id: string | null;
  readonly utr: string | null;
  readonly amount: number;
}

export interface PlayedMonth {
  readonly from: string;
  readonly to: string;
  readonly figures: { readonly [name: string]: number };
  readonly trouble: readonly Trouble[];
}

export interface MonthSize {
  readonly days: number;
  /** A day. */
  readonly orders: number;
}

/** So many alarms are rung at a time. */
const AT_ONCE = 50;

export async function playMonth(seed: number, size: MonthSize): Promise<PlayedMonth> {
  await sandbox("POST", "month", { seed, ...size });
  for (let day = 1; day <= size.days; day += 1) {
    const played = await sandbox<{ orders: string[]; links: string[] }>("POST", "month/day", {
      day,
    });
    await deliverAll();
    await ringAll([...played.orders, ...played.links]);
    await crash();
  }
  return sandbox<PlayedMonth>("GET", "month");
}

/** Some webhooks come after others: until none is left. */
async function deliverAll(): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    const { queued } = await sandbox<{ queued: number }>("GET", "webhooks/queue");
    if (queued === 0) return;
    await sandbox("POST", "webhooks/deliver", { all: true, at_once: 20 });
  }
  throw new Error("webhooks are left");
}

/** One refresh over sixty days, as the API asks for it, until it is done. */
export async function readReports(): Promise<void> {
  const to = toIso(Date.now()).slice(0, 10);
  const from = toIso(Date.now() - 59 * DAY).slice(0, 10);
  const asked = await api("POST", "/v1/settlements/refresh", { from, to });
  if (asked.status !== 202) throw new Error(JSON.stringify(asked.body));
  let transfers = 0;
  for (;;) {
    const { running, waiting, last } = await settlementActor(env).progress();
    if (running === null && waiting.length === 0) {
      if (last[0]?.state !== "done") throw new Error(JSON.stringify(last[0]));
      break;
    }
    pass(2_000);
    await runDurableObjectAlarm(env.SETTLEMENTS.getByName("settlements"));
    const utrs = await transfersRead();
    // While they are awake: what the last transfer told them goes to the ledger.
    for (const utr of utrs.slice(transfers)) {
      await ringAll(await homesOfLines(utr));
      await crash();
    }
    transfers = utrs.length;
  }
}

/** A day later the orders whose money is not all at the bank are asked about. */
export async function pollUnsettled(): Promise<void> {
  pass(DAY + HOUR);
  const { results } = await env.DB.prepare(
    "SELECT DISTINCT home FROM payments WHERE pending <> 0",
  ).all<{ home: string }>();
  for (const { home } of results) await orderActor(env, home).poll(2_000);
  await ringAll(results.map(({ home }) => home));
}

/** In the order in which they were read. */
async function transfersRead(): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(
    "SELECT utr FROM settlements WHERE read > 0 ORDER BY read",
  ).all<{ utr: string }>();
  return results.map(({ utr }) => utr);
}

async function homesOfLines(utr: string): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(
    "SELECT DISTINCT doc ->> '$.home' AS home FROM settlement_lines WHERE utr = ?1",
  )
    .bind(utr)
    .all<{ home: string | null }>();
  return results.flatMap(({ home }) => (home === null ? [] : [home]));
}

async function ringAll(names: readonly string[]): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    pass(2_000);
    let rang = false;
    for (let first = 0; first < names.length; first += AT_ONCE) {
      const some = await Promise.all(names.slice(first, first + AT_ONCE).map((name) => ring(name)));
      rang ||= some.some(Boolean);
    }
    if (!rang) return;
  }
}

export interface Found {
  readonly type: string;
  readonly subject: string;
  readonly home: string;
  readonly amount: number | null;
}

/** Every page of a list. */
export async function listAll<T>(path: string): Promise<readonly T[]> {
  const all: T[] = [];
  for (let cursor = ""; ;) {
    const page = await api<{ data: T[]; next_cursor: string | null }>("GET", `${path}${cursor}`);
    if (page.status !== 200) throw new Error(JSON.stringify(page.body));
    all.push(...page.body.data);
    if (page.body.next_cursor === null) return all;
    cursor = `&cursor=${page.body.next_cursor}`;
  }
}

async function sandbox<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await ask(method, `/sandbox/${path}`, body);
  if (answer.status !== 200) throw new Error(answer.text);
  const found: unknown = answer.body;
  return found as T;
}
