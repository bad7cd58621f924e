// What a storefront may do now: every row of the table in design 3.4, with both settings of
// FULFILL_ON, and the cases in which goods must not leave although the stage looks like it.

import { describe, expect, it } from "vitest";
import { causesOf } from "../../src/domain/causes";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { derivePosition } from "../../src/domain/position";
import { deriveStage, type Stage, STAGES } from "../../src/domain/stage";
import { deriveVerdict, mayFulfill, type Verdict } from "../../src/domain/verdict";
import {
  ASKED,
  type Flags,
  known,
  link,
  order,
  paidOrder,
  payment,
  refund,
  SECOND_PAYMENT,
  SECOND_REFUND,
} from "./words";

interface Row {
  readonly when: string;
  readonly words: readonly AnyWord[];
  readonly flags?: Flags;
  readonly stage: Stage;
  readonly verdict: Verdict;
  /** With FULFILL_ON = paid, and = authorized. */
  readonly fulfill: readonly [paid: boolean, authorized: boolean];
}

const NO = [false, false] as const;
const YES = [true, true] as const;
const held = [
  order(60, { status: "AUTHORIZED", amount: ASKED }),
  payment(60, { status: "AUTHORIZED", amount: ASKED }),
];
const opened = link(1, { status: "CLICKED", amount: ASKED });

const ROWS: readonly Row[] = [
  {
    when: "a link nobody opened",
    words: [link(1, { status: "CREATED" })],
    stage: "awaiting_payment",
    verdict: "pending",
    fulfill: NO,
  },
  {
    when: "its newest payment FAILED",
    words: [opened, order(60, { status: "ATTEMPTED" }), payment(60, { status: "FAILED" })],
    stage: "awaiting_payment",
    verdict: "failed",
    fulfill: NO,
  },
  {
    when: "an older payment FAILED, the newest was given up without a word",
    words: [
      opened,
      order(60, { status: "ATTEMPTED" }),
      payment(50, { status: "FAILED" }),
      payment(60, { status: "CANCELLED" }, SECOND_PAYMENT),
    ],
    stage: "awaiting_payment",
    verdict: "pending",
    fulfill: NO,
  },
  {
    when: "a retry is under way after a failure",
    words: [
      opened,
      order(60, { status: "PENDING" }),
      payment(50, { status: "FAILED" }),
      payment(60, { status: "PENDING" }, SECOND_PAYMENT),
    ],
    stage: "payment_initiated",
    verdict: "pending",
    fulfill: NO,
  },
  {
    // docs/decisions/0009: the table alone would say "pending" of a card that was declined.
    when: "a try failed and the link still says PAYMENT_INITIATED",
    words: [
      link(1, { status: "PAYMENT_INITIATED", amount: ASKED }),
      order(60, { status: "ATTEMPTED" }),
      payment(60, { status: "FAILED" }),
    ],
    stage: "payment_initiated",
    verdict: "failed",
    fulfill: NO,
  },
  {
    when: "the bank is asked",
    words: [link(1, { status: "PAYMENT_INITIATED" })],
    stage: "payment_initiated",
    verdict: "pending",
    fulfill: NO,
  },
  { when: "nothing is known", words: [], stage: "unknown", verdict: "pending", fulfill: NO },
  {
    when: "a part is paid",
    words: [link(1, { status: "PARTIAL_PROCESSED", amount: ASKED })],
    stage: "part_paid",
    verdict: "part_paid",
    fulfill: NO,
  },
  {
    when: "money is held",
    words: held,
    stage: "authorized",
    verdict: "authorized",
    fulfill: [false, true],
  },
  { when: "paid", words: paidOrder(), stage: "paid", verdict: "paid", fulfill: YES },
  {
    when: "a refund of a part is under way",
    words: [...paidOrder(), refund(70, { status: "PENDING", amount: inr(9_999) })],
    stage: "paid",
    verdict: "paid",
    fulfill: YES,
  },
  {
    when: "a refund of all of it is under way",
    words: [...paidOrder(), refund(70, { status: "PENDING", amount: ASKED })],
    stage: "paid",
    verdict: "paid",
    fulfill: NO,
  },
  {
    when: "a refund of all of it was asked for",
    words: [...paidOrder(), refund(70, { status: "CREATED", amount: ASKED })],
    stage: "paid",
    verdict: "paid",
    fulfill: NO,
  },
  {
    when: "a refund of all of it failed",
    words: [...paidOrder(), refund(70, { status: "FAILED", amount: ASKED })],
    stage: "paid",
    verdict: "paid",
    fulfill: YES,
  },
  {
    when: "a part was given back",
    words: [...paidOrder(), refund(70, { status: "PROCESSED", amount: inr(2_500) })],
    stage: "partially_refunded",
    verdict: "paid",
    fulfill: YES,
  },
  {
    when: "a part was given back and the rest is on its way back",
    words: [
      ...paidOrder(),
      refund(70, { status: "PROCESSED", amount: inr(2_500) }),
      refund(71, { status: "PENDING", amount: inr(7_500) }, SECOND_REFUND),
    ],
    stage: "partially_refunded",
    verdict: "paid",
    fulfill: NO,
  },
  {
    when: "nobody knows how much was given back",
    words: [
      order(70, { status: "PARTIALLY_REFUNDED", amount: ASKED }),
      payment([60, 70], { status: "PROCESSED", amount: ASKED }),
    ],
    stage: "partially_refunded",
    verdict: "paid",
    fulfill: YES,
  },
  {
    when: "all of it was given back",
    words: [...paidOrder(), refund(70, { status: "PROCESSED", amount: ASKED })],
    stage: "refunded",
    verdict: "refunded",
    fulfill: NO,
  },
  {
    when: "the hold was released",
    words: [...held, order(70, { status: "CANCELLED" }), payment(70, { status: "CANCELLED" })],
    stage: "voided",
    verdict: "cancelled",
    fulfill: NO,
  },
  {
    when: "the order was cancelled",
    words: [order(70, { status: "CANCELLED" })],
    stage: "cancelled",
    verdict: "cancelled",
    fulfill: NO,
  },
  {
    when: "the link was cancelled",
    words: [link(1, { status: "CANCELLED" })],
    stage: "cancelled",
    verdict: "cancelled",
    fulfill: NO,
  },
  {
    when: "the link has expired",
    words: [link(1, { status: "EXPIRED" })],
    stage: "expired",
    verdict: "expired",
    fulfill: NO,
  },
  {
    when: "the order failed",
    words: [order(70, { status: "FAILED" })],
    stage: "failed",
    verdict: "failed",
    fulfill: NO,
  },
];

describe("the verdict", () => {
  it.each(ROWS)("when $when: $stage, $verdict", ({ words, flags, stage, verdict, fulfill }) => {
    for (const facts of [known(words, flags), known(words.toReversed(), flags)]) {
      const position = derivePosition(facts);
      expect(deriveStage(facts, position)).toBe(stage);
      expect(deriveVerdict(facts, position)).toBe(verdict);
      expect([
        mayFulfill(facts, position, "paid"),
        mayFulfill(facts, position, "authorized"),
      ]).toEqual(fulfill);
    }
  });

  it("has a row for every stage", () => {
    expect(new Set(ROWS.map(({ stage }) => stage))).toEqual(new Set(STAGES));
  });
});

describe("a link event without a time, alone", () => {
  const event = [link(null, { status: "PROCESSED", amount: ASKED })];

  it("is shown, but nothing is delivered and nobody is told, while it may be a pre-authorization", () => {
    const facts = known(event);
    const position = derivePosition(facts);
    expect([deriveStage(facts, position), deriveVerdict(facts, position)]).toEqual([
      "paid",
      "paid",
    ]);
    expect([
      mayFulfill(facts, position, "paid"),
      mayFulfill(facts, position, "authorized"),
    ]).toEqual(NO);
    expect(causesOf(facts)).toEqual([]);
  });

  it("delivers when the link is known to be no pre-authorization", () => {
    const facts = known(event, { pre_auth: false });
    expect(mayFulfill(facts, derivePosition(facts), "paid")).toBe(true);
    expect(causesOf(facts).map(({ type }) => type)).toEqual(["order.paid"]);
  });

  it("is no payment when the link is a pre-authorization", () => {
    const facts = known(event, { pre_auth: true });
    const position = derivePosition(facts);
    expect(deriveStage(facts, position)).toBe("payment_initiated");
    expect(mayFulfill(facts, position, "authorized")).toBe(false);
  });

  it("delivers after the first answered inquiry said the same", () => {
    const facts = known([
      ...event,
      link(60, { status: "PROCESSED", amount: ASKED }),
      ...paidOrder(),
    ]);
    expect(mayFulfill(facts, derivePosition(facts), "paid")).toBe(true);
    expect(causesOf(facts).map(({ type }) => type)).toContain("order.paid");
  });
});
