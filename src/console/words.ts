// What the console calls things: every word of the API that a person meets, in the words of a person, and the
// tone it is shown in. Closed sets, so that a new word of the domain does not compile until it has one here.

import type { StepName, StepState } from "../domain/checklist";
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
