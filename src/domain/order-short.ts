// An order as its notifications show it, and D1's row should it be too large for one. An order may have
// hundreds of tries that failed and tell tens of things, each with a snapshot of itself: a long one shows the
// parts that matter most, and says so.

import type { OrderView, PaymentView } from "./order-view";

/** Of one kind. */
const PARTS_TOLD = 100;

/** The same object when nothing has to be left out. */
export function shortened(order: OrderView): OrderView {
  const { payments, refunds, settlement, discrepancies } = order;
  const lists = [payments, refunds, discrepancies, settlement?.lines ?? []];
  if (lists.every((list) => list.length <= PARTS_TOLD)) return order;
  return {
    ...order,
    shortened: true,
    payments: newest(payments, (one) => [isOver(one) ? 0 : 1, one.created_at ?? ""]),
    refunds: newest(refunds, (one) => [1, one.requested_at ?? one.created_at ?? ""]),
    discrepancies: newest(discrepancies, (one) => [
      one.closed_at === null ? 1 : 0,
      one.first_seen_at,
    ]),
    settlement: settlement && {
      ...settlement,
      lines: newest(settlement.lines, (one) => [1, one.settled_at ?? ""]),
    },
  };
}

/** It moved no money, and will not. */
function isOver({ status }: PaymentView): boolean {
  return status === "FAILED" || status === "CANCELLED";
}

/** First by the number, then by the time; in the order in which they were. */
function newest<T>(
  list: readonly T[],
  rankOf: (one: T) => readonly [number, string],
): readonly T[] {
  const ranked = list.toSorted((a, b) => {
    const [x, y] = [rankOf(a), rankOf(b)];
    return y[0] - x[0] || (x[1] < y[1] ? 1 : x[1] > y[1] ? -1 : 0);
  });
  const kept = new Set(ranked.slice(0, PARTS_TOLD));
  return list.filter((one) => kept.has(one));
}
