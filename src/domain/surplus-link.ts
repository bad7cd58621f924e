// A link that can still be paid although its order is paid: the one that was made in place of another,
// which was then paid after all. Whoever pays it pays twice. Of other links nothing is said here: only
// what we made ourselves in another's place may be taken away again.

import { linkOfOrder } from "./chain";
import { type Entity, entries, type Facts, linkStatus, read } from "./facts";
import { capturedOfPayment } from "./order-money";
import type { Position } from "./position";
import { PAID_ORDER_STATUSES } from "./status";

const CLOSED: readonly string[] = ["PROCESSED", "EXPIRED", "CANCELLED"];

/** The ids of such links. */
export function surplusLinks(facts: Facts, position: Position): readonly string[] {
  const links = entries(facts, "link");
  if (!position.full || position.provisional) return [];
  return links
    .filter(([, link]) => read(link, "replaces") !== undefined)
    .filter(([, link]) => !CLOSED.includes(linkStatus(link) ?? ""))
    .filter(([id, link]) => !isPaidByItsOrders(facts, id, link))
    .map(([id]) => id);
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
  const taken = entries(facts, "payment")
    .filter(([, payment]) => paid.some(([order]) => order === read(payment, "order_id")))
    .reduce((total, [, payment]) => total + capturedOfPayment(payment, amount.currency), 0);
  return taken >= amount.value;
}
