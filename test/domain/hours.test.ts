// The hours in which a customer may be written to, on both sides of a change of the clock.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithinHours, moveIntoHours } from "../../src/domain/hours";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";

const INDIA = "Asia/Kolkata";
const BERLIN = "Europe/Berlin";
const YORK = "America/New_York";
const LORD_HOWE = "Australia/Lord_Howe";

const at = (text: string): number => Date.parse(text);
const shown = (moment: number | null): string | null =>
  moment === null ? null : new Date(moment).toISOString();

describe("within the hours", () => {
  it.each([
    [INDIA, "2031-01-15T08:59:59.999+05:30", false],
    [INDIA, "2031-01-15T09:00:00.000+05:30", true],
    [INDIA, "2031-01-15T19:59:59.999+05:30", true],
    [INDIA, "2031-01-15T20:00:00.000+05:30", false],
    [INDIA, "2031-01-15T00:00:00.000+05:30", false],
    // The last Sunday of March: the clock of Berlin goes from 02:00 to 03:00.
    [BERLIN, "2031-03-29T08:00:00Z", true],
    [BERLIN, "2031-03-29T07:59:00Z", false],
    [BERLIN, "2031-03-30T07:00:00Z", true],
    [BERLIN, "2031-03-30T06:59:00Z", false],
    [BERLIN, "2031-03-30T18:00:00Z", false],
    [YORK, "2031-11-02T14:00:00Z", true],
    [YORK, "2031-11-02T13:59:00Z", false],
  ])("%s %s: %s", (zone, moment, within) => {
    expect(isWithinHours(at(moment), zone)).toBe(within);
  });
});

describe("a moment is moved into the hours", () => {
  const early = { from: 0, end: null };
  it.each([
    ["not, if it lies there", INDIA, "2031-01-15T12:34:56+05:30", "2031-01-15T07:04:56.000Z"],
    ["to nine of the same morning", INDIA, "2031-01-15T03:00:00+05:30", "2031-01-15T03:30:00.000Z"],
    ["to nine of the next one", INDIA, "2031-01-15T21:15:00+05:30", "2031-01-16T03:30:00.000Z"],
    ["at eight sharp too", INDIA, "2031-01-15T20:00:00+05:30", "2031-01-16T03:30:00.000Z"],
    ["over the end of a year", INDIA, "2030-12-31T23:00:00+05:30", "2031-01-01T03:30:00.000Z"],
    ["to the hour of summer", BERLIN, "2031-03-29T22:00:00Z", "2031-03-30T07:00:00.000Z"],
    ["and of winter", BERLIN, "2031-10-25T22:00:00Z", "2031-10-26T08:00:00.000Z"],
    ["in the hour that is there twice", BERLIN, "2031-10-26T00:30:00Z", "2031-10-26T08:00:00.000Z"],
    ["west of us", YORK, "2031-03-09T03:00:00Z", "2031-03-09T13:00:00.000Z"],
  ])("%s", (_, zone, moment, expected) => {
    expect(shown(moveIntoHours(at(moment), zone, early))).toBe(expected);
  });

  it.each([
    // The link ends before or when the hours begin: the evening before, a little before they close.
    ["2031-01-16T08:00:00+05:30", "2031-01-16T09:00:00+05:30", "2031-01-15T14:20:00.000Z"],
    ["2031-01-15T20:30:00+05:30", "2031-01-15T23:00:00+05:30", "2031-01-15T14:20:00.000Z"],
    ["2031-01-16T08:00:00+05:30", "2031-01-16T09:00:01+05:30", "2031-01-16T03:30:00.000Z"],
  ])("%s of a link that ends at %s", (moment, end, expected) => {
    const between = { from: at("2031-01-15T10:00:00+05:30"), end: at(end) };
    expect(shown(moveIntoHours(at(moment), INDIA, between))).toBe(expected);
  });

  it("there is none for a link of one night, nor outside its life", () => {
    const night = { from: at("2031-01-15T20:30:00+05:30"), end: at("2031-01-16T08:30:00+05:30") };
    expect(moveIntoHours(at("2031-01-16T07:00:00+05:30"), INDIA, night)).toBeNull();
    const day = { from: at("2031-01-15T10:00:00+05:30"), end: at("2031-01-15T12:00:00+05:30") };
    expect(moveIntoHours(day.end, INDIA, day)).toBeNull();
    expect(moveIntoHours(day.from, INDIA, day)).toBeNull();
    expect(moveIntoHours(day.from + MINUTE, INDIA, day)).toBe(day.from + MINUTE);
  });

  it("always within them, within the life of the link, and at most a night away", () => {
    const year = at("2031-01-01T00:00:00Z");
    fc.assert(
      fc.property(
        fc.constantFrom(INDIA, BERLIN, YORK, LORD_HOWE, "Pacific/Chatham", "UTC"),
        fc.integer({ min: 0, max: 366 * DAY }),
        fc.integer({ min: 1, max: 3 * DAY }),
        fc.integer({ min: 1, max: 3 * DAY }),
        (zone, after, lived, left) => {
          const wanted = year + after;
          const between = { from: wanted - lived, end: wanted + left };
          const moved = moveIntoHours(wanted, zone, between);
          if (isWithinHours(wanted, zone)) expect(moved).toBe(wanted);
          if (moved === null) {
            expect(Math.min(lived, left)).toBeLessThan(14 * HOUR + 10 * MINUTE);
            return;
          }
          expect(isWithinHours(moved, zone)).toBe(true);
          expect(moved).toBeGreaterThan(between.from);
          expect(moved).toBeLessThan(between.end);
          expect(Math.abs(moved - wanted)).toBeLessThanOrEqual(14 * HOUR + 10 * MINUTE);
        },
      ),
      { numRuns: 300 },
    );
  });
});
