// The query parameters of lists: the same names everywhere, each checked, none unknown. Paging is by
// cursor: the ledger makes it and reads it; here it is only text of a sane length.

import * as z from "zod";
import { ATTENTION_CODES } from "../domain/attention";
import { STEPS } from "../domain/checklist";
import { MESSAGE_STATES } from "../domain/message";
import { STAGES } from "../domain/stage";
import { instantToMilliseconds, parseInstant } from "../domain/time";

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;

export const limit = z
  .string()
  .regex(/^\d{1,3}$/, `must be a number from 1 to ${LIMIT_MAX}`)
  .transform(Number)
  .refine((number) => number >= 1 && number <= LIMIT_MAX, `must be from 1 to ${LIMIT_MAX}`)
  .default(LIMIT_DEFAULT);

export const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,1024}$/, "is not a cursor of ours")
  .optional();

const time = z.string().transform((text, context) => {
  const instant = parseInstant(text);
  if (instant !== null) return instantToMilliseconds(instant);
  context.addIssue({ code: "custom", message: "must be a time such as 2026-03-21T08:29:00Z" });
  return z.NEVER;
});

/** The gateway's word, which may be one that we do not know. */
const status = z.string().regex(/^[A-Z][A-Z0-9_]{0,49}$/, "must be a status such as PROCESSED");

const filters = {
  status: status.optional(),
  stage: z.enum(STAGES, `must be one of ${STAGES.join(", ")}`).optional(),
  reference: z.string().min(1).max(50).optional(),
  created_from: time.optional(),
  created_to: time.optional(),
  updated_after: time.optional(),
  limit,
  cursor,
};

const parts = {
  /** Any id of the order. */
  order_id: z.string().min(1).max(50).optional(),
  reference: filters.reference,
  status: filters.status,
  rrn: z.string().min(1).max(50).optional(),
  created_from: filters.created_from,
  created_to: filters.created_to,
  limit,
  cursor,
};

export const paymentQuery = z.strictObject({
  ...parts,
  method: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,49}$/, "must be a payment method such as UPI")
    .optional(),
});

export const refundQuery = z.strictObject({
  ...parts,
  refund_reference: z.string().min(1).max(100).optional(),
});

export const linkQuery = z.strictObject(filters);

const SORTS = ["created_desc", "created_asc", "updated_desc", "updated_asc"] as const;

const ATTENTION = ["any", ...ATTENTION_CODES] as const;

export const orderQuery = z.strictObject({
  ...filters,
  attention: z.enum(ATTENTION, `must be one of ${ATTENTION.join(", ")}`).optional(),
  needs: z.enum(STEPS, `must be one of ${STEPS.join(", ")}`).optional(),
  sort: z.enum(SORTS, `must be one of ${SORTS.join(", ")}`).optional(),
});

export const messageQuery = z.strictObject({
  state: z.enum(MESSAGE_STATES, `must be one of ${MESSAGE_STATES.join(", ")}`).optional(),
  limit,
  cursor,
});
