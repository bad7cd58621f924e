// Ranges of days in queries and bodies: whole days such as 2026-11-01 by the report's own clock
// (SETTLEMENT_TIME_ZONE), both ends included.

import * as z from "zod/mini";
import { daysIn, type Moments, momentsOf } from "../domain/day-moments";
import type { DayRange } from "../domain/report-days";

const LONGEST_DAYS = 366;

/** No money is older, and the day after the last one still has four digits for its year. */
const YEARS = { from: "2000-01-01", to: "9998-12-31" };

export const day = z.iso
  .date("must be a day such as 2026-11-01")
  .check(
    z.refine(
      (text) => YEARS.from <= text && text <= YEARS.to,
      `must be from ${YEARS.from} to ${YEARS.to}`,
    ),
  );

/** A range that is open at an end that is not named, as moments by the zone's clock. */
export function openRange(
  from: string | undefined,
  to: string | undefined,
  zone: string,
): Partial<Moments> {
  return {
    ...(from === undefined ? {} : { from: momentsOf({ from, to: from }, zone).from }),
    ...(to === undefined ? {} : { before: momentsOf({ from: to, to }, zone).before }),
  };
}

/** What is wrong with a range, and with which end of it; null: nothing. */
export function rangeFault(
  { from, to }: DayRange,
  longest = LONGEST_DAYS,
): readonly [name: string, detail: string] | null {
  const days = daysIn({ from, to });
  if (days < 1) return ["from", "must not be after to"];
  return days > longest ? ["from", `must be at most ${longest} days before to`] : null;
}
