// Ranges of days in queries and bodies: whole days such as 2026-11-01 by the report's own clock
// (SETTLEMENT_TIME_ZONE), both ends included.

import { z } from "zod";
import { daysIn } from "../domain/day-moments";
import type { DayRange } from "../domain/report-days";

export const LONGEST_DAYS = 366;

export const day = z.iso.date("must be a day such as 2026-11-01");

/** What is wrong with a range, and with which end of it; null: nothing. */
export function rangeFault({ from, to }: DayRange): readonly [name: string, detail: string] | null {
  const days = daysIn({ from, to });
  if (days < 1) return ["from", "must not be after to"];
  return days > LONGEST_DAYS ? ["from", `must be at most ${LONGEST_DAYS} days before to`] : null;
}
