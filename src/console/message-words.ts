// What the console calls the gateway's messages, what became of them, and what to do about those that were
// refused. An event that is in no table here is shown by the gateway's own name: new ones come unasked.

import type { MessageState } from "../domain/message";
import type { RefusalCode } from "../domain/refusal";
import type { DiagnosisView } from "../http/messages";
import type { Word } from "./words";

export const EVENTS: ReadonlyMap<string, string> = new Map([
  ["ORDER_AUTHORIZED", "Money held"],
  ["ORDER_PROCESSED", "Order paid"],
  ["ORDER_CANCELLED", "Order cancelled"],
  ["ORDER_FAILED", "Order failed"],
  ["PAYMENT_FAILED", "Payment failed"],
  ["REFUND_PROCESSED", "Refund done"],
  ["REFUND_FAILED", "Refund failed"],
  ["payment_link.processed", "Link paid"],
]);

export interface MessageWord extends Word {
  readonly meaning: string;
}

export const MESSAGES: { readonly [state in MessageState]: MessageWord } = {
  applied: { label: "Applied", tone: "good", meaning: "It said something new about its order." },
  no_change: {
    label: "Nothing new",
    tone: "plain",
    meaning: "Everything in it was known already. Nothing has to be done.",
  },
  unrouted: {
    label: "Belongs nowhere",
    tone: "wait",
    meaning:
      "It names no order or link, or can not be read as a message. Look at its body: if it is about an order of yours, ask the gateway about that order.",
  },
  waiting: {
    label: "Waiting",
    tone: "bad",
    meaning:
      "It could not be applied and is tried again by itself. If it stays so, apply it once more after the next release, and tell whoever looks after Chukta.",
  },
  forwarded: {
    label: "Passed on",
    tone: "plain",
    meaning: "Its order belongs to the link of another order, which got it.",
  },
};

interface RefusalWord {
  readonly label: string;
  readonly advice: string;
}

export const REFUSALS: { readonly [code in RefusalCode]: RefusalWord } = {
  missing_header: {
    label: "A header is missing",
    advice:
      "A webhook of the gateway has three headers that begin with webhook-. If only some are there, something in front of Chukta drops them. If none is, somebody else knocked, and nothing has to be done.",
  },
  timestamp_unreadable: {
    label: "Its time can not be read",
    advice: "Something on the way changed the header webhook-timestamp: it must pass unchanged.",
  },
  timestamp_stale: {
    label: "Too old",
    advice:
      "It was on its way for longer than is allowed. With a right signature, the order was asked about at the gateway all the same. If it happens often, remove the queue that holds webhooks back, or raise WEBHOOK_TOLERANCE_SECONDS.",
  },
  timestamp_future: {
    label: "From the future",
    advice: "The sender's clock is wrong. If it was the gateway, tell its support the time.",
  },
  signature_unreadable: {
    label: "Its signature can not be read",
    advice:
      "The header webhook-signature holds no signature that Chukta knows. Check that nothing on the way changes it, and that the dashboard sends this version of webhooks.",
  },
  signature_mismatch: {
    label: "Its signature does not match",
    advice:
      "It was signed with another secret, its body was changed on its way, or it is forged. Copy a refused message from the dashboard into the doctor: it says which.",
  },
  body_too_large: {
    label: "Too large",
    advice: "Its body had more than 256 KiB. No message of the gateway has: somebody else knocked.",
  },
};

type CheckName = DiagnosisView["checks"][number]["check"];

export const CHECKS: { readonly [check in CheckName]: string } = {
  headers: "The three headers",
  timestamp: "Its age",
  signature_form: "The form of its signature",
  signature: "The signature",
  body: "The body",
};
