// An order may have a thousand payments and a thousand refunds, and its settlement is looked at after every
// word: twice as much of everything is looked at twice as often, and not four times.

import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import type { Settled } from "../../src/domain/settled-line";
import { matchSettlement, settlementFindings } from "../../src/domain/settlement";
import { gapsOf } from "../../src/domain/settlement-gaps";
import { settledBy, viewSettlement } from "../../src/domain/settlement-view";
import { plain, said, settled } from "./settlement-words";
import { known, order, ORDER, payment, refund, REFUND } from "./words";

/** So many payments of 100 rupees, each refunded by 10 rupees, and a line of each payment and refund. */
function world(size: number, shape: "one payment" | "many" | "many orders" | "unlisted") {
  const numbers = Array.from({ length: size }, (_, index) => index);
  const orderOf = (index: number) => (shape === "many orders" ? `${ORDER}-${index}` : ORDER);
  const idOf = (index: number) => `${orderOf(index)}-cc-${shape === "one payment" ? 1 : index}`;
  const facts = known([
    ...numbers.map((index) => order(60, { status: "FULLY_REFUNDED" }, orderOf(index))),
    ...numbers.map((index) =>
      payment(
        60,
        {
          status: "PROCESSED",
          amount: inr(shape === "one payment" ? 10_000 * size : 10_000),
          order_id: orderOf(index),
          payment_method: "CREDIT_EMI",
        },
        idOf(index),
      ),
    ),
    ...numbers.map((index) => {
      const fields = { amount: inr(1_000), parent_order_id: orderOf(index) };
      return refund(90, { status: "PROCESSED", ...fields }, `${REFUND}${index}`);
    }),
  ]);
  const lines = settled(
    ...numbers.flatMap((index) => [
      said(idOf(index), [plain(10_000), plain(-1_000)], { utr: `utr-${index}` }),
      said(`${REFUND}${index}-cc-1`, [plain(-1)], { utr: `utr-${index}` }),
    ]),
  );
  return { facts, lines: shape === "unlisted" ? settled() : lines };
}

/** How often anything of what is known of these payments, refunds and lines is looked at. */
function looksOf(
  given: { readonly facts: Facts; readonly lines: Settled },
  run: (facts: Facts, lines: Settled) => unknown,
): number {
  let looks = 0;
  const watched = <T extends object>(thing: T): T =>
    new Proxy(thing, {
      get(target, key, receiver) {
        looks += 1;
        const value: unknown = Reflect.get(target, key, receiver);
        return value;
      },
    });
  const each = <T extends object>(things: { readonly [id: string]: T }) =>
    Object.fromEntries(Object.entries(things).map(([id, thing]) => [id, watched(thing)]));
  const { order: orders, payment: payments, refund: refunds } = given.facts;
  const facts = {
    ...given.facts,
    order: each(orders),
    payment: each(payments),
    refund: each(refunds),
  };
  const lines = Object.fromEntries(
    Object.entries(given.lines).map(([key, one]) => [
      key,
      watched({ ...one, lines: one.lines.map((single) => watched(single)) }),
    ]),
  );
  run(facts, lines);
  return looks;
}

describe.each(["one payment", "many", "many orders", "unlisted"] as const)("of %s", (shape) => {
  const [half, whole] = [world(100, shape), world(200, shape)];
  it.each([
    ["what is found", settlementFindings],
    ["what is missing", gapsOf],
    ["where the money is", matchSettlement],
    ["by what it is settled", settledBy],
    [
      "what is shown",
      (facts: Facts, lines: Settled) => viewSettlement(matchSettlement(facts, lines)),
    ],
  ])("%s grows with the order and not faster", (_, run) => {
    // Sorting by time looks a little more often the more there is.
    expect(looksOf(whole, run)).toBeLessThanOrEqual(2.5 * looksOf(half, run));
  });
});

describe("of an order that no report names", () => {
  const given = world(50, "unlisted");
  it("nothing is looked at to find that nothing differs and that nothing is settled", () => {
    expect(looksOf(given, settlementFindings)).toBe(0);
    expect(looksOf(given, settledBy)).toBe(0);
  });
});
