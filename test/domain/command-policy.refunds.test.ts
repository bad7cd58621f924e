// How much may be refunded, and of which gateway order (laws 6 and 7).

import { describe, expect, it } from "vitest";
import { LEAST_AMOUNT, MOST_KEPT, type Wish } from "../../src/domain/command-policy";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import {
  captureWish,
  command,
  commandsOf,
  exceeds,
  heldOrder,
  intent,
  intentOf as of,
  refundWish,
  TWO_PAID,
} from "./command-words";
import {
  ASKED,
  known,
  named,
  order,
  ORDER,
  paidOrder,
  payment,
  PAYMENT,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
  usd,
} from "./words";

const paid = known(paidOrder());
const two = known(TWO_PAID);

/** A refund of the first order that the gateway shows. */
/** Made in the gateway's own dashboard, where anybody may type a reference. */
const madeElsewhere = refund(70, {
  status: "PROCESSED",
  amount: inr(4_000),
  reference: "return-17",
});

const shown = (value: number, status: "PROCESSED" | "PENDING" | "CREATED" | "FAILED") =>
  refund(80, { status, amount: inr(value) });

type Row = readonly [name: string, facts: Facts, wish: Wish, expected: unknown];

const AMOUNTS: readonly Row[] = [
  [
    "on what the caller saw is sent",
    paid,
    { ...refundWish(2_500), expected: ASKED },
    of(ORDER, 2_500),
  ],
  [
    "on less than the caller saw is refused, although it would fit",
    known([...paidOrder(), shown(2_500, "PENDING")]),
    { ...refundWish(2_500), expected: ASKED },
    { code: "order_changed", now: inr(7_500) },
  ],
  ["without an amount is of everything", paid, refundWish(), of(ORDER, 10_000, true)],
  ["may be of everything by its amount", paid, refundWish(10_000), of(ORDER, 10_000, true)],
  ["may be of a part", paid, refundWish(2_500), of(ORDER, 2_500)],
  ["of one paisa too much is refused", paid, refundWish(10_001), exceeds(10_000)],
  ["may be of the gateway's least amount", paid, refundWish(LEAST_AMOUNT), of(ORDER, 100)],
  [
    "of less than that is refused",
    paid,
    refundWish(LEAST_AMOUNT - 1),
    { code: "amount_below_minimum", left: ASKED },
  ],
  ["of nothing is refused", paid, refundWish(0), { code: "amount_below_minimum", left: ASKED }],
  [
    "of a rest that is less than the least amount is refused",
    known([...paidOrder(), shown(9_950, "PROCESSED")]),
    refundWish(),
    { code: "amount_below_minimum", left: inr(50) },
  ],
  [
    "under the reference of a refund that somebody made elsewhere is refused",
    known([...paidOrder(), madeElsewhere]),
    { ...refundWish(1_000), reference: "return-17" },
    { code: "reference_taken", refund_id: expect.any(String) },
  ],
  [
    "in another currency is refused",
    paid,
    { ...refundWish(), asked: { ...refundWish().asked, amount: usd(100) } },
    { code: "currency_differs", currency: "INR" },
  ],
  [
    "without an amount is of what refunds have left",
    known([...paidOrder(), shown(4_000, "PROCESSED")]),
    refundWish(),
    of(ORDER, 6_000),
  ],
  [
    "beyond what refunds have left is refused",
    known([...paidOrder(), shown(4_000, "PROCESSED")]),
    refundWish(6_001),
    exceeds(6_000),
  ],
  [
    "leaves alone what is on its way",
    known([...paidOrder(), shown(4_000, "PENDING")]),
    refundWish(),
    of(ORDER, 6_000),
  ],
  [
    "leaves alone what was just created",
    known([...paidOrder(), shown(4_000, "CREATED")]),
    refundWish(6_001),
    exceeds(6_000),
  ],
  [
    "may be of the whole again after one that FAILED",
    known([...paidOrder(), shown(10_000, "FAILED")]),
    refundWish(),
    of(ORDER, 10_000, true),
  ],
  [
    "is bounded by what was captured, not by what was held",
    known([
      order(60, { status: "PARTIALLY_CAPTURED", amount: ASKED }),
      payment(60, { status: "PROCESSED", amount: ASKED, captures: [{ amount: inr(3_000) }] }),
    ]),
    refundWish(3_001),
    exceeds(3_000),
  ],
  [
    "counts a refund whose order nobody knows",
    known([
      ...paidOrder(),
      refund(80, {
        status: "PENDING",
        amount: inr(4_000),
        parent_order_id: "v1-260301090000-aa-Zz9YyX",
      }),
    ]),
    refundWish(),
    of(ORDER, 6_000),
  ],
];

describe("a refund", () => {
  it.each(named(AMOUNTS))("%s", (_, [, facts, wish, expected]) => {
    expect(intent(facts, wish)).toEqual(expected);
  });

  it("is not one more when there are more commands than any order needs", () => {
    const size = JSON.stringify(command()).length;
    const many = Array.from({ length: Math.ceil(MOST_KEPT / size) }, (_, index) =>
      command({ reference: `r-${index}`, state: "refused" }),
    );
    const half = many.slice(0, many.length / 2);
    expect(intent(paid, refundWish(100), commandsOf(...half))).toEqual(of(ORDER, 100));
    const held = known([...heldOrder()], { pre_auth: true });
    expect(intent(held, captureWish(), commandsOf(...many))).toMatchObject({
      order_id: ORDER,
      whole: true,
    });
    expect(intent(paid, refundWish(100), commandsOf(...many))).toEqual({
      code: "too_many_commands",
    });
  });
});

describe("where the gateway says “partially refunded” and nobody knows how much", () => {
  const facts = known([
    order(70, { status: "PARTIALLY_REFUNDED", amount: ASKED }),
    payment([60, 70], { status: "PROCESSED", amount: ASKED }),
  ]);

  it.each(
    named([
      ["of the order", refundWish()],
      ["of a payment", refundWish(null, { payment_id: PAYMENT })],
    ] as const),
  )("a refund %s has to name its amount", (_, [, wish]) => {
    expect(intent(facts, wish)).toEqual({ code: "refund_amount_required" });
  });

  it("a refund that does is sent", () => {
    expect(intent(facts, refundWish(2_500))).toEqual(of(ORDER, 2_500));
  });
});

describe("a refund of a named payment", () => {
  const both = known([
    order(60, { status: "PROCESSED", amount: ASKED }),
    payment(60, { status: "PROCESSED", amount: inr(7_000) }),
    payment(60, { status: "PROCESSED", amount: inr(3_000) }, SECOND_PAYMENT),
  ]);
  const ofFirst = { payment_id: PAYMENT };
  const ofSecond = { payment_id: SECOND_PAYMENT };
  const returned = refund(80, {
    status: "PROCESSED",
    amount: inr(2_000),
    payments: [{ id: "x", parent_payment_id: SECOND_PAYMENT, amount: inr(2_000) }],
  });
  const exceedsPayment = (payment_id: string, value: number) => ({
    code: "refund_exceeds_payment",
    payment_id,
    refundable: inr(value),
  });

  const ROWS: readonly Row[] = [
    ["is of all that it took", both, refundWish(null, ofSecond), of(ORDER, 3_000)],
    ["may be of a part", both, refundWish(500, ofSecond), of(ORDER, 500)],
    [
      "is refused beyond what it took",
      both,
      refundWish(3_001, ofSecond),
      exceedsPayment(SECOND_PAYMENT, 3_000),
    ],
    [
      "leaves out what went back to it",
      known([
        order(60, { status: "PROCESSED", amount: ASKED }),
        payment(60, { status: "PROCESSED", amount: inr(7_000) }),
        payment(60, { status: "PROCESSED", amount: inr(3_000) }, SECOND_PAYMENT),
        returned,
      ]),
      refundWish(null, ofSecond),
      of(ORDER, 1_000),
    ],
    [
      "is refused beyond what is left of the order",
      known([
        order(60, { status: "PROCESSED", amount: ASKED }),
        payment(60, { status: "PROCESSED", amount: inr(7_000) }),
        payment(60, { status: "PROCESSED", amount: inr(3_000) }, SECOND_PAYMENT),
        shown(8_000, "PROCESSED"),
      ]),
      refundWish(2_500, ofFirst),
      exceeds(2_000),
    ],
    [
      "is of the order that it belongs to",
      two,
      refundWish(null, ofSecond),
      of(SECOND_ORDER, 6_000, true),
    ],
    ["is never of another order", two, refundWish(5_000, ofFirst), exceeds(4_000)],
    [
      "of a payment that is not known is refused",
      paid,
      refundWish(100, { payment_id: "v1-260301100000-aa-Qm7BxC-cc-9" }),
      { code: "payment_unknown" },
    ],
    [
      "that took nothing is refused",
      known([...paidOrder(), payment(50, { status: "FAILED", amount: ASKED }, SECOND_PAYMENT)]),
      refundWish(100, ofSecond),
      exceedsPayment(SECOND_PAYMENT, 0),
    ],
  ];

  it.each(named(ROWS))("%s", (_, [, facts, wish, expected]) => {
    expect(intent(facts, wish)).toEqual(expected);
  });

  it("leaves out what our own commands give back to it", () => {
    const mine = command({
      amount: inr(2_000),
      asked: { ...refundWish(2_000).asked, ...ofSecond },
    });
    expect(intent(both, refundWish(null, ofSecond), commandsOf(mine))).toEqual(of(ORDER, 1_000));
    expect(intent(both, refundWish(null, ofFirst), commandsOf(mine))).toEqual(of(ORDER, 7_000));
  });
});

describe("a refund of a link with several gateway orders", () => {
  const spans = {
    code: "refund_spans_orders",
    orders: [
      { order_id: ORDER, refundable: inr(4_000) },
      { order_id: SECOND_ORDER, refundable: inr(6_000) },
    ],
  };
  const ROWS: readonly Row[] = [
    ["of everything is one for each of them", two, refundWish(), spans],
    ["that none of them can give alone is refused so too", two, refundWish(6_001), spans],
    ["that both together can not give exceeds", two, refundWish(10_001), exceeds(10_000)],
    ["is of the only one that can give it", two, refundWish(5_000), of(SECOND_ORDER, 5_000)],
    ["is of the one with the least to spare", two, refundWish(4_000), of(ORDER, 4_000, true)],
    [
      "is of the one that has anything left",
      known([...TWO_PAID, shown(4_000, "PROCESSED")]),
      refundWish(),
      of(SECOND_ORDER, 6_000, true),
    ],
    [
      "is not of one that only holds money",
      known([...paidOrder(), ...heldOrder(inr(6_000), SECOND_ORDER, SECOND_PAYMENT)]),
      refundWish(10_001),
      exceeds(10_000),
    ],
    [
      "never takes from one what another gave back too much (law 7)",
      known([...TWO_PAID, shown(5_000, "PROCESSED")]),
      refundWish(6_001),
      exceeds(5_000),
    ],
  ];

  it.each(named(ROWS))("%s", (_, [, facts, wish, expected]) => {
    expect(intent(facts, wish)).toEqual(expected);
  });
});
