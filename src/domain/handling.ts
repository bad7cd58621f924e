// What the merchant's side has done with an order: who claimed it to deliver it, what is done, and what a
// person or a system said of it. Nothing that the gateway says shows any of it, so it stands beside the
// facts in the order's record. Pure: `now` and new ids are passed in; the actor commits.

import type { ReceiptMail } from "./receipt-mail";
import type { Milliseconds } from "./time";

/** The longest and the shortest lease of a claim. */
export const LEASE_MIN: Milliseconds = 5_000;
export const LEASE_MAX: Milliseconds = 7 * 24 * 60 * 60_000;

/**
 * `live`: its holder delivers now. `over`: its lease ran out, and nobody knows whether it was delivered.
 * `done`: delivered. `superseded`: two actors of one order had granted one each, and the other stands.
 * `released`: given back undelivered. `lapsed`: the money went before it was said to be delivered. What its
 * holder says later (`said_done`) may make the order fulfilled in any of these states.
 */
export type ClaimState = "live" | "over" | "done" | "superseded" | "released" | "lapsed";

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
  /** When its holder said that it was delivered, while others held it or after the money went; else null. */
  readonly said_done: Milliseconds | null;
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

/** An actor's notifications that were not taken in any try, by the numbers of their events there. */
export interface Dead {
  readonly numbers: readonly number[];
  /** Grows with each change: only that actor changes it. */
  readonly rev: number;
}

export interface Handling {
  /** The newest ones, oldest first; never more than `CLAIMS_KEPT`. */
  readonly claims: readonly Claim[];
  /** Once, for ever. */
  readonly fulfilled: Fulfilled | null;
  /** A receipt that reached the customer, and how: `e-mail`, `receipt page`. */
  readonly receipt: Said | null;
  /** Its e-mail, once one was begun (receipt-mail.ts). */
  readonly mail: ReceiptMail | null;
  /** Steps that somebody said are done. `record` is said of the news up to a number. */
  readonly confirmed: Said | null;
  readonly recorded: (Said & { readonly n: number }) | null;
  readonly news: News | null;
  /** By the name of the actor that told them: an order's aliases have events of their own. */
  readonly dead: { readonly [actor: string]: Dead };
  /** In which state each step of the checklist is, and since when (checklist.ts). */
  readonly steps: {
    readonly [step: string]: { readonly state: string; readonly at: Milliseconds };
  };
}

export const NOTHING_HANDLED: Handling = {
  claims: [],
  fulfilled: null,
  receipt: null,
  mail: null,
  confirmed: null,
  recorded: null,
  news: null,
  dead: {},
  steps: {},
};

export const CLAIMS_KEPT = 20;

/** Some notification was not taken in any try, be it the newest or an older one. */
export function hasDead({ dead }: Handling): boolean {
  return Object.values(dead).some(({ numbers }) => numbers.length > 0);
}

/**
 * What became of these notifications of this actor. The same object when no other of them is dead than
 * before.
 */
export function markDead(
  handling: Handling,
  actor: string,
  changed: readonly { readonly n: number; readonly state: string }[],
): Handling {
  const { numbers, rev } = handling.dead[actor] ?? { numbers: [], rev: 0 };
  const judged = new Set(changed.map(({ n }) => n));
  const dead = changed.filter(({ state }) => state === "dead").map(({ n }) => n);
  const now = [...numbers.filter((n) => !judged.has(n)), ...dead].toSorted((a, b) => a - b);
  if (now.join() === numbers.join()) return handling;
  return { ...handling, dead: { ...handling.dead, [actor]: { numbers: now, rev: rev + 1 } } };
}

export function liveClaim({ claims }: Handling): Claim | null {
  return claims.find(({ state }) => state === "live") ?? null;
}

export function newestClaim({ claims }: Handling): Claim | null {
  return claims.at(-1) ?? null;
}

/**
 * The newest one, when its lease ran out and nobody knows whether it was delivered. `deliverable`: the
 * money is there, and one that lapsed while it was not is left open as well.
 */
export function abandonedClaim(handling: Handling, deliverable: boolean): Claim | null {
  if (handling.fulfilled !== null || liveClaim(handling) !== null) return null;
  const newest = newestClaim(handling);
  const open = newest?.state === "over" || (newest?.state === "lapsed" && deliverable);
  return open ? newest : null;
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
 * Grants at most one live claim (law 13), and none once anybody said that it was delivered. `secured`: the
 * verdict says `fulfill`, and nothing that the caller expects differs. `id`: of the claim, should it be
 * granted.
 */
export function decideClaim(
  before: Handling,
  request: ClaimRequest,
  secured: boolean,
  id: string,
  now: Milliseconds,
): { readonly handling: Handling; readonly answer: ClaimAnswer } {
  const handling = endLeases(before, now);
  const { fulfilled } = handling;
  if (fulfilled !== null) {
    return { handling, answer: { state: "done", by: fulfilled.by, at: fulfilled.at } };
  }
  const live = liveClaim(handling);
  if (live !== null && secured && isRepeat(live, request)) {
    return { handling, answer: { state: "granted", claim: live } };
  }
  if (live !== null) {
    return { handling, answer: { state: "held", by: live.by, until: live.until } };
  }
  if (!secured) return { handling, answer: { state: "refused" } };
  const claim: Claim = {
    id,
    by: request.by,
    attempt: Math.max(0, ...handling.claims.map(({ attempt }) => attempt)) + 1,
    granted_at: now,
    until: now + request.lease,
    state: "live",
    key: request.key,
    said_done: null,
  };
  const claims = [...handling.claims, claim].slice(-CLAIMS_KEPT);
  return { handling: { ...handling, claims }, answer: { state: "granted", claim } };
}

/** The answer to the same request was lost: somebody else who has the same key is somebody else. */
function isRepeat(live: Claim, { key, by }: ClaimRequest): boolean {
  return key !== null && live.key === key && live.by === by;
}

/** Claims whose lease is over by now. The same object when there is none. */
export function endLeases(handling: Handling, now: Milliseconds): Handling {
  const live = liveClaim(handling);
  if (handling.fulfilled !== null || (live !== null && live.until > now)) return handling;
  return takeSaid(live === null ? handling : withClaim(handling, { ...live, state: "over" }));
}

/** The money went: nobody may deliver on a claim any more. The same object when nobody could. */
export function lapseClaims(handling: Handling): Handling {
  if (handling.fulfilled !== null) return handling;
  const open = ({ state }: Claim): boolean => state === "live" || state === "over";
  if (!handling.claims.some(open)) return handling;
  const claims = handling.claims.map((claim) =>
    open(claim) ? { ...claim, state: "lapsed" as const } : claim,
  );
  return takeSaid({ ...handling, claims });
}

/**
 * Somebody said that it was delivered while another one held it. That one's claim has ended, and not as
 * done: what was said first stands. The same object when nobody did, or it is done or held.
 */
export function takeSaid(handling: Handling): Handling {
  if (handling.fulfilled !== null || liveClaim(handling) !== null) return handling;
  const saying = handling.claims.flatMap((claim) =>
    claim.said_done === null ? [] : [{ claim, at: claim.said_done }],
  );
  const first = saying.toSorted((a, b) => a.at - b.at)[0];
  if (first === undefined) return handling;
  const { claim, at } = first;
  const fulfilled: Fulfilled = { at, by: claim.by, note: null, claim_id: claim.id };
  return { ...withClaim(handling, { ...claim, state: "done" }), fulfilled };
}

/** When the live claim's lease ends, or null. */
export function leaseEnd(handling: Handling): Milliseconds | null {
  return handling.fulfilled === null ? (liveClaim(handling)?.until ?? null) : null;
}

export function withClaim(handling: Handling, changed: Claim): Handling {
  const claims = handling.claims.map((claim) => (claim.id === changed.id ? changed : claim));
  return { ...handling, claims };
}
