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

export const DAYS = 30;
export const ORDERS = 200;

/** So many alarms are rung at a time. */
const AT_ONCE = 50;

export async function playMonth(seed: number): Promise<PlayedMonth> {
  await ask("POST", "/sandbox/month", { seed, days: DAYS, orders: ORDERS });
  for (let day = 1; day <= DAYS; day += 1) {
    const played = await sandbox<{ orders: string[]; links: string[] }>("POST", "month/day", {
      day,
    });
    await ask("POST", "/sandbox/webhooks/deliver", { all: true, at_once: 20 });
    await ringAll([...played.orders, ...played.links]);
    await crash();
  }
  return sandbox<PlayedMonth>("GET", "month");
}

/** One refresh over the whole month, as the API asks for it, until it is done. */
export async function readReports({ from }: PlayedMonth): Promise<void> {
  const to = toIso(Date.now()).slice(0, 10);
  const asked = await api("POST", "/v1/settlements/refresh", { from, to });
  if (asked.status !== 202) throw new Error(JSON.stringify(asked.body));
  const seen = new Set<string>();
  for (;;) {
    const { running, waiting, last } = await settlementActor(env).progress();
    if (running === null && waiting.length === 0) {
      if (last[0]?.state !== "done") throw new Error(JSON.stringify(last[0]));
      break;
    }
    pass(2_000);
    await runDurableObjectAlarm(env.SETTLEMENTS.getByName("settlements"));
    const homes = (await homesOfLines()).filter((home) => !seen.has(home));
    if (homes.length === 0) continue;
    homes.forEach((home) => seen.add(home));
    await ringAll(homes);
    await crash();
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

async function homesOfLines(): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(
    "SELECT DISTINCT doc ->> '$.home' AS home FROM settlement_lines",
  ).all<{ home: string | null }>();
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
