// What an attack must not leave behind: everything that anybody could have changed from outside, read before
// and after it. Where the two are equal no message was kept, no stage moved, nothing was asked of the gateway,
// and nobody has a session, a key or a row more.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { sha256Hex } from "../../src/http/request-body";
import { administrator, knock } from "../http/door";
import { storageOf } from "../actor/house";
import { ask } from "../sandbox/gateway";

export interface Traces {
  /** By operation, as the gateway counted them. */
  readonly gateway: Readonly<Record<string, number>>;
  /** The order as the API shows it; null without one. */
  readonly order: OrderView | null;
  readonly messages: readonly string[];
  /** Rows of D1 by table. */
  readonly rows: readonly unknown[];
  /** Keys, the switch, people and sessions, as their keeper has them; hashed, for there are many. */
  readonly access: string;
}

const UNROUTED = Array.from("0123456789abcdef", (digit) => `unrouted:${digit}`);

/** `order_id`: the order that the attack is about, or null. */
export async function tracesOf(order_id: string | null): Promise<Traces> {
  const actors = [...(order_id === null ? [] : [order_id]), ...UNROUTED];
  const kept = await Promise.all(
    actors.map(async (name) =>
      storageOf<{ id: string }>(name, "messages", "SELECT webhook_id AS id FROM messages"),
    ),
  );
  const { counts } = (await ask("GET", "/sandbox/requests")).body;
  return {
    gateway: counts,
    order: order_id === null ? null : await readOrder(order_id),
    messages: kept.flat().map(({ id }) => id),
    rows: await rowsOfLedger(),
    access: await readAccess(),
  };
}

/** Does it and proves that nothing came of it. */
export async function leavesNothing<T>(
  order_id: string | null,
  attack: () => Promise<T>,
): Promise<T> {
  const before = await tracesOf(order_id);
  const answer = await attack();
  expect(await tracesOf(order_id)).toEqual(before);
  return answer;
}

async function readOrder(id: string): Promise<OrderView | null> {
  const response = await knock(`/v1/orders/${id}`, { headers: administrator });
  return response.status === 200 ? response.json() : null;
}

const TABLES = ["orders", "payments", "refunds", "messages", "events", "discrepancies", "audit"];

async function rowsOfLedger(): Promise<readonly unknown[]> {
  const counts = TABLES.map((name) => env.DB.prepare(`SELECT count(*) AS n FROM ${name}`));
  return (await env.DB.batch(counts)).map(({ results }, at) => [TABLES[at], results]);
}

/** Without the minute of a key's last use, and without the time at which a session was last seen. */
async function readAccess(): Promise<string> {
  return runInDurableObject(env.DEPLOYMENT.getByName("access"), async (_, { storage }) => {
    const kept = [...storage.kv.list<Record<string, unknown>>()].map(([name, value]) => [
      name,
      { ...value, last_used_at: null },
    ]);
    const sql = "SELECT name FROM sqlite_schema WHERE name = 'sessions'";
    const rows =
      storage.sql.exec(sql).toArray().length === 0
        ? []
        : [
            storage.sql.exec("SELECT doc FROM people ORDER BY id").toArray(),
            storage.sql.exec("SELECT id, person FROM sessions ORDER BY id").toArray(),
          ];
    const text = new TextEncoder().encode(JSON.stringify([kept, rows]));
    return sha256Hex(Uint8Array.from(text));
  });
}
