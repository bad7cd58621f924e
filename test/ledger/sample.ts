// Orders, payments and messages as actors project them, with what a test wants to be different.
import { env } from "cloudflare:workers";
import {
  type ListedDiscrepancy,
  selectDiscrepancy,
  type StoredDiscrepancy,
  viewDiscrepancyRow,
} from "../../src/ledger/discrepancies";
import { STEPS, type StepName, type StepView } from "../../src/domain/checklist";
import { viewFulfillment } from "../../src/domain/fulfillment-view";
import { NOTHING_HANDLED } from "../../src/domain/handling";
import type { MessageRow } from "../../src/domain/message";
import { inr, paisa, ZERO } from "../../src/domain/money";
import type {
  DiscrepancyView,
  LinkView,
  OrderView,
  PaymentView,
} from "../../src/domain/order-view";
import type { RefundView } from "../../src/domain/command-view";
import type { PaymentBooks } from "../../src/domain/settlement-books";
import { toIso } from "../../src/domain/time";
import type { Projection, RecordedEvent } from "../../src/ledger/projection";

/** 1 January 2031, in milliseconds. */
export const NOW = Date.UTC(2031, 0, 1);

export function samplePayment(id: string, change: Partial<PaymentView> = {}): PaymentView {
  return {
    id,
    order_id: null,
    status: "PROCESSED",
    payment_method: "CARD",
    payment_amount: inr(10_000),
    base_amount: null,
    captured: inr(10_000),
    network: "VISA",
    last4: "1111",
    rrn: "430712345678",
    is_aggregator: true,
    error: null,
    books: sampleBooks(10_000),
    created_at: toIso(NOW),
    updated_at: toIso(NOW),
    ...change,
  };
}

/** Captured, and in no report yet. */
export function sampleBooks(captured: number): PaymentBooks {
  return {
    captured: paisa(captured),
    refunded: ZERO,
    fees: ZERO,
    recovered: ZERO,
    settled: ZERO,
    pending: paisa(captured),
    initiated: ZERO,
    elsewhere: ZERO,
    unexplained: ZERO,
  };
}

export function sampleRefund(id: string, change: Partial<RefundView> = {}): RefundView {
  return {
    refund_id: id,
    order_id: null,
    merchant_refund_reference: `ref-${id}`,
    status: "PROCESSED",
    outcome: "done",
    amount: inr(2_500),
    payment_id: null,
    reason: null,
    rrn: null,
    requested_by: null,
    requested_at: null,
    trouble: null,
    refusal: null,
    created_at: toIso(NOW),
    updated_at: toIso(NOW),
    ...change,
  };
}

export function sampleLink(id: string, change: Partial<LinkView> = {}): LinkView {
  return {
    payment_link_id: id,
    merchant_payment_link_reference: null,
    status: "CREATED",
    payment_link: `https://pay.example/${id}`,
    amount: inr(10_000),
    amount_due: inr(10_000),
    expire_by: null,
    created_at: toIso(NOW),
    updated_at: toIso(NOW),
    ...change,
  };
}

export function sampleDiscrepancy(change: Partial<DiscrepancyView> = {}): DiscrepancyView {
  return {
    type: "over_refunded",
    subject: "",
    ours: 10_000,
    theirs: 12_000,
    amount: 2_000,
    first_seen_at: toIso(NOW),
    last_seen_at: toIso(NOW),
    closed_at: null,
    resolution: null,
    ...change,
  };
}

/** A checklist of which these steps are open. */
export function openChecklist(...open: readonly StepName[]): readonly StepView[] {
  return STEPS.map((step) => ({
    step,
    state: open.includes(step) ? "todo" : "not_applicable",
    at: toIso(NOW),
    by: null,
    detail: "",
  }));
}

/** An order that waits for its payment. */
export function sampleOrder(id: string, change: Partial<OrderView> = {}): OrderView {
  return {
    id,
    order_id: id,
    order_ids: [id],
    merchant_reference: `ref-${id}`,
    stage: "awaiting_payment",
    status: "CREATED",
    verified_by: "webhook",
    origin: "webhook",
    amount: inr(10_000),
    amount_due: inr(10_000),
    authorized: inr(0),
    captured: inr(0),
    refunded: inr(0),
    refundable: inr(0),
    overpaid: null,
    attention: [],
    released: inr(0),
    pre_auth: false,
    part_payment: false,
    capture_by: null,
    voided_by: null,
    description: null,
    merchant_metadata: {},
    customer: { email_id: "kumar@example.com" },
    link: null,
    links: [],
    payments: [],
    refunds: [],
    settlement: null,
    checklist: openChecklist("verify"),
    fulfillment: viewFulfillment(NOTHING_HANDLED, false),
    reminders: [],
    discrepancies: [],
    checked_at: toIso(NOW),
    forgotten_at: null,
    version: 1,
    created_at: toIso(NOW),
    updated_at: toIso(NOW),
    ...change,
  };
}

export function paidOrder(id: string, change: Partial<OrderView> = {}): OrderView {
  return sampleOrder(id, {
    stage: "paid",
    status: "PROCESSED",
    amount_due: inr(0),
    captured: inr(10_000),
    refundable: inr(10_000),
    payments: [samplePayment(`${id}-cc-1`, { order_id: id })],
    checklist: openChecklist("record", "confirm", "fulfill", "settle"),
    version: 2,
    ...change,
  });
}

export function sampleMessage(n: number, change: Partial<MessageRow> = {}): MessageRow {
  return {
    n,
    webhook_id: `msg_${n}`,
    event: "ORDER_PROCESSED",
    state: "applied",
    repeats: 0,
    size: 1_200,
    body_hash: "0".repeat(64),
    received_at: NOW + n,
    sent_at: NOW + n,
    id_reused: false,
    ...change,
  };
}

export function sampleEvent(id: string, type = "order.paid"): RecordedEvent {
  const doc = { type, timestamp: toIso(NOW), data: { id } };
  return { id, type, created_at: NOW, doc, delivery: null };
}

/** A projection of this order at its own version, with nothing else in it. */
export function projectionOf(order: OrderView, change: Partial<Projection> = {}): Projection {
  return {
    home: order.id,
    version: order.version,
    order,
    next_inquiry_at: null,
    wake_at: null,
    keeps_wake: false,
    messages: [],
    events: [],
    deliveries: [],
    audit: [],
    aliases: [],
    ...change,
  };
}

/** A projection of an actor that holds no order. */
export function orderless(home: string, change: Partial<Projection> = {}): Projection {
  return {
    home,
    version: 0,
    order: null,
    next_inquiry_at: null,
    wake_at: null,
    keeps_wake: false,
    messages: [],
    events: [],
    deliveries: [],
    audit: [],
    aliases: [],
    ...change,
  };
}

/** One discrepancy as the ledger has it, open or closed. */
export async function findDiscrepancy(
  home: string,
  key: string,
): Promise<ListedDiscrepancy | null> {
  const row = await selectDiscrepancy(env.DB, home, key).first<StoredDiscrepancy>();
  return row && viewDiscrepancyRow(row);
}
