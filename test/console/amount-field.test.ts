// All of an amount or a part of it: what could mean two things, or can not be moved, is said before it is asked for.

import { expect, test } from "vitest";
import { parseAmount } from "../../src/console/amount-field";
import { inr } from "../../src/domain/money";

test.each([
  [{ what: "all", amount: "" }, 150_000, { ok: true, value: inr(150_000) }],
  [{ what: "all", amount: "" }, 100, { ok: true, value: inr(100) }],
  [
    { what: "all", amount: "" },
    99,
    { failure: { faults: { what: "The gateway moves ₹1.00 at least." } } },
  ],
  [
    { what: "all", amount: "500" },
    150_000,
    { failure: { faults: { what: expect.stringContaining("and typed an amount") } } },
  ],
  [{ what: "part", amount: "500" }, 150_000, { ok: true, value: inr(50_000) }],
])("%j of %d paisa", (typed, left, expected) => {
  const all = inr(left);
  expect(parseAmount(typed, { all, most: all })).toMatchObject(expected);
});
