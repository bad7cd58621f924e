// The authorization window: until when held money must be captured (docs/gateway.md 3.7).
// It counts from the smallest version at which a payment was AUTHORIZED, never from the order's
// creation (design 3.5).

import { entries, type Facts, firstSaid, read } from "./facts";
import { DAY } from "./schedule";
import type { Milliseconds } from "./time";

/** Days by card network in capitals, "*" for all others: AUTH_WINDOW_DAYS. */
export type AuthWindow = { readonly [network: string]: number };

/** The earliest end among the payments that are held now, or null when none is. */
export function captureBy(facts: Facts, window: AuthWindow): Milliseconds | null {
  const ends = entries(facts, "payment").flatMap(([, payment]) => {
    if (read(payment, "status") !== "AUTHORIZED") return [];
    const from = firstSaid(payment, "AUTHORIZED");
    const days = window[(read(payment, "network") ?? "").toUpperCase()] ?? window["*"];
    return from === null || days === undefined ? [] : [from + days * DAY];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}
