// An order and what belongs to it, as its doors answer it (domain/order-view.ts).

import * as z from "zod";
import { ATTENTION_CODES } from "../domain/attention";
import { STAGES } from "../domain/stage";
import { refund } from "./command-answers";
import { checklist, fulfillment } from "./handling-answers";
import { orderSettlement } from "./order-settlement-answers";
import {
  amount,
  amountOrNull,
  anyJson,
  count,
  flagOrNull,
  pageOf,
  paisa,
  textOrNull,
  time,
  timeOrNull,
} from "./words";

export const stage = z.enum(STAGES).meta({
  id: "Stage",
  description: "What an order has come to. Who meets one that they do not know does not deliver.",
});

const fromGateway = textOrNull.describe("the gateway's word, which may be in no table; or null");

export const customer = z
  .record(z.string(), anyJson)
  .nullable()
  .describe("as the gateway has it; masked for a key without the scope customer");

/** The fields of a link that orders, links and lists of links share. */
export const LINK_FIELDS = {
  payment_link_id: z.string(),
  merchant_payment_link_reference: textOrNull.describe("your reference"),
  status: fromGateway,
  payment_link: textOrNull.describe("where the customer pays"),
  amount: amountOrNull,
  amount_due: amountOrNull,
  expire_by: timeOrNull,
  created_at: timeOrNull,
  updated_at: timeOrNull,
};

const orderLink = z.strictObject(LINK_FIELDS).meta({ id: "OrderLink" });

const books = z
  .strictObject({
    captured: paisa,
    refunded: paisa,
    fees: paisa,
    recovered: paisa,
    settled: paisa,
    pending: paisa,
    initiated: paisa.describe("of `pending`: in a transfer that is not completed"),
    elsewhere: paisa,
    unexplained: paisa,
  })
  .meta({
    id: "PaymentBooks",
    description: "Whole paisa. `captured` is the sum of the others but `initiated`.",
  });

/** A payment, wherever it is shown. */
export const PAYMENT_FIELDS = {
  id: z.string(),
  order_id: textOrNull,
  status: fromGateway,
  payment_method: textOrNull,
  payment_amount: amountOrNull,
  base_amount: amountOrNull,
  captured: amount,
  network: textOrNull,
  last4: textOrNull,
  rrn: textOrNull,
  is_aggregator: flagOrNull.describe("false: its bank settles with you directly"),
  error: z.strictObject({ code: z.string().optional(), message: z.string().optional() }).nullable(),
  books,
  created_at: timeOrNull,
  updated_at: timeOrNull,
};

const payment = z.strictObject(PAYMENT_FIELDS).meta({ id: "Payment" });

export const reminder = z
  .strictObject({
    number: z.int().min(1),
    due_at: timeOrNull.describe("null: the link has no such moment"),
    sent_at: timeOrNull,
    result: z
      .enum(["begun", "put_off", "unknown", "skipped", "merged", "not_needed", "refused", "sent"])
      .nullable()
      .describe("what became of it; null: nothing yet"),
  })
  .meta({ id: "Reminder" });

/** What a difference is, wherever it is shown. */
export const DISCREPANCY_FIELDS = {
  type: z.string().describe("what differs: a stable code"),
  subject: z.string().describe("the entity that it is about, or empty for the whole"),
  ours: anyJson,
  theirs: anyJson,
  amount: paisa.nullable().describe("in question, in whole paisa; null: nobody can say"),
  first_seen_at: time,
  last_seen_at: time,
  closed_at: timeOrNull,
  resolution: z
    .strictObject({ by: z.string(), at: time, reason: z.string() })
    .nullable()
    .describe("of a person who closed it; else null"),
};

const orderDiscrepancy = z.strictObject(DISCREPANCY_FIELDS).meta({ id: "OrderDiscrepancy" });

export const ORDER_FIELDS = {
  id: z.string().describe("under which it is kept: an order id, or a payment_link_id"),
  order_id: textOrNull.describe("the gateway order that speaks for the whole"),
  order_ids: z.array(z.string()),
  merchant_reference: textOrNull.describe("your reference"),
  stage,
  status: fromGateway,
  verified_by: z
    .enum(["webhook", "inquiry"])
    .nullable()
    .describe("who said so; nothing is paid with null"),
  origin: z.enum(["api", "tracked", "webhook", "settlement"]),
  amount: amountOrNull,
  amount_due: amountOrNull,
  authorized: amount.describe("held now"),
  captured: amountOrNull,
  refunded: amountOrNull,
  refundable: amount.describe("captured less all refunds, those on their way too"),
  overpaid: amountOrNull.describe("the refund that we propose"),
  attention: z
    .array(z.string())
    .describe(
      `what a person should look at, in the order of the alphabet: ${ATTENTION_CODES.join(", ")}, or a code of another release`,
    ),
  released: amount.describe("held once, and given back without a capture"),
  pre_auth: flagOrNull,
  part_payment: flagOrNull,
  capture_by: timeOrNull.describe("until when held money must be captured"),
  voided_by: z.enum(["merchant", "gateway", "elsewhere"]).nullable(),
  description: textOrNull,
  merchant_metadata: z.record(z.string(), anyJson),
  customer,
  link: orderLink.nullable(),
  links: z.array(orderLink).describe("all of them, each after the one that it replaces"),
  payments: z.array(payment),
  refunds: z.array(refund),
  settlement: orderSettlement.nullable(),
  checklist,
  fulfillment,
  reminders: z.array(reminder),
  discrepancies: z.array(orderDiscrepancy),
  checked_at: timeOrNull.describe("when the gateway last spoke of it"),
  forgotten_at: timeOrNull.describe("when personal data was removed; null: it is here"),
  shortened: z
    .literal(true)
    .optional()
    .describe("only the newest hundred of each part are shown; GET /v1/orders/{id} has all"),
  version: count.describe("grows with each change, and with each inquiry"),
  created_at: time,
  updated_at: time,
};

export const order = z.strictObject(ORDER_FIELDS).meta({ id: "Order" });

export const orderPage = pageOf("OrderPage", order);

const timelineEntry = z
  .strictObject({
    n: z.int(),
    at: time,
    by: z.string().describe("webhook, inquiry, command, …, or the name of a key"),
    what: z.string(),
    text: z.string().describe("one sentence for a person"),
    webhook_id: z.string().optional(),
    from: textOrNull.optional(),
    to: z.string().optional(),
    id: z.string().optional(),
  })
  .meta({ id: "TimelineEntry" });

export const timeline = pageOf("Timeline", timelineEntry);
