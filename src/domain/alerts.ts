// The alerts of the authorization window: which there are, and which were given (design 3.5). One of
// a kind for each gateway order that holds money, for ever. When they are due is window-plan.ts.

import { HOUR } from "./schedule";
import type { Milliseconds } from "./time";

/** So long before the end of the window, from the first to the most urgent. */
export const ALERTS = [
  { kind: "48h", before: 48 * HOUR },
  { kind: "6h", before: 6 * HOUR },
] as const;

/** `fulfilled`: it was delivered while its money was only held, so the capture is due at once. */
export type AlertKind = (typeof ALERTS)[number]["kind"] | "fulfilled";

/** Those that were given, by their key, and when. */
export type Alerts = { readonly [key: string]: Milliseconds };

/** An order's id has no bar, so no two alerts share a key. */
export function alertKey(order_id: string, kind: AlertKind): string {
  return `${order_id}|${kind}`;
}

/** The orders and kinds of the alerts that were given, in the order of their keys. */
export function givenAlerts(
  alerts: Alerts,
): readonly { readonly order_id: string; readonly kind: string }[] {
  return Object.keys(alerts)
    .toSorted()
    .map((key) => {
      const [order_id = "", kind = ""] = key.split("|");
      return { order_id, kind };
    });
}
