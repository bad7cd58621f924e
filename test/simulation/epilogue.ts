// When all is true, two things must change nothing of the money: the gateway's messages, applied once more and in
// another order (law 3), and the removal of personal data, which nothing brings back (docs/retention.md).

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { SECOND } from "../../src/domain/schedule";
import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import { awake } from "../worker";
import { addressOf } from "./mailbox";
import { deliverAgain } from "./mail";
import { liveOn } from "./rest-days";
import { count } from "./tally";
import { type Deal, nameOf, request, type Town } from "./town";

/** So many messages are applied anew. */
const MOST_MESSAGES = 8;

export async function wrongAfterwards(town: Town): Promise<readonly string[]> {
  const before = await moneyOf(town);
  const newestFirst = [...town.acknowledged.keys()].toReversed();
  for (const id of newestFirst.slice(0, MOST_MESSAGES)) {
    const heard = await request(town, "POST", `/v1/messages/${id}/reapply`);
    count(`applied anew: ${heard?.status ?? "nothing"}`);
  }
  const removed = town.merchant.forgets ? await forgetAll(town) : [];
  await deliverAgain(town, newestFirst.slice(0, MOST_MESSAGES));
  await liveOn(town, 2 * SECOND);
  const after = await moneyOf(town);
  const changed = before.filter((text, index) => text !== after[index]);
  return [
    ...changed.map((text, n) => `after all was said: ${text} became ${after[n] ?? "nothing"}`),
    ...(await Promise.all(removed.map((deal) => wrongMemory(deal)))).flat(),
  ];
}

/** What of an order is money; its steps, times and customer are not. */
async function moneyOf({ deals }: Town): Promise<readonly string[]> {
  return Promise.all(
    deals.map(async (deal) => {
      const name = nameOf(deal);
      const read = name === null ? null : await api<OrderView>("GET", `/v1/orders/${name}`);
      if (read?.status !== 200) return `order ${deal.n} is not known`;
      const { stage, amount, captured, authorized, refunded, payments, refunds } = read.body;
      return JSON.stringify({
        n: deal.n,
        stage,
        sums: [amount, captured, authorized, refunded].map((one) => one?.value ?? null),
        payments: payments.map(({ id, status, captured: taken }) => [id, status, taken.value]),
        refunds: refunds.map(({ refund_id, status, amount: sum }) => [
          refund_id,
          status,
          sum?.value,
        ]),
      });
    }),
  );
}

/** Those whose personal data is gone; others are not finished, and keep it. */
async function forgetAll(town: Town): Promise<readonly Deal[]> {
  const removed: Deal[] = [];
  for (const deal of town.deals) {
    const name = nameOf(deal);
    if (name === null) continue;
    const heard = await request(town, "DELETE", `/v1/orders/${name}/personal-data`);
    count(`forgotten: ${heard?.status ?? "nothing"}`);
    if (heard?.status === 200 || heard?.status === 202) removed.push(deal);
  }
  return removed;
}

/** Whoever still knows the customer's address. */
async function wrongMemory(deal: Deal): Promise<readonly string[]> {
  const address = addressOf(deal);
  const tables = await env.DB.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all<{ name: string }>();
  const rows = await env.DB.batch(
    tables.results.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)),
  );
  const inLedger = tables.results
    .filter((_, index) => JSON.stringify(rows[index]?.results).includes(address))
    .map(({ name }) => `order ${deal.n} was forgotten, and the ledger's ${name} know who it was`);
  const inActors = await Promise.all(
    [...awake].map((name) =>
      runInDurableObject(env.ORDERS.getByName(name), (_, { storage: { sql } }) => {
        const own = sql
          .exec<{ name: string }>(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
          )
          .toArray();
        return own
          .filter((table) =>
            JSON.stringify(sql.exec(`SELECT * FROM ${table.name}`).toArray()).includes(address),
          )
          .map((table) => `order ${deal.n} was forgotten, and ${name} has it in ${table.name}`);
      }),
    ),
  );
  return [...inLedger, ...inActors.flat()];
}
