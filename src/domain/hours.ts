// The hours of the day in which a customer may be written to: 09:00 to 20:00 by the merchant's clock.
// A wall clock is read through Intl, so that a zone with summer time opens at nine on both sides of
// the change.

import type { Milliseconds } from "./time";
import { MINUTE } from "./schedule";

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

interface Wall {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Dear to make, and a deployment has one zone. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(zone, clock);
  return clock;
}

function wallClock(at: Milliseconds, zone: string): Wall {
  const parts = clockOf(zone).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return {
    year: of("year"),
    month: of("month"),
    day: of("day"),
    hour: of("hour"),
    minute: of("minute"),
    second: of("second"),
  };
}

/** The moment at which the clock of the zone shows this full hour; a day of 0 or 32 is the next month's. */
function momentOf({ year, month, day, hour }: Omit<Wall, "minute" | "second">, zone: string) {
  const wanted = Date.UTC(year, month - 1, day, hour);
  // The first guess may stand on the other side of a change of the clock, the second does not.
  const guess = wanted - offsetAt(wanted, zone);
  return wanted - offsetAt(guess, zone);
}

/** How far the zone's clock is ahead of UTC. */
function offsetAt(at: Milliseconds, zone: string): Milliseconds {
  const { year, month, day, hour, minute, second } = wallClock(at, zone);
  const whole = Math.floor(at / 1_000) * 1_000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}
