// Refunds, captures and voids as their doors answer them (domain/command-view.ts).

import * as z from "zod";
import { AUDIT_ACTIONS, AUDIT_KINDS } from "../domain/audit-line";
import { COMMAND_KINDS, DECISIONS } from "../domain/command";
import { ROLES } from "../domain/people";
import { refundLimit, scopes } from "./key-answers";
import { amount, amountOrNull, count, pageOf, textOrNull, time, timeOrNull } from "./words";

const outcome = z
  .enum(["in_flight", "unknown", "needs_decision", "pending", "done", "failed", "refused"])
  .meta({
    id: "Outcome",
    description: "What became of a command; until it is known, its money counts as gone.",
  });

const refusal = z
  .strictObject({
    code: z.enum([
      "gateway_refused",
      "reference_used_elsewhere",
      "captured_elsewhere",
      "already_captured",
      "capture_failed",
      "authorization_gone",
      "decided_not_done",
    ]),
    message: z.string(),
    gateway_code: z.string().optional(),
    gateway_status: z.int().optional(),
    request_id: z.string().optional().describe("what the gateway's support asks for"),
  })
  .meta({ id: "CommandRefusal" });

export const command = z
  .strictObject({
    kind: z.enum(COMMAND_KINDS),
    reference: z.string(),
    order_id: z.string().describe("the gateway order that it was sent to"),
    outcome,
    amount: amount.describe("fixed when it was first asked for"),
    payment_id: textOrNull,
    reason: textOrNull,
    refund_id: textOrNull,
    requested_by: z.string().describe("the name of the key, or chukta"),
    requested_at: time,
    ended_at: timeOrNull,
    sends: count.describe("how often it was sent"),
    next_reading_at: timeOrNull.describe("when the gateway is read again"),
    trouble: textOrNull.describe("why the outcome is not known"),
    refusal: refusal.nullable(),
    decision: z
      .strictObject({ decision: z.enum(DECISIONS), by: z.string(), at: time, reason: z.string() })
      .nullable(),
  })
  .meta({ id: "Command" });

export const commandPage = pageOf("Commands", command);

/** A refund, wherever it is shown. */
export const REFUND_FIELDS = {
  refund_id: textOrNull.describe("null while only our own request is known"),
  order_id: textOrNull,
  merchant_refund_reference: textOrNull,
  status: textOrNull.describe("the gateway's word, or null"),
  outcome,
  amount: amountOrNull,
  payment_id: textOrNull,
  reason: textOrNull,
  rrn: textOrNull,
  requested_by: textOrNull.describe("the name of the key; null: made elsewhere"),
  requested_at: timeOrNull,
  trouble: textOrNull,
  refusal: refusal.nullable(),
  created_at: timeOrNull,
  updated_at: timeOrNull,
};

export const refund = z.strictObject(REFUND_FIELDS).meta({ id: "Refund" });

export const refundPage = pageOf("Refunds", refund);

const auditLine = z
  .strictObject({
    at: time,
    by: z.string().describe("the name of the key, or chukta"),
    action: z.enum(AUDIT_ACTIONS),
    kind: z.enum(AUDIT_KINDS),
    reference: textOrNull.describe(
      "of the command; of a discrepancy its key; of a key, person or notification its id; of a removal the id that was asked for",
    ),
    order_id: textOrNull.describe("null: about no order"),
    utr: z.string().optional().describe("where a resolution is about a transfer"),
    amount: amountOrNull,
    reason: textOrNull,
    decision: z.enum(DECISIONS).nullable(),
    key_id: z
      .string()
      .optional()
      .describe("of a command that a made key or a person of the console asked for: which"),
    key: z
      .strictObject({
        name: z.string(),
        scopes,
        expires_at: timeOrNull,
        refund_limit: refundLimit.nullable(),
      })
      .optional()
      .describe("where a line is about a key: what was given"),
    person: z
      .strictObject({ name: z.string(), role: z.enum(ROLES) })
      .optional()
      .describe("where a line is about a person of the console: as it was from then on"),
  })
  .meta({ id: "AuditLine" });

export const auditPage = pageOf("AuditPage", auditLine);
