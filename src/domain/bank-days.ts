// The days on which Indian banks work, and when a payment must have reached the merchant's bank. Sundays,
// the second and the fourth Saturday of a month and BANK_HOLIDAYS do not count (the Reserve Bank's rule
// since 2015). No holiday is known here that the settings do not name.

import { DAY, HOUR } from "./schedule";
import { type Milliseconds, toIso } from "./time";
import { momentShowing, wallClock } from "./wall-clock";

export interface BankDays {
  /** SETTLEMENT_DAYS: bank days from a payment's day to its transfer's. */
  readonly days: number;
  /** BANK_HOLIDAYS: "2026-01-26". */
  readonly holidays: readonly string[];
  /** IANA zone in which days begin and end. */
  readonly time_zone: string;
}

/** The gateway's figures are so late at most (docs/gateway.md 5.1). */
const LATE_FIGURES = 3 * HOUR;

const SUNDAY = 0;
const SATURDAY = 6;

/**
 * When a payment of this moment is missing in the bank, in epoch milliseconds: three hours after the
 * end of the day that is `days` bank days after its own. With 0 days that is its own day, or the next
 * bank day where that is none.
 */
export function settlementDue(at: Milliseconds, settings: BankDays): Milliseconds {
  const { days, holidays, time_zone } = settings;
  const { year, month, day } = wallClock(at, time_zone);
  const closed = new Set(holidays);
  // A day is its midnight by the clock of UTC: as a date only, without any zone.
  let date = Date.UTC(year, month - 1, day);
  for (let left = days; left > 0; left -= 1) date = bankDayFrom(date + DAY, closed);
  const due = bankDayFrom(date, closed);
  return momentShowing(due + DAY, time_zone) + LATE_FIGURES;
}

/** `date`: "2026-01-26". */
export function isBankDay(date: string, holidays: readonly string[]): boolean {
  return isOpen(Date.parse(`${date}T00:00:00Z`), new Set(holidays));
}

/** The day itself, or the first after it on which banks work. */
function bankDayFrom(date: Milliseconds, closed: ReadonlySet<string>): Milliseconds {
  let day = date;
  while (!isOpen(day, closed)) day += DAY;
  return day;
}

function isOpen(date: Milliseconds, closed: ReadonlySet<string>): boolean {
  const day = new Date(date);
  const weekday = day.getUTCDay();
  // The second Saturday is the one of the 8th to 14th, the fourth that of the 22nd to 28th.
  const week = Math.ceil(day.getUTCDate() / 7);
  if (weekday === SUNDAY || (weekday === SATURDAY && (week === 2 || week === 4))) return false;
  return !closed.has(toIso(date).slice(0, 10));
}
