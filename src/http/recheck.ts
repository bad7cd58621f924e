// How often the customer's page asks again while a payment is being confirmed: soon at first, then
// ever more slowly, then no more by itself. The count travels in the page's own address.

import type { Recheck } from "./pages/layout";
import { RECHECK_PARAMETER } from "./redirect-fields";

/** Seconds until the next look; after the last one the page waits for its reader. */
const INTERVALS = [5, 5, 8, 13, 20, 30, 45, 60, 60, 60, 60, 60, 60, 60, 60] as const;

/** `address` is the page's own, without the count. */
export function recheckAfter(address: string, count: number): Recheck | null {
  const seconds = INTERVALS[count];
  if (seconds === undefined) return null;
  const separator = address.includes("?") ? "&" : "?";
  return { seconds, url: `${address}${separator}${RECHECK_PARAMETER}=${count + 1}` };
}

/** How many times the page has looked already; anything that is no small number is none. */
export function recheckCount(value: string | undefined): number {
  return /^\d{1,3}$/.test(value ?? "") ? Number(value) : 0;
}
