// How the delivery of one notification stands, and what one attempt makes of it. Pure: the actor sends, and
// hands in what came of it and the time. At least once: a receiver tells repeats by the notification's id.

import { fnv1a } from "./hash";
import { HOUR, MINUTE, SECOND } from "./schedule";
import { type Milliseconds, toIso } from "./time";

/**
 * `recorded`: there is nobody to tell (no NOTIFY_URL). `waiting`: it is to be sent for the first time, or
 * anew. `retrying`: it was not taken and is sent again. `paused`: the receiver asked for no more (410).
 * `dead`: it was not taken in any try.
 */
export const DELIVERY_STATES = [
  "recorded",
  "waiting",
  "delivered",
  "retrying",
  "paused",
  "dead",
] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One try, and what came of it. */
export interface Attempt {
  /** Counts all that were ever made of this notification. */
  readonly n: number;
  readonly at: Milliseconds;
  readonly duration: Milliseconds;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly error: AttemptError | null;
  /** The beginning of the answer's body, as text. */
  readonly answer: string | null;
}

export type AttemptError = "no_answer_in_time" | "no_connection";

/** What came of a try, before it is numbered. */
export interface Outcome extends Omit<Attempt, "n"> {
  /** When the receiver wants the next one at the earliest (Retry-After); null: it did not say. */
  readonly retry_at: Milliseconds | null;
}

/** One notification that is on its way, in the actor that tells it. */
export interface Delivery {
  /** The number of its event in that actor. */
  readonly n: number;
  readonly state: DeliveryState;
  /** When it came into this state. */
  readonly since: Milliseconds;
  /** When it is tried next; null: not by itself. */
  readonly next_at: Milliseconds | null;
  /** Tries of the plan that were made. */
  readonly tries: number;
  /** When it was taken. */
  readonly delivered_at: Milliseconds | null;
  /** Grows with each change, and which one the ledger has: its copy only goes forward. */
  readonly rev: number;
  readonly saved: number;
  /** Of a change that the ledger does not have yet: the newest tries, oldest first; else empty. */
  readonly attempts: readonly Attempt[];
}

/** How long after the try before it each one is made. */
export const PLAN: readonly Milliseconds[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
];

/** Orders of one moment spread out over this share of each wait. */
const JITTER = 0.1;

/** However long a receiver asks us to wait. */
const LONGEST_WAIT = 24 * HOUR;

export const ATTEMPTS_KEPT = 10;

/** Of a notification that was just told. The ledger has it with its event's own row. */
export function newDelivery(n: number, now: Milliseconds): Delivery {
  return {
    n,
    state: "waiting",
    since: now,
    next_at: now,
    tries: 0,
    delivered_at: null,
    rev: 1,
    saved: 1,
    attempts: [],
  };
}

/** On its way: it is waited for by somebody, or by the end of a pause. */
export function isUnderWay({ state }: Pick<Delivery, "state">): boolean {
  return state === "waiting" || state === "retrying" || state === "paused";
}

/** Nothing is left to do with it, and the ledger knows how it ended. */
export function isOver(delivery: Delivery): boolean {
  return !isUnderWay(delivery) && isSaved(delivery);
}

export function isSaved({ rev, saved }: Delivery): boolean {
  return rev === saved;
}

/**
 * `earlier`: the tries that the ledger has. `spread`: 0 ≤ x < 1, by which the next one is put off. 410
 * pauses; any other answer but 2xx, and none, is tried again for as long as the plan goes.
 */
export function afterAttempt(
  delivery: Delivery,
  outcome: Outcome,
  { earlier, spread, now }: AttemptContext,
): Delivery {
  const { retry_at, ...attempt } = outcome;
  const n = (earlier.at(-1)?.n ?? 0) + 1;
  const attempts = [...earlier, { n, ...attempt }].slice(-ATTEMPTS_KEPT);
  const tries = delivery.tries + 1;
  const next = { ...changed(delivery, now), tries, attempts };
  if (outcome.status !== null && outcome.status >= 200 && outcome.status < 300) {
    return { ...next, state: "delivered", since: now, next_at: null, delivered_at: now };
  }
  if (outcome.status === 410) return { ...next, state: "paused", since: now, next_at: null };
  const wait = PLAN[tries];
  if (wait === undefined) return { ...next, state: "dead", since: now, next_at: null };
  const planned = now + Math.round(wait * (1 + JITTER * spread));
  const asked = Math.min(retry_at ?? 0, now + LONGEST_WAIT);
  const since = delivery.state === "retrying" ? delivery.since : now;
  return { ...next, state: "retrying", since, next_at: Math.max(planned, asked) };
}

export interface AttemptContext {
  readonly earlier: readonly Attempt[];
  readonly spread: number;
  readonly now: Milliseconds;
}

/** The receiver asked for no more, by whatever notification: nothing is sent. */
export function pause(delivery: Delivery, now: Milliseconds): Delivery {
  return { ...changed(delivery, now), state: "paused", since: now, next_at: null };
}

/** There is nobody to tell any more. */
export function giveUp(delivery: Delivery, now: Milliseconds): Delivery {
  return { ...changed(delivery, now), state: "recorded", since: now, next_at: null };
}

/** The plan begins anew. */
export function sendAgain(delivery: Delivery, now: Milliseconds): Delivery {
  return { ...changed(delivery, now), state: "waiting", since: now, next_at: now, tries: 0 };
}

/** One that is not on its way any more, whatever became of it. */
export function deliverAgain(n: number, now: Milliseconds): Delivery {
  return { ...sendAgain(newDelivery(n, now), now), saved: 0 };
}

/**
 * What the merchant's system answered may name the customer. A change of its own where the ledger does not
 * have all of it yet: what is on its way there comes too late then.
 */
export function withoutAnswers(delivery: Delivery, now: Milliseconds): Delivery {
  if (isSaved(delivery)) return delivery;
  return { ...changed(delivery, now), attempts: delivery.attempts.map(withoutAnswer) };
}

/** The same of what came of a try that was under way. */
export function withoutAnswer(attempt: Attempt): Attempt {
  return { ...attempt, answer: null };
}

/** The ledger is ahead, because the clock was: a change that it takes in. */
export function goOnFrom(delivery: Delivery, rev: number): Delivery {
  return { ...delivery, rev: Math.max(delivery.rev, rev) + 1 };
}

/** By the clock, so that one that begins anew goes on from where an earlier one ended. */
function changed(delivery: Delivery, now: Milliseconds): Delivery {
  return { ...delivery, rev: Math.max(now, delivery.rev + 1) };
}

/** The ledger has it up to this change. */
export function markSaved(delivery: Delivery, rev: number): Delivery {
  const saved = Math.max(delivery.saved, rev);
  return saved === delivery.rev ? { ...delivery, saved, attempts: [] } : { ...delivery, saved };
}

/**
 * What Retry-After asks for: seconds or an HTTP date. Null for anything else. Nothing here says that it
 * has to be in the future.
 */
export function parseRetryAfter(text: string | null, now: Milliseconds): Milliseconds | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text.trim())) return now + Number(text.trim()) * SECOND;
  const date = /^[A-Z][a-z]{2,8},? .+ GMT$/.test(text.trim()) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : date;
}

/** A try as the API shows it. */
export interface AttemptView {
  readonly n: number;
  readonly at: string;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: AttemptError | null;
  readonly answer: string | null;
}

export function viewAttempt({ n, at, duration, status, error, answer }: Attempt): AttemptView {
  return { n, at: toIso(at), duration_ms: duration, status, error, answer };
}

/** The same name for the same address; its own may hold a secret. */
export function receiverName({ url }: { readonly url: string }): string {
  return fnv1a(url).toString(36);
}
