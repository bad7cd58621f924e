// Every error that our API can answer, as a closed set: RFC 9457 problem documents with a stable
// code. The table is the contract; docs/problems.md explains each code to its reader. Nothing here
// decides when a problem occurs, and no message of an exception ever becomes part of one.

import { ADVICE } from "./problem-advice";

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Code → status and title. Codes never change their meaning; new ones may be added. */
export const PROBLEMS = {
  json_invalid: { status: 400, title: "The body is not JSON" },
  query_invalid: { status: 400, title: "The query is not valid" },
  unauthorized: { status: 401, title: "The API key is missing or wrong" },
  message_refused: { status: 401, title: "The message was refused" },
  scope_missing: { status: 403, title: "The API key may not do this" },
  decision_not_allowed: { status: 403, title: "The API key may not decide this" },
  not_found: { status: 404, title: "There is nothing at this address" },
  order_unknown: { status: 404, title: "The order is not known" },
  link_unknown: { status: 404, title: "The payment link is not known" },
  token_unknown: { status: 404, title: "The token is not known" },
  message_unknown: { status: 404, title: "The message is not known" },
  command_unknown: { status: 404, title: "The command is not known" },
  claim_unknown: { status: 404, title: "The claim is not known" },
  step_unknown: { status: 404, title: "The checklist has no such step" },
  settlement_unknown: { status: 404, title: "The settlement is not known" },
  discrepancy_unknown: { status: 404, title: "The discrepancy is not known" },
  notification_unknown: { status: 404, title: "The notification is not known" },
  key_unknown: { status: 404, title: "The API key is not known" },
  method_not_allowed: { status: 405, title: "The address does not take this method" },
  reference_reused: { status: 409, title: "The reference was used for another request" },
  link_differs: { status: 409, title: "The gateway has another link under this reference" },
  link_not_active: { status: 409, title: "The payment link is no longer active" },
  link_still_payable: { status: 409, title: "The payment link can still be paid" },
  link_not_replaceable: { status: 409, title: "The payment link can not be replaced" },
  payment_in_flight: { status: 409, title: "A payment may still be on its way" },
  payment_authorized: { status: 409, title: "Money is held" },
  nothing_due: { status: 409, title: "Nothing is due" },
  reference_taken: { status: 409, title: "The gateway has a refund under this reference" },
  order_changed: { status: 409, title: "The order's money is another amount by now" },
  command_in_progress: { status: 409, title: "Another command is not over yet" },
  settlement_changed: { status: 409, title: "The settlement was read anew" },
  discrepancy_changed: { status: 409, title: "The discrepancy is another by now" },
  discrepancy_closed: { status: 409, title: "The discrepancy is closed" },
  claim_lapsed: { status: 409, title: "The claim lapsed when the money went" },
  claim_ended: { status: 409, title: "The claim has ended" },
  claim_held: { status: 409, title: "Somebody else delivers it" },
  fulfilled_already: { status: 409, title: "The order was delivered already" },
  step_done: { status: 409, title: "The step was done before" },
  decision_not_needed: { status: 409, title: "There is nothing to decide" },
  receipt_not_configured: { status: 409, title: "Receipts are not sent from here" },
  notify_not_configured: { status: 409, title: "There is nobody to notify" },
  gateway_duplicate: { status: 409, title: "The gateway has seen this reference before" },
  money_stopped: { status: 409, title: "Money commands are stopped" },
  key_name_taken: { status: 409, title: "A key has this name" },
  too_many_keys: { status: 409, title: "There are too many keys" },
  order_not_finished: { status: 409, title: "The order is not finished" },
  body_removed: { status: 410, title: "The raw message was removed" },
  body_too_large: { status: 413, title: "The body is too large" },
  body_invalid: { status: 422, title: "The body is not valid" },
  idempotency_key_invalid: { status: 422, title: "The Idempotency-Key is not valid" },
  nothing_paid: { status: 422, title: "Nothing was paid" },
  customer_email_unknown: { status: 422, title: "The customer's e-mail address is not known" },
  nothing_captured: { status: 422, title: "Nothing was captured" },
  void_instead: { status: 422, title: "The money is held: void it instead" },
  refund_exceeds_captured: { status: 422, title: "The refund is more than what is left" },
  refund_exceeds_payment: { status: 422, title: "The refund is more than the payment has left" },
  refund_amount_required: { status: 422, title: "The refund must name its amount" },
  refund_spans_orders: { status: 422, title: "No one order can give so much" },
  refund_failed: { status: 422, title: "The refund failed" },
  payment_unknown: { status: 422, title: "The payment is not known" },
  amount_below_minimum: { status: 422, title: "The amount is too small" },
  currency_differs: { status: 422, title: "The currency is not the order's" },
  split_info_required: { status: 422, title: "The refund must say how it is split" },
  split_info_unexpected: { status: 422, title: "The order is not split" },
  split_info_differs: { status: 422, title: "The split does not add up" },
  not_authorized: { status: 422, title: "No money is held" },
  already_captured: { status: 422, title: "The money was captured already" },
  authorization_gone: { status: 422, title: "The authorization was released" },
  capture_exceeds_authorized: { status: 422, title: "The capture is more than what is held" },
  capture_failed: { status: 422, title: "The capture failed" },
  captured_elsewhere: { status: 422, title: "The money was captured by somebody else" },
  order_ambiguous: { status: 422, title: "Several orders hold money" },
  reference_used_elsewhere: {
    status: 422,
    title: "The gateway knows the reference from something else",
  },
  decided_not_done: { status: 422, title: "An operator decided that it was not done" },
  step_derived: { status: 422, title: "The step follows from facts" },
  step_not_applicable: { status: 422, title: "There is nothing to say of the step now" },
  not_secured: { status: 422, title: "The money is neither taken nor held" },
  too_many_commands: { status: 422, title: "Too many commands for one order" },
  key_limit_refund: { status: 422, title: "The refund is more than this key may refund at once" },
  key_limit_day: { status: 422, title: "The refund is more than this key may refund today" },
  key_limit_currency: { status: 422, title: "This key can not refund this currency" },
  gateway_refused: { status: 422, title: "The gateway refused the request" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal_error: { status: 500, title: "Something went wrong here" },
  setting_invalid: { status: 503, title: "A setting is missing or wrong" },
  environment_mismatch: { status: 503, title: "The ledger belongs to another environment" },
  order_unsettled: { status: 503, title: "The order is not settled yet" },
  message_not_kept: { status: 503, title: "The message could not be kept" },
  access_unavailable: { status: 503, title: "The keys can not be read at the moment" },
  ledger_unavailable: { status: 503, title: "The ledger can not be read at the moment" },
  gateway_unavailable: { status: 503, title: "The gateway gave no usable answer" },
  gateway_rate_limited: { status: 503, title: "The gateway asks for fewer requests" },
  gateway_unauthorized: { status: 503, title: "The gateway refused our credentials" },
} as const satisfies { readonly [code: string]: ProblemKind };

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

export function isProblemCode(value: string): value is ProblemCode {
  return Object.hasOwn(PROBLEMS, value);
}

export function codeToStatus(code: ProblemCode): number {
  return PROBLEMS[code].status;
}

/** One field or parameter at fault. `pointer` is a JSON pointer (RFC 6901) into the request's body. */
export type FieldError =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string };

export interface ProblemExtras {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Seconds, for the header Retry-After. */
  readonly retry_after?: number;
  readonly headers?: { readonly [name: string]: string };
  /** Further members of the document, documented with the code. */
  readonly members?: { readonly [name: string]: unknown };
}

/** The type is a name, not an address: the same on every deployment, and it leads nowhere. */
export function problemType(code: ProblemCode): string {
  return `urn:chukta:problem:${code}`;
}

export function problem(code: ProblemCode, extras: ProblemExtras = {}): Response {
  const { status, title } = PROBLEMS[code];
  const { detail = ADVICE[code] } = extras;
  const document = {
    type: problemType(code),
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(extras.errors === undefined ? {} : { errors: extras.errors }),
    ...extras.members,
  };
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...extras.headers,
  });
  if (extras.retry_after !== undefined) {
    headers.set("retry-after", String(Math.max(1, Math.ceil(extras.retry_after))));
  }
  return new Response(JSON.stringify(document), { status, headers });
}
