// Whether the gateway's webhooks arrive, judged by how the newest payments became known: when each of them
// is known only because we asked, no webhook came, and most likely none will.

import { DAY, MINUTE } from "./schedule";
import type { Milliseconds } from "./time";

/** A payment, and how its order's stage was verified. */
export interface PaymentSeen {
  readonly home: string;
  readonly at: Milliseconds;
  readonly verified_by: "webhook" | "inquiry";
}

/** How many orders are looked at, and how many it takes to say anything. */
const MOST = 10;
const ENOUGH = 3;

/** Payments of which age are looked at: what came a moment ago may still be told of. */
export const SILENCE: { readonly youngest: Milliseconds; readonly oldest: Milliseconds } = {
  youngest: 10 * MINUTE,
  oldest: 7 * DAY,
};

export interface Silence {
  readonly silent: boolean;
  /** The oldest of the orders' payments without a webhook; null while it is not silent. */
  readonly since: Milliseconds | null;
  /** How many orders this rests on. */
  readonly orders: number;
}

/** `payments`: newest first, of the ages above. */
export function judgeWebhooks(payments: readonly PaymentSeen[]): Silence {
  const newest = new Map<string, PaymentSeen>();
  for (const payment of payments) {
    if (newest.size === MOST) break;
    if (!newest.has(payment.home)) newest.set(payment.home, payment);
  }
  const seen = [...newest.values()];
  const silent =
    seen.length >= ENOUGH && seen.every(({ verified_by }) => verified_by === "inquiry");
  return { silent, since: silent ? (seen.at(-1)?.at ?? null) : null, orders: seen.length };
}
