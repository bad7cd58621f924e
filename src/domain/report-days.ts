// The days by which the settlement reports are asked for: whole days of the report's own clock, as text
// ("2026-11-01"), both ends of a range included. Pure.

import { DAY, HOUR } from "./schedule";
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

/** What the gateway shows of a moment is complete so much later (docs/gateway.md 5.1). */
const REPORT_LAG = 3 * HOUR;

/** The first reading that counts reaches so far back: what was captured before is not expected. */
const FIRST_REACH_DAYS = 28;

/** Who has not read for longer begins anew. */
const LONGEST_REACH_DAYS = 366;

/** The day from which a reading on `today` leaves no gap to what was read through to this moment. */
export function reachOf(readThrough: Milliseconds | null, today: string, zone: string): string {
  const day = readThrough === null ? null : dayOf(readThrough - REPORT_LAG, zone);
  const oldest = lastDays(today, LONGEST_REACH_DAYS).from;
  return day === null || day < oldest ? daysLater(today, -FIRST_REACH_DAYS) : day;
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
