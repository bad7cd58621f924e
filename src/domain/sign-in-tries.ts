// How often somebody may try to sign in. Three things count: the network that tries come from, the name that
// is tried, and all together. A network has few, a name has many more, so that one stranger shuts nobody out;
// and who once signed in with a name from a network is not shut out there by tries from others, however many.
// Pure.

import { failure, type Result, success } from "./result";
import { HOUR, MINUTE } from "./schedule";
import type { Milliseconds } from "./time";

export interface TryLimit {
  readonly most: number;
  /** From the first try on; then it begins anew. */
  readonly within: Milliseconds;
}

export const NETWORK_LIMIT: TryLimit = { most: 10, within: 15 * MINUTE };
export const NAME_LIMIT: TryLimit = { most: 50, within: HOUR };

/** All tries: each costs a hash, where keys and money are asked about too, and networks are to be had by the thousand. */
export const EVERYBODY_LIMIT: TryLimit = { most: 300, within: MINUTE };

/** So long a network counts as one that this name signs in from. */
export const KNOWN_FOR: Milliseconds = 30 * 24 * HOUR;

/** All that is remembered of tries; beyond that the oldest is forgotten. */
export const MOST_TRIES_KEPT = 10_000;

/** Failed tries, and those whose end is not known yet. */
export interface Tries {
  readonly count: number;
  readonly since: Milliseconds;
}

export interface TryFailure {
  readonly code: "sign_in_limited";
  /** When the next one is looked at. */
  readonly retry_at: Milliseconds;
}

/** The tries with this one. It counts before its password is looked at: many at once are many. */
export function admitTry(
  tries: Tries | null,
  limit: TryLimit,
  now: Milliseconds,
): Result<Tries, TryFailure> {
  // A clock that went back begins anew: else one that was far ahead would shut out for as long.
  const isOver = tries === null || tries.since > now || now - tries.since >= limit.within;
  if (isOver) return success({ count: 1, since: now });
  if (tries.count >= limit.most) {
    return failure({ code: "sign_in_limited", retry_at: tries.since + limit.within });
  }
  return success({ count: tries.count + 1, since: tries.since });
}

/** The tries without one that was right after all; null: none are left. */
export function withoutTry(tries: Tries | null): Tries | null {
  return tries === null || tries.count <= 1 ? null : { ...tries, count: tries.count - 1 };
}
