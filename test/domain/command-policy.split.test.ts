// Refunds of orders whose money is split between sellers (docs/gateway.md 4.1 and 10): what is sent
// always says how it splits, and the parts come to the amount.

import { describe, expect, it } from "vitest";
import { decide } from "../../src/domain/command-policy";
import type { JsonObject } from "../../src/domain/json";
import { inr } from "../../src/domain/money";
import { refundWish, splitOf } from "./command-words";
import { ASKED, known, link, named, order, paidOrder, payment, refund } from "./words";

/** As the gateway shows it: with what refunds do not take. */
const shown = splitOf([7_000, 3_000], {
  on_hold: true,
  status: "HOLD",
  split_settlement_id: "s-1",
});
const paid = known([
  order(60, { status: "PROCESSED", amount: ASKED, split_info: shown }),
  payment(60, { status: "PROCESSED", amount: ASKED }),
]);
const unsplit = known(paidOrder());

function splitOfRefund(facts: typeof paid, value: number | null, split_info: JsonObject | null) {
  const decided = decide(facts, {}, refundWish(value, { split_info }));
  return decided.ok ? decided.value.split_info : decided.failure.code;
}

type Row = readonly [
  name: string,
  facts: typeof paid,
  value: number | null,
  split: JsonObject | null,
  expected: unknown,
];

const required = "split_info_required";
const differs = "split_info_differs";

const ROWS: readonly Row[] = [
  [
    "of everything repeats the order's own split and nothing else",
    paid,
    null,
    null,
    splitOf([7_000, 3_000]),
  ],
  ["of everything may name the amount", paid, 10_000, null, splitOf([7_000, 3_000])],
  [
    "of everything may bring a split of its own",
    paid,
    null,
    splitOf([9_000, 1_000]),
    splitOf([9_000, 1_000]),
  ],
  ["of a part has to bring one", paid, 4_000, null, required],
  [
    "of a part is sent with the one it brings",
    paid,
    4_000,
    splitOf([3_000, 1_000]),
    splitOf([3_000, 1_000]),
  ],
  ["whose parts come to less is refused", paid, 4_000, splitOf([3_000, 999]), differs],
  ["whose parts come to more is refused", paid, 4_000, splitOf([3_000, 1_001]), differs],
  ["without parts is refused", paid, 4_000, splitOf([]), differs],
  [
    "with a part without an amount is refused",
    paid,
    4_000,
    splitOf([4_000], { amount: "4000" }),
    differs,
  ],
  ["with a part of less than nothing is refused", paid, 4_000, splitOf([5_000, -1_000]), differs],
  ["with a part of half a paisa is refused", paid, 4_000, splitOf([3_999.5, 0.5]), differs],
  [
    "with parts in another currency is refused",
    paid,
    4_000,
    splitOf([4_000], { amount: { value: 4_000, currency: "USD" } }),
    differs,
  ],
  [
    "with something among the parts that is none is refused",
    paid,
    4_000,
    { ...splitOf([]), split_details: [{ amount: { value: 4_000, currency: "INR" } }, "seller-2"] },
    differs,
  ],
  ["of an order without a split goes without one", unsplit, 4_000, null, null],
  [
    "of an order without a split must not bring one",
    unsplit,
    4_000,
    splitOf([4_000]),
    "split_info_unexpected",
  ],
  [
    "of all that is left has to bring one when a part went back before",
    known([
      order(60, { status: "PROCESSED", amount: ASKED, split_info: shown }),
      payment(60, { status: "PROCESSED", amount: ASKED }),
      refund(80, { status: "PROCESSED", amount: inr(4_000) }),
    ]),
    null,
    null,
    required,
  ],
  [
    "of all that was captured has to bring one when less was captured than was split",
    known([
      order(60, { status: "PARTIALLY_CAPTURED", amount: ASKED, split_info: shown }),
      payment(60, { status: "PROCESSED", amount: ASKED, captures: [{ amount: inr(4_000) }] }),
    ]),
    null,
    null,
    required,
  ],
  [
    "of everything has to bring one when the order's own has no amounts",
    known([
      order(60, {
        status: "PROCESSED",
        amount: ASKED,
        split_info: {
          split_type: "PERCENTAGE",
          split_details: [{ split_merchant_id: "seller-1" }],
        },
      }),
      payment(60, { status: "PROCESSED", amount: ASKED }),
    ]),
    null,
    null,
    required,
  ],
  [
    "goes by the link's split where the order tells none",
    known([link(1, { amount: ASKED, split_info: shown }), ...paidOrder()]),
    null,
    null,
    splitOf([7_000, 3_000]),
  ],
];

describe("a refund", () => {
  it.each(named(ROWS))("%s", (_, [, facts, value, split, expected]) => {
    expect(splitOfRefund(facts, value, split)).toEqual(expected);
  });
});
