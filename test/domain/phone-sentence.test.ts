// What is said on the phone: every stage, whatever is not known, and that no amount, no name and no text is
// in it that the order does not have as a figure.

import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { CommandView, RefundView } from "../../src/domain/command-view";
import { inr } from "../../src/domain/money";
import { formatAmount } from "../../src/domain/money-format";
import type { AnyWord, Observation } from "../../src/domain/observation";
import { type OrderView, type PaymentView, viewOrder } from "../../src/domain/order-view";
import { phoneSentence } from "../../src/domain/phone-sentence";
import { evolve, newRecord, type OrderRecord } from "../../src/domain/record";
import { NO_BOOKS } from "../../src/domain/settlement-books";
import { type Stage, STAGES } from "../../src/domain/stage";
import { anyObservations } from "./settlement-any";
import {
  ASKED,
  type Flags,
  isoAt,
  link,
  MORNING,
  observe,
  order,
  ORDER,
  payment,
  PAYMENT,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
  usd,
} from "./words";

const ZONE = "Asia/Kolkata";
const SETTINGS = { auth_window: { "*": 5 }, fulfill_on: "paid", ours: true } as const;
const RRN = "430712345678";
const END = isoAt(86_400);

function recordOf(...observations: readonly Observation[]): OrderRecord {
  return observations.reduce<OrderRecord>(
    (record, observation) => evolve(record, observation, "webhook", MORNING).record,
    newRecord(MORNING, "webhook"),
  );
}

function viewOf(words: readonly AnyWord[], flags?: Flags): OrderView {
  return viewOrder(ORDER, recordOf(observe(words, flags)), SETTINGS);
}

const asked = link(1, { status: "CLICKED", amount: ASKED, amount_due: ASKED, expire_by: END });
const upi = { payment_method: "UPI", amount: ASKED, created_at: isoAt(60), rrn: RRN };
const card = { ...upi, payment_method: "CARD" };
const taken = payment(60, { ...upi, status: "PROCESSED" });
const paid = [order(60, { status: "PROCESSED", amount: ASKED }), taken];
const back = { amount: inr(4_000), updated_at: isoAt(90_000), reference: "back-1" };
const partFlags = { part_payment: true };
const firstPart = [
  link(60, { status: "PARTIAL_PROCESSED", amount: ASKED, amount_due: inr(6_000), expire_by: END }),
  order(60, { status: "PROCESSED", amount: inr(4_000) }),
  payment(60, { ...upi, amount: inr(4_000), status: "PROCESSED" }),
];

type Row = readonly [stage: Stage, when: string, order: OrderView, sentence: string];

const ROWS: readonly Row[] = [
  [
    "awaiting_payment",
    "nothing came yet",
    viewOf([asked]),
    "Not paid yet; ₹100.00 is due until 2 Mar 2026, 15:30.",
  ],
  [
    "awaiting_payment",
    "how much is due is not known",
    viewOf([link(1, { status: "CREATED" })]),
    "Not paid yet; how much is due is not known.",
  ],
  [
    "awaiting_payment",
    "the last try failed for a reason that is known",
    viewOf([
      asked,
      order(61, { status: "ATTEMPTED" }),
      payment(60, { ...card, status: "FAILED", error: { code: "INSUFFICIENT_FUNDS" } }),
    ]),
    "Not paid yet; the last payment by card on 1 Mar 2026, 15:31 did not work (there was not enough money in the account); ₹100.00 is due until 2 Mar 2026, 15:30.",
  ],
  [
    "payment_initiated",
    "the bank has not answered",
    viewOf([order(60, { status: "PENDING" }), payment(60, { ...upi, status: "PENDING" })]),
    "A payment of ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678 is on its way, the bank has not confirmed it yet.",
  ],
  [
    "payment_initiated",
    "no payment is shown",
    viewOf([order(60, { status: "PENDING" })]),
    "A payment is on its way, the bank has not confirmed it yet.",
  ],
  [
    "part_paid",
    "a part came",
    viewOf(firstPart, partFlags),
    "Paid ₹40.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹60.00 is due until 2 Mar 2026, 15:30.",
  ],
  [
    "part_paid",
    "nobody said how much came",
    viewOf([link(1, { status: "PARTIAL_PROCESSED" })], partFlags),
    "A part is paid, how much is not known; how much is due is not known.",
  ],
  [
    "authorized",
    "money is held",
    viewOf(
      [
        order(60, { status: "AUTHORIZED", amount: ASKED }),
        payment(60, { ...card, status: "AUTHORIZED" }),
      ],
      { pre_auth: true },
    ),
    "₹100.00 is held by card on 1 Mar 2026, 15:31, reference 430712345678, and not taken yet: it can be taken until 6 Mar 2026, 15:31.",
  ],
  [
    "paid",
    "by one payment",
    viewOf(paid),
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678.",
  ],
  [
    "paid",
    "by a payment without a date, a way and a reference",
    viewOf([
      order(60, { status: "PROCESSED", amount: ASKED }),
      payment(60, { status: "PROCESSED", amount: ASKED }),
    ]),
    "Paid ₹100.00.",
  ],
  [
    "paid",
    "in instalments of a bank",
    viewOf([
      order(60, { status: "PROCESSED", amount: ASKED }),
      payment(60, { ...upi, payment_method: "CREDIT_EMI", status: "PROCESSED" }),
    ]),
    "Paid ₹100.00 in instalments (EMI) by credit card on 1 Mar 2026, 15:31, reference 430712345678.",
  ],
  [
    "paid",
    "in two parts",
    viewOf(
      [
        link(90, { status: "PROCESSED", amount: ASKED, amount_due: inr(0) }),
        ...firstPart.slice(1),
        order(90, { status: "PROCESSED", amount: inr(6_000) }, SECOND_ORDER),
        payment(
          90,
          {
            order_id: SECOND_ORDER,
            status: "PROCESSED",
            amount: inr(6_000),
            payment_method: "CARD",
            created_at: isoAt(90),
          },
          SECOND_PAYMENT,
        ),
      ],
      partFlags,
    ),
    "Paid ₹100.00 in 2 payments (₹40.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹60.00 by card on 1 Mar 2026, 15:31).",
  ],
  [
    "paid",
    "twice",
    viewOf([
      link(1, { status: "PROCESSED", amount: ASKED, amount_due: inr(0) }),
      ...paid,
      payment(70, { ...card, status: "PROCESSED", created_at: isoAt(70) }, `${ORDER}-cc-2`),
    ]),
    "Paid ₹200.00 in 2 payments (₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹100.00 by card on 1 Mar 2026, 15:31, reference 430712345678); ₹100.00 more than was asked for was paid and has not gone back.",
  ],
  [
    "paid",
    "in another currency",
    viewOf([
      order(60, { status: "PROCESSED", amount: usd(2_000) }),
      payment(60, { ...card, amount: usd(2_000), status: "PROCESSED" }),
    ]),
    "Paid USD 20.00 by card on 1 Mar 2026, 15:31, reference 430712345678.",
  ],
  [
    "partially_refunded",
    "a part went back",
    viewOf([...paid, refund(90, { ...back, status: "PROCESSED", rrn: "500098765432" })]),
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹40.00 sent back on 2 Mar 2026, reference 500098765432, banks take up to 5 working days.",
  ],
  [
    "partially_refunded",
    "nobody said how much went back",
    viewOf([order(70, { status: "PARTIALLY_REFUNDED", amount: ASKED }), taken]),
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; some of it was sent back, how much is not known.",
  ],
  [
    "refunded",
    "all of it went back",
    viewOf([...paid, refund(90, { ...back, amount: ASKED, status: "PROCESSED" })]),
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹100.00 sent back on 2 Mar 2026, banks take up to 5 working days.",
  ],
  [
    "paid",
    "a refund is on its way",
    viewOf([...paid, refund(90, { ...back, status: "PENDING", created_at: isoAt(90) })]),
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹40.00 is being sent back since 1 Mar 2026.",
  ],
  [
    "paid",
    "a refund failed",
    viewOf([...paid, refund(90, { ...back, status: "FAILED" })]),
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; sending back ₹40.00 did not work.",
  ],
  [
    "paid",
    "nobody knows what became of a refund",
    { ...viewOf(paid), refunds: [refundView({ outcome: "unknown" })] },
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; whether ₹40.00 was sent back is still being checked.",
  ],
  [
    "paid",
    "a refund was refused",
    { ...viewOf(paid), refunds: [refundView({ outcome: "refused" })] },
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678.",
  ],
  [
    "voided",
    "the merchant let go",
    { ...viewOf(paid), ...untaken("voided"), released: ASKED, voided_by: "merchant" },
    "₹100.00 was held and released again, by the merchant; nothing was taken.",
  ],
  [
    "voided",
    "the time was over",
    { ...viewOf(paid), ...untaken("voided"), released: ASKED, voided_by: "gateway" },
    "₹100.00 was held and released again, by the payment gateway, because the time to take it was over; nothing was taken.",
  ],
  [
    "voided",
    "nobody knows who let go",
    viewOf([order(60, { status: "CANCELLED" }), payment(60, { ...card, status: "CANCELLED" })]),
    "The money was held and released again, it is not known by whom; nothing was taken.",
  ],
  [
    "cancelled",
    "nothing was paid",
    { ...viewOf(paid), ...untaken("cancelled") },
    "The payment gateway says that it was cancelled; no money was received.",
  ],
  [
    "cancelled",
    "nobody said anything of a payment",
    { ...viewOf(paid), ...untaken("cancelled"), captured: null },
    "The payment gateway says that it was cancelled; no payment is known.",
  ],
  [
    "cancelled",
    "a payment failed and nobody said whether another was taken",
    {
      ...viewOf([asked, payment(60, { ...card, status: "FAILED" })]),
      stage: "cancelled",
      captured: null,
    },
    "The payment gateway says that it was cancelled; whether money was received is not known.",
  ],
  [
    "expired",
    "a part was paid",
    viewOf(
      [
        ...firstPart,
        link(90, { status: "EXPIRED", amount: ASKED, amount_due: inr(6_000), expire_by: END }),
      ],
      partFlags,
    ),
    "Paid ₹40.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; the time to pay was over on 2 Mar 2026, 15:30.",
  ],
  [
    "expired",
    "nothing was paid",
    { ...viewOf([link(1, { status: "EXPIRED" })]), captured: inr(0) },
    "The time to pay is over; no money was received.",
  ],
  [
    "failed",
    "for a reason that is not known",
    viewOf([
      order(61, { status: "FAILED" }),
      payment(60, { ...card, status: "FAILED", error: { code: "constructor", message: "₹1 <b>" } }),
    ]),
    "The last payment by card on 1 Mar 2026, 15:31 did not work; no money was received.",
  ],
  [
    "part_paid",
    "the rest is on its way: nobody is asked to pay it again",
    viewOf(
      [
        ...firstPart,
        payment(
          90,
          { payment_method: "CARD", created_at: isoAt(90), amount: inr(6_000), status: "PENDING" },
          `${ORDER}-cc-2`,
        ),
      ],
      partFlags,
    ),
    "Paid ₹40.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; a payment of ₹60.00 by card on 1 Mar 2026, 15:31 is on its way, the bank has not confirmed it yet.",
  ],
  [
    "part_paid",
    "the rest is held",
    { ...viewOf(firstPart, partFlags), authorized: inr(6_000) },
    "Paid ₹40.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹60.00 is held, and not taken yet.",
  ],
  [
    "paid",
    "less was taken than was held",
    { ...viewOf(paid), released: inr(2_000) },
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹20.00 was held and released again.",
  ],
  [
    "paid",
    "the customer's bank took it back",
    { ...viewOf(paid), settlement: chargedBack(viewOf(paid)) },
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; ₹100.00 was taken back by the customer's bank.",
  ],
  [
    "paid",
    "nobody has answered to a refund yet",
    { ...viewOf(paid), refunds: [refundView({ outcome: "in_flight" })] },
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; whether ₹40.00 was sent back is still being checked.",
  ],
  [
    "paid",
    "a refund bears a word that nobody knows",
    { ...viewOf(paid), refunds: [refundView({ outcome: "pending", status: "ON_HOLD" })] },
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; whether ₹40.00 was sent back is still being checked.",
  ],
  [
    "paid",
    "a refund failed and the next one was refused",
    {
      ...viewOf(paid),
      refunds: [refundView({ outcome: "failed" }), refundView({ outcome: "refused" })],
    },
    "Paid ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; sending back ₹40.00 did not work.",
  ],
  [
    "partially_refunded",
    "twice, and nobody said how much went back",
    viewOf([
      link(1, { status: "PROCESSED", amount: ASKED, amount_due: inr(0) }),
      order(80, { status: "PARTIALLY_REFUNDED", amount: ASKED }),
      taken,
      payment(70, { status: "PROCESSED", amount: ASKED }, `${ORDER}-cc-2`),
    ]),
    "Paid ₹200.00 in 2 payments (₹100.00; ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678); some of it was sent back, how much is not known.",
  ],
  [
    "expired",
    "a payment is on its way all the same",
    viewOf([link(90, { status: "EXPIRED" }), payment(60, { ...upi, status: "PENDING" })]),
    "The time to pay is over; a payment of ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678 is on its way, the bank has not confirmed it yet.",
  ],
  [
    "cancelled",
    "a part was paid with the link",
    viewOf([...firstPart, link(90, { status: "CANCELLED", amount: ASKED })], partFlags),
    "Paid ₹40.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678; the payment link was cancelled.",
  ],
  [
    "awaiting_payment",
    "a payment bears a word that nobody knows",
    viewOf([asked, payment(60, { ...upi, unknown_status: "IN_REVIEW" })]),
    "What became of a payment of ₹100.00 by UPI on 1 Mar 2026, 15:31, reference 430712345678 is not known yet.",
  ],
  [
    "failed",
    "the gateway took back that it was paid",
    viewOf([...paid, order(70, { status: "FAILED" }), payment(70, { status: "FAILED" })]),
    "The last payment by UPI on 1 Mar 2026, 15:31 did not work; the payment gateway said that it was paid, and says so no more.",
  ],
  [
    "unknown",
    "the gateway said nothing that is known",
    viewOf([]),
    "What became of the payment is not known yet.",
  ],
];

const RELEASE: CommandView = {
  kind: "void",
  reference: "release-1",
  order_id: ORDER,
  outcome: "unknown",
  amount: ASKED,
  payment_id: null,
  reason: null,
  refund_id: null,
  requested_by: "Asha",
  requested_at: isoAt(90),
  ended_at: null,
  sends: 1,
  next_reading_at: null,
  trouble: null,
  refusal: null,
  decision: null,
};

function chargedBack({ settlement }: OrderView): OrderView["settlement"] {
  return settlement && { ...settlement, recovered: ASKED };
}

function untaken(stage: Stage) {
  return { stage, payments: [], captured: inr(0) } as const;
}

function refundView(change: Partial<RefundView>): RefundView {
  return {
    refund_id: null,
    order_id: ORDER,
    merchant_refund_reference: "back-1",
    status: null,
    outcome: "pending",
    amount: inr(4_000),
    payment_id: null,
    reason: null,
    rrn: null,
    requested_by: "Asha",
    requested_at: isoAt(90),
    trouble: null,
    refusal: null,
    created_at: null,
    updated_at: null,
    ...change,
  };
}

describe("the sentence for the phone", () => {
  it.each(ROWS)("%s, %s", (stage, _, view, sentence) => {
    expect({ stage: view.stage, sentence: phoneSentence(view, ZONE) }).toEqual({ stage, sentence });
  });

  it.each(["in_flight", "unknown", "needs_decision"] as const)(
    "does not say that held money was not taken while a release is %s",
    (outcome) => {
      const view = viewOf(
        [order(60, { status: "AUTHORIZED" }), payment(60, { ...card, status: "AUTHORIZED" })],
        { pre_auth: true },
      );
      const command = { ...RELEASE, outcome };
      expect(phoneSentence(view, ZONE, [command])).toBe(
        "₹100.00 was held by card on 1 Mar 2026, 15:31, reference 430712345678; whether it was taken or released since is still being checked.",
      );
    },
  );

  it("has a row for every stage", () => {
    expect(new Set(ROWS.map(([stage]) => stage))).toEqual(new Set(STAGES));
  });

  it("stays short for many payments and refunds", () => {
    const view = viewOf(paid);
    const [one] = view.payments;
    const payments = Array.from({ length: 100 }, (): PaymentView[] => (one ? [one] : [])).flat();
    const refunds = payments.map(() => refundView({ outcome: "pending" }));
    expect(phoneSentence({ ...view, payments, refunds }, ZONE)).toBe(
      "Paid ₹100.00 in 100 payments, the last by UPI on 1 Mar 2026, 15:31, reference 430712345678; 100 refunds are being sent back.",
    );
  });
});

const HOSTILE = [
  "<script>alert(1)</script>",
  "\u202Egnp.exe",
  "=HYPERLINK(1)",
  "Asha Rao",
  "asha@example.com",
  "+91 90000 00001",
  "x".repeat(10_000),
  "__proto__",
  "₹9,999.00",
];
const hostile = fc.constantFrom(...HOSTILE);

/** Every figure of the order, as a person would read it. */
function figuresIn(value: unknown): readonly string[] {
  if (value === null || typeof value !== "object") return [];
  const { value: size, currency } = value as { value?: unknown; currency?: unknown };
  if (typeof size === "number" && typeof currency === "string") {
    return [formatAmount({ ...inr(size), currency })];
  }
  return Object.values(value).flatMap(figuresIn);
}

const anyView: fc.Arbitrary<OrderView> = fc
  .record({
    observations: anyObservations,
    stage: fc.constantFrom(...STAGES),
    texts: fc.array(hostile, { minLength: 12, maxLength: 12 }),
    outcome: fc.constantFrom("done", "pending", "unknown", "failed", "refused", "needs_decision"),
  })
  .map(({ observations, stage, texts, outcome }) => {
    const view = viewOrder(ORDER, recordOf(...observations), SETTINGS);
    const [a = "", b = "", c = "", d = "", e = "", f = "", g = "", h = "", i = ""] = texts;
    return {
      ...view,
      stage,
      merchant_reference: a,
      description: b,
      customer: { first_name: c, email_id: "asha@example.com" },
      payments: [
        ...view.payments.map((one) => ({ ...one, rrn: d, payment_method: e, created_at: f })),
        ...(view.captured === null ? [] : [paymentView(g, h)]),
      ],
      refunds: [
        ...view.refunds.map((one) => ({ ...one, rrn: i, reason: a, requested_by: b })),
        refundView({ outcome, amount: null, rrn: c }),
      ],
    };
  });

function paymentView(rrn: string, message: string): PaymentView {
  return {
    id: PAYMENT,
    order_id: ORDER,
    status: "FAILED",
    payment_method: message,
    payment_amount: null,
    base_amount: null,
    captured: inr(0),
    network: message,
    last4: message,
    rrn,
    is_aggregator: null,
    error: { code: rrn, message },
    books: NO_BOOKS,
    created_at: null,
    updated_at: null,
  };
}

test("no amount, name or text is in it that the order does not have as a figure of its own", () => {
  fc.assert(
    fc.property(anyView, (view) => {
      const sentence = phoneSentence(view, ZONE);
      expect(sentence).toMatch(/^[A-Z₹].*[^.;, ]\.$/u);
      const figures = new Set(figuresIn(view));
      for (const [said] of sentence.matchAll(/-?(?:₹|[A-Z]{3} )[\d,]*\d(?:\.\d+)?/gu)) {
        expect(figures).toContain(said);
      }
      for (const text of HOSTILE) expect(sentence).not.toContain(text);
      expect(sentence.length).toBeLessThan(1_500);
    }),
    { seed: 20_261_103 },
  );
});

test("what nobody has said is never a zero", () => {
  fc.assert(
    fc.property(anyView, (view) => {
      const bare = {
        ...view,
        amount: null,
        amount_due: null,
        captured: null,
        refunded: null,
        payments: view.payments.map((one) => ({ ...one, payment_amount: null })),
        refunds: view.refunds.map((one) => ({ ...one, amount: null })),
      };
      expect(phoneSentence(bare, ZONE)).not.toContain("₹0.00");
    }),
    { seed: 20_261_103 },
  );
});
