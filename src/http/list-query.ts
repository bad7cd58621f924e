// The query parameters of lists: the same names everywhere, each checked, none unknown. Paging is by
// cursor: the ledger makes it and reads it; here it is only text of a sane length.

import * as z from "zod/mini";
import { ATTENTION_CODES } from "../domain/attention";
import { STEPS } from "../domain/checklist";
import { MESSAGE_STATES } from "../domain/message";
import { STAGES } from "../domain/stage";
import { instantToMilliseconds, parseInstant } from "../domain/time";

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;

const pageLength = z
  .pipe(
    z.string().check(z.regex(/^\d{1,3}$/, `must be a number from 1 to ${LIMIT_MAX}`)),
    z.transform(Number),
  )
  .check(
    z.refine((number) => number >= 1 && number <= LIMIT_MAX, `must be from 1 to ${LIMIT_MAX}`),
  );

export const limit = z._default(pageLength, LIMIT_DEFAULT);

export const cursor = z.optional(
  z.string().check(z.regex(/^[A-Za-z0-9_-]{1,1024}$/, "is not a cursor of ours")),
);

const time = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const instant = parseInstant(text);
    if (instant !== null) return instantToMilliseconds(instant);
    const message = "must be a time such as 2026-03-21T08:29:00Z";
    context.issues.push({ code: "custom", input: text, message });
    return z.NEVER;
  }),
);

/** The gateway's word, which may be one that we do not know. */
const WORD = /^[A-Z][A-Z0-9_]{0,49}$/;

const status = z.string().check(z.regex(WORD, "must be a status such as PROCESSED"));

function text(longest: number) {
  return z.string().check(z.minLength(1), z.maxLength(longest));
}

const filters = {
  status: z.optional(status),
  stage: z.optional(z.enum(STAGES, `must be one of ${STAGES.join(", ")}`)),
  reference: z.optional(text(50)),
  created_from: z.optional(time),
  created_to: z.optional(time),
  updated_after: z.optional(time),
  limit,
  cursor,
};

const parts = {
  /** Any id of the order. */
  order_id: z.optional(text(50)),
  reference: filters.reference,
  status: filters.status,
  rrn: z.optional(text(50)),
  created_from: filters.created_from,
  created_to: filters.created_to,
  limit,
  cursor,
};

export const paymentQuery = z.strictObject({
  ...parts,
  method: z.optional(z.string().check(z.regex(WORD, "must be a payment method such as UPI"))),
});

export const refundQuery = z.strictObject({
  ...parts,
  refund_reference: z.optional(text(100)),
});

export const linkQuery = z.strictObject(filters);

const SORTS = ["created_desc", "created_asc", "updated_desc", "updated_asc"] as const;

const ATTENTION = ["any", ...ATTENTION_CODES] as const;

/** Whole units of the smallest kind, as amounts are everywhere on the wire. */
const units = z.pipe(
  z.string().check(z.regex(/^\d{1,15}$/, "must be a whole number of paisa, such as 150000")),
  z.transform(Number),
);

export const orderQuery = z.strictObject({
  ...filters,
  amount_from: z.optional(units),
  amount_to: z.optional(units),
  attention: z.optional(z.enum(ATTENTION, `must be one of ${ATTENTION.join(", ")}`)),
  needs: z.optional(z.enum(STEPS, `must be one of ${STEPS.join(", ")}`)),
  sort: z.optional(z.enum(SORTS, `must be one of ${SORTS.join(", ")}`)),
});

export const messageQuery = z.strictObject({
  state: z.optional(z.enum(MESSAGE_STATES, `must be one of ${MESSAGE_STATES.join(", ")}`)),
  /** The gateway's names have no form of their own; the longest that is kept has 100 characters. */
  event: z.optional(text(100)),
  limit,
  cursor,
});
