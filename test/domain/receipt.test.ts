// What a receipt says of an order in each stage, and of refunds in each state.

import { describe, expect, test } from "vitest";
import type { Outcome, RefundView } from "../../src/domain/command-view";
import { inr } from "../../src/domain/money";
import { type OrderView, viewOrder } from "../../src/domain/order-view";
import { type Receipt, receiptOf } from "../../src/domain/receipt";
import { newRecord } from "../../src/domain/record";
import { NO_BOOKS } from "../../src/domain/settlement-books";
import type { Stage } from "../../src/domain/stage";

const EMPTY = viewOrder("v1-1", newRecord(0, "api"), {
  auth_window: { "*": 5 },
  fulfill_on: "paid",
  ours: true,
});

function receipt(change: Partial<OrderView>): Receipt | null {
  return receiptOf({ ...EMPTY, ...change }, "Asia/Kolkata");
}

const PAYMENT = {
  id: "pay-1",
  order_id: "v1-1",
  status: "PROCESSED",
  payment_method: "CREDIT_EMI",
  payment_amount: inr(60_000),
  base_amount: null,
  captured: inr(60_000),
  network: "VISA",
  last4: "4321",
  rrn: null,
  is_aggregator: null,
  error: null,
  books: NO_BOOKS,
  created_at: "2031-01-15T20:00:00.000Z",
  updated_at: "2031-02-15T20:00:00.000Z",
};

const some = { captured: inr(60_000), refunded: inr(0), amount_due: inr(90_000) };

describe("of money that was received", () => {
  test.each<[Stage, string | null, string | null]>([
    ["paid", "Receipt", null],
    ["partially_refunded", "Receipt, partly refunded", null],
    ["refunded", "Receipt, refunded", null],
    ["part_paid", "Receipt for a part", "₹900.00"],
    ["payment_initiated", "Receipt for a part", "₹900.00"],
    ["awaiting_payment", "Receipt for a part", "₹900.00"],
    ["authorized", "Receipt for a part", "₹900.00"],
    // Nobody waits for the rest any more.
    ["expired", "Receipt for a part", null],
    ["cancelled", "Receipt for a part", null],
    ["failed", null, null],
    ["voided", null, null],
    ["unknown", null, null],
  ])("%s is “%s”", (stage, title, due) => {
    const found = receipt({ ...some, stage });
    expect(found?.title ?? null).toBe(title);
    expect(found?.due ?? null).toBe(due);
    const whole: readonly Stage[] = ["paid", "partially_refunded", "refunded"];
    expect(found?.whole ?? false).toBe(whole.includes(stage));
  });

  test.each<Stage>(["paid", "authorized", "awaiting_payment"])("none in %s is none", (stage) => {
    expect(receipt({ ...some, stage, captured: inr(0) })).toBeNull();
    expect(receipt({ ...some, stage, captured: null })).toBeNull();
  });

  test("names each part's method, its day in the merchant's zone and its reference", () => {
    const held = { ...PAYMENT, id: "pay-2", captured: inr(0) };
    const byBank = { ...PAYMENT, id: "pay-3", payment_method: "NEW_WAY", rrn: "1234" };
    const found = receipt({ ...some, stage: "paid", payments: [PAYMENT, held, byBank] });
    expect(found?.payments).toEqual([
      {
        label: "EMI by credit card",
        amount: "₹600.00",
        note: "16 January 2031 at 01:30 IST, pay-1",
      },
      {
        label: "NEW_WAY",
        amount: "₹600.00",
        note: "16 January 2031 at 01:30 IST, bank reference 1234",
      },
    ]);
    expect(JSON.stringify(found)).not.toContain("4321");
  });
});

describe("of refunds", () => {
  const refund = (outcome: Outcome, value: number | null): RefundView => ({
    refund_id: null,
    order_id: "v1-1",
    merchant_refund_reference: "refund-1",
    status: null,
    outcome,
    amount: value === null ? null : inr(value),
    payment_id: null,
    reason: "a private reason",
    rrn: null,
    requested_by: "administrator",
    requested_at: null,
    trouble: null,
    refusal: null,
    created_at: null,
    updated_at: null,
  });

  test.each<[Outcome, string | null]>([
    ["done", "Refunded"],
    ["pending", "Refund on its way"],
    ["in_flight", "Refund on its way"],
    ["unknown", "Refund being checked"],
    ["needs_decision", "Refund being checked"],
    ["failed", "Refund that did not succeed"],
    ["refused", null],
  ])("one that is %s is “%s”", (outcome, label) => {
    const refunded = inr(outcome === "done" ? 10_000 : 0);
    const found = receipt({
      ...some,
      stage: "paid",
      refunded,
      refunds: [refund(outcome, 10_000)],
    });
    const lines = label === null ? [] : [{ label, amount: "₹100.00", note: "" }];
    expect(found?.refunds).toEqual(lines);
    expect(JSON.stringify(found)).not.toContain("a private reason");
  });

  test("those that were made elsewhere are told as far as they are known", () => {
    const elsewhere = (refunded: OrderView["refunded"]) =>
      receipt({ ...some, stage: "partially_refunded", refunded, refunds: [refund("done", 10_000)] })
        ?.refunds[1];
    expect(elsewhere(inr(10_000))).toBeUndefined();
    expect(elsewhere(inr(25_000))).toMatchObject({
      label: "Refunded otherwise",
      amount: "₹150.00",
    });
    expect(elsewhere(null)).toMatchObject({ label: "Refunded otherwise", amount: null });
  });
});
