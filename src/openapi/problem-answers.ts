// Problem documents (RFC 9457) as schemas: what all have, and the further members of each code. What a
// code means is docs/problems.md; a member that is not named here is a mistake that the tests find.

import * as z from "zod";
import { PROBLEMS, type ProblemCode, problemType } from "../http/problem";
import { command } from "./command-answers";
import { waitsFor } from "./handling-answers";
import { stage } from "./order-answers";
import { amount, count, textOrNull, time, timeOrNull } from "./words";

const fieldError = z
  .strictObject({
    pointer: z.string().optional().describe("a JSON pointer into the request's body"),
    parameter: z.string().optional().describe("the name of a query parameter"),
    detail: z.string(),
  })
  .meta({ id: "FieldError", description: "One field or parameter at fault." });

/** `type`, `title`, `status` and `code` say the same; decide by `code`. */
const BASE = {
  type: z.string().describe("urn:chukta:problem:{code}: a name, not an address"),
  title: z.string().describe("the code in words"),
  status: z.int().describe("the HTTP status"),
  code: z.string().describe("the contract: decide by it"),
  detail: z.string().optional().describe("what it was this time; may be reworded"),
  errors: z.array(fieldError).optional().describe("each field or parameter at fault"),
};

export const problemBase = z
  .strictObject(BASE)
  .meta({ id: "Problem", description: "Every error of the API: an RFC 9457 problem document." });

const gateway = { gateway_request_id: textOrNull.optional() };

const setting = { setting: z.string().describe("its name") };

const status_of_link = z.string().describe("what the gateway says now");

/** How a command ended that moved nothing: the gateway's words where it has any, and the command. */
const ended = {
  gateway_code: z.string().nullable().optional(),
  gateway_status: z.int().optional(),
  gateway_request_id: textOrNull.optional(),
  command: command.optional(),
};

/** How much a key may refund, in paisa. */
const keyLimit = {
  limit: count.describe("paisa"),
  used: count.describe("paisa, by other refunds of the day"),
  asked: count.describe("paisa"),
};

type Members = { readonly [name: string]: z.ZodType };

export const MEMBERS: { readonly [code in ProblemCode]?: Members } = {
  setting_invalid: setting,
  environment_mismatch: setting,
  order_unknown: gateway,
  link_unknown: gateway,
  link_not_active: { status_of_link },
  link_still_payable: { status_of_link },
  gateway_duplicate: gateway,
  gateway_unavailable: gateway,
  gateway_rate_limited: gateway,
  gateway_unauthorized: gateway,
  gateway_refused: ended,
  reference_used_elsewhere: ended,
  captured_elsewhere: ended,
  already_captured: ended,
  capture_failed: ended,
  authorization_gone: ended,
  decided_not_done: ended,
  refund_failed: { command },
  decision_not_needed: { command },
  refund_exceeds_captured: { refundable: amount },
  refund_exceeds_payment: { payment_id: z.string(), refundable: amount },
  refund_spans_orders: {
    orders: z.array(z.strictObject({ order_id: z.string(), refundable: amount })),
  },
  amount_below_minimum: { left: amount },
  currency_differs: { currency: z.string() },
  capture_exceeds_authorized: { authorized: amount },
  order_changed: { now: amount.describe("refundable of a refund, else what is held") },
  command_in_progress: { kind: z.string(), reference: z.string() },
  order_ambiguous: { order_ids: z.array(z.string()) },
  reference_taken: { refund_id: z.string() },
  claim_ended: { claim_state: z.string(), until: time },
  claim_held: { by: z.string(), until: time },
  fulfilled_already: { by: z.string(), at: time },
  step_done: { by: textOrNull, at: timeOrNull },
  not_secured: { stage },
  order_not_finished: { waits_for: waitsFor },
  money_stopped: { reason: z.string(), since: time },
  key_limit_refund: { limit: keyLimit.limit, asked: keyLimit.asked },
  key_limit_day: keyLimit,
};

/** With these comes Retry-After. */
export const RETRY_LATER: readonly ProblemCode[] = [
  "rate_limited",
  "order_unsettled",
  "message_not_kept",
  "access_unavailable",
  "ledger_unavailable",
  "gateway_unavailable",
  "gateway_rate_limited",
];

/** The document of one code, whole and strict. */
export function problemSchema(code: ProblemCode) {
  const { status, title } = PROBLEMS[code];
  return z.strictObject({
    ...BASE,
    type: z.literal(problemType(code)),
    title: z.literal(title),
    status: z.literal(status),
    code: z.literal(code),
    ...MEMBERS[code],
  });
}
