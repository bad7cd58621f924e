// The money of one gateway order by itself: refunds, captures and voids are sent to one gateway order,
// and law 7 holds for each (design 3.1). Position (position.ts) adds them up to the merchant's order.
// Derived from the facts and from what our own commands have reserved; nothing is stored.

import { type Entity, entries, type Facts, newestWord, read, registerOf } from "./facts";
import { larger, type Paisa, paisa, smaller, subtract, sum, ZERO } from "./money";
import { type OrderStatus, PAID_ORDER_STATUSES } from "./status";
import type { Version } from "./time";

/** What a refund command of ours keeps from being refunded twice, until the facts show it. */
export interface Reservation {
  readonly order_id: string;
  readonly payment_id: string | null;
  readonly value: Paisa;
}

export interface OrderMoney {
  readonly order_id: string;
  readonly status: OrderStatus | null;
  /** Held now: neither captured nor released. */
  readonly held: Paisa;
  readonly captured: Paisa;
  /** Held once and given back to the customer without a capture. */
  readonly released: Paisa;
  /** Null when the gateway says "partially refunded" and no refund explains it. */
  readonly refunded: Paisa | null;
  /** Σ of the refunds that we know one by one; less than `refunded` when some were made elsewhere. */
  readonly refunded_known: Paisa;
  /** Refunds on their way at the gateway: neither done nor failed. */
  readonly pending: Paisa;
  /** By our own commands that the facts do not show yet. */
  readonly reserved: Paisa;
  /** What may still be refunded of this order (law 7); never below 0. */
  readonly refundable: Paisa;
}

/** "Partially refunded", and nobody knows how much: this at least (docs/gateway.md 4.4). */
const LEAST_REFUND = paisa(100);

export function moneyOfOrder(
  facts: Facts,
  order_id: string,
  currency: string,
  reservations: readonly Reservation[],
): OrderMoney {
  const order = facts.order[order_id];
  const status = (order && read(order, "status")) ?? null;
  const payments = paymentsOf(facts, order_id);
  const captured = sum(payments.map((payment) => capturedOfPayment(payment, currency)));
  const refunds = refundsOf(facts, order_id);
  const refunded_known = sumOfRefunds(refunds, "done", currency);
  const pending = sumOfRefunds(refunds, "pending", currency);
  const refunded = order ? refundedOf(order, refunds, captured, currency) : refunded_known;
  const reserved = sum(
    reservations.filter((one) => one.order_id === order_id).map(({ value }) => value),
  );
  const back = refunded ?? larger(refunded_known, LEAST_REFUND);
  const gone = sum([back, pending, reserved, orphans(facts, currency)]);
  return {
    order_id,
    status,
    held: status === "CANCELLED" || status === "FAILED" ? ZERO : sumHeld(payments, currency),
    captured,
    released:
      facts.pre_auth === true
        ? sum(payments.map((payment) => releasedOf(payment, status, currency)))
        : ZERO,
    refunded,
    refunded_known,
    pending,
    reserved,
    refundable: larger(ZERO, subtract(captured, gone)),
  };
}

/** A payment's amount in the order's currency; null when it was in another and no base is given. */
export function paymentAmount(payment: Entity<"payment">, currency: string): Paisa | null {
  const amount = read(payment, "base_amount") ?? read(payment, "amount");
  return amount?.currency === currency ? amount.value : null;
}

/** What was taken of one payment: its captures if it has any, else its amount. */
export function capturedOfPayment(payment: Entity<"payment">, currency: string): Paisa {
  if (read(payment, "status") !== "PROCESSED") return ZERO;
  const captures = read(payment, "captures") ?? [];
  if (captures.length === 0) return paymentAmount(payment, currency) ?? ZERO;
  return sum(captures.filter((c) => c.amount.currency === currency).map((c) => c.amount.value));
}

/**
 * What may still be refunded of one payment: its capture less the refunds that name it, and less our
 * own commands that do. The gateway decides which payment it returns a refund to, so this bounds what
 * is asked for and never what is left of the order.
 */
export function refundableOfPayment(
  facts: Facts,
  id: string,
  currency: string,
  asked: readonly Reservation[],
): Paisa {
  const payment = facts.payment[id];
  if (!payment) return ZERO;
  const returned = entries(facts, "refund")
    .filter(([, refund]) => read(refund, "status") !== "FAILED")
    .flatMap(([, refund]) => read(refund, "payments") ?? [])
    .filter((part) => part.parent_payment_id === id && part.status !== "FAILED")
    .flatMap((part) => (part.amount?.currency === currency ? [part.amount.value] : []));
  const reserved = asked.filter((one) => one.payment_id === id).map(({ value }) => value);
  const left = subtract(capturedOfPayment(payment, currency), sum([...returned, ...reserved]));
  return larger(ZERO, left);
}

export function paymentsOf(facts: Facts, orderId: string): readonly Entity<"payment">[] {
  return entries(facts, "payment")
    .map(([, payment]) => payment)
    .filter((payment) => read(payment, "order_id") === orderId);
}

/** Words after which a payment asks nothing more of its bank. */
const DECIDED: readonly string[] = ["PROCESSED", "FAILED", "CANCELLED", "AUTHORIZED"];

/** A bank may still answer: PENDING, a word that nobody knows (law 9), or none at all. */
export function hasPendingPayment(facts: Facts): boolean {
  return entries(facts, "payment").some(
    ([, payment]) => !DECIDED.includes(newestWord(payment) ?? ""),
  );
}

function sumHeld(payments: readonly Entity<"payment">[], currency: string): Paisa {
  const held = payments.filter((payment) => read(payment, "status") === "AUTHORIZED");
  return sum(held.map((payment) => paymentAmount(payment, currency) ?? ZERO));
}

/**
 * Of a pre-authorized payment: all of it when it was cancelled, what was not captured otherwise. By
 * what is said now, not by whether we ever heard AUTHORIZED: that word may have been lost.
 */
function releasedOf(
  payment: Entity<"payment">,
  order: OrderStatus | null,
  currency: string,
): Paisa {
  const amount = paymentAmount(payment, currency) ?? ZERO;
  const status = read(payment, "status");
  if (status === "PROCESSED") {
    return larger(ZERO, subtract(amount, capturedOfPayment(payment, currency)));
  }
  const held = status === "AUTHORIZED" && order === "CANCELLED";
  return held || status === "CANCELLED" ? amount : ZERO;
}

function refundsOf(facts: Facts, orderId: string): readonly Entity<"refund">[] {
  return refundsWhere(facts, (parent) => parent === orderId);
}

export function refundsWhere(
  facts: Facts,
  belongs: (parent: string) => boolean,
): readonly Entity<"refund">[] {
  return entries(facts, "refund")
    .map(([, refund]) => refund)
    .filter((refund) => belongs(read(refund, "parent_order_id") ?? ""));
}

/** Refunds whose order is not known: they may be of any, so every order counts them. */
function orphans(facts: Facts, currency: string): Paisa {
  const stray = refundsWhere(facts, (parent) => !(parent in facts.order));
  return sum([sumOfRefunds(stray, "pending", currency), sumOfRefunds(stray, "done", currency)]);
}

/**
 * `pending` is whatever is neither done nor failed: a refund whose status we do not know, or were not
 * told, may still take its money (laws 7 and 9).
 */
export function sumOfRefunds(
  refunds: readonly Entity<"refund">[],
  which: "done" | "pending",
  currency: string,
): Paisa {
  const counted = refunds.filter((refund) => {
    const status = read(refund, "status");
    return which === "done"
      ? status === "PROCESSED"
      : status !== "PROCESSED" && status !== "FAILED";
  });
  const amounts = counted.map((refund) => read(refund, "amount"));
  return sum(amounts.flatMap((amount) => (amount?.currency === currency ? [amount.value] : [])));
}

/**
 * Σ processed refunds, plus what the order's word says was refunded elsewhere: all for
 * FULLY_REFUNDED, an unknown rest (null) for PARTIALLY_REFUNDED that no refund explains.
 */
function refundedOf(
  order: Entity<"order">,
  refunds: readonly Entity<"refund">[],
  captured: Paisa,
  currency: string,
): Paisa | null {
  const known = sumOfRefunds(refunds, "done", currency);
  const said = registerOf(order, "status");
  if (said === undefined || isOlderThanAll(said.version, refunds)) return known;
  if (said.value === "FULLY_REFUNDED") {
    return larger(known, captured === ZERO ? (read(order, "amount")?.value ?? ZERO) : captured);
  }
  return said.value === "PARTIALLY_REFUNDED" && known === ZERO ? null : known;
}

/**
 * The word was said before every refund that was done: it does not speak of them. One that failed
 * took nothing back and makes no word old.
 */
function isOlderThanAll(word: Version | "", refunds: readonly Entity<"refund">[]): boolean {
  const done = refunds.filter((refund) => read(refund, "status") === "PROCESSED");
  const said = (refund: Entity<"refund">) => registerOf(refund, "status")?.version ?? "";
  return done.length > 0 && done.every((refund) => said(refund) > word);
}

/** Whether the gateway says that this order has taken money. */
export function hasTaken(money: OrderMoney): boolean {
  return money.captured > 0 || PAID_ORDER_STATUSES.some((status) => status === money.status);
}

/** The order that can give so much with the least to spare: what others can give is kept whole. */
export function bestFit(orders: readonly OrderMoney[], value: Paisa): OrderMoney | null {
  const able = orders.filter((order) => order.refundable >= value);
  const least = able.reduce<Paisa | null>(
    (found, { refundable }) => (found === null ? refundable : smaller(found, refundable)),
    null,
  );
  return able.find(({ refundable }) => refundable === least) ?? null;
}
