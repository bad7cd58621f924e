// The days of the report's clock: whole, both ends included, in pieces that the gateway answers.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  dayOf,
  daysLater,
  lastDays,
  LONGEST_RANGE_DAYS,
  windowsOf,
} from "../../src/domain/report-days";
import { DAY } from "../../src/domain/schedule";

test.each([
  ["2026-11-21T18:29:59Z", "Asia/Kolkata", "2026-11-21"],
  ["2026-11-21T18:30:00Z", "Asia/Kolkata", "2026-11-22"],
  ["2026-11-21T18:30:00Z", "UTC", "2026-11-21"],
])("%s in %s is %s", (at, zone, day) => {
  expect(dayOf(Date.parse(at), zone)).toBe(day);
});

test("three days are today and the two before", () => {
  expect(lastDays("2026-03-01", 3)).toEqual({ from: "2026-02-27", to: "2026-03-01" });
});

test("a range of sixty days is one window, one of sixty-one is two", () => {
  const sixty = lastDays("2026-11-22", 60);
  expect(windowsOf(sixty)).toEqual([sixty]);
  expect(windowsOf(lastDays("2026-11-22", 61))).toEqual([
    sixty,
    { from: "2026-09-23", to: "2026-09-23" },
  ]);
});

test("a range that ends before it begins, or that is no range, has no window", () => {
  expect(windowsOf({ from: "2026-11-22", to: "2026-11-21" })).toEqual([]);
});

test("windows cover each day of their range once, newest first, and none is too long", () => {
  const first = fc.integer({ min: 0, max: 20_000 }).map((n) => daysLater("1990-01-01", n));
  fc.assert(
    fc.property(first, fc.integer({ min: 1, max: 400 }), (from, days) => {
      const range = { from, to: daysLater(from, days - 1) };
      const windows = windowsOf(range);
      const lengths = windows.map((one) => (Date.parse(one.to) - Date.parse(one.from)) / DAY + 1);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(LONGEST_RANGE_DAYS);
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(days);
      expect(windows[0]?.to).toBe(range.to);
      expect(windows.at(-1)?.from).toBe(range.from);
      windows.slice(1).forEach((one, index) => {
        expect(daysLater(one.to, 1)).toBe(windows[index]?.from);
      });
    }),
  );
});
