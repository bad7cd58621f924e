// Every error that our API can answer, as a closed set: RFC 9457 problem documents with a stable
// code. The table is the contract; docs/problems.md explains each code to its reader. Nothing here
// decides when a problem occurs, and no message of an exception ever becomes part of one.

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
  not_found: { status: 404, title: "There is nothing at this address" },
  order_unknown: { status: 404, title: "The order is not known" },
  link_unknown: { status: 404, title: "The payment link is not known" },
  token_unknown: { status: 404, title: "The token is not known" },
  message_unknown: { status: 404, title: "The message is not known" },
  method_not_allowed: { status: 405, title: "The address does not take this method" },
  reference_reused: { status: 409, title: "The reference was used for another request" },
  link_differs: { status: 409, title: "The gateway has another link under this reference" },
  link_not_active: { status: 409, title: "The payment link is no longer active" },
  link_still_payable: { status: 409, title: "The payment link can still be paid" },
  link_not_replaceable: { status: 409, title: "The payment link can not be replaced" },
  payment_in_flight: { status: 409, title: "A payment may still be on its way" },
  payment_authorized: { status: 409, title: "Money is held" },
  nothing_due: { status: 409, title: "Nothing is due" },
  gateway_duplicate: { status: 409, title: "The gateway has seen this reference before" },
  body_too_large: { status: 413, title: "The body is too large" },
  body_invalid: { status: 422, title: "The body is not valid" },
  gateway_refused: { status: 422, title: "The gateway refused the request" },
  internal_error: { status: 500, title: "Something went wrong here" },
  setting_invalid: { status: 503, title: "A setting is missing or wrong" },
  environment_mismatch: { status: 503, title: "The ledger belongs to another environment" },
  message_not_kept: { status: 503, title: "The message could not be kept" },
  ledger_unavailable: { status: 503, title: "The ledger can not be read at the moment" },
  gateway_unavailable: { status: 503, title: "The gateway gave no usable answer" },
  gateway_rate_limited: { status: 503, title: "The gateway asks for fewer requests" },
  gateway_unauthorized: { status: 503, title: "The gateway refused our credentials" },
} as const satisfies { readonly [code: string]: ProblemKind };

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS).filter(isProblemCode);

function isProblemCode(value: string): value is ProblemCode {
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
  const document = {
    type: problemType(code),
    title,
    status,
    code,
    ...(extras.detail === undefined ? {} : { detail: extras.detail }),
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
