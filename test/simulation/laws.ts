// What holds after every step, whatever goes wrong: laws 5, 6, 7 and 13, held against the sandbox's own books
// and the shop's. What holds when the trouble is over stands in rest.ts.

import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import { wrongInLimits } from "./clerk";
import { wrongInCommands } from "./command-laws";
import { type Books, type Deal, nameOf, readBooks, type Town } from "./town";

/** Everything that is wrong now, and that went wrong since the last time. */
export async function wrongNow(town: Town): Promise<readonly string[]> {
  const books = await readBooks(town);
  const shown = await Promise.all(town.deals.map((deal) => wrongInWord(town, deal, books)));
  return [
    ...town.broken.splice(0),
    ...wrongInBooks(town, books),
    ...wrongInLimits(town, books),
    ...town.deals.flatMap(wrongInGrants),
    ...shown.flat(),
  ];
}

/** Law 7, where it is ours to keep, and law 6. */
function wrongInBooks(town: Town, books: Books): readonly string[] {
  const sums = Object.entries(books.totals).flatMap(([id, now]) => {
    const { captured, refunded, refunds_pending } = now;
    return refunded + refunds_pending > captured && !town.byHand
      ? [`${id}: ${refunded} + ${refunds_pending} refunded of ${captured} captured`]
      : [];
  });
  const twice = Object.entries(books.references).flatMap(([reference, { moved, pending }]) =>
    moved + pending > 1 ? [`reference ${reference} moved money ${moved + pending} times`] : [],
  );
  return [...sums, ...twice];
}

/** Law 13: a claim that nobody ended holds the order until its time is over. */
function wrongInGrants({ n, grants, letGo }: Deal): readonly string[] {
  const done = grants.filter(({ ended }) => ended === "done").length;
  const together = grants.filter(
    (one, index) =>
      one.ended === null &&
      grants.some((other, later) => later > index && other.ended === null && other.at < one.until),
  );
  return [
    ...(done > 1 ? [`order ${n} was delivered ${done} times`] : []),
    ...(together.length > 0 && !letGo ? [`order ${n} was granted to two at once`] : []),
  ];
}

/**
 * What we say was taken or held, the gateway must have had at some time (laws 5 and 9), and what we said was
 * taken we say for as long as it has it (laws 3 and 8).
 */
async function wrongInWord(town: Town, deal: Deal, books: Books): Promise<readonly string[]> {
  const name = nameOf(deal);
  if (name === null) return [];
  const read = await api<OrderView>("GET", `/v1/orders/${name}`).catch(() => null);
  if (read?.status !== 200) return [];
  const view = read.body;
  const { order_ids, captured, authorized, refunded } = view;
  if (deal.order_id === null && view.order_id !== null) deal.order_id = view.order_id;
  const ever = { captured: 0, authorized: 0, refunded: 0 };
  for (const id of order_ids) {
    const had = town.ever.get(id);
    if (had === undefined) continue;
    ever.captured += had.captured;
    ever.authorized += had.authorized;
    ever.refunded += had.refunded;
  }
  const said = { captured, authorized, refunded };
  const has = order_ids.reduce((sum, id) => sum + (books.totals[id]?.captured ?? 0), 0);
  const before = Math.min(deal.said, has);
  const now = captured?.value ?? 0;
  deal.said = Math.max(deal.said, now);
  const lost =
    now < before && !deal.reversed
      ? [`order ${deal.n}: ${before} was captured, now we say ${now}`]
      : [];
  const above = (["captured", "authorized", "refunded"] as const).flatMap((part) =>
    (said[part]?.value ?? 0) > ever[part]
      ? [
          `order ${deal.n}: we say ${part} ${said[part]?.value}, there never was more than ${ever[part]}`,
        ]
      : [],
  );
  return [...above, ...lost, ...(await wrongInCommands(town, view, books))];
}
