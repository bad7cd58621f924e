// Kept and refused webhooks and the diagnosis of a signature as their doors answer them.

import * as z from "zod";
import { MESSAGE_STATES } from "../domain/message";
import { count, flagOrNull, pageOf, textOrNull, time } from "./words";

const message = z
  .strictObject({
    webhook_id: z.string(),
    actor: z.string().describe("who took it"),
    n: z.int().describe("its number there"),
    event: textOrNull,
    state: z.enum(MESSAGE_STATES),
    repeats: count,
    size: count.describe("bytes"),
    body_hash: z.string().describe("SHA-256 of the raw body, hexadecimal"),
    id_reused: z.boolean().describe("another body came under this id"),
    received_at: time,
    sent_at: time,
    raw: z
      .strictObject({ body: z.string(), encoding: z.enum(["utf8", "base64"]) })
      .nullable()
      .optional()
      .describe("only with ?raw=true"),
  })
  .meta({ id: "Message" });

export const messagePage = pageOf("MessagePage", message);

export const reapplied = pageOf(
  "Reapplied",
  z.strictObject({
    webhook_id: z.string(),
    actor: z.string(),
    n: z.int(),
    applied: z.boolean().describe("false: it still can not be applied"),
  }),
);

export const refusedMessages = pageOf(
  "RefusedMessages",
  z.strictObject({
    at: time,
    code: z.enum([
      "missing_header",
      "timestamp_unreadable",
      "timestamp_stale",
      "timestamp_future",
      "signature_unreadable",
      "signature_mismatch",
      "body_too_large",
    ]),
    skew_seconds: z.number().nullable().describe("our clock less the message's, in seconds"),
    signature_valid: flagOrNull.describe("null: it was not checked"),
    size: count.describe("bytes that were read"),
    body_hash: textOrNull,
    headers_present: z.array(z.string()),
    webhook_id: textOrNull,
  }),
);

export const diagnosis = z
  .strictObject({
    accepted: z.boolean().describe("whether it would be taken as it is"),
    checks: z.array(
      z.strictObject({
        check: z.enum(["headers", "timestamp", "signature_form", "signature", "body"]),
        ok: z.boolean(),
        finding: z.string(),
        change: textOrNull.describe("what to do; null: nothing"),
      }),
    ),
  })
  .meta({ id: "Diagnosis" });

export const received = z
  .strictObject({ status: z.enum(["accepted", "duplicate", "unrouted", "unreadable"]) })
  .meta({ id: "Received" });
