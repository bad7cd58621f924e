/**
 * The days of a month of business, numbered from 1, in India, and which of them the banks work
 * on: not on Sundays, nor on second and fourth Saturdays. Holidays it does not know.
 */
import type { Micros } from "./clock";

export const day_length: Micros = 86_400_000_000;
const indian_offset: Micros = 19_800_000_000;

/** The last midnight in India. */
export function indianMidnight(now: Micros): Micros {
  const local = now + indian_offset;
  return local - (local % day_length) - indian_offset;
}

export class BankCalendar {
  constructor(
    /** The midnight with which day 1 begins. */
    readonly first: Micros,
    readonly days: number,
  ) {}

  startOf(day: number): Micros {
    return this.first + (day - 1) * day_length;
  }

  isBankDay(day: number): boolean {
    const local = new Date((this.startOf(day) + indian_offset) / 1000);
    const weekday = local.getUTCDay();
    const week = Math.ceil(local.getUTCDate() / 7);
    return weekday !== 0 && !(weekday === 6 && (week === 2 || week === 4));
  }

  /** The day that is so many bank days after this one; it may lie behind the month's end. */
  bankDayAfter(day: number, count = 1): number {
    let found = day;
    let left = count;
    while (left > 0) {
      found += 1;
      if (this.isBankDay(found)) left -= 1;
    }
    return found;
  }

  /** How many bank days of the month come after this day. */
  bankDaysLeft(day: number): number {
    const later = Array.from({ length: this.days - day }, (_, index) => day + 1 + index);
    return later.filter((other) => this.isBankDay(other)).length;
  }
}
