// A month of business as its own sandbox plays it, through the whole house and on the month's own clock:
// every webhook by the door, the orders' alarms rung, the reports read by their reader, and those orders
// polled whose money is still on its way. A crash after each day keeps the number of live actors small,
// and must not change anything.

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { orderActor, settlementActor } from "../../src/actor/peers";
import { vi } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";
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

interface PlayedDay {
  readonly orders: readonly string[];
  /** Of earlier days too. */
  readonly refunded: readonly string[];
}

export interface MonthSize {
  readonly days: number;
  /** A day. */
  readonly orders: number;
}

/** So many alarms are rung at a time. */
const AT_ONCE = 50;

/**
 * Each day in the evening its business is played; the next morning the reports are read, and the orders
 * that are due and of which some money is on its way are asked about, as the cron does.
 */
export async function playMonth(seed: number, size: MonthSize): Promise<PlayedMonth> {
  const { from } = await sandbox<PlayedMonth>("POST", "month", { seed, ...size });
  const begin = Date.parse(`${from}T00:00:00+05:30`);
  for (let day = 1; day <= size.days; day += 1) {
    vi.setSystemTime(begin + day * DAY - 15 * MINUTE);
    const { orders, refunded } = await sandbox<PlayedDay>("POST", "month/day", { day });
    await deliverAll();
    await ringAll([...new Set([...orders, ...refunded])]);
    vi.setSystemTime(begin + day * DAY + 6 * HOUR);
    await readReports();
    await pollUnsettled();
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

/** What the hour's cron asks for, until it is done; what it tells the orders is in the ledger. */
async function readReports(): Promise<void> {
  const known = await transfersRead();
  await settlementActor(env).tick();
  for (;;) {
    const { running, waiting, last } = await settlementActor(env).progress();
    if (running === null && waiting.length === 0) {
      if (last[0]?.state !== "done") throw new Error(JSON.stringify(last[0]));
      break;
    }
    pass(2_000);
    await runDurableObjectAlarm(env.SETTLEMENTS.getByName("settlements"));
  }
  const read = (await transfersRead()).filter(
    (now) => !known.some(({ utr, read: before }) => utr === now.utr && before === now.read),
  );
  for (const { utr } of read) await ringAll(await homesOfLines(utr));
}

/** Those of the due orders whose money is not all at the bank: the others have nothing to wait for. */
async function pollUnsettled(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT DISTINCT home FROM payments JOIN orders ON orders.id = home
     WHERE pending <> 0 AND next_inquiry_at <= ?1`,
  )
    .bind(Date.now())
    .all<{ home: string }>();
  for (const { home } of results) await orderActor(env, home).poll(2_000);
  await ringAll(results.map(({ home }) => home));
}

/** In the order in which they were read. */
async function transfersRead(): Promise<
  readonly { readonly utr: string; readonly read: number }[]
> {
  const { results } = await env.DB.prepare(
    "SELECT utr, read FROM settlements WHERE read > 0 ORDER BY read",
  ).all<{ utr: string; read: number }>();
  return results;
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
  readonly first_seen_at: string;
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
