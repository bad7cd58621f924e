// Events, and how their delivery to the merchant's system stands, as their doors answer them
// (actor/event.ts, ledger/notifications.ts).

import * as z from "zod";
import { NOTIFICATION_TYPES } from "../domain/causes";
import { DELIVERY_STATES } from "../domain/delivery";
import { order, ORDER_FIELDS, stage } from "./order-answers";
import { count, flagOrNull, pageOf, textOrNull, time, timeOrNull } from "./words";

/** Of an order whose personal data was removed this much stays. */
const bareOrder = z
  .strictObject(ORDER_FIELDS)
  .pick({
    id: true,
    order_id: true,
    order_ids: true,
    merchant_reference: true,
    stage: true,
    status: true,
    verified_by: true,
    origin: true,
    amount: true,
    amount_due: true,
    authorized: true,
    captured: true,
    refunded: true,
    refundable: true,
    overpaid: true,
    released: true,
    pre_auth: true,
    part_payment: true,
    version: true,
    created_at: true,
    updated_at: true,
  })
  .meta({ id: "BareOrder", description: "An order in an event, without personal data." });

const eventType = z.enum(NOTIFICATION_TYPES);

const eventData = z
  .strictObject({
    seq: z.int().describe("only grows, and may have holes"),
    previous_stage: stage.nullable(),
    changed: z.array(
      z.strictObject({
        what: z.enum(["stage", "link", "order", "payment", "refund"]),
        id: z.string().optional(),
        to: z.string(),
      }),
    ),
    order: z
      .union([order, bareOrder])
      .describe("as it was at that moment; BareOrder if forgotten_at is there"),
    text: z.string().optional().describe("one sentence for your customer"),
    whatsapp: z.string().optional().describe("a link that opens WhatsApp with the sentence"),
    payment_link: textOrNull.optional().describe("of link.reminder_due"),
    forgotten_at: time.optional().describe("when personal data was removed from it"),
  })
  .meta({ id: "EventData" });

const event = z
  .strictObject({
    seq: z.int().describe("the same as data.seq"),
    id: z.string().describe("the same however often the cause is told"),
    type: eventType,
    timestamp: time,
    data: eventData,
  })
  .meta({ id: "Event" });

export const eventPage = pageOf("EventPage", event);

const attempt = z
  .strictObject({
    n: z.int().min(1),
    at: time,
    duration_ms: count,
    status: z.int().nullable().describe("of your system's answer; null: none came"),
    error: z.enum(["no_answer_in_time", "no_connection"]).nullable(),
    answer: textOrNull.describe("the beginning of its body"),
  })
  .meta({ id: "DeliveryAttempt" });

const NOTIFICATION_FIELDS = {
  id: z.string().describe("the event's; sent as webhook-id"),
  seq: z.int(),
  type: eventType,
  order_id: z.string().describe("the order's home when it was told"),
  status: z.enum(DELIVERY_STATES).describe("recorded: there was nobody to tell"),
  created_at: time,
  delivered_at: timeOrNull,
  next_attempt_at: timeOrNull.describe("null: not by itself"),
  attempts: z.array(attempt).describe("the last ten, oldest first"),
};

const notification = z.strictObject(NOTIFICATION_FIELDS).meta({ id: "Notification" });

export const notificationPage = pageOf("NotificationPage", notification);

export const wholeNotification = z
  .strictObject({
    ...NOTIFICATION_FIELDS,
    body: z.strictObject({ type: eventType, timestamp: time, data: eventData }).meta({
      id: "NotificationBody",
      description: "The event as it was recorded, with its number.",
    }),
  })
  .meta({ id: "WholeNotification" });

export const resent = z
  .strictObject({ id: z.string(), status: z.literal("waiting") })
  .meta({ id: "Resent" });

export const resumed = z
  .strictObject({
    resumed: z.boolean().describe("false: it was not paused"),
    paused_at: timeOrNull,
    paused_by: textOrNull.describe("the notification that was answered with 410"),
  })
  .meta({ id: "Resumed" });

export const receiver = z
  .strictObject({
    configured: z.boolean().describe("there is a NOTIFY_URL"),
    paused: flagOrNull.describe("it answered 410; null: who keeps that gave no answer"),
    since: timeOrNull,
    paused_by: textOrNull.describe("the notification that was answered with 410"),
    detail: textOrNull.describe("what to do; null: nothing"),
  })
  .meta({ id: "Receiver" });
