// Times and days as a person reads them, in the merchant's zone: "3 Nov 2026, 14:02". The exact moment
// stands beside it in UTC wherever it matters; nothing is ever computed from these texts.

import type { Milliseconds } from "./time";
import { wallClock } from "./wall-clock";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** "3 Nov 2026". */
export function shownDay(at: Milliseconds, zone: string): string {
  const { year, month, day } = wallClock(at, zone);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

/** "3 Nov 2026" of the day that is written "2026-11-03". */
export function shownDate(day: string): string {
  return shownDay(Date.parse(`${day}T00:00:00Z`), "UTC");
}

/** "1 Nov 2026 to 3 Nov 2026", or the one day that it is. */
export function shownDates(from: string, to: string): string {
  return from === to ? shownDate(from) : `${shownDate(from)} to ${shownDate(to)}`;
}

/** "2026-11-03" as "3 Nov". */
export function shownDayOfMonth(date: string): string {
  return `${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;
}

/** "3 Nov 2026, 14:02". */
export function shownTime(at: Milliseconds, zone: string): string {
  const { hour, minute } = wallClock(at, zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${shownDay(at, zone)}, ${two(hour)}:${two(minute)}`;
}

const UNITS: readonly (readonly [milliseconds: number, name: string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
];

/** "2 hours", "3 days": the largest unit that is reached, rounded down. */
export function shownDuration(duration: Milliseconds): string {
  const whole = Math.abs(duration);
  const [size, name] = UNITS.find(([size]) => whole >= size) ?? [1_000, "second"];
  const count = Math.floor(whole / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** "in 2 hours", "3 days ago", "now" within a minute. */
export function shownDistance(at: Milliseconds, now: Milliseconds): string {
  const distance = at - now;
  if (Math.abs(distance) < 60_000) return "now";
  const text = shownDuration(distance);
  return distance > 0 ? `in ${text}` : `${text} ago`;
}
