// Saying that a step of the checklist is done: which steps can be said at all, and when. Who says it first
// is named for ever; everything else follows from facts. Pure.

import { deriveChecklist, isOpenStep, type StepName } from "./checklist";
import { endLeases, type Handling, liveClaim, type Said } from "./handling";
import { type OrderRecord, positionOf } from "./record";
import { failure, type Result, success } from "./result";
import { deriveStage, type Stage } from "./stage";
import type { Milliseconds } from "./time";
import { type FulfillOn, mayFulfill } from "./verdict";

/** The steps that a person or a system may say are done. */
const SAID_STEPS = ["record", "confirm", "fulfill"] as const;

export type SaidStep = (typeof SAID_STEPS)[number];

export function isSaidStep(step: StepName): step is SaidStep {
  return SAID_STEPS.some((one) => one === step);
}

export type TickRefusal =
  /** It was done before; `at` is null where nobody knows when. */
  | { readonly code: "step_done"; readonly by: string | null; readonly at: Milliseconds | null }
  /** There is nothing to say of it now. */
  | { readonly code: "step_not_applicable"; readonly detail: string }
  /** The money is neither taken nor held. */
  | { readonly code: "not_secured"; readonly stage: Stage }
  /** Somebody delivers it now, and says so when it is. */
  | { readonly code: "claim_held"; readonly by: string; readonly until: Milliseconds };

/** What is said, by which key. */
export interface Tick {
  readonly step: SaidStep;
  readonly by: string;
  readonly note: string | null;
}

/** `on`: FULFILL_ON, which decides how the checklist reads and not what may be said. */
export function decideTick(
  record: OrderRecord,
  { step, by, note }: Tick,
  on: FulfillOn,
  now: Milliseconds,
): Result<Handling, TickRefusal> {
  const handling = endLeases(record.handling, now);
  const found = deriveChecklist({ ...record, handling }, on).find((one) => one.step === step);
  if (found?.state === "done") {
    const at = saidOf(handling, step)?.at ?? handling.steps[step]?.at ?? null;
    return failure({ code: "step_done", by: found.by, at });
  }
  const said: Said = { at: now, by, note };
  switch (step) {
    case "record":
    case "confirm": {
      if (found === undefined || !isOpenStep(found)) {
        return failure({ code: "step_not_applicable", detail: found?.detail ?? "" });
      }
      if (step === "confirm") return success({ ...handling, confirmed: said });
      return success({ ...handling, recorded: { ...said, n: handling.news?.n ?? 0 } });
    }
    case "fulfill": {
      const position = positionOf(record);
      // The guide delivers before it captures: held money is enough for who says so by name.
      if (!mayFulfill(record.facts, position, "authorized")) {
        return failure({ code: "not_secured", stage: deriveStage(record.facts, position) });
      }
      const live = liveClaim(handling);
      if (live !== null) return failure({ code: "claim_held", by: live.by, until: live.until });
      return success({ ...handling, fulfilled: { ...said, claim_id: null } });
    }
  }
}

/** The word that stands for the step, where it is one and not a fact. */
function saidOf({ recorded, confirmed, receipt, fulfilled, news }: Handling, step: SaidStep) {
  switch (step) {
    case "record":
      return recorded !== null && recorded.n >= (news?.n ?? 0) ? recorded : null;
    case "confirm":
      return confirmed ?? receipt;
    case "fulfill":
      return fulfilled;
  }
}
