// What the actor of a reference keeps of the link that is made under it: the request, the tokens, and how far
// it is (design 3.1). Nothing here asks the gateway.

import { DAY } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import { stripRequest } from "./forget-request";
import { plan, want } from "./jobs";
import type { Part } from "./part";
import type { LinkRequest, TokenKind } from "./rpc";
import { randomSecret, sameSecretHalf } from "./token-secret";

/** Row 2 of the storage of `reference:…`. */
export interface LinkCreation {
  readonly reference: string;
  /** The secret half of the token; made once, kept for ever. */
  readonly secret: string;
  /** The same for the receipt's own token: who has a receipt can not ask for verdicts. */
  readonly receipt_secret: string;
  /** The Idempotency-Key of the creation, kept over every repeat of the same request. */
  readonly key: string;
  /** What was asked for; null for a link that was taken over, and after a refusal. */
  readonly request: LinkRequest | null;
  /** `sent`: the gateway may have done it, nobody knows. */
  readonly state: "new" | "sent" | "made";
  readonly sent_at: Milliseconds | null;
}

/** What a link under this reference was asked for; null for one that was taken over, or refused. */
export function requestOfReference(part: Part): LinkRequest | null {
  return readCreation(part)?.request ?? null;
}

/** The home for which a link is being made in place of another, whether it was made or not. */
export function creationBegunFor(part: Part): string | null {
  return readCreation(part)?.request?.replaces?.home ?? null;
}

/** Its call is on its way, or is looked up within the next minute. */
export function isCreating(part: Part): boolean {
  const sent = readCreation(part)?.state === "sent";
  return sent && part.storage.readState().jobs.create !== undefined;
}

/** No order will ever tell that this request is old: its own actor remembers to remove the person. */
export function forgetLater(part: Part): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const due = forgetTime(part) ?? part.now();
    part.storage.writeState({ ...state, jobs: plan(state.jobs, "forget", due) });
  });
}

/** When the job `forget` looks next at a request that made no link; null: it is old enough, or is none. */
function forgetTime(part: Part): Milliseconds | null {
  const creation = readCreation(part);
  if (creation?.state !== "sent" || creation.request === null) return null;
  const { retention } = part.config();
  // Without a retention it is looked each day whether there is one by now.
  if (retention === null) return part.now() + DAY;
  const end = (creation.sent_at ?? 0) + retention;
  return end > part.now() ? end : null;
}

/** False: it is not time yet, and the job `forget` has its next time. */
export function isTimeToForget(part: Part): boolean {
  if (forgetTime(part) === null) return true;
  forgetLater(part);
  return false;
}

/** In an actor whose link was never found. One that was made meanwhile goes with its order. */
export function stripUnmade(part: Part): void {
  if (readCreation(part)?.state === "sent") stripCreation(part);
}

/** The person is removed from the request; token, key, amount and terms stay. Call inside `transact`. */
export function stripCreation(part: Part): void {
  const creation = readCreation(part);
  if (!creation?.request) return;
  part.storage.writeDocument(2, { ...creation, request: stripRequest(creation.request) });
}

/** In constant time; false in an actor that never made a token, which stays empty. */
export function holdsToken(part: Part, secret: string, kind: TokenKind): boolean {
  const creation = readCreation(part);
  if (creation === null) return false;
  const kept = kind === "link" ? creation.secret : creation.receipt_secret;
  return sameSecretHalf(kept, secret);
}

export function readCreation(part: Part): LinkCreation | null {
  return part.storage.readDocument<LinkCreation>(2);
}

export function newCreation(reference: string): LinkCreation {
  return {
    reference,
    secret: randomSecret(),
    receipt_secret: randomSecret(),
    key: crypto.randomUUID(),
    request: null,
    state: "new",
    sent_at: null,
  };
}

/** The intent is committed before the call, with the job that finds out how it ended. */
export function markSent(part: Part): void {
  part.storage.transact(() => {
    const creation = readCreation(part);
    if (!creation) return;
    part.storage.writeDocument(2, { ...creation, state: "sent", sent_at: part.now() });
    const state = part.storage.readState();
    const jobs = want(state.jobs, "create", part.now() + part.limits.creationUnknown);
    part.storage.writeState({ ...state, jobs });
  });
}

/**
 * Refused, so nothing was done: a corrected request may use the same reference and token. Not the
 * key: a gateway that keeps to it would answer the refusal again.
 */
export function forgetRequest(part: Part): void {
  part.storage.transact(() => {
    const creation = readCreation(part);
    if (!creation) return;
    const key = crypto.randomUUID();
    part.storage.writeDocument(2, { ...creation, key, request: null, state: "new" });
  });
}
