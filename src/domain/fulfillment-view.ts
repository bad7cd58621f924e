// Who delivers an order, as the API shows it: the newest claim or whoever delivered it, and all claims that
// are kept. What a caller is told who asked for a claim stands here too.

import {
  abandonedClaim,
  type Claim,
  type ClaimAnswer,
  type ClaimState,
  type Handling,
  liveClaim,
} from "./handling";
import { toIso } from "./time";

export interface ClaimView {
  readonly claim_id: string;
  readonly by: string;
  readonly attempt: number;
  readonly state: ClaimState;
  readonly granted_at: string;
  readonly until: string;
  /** When its holder said that it was delivered, while others held it or after the money went; else null. */
  readonly said_done_at: string | null;
}

export interface FulfillmentView {
  /** `open`: nobody delivers it. `claim_over`: nobody knows whether it was delivered. */
  readonly state: "open" | "claimed" | "claim_over" | "done";
  readonly by: string | null;
  /** Since when it is so. */
  readonly at: string | null;
  /** Null: not delivered, or ticked without a claim. */
  readonly claim_id: string | null;
  readonly note: string | null;
  /** Oldest first. */
  readonly claims: readonly ClaimView[];
}

/** `deliverable`: the money is there, taken or held. */
export function viewFulfillment(handling: Handling, deliverable: boolean): FulfillmentView {
  const claims = handling.claims.map(viewClaim);
  const { fulfilled } = handling;
  if (fulfilled !== null) {
    const { by, at, claim_id, note } = fulfilled;
    return { state: "done", by, at: toIso(at), claim_id, note, claims };
  }
  const live = liveClaim(handling);
  if (live !== null) return { state: "claimed", ...ofClaim(live, live.granted_at), claims };
  const left = abandonedClaim(handling, deliverable);
  if (left !== null) return { state: "claim_over", ...ofClaim(left, left.until), claims };
  return { state: "open", by: null, at: null, claim_id: null, note: null, claims };
}

function ofClaim({ id, by }: Claim, at: number) {
  return { by, at: toIso(at), claim_id: id, note: null };
}

function viewClaim({ id, by, attempt, state, granted_at, until, said_done }: Claim): ClaimView {
  return {
    claim_id: id,
    by,
    attempt,
    state,
    granted_at: toIso(granted_at),
    until: toIso(until),
    said_done_at: said_done === null ? null : toIso(said_done),
  };
}

/** The member `claim` of a verdict. */
export type ClaimAnswerView =
  | {
      readonly state: "granted";
      readonly claim_id: string;
      readonly by: string;
      readonly until: string;
      readonly attempt: number;
    }
  | { readonly state: "held"; readonly by: string; readonly until: string }
  | { readonly state: "done"; readonly by: string; readonly at: string }
  | { readonly state: "refused"; readonly by: string };

/** `by`: who asked. */
export function viewClaimAnswer(answer: ClaimAnswer, by: string): ClaimAnswerView {
  switch (answer.state) {
    case "granted": {
      const { id, until, attempt } = answer.claim;
      return { state: "granted", claim_id: id, by, until: toIso(until), attempt };
    }
    case "held":
      return { ...answer, until: toIso(answer.until) };
    case "done":
      return { ...answer, at: toIso(answer.at) };
    case "refused":
      return { state: "refused", by };
  }
}
