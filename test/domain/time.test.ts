// The gateway's times: what is readable, what is not, and that text sorts as time does.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  instantToMilliseconds,
  newest,
  ownInstant,
  parseInstant,
  toIso,
  versionOf,
  versionToMilliseconds,
} from "../../src/domain/time";

const NANOSECONDS_OF_MARCH = BigInt(Date.parse("2026-03-01T10:20:30Z")) * 1_000_000n;

function nanoseconds(text: string): bigint | null {
  const instant = parseInstant(text);
  return instant === null ? null : BigInt(instant) - NANOSECONDS_OF_MARCH;
}

describe("a gateway time is read", () => {
  it.each([
    ["2026-03-01T10:20:30Z", 0n],
    ["2026-03-01T10:20:30.1Z", 100_000_000n],
    ["2026-03-01T10:20:30.123Z", 123_000_000n],
    ["2026-03-01T10:20:30.123456Z", 123_456_000n],
    ["2026-03-01T10:20:30.123456789Z", 123_456_789n],
    ["2026-03-01T10:20:30.1234567891Z", 123_456_789n],
    ["2026-03-01T10:20:30.000000001Z", 1n],
    ["2026-03-01T10:20Z", -30_000_000_000n],
    ["2026-03-01T10:20:30+00:00", 0n],
    ["2026-03-01T15:50:30+05:30", 0n],
    ["2026-03-01T15:50:30.5+0530", 500_000_000n],
    ["2026-03-01T02:20:30-08:00", 0n],
    ["2026-03-01 10:20:30Z", 0n],
    ["2026-03-01t10:20:30z", 0n],
    ["2026-02-28T23:20:30-11:00", 0n],
  ])("%s", (text, expected) => {
    expect(nanoseconds(text)).toBe(expected);
  });

  it("on 29 February of a leap year only", () => {
    expect(parseInstant("2028-02-29T00:00:00Z")).not.toBeNull();
    expect(parseInstant("2026-02-29T00:00:00Z")).toBeNull();
    expect(parseInstant("2100-02-29T00:00:00Z")).toBeNull();
  });
});

describe("a time is not a point in time", () => {
  it.each([
    ["without a zone", "2026-03-01T10:20:30"],
    ["without a zone, with a fraction", "2026-03-01T10:20:30.123"],
    ["without a time of day", "2026-03-01"],
    ["on 31 June", "2026-06-31T10:20:30Z"],
    ["on 30 February", "2026-02-30T10:20:30Z"],
    ["in month 13", "2026-13-01T10:20:30Z"],
    ["in month 0", "2026-00-10T10:20:30Z"],
    ["on day 0", "2026-03-00T10:20:30Z"],
    ["at hour 25", "2026-03-01T25:20:30Z"],
    ["at minute 60", "2026-03-01T10:60:30Z"],
    ["at second 61", "2026-03-01T10:20:61Z"],
    ["with an empty fraction", "2026-03-01T10:20:30.Z"],
    ["with an impossible offset", "2026-03-01T10:20:30+99:99"],
    ["before 1970", "1969-12-31T23:59:59Z"],
    ["too far away for nineteen digits", "9999-12-31T23:59:59Z"],
    ["in words", "yesterday"],
    ["with words behind it", "2026-03-01T10:20:30Z or so"],
    ["empty", ""],
    ["two lines long", "2026-03-01T10:20:30Z\n2026-03-01T10:20:30Z"],
  ])("%s", (_, text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it.each([[null], [undefined], [1_772_360_430_000], [{}], [["2026-03-01T10:20:30Z"]], [true]])(
    "when it is %j",
    (value) => {
      expect(parseInstant(value)).toBeNull();
    },
  );

  it("and reading never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.anything()), (value) => {
        expect(() => parseInstant(value)).not.toThrow();
      }),
    );
  });
});

describe("versions", () => {
  const moment = fc.record({
    ms: fc.integer({ min: 0, max: Date.parse("2200-01-01T00:00:00Z") }),
    below: fc.integer({ min: 0, max: 999_999 }),
  });
  const textOf = ({ ms, below }: { readonly ms: number; readonly below: number }) =>
    new Date(ms).toISOString().replace("Z", `${below.toString().padStart(6, "0")}Z`);
  const countOf = ({ ms, below }: { readonly ms: number; readonly below: number }) =>
    BigInt(ms) * 1_000_000n + BigInt(below);

  it("sort as text as they count in nanoseconds", () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [first, second] = [parseInstant(textOf(a)) ?? "", parseInstant(textOf(b)) ?? ""];
        expect(BigInt(first)).toBe(countOf(a));
        expect(first < second).toBe(countOf(a) < countOf(b));
        expect(first).toHaveLength(second.length);
      }),
    );
  });

  it("compare the thing's own time first, its snapshot's next", () => {
    const [early, middle, late] = [
      "2026-03-01T10:00Z",
      "2026-03-01T10:01Z",
      "2026-03-01T10:02Z",
    ].map((text) => {
      const instant = parseInstant(text);
      if (!instant) throw new Error(text);
      return instant;
    }) as [never, never, never];
    expect(versionOf(middle, middle) > versionOf(early, late)).toBe(true);
    expect(versionOf(early, late) > versionOf(early, middle)).toBe(true);
    expect(ownInstant(versionOf(early, late))).toBe(early);
    expect(versionToMilliseconds(versionOf(early, late))).toBe(Date.parse("2026-03-01T10:00:00Z"));
    expect(newest([middle, null, late, early])).toBe(late);
    expect(newest([null])).toBeNull();
    expect(newest([])).toBeNull();
  });

  it("come back as ISO 8601 in UTC", () => {
    const instant = parseInstant("2026-03-01T15:50:30.123456+05:30");
    expect(instant && toIso(instantToMilliseconds(instant))).toBe("2026-03-01T10:20:30.123Z");
  });
});
