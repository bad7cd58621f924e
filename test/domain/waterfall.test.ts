// The waterfall of a transfer: each bar begins where the one before it ended, the last ends at the net, and
// every bar is inside of the picture, whatever the amounts.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Kept, WATERFALL_PARTS, waterfallOf } from "../../src/console/waterfall";
import { type Paisa, paisa, ZERO } from "../../src/domain/money";

const NOTHING: Kept = {
  refunds: ZERO,
  fees: ZERO,
  taxes: ZERO,
  recoveries: ZERO,
  split: ZERO,
  beside: ZERO,
};

const amount = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -100, max: 100 }),
  fc.integer({ min: -1e13, max: 1e13 }),
);
const paisaAmount = amount.map(paisa);
const kept = fc.record({
  refunds: fc.option(paisaAmount),
  fees: fc.option(paisaAmount),
  taxes: fc.option(paisaAmount),
  recoveries: fc.option(paisaAmount),
  split: fc.option(paisaAmount),
  beside: fc.option(paisaAmount),
});

function drawn(gross: Paisa, net: Paisa, parts: Kept) {
  const waterfall = waterfallOf(gross, net, parts);
  if (waterfall === null) throw new Error("nothing was drawn");
  return waterfall;
}

describe("a waterfall", () => {
  it("leads from the gross to the net without a step that is not drawn", () => {
    fc.assert(
      fc.property(paisaAmount, paisaAmount, kept, (gross, net, parts) => {
        const { bars, unexplained } = drawn(gross, net, parts);
        const [first, ...rest] = bars;
        const last = rest.pop();
        expect(first).toMatchObject({ name: "gross", from: 0, to: gross });
        expect(last).toMatchObject({ name: "net", from: 0, to: net });
        let level: number = gross;
        for (const { from, to, kind } of rest) {
          expect(from).toBe(level);
          expect(kind).toBe(to < from ? "less" : "more");
          level = to;
        }
        expect(level).toBe(net);
        const told = Object.values(parts).reduce<number>((sum, part) => sum + (part ?? 0), 0);
        expect(unexplained).toBe(gross - told - net);
      }),
    );
  });

  it("stays inside of the picture, and what is there can be seen", () => {
    fc.assert(
      fc.property(paisaAmount, paisaAmount, kept, (gross, net, parts) => {
        const { bars, zero } = drawn(gross, net, parts);
        expect(zero).toBeGreaterThanOrEqual(0);
        expect(zero).toBeLessThanOrEqual(100);
        for (const { left, width, end, from, to } of bars) {
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left + width).toBeLessThanOrEqual(100.001);
          expect(end).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(100);
          if (from === to) expect(width).toBe(0);
          else expect(width).toBeGreaterThanOrEqual(0.8);
        }
      }),
    );
  });

  it("draws parts in their order and none that is nothing or that nobody said", () => {
    const parts = { ...NOTHING, refunds: paisa(500), taxes: null, beside: paisa(-100) };
    const { bars, zero } = drawn(paisa(10_000), paisa(9_000), parts);
    expect(bars.map(({ name, kind, from, to }) => [name, kind, from, to])).toEqual([
      ["gross", "total", 0, 10_000],
      ["refunds", "less", 10_000, 9_500],
      ["beside", "more", 9_500, 9_600],
      ["unexplained", "less", 9_600, 9_000],
      ["net", "total", 0, 9_000],
    ]);
    expect(bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 100],
      [95, 5],
      [95, 1],
      [90, 6],
      [0, 90],
    ]);
    expect(zero).toBe(0);
  });

  it("goes below nothing where more was taken than collected", () => {
    const { bars, zero } = drawn(paisa(1_000), paisa(-1_000), {
      ...NOTHING,
      recoveries: paisa(2_000),
    });
    expect(zero).toBe(50);
    expect(bars.map(({ name, left, width }) => [name, left, width])).toEqual([
      ["gross", 50, 50],
      ["recoveries", 0, 100],
      ["net", 0, 50],
    ]);
  });

  it("shows one paisa beside a crore", () => {
    const { bars } = drawn(paisa(1e9), paisa(1e9 - 1), { ...NOTHING, fees: paisa(1) });
    expect(bars.map(({ name, left, width }) => [name, left, width])).toEqual([
      ["gross", 0, 100],
      ["fees", 99.2, 0.8],
      ["net", 0, 100],
    ]);
  });

  it("of nothing at all is two bars of nothing", () => {
    const { bars, zero } = drawn(ZERO, ZERO, NOTHING);
    expect([zero, ...bars.map(({ left, width }) => left + width)]).toEqual([0, 0, 0]);
  });

  it("is not drawn where nobody said what came in or what went out", () => {
    expect(waterfallOf(null, ZERO, NOTHING)).toBeNull();
    expect(waterfallOf(ZERO, null, NOTHING)).toBeNull();
  });

  it("has the unexplained rest as its last part", () => {
    expect(WATERFALL_PARTS.at(-1)).toBe("unexplained");
    expect(WATERFALL_PARTS.toSorted()).toEqual([...Object.keys(NOTHING), "unexplained"].toSorted());
  });
});
