// A webhook that the door did not take, as it is kept for the operator: which check failed and what
// helps to find out why. Never its body, its signature or a secret (design section 4).

import type { Milliseconds } from "./time";

/** Why a webhook was refused; the sender is told none of these. */
export type RefusalCode =
  | "missing_header"
  | "timestamp_unreadable"
  | "timestamp_stale"
  | "timestamp_future"
  | "signature_unreadable"
  | "signature_mismatch"
  | "body_too_large";

export interface Refusal {
  readonly at: Milliseconds;
  readonly code: RefusalCode;
  /** Our clock minus the message's timestamp, in seconds; null when there was no readable one. */
  readonly skew_seconds: number | null;
  /** Whether one of our secrets made the signature; null when it was not checked. */
  readonly signature_valid: boolean | null;
  /** Bytes of the body; of one that was too large, the bytes read before it was given up. */
  readonly size: number;
  /** SHA-256 of the raw body, lower-case hex; null when the body was not read to its end. */
  readonly body_hash: string | null;
  /** Which of the headers that matter were there, by name. */
  readonly headers_present: readonly string[];
  /** Only when it looks like an id: what a stranger sends is not repeated. */
  readonly webhook_id: string | null;
}

/** How many refusals are kept; older ones go. */
export const REFUSALS_KEPT = 100;

const SANE_WEBHOOK_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The id when it is safe to keep and to show, else null. */
export function saneWebhookId(value: string | null | undefined): string | null {
  return value && SANE_WEBHOOK_ID.test(value) ? value : null;
}
