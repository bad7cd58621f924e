// Held money that is due at once because what it is held for was delivered (design 3.9): an alert, attention
// and the automatic capture follow. A second hold beside the money that paid the order is not for it, and
// nothing is hurried once money goes back.

import type { Facts } from "./facts";
import type { Handling } from "./handling";
import { hasTaken } from "./order-money";
import { moneyOfOrders, type Position } from "./position";
import type { Milliseconds } from "./time";

/** When it was delivered for which this gateway order holds money; null while that is not so. */
export function deliveredAt(
  facts: Facts,
  position: Position,
  { fulfilled }: Pick<Handling, "fulfilled">,
  order_id: string,
): Milliseconds | null {
  if (fulfilled === null || goesBack(position)) return null;
  return position.full && hasOtherMoney(facts, order_id) ? null : fulfilled.at;
}

/** Done, on its way or asked for; of unknown size too. */
function goesBack({ refunded, refunds_pending, refunds_reserved }: Position): boolean {
  return refunded === null || refunded.value + refunds_pending.value + refunds_reserved.value > 0;
}

function hasOtherMoney(facts: Facts, order_id: string): boolean {
  return moneyOfOrders(facts, []).some((other) => other.order_id !== order_id && hasTaken(other));
}
