// Which payments each refund of an order returns, and how much of each: as the refund itself says, else as it
// can only be. Reports deduct refunds by payment, and an order may have a thousand of both: every step
// here looks at each of them once.

import { type Entity, entries, type Facts, firstSaid, read } from "./facts";
import { HOME_CURRENCY, type Paisa, smaller, subtract, sum, ZERO } from "./money";
import { capturedOfPayment, moneyOfOrder } from "./order-money";
import type { Milliseconds } from "./time";

/** Of a refund that only its order's word tells of ("fully refunded"): made elsewhere, and without an id. */
export const UNTOLD = "";

/** A part of a refund and the payment that it returns. */
export interface RefundPart {
  /** `UNTOLD` when nobody has said. */
  readonly refund_id: string;
  readonly payment_id: string;
  readonly value: Paisa;
  readonly done: boolean;
}

/** What each payment has left, and which payments an order has: changes as refunds are given to them. */
interface Room {
  readonly left: Map<string, Paisa>;
  /** The captured payments of each order, in the order of their ids; those that have no room are taken off. */
  readonly queues: Map<string | undefined, string[]>;
}

/**
 * Every refund that has not failed, by the payments that it returns: as the refund itself says, else
 * the captured payments of its order in the order of their ids, each as far as it reaches.
 */
export function refundParts(facts: Facts): readonly RefundPart[] {
  const refunds = entries(facts, "refund");
  const orders = entries(facts, "order").filter(([, order]) => saysRefunded(order));
  if (refunds.length === 0 && orders.length === 0) return [];
  const payments = entries(facts, "payment");
  const room = roomOf(payments);
  const told = refunds.flatMap(([refund_id, refund]) => {
    if (read(refund, "status") === "FAILED") return [];
    const done = read(refund, "status") === "PROCESSED";
    const shares = namedShares(facts, refund) ?? spreadShares(refund, room);
    for (const [payment_id, value] of shares) {
      room.left.set(payment_id, subtract(room.left.get(payment_id) ?? ZERO, value));
    }
    return shares.map(([payment_id, value]) => ({ refund_id, payment_id, value, done }));
  });
  const paymentsOf = Map.groupBy(payments, ([, payment]) => read(payment, "order_id"));
  const refundsOf = Map.groupBy(refunds, ([, refund]) => read(refund, "parent_order_id"));
  const untold = orders.flatMap(([order_id, order]) => {
    const own = paymentsOf.get(order_id) ?? [];
    const alone: Facts = {
      ...facts,
      order: { [order_id]: order },
      payment: Object.fromEntries(own),
      refund: Object.fromEntries(refundsOf.get(order_id) ?? []),
    };
    return untoldParts(alone, order_id, room.left);
  });
  return [...told, ...untold];
}

/** When the gateway said that it is done; of one that only its order tells of, when the order did. */
export function doneAt(facts: Facts, { refund_id, payment_id }: RefundPart): Milliseconds | null {
  const refund = facts.refund[refund_id];
  if (refund !== undefined) return firstSaid(refund, "PROCESSED");
  const payment = facts.payment[payment_id];
  const order = facts.order[(payment && read(payment, "order_id")) ?? ""];
  return order === undefined ? null : firstSaid(order, "FULLY_REFUNDED");
}

function saysRefunded(order: Entity<"order">): boolean {
  const status = read(order, "status");
  return status === "FULLY_REFUNDED" || status === "PARTIALLY_REFUNDED";
}

function roomOf(payments: readonly (readonly [string, Entity<"payment">])[]): Room {
  const left = new Map(
    payments.map(([id, payment]) => [id, capturedOfPayment(payment, HOME_CURRENCY)]),
  );
  // The last one first: what is taken off is the end of the list.
  const queues = new Map(
    Array.from(
      Map.groupBy(payments, ([, payment]) => read(payment, "order_id")),
      ([order_id, own]) => [order_id, own.map(([id]) => id).toReversed()],
    ),
  );
  return { left, queues };
}

/**
 * What an order's word says was refunded beside the refunds that we know: all of it, or nobody knows
 * how much, which then is what is taken back (order-money.ts). `facts`: those of this order alone.
 */
function untoldParts(
  facts: Facts,
  order_id: string,
  left: ReadonlyMap<string, Paisa>,
): readonly RefundPart[] {
  const { refunded, refunded_known } = moneyOfOrder(facts, order_id, HOME_CURRENCY, []);
  if (refunded !== null && refunded <= refunded_known) return [];
  return entries(facts, "payment").flatMap(([payment_id]) => {
    const value = left.get(payment_id) ?? ZERO;
    const done = refunded !== null;
    return value > ZERO ? [{ refund_id: UNTOLD, payment_id, value, done }] : [];
  });
}

type Shares = readonly (readonly [paymentId: string, value: Paisa])[];

function namedShares(facts: Facts, refund: Entity<"refund">): Shares | null {
  const parts = read(refund, "payments") ?? [];
  const shares = parts.flatMap(({ parent_payment_id: id, amount, status }) => {
    const ours = id !== undefined && Object.hasOwn(facts.payment, id);
    const usable = ours && amount?.currency === HOME_CURRENCY;
    return usable && status !== "FAILED" ? [[id, amount.value] as const] : [];
  });
  const whole = read(refund, "amount")?.value;
  const named = sum(shares.map(([, value]) => value));
  return shares.length > 0 && (whole === undefined || named === whole) ? shares : null;
}

function spreadShares(refund: Entity<"refund">, { left, queues }: Room): Shares {
  const amount = read(refund, "amount");
  const queue = queues.get(read(refund, "parent_order_id"));
  if (amount?.currency !== HOME_CURRENCY || queue === undefined) return [];
  const shares: (readonly [string, Paisa])[] = [];
  let open: Paisa = amount.value;
  for (let id = queue.at(-1); open > ZERO && id !== undefined; id = queue.at(-1)) {
    const value = smaller(open, left.get(id) ?? ZERO);
    if (value > ZERO) shares.push([id, value]);
    open = subtract(open, value > ZERO ? value : ZERO);
    // It has more than this refund takes: the next one begins with it.
    if (open === ZERO) break;
    queue.pop();
  }
  return shares;
}
