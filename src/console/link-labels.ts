// What the console calls a payment link's states, and where they allow something still.

import type { ReminderResult } from "../domain/reminders";
import { LINK_STATUSES, type LinkStatus } from "../domain/status";
import type { Tone } from "./words";

export const LINK_STATES: {
  readonly [status in LinkStatus]: { readonly label: string; readonly tone: Tone };
} = {
  CREATED: { label: "Not opened yet", tone: "plain" },
  CLICKED: { label: "Opened by the customer", tone: "wait" },
  PAYMENT_INITIATED: { label: "Payment begun", tone: "wait" },
  PARTIAL_PROCESSED: { label: "Part paid", tone: "wait" },
  CANCELLED: { label: "Cancelled", tone: "plain" },
  EXPIRED: { label: "Expired", tone: "plain" },
  // Not "Paid": its money may only be held, and its order says which.
  PROCESSED: { label: "Completed", tone: "good" },
};

/** With these the customer can still pay; so it may be with a word that we do not know. */
const OVER: readonly string[] = ["CANCELLED", "EXPIRED", "PROCESSED"] satisfies LinkStatus[];

export function isPayable(status: string | null): boolean {
  return status === null || !OVER.includes(status);
}

export function isKnownStatus(status: string): status is LinkStatus {
  return LINK_STATUSES.some((known) => known === status);
}

export const REMINDER_RESULTS: { readonly [result in ReminderResult]: string } = {
  begun: "being sent now",
  put_off: "put off by the gateway, tried again soon",
  refused: "refused by the gateway",
  unknown: "sent perhaps: the gateway gave no answer",
  skipped: "not sent: it was long over when it could have been",
  merged: "sent together with another one",
  not_needed: "not needed any more",
  sent: "sent",
};
