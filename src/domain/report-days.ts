// The days by which the settlement reports are asked for: whole days of the report's own clock, as text
// ("2026-11-01"), both ends of a range included. Pure.

import { DAY } from "./schedule";
import type { Milliseconds } from "./time";
import { wallClock } from "./wall-clock";

/** The gateway answers about no more days at once, both ends included. */
export const LONGEST_RANGE_DAYS = 60;

export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** The day that the zone's calendar shows at this moment. */
export function dayOf(at: Milliseconds, zone: string): string {
  const { year, month, day } = wallClock(at, zone);
  return textOf(Date.UTC(year, month - 1, day));
}

/** So many days later; earlier where `days` is negative. */
export function daysLater(day: string, days: number): string {
  return textOf(Date.parse(day) + days * DAY);
}

/** The last `days` days before the end of `today`, itself among them. */
export function lastDays(today: string, days: number): DayRange {
  return { from: daysLater(today, 1 - days), to: today };
}

/** In pieces that the gateway answers, newest first; none of a range that ends before it begins. */
export function windowsOf(range: DayRange): readonly DayRange[] {
  const windows: DayRange[] = [];
  for (let { to } = range; range.from <= to; to = daysLater(to, -LONGEST_RANGE_DAYS)) {
    const { from } = lastDays(to, LONGEST_RANGE_DAYS);
    windows.push({ from: from < range.from ? range.from : from, to });
  }
  return windows;
}

function textOf(midnight: Milliseconds): string {
  return new Date(midnight).toISOString().slice(0, 10);
}
