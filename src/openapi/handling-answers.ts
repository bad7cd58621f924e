// What the merchant's side does with an order, as its doors answer it: claims, the checklist, the receipt
// (domain/fulfillment-view.ts, domain/checklist.ts, http/order-receipt.ts) and the removal of personal data.

import * as z from "zod";
import { STEPS } from "../domain/checklist";
import { count, textOrNull, time, timeOrNull } from "./words";

const step = z
  .strictObject({
    step: z.enum(STEPS),
    state: z
      .enum(["todo", "doing", "done", "blocked", "not_applicable"])
      .describe("blocked: it can not go on without a person or another step"),
    at: timeOrNull.describe("since when it is in this state"),
    by: textOrNull.describe("who or what did it, or is at it"),
    detail: z.string().describe("one sentence for a person"),
  })
  .meta({ id: "ChecklistStep" });

export const checklist = z
  .array(step)
  .describe("the steps after a payment; empty for somebody else's business");

export const checklistAnswer = z.strictObject({ checklist }).meta({ id: "Checklist" });

const keptClaim = z
  .strictObject({
    claim_id: z.string(),
    by: z.string(),
    attempt: z.int().min(1),
    state: z
      .enum(["live", "over", "done", "superseded", "released", "lapsed"])
      .describe("over: nobody knows whether it was delivered; lapsed: the money went"),
    granted_at: time,
    until: time,
    said_done_at: timeOrNull.describe("when its holder said so although it was too late"),
  })
  .meta({ id: "KeptClaim" });

export const fulfillment = z
  .strictObject({
    state: z
      .enum(["open", "claimed", "claim_over", "done"])
      .describe("claim_over: nobody knows whether it was delivered"),
    by: textOrNull,
    at: timeOrNull.describe("since when it is so"),
    claim_id: textOrNull.describe("null: not delivered, or said without a claim"),
    note: textOrNull,
    claims: z.array(keptClaim).describe("the last twenty, oldest first"),
  })
  .meta({ id: "Fulfillment" });

/** What a caller of /v1/verify is told who wants to deliver. */
export const claimAnswer = z
  .discriminatedUnion("state", [
    z.strictObject({
      state: z.literal("granted"),
      claim_id: z.string(),
      by: z.string(),
      until: time,
      attempt: z.int().min(1),
    }),
    z.strictObject({
      state: z.literal("held"),
      by: z.string().describe("who delivers it"),
      until: time,
    }),
    z.strictObject({
      state: z.literal("done"),
      by: z.string().describe("who delivered it"),
      at: time,
    }),
    z.strictObject({ state: z.literal("refused"), by: z.string() }),
  ])
  .meta({
    id: "ClaimAnswer",
    description: "Deliver only with `granted`, before `until`, and say so when it is done.",
  });

export const orderReceipt = z
  .strictObject({
    receipt_url: z.string().describe("its page; whoever has it sees the receipt"),
    ready: z.boolean().describe("there is a receipt: some money was received"),
    handed_over: z
      .strictObject({ at: time, by: z.string().describe("receipt page, or e-mail") })
      .nullable()
      .describe("the first time"),
    email: z
      .strictObject({
        state: z
          .enum(["waiting", "sending", "sent", "failed", "unknown"])
          .describe("unknown: nobody knows whether it was sent"),
        at: time,
        requested_by: textOrNull.describe("the name of the key; null: it was due by itself"),
        next_try_at: timeOrNull,
      })
      .nullable()
      .describe("null: none was due"),
  })
  .meta({ id: "OrderReceipt" });

export const removal = z
  .strictObject({
    id: z.string().describe("the order's id"),
    forgotten_at: time,
    state: z.enum(["removed", "removing"]).describe("removing: it goes on by itself"),
    removed: z.strictObject({
      messages: count.describe("raw bodies that are gone"),
      notifications: count.describe("notifications that are bare now"),
    }),
  })
  .meta({ id: "Removal" });

/** Why personal data may still be needed. */
export const waitsFor = z.array(
  z.enum([
    "link_open",
    "payment_in_flight",
    "money_held",
    "refund_pending",
    "command_open",
    "claim_live",
    "notification_pending",
    "message_waiting",
    "order_unsettled",
  ]),
);
