// The words of an order's page: payments, refunds, commands, links, where its money is. Closed sets have a word
// each; what the gateway may call otherwise tomorrow is shown as it came (law 9).

import type { CommandKind } from "../domain/command";
import type { FulfillmentView } from "../domain/fulfillment-view";
import type { ClaimState } from "../domain/handling";
import type { Origin } from "../domain/record";
import type { MailState } from "../domain/receipt-mail";
import type { ReminderResult } from "../domain/reminders";
import type { SettlementStage } from "../domain/settlement";
import type { LineRole } from "../domain/settlement-roles";
import type { OrderStatus, PaymentStatus, RefundStatus } from "../domain/status";
import { LINK_STATES } from "./link-labels";
import type { Tone } from "./words";

export interface Word {
  readonly label: string;
  readonly tone: Tone;
}

const ORDER_STATES: { readonly [status in OrderStatus]: Word } = {
  CREATED: { label: "Created", tone: "plain" },
  PENDING: { label: "Under way", tone: "wait" },
  ATTEMPTED: { label: "Tried", tone: "plain" },
  AUTHORIZED: { label: "Held", tone: "wait" },
  FAILED: { label: "Failed", tone: "bad" },
  PARTIALLY_CAPTURED: { label: "Partly captured", tone: "good" },
  PROCESSED: { label: "Taken", tone: "good" },
  CANCELLED: { label: "Cancelled", tone: "plain" },
  PARTIALLY_REFUNDED: { label: "Partly refunded", tone: "good" },
  FULLY_REFUNDED: { label: "Refunded", tone: "plain" },
};

const PAYMENT_STATES: { readonly [status in PaymentStatus]: Word } = {
  PENDING: { label: "Under way", tone: "wait" },
  AUTHORIZED: { label: "Held", tone: "wait" },
  FAILED: { label: "Failed", tone: "bad" },
  PROCESSED: { label: "Taken", tone: "good" },
  CANCELLED: { label: "Released", tone: "plain" },
};

const REFUND_STATES: { readonly [status in RefundStatus]: Word } = {
  CREATED: { label: "Asked for", tone: "wait" },
  PENDING: { label: "Under way", tone: "wait" },
  FAILED: { label: "Failed", tone: "bad" },
  PROCESSED: { label: "Sent back", tone: "good" },
};

const STATES: ReadonlyMap<string, { readonly [status: string]: Word }> = new Map(
  Object.entries({
    link: LINK_STATES,
    order: ORDER_STATES,
    payment: PAYMENT_STATES,
    refund: REFUND_STATES,
  }),
);

/** The gateway's word for a link, order, payment or refund; null: it has said none. */
export function stateWord(
  kind: "link" | "order" | "payment" | "refund",
  status: string | null,
): Word {
  if (status === null) return { label: "Not known yet", tone: "wait" };
  const known = STATES.get(kind) ?? {};
  const word = Object.hasOwn(known, status) ? known[status] : undefined;
  return word ?? { label: `“${status}”`, tone: "wait" };
}

export const COMMANDS: { readonly [kind in CommandKind]: string } = {
  refund: "Refund",
  capture: "Capture",
  void: "Release",
};

export const SETTLEMENT_STAGES: { readonly [stage in SettlementStage]: Word } = {
  captured: { label: "With the gateway", tone: "wait" },
  initiated: { label: "On its way to the bank", tone: "wait" },
  completed: { label: "At the bank", tone: "good" },
  elsewhere: { label: "Settled by another acquirer", tone: "plain" },
};

export const LINE_ROLES: { readonly [role in LineRole]: string } = {
  payment: "Payment",
  refund: "Refund taken back",
  chargeback: "Chargeback",
  unknown: "Not known",
};

export const ORIGINS: { readonly [origin in Origin]: string } = {
  api: "A link made here",
  tracked: "A link taken over from the gateway",
  webhook: "A webhook",
  settlement: "A settlement report",
};

export const DELIVERY: { readonly [state in FulfillmentView["state"]]: Word } = {
  open: { label: "Nobody delivers it yet", tone: "plain" },
  claimed: { label: "Somebody delivers it now", tone: "wait" },
  claim_over: { label: "Not known whether it was delivered", tone: "bad" },
  done: { label: "Delivered", tone: "good" },
};

export const CLAIMS: { readonly [state in ClaimState]: string } = {
  live: "Delivers it now",
  over: "Its time ran out",
  done: "Delivered it",
  superseded: "Gave way to another",
  released: "Gave it back",
  lapsed: "Lapsed: the money went",
};

export const REMINDERS: { readonly [result in ReminderResult]: string } = {
  begun: "Being sent",
  put_off: "Put off by the gateway, tried again soon",
  unknown: "Nobody knows whether it went out",
  skipped: "Its time had passed",
  merged: "Went out with another",
  not_needed: "Not needed any more",
  refused: "Refused by the gateway",
  sent: "Sent",
};

export const MAILS: { readonly [state in MailState]: Word } = {
  waiting: { label: "Waits to be sent", tone: "wait" },
  sending: { label: "Being sent", tone: "wait" },
  sent: { label: "Sent by e-mail", tone: "good" },
  failed: { label: "The mail service did not take it", tone: "bad" },
  unknown: { label: "Not known whether it was sent", tone: "bad" },
};

const METHODS: ReadonlyMap<string, string> = new Map([
  ["CARD", "Card"],
  ["UPI", "UPI"],
  ["NETBANKING", "Net banking"],
  ["WALLET", "Wallet"],
  ["POINTS", "Points"],
  ["CREDIT_EMI", "EMI by credit card"],
  ["DEBIT_EMI", "EMI by debit card"],
  ["BNPL", "Pay later"],
]);

export function methodLabel(method: string | null): string {
  return method === null ? "Not known" : (METHODS.get(method) ?? method);
}

const DOERS: ReadonlyMap<string, string> = new Map([
  ["webhook", "the gateway's webhook"],
  ["inquiry", "our question to the gateway"],
  ["gateway", "the gateway"],
  ["notification", "your own system"],
  ["e-mail", "e-mail"],
  ["receipt page", "the receipt's page"],
  ["settlement report", "the settlement report"],
]);

/** Who or what did a step; a name stays as it is. */
export function doerLabel(by: string): string {
  return DOERS.get(by) ?? by;
}

/** "paid_became_unpaid" → "Paid became unpaid"; a type of a later release too. */
export function spokenType(type: string): string {
  const words = type.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
