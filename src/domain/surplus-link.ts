// A link that can still be paid although its order is paid, or the money for all of it is held: the one
// that was made in place of another, which was then paid after all. Whoever pays it pays twice. Of other
// links nothing is said here: only what we made ourselves in another's place may be taken away again.

import { linkOfOrder } from "./chain";
import { type Entity, entries, type Facts, linkStatus, read } from "./facts";
import { type Amount, sum } from "./money";
import { moneyOfOrder } from "./order-money";
import type { Position } from "./position";
import { PAID_ORDER_STATUSES } from "./status";

const CLOSED: readonly string[] = ["PROCESSED", "EXPIRED", "CANCELLED"];

/** The ids of such links. */
export function surplusLinks(facts: Facts, position: Position): readonly string[] {
  const links = entries(facts, "link");
  if (position.provisional) return [];
  return links
    .filter(([, link]) => read(link, "replaces") !== undefined)
    .filter(([, link]) => !CLOSED.includes(linkStatus(link) ?? ""))
    .filter(([id, link]) =>
      position.full
        ? !isPaidByItsOrders(facts, id, link)
        : isCoveredByOthers(facts, id, position.amount),
    )
    .map(([id]) => id);
}

/** What the orders of other links took and hold is the whole, though not all of it is captured yet. */
function isCoveredByOthers(facts: Facts, id: string, amount: Amount | null): boolean {
  if (amount === null) return false;
  const others = entries(facts, "order").filter(([, order]) => linkOfOrder(facts, order) !== id);
  const money = others.map(([order]) => moneyOfOrder(facts, order, amount.currency, []));
  return sum(money.flatMap(({ captured, held }) => [captured, held])) >= amount.value;
}

/** The orders of the link itself have paid it: its own word is only late. */
function isPaidByItsOrders(facts: Facts, id: string, link: Entity<"link">): boolean {
  const amount = read(link, "amount");
  const paid = entries(facts, "order").filter(
    ([, order]) =>
      linkOfOrder(facts, order) === id &&
      PAID_ORDER_STATUSES.some((status) => read(order, "status") === status),
  );
  if (amount === undefined || facts.part_payment !== true) return paid.length > 0;
  const money = paid.map(([order]) => moneyOfOrder(facts, order, amount.currency, []));
  return sum(money.map(({ captured }) => captured)) >= amount.value;
}
