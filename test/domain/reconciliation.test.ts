// Both sides of a reconciliation are equal, whatever was found.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paisa } from "../../src/domain/money";
import { NOTES, PARTS, RECONCILE_BY, reconcile } from "../../src/domain/reconciliation";

const amount = fc.integer({ min: -1e13, max: 1e13 }).map(paisa);
const parts = fc.record({
  refunded: fc.option(amount),
  fees: fc.option(amount),
  taxes: fc.option(amount),
  recoveries: fc.option(amount),
  split: fc.option(amount),
  beside: fc.option(amount),
  settled: fc.option(amount),
  not_yet_settled: fc.option(amount),
  settled_elsewhere: fc.option(amount),
});

describe("a reconciliation", () => {
  it("has two equal sides, with the unexplained rest as a row of its own", () => {
    fc.assert(
      fc.property(amount, parts, (collected, told) => {
        const found = reconcile(collected, told);
        const total = found.rows.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
        expect(total).toBe(found.collected);
        expect(found.collected).toBe(collected);
        expect(found.balance).toBe(0);
        // No part is changed to make it so.
        expect(Object.fromEntries(found.rows.map((row) => [row.name, row.amount]))).toMatchObject(
          told,
        );
        expect(found.rows.map(({ name }) => name)).toEqual([...PARTS, "unexplained"]);
      }),
    );
  });

  it("says what it can not tell", () => {
    for (const by of RECONCILE_BY) expect(NOTES[by].length).toBeGreaterThan(0);
  });
});
