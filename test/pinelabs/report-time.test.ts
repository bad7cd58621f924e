// The report's times carry no zone: they are read in the zone of the setting.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReportTime } from "../../src/pinelabs/report-time";

const INDIA = "Asia/Kolkata";
const BERLIN = "Europe/Berlin";
const HAVANA = "America/Havana";

const shown = (moment: number | null): string | null =>
  moment === null ? null : new Date(moment).toISOString();

describe("a time of the report", () => {
  it.each([
    ["2026-01-20T11:04:51", INDIA, "2026-01-20T05:34:51.000Z"],
    ["2026-01-20T11:04", INDIA, "2026-01-20T05:34:00.000Z"],
    ["2026-01-20 11:04:51", INDIA, "2026-01-20T05:34:51.000Z"],
    ["2026-01-20T11:04:51.5", INDIA, "2026-01-20T05:34:51.500Z"],
    ["2026-01-20T11:04:51.123456789", INDIA, "2026-01-20T05:34:51.123Z"],
    [" 2026-01-20T00:00:00 ", INDIA, "2026-01-19T18:30:00.000Z"],
    ["2026-01-20", INDIA, "2026-01-19T18:30:00.000Z"],
    ["2026-01-20", "UTC", "2026-01-20T00:00:00.000Z"],
    ["2026-07-01T12:00:00", BERLIN, "2026-07-01T10:00:00.000Z"],
    ["2026-12-01T12:00:00", BERLIN, "2026-12-01T11:00:00.000Z"],
    // There twice: the first. Not there: as much later as the clock was put forward.
    ["2026-10-25T02:30:00", BERLIN, "2026-10-25T00:30:00.000Z"],
    ["2026-03-29T02:30:00", BERLIN, "2026-03-29T01:30:00.000Z"],
    ["2026-11-01T00:30:00", HAVANA, "2026-11-01T04:30:00.000Z"],
    ["2026-03-08", HAVANA, "2026-03-08T05:00:00.000Z"],
  ])("%s in %s is %s", (text, zone, expected) => {
    expect(shown(readReportTime(text, zone))).toBe(expected);
  });

  it.each([
    ["2026-01-20T11:04:51Z", "2026-01-20T11:04:51.000Z"],
    ["2026-01-20T11:04:51+05:30", "2026-01-20T05:34:51.000Z"],
    ["2026-01-20 11:04-0800", "2026-01-20T19:04:00.000Z"],
  ])("that carries a zone, %s, is read with it", (text, expected) => {
    expect(shown(readReportTime(text, HAVANA))).toBe(expected);
  });

  it.each([
    undefined,
    null,
    "",
    "-",
    "NA",
    "20-01-2026",
    "20/01/2026 11:04",
    "2026-1-20",
    "2026-02-30",
    "2026-02-30T10:00:00",
    "2026-01-20T25:00:00",
    "2026-01-20T11:60:00",
    "2026-01-20T11",
    "2026-01-20T11:04:51 IST",
    "2026-01-20T11:04:51ZZ",
    "2026-01-20Z",
    "0001-01-01T00:00:00",
    "1970-01-01T00:00:00",
    "275761-01-01",
    20260120,
    true,
    ["2026-01-20"],
  ])("is not %j", (value) => {
    expect(readReportTime(value, INDIA)).toBeNull();
  });

  it("is the first moment at which the clock of the zone showed it", () => {
    const seconds = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2040, 0) / 1000 });
    const zones = fc.constantFrom(INDIA, BERLIN, HAVANA, "Pacific/Chatham", "America/St_Johns");
    fc.assert(
      fc.property(seconds, zones, (second, zone) => {
        const moment = second * 1000;
        // Sweden writes a date as ISO does.
        const form = { timeZone: zone, dateStyle: "short", timeStyle: "medium" } as const;
        const text = new Date(moment).toLocaleString("sv-SE", form);
        const read = readReportTime(text, zone) ?? Number.NaN;
        // In an hour that is there twice the same text means two moments: the first is taken.
        expect(read).toBeLessThanOrEqual(moment);
        expect(new Date(read).toLocaleString("sv-SE", form)).toBe(text);
      }),
    );
  });
});
