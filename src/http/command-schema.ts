// The bodies of the money doors, and the reference that names each command: from the body, or from the
// header Idempotency-Key where the body has none (two that differ are refused). The limits are the
// gateway's (docs/gateway.md 3.5, 4.1).

import * as z from "zod/mini";
import type { CommandRequest } from "../actor/rpc";
import { type Asked, DECISIONS } from "../domain/command";
import { LEAST_AMOUNT, NOTHING_ASKED } from "../domain/command-policy";
import { isEntityId, isReference } from "../domain/ids";
import { asJsonObject } from "../domain/json";
import { type Amount, paisa } from "../domain/money";
import { failure, type Result, success } from "../domain/result";
import { LINK_LIMITS } from "../pinelabs/link-request";
import { bodyProblem } from "./input";
import { problem } from "./problem";
import { writtenText } from "./written-text";

const REFERENCE_RULE = "must have 1 to 50 of the characters A-Z a-z 0-9 - _";
const REASON_MAX = 500;

const reference = z.string().check(z.refine(isReference, REFERENCE_RULE));

const amountFrom = (least: number) =>
  z.strictObject({
    value: z
      .int("must be a whole number of paisa")
      .check(
        z.minimum(least, `must be at least ${least} paisa`),
        z.maximum(LINK_LIMITS.amount_max, `must be at most ${LINK_LIMITS.amount_max} paisa`),
      ),
    currency: z.enum(LINK_LIMITS.currencies, "must be INR"),
  });

const amount = amountFrom(LEAST_AMOUNT);

const reason = writtenText(REASON_MAX);

const shortText = z.string().check(z.minLength(1), z.maxLength(50));

const split = z.strictObject({
  split_type: z.literal("AMOUNT", "must be AMOUNT"),
  split_details: z
    .array(
      z.strictObject({
        split_merchant_id: z.union([shortText, z.int()]),
        merchant_settlement_reference: z.optional(shortText),
        // As of a link's split: the least amount is that of the refund as a whole.
        amount: amountFrom(0),
      }),
    )
    .check(z.minLength(1), z.maxLength(100)),
});

/** Nothing is done if this is another amount by then. */
const seen = amountFrom(0);

export const refundSchema = z.strictObject({
  merchant_refund_reference: z.optional(reference),
  amount: z.optional(amount),
  payment_id: z.optional(z.string().check(z.refine(isEntityId, "must be the id of a payment"))),
  reason: z.optional(reason),
  split_info: z.optional(split),
  expect: z.optional(z.strictObject({ refundable: seen })),
});

const expectHeld = z.optional(z.strictObject({ authorized: seen }));

export const captureSchema = z.strictObject({
  merchant_capture_reference: z.optional(reference),
  amount: z.optional(amount),
  reason: z.optional(reason),
  expect: expectHeld,
});

export const voidSchema = z.strictObject({ reason: z.optional(reason), expect: expectHeld });

export const decisionSchema = z.strictObject({
  decision: z.enum(DECISIONS, `must be one of ${DECISIONS.join(", ")}`),
  reason,
});

type Refused = { readonly code: "refused"; readonly response: Response };
type Wanted = Pick<CommandRequest, "kind" | "reference" | "asked" | "expected">;
type Parsed = Result<Wanted, Refused>;

export function refundCommand(body: z.infer<typeof refundSchema>, key: string | undefined): Parsed {
  const named = referenceOf(body.merchant_refund_reference, "merchant_refund_reference", key);
  if (!named.ok) return named;
  const asked: Asked = {
    amount: amountOf(body.amount),
    payment_id: body.payment_id ?? null,
    reason: body.reason ?? null,
    split_info: body.split_info === undefined ? null : asJsonObject(body.split_info),
  };
  const expected = amountOf(body.expect?.refundable) ?? undefined;
  return success({ kind: "refund", reference: named.value, asked, expected });
}

export function captureCommand(
  body: z.infer<typeof captureSchema>,
  key: string | undefined,
): Parsed {
  const named = referenceOf(body.merchant_capture_reference, "merchant_capture_reference", key);
  if (!named.ok) return named;
  const asked = {
    ...NOTHING_ASKED,
    amount: amountOf(body.amount),
    reason: body.reason ?? null,
  };
  const expected = amountOf(body.expect?.authorized) ?? undefined;
  return success({ kind: "capture", reference: named.value, asked, expected });
}

/** A void has no reference of its caller's: the hold is released once, however often it is asked for. */
export function voidCommand(body: z.infer<typeof voidSchema>): Wanted {
  return {
    kind: "void",
    reference: null,
    asked: { ...NOTHING_ASKED, reason: body.reason ?? null },
    expected: amountOf(body.expect?.authorized) ?? undefined,
  };
}

/** The body's reference, or the header's where the body has none; both and different is a mistake. */
function referenceOf(
  given: string | undefined,
  field: string,
  header: string | undefined,
): Result<string, Refused> {
  const parsed = idempotencyKey(header);
  if (!parsed.ok) return parsed;
  const key = parsed.value ?? undefined;
  if (given !== undefined && key !== undefined && given !== key) {
    const detail = `The header Idempotency-Key and the body's ${field} differ: send one of them.`;
    return refuse(problem("idempotency_key_invalid", { detail }));
  }
  const reference = given ?? key;
  if (reference !== undefined) return success(reference);
  return refuse(bodyProblem(`/${field}`, `${field} is missing, and so is Idempotency-Key`));
}

/** The header Idempotency-Key; null when there is none. */
export function idempotencyKey(header: string | undefined): Result<string | null, Refused> {
  if (header === undefined) return success(null);
  // RFC 8941 writes a string in quotes; everybody else does not.
  const key = header.trim().replace(/^"(.*)"$/, "$1");
  if (isReference(key)) return success(key);
  const detail = `The header Idempotency-Key ${REFERENCE_RULE}.`;
  return refuse(problem("idempotency_key_invalid", { detail }));
}

function amountOf(given: z.infer<typeof amount> | undefined): Amount | null {
  return given === undefined ? null : { value: paisa(given.value), currency: given.currency };
}

function refuse(response: Response): Result<never, Refused> {
  return failure({ code: "refused", response });
}
