// The authorization window: until when held money must be captured (docs/gateway.md 3.7).
// It counts from the smallest version at which a payment was AUTHORIZED, never from the order's
// creation (design 3.5).

import { type Entity, entries, type Facts, firstSaid, read } from "./facts";
import { DAY } from "./schedule";
import type { Milliseconds } from "./time";

/** Days by card network in capitals, "*" for all others: AUTH_WINDOW_DAYS. */
export type AuthWindow = { readonly [network: string]: number };

/** A gateway order that holds money, and the earliest end among its payments that do. */
export interface Hold {
  readonly order_id: string;
  readonly capture_by: Milliseconds;
}

/** In the order of their ids. */
export function holdsOf(facts: Facts, window: AuthWindow): readonly Hold[] {
  return holdingOrders(facts).flatMap((order_id) => {
    const ends = paymentsOf(facts, order_id).filter(isHeld).flatMap(endOf(window));
    return ends.length === 0 ? [] : [{ order_id, capture_by: Math.min(...ends) }];
  });
}

/** The gateway orders that hold money now, whether or not anybody knows until when. */
export function holdingOrders(facts: Facts): readonly string[] {
  const orders = entries(facts, "payment")
    .filter(([, payment]) => isHeld(payment))
    .flatMap(([, payment]) => read(payment, "order_id") ?? []);
  return [...new Set(orders)].filter((id) => !isReleased(facts, id)).toSorted();
}

/** The earliest end among the payments that are held now, or null when none is. */
export function captureBy(facts: Facts, window: AuthWindow): Milliseconds | null {
  const ends = holdsOf(facts, window).map(({ capture_by }) => capture_by);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** The end of an order's window whether it still holds money or not; null when nobody can say. */
export function endOfWindow(
  facts: Facts,
  order_id: string,
  window: AuthWindow,
): Milliseconds | null {
  const ends = paymentsOf(facts, order_id).flatMap(endOf(window));
  return ends.length === 0 ? null : Math.min(...ends);
}

function endOf(window: AuthWindow): (payment: Entity<"payment">) => readonly Milliseconds[] {
  return (payment) => {
    const from = firstSaid(payment, "AUTHORIZED");
    const days = window[(read(payment, "network") ?? "").toUpperCase()] ?? window["*"];
    return from === null || days === undefined ? [] : [from + days * DAY];
  };
}

function paymentsOf(facts: Facts, order_id: string): readonly Entity<"payment">[] {
  return entries(facts, "payment")
    .map(([, payment]) => payment)
    .filter((payment) => read(payment, "order_id") === order_id);
}

function isHeld(payment: Entity<"payment">): boolean {
  return read(payment, "status") === "AUTHORIZED";
}

/** As in order-money.ts: the order's end is the end of what its payments still claim to hold. */
function isReleased(facts: Facts, order_id: string): boolean {
  const order = facts.order[order_id];
  const status = order && read(order, "status");
  return status === "CANCELLED" || status === "FAILED";
}
