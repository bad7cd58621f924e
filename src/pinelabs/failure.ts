// What an answer other than a usable 2xx means: the gateway's statuses and error bodies → our
// failures (docs/gateway.md 8). What may be repeated is decided by the caller. No secret, token or
// personal data passes into a message (law 12).

import type { JsonObject } from "../domain/json";
import type { Milliseconds } from "../domain/time";
import { readObject, readText } from "./fields";
import type { GatewayFailure } from "./gateway";
import type { HttpAnswer } from "./http";
import { parseObject } from "./keys";

const MAX_MESSAGE = 300;
const MAX_CODE = 64;
/** Longer than this no caller waits, whatever is asked for. */
const MAX_RETRY_AFTER = 24 * 60 * 60 * 1000;

/** Refusals that do not say whether anything was done (design 3.5). */
const UNCERTAIN_STATUSES: readonly number[] = [408, 409, 425];

export interface FailureContext {
  readonly request_id: string;
  readonly now: Milliseconds;
  /** Texts that must not appear in a message: the client secret, the token. */
  readonly secrets: readonly string[];
}

/** For any answer that is not 2xx. */
export function failureOf(answer: HttpAnswer, context: FailureContext): GatewayFailure {
  const { status } = answer;
  const { request_id } = context;
  const error = readError(answer, context.secrets);
  const message = error?.message || describe(status, error);
  if (status === 429) {
    const retry_after = parseRetryAfter(answer.retry_after, context.now);
    return { code: "gateway_rate_limited", request_id, retry_after };
  }
  const gateway_code = error?.code ?? null;
  if (status === 401) return { code: "gateway_unauthorized", request_id, gateway_code, message };
  if (error === null || status < 400 || status > 499 || UNCERTAIN_STATUSES.includes(status)) {
    return unavailable(request_id, describe(status, error));
  }
  if (status === 404) return { code: "gateway_not_found", request_id, gateway_code, message };
  // A refusal without a code may be a proxy's: only the gateway's own word means "nothing was done".
  if (error.code === null) return unavailable(request_id, describe(status, error));
  if (error.code === "DUPLICATE_REQUEST") return { code: "gateway_duplicate", request_id, message };
  return { code: "gateway_refused", request_id, status, gateway_code: error.code, message };
}

/**
 * Whether a request that moves money was refused, so that it moved nothing: a 4xx with a code of the
 * gateway's. A duplicate is none: somebody has used the reference, perhaps we (design 3.5).
 */
export function isRefusal(failed: GatewayFailure): boolean {
  switch (failed.code) {
    case "gateway_refused":
      return true;
    case "gateway_not_found":
    case "gateway_unauthorized":
      return failed.gateway_code !== null;
    case "gateway_duplicate":
    case "gateway_rate_limited":
    case "gateway_unavailable":
      return false;
  }
}

export function unavailable(request_id: string, message: string): GatewayFailure {
  return { code: "gateway_unavailable", request_id, message };
}

/** Seconds or an HTTP date, as milliseconds from now; null when absent or unreadable. */
export function parseRetryAfter(text: string | null, now: Milliseconds): Milliseconds | null {
  const value = text?.trim() ?? "";
  const asked = /^\d{1,9}$/.test(value)
    ? Number(value) * 1000
    : /^[A-Za-z]{3,9}, .* GMT$/.test(value)
      ? Date.parse(value) - now
      : Number.NaN;
  return Number.isNaN(asked) ? null : Math.min(Math.max(0, asked), MAX_RETRY_AFTER);
}

/** The same of a code: most are short words, and nobody promises it. */
export function safeCode(text: string, secrets: readonly string[]): string {
  return safeMessage(text, secrets).slice(0, MAX_CODE).toWellFormed();
}

/** One line that may be logged and shown: no control characters, no personal data, bounded. */
export function safeMessage(text: string, secrets: readonly string[]): string {
  const withoutSecrets = secrets
    .filter((secret) => secret !== "")
    .reduce((kept, secret) => kept.replaceAll(secret, MASK), text);
  return (
    withoutSecrets
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
      // E-mail addresses, and UPI addresses, which look the same.
      .replace(/[^\s@<>"'(),;:]+@[^\s@<>"'(),;]+/g, MASK)
      // Phone and card numbers, but not the digits inside one of the gateway's ids.
      .replace(
        /((?:pl-)?v\d+-\d+-[a-z]{2}-[A-Za-z0-9-]+)|\+?\d(?:[ ().-]{0,2}\d){7,}/g,
        (_, id: string | undefined) => id ?? MASK,
      )
      .trim()
      .slice(0, MAX_MESSAGE)
      .toWellFormed()
  );
}

const MASK = "•••";

interface GatewayError {
  readonly code: string | null;
  readonly message: string;
}

/** Null when the body is no JSON object: then it is not the gateway that speaks. */
function readError(answer: HttpAnswer, secrets: readonly string[]): GatewayError | null {
  const parsed = parseObject(answer.text ?? "");
  if (!parsed.ok) return null;
  const body: JsonObject = parsed.value;
  const details = readObject(body.additional_error_details ?? body.additional_error_payload);
  const message =
    readText(body.message) ?? readText(body.error_message) ?? readText(body.response_message) ?? "";
  const reason = readText(details.reason);
  const { response_code } = body;
  const code =
    readText(body.code) ??
    readText(typeof response_code === "number" ? `${response_code}` : response_code);
  return {
    code: code === undefined ? null : safeCode(code, secrets),
    message: safeMessage(reason === undefined ? message : `${message} (${reason})`, secrets),
  };
}

function describe(status: number, error: GatewayError | null): string {
  const said = [error?.code, error?.message].filter(Boolean).join(": ");
  return said === "" ? `the gateway answered ${status}` : `the gateway answered ${status}, ${said}`;
}
