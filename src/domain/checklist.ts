// The guide's post-payment checklist, kept for each order: seven steps, each derived from the facts and from
// what was said of it (handling.ts). Nothing here is stored but since when a step is in its state.

import type { Found, Money, Seen, StepState } from "./checklist-found";
import { confirm, fulfill, record } from "./checklist-merchant";
import { capture, refund, settle, verify } from "./checklist-money";
import { type OrderRecord, positionOf } from "./record";
import { deriveStage, type Stage } from "./stage";
import { type Milliseconds, toIso } from "./time";
import type { FulfillOn } from "./verdict";
import { verifiedBy } from "./verified-by";

export type { StepState };

/** In the guide's order. The place of a step is its bit in the ledger: new ones go to the end. */
export const STEPS = [
  "verify",
  "record",
  "confirm",
  "fulfill",
  "capture",
  "settle",
  "refund",
] as const;

export type StepName = (typeof STEPS)[number];

export interface Step extends Found {
  readonly step: StepName;
}

export interface StepView extends Step {
  /** Since when it is in this state, by our clock. */
  readonly at: string | null;
}

/** A step that is neither done nor out of the question. */
export function isOpenStep({ state }: Pick<Step, "state">): boolean {
  return state === "todo" || state === "doing" || state === "blocked";
}

const MONEY: { readonly [stage in Stage]: Money } = {
  awaiting_payment: "none",
  unknown: "none",
  payment_initiated: "coming",
  part_paid: "coming",
  authorized: "held",
  paid: "taken",
  partially_refunded: "taken",
  refunded: "back",
  voided: "back",
  failed: "ended",
  expired: "ended",
  cancelled: "ended",
};

const RULES: { readonly [step in StepName]: (seen: Seen) => Found } = {
  verify,
  record,
  confirm,
  fulfill,
  capture,
  settle,
  refund,
};

/** `on`: FULFILL_ON, which a link may have of its own. */
export function deriveChecklist(record: OrderRecord, on: FulfillOn): readonly Step[] {
  const position = positionOf(record);
  const stage = deriveStage(record.facts, position);
  const seen: Seen = {
    record,
    position,
    stage,
    on: record.terms?.fulfill_on ?? on,
    verified_by: verifiedBy(record.witness, stage),
    money: position.provisional ? "coming" : MONEY[stage],
  };
  return STEPS.map((step) => ({ step, ...RULES[step](seen) }));
}

/** The steps with the times that the record remembers of them. */
export function viewChecklist(record: OrderRecord, on: FulfillOn): readonly StepView[] {
  return deriveChecklist(record, on).map((step) => {
    const known = record.handling.steps[step.step];
    const at = known?.state === step.state ? toIso(known.at) : null;
    return { step: step.step, state: step.state, at, by: step.by, detail: step.detail };
  });
}

/** One bit for each open step, the first step's the lowest. */
export function openSteps(steps: readonly Pick<Step, "step" | "state">[]): number {
  return steps.reduce(
    (bits, step) => (isOpenStep(step) ? bits | (1 << STEPS.indexOf(step.step)) : bits),
    0,
  );
}

/** The steps' states with their times: those that changed since are of now. The same object if none did. */
export function rememberSteps(
  steps: readonly Step[],
  known: OrderRecord["handling"]["steps"],
  now: Milliseconds,
): OrderRecord["handling"]["steps"] {
  const same = steps.every(({ step, state }) => known[step]?.state === state);
  if (same && Object.keys(known).length === steps.length) return known;
  return Object.fromEntries(
    steps.map(({ step, state }) => {
      const before = known[step];
      return [step, before?.state === state ? before : { state, at: now }];
    }),
  );
}
