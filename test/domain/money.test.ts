// Money is whole paisa with a currency: nothing is rounded, and nothing that is no amount passes.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inr, larger, paisa, smaller, subtract, sum, ZERO } from "../../src/domain/money";

const amounts = fc.integer({ min: 0, max: 1_000_000_000 }).map(paisa);

describe("paisa", () => {
  it.each([0.5, 100.01, Number.NaN, Infinity, -Infinity, 2 ** 53])("refuses %d", (value) => {
    expect(() => paisa(value)).toThrow("whole number of paisa");
  });

  it.each([0, 1, 10_000, 100_000_000, Number.MAX_SAFE_INTEGER])("takes %d", (value) => {
    expect(inr(value)).toEqual({ value, currency: "INR" });
  });

  it("adds up without losing any, and nothing is 0", () => {
    expect(sum([])).toBe(ZERO);
    fc.assert(
      fc.property(fc.array(amounts), amounts, (values, more) => {
        expect(subtract(sum([...values, more]), more)).toBe(sum(values));
      }),
    );
  });

  it("does not add up to what a number can no longer hold exactly", () => {
    expect(() => sum([paisa(Number.MAX_SAFE_INTEGER), paisa(1)])).toThrow("whole number of paisa");
  });

  it("one of two is the larger and the other the smaller", () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(larger(a, b) + smaller(a, b)).toBe(a + b);
        expect(larger(a, b)).toBeGreaterThanOrEqual(smaller(a, b));
      }),
    );
  });
});
