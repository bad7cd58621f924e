// Held money as one gateway order has it: a link may have several, and each is captured or released by itself.
// Pure.

import { type Amount, type Paisa, subtract, sum, ZERO } from "../domain/money";
import type { OrderView, PaymentView } from "../domain/order-view";

export interface Held {
  readonly order: OrderView;
  /** The gateway order that is meant: what is asked for of it never falls on another one. */
  readonly target: string;
  /** What is held of the order that is meant; null: several hold money, and none was named. */
  readonly amount: Amount | null;
  /** Gateway orders that hold money. */
  readonly order_ids: readonly string[];
}

export function heldOf(order: OrderView, id: string): Held {
  const payments = order.payments.filter(({ status }) => status === "AUTHORIZED");
  const order_ids = [...new Set(payments.flatMap(({ order_id }) => order_id ?? []))];
  const [only = id] = order_ids;
  if (order_ids.length < 2) return { target: only, order, amount: order.authorized, order_ids };
  if (!order_ids.includes(id)) return { target: id, order, amount: null, order_ids };
  const own = payments.filter(({ order_id }) => order_id === id);
  const value = sum(own.map((payment) => amountOf(payment)));
  return { target: id, order, amount: { ...order.authorized, value }, order_ids };
}

function amountOf({ base_amount, payment_amount }: PaymentView): Paisa {
  return (base_amount ?? payment_amount)?.value ?? ZERO;
}

/** What a capture of this much gives back to the customer for ever. */
export function releasedBy(held: Amount, captured: Amount): Amount {
  return { ...held, value: subtract(held.value, captured.value) };
}
