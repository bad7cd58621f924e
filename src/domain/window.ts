// The authorization window: until when held money must be captured (docs/gateway.md 3.7).
// It counts from the smallest version at which a payment was AUTHORIZED, never from the order's
// creation (design 3.5).

import { type Entity, entries, type Facts, firstSaid, read } from "./facts";
import { paymentsOf } from "./order-money";
import { DAY } from "./schedule";
import { type Milliseconds, millisecondsOf } from "./time";

/** Days by card network in capitals, "*" for all others: AUTH_WINDOW_DAYS. */
export type AuthWindow = { readonly [network: string]: number };

/** A gateway order that holds money, and the earliest end among its payments that do. */
export interface Hold {
  readonly order_id: string;
  readonly capture_by: Milliseconds;
}

/**
 * In the order of their ids. `known_since`: of a hold whose time nobody can read the window counts from
 * its payment's or order's creation, else from then; too early is better than never. Without it such a
 * hold has no end.
 */
export function holdsOf(
  facts: Facts,
  window: AuthWindow,
  known_since: Milliseconds | null = null,
): readonly Hold[] {
  return holdingOrders(facts).flatMap((order_id) => {
    const order = facts.order[order_id];
    const made = order && millisecondsOf(read(order, "created_at"));
    const held = paymentsOf(facts, order_id).filter(isHeld);
    const since = (payment: Entity<"payment">): Milliseconds | null =>
      known_since && (millisecondsOf(read(payment, "created_at")) ?? made ?? known_since);
    const ends = held.flatMap((payment) => endOf(window, since(payment))(payment));
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

/** The end of a payment's window whether it still holds money or not; null when nobody can say. */
export function endOfWindow(payment: Entity<"payment">, window: AuthWindow): Milliseconds | null {
  return endOf(window)(payment)[0] ?? null;
}

/** `otherwise`: where the window begins when nobody said when the payment was AUTHORIZED. */
function endOf(
  window: AuthWindow,
  otherwise: Milliseconds | null = null,
): (payment: Entity<"payment">) => readonly Milliseconds[] {
  return (payment) => {
    const from = firstSaid(payment, "AUTHORIZED") ?? otherwise;
    const days = window[(read(payment, "network") ?? "").toUpperCase()] ?? window["*"];
    return from === null || days === undefined ? [] : [from + days * DAY];
  };
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
