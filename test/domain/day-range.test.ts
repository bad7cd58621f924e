// The ranges of days that people ask for by a word.
import { expect, it } from "vitest";
import { presetsOf, usualRange } from "../../src/console/day-range";

it.each([
  [
    "2026-11-23",
    ["2026-11-22", "2026-11-22"],
    ["2026-11-17", "2026-11-23"],
    ["2026-11-01", "2026-11-23"],
    ["2026-10-01", "2026-10-31"],
  ],
  [
    "2028-03-01",
    ["2028-02-29", "2028-02-29"],
    ["2028-02-24", "2028-03-01"],
    ["2028-03-01", "2028-03-01"],
    ["2028-02-01", "2028-02-29"],
  ],
  [
    "2027-01-01",
    ["2026-12-31", "2026-12-31"],
    ["2026-12-26", "2027-01-01"],
    ["2027-01-01", "2027-01-01"],
    ["2026-12-01", "2026-12-31"],
  ],
])("on %s: yesterday, the last seven days, this month, last month", (today, ...ranges) => {
  expect(presetsOf(today).map(({ from, to }) => [from, to])).toEqual(ranges);
  expect(usualRange(today)).toEqual({ from: ranges[1]?.[0], to: ranges[1]?.[1] });
});
