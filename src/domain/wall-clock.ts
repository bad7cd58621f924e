// What a clock on the wall shows in an IANA time zone, and which moment it shows it at. Read through
// Intl, so that zones with summer time are right on both sides of the change. Nothing else in the house
// counts hours or days of a zone.

import type { Milliseconds } from "./time";

export interface Wall {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** More than any zone's clock is ever away from UTC, or moved at once. */
const DAY: Milliseconds = 86_400_000;

/** What the clock of the zone shows at this moment. */
export function wallClock(at: Milliseconds, zone: string): Wall {
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

/** "2026-11-03 11:00:00": as a spreadsheet reads a time, to the second. */
export function wallText(at: Milliseconds, zone: string): string {
  const { year, month, day, hour, minute, second } = wallClock(at, zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/**
 * The moment at which the clock of the zone shows what a clock of UTC shows at `shown` (epoch
 * milliseconds). Of a time that is there twice the first; of one that the clock skips, the moment as
 * much later as it was put forward: midnight, where there is none, becomes the day's first moment.
 */
export function momentShowing(shown: Milliseconds, zone: string): Milliseconds {
  const before = offsetAt(shown - DAY, zone);
  const after = offsetAt(shown + DAY, zone);
  const early = shown - before;
  if (before === after || offsetAt(early, zone) === before) return early;
  const late = shown - after;
  return offsetAt(late, zone) === after ? late : early;
}

/** How far the zone's clock is ahead of UTC. */
function offsetAt(at: Milliseconds, zone: string): Milliseconds {
  const { year, month, day, hour, minute, second } = wallClock(at, zone);
  const whole = Math.floor(at / 1_000) * 1_000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

/** Dear to make, and a deployment has two zones at most. */
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
