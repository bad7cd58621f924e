// A range of days as moments: a day begins and ends by the clock of a zone. Pure.

import { daysLater, type DayRange } from "./report-days";
import type { Milliseconds } from "./time";
import { momentShowing } from "./wall-clock";

export interface Moments {
  /** From this moment on, and before that one. */
  readonly from: Milliseconds;
  readonly before: Milliseconds;
}

/** Both days are in it, whole. */
export function momentsOf({ from, to }: DayRange, zone: string): Moments {
  return { from: dayStart(from, zone), before: dayStart(daysLater(to, 1), zone) };
}

/** The first moment of a day such as "2026-11-01". */
function dayStart(day: string, zone: string): Milliseconds {
  return momentShowing(Date.parse(`${day}T00:00:00Z`), zone);
}

/** Days in the range, both ends included; below 1 when it ends before it begins. */
export function daysIn({ from, to }: DayRange): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
}
