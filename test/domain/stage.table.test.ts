// The stage table of design 3.4: every row by itself, then each row against the rows below it.

import { describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { deriveStage, type Stage, STAGES } from "../../src/domain/stage";
import {
  ASKED,
  type Flags,
  known,
  link,
  order,
  paidOrder,
  payment,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
} from "./words";

type Row = readonly [stage: Stage, when: string, words: readonly AnyWord[], flags?: Flags];

const all = { amount: ASKED };
const held = [
  order(60, { status: "AUTHORIZED", ...all }),
  payment(60, { status: "AUTHORIZED", ...all }),
];
const givenBack = (amount: number, second = 90) =>
  refund(second, { status: "PROCESSED", amount: inr(amount) });
const firstPart = [
  order(60, { status: "PROCESSED", amount: inr(4_000) }),
  payment(60, { status: "PROCESSED", amount: inr(4_000) }),
];
const opened = link(1, { status: "CLICKED", ...all });

const ROWS: readonly Row[] = [
  ["refunded", "all that was captured was given back", [...paidOrder(), givenBack(10_000)]],
  ["refunded", "more was given back than was captured", [...paidOrder(), givenBack(10_001)]],
  [
    "refunded",
    "the one part that was paid was given back",
    [opened, ...firstPart, givenBack(4_000)],
    { part_payment: true },
  ],
  [
    "refunded",
    "the order says FULLY_REFUNDED and no refund is known",
    [
      order(70, { status: "FULLY_REFUNDED", ...all }),
      payment([60, 70], { status: "PROCESSED", ...all }),
    ],
  ],
  [
    "refunded",
    "the order says FULLY_REFUNDED and tells no payments",
    [order(70, { status: "FULLY_REFUNDED", ...all })],
  ],
  ["partially_refunded", "a part of a paid order was given back", [...paidOrder(), givenBack(1)]],
  [
    "partially_refunded",
    "the order says so and nobody knows how much",
    [
      order(70, { status: "PARTIALLY_REFUNDED", ...all }),
      payment([60, 70], { status: "PROCESSED", ...all }),
    ],
  ],
  [
    "partially_refunded",
    "the order says so and tells neither payments nor refunds",
    [order(70, { status: "PARTIALLY_REFUNDED", ...all })],
  ],
  [
    "paid",
    "the link is PROCESSED",
    [link(1, { status: "PROCESSED", ...all })],
    { pre_auth: false },
  ],
  ["paid", "the order is PROCESSED", paidOrder()],
  [
    "paid",
    "an authorization was captured in part",
    [
      ...held,
      order(90, { status: "PARTIALLY_CAPTURED", ...all }),
      payment(90, { status: "PROCESSED", captures: [{ amount: inr(4_000) }] }),
    ],
  ],
  ["paid", "a refund is PENDING", [...paidOrder(), refund(90, { status: "PENDING", ...all })]],
  ["paid", "a refund FAILED", [...paidOrder(), refund(90, { status: "FAILED", ...all })]],
  [
    "paid",
    "the payment came after the link had expired",
    [link(10, { status: "EXPIRED", ...all }), ...paidOrder(60)],
  ],
  [
    "paid",
    "the payment came after the order had failed",
    [order(10, { status: "FAILED", ...all }), ...paidOrder(60)],
  ],
  ["authorized", "money is held", held],
  [
    "authorized",
    "money is held behind a link that is PROCESSED",
    [link(60, { status: "PROCESSED", ...all }), ...held],
    { pre_auth: true },
  ],
  [
    "voided",
    "an authorized order was cancelled",
    [...held, order(90, { status: "CANCELLED" }), payment(90, { status: "CANCELLED" })],
  ],
  [
    "voided",
    "a payment is CANCELLED with its order",
    [order(90, { status: "CANCELLED" }), payment(90, { status: "CANCELLED" })],
  ],
  [
    "voided",
    "a pre-authorized order was cancelled and tells no payments",
    [order(90, { status: "CANCELLED" })],
    { pre_auth: true },
  ],
  [
    "cancelled",
    "the order was cancelled",
    [order(90, { status: "CANCELLED" })],
    { pre_auth: false },
  ],
  [
    "cancelled",
    "the order was cancelled, its points not taken back yet",
    [order(90, { status: "CANCELLED", ...all }), payment(90, { status: "PROCESSED", ...all })],
  ],
  ["expired", "the link has expired", [link(1, { status: "EXPIRED", ...all })]],
  ["cancelled", "the link was cancelled", [link(1, { status: "CANCELLED", ...all })]],
  [
    "part_paid",
    "captured money is less than was asked",
    [opened, ...firstPart],
    { part_payment: true },
  ],
  [
    "part_paid",
    "less is due than was asked",
    [link(1, { status: "CLICKED", ...all, amount_due: inr(6_000) })],
  ],
  [
    "part_paid",
    "the link is PARTIAL_PROCESSED and says no more",
    [link(null, { status: "PARTIAL_PROCESSED" })],
  ],
  ["failed", "the order FAILED", [opened, order(60, { status: "FAILED", ...all })]],
  [
    "failed",
    "the order FAILED after the link was PROCESSED",
    [link(50, { status: "PROCESSED", ...all }), order(60, { status: "FAILED", ...all })],
  ],
  [
    "payment_initiated",
    "the link is PAYMENT_INITIATED",
    [link(1, { status: "PAYMENT_INITIATED", ...all })],
  ],
  ["payment_initiated", "the order is PENDING", [order(1, { status: "PENDING", ...all })]],
  [
    "payment_initiated",
    "a payment is PENDING",
    [order(1, { status: "CREATED", ...all }), payment(1, { status: "PENDING", ...all })],
  ],
  [
    "payment_initiated",
    "a pre-authorized link is PROCESSED and its order unknown",
    [link(1, { status: "PROCESSED", ...all })],
    { pre_auth: true },
  ],
  ["awaiting_payment", "the link is CREATED", [link(1, { status: "CREATED", ...all })]],
  ["awaiting_payment", "the link is CLICKED", [opened]],
  ["awaiting_payment", "the order is CREATED", [order(1, { status: "CREATED", ...all })]],
  [
    "awaiting_payment",
    "the last try failed and another is open",
    [order(1, { status: "ATTEMPTED", ...all })],
  ],
  ["unknown", "nothing is known", []],
  ["unknown", "only that there is such an order", [], { orders_named: [SECOND_ORDER] }],
  [
    "unknown",
    "the only word is one that nobody has documented",
    [order(1, { unknown_status: "UNDER_REVIEW" })],
  ],
  ["unknown", "a refund is told alone, before the order it belongs to", [givenBack(10_000)]],
];

/** Each row under a sentence, as `it.each` wants it. */
function titled(rows: readonly Row[]): readonly (readonly [title: string, row: Row])[] {
  return rows.map((row) => [`is ${row[0]} when ${row[1]}`, row] as const);
}

describe("the stage", () => {
  it.each(titled(ROWS))("%s", (_, [stage, , words, flags]) => {
    expect(deriveStage(known(words, flags))).toBe(stage);
    expect(deriveStage(known(words.toReversed(), flags))).toBe(stage);
  });

  it("has a row for each of its values", () => {
    expect(new Set(ROWS.map(([stage]) => stage))).toEqual(new Set(STAGES));
  });
});

// Two rows hold at once: the one that stands first in the table is the stage.
const PRECEDENCE: readonly Row[] = [
  [
    "refunded",
    "it also is paid in full",
    [link(60, { status: "PROCESSED", ...all }), ...paidOrder(), givenBack(10_000)],
  ],
  [
    "partially_refunded",
    "it also is paid in full",
    [link(60, { status: "PROCESSED", ...all }), ...paidOrder(), givenBack(1)],
  ],
  [
    "paid",
    "one order of the link is paid and a newer one authorized",
    [...paidOrder(), order(90, { status: "AUTHORIZED", ...all }, SECOND_ORDER)],
  ],
  ["paid", "the link is cancelled", [link(90, { status: "CANCELLED", ...all }), ...paidOrder()]],
  ["authorized", "the link has expired", [link(90, { status: "EXPIRED", ...all }), ...held]],
  [
    "authorized",
    "a payment is PENDING",
    [...held, payment(90, { status: "PENDING" }, SECOND_PAYMENT)],
  ],
  [
    "voided",
    "the link has expired",
    [
      link(90, { status: "EXPIRED", ...all }),
      order(60, { status: "CANCELLED" }),
      payment(60, { status: "CANCELLED" }),
    ],
  ],
  [
    "cancelled",
    "the order was cancelled and the link has expired",
    [link(90, { status: "EXPIRED", ...all }), order(60, { status: "CANCELLED" })],
    { pre_auth: false },
  ],
  [
    "cancelled",
    "the order was cancelled although the link is PROCESSED",
    [link(90, { status: "PROCESSED", ...all }), order(60, { status: "CANCELLED" })],
    { pre_auth: false },
  ],
  [
    "expired",
    "a part was paid",
    [link(90, { status: "EXPIRED", ...all }), ...firstPart],
    { part_payment: true },
  ],
  [
    "cancelled",
    "the link was cancelled and a part was paid",
    [link(90, { status: "CANCELLED", ...all }), ...firstPart],
    { part_payment: true },
  ],
  [
    "expired",
    "the order FAILED",
    [link(90, { status: "EXPIRED", ...all }), order(60, { status: "FAILED" })],
  ],
  [
    "part_paid",
    "a newer order of the link FAILED",
    [opened, ...firstPart, order(90, { status: "FAILED" }, SECOND_ORDER)],
    { part_payment: true },
  ],
  [
    "part_paid",
    "the next part is under way",
    [link(90, { status: "PARTIAL_PROCESSED", ...all }), payment(95, { status: "PENDING" })],
  ],
  [
    "failed",
    "the link still says PAYMENT_INITIATED",
    [link(90, { status: "PAYMENT_INITIATED", ...all }), order(60, { status: "FAILED" })],
  ],
  [
    "payment_initiated",
    "the order still says CREATED",
    [link(90, { status: "PAYMENT_INITIATED", ...all }), order(60, { status: "CREATED" })],
  ],
];

describe("where a row further down holds too, the stage", () => {
  it.each(titled(PRECEDENCE))("%s", (_, [stage, , words, flags]) => {
    expect(deriveStage(known(words, flags))).toBe(stage);
  });
});

describe("with an unknown status (law 9) the stage", () => {
  const unknown = { unknown_status: "UNDER_REVIEW" };
  const kept: readonly Row[] = [
    ["paid", "a newer word of the order is unknown", [...paidOrder(60), order(90, unknown)]],
    ["paid", "a newer word of the payment is unknown", [...paidOrder(60), payment(90, unknown)]],
    [
      "paid",
      "a newer word of the link is unknown",
      [link(60, { status: "PROCESSED", ...all }), link(90, unknown)],
      { pre_auth: false },
    ],
    [
      "refunded",
      "a newer word of the refund is unknown",
      [...paidOrder(60), givenBack(10_000, 70), refund(90, unknown)],
    ],
    ["authorized", "a newer word of the held payment is unknown", [...held, payment(90, unknown)]],
  ];
  it.each(titled(kept))("%s", (_, [stage, , words, flags]) => {
    expect(deriveStage(known(words, flags))).toBe(stage);
    expect(deriveStage(known(words.toReversed(), flags))).toBe(stage);
  });
});
