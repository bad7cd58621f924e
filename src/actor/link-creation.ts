// A link made through us (design 3.1, "Links before their order"): runs in the actor of its
// reference, which commits the request and an unguessable token before it calls the gateway. A lost
// answer is resolved by reading by reference; the same reference always has the same token.

import type { Observation, Word } from "../domain/observation";
import { formatToken, isOrderId, referenceActor } from "../domain/ids";
import { evolve, newRecord, type Origin, type Terms } from "../domain/record";
import { reminderMoments } from "../domain/reminders";
import { failure, type Result, success } from "../domain/result";
import { type Milliseconds, millisecondsOf } from "../domain/time";
import { withCallbacks } from "../pinelabs/link-request";
import { stripRequest } from "./forget-request";
import { becomeAlias, handOver } from "./home";
import { drop, want } from "./jobs";
import { compareRequests } from "./link-repeat";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { LinkFailure, LinkRequest, TokenKind } from "./rpc";
import { randomSecret, sameSecretHalf } from "./token-secret";

/** Row 2 of the storage of `reference:…`. */
interface LinkCreation {
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

type Made = Result<null, LinkFailure>;

/**
 * Creates the link, or finds the one that an earlier call created. `origin` is where the caller
 * reached us: the customer returns there when PUBLIC_URL is not set.
 */
export async function createLink(part: Part, request: LinkRequest, origin: string): Promise<Made> {
  const begun = begin(part, request);
  if (!begun.ok) return begun;
  const { creation, resumed } = begun.value;
  if (creation.state === "made") return success(null);
  // An earlier call may have done it: read before anything is sent again.
  if (resumed && creation.state === "sent") {
    const found = await findMade(part, request);
    if (found.ok || found.failure.code !== "gateway_not_found") return found;
  }
  const first = creation.state === "new";
  markSent(part);
  const body = withCallbacks(
    request.body,
    callbacksOf(creation, part.config().public_url ?? origin),
  );
  const answer = await part.gateway().createLink(body, creation.key, part.limits.gateway);
  if (answer.ok) return adopt(part, answer.value, request, "api");
  switch (answer.failure.code) {
    case "gateway_duplicate": {
      const found = await findMade(part, request);
      // The gateway says both "there is one" and "there is none": nothing is known.
      return found.ok || found.failure.code !== "gateway_not_found" ? found : answer;
    }
    case "gateway_unavailable": {
      const found = await findMade(part, request);
      return found.ok || found.failure.code !== "gateway_not_found" ? found : answer;
    }
    // Nobody knows what a request that was not answered before has done: it is kept.
    case "gateway_rate_limited":
      return answer;
    case "gateway_unauthorized":
    case "gateway_not_found":
    case "gateway_refused":
      if (first) forgetRequest(part);
      return answer;
  }
}

/** Job `create`: a creation that nobody waits for any more is looked up and finished. */
export async function finishCreation(part: Part): Promise<void> {
  const creation = readCreation(part);
  if (creation?.state !== "sent" || creation.request === null) return;
  const found = await findMade(part, creation.request);
  if (found.ok || found.failure.code === "link_differs") return;
  // Not there a minute later; but a gateway that lags may show it yet, so the request is kept: the
  // same one may be sent again by its caller, another one would adopt this one's link.
  if (found.failure.code === "gateway_not_found") {
    forgetLater(part);
    return;
  }
  throw new Error(`creation still unknown: ${found.failure.code}`);
}

/**
 * Looks whether what was asked for earlier was made, and never sends it. `link_unknown`: it is not
 * there, and the gateway had the time to show it.
 */
export async function findEarlier(part: Part): Promise<Made> {
  const creation = readCreation(part);
  if (creation?.state === "made") return success(null);
  if (!creation?.request) return failure({ code: "link_unknown" });
  const found = await findMade(part, creation.request);
  if (found.ok || found.failure.code !== "gateway_not_found") return found;
  const { request_id } = found.failure;
  if (part.now() - (creation.sent_at ?? 0) >= part.limits.creationUnknown) {
    return failure({ code: "link_unknown" });
  }
  const message = "nobody knows yet whether an earlier link was made; ask again in a minute";
  return failure({ code: "gateway_unavailable", request_id, message });
}

/** Takes over a link that exists at the gateway, found by this actor's reference. */
export async function trackReference(part: Part, reference: string): Promise<Made> {
  const creation = readCreation(part);
  if (creation?.state === "made") return success(null);
  // A creation of ours whose outcome was unknown: it is found, with its terms.
  if (creation?.request) return findMade(part, creation.request);
  const found = await part.gateway().getLinkByReference(reference, part.limits.gateway);
  if (found.ok) return adopt(part, found.value, null, "tracked");
  return found.failure.code === "gateway_not_found" ? failure({ code: "link_unknown" }) : found;
}

/** Takes over a link that was just read by its id. */
export async function adoptTracked(part: Part, observation: Observation): Promise<Made> {
  const creation = readCreation(part);
  if (creation?.state === "made") return success(null);
  // As above: it may be the link of a creation of ours, and has its terms.
  if (creation?.request) return adoptMade(part, observation, creation.request);
  return adopt(part, observation, null, "tracked");
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
function forgetLater(part: Part): void {
  const { retention } = part.config();
  if (retention === null) return;
  part.storage.transact(() => {
    const state = part.storage.readState();
    part.storage.writeState({ ...state, jobs: want(state.jobs, "forget", part.now() + retention) });
  });
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

function readCreation(part: Part): LinkCreation | null {
  return part.storage.readDocument<LinkCreation>(2);
}

function begin(
  part: Part,
  request: LinkRequest,
): Result<{ readonly creation: LinkCreation; readonly resumed: boolean }, LinkFailure> {
  return part.storage.transact(() => {
    const known = readCreation(part);
    if (known?.request) {
      const reused = compareRequests(known.request, request);
      if (reused !== null) return failure(reused);
      return success({ creation: known, resumed: true });
    }
    if (known?.state === "made")
      return failure({ code: "reference_reused", differing: ["origin"], removed: false });
    const creation = {
      ...(known ?? newCreation(request.reference)),
      request,
      state: "new" as const,
    };
    part.storage.writeDocument(2, creation);
    return success({ creation, resumed: false });
  });
}

function newCreation(reference: string): LinkCreation {
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
function markSent(part: Part): void {
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
function forgetRequest(part: Part): void {
  part.storage.transact(() => {
    const creation = readCreation(part);
    if (!creation) return;
    const key = crypto.randomUUID();
    part.storage.writeDocument(2, { ...creation, key, request: null, state: "new" });
  });
}

/** Reads by reference what the gateway has, and compares it with what was asked for. */
async function findMade(part: Part, request: LinkRequest): Promise<Made> {
  const found = await part.gateway().getLinkByReference(request.reference, part.limits.gateway);
  return found.ok ? adoptMade(part, found.value, request) : found;
}

async function adoptMade(
  part: Part,
  observation: Observation,
  request: LinkRequest,
): Promise<Made> {
  const amount = linkWord(observation)?.fields.amount;
  if (amount?.value !== request.amount.value || amount.currency !== request.amount.currency) {
    // Somebody else's link: nothing of ours was made, and a corrected request may follow.
    forgetRequest(part);
    return failure({ code: "link_differs", field: "amount", theirs: amount?.value ?? 0 });
  }
  return adopt(part, observation, request, "api");
}

/** Keeps what the gateway answered, finds the link's home and hands everything over to it. */
async function adopt(
  part: Part,
  observation: Observation,
  request: LinkRequest | null,
  origin: Origin,
): Promise<Made> {
  const link = linkWord(observation);
  if (!link) {
    const message = "the gateway's answer names no link";
    return failure({ code: "gateway_unavailable", request_id: "", message });
  }
  // A link that replaces another has a home already.
  const claimant = request?.replaces?.home ?? observation.orders_named.find(isOrderId);
  const claimed =
    claimant === undefined ? link.id : (await part.peer(link.id).register(claimant)).home;
  const stray = request?.replaces !== undefined && claimed !== request.replaces.home;
  if (stray)
    console.error(JSON.stringify({ event: "replacement_elsewhere", link: link.id, claimed }));
  part.storage.transact(() => {
    const now = part.now();
    const creation = readCreation(part) ?? newCreation(part.name.slice(referenceActor("").length));
    part.storage.writeDocument(2, { ...creation, request, state: "made" });
    const state = part.storage.readState();
    const record = {
      ...newRecord(now, origin),
      terms: { ...termsOf(creation, request), ...remindersOf(part, request, link) },
    };
    const requested = evolve(record, requestWords(link.id, request), "request", now);
    const evolution = evolve(requested.record, observation, "command", now);
    const alone = { ...state, record, home: null };
    const next = commitEvolution(part, alone, evolution, {
      by: "request",
      note:
        origin === "api"
          ? { what: "link", text: createdText(link.id, request) + (stray ? STRAY : "") }
          : { what: "link", text: `Link ${link.id} was taken over.` },
    });
    // Made: nobody needs to find out any more how it ended.
    const alias = becomeAlias(next, claimed, now);
    part.storage.writeState({ ...alias, jobs: drop(alias.jobs, "create") });
  });
  // The caller wants to see the order now; if this fails the alarm does it again.
  await handOver(part);
  return success(null);
}

/** Its money is counted where it was claimed: a person must see to it that nobody pays twice. */
const STRAY =
  " Another order claimed it first: what is paid with it is not counted where it was due.";

function linkWord(observation: Observation): Word<"link"> | undefined {
  return observation.words.find((word): word is Word<"link"> => word.kind === "link");
}

function createdText(id: string, request: LinkRequest | null): string {
  const before = request?.replaces?.payment_link_id;
  return `Link ${id} was created${before === undefined ? "" : ` in place of ${before}`}.`;
}

/** Our own request counts for what the gateway may not repeat (design 3.3). */
function requestWords(id: string, request: LinkRequest | null): Observation {
  if (request === null) return { words: [], orders_named: [] };
  const replaces = request.replaces?.payment_link_id;
  return {
    words:
      replaces === undefined ? [] : [{ kind: "link", id, version: null, fields: { replaces } }],
    orders_named: [],
    pre_auth: request.pre_auth,
    part_payment: request.part_payment,
  };
}

function termsOf(creation: LinkCreation, request: LinkRequest | null): Terms {
  const { reference, secret, receipt_secret } = creation;
  return {
    token: formatToken({ secret, reference }),
    receipt_token: formatToken({ secret: receipt_secret, reference }),
    reference,
    ...(request?.return_url ? { return_url: request.return_url } : {}),
    ...(request?.failure_return_url ? { failure_return_url: request.failure_return_url } : {}),
    ...(request?.fulfill_on ? { fulfill_on: request.fulfill_on } : {}),
    ...(request?.auto_capture ? { auto_capture: request.auto_capture } : {}),
    ...(request?.auto_capture_amount ? { auto_capture_amount: request.auto_capture_amount } : {}),
  };
}

/** Fixed here, by the gateway's own times of the link: the actor that will remind may not know the request. */
function remindersOf(
  part: Part,
  request: LinkRequest | null,
  link: Word<"link">,
): Pick<Terms, "reminders"> {
  if (!request?.reminders) return {};
  const created_at = millisecondsOf(link.fields.created_at) ?? part.now();
  const expire_by = millisecondsOf(link.fields.expire_by ?? request.body.expire_by);
  const zone = part.config().merchant.time_zone;
  return { reminders: reminderMoments(request.reminders, { created_at, expire_by }, zone) };
}

function callbacksOf(creation: LinkCreation, origin: string) {
  const token = formatToken({ secret: creation.secret, reference: creation.reference });
  const url = `${origin}/callback/${token}`;
  return { callback_url: url, failure_callback_url: url, chukta_reference: creation.reference };
}
