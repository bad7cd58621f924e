// What the merchant's side has done with an order: who claimed it to deliver it, what is done, and what a
// person or a system said of it. Nothing that the gateway says shows any of it, so it stands beside the
// facts in the order's record. Pure: `now` and new ids are passed in; the actor commits.

import type { Milliseconds } from "./time";

/** The longest and the shortest lease of a claim. */
export const LEASE_MIN: Milliseconds = 5_000;
export const LEASE_MAX: Milliseconds = 7 * 24 * 60 * 60_000;

/**
 * `live`: its holder delivers now. `over`: its lease ran out, and nobody knows whether it was delivered.
 * `released`: given back undelivered. `lapsed`: the money went before it was said to be delivered.
 */
export type ClaimState = "live" | "over" | "released" | "lapsed";

/** The right to deliver an order, for a while (law 13). */
export interface Claim {
  readonly id: string;
  /** Who holds it, in the merchant's own words. */
  readonly by: string;
  /** The first claim of an order is attempt 1. */
  readonly attempt: number;
  readonly granted_at: Milliseconds;
  readonly until: Milliseconds;
  readonly state: ClaimState;
  /** The caller's Idempotency-Key: the same asks for the same claim again, whose answer was lost. */
  readonly key: string | null;
}

/** That something is done, said once. */
export interface Said {
  readonly at: Milliseconds;
  readonly by: string;
  readonly note: string | null;
}

export interface Fulfilled extends Said {
  /** Null: ticked by hand, without a claim. */
  readonly claim_id: string | null;
}

/** The newest notification about the order, and how its delivery stands. */
export interface News {
  /** The number of its event in the order's actor; grows. */
  readonly n: number;
  readonly type: string;
  readonly at: Milliseconds;
  /**
   * `recorded`: there is nobody to tell (no NOTIFY_URL). `waiting`: it is on its way for the first time.
   * `retrying`: it failed and will be tried again. `paused`: the receiver asked for no more (410).
   */
  readonly state: "recorded" | "waiting" | "retrying" | "acknowledged" | "paused" | "dead";
  /** When it came into this state. */
  readonly since: Milliseconds;
}

export interface Handling {
  /** The newest ones, oldest first; never more than `CLAIMS_KEPT`. */
  readonly claims: readonly Claim[];
  /** Once, for ever. */
  readonly fulfilled: Fulfilled | null;
  /** A receipt that reached the customer, and how: `e-mail`, `receipt page`. */
  readonly receipt: Said | null;
  /** Steps that somebody said are done. `record` is said of the news up to a number. */
  readonly confirmed: Said | null;
  readonly recorded: (Said & { readonly n: number }) | null;
  readonly news: News | null;
  /** In which state each step of the checklist is, and since when (checklist.ts). */
  readonly steps: {
    readonly [step: string]: { readonly state: string; readonly at: Milliseconds };
  };
}

export const NOTHING_HANDLED: Handling = {
  claims: [],
  fulfilled: null,
  receipt: null,
  confirmed: null,
  recorded: null,
  news: null,
  steps: {},
};

const CLAIMS_KEPT = 20;

export function liveClaim({ claims }: Handling): Claim | null {
  return claims.find(({ state }) => state === "live") ?? null;
}

export function newestClaim({ claims }: Handling): Claim | null {
  return claims.at(-1) ?? null;
}

export interface ClaimRequest {
  readonly by: string;
  readonly lease: Milliseconds;
  readonly key: string | null;
}

/** What a caller is told who wants to deliver. */
export type ClaimAnswer =
  | { readonly state: "granted"; readonly claim: Claim }
  | { readonly state: "held"; readonly by: string; readonly until: Milliseconds }
  | { readonly state: "done"; readonly by: string; readonly at: Milliseconds }
  /** The verdict is not `fulfill`: there is nothing to deliver now. */
  | { readonly state: "refused" };

/**
 * Grants at most one live claim (law 13). `secured`: the verdict says `fulfill`, and nothing that the
 * caller expects differs. `id`: of the claim, should it be granted.
 */
export function decideClaim(
  handling: Handling,
  request: ClaimRequest,
  secured: boolean,
  id: string,
  now: Milliseconds,
): { readonly handling: Handling; readonly answer: ClaimAnswer } {
  const { fulfilled } = handling;
  if (fulfilled !== null) {
    return { handling, answer: { state: "done", by: fulfilled.by, at: fulfilled.at } };
  }
  const current = endLeases(handling, now);
  const live = liveClaim(current);
  if (live !== null && secured && request.key !== null && live.key === request.key) {
    return { handling: current, answer: { state: "granted", claim: live } };
  }
  if (live !== null) {
    return { handling: current, answer: { state: "held", by: live.by, until: live.until } };
  }
  if (!secured) return { handling: current, answer: { state: "refused" } };
  const claim: Claim = {
    id,
    by: request.by,
    attempt: (newestClaim(current)?.attempt ?? 0) + 1,
    granted_at: now,
    until: now + request.lease,
    state: "live",
    key: request.key,
  };
  const claims = [...current.claims, claim].slice(-CLAIMS_KEPT);
  return { handling: { ...current, claims }, answer: { state: "granted", claim } };
}

export type EndRefusal =
  | { readonly code: "claim_unknown" }
  /** The money went while it was held. */
  | { readonly code: "claim_lapsed" }
  /** Given back, or run out and granted to somebody else since. */
  | { readonly code: "claim_ended"; readonly claim: Claim }
  /** Somebody else delivered it. */
  | { readonly code: "fulfilled_already"; readonly fulfilled: Fulfilled };

export interface EndRequest {
  readonly claim_id: string;
  readonly state: "done" | "released";
  /** The key that says so. */
  readonly by: string;
  readonly note: string | null;
}

/**
 * Ends a claim; the same again is answered as the first time. A lease that ran out does not make a
 * delivery undone: its holder may still say so until somebody else was granted the next one.
 */
export function decideEnd(
  handling: Handling,
  request: EndRequest,
  now: Milliseconds,
): { readonly handling: Handling } | { readonly refusal: EndRefusal } {
  const { fulfilled } = handling;
  const claim = handling.claims.find(({ id }) => id === request.claim_id);
  if (claim === undefined) return { refusal: { code: "claim_unknown" } };
  if (fulfilled !== null) {
    const repeats = request.state === "done" && fulfilled.claim_id === claim.id;
    return repeats ? { handling } : { refusal: { code: "fulfilled_already", fulfilled } };
  }
  switch (claim.state) {
    case "lapsed":
      return { refusal: { code: "claim_lapsed" } };
    case "released":
      return request.state === "released"
        ? { handling }
        : { refusal: { code: "claim_ended", claim } };
    case "over":
      if (newestClaim(handling) !== claim) return { refusal: { code: "claim_ended", claim } };
      break;
    case "live":
      break;
  }
  if (request.state === "released") {
    return { handling: withClaim(handling, { ...claim, state: "released" }) };
  }
  const done: Fulfilled = { at: now, by: claim.by, note: request.note, claim_id: claim.id };
  return { handling: { ...handling, fulfilled: done } };
}

/** Claims whose lease is over by now. The same object when there is none. */
export function endLeases(handling: Handling, now: Milliseconds): Handling {
  const live = liveClaim(handling);
  if (live === null || live.until > now || handling.fulfilled !== null) return handling;
  return withClaim(handling, { ...live, state: "over" });
}

/** The money went: nobody may deliver on a claim any more. The same object when nobody could. */
export function lapseClaims(handling: Handling): Handling {
  if (handling.fulfilled !== null) return handling;
  const open = ({ state }: Claim): boolean => state === "live" || state === "over";
  if (!handling.claims.some(open)) return handling;
  const claims = handling.claims.map((claim) =>
    open(claim) ? { ...claim, state: "lapsed" as const } : claim,
  );
  return { ...handling, claims };
}

/** When the live claim's lease ends, or null. */
export function leaseEnd(handling: Handling): Milliseconds | null {
  return handling.fulfilled === null ? (liveClaim(handling)?.until ?? null) : null;
}

/**
 * Two records of one order become one (an alias hands over): what was done first stays done, and of two
 * live claims the earlier one lives on. The newest news of the two is the order's; the home's steps are.
 */
export function mergeHandling(home: Handling, other: Handling): Handling {
  if (other === NOTHING_HANDLED) return home;
  const claims = mergeClaims(home.claims, other.claims);
  const merged = {
    ...home,
    claims,
    fulfilled: earlier(home.fulfilled, other.fulfilled),
    receipt: earlier(home.receipt, other.receipt),
    confirmed: earlier(home.confirmed, other.confirmed),
    news: newer(home.news, other.news),
  };
  return JSON.stringify(merged) === JSON.stringify(home) ? home : merged;
}

const ENDED: readonly ClaimState[] = ["live", "over", "released", "lapsed"];

function mergeClaims(a: readonly Claim[], b: readonly Claim[]): readonly Claim[] {
  const byId = new Map(a.map((claim) => [claim.id, claim]));
  for (const claim of b) {
    const known = byId.get(claim.id);
    const later = known === undefined || ENDED.indexOf(claim.state) > ENDED.indexOf(known.state);
    if (later) byId.set(claim.id, claim);
  }
  const all = [...byId.values()].toSorted(
    (x, y) => x.granted_at - y.granted_at || (x.id < y.id ? -1 : 1),
  );
  const first = all.find(({ state }) => state === "live");
  return all
    .map((claim) =>
      claim.state === "live" && claim !== first ? { ...claim, state: "lapsed" as const } : claim,
    )
    .slice(-CLAIMS_KEPT);
}

function withClaim(handling: Handling, changed: Claim): Handling {
  const claims = handling.claims.map((claim) => (claim.id === changed.id ? changed : claim));
  return { ...handling, claims };
}

/** Of one and the same, as it stood last. */
function newer(a: News | null, b: News | null): News | null {
  if (a === null || b === null) return a ?? b;
  return b.at > a.at || (b.at === a.at && b.since > a.since) ? b : a;
}

function earlier<T extends Said>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return b.at < a.at ? b : a;
}
