// The times of the settlement report, which carry no zone (docs/gateway.md 5.3): they are what a clock
// showed in the zone of SETTLEMENT_TIME_ZONE. One that does carry a zone is read with it.

import type { Json } from "../domain/json";
import { millisecondsOf, type Milliseconds } from "../domain/time";
import { momentShowing } from "../domain/wall-clock";

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Epoch milliseconds of "2024-10-09T10:59:46", also with a space, without seconds, with a fraction, or
 * of a date alone, which is its midnight. Null for all else, and before 1970, which is somebody's way
 * to say "never".
 */
export function readReportTime(value: Json | undefined, zone: string): Milliseconds | null {
  if (typeof value !== "string") return null;
  const zoned = millisecondsOf(value);
  if (zoned !== null) return zoned;
  const text = value.trim();
  const shown = millisecondsOf(DATE.test(text) ? `${text}T00:00:00Z` : `${text}Z`);
  if (shown === null) return null;
  const moment = momentShowing(shown, zone);
  return moment < 0 ? null : moment;
}
