// How a claim ends by its holder's word (law 13): delivered, or given back. What was delivered is delivered,
// however late it is said and whatever became of the money; nobody is granted the order after that. Pure.

import {
  type Claim,
  type Fulfilled,
  type Handling,
  liveClaim,
  newestClaim,
  takeSaid,
  withClaim,
} from "./handling";
import type { Milliseconds } from "./time";

export type EndRefusal =
  | { readonly code: "claim_unknown" }
  /** The money went before it was said to be delivered. */
  | { readonly code: "claim_lapsed" }
  /** It may not be given back any more, or somebody else delivers the order now. */
  | { readonly code: "claim_ended"; readonly claim: Claim }
  /** Somebody else delivered it. */
  | { readonly code: "fulfilled_already"; readonly fulfilled: Fulfilled };

export interface EndRequest {
  readonly claim_id: string;
  readonly state: "done" | "released";
  readonly note: string | null;
}

/** `handling` may have changed although it was refused: what its holder said is kept. */
export interface Ended {
  readonly handling: Handling;
  readonly refusal: EndRefusal | null;
}

/**
 * Ends a claim; the same again is answered as the first time. `gone`: no money covers the order any more.
 */
export function decideEnd(
  handling: Handling,
  request: EndRequest,
  now: Milliseconds,
  gone: boolean,
): Ended {
  const claim = handling.claims.find(({ id }) => id === request.claim_id);
  if (claim === undefined) return { handling, refusal: { code: "claim_unknown" } };
  if (request.state === "done") return endDone(handling, claim, request.note, { now, gone });
  const refusal = claim.state === "released" ? null : whyNotGivenBack(handling, claim);
  if (refusal !== null || claim.state === "released") return { handling, refusal };
  return { handling: takeSaid(withClaim(handling, { ...claim, state: "released" })), refusal };
}

/**
 * What was delivered is delivered, however late it is said: unless somebody else holds a live claim or has
 * delivered it, the order is done. It is refused all the same when the money had gone. What is said
 * beside somebody else is kept, because goods may have gone out twice.
 */
function endDone(
  handling: Handling,
  claim: Claim,
  note: string | null,
  { now, gone }: { readonly now: Milliseconds; readonly gone: boolean },
): Ended {
  if (claim.state === "done") return { handling, refusal: null };
  const live = liveClaim(handling);
  const mine = handling.fulfilled === null && (live === null || live === claim);
  if (mine && (claim.state === "live" || !gone)) {
    const ended = withClaim(handling, { ...claim, state: "done" });
    const fulfilled: Fulfilled = { at: now, by: claim.by, note, claim_id: claim.id };
    return { handling: { ...ended, fulfilled }, refusal: null };
  }
  const said_done = claim.said_done ?? now;
  const kept = claim.said_done === null ? withClaim(handling, { ...claim, said_done }) : handling;
  if (!mine) return { handling: kept, refusal: whyNotDone(handling, claim) };
  const fulfilled: Fulfilled = { at: said_done, by: claim.by, note, claim_id: claim.id };
  return { handling: { ...kept, fulfilled }, refusal: { code: "claim_lapsed" } };
}

/** Somebody else delivers it or has; or it is done by this claim, from when the money had gone. */
function whyNotDone({ fulfilled }: Handling, claim: Claim): EndRefusal {
  if (fulfilled !== null && fulfilled.claim_id !== claim.id) {
    return { code: "fulfilled_already", fulfilled };
  }
  const lapsed = fulfilled !== null || claim.state === "lapsed";
  return lapsed ? { code: "claim_lapsed" } : { code: "claim_ended", claim };
}

/** Null: it may be. Of one that is not live only the newest, before anything was said of it. */
function whyNotGivenBack(handling: Handling, claim: Claim): EndRefusal | null {
  const { fulfilled } = handling;
  if (fulfilled !== null) return { code: "fulfilled_already", fulfilled };
  const open = newestClaim(handling) === claim && claim.said_done === null;
  switch (claim.state) {
    case "live":
      return null;
    case "over":
      return open ? null : { code: "claim_ended", claim };
    case "lapsed":
      return open ? null : { code: "claim_lapsed" };
    case "done":
    case "superseded":
    case "released":
      return { code: "claim_ended", claim };
  }
}
