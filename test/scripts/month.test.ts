// `npm run sandbox:month`, as far as it goes without a server: its arguments, and how what was
// planted is held against what was found.
import { describe, expect, it } from "vitest";
import {
  comparePlanted,
  listAmounts,
  reconciliationRows,
  tableText,
} from "../../scripts/month-table.mjs";
import { readMonthArguments } from "../../scripts/sandbox-month.mjs";

describe("arguments", () => {
  it("are a month of 200 orders a day unless they say otherwise", () => {
    expect(readMonthArguments([])).toEqual({
      port: 8787,
      wish: { seed: 1, days: 30, orders: 200 },
    });
    expect(readMonthArguments(["--seed=9", "--days", "3", "--port", "9000"])).toEqual({
      port: 9000,
      wish: { seed: 9, days: 3, orders: 200 },
    });
  });

  it.each([["--seed=x"], ["--days="], ["--month"]])("refuses %s", (argument) => {
    expect(() => readMonthArguments([argument])).toThrow(/must be a number|What is/);
  });
});

describe("what was planted and what was found", () => {
  const planted = [
    { type: "chargeback", order_id: "v1-a", amount: 100 },
    { type: "chargeback", order_id: "v1-b", amount: 100 },
    { type: "loan_recovery", order_id: null, amount: 5000 },
  ];

  it("are the same when each has its other half", () => {
    const { rows, lost, extra } = comparePlanted(planted, [
      { type: "loan_recovery", amount: { value: 5000, currency: "INR" } },
      { type: "chargeback", order_id: "v1-b", amount: 100 },
      { type: "chargeback", order_id: "v1-a", amount: 100 },
    ]);
    expect(rows).toEqual([
      { type: "chargeback", planted: 2, found: 2, amount: 200, same: true },
      { type: "loan_recovery", planted: 1, found: 1, amount: 5000, same: true },
    ]);
    expect([lost, extra]).toEqual([[], []]);
  });

  it("differ by what is missing, too much, of another order or of another amount", () => {
    const found = [
      { type: "chargeback", order_id: "v1-a", amount: 100 },
      { type: "chargeback", order_id: "v1-c", amount: 100 },
      { type: "loan_recovery", amount: 5001 },
      { type: "settled_twice", order_id: "v1-a", amount: 1 },
    ];
    const { rows, lost, extra } = comparePlanted(planted, found);
    expect(rows).toMatchObject([
      { type: "chargeback", same: false },
      { type: "loan_recovery", same: false },
      { type: "settled_twice", planted: 0, found: 1, same: false },
    ]);
    expect(lost).toEqual(planted.slice(1));
    expect(extra).toEqual(found.slice(1));
  });
});

describe("what is printed", () => {
  it("has columns", () => {
    const text = tableText([
      ["type", "found"],
      ["a", "12"],
    ]);
    expect(text).toBe("  type  found\n  a        12");
  });

  it("shows every amount by its name", () => {
    expect(listAmounts({ collected: 100, fees: { value: 2 } })).toEqual([
      ["collected", "₹1.00"],
      ["fees", "₹0.02"],
    ]);
  });

  it("shows both sides of a reconciliation, and what it does not tell", () => {
    const rows = [
      { name: "settled", amount: { value: 98, currency: "INR" } },
      { name: "taxes", amount: null },
      { name: "unexplained", amount: { value: 2, currency: "INR" } },
    ];
    expect(reconciliationRows({ collected: { value: 100 }, rows })).toEqual([
      ["collected", "₹1.00"],
      ["  settled", "₹0.98"],
      ["  taxes", "not told"],
      ["  unexplained", "₹0.02"],
    ]);
  });
});
