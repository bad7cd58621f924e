// The hours of the day in which a customer may be written to: 09:00 to 20:00 by the merchant's clock,
// so that a zone with summer time opens at nine on both sides of the change.

import { MINUTE } from "./schedule";
import type { Milliseconds } from "./time";
import { momentShowing, type Wall, wallClock } from "./wall-clock";

const OPENS = 9;
const CLOSES = 20;

/** What is moved to the end of a day comes so long before it: the gateway is asked first. */
const BEFORE_CLOSING = 10 * MINUTE;

export function isWithinHours(at: Milliseconds, zone: string): boolean {
  const { hour } = wallClock(at, zone);
  return hour >= OPENS && hour < CLOSES;
}

/**
 * The moment itself if it lies within the hours, else the next opening; if the link ends before that,
 * the last moments of the evening before. Null where there is no such moment between the two ends.
 */
export function moveIntoHours(
  at: Milliseconds,
  zone: string,
  between: { readonly from: Milliseconds; readonly end: Milliseconds | null },
): Milliseconds | null {
  const end = between.end ?? Infinity;
  if (at <= between.from || at >= end) return null;
  if (isWithinHours(at, zone)) return at;
  const opening = nextOpening(at, zone);
  if (opening < end) return opening;
  const evening = lastClosing(at, zone) - BEFORE_CLOSING;
  return evening > between.from ? evening : null;
}

/** Of a moment in the night. */
function nextOpening(at: Milliseconds, zone: string): Milliseconds {
  const wall = wallClock(at, zone);
  return momentOf({ ...wall, day: wall.hour < OPENS ? wall.day : wall.day + 1, hour: OPENS }, zone);
}

/** Of a moment in the night. */
function lastClosing(at: Milliseconds, zone: string): Milliseconds {
  const wall = wallClock(at, zone);
  const day = wall.hour < OPENS ? wall.day - 1 : wall.day;
  return momentOf({ ...wall, day, hour: CLOSES }, zone);
}

/** The moment at which the clock of the zone shows this full hour; a day of 0 or 32 is the next month's. */
function momentOf({ year, month, day, hour }: Wall, zone: string): Milliseconds {
  return momentShowing(Date.UTC(year, month - 1, day, hour), zone);
}
