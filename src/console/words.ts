// What the console calls things: every word of the API that a person meets, in the words of a person, and the
// tone it is shown in. Closed sets, so that a new word of the domain does not compile until it has one here.

import type { AttentionCode } from "../domain/attention";
import type { StepName, StepState } from "../domain/checklist";
import type { TermKind } from "../domain/search-terms";
import type { PersonRefusal, PersonState, Role } from "../domain/people";
import type { PasswordFault } from "../domain/password-rule";
import type { Stage } from "../domain/stage";

/** good: as it should be. wait: on its way. bad: somebody must look. plain: nothing to feel about. */
export type Tone = "good" | "wait" | "bad" | "plain";

export interface Word {
  readonly label: string;
  readonly tone: Tone;
}

export const STAGES: { readonly [stage in Stage]: Word } = {
  awaiting_payment: { label: "Awaiting payment", tone: "plain" },
  payment_initiated: { label: "Payment on its way", tone: "wait" },
  part_paid: { label: "Part paid", tone: "wait" },
  authorized: { label: "Held, not captured", tone: "wait" },
  paid: { label: "Paid", tone: "good" },
  partially_refunded: { label: "Partly refunded", tone: "good" },
  refunded: { label: "Refunded", tone: "plain" },
  voided: { label: "Released", tone: "plain" },
  cancelled: { label: "Cancelled", tone: "plain" },
  expired: { label: "Expired", tone: "plain" },
  failed: { label: "Failed", tone: "bad" },
  unknown: { label: "Not known yet", tone: "wait" },
};

export const STEP_LABELS: { readonly [step in StepName]: string } = {
  verify: "Verify the payment",
  record: "Record it in your system",
  confirm: "Confirm to the customer",
  fulfill: "Fulfill the order",
  capture: "Capture the money",
  settle: "Settle to the bank",
  refund: "Refund",
};

export const STEP_STATES: { readonly [state in StepState]: Word } = {
  todo: { label: "To do", tone: "wait" },
  doing: { label: "Under way", tone: "wait" },
  done: { label: "Done", tone: "good" },
  blocked: { label: "Blocked", tone: "bad" },
  not_applicable: { label: "Not needed", tone: "plain" },
};

/** `attention` of an order: what a person should look at. */
export const ATTENTIONS: { readonly [code in AttentionCode]: Word } = {
  capture_due: { label: "Capture soon", tone: "wait" },
  capture_urgent: { label: "Capture now", tone: "bad" },
  claim_over: { label: "Delivery was not reported", tone: "wait" },
  expired_part_paid: { label: "Ended part paid", tone: "bad" },
  needs_decision: { label: "Needs your decision", tone: "bad" },
  notification_dead: { label: "Your system was not told", tone: "bad" },
  overpaid: { label: "Overpaid", tone: "bad" },
  paid_twice_possible: { label: "May be paid twice", tone: "bad" },
  receipt_not_sent: { label: "Receipt not sent", tone: "wait" },
};

/** Of a row that another release wrote, too. */
export function attentionWord(code: string): Word {
  return Object.hasOwn(ATTENTIONS, code)
    ? ATTENTIONS[code as AttentionCode]
    : { label: "Look at it", tone: "wait" };
}

/** What a person had in hand. */
export const TERMS: { readonly [kind in TermKind]: string } = {
  order_id: "order id",
  payment_link_id: "link id",
  reference: "reference",
  payment_id: "payment id",
  rrn: "RRN",
  utr: "UTR",
  refund_id: "refund id",
  refund_reference: "refund reference",
  email: "e-mail",
  phone: "phone",
  card_and_amount: "card and amount",
};

/** The sorts of lists of orders, the usual one first. */
export const SORTS = {
  created_desc: "Newest first",
  created_asc: "Oldest first",
  updated_desc: "Changed last first",
  updated_asc: "Longest unchanged first",
} as const;
export const ROLE_WORDS: {
  readonly [role in Role]: { readonly label: string; readonly may: string };
} = {
  viewer: { label: "Viewer", may: "looks at everything; contact details of customers are masked" },
  operator: {
    label: "Operator",
    may: "does the day's work: links, captures, refunds, deliveries, settlements",
  },
  admin: {
    label: "Administrator",
    may: "does everything, and decides who works here, which keys there are and whether money moves",
  },
};

export const PERSON_STATES: { readonly [state in PersonState]: Word } = {
  invited: { label: "Invited", tone: "wait" },
  invitation_over: { label: "Invitation ran out", tone: "bad" },
  active: { label: "Works here", tone: "good" },
  removed: { label: "Removed", tone: "plain" },
};

export const PASSWORD_FAULTS: { readonly [fault in PasswordFault]: string } = {
  password_short: "This is too short: take 12 characters or more. A sentence is good.",
  password_long: "This is too long: take 200 characters at most.",
  password_personal: "This is little more than your own name or e-mail: take something else.",
  password_common: "This is one of those that are tried first: take something else.",
};

export const PERSON_FAULTS: { readonly [code in PersonRefusal["code"]]: string } = {
  person_name_invalid:
    "A name has 1 to 50 letters of one alphabet, digits and single spaces, dots, hyphens, apostrophes or underscores between them.",
  person_name_taken:
    "A person or a key that works is called so, or nearly so, or the name stands for something else. Names tell people apart in the audit: take another one.",
  person_email_invalid: "This is no e-mail address.",
  person_email_taken: "Somebody else who works here has this address.",
  too_many_people: "500 people may work here. Remove somebody first.",
};
