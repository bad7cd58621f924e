// Ranges of days that people ask for by a word: yesterday, this month. Pure; `today` and all days are text
// such as "2026-11-03", by the clock of the reports.

import { type DayRange, daysLater, lastDays } from "../domain/report-days";

export interface Preset extends DayRange {
  readonly label: string;
}

/** The first one of a page that nobody asked days of. */
export function usualRange(today: string): DayRange {
  return lastDays(today, 7);
}

export function presetsOf(today: string): readonly Preset[] {
  const yesterday = daysLater(today, -1);
  const monthBegan = firstOfMonth(today);
  const monthBefore = daysLater(monthBegan, -1);
  return [
    { label: "Yesterday", from: yesterday, to: yesterday },
    { label: "Last 7 days", ...usualRange(today) },
    { label: "This month", from: monthBegan, to: today },
    { label: "Last month", from: firstOfMonth(monthBefore), to: monthBefore },
  ];
}

function firstOfMonth(day: string): string {
  return `${day.slice(0, 8)}01`;
}
