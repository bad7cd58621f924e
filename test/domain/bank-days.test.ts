// Bank days, against the calendar of 2026 and against a naive count from day to day.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBankDay, settlementDue } from "../../src/domain/bank-days";
import { DAY, HOUR } from "../../src/domain/schedule";

const INDIA = "Asia/Kolkata";

const HOLIDAYS = ["2026-01-26", "2026-03-04", "2026-08-15", "2026-10-02", "2026-10-20"];

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** All days of 2026. */
const YEAR = Array.from({ length: 365 }, (_, day) => dateOf(Date.UTC(2026, 0, 1) + day * DAY));

describe("a bank day", () => {
  it("is none of the Sundays and none of the second and fourth Saturdays of 2026", () => {
    const saturdays = [
      ["2026-01-10", "2026-01-24"],
      ["2026-02-14", "2026-02-28"],
      ["2026-03-14", "2026-03-28"],
      ["2026-04-11", "2026-04-25"],
      ["2026-05-09", "2026-05-23"],
      ["2026-06-13", "2026-06-27"],
      ["2026-07-11", "2026-07-25"],
      ["2026-08-08", "2026-08-22"],
      ["2026-09-12", "2026-09-26"],
      ["2026-10-10", "2026-10-24"],
      ["2026-11-14", "2026-11-28"],
      ["2026-12-12", "2026-12-26"],
    ].flat();
    // 4 January 2026 was a Sunday.
    const sundays = YEAR.filter((_, day) => day % 7 === 3);
    expect(sundays[0]).toBe("2026-01-04");
    expect(sundays).toHaveLength(52);
    const closed = YEAR.filter((date) => !isBankDay(date, []));
    expect(closed).toEqual([...saturdays, ...sundays].toSorted());
  });

  it.each([
    ["2026-01-03", true, "the first Saturday"],
    ["2026-01-10", false, "the second"],
    ["2026-01-17", true, "the third"],
    ["2026-01-24", false, "the fourth"],
    ["2026-01-31", true, "the fifth"],
    ["2026-02-07", true, "a first one on the last day of the first week"],
    ["2026-02-14", false, "a second one on the 14th"],
    ["2026-02-28", false, "a fourth one at the end of February"],
    ["2026-08-01", true, "a first one on the 1st"],
    ["2026-08-08", false, "a second one on the 8th"],
    ["2026-08-29", true, "a fifth one"],
    ["2026-01-26", false, "a holiday"],
    ["2026-01-27", true, "the day after it"],
  ])("%s: %s, %s", (date, open) => {
    expect(isBankDay(date, HOLIDAYS)).toBe(open);
  });
});

/** The last day whose end is waited for, and the time of day of the due moment, in India. */
function dueIn(at: string, days: number, holidays: readonly string[] = []): string {
  const due = settlementDue(Date.parse(at), { days, holidays, time_zone: INDIA });
  const local = new Date(due + 5.5 * HOUR).toISOString();
  return `${dateOf(due + 5.5 * HOUR - DAY)} ${local.slice(11, 16)}`;
}

describe("a payment is due", () => {
  it.each([
    // November 2026: Sundays 1, 8, 15, 22, 29; closed Saturdays 14 and 28.
    ["2026-11-03T10:00:00+05:30", 1, "2026-11-04", "on the next day"],
    ["2026-11-03T00:00:00+05:30", 1, "2026-11-04", "from the first moment of its day"],
    ["2026-11-03T23:59:59+05:30", 1, "2026-11-04", "to the last one"],
    ["2026-11-03T20:00:00Z", 1, "2026-11-05", "by the day of India, not of Greenwich"],
    ["2026-11-06T10:00:00+05:30", 1, "2026-11-07", "on a first Saturday"],
    ["2026-11-07T10:00:00+05:30", 1, "2026-11-09", "over a Sunday"],
    ["2026-11-08T10:00:00+05:30", 1, "2026-11-09", "on Monday of a Sunday"],
    ["2026-11-13T10:00:00+05:30", 1, "2026-11-16", "over a second Saturday"],
    ["2026-11-14T10:00:00+05:30", 1, "2026-11-16", "of a second Saturday"],
    ["2026-11-13T10:00:00+05:30", 2, "2026-11-17", "two days over it"],
    ["2026-11-27T10:00:00+05:30", 1, "2026-11-30", "over a fourth Saturday"],
    ["2026-11-20T10:00:00+05:30", 1, "2026-11-21", "on a third Saturday"],
    ["2026-11-03T10:00:00+05:30", 0, "2026-11-03", "on its own day"],
    ["2026-11-08T10:00:00+05:30", 0, "2026-11-09", "on the next bank day of a Sunday"],
    ["2026-11-14T10:00:00+05:30", 0, "2026-11-16", "and of a second Saturday"],
    ["2026-12-31T10:00:00+05:30", 1, "2027-01-01", "over the end of a year"],
    ["2026-11-02T10:00:00+05:30", 30, "2026-12-09", "after thirty bank days"],
    ["2026-02-27T10:00:00+05:30", 1, "2026-03-02", "over the end of February"],
  ])("%s, %i days: %s, %s", (at, days, day) => {
    expect(dueIn(at, days)).toBe(`${day} 03:00`);
  });

  it.each([
    ["2026-01-23T10:00:00+05:30", 1, "2026-01-27", "over a fourth Saturday, Sunday, holiday"],
    ["2026-01-25T10:00:00+05:30", 0, "2026-01-27", "of a Sunday before a holiday"],
    ["2026-01-26T10:00:00+05:30", 0, "2026-01-27", "of a holiday"],
    ["2026-01-26T10:00:00+05:30", 1, "2026-01-27", "of a holiday, a day later"],
    ["2026-01-22T10:00:00+05:30", 3, "2026-01-28", "three days over all of them"],
    ["2026-10-01T10:00:00+05:30", 1, "2026-10-03", "over Gandhi's birthday"],
  ])("%s, %i days, with holidays: %s, %s", (at, days, day) => {
    expect(dueIn(at, days, HOLIDAYS)).toBe(`${day} 03:00`);
  });

  it("by the clock of a zone that is changed in the night before", () => {
    // Sunday 25 October 2026 has 25 hours in Berlin; Monday ends at 23:00Z.
    const settings = { days: 0, holidays: [], time_zone: "Europe/Berlin" };
    const due = settlementDue(Date.parse("2026-10-25T12:00:00Z"), settings);
    expect(new Date(due).toISOString()).toBe("2026-10-27T02:00:00.000Z");
    // In Havana the 8th of March begins at one: there is no midnight.
    const havana = { days: 0, holidays: [], time_zone: "America/Havana" };
    const saturday = settlementDue(Date.parse("2026-03-07T18:00:00Z"), havana);
    expect(new Date(saturday).toISOString()).toBe("2026-03-08T08:00:00.000Z");
  });
});

describe("the due day", () => {
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) });
  const days = fc.integer({ min: 0, max: 30 });
  const dates = fc.integer({ min: 0, max: 800 }).map((n) => dateOf(Date.UTC(2026, 0, 1) + n * DAY));
  const holidays = fc.array(dates, { maxLength: 60 });
  const zone = fc.constantFrom(INDIA, "UTC", "Europe/Berlin", "America/Havana", "Pacific/Apia");

  /** The local date of a moment: Sweden writes dates as ISO does. */
  const localDate = (at: number, timeZone: string): string =>
    new Date(at).toLocaleDateString("sv-SE", { timeZone });

  /** Counts day by day, as a clerk would. */
  function clerk(start: string, count: number, closed: readonly string[]): string {
    let date = start;
    const tomorrow = (): string => dateOf(Date.parse(`${date}T00:00:00Z`) + DAY);
    for (let seen = 0; seen < count;) {
      date = tomorrow();
      if (isBankDay(date, closed)) seen += 1;
    }
    while (!isBankDay(date, closed)) date = tomorrow();
    return date;
  }

  it("is a bank day, and the one that a clerk counts", () => {
    fc.assert(
      fc.property(moment, days, holidays, zone, (at, count, closed, time_zone) => {
        const due = settlementDue(at, { days: count, holidays: closed, time_zone });
        // Just before the midnight that ends it.
        const day = localDate(due - 3 * HOUR - 1, time_zone);
        expect(isBankDay(day, closed)).toBe(true);
        expect(day).toBe(clerk(localDate(at, time_zone), count, closed));
        expect(localDate(due - 3 * HOUR, time_zone)).toBe(
          dateOf(Date.parse(`${day}T00:00:00Z`) + DAY),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is never earlier for a later payment, more days or more holidays", () => {
    fc.assert(
      fc.property(
        fc.record({ at: moment, days, holidays, zone, later: fc.nat(30 * DAY), more: fc.nat(20) }),
        holidays,
        (given, added) => {
          const settings = { days: given.days, holidays: given.holidays, time_zone: given.zone };
          const due = settlementDue(given.at, settings);
          expect(due).toBeGreaterThan(given.at);
          const others = [
            settlementDue(given.at + given.later, settings),
            settlementDue(given.at, { ...settings, days: given.days + given.more }),
            settlementDue(given.at, { ...settings, holidays: [...given.holidays, ...added] }),
          ];
          for (const other of others) expect(other).toBeGreaterThanOrEqual(due);
        },
      ),
      { numRuns: 500 },
    );
  });
});
