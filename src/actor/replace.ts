// A link is replaced by another for what is still due (decision 12): runs in the home of its order,
// one at a time. The intent is committed before anything is sent, so that a repeat after a crash or a
// lost answer sends the same request; the new link is made by the actor of its own reference.

import { replacementOf, rootLink } from "../domain/chain";
import { read, theLink } from "../domain/facts";
import { isLinkId, referenceActor, roleOf } from "../domain/ids";
import { reasonOf } from "../domain/redact";
import { decideReplacement, replacementReference } from "../domain/replace";
import { failure, type Result, success } from "../domain/result";
import { millisecondsOf } from "../domain/time";
import { type Inquired, isAllShown } from "./inquire";
import { cancelLink } from "./link-control";
import type { Part } from "./part";
import { requestFor } from "./replacement-request";
import type { InquiryFailure, LinkFailure, Replaced, ReplaceQuestion } from "./rpc";
import { isSettled } from "./seek";
import type { ActorState, Replacing } from "./state";

/** What the actor itself does: its queue of inquiries, and the search for its home. */
export interface Ways {
  inquire(): Promise<Inquired>;
  seek(): Promise<void>;
}

type Failed = LinkFailure | InquiryFailure;

/** The link that this id means now; an order's id means the one that the order collects with. */
export function linkToReplace(part: Part, id: string): string | null {
  const facts = part.storage.readState().record?.facts;
  if (!facts) return null;
  if (isLinkId(id)) return id in facts.link ? id : null;
  return theLink(facts)?.[0] ?? null;
}

/** Answers with the id of the new link: the same one however often the same link is replaced. */
export async function replaceLink(
  part: Part,
  link: string | null,
  question: ReplaceQuestion,
  ways: Ways,
): Promise<Replaced> {
  if (link === null) return failure({ code: "link_unknown" });
  const known = successorOf(part, link);
  if (known !== null) return success(known);
  const ready = await makeReady(part, link, ways);
  if (!ready.ok) return ready;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const intent = await intend(part, link, question);
    if (!intent.ok) return intent;
    const made = await create(part, link, intent.value, question.origin);
    const successor = successorOf(part, link);
    if (made.ok && successor !== null) return success(successor);
    if (made.ok) return unavailable("the new link was made but is not known here yet");
    if (!(await isTaken(part, link, intent.value, made.failure))) return made;
  }
  return unavailable("no free reference was found for the new link");
}

/** References that somebody else may have used already; more than that is no accident. */
const MOST_TRIES = 5;

/** A fresh inquiry says that the link has ended and that nothing is on its way; else nothing happens. */
async function makeReady(part: Part, link: string, ways: Ways): Promise<Result<null, Failed>> {
  let cancelled = false;
  for (;;) {
    const inquired = await ways.inquire();
    if (!inquired.ok) return inquired;
    await ways.seek();
    const state = part.storage.readState();
    if (state.record === null || !isSettled(part.name, state)) {
      return unavailable("the home of this order is not settled yet");
    }
    // What is not shown may be paid by now, or in the moment in which the new link is.
    if (!isAllShown(state.record.facts, inquired.value.shown)) {
      return unavailable("the gateway does not show everything that belongs to this order");
    }
    const decision = decideReplacement(state.record, link);
    switch (decision.kind) {
      case "replace":
        return success(null);
      case "refused":
        return failure(decision.refusal);
      case "cancel_first": {
        if (cancelled)
          return unavailable("the gateway cancelled the link, and says that it did not");
        const done = await cancelLink(part, link, () => ways.inquire());
        // Not active any more: what it is instead is asked, and decided, in the next round.
        if (!done.ok && done.failure.code !== "link_not_active") return done;
        cancelled = true;
      }
    }
  }
}

/** Commits what will be asked of the new link's actor, or finds what was committed before. */
async function intend(
  part: Part,
  link: string,
  question: ReplaceQuestion,
): Promise<Result<Replacing, Failed>> {
  const before = part.storage.readState();
  const earlier = before.replacing[link];
  // One that never arrived there, or was refused, is made anew from the facts as they are now.
  if (earlier && (await wasAsked(part, earlier))) return success(earlier);
  if (before.record === null) return failure({ code: "link_unknown" });
  const { facts } = before.record;
  const decision = decideReplacement(before.record, link);
  if (decision.kind === "refused") return failure(decision.refusal);
  if (decision.kind !== "replace") return unavailable("the link came back to life");
  const root = rootLink(facts);
  const n = earlier?.n ?? before.replacements + 1;
  const request = await requestFor(part, facts, {
    home: part.name,
    payment_link_id: link,
    reference: replacementReference((root && read(root[1], "reference")) ?? root?.[0] ?? link, n),
    amount: decision.amount,
    expire_by: question.expire_by,
  });
  if (!request.ok) return request;
  return part.storage.transact((): Result<Replacing, Failed> => {
    const state = part.storage.readState();
    const now = state.record && decideReplacement(state.record, link);
    const moved = now?.kind !== "replace" || now.amount.value !== decision.amount.value;
    if (state.home !== null || moved) return unavailable("the order changed in this moment");
    const intent = { n, request: request.value };
    part.storage.writeState({
      ...claimItself(part, state),
      replacements: Math.max(n, state.replacements),
      replacing: { ...state.replacing, [link]: intent },
    });
    return success(intent);
  });
}

/** A link without any order stays the home for ever: the new link's first order must not become it. */
function claimItself(part: Part, state: ActorState): ActorState {
  return roleOf(part.name) === "link" ? { ...state, register: part.name } : state;
}

async function wasAsked(part: Part, intent: Replacing): Promise<boolean> {
  const actor = part.peer(referenceActor(intent.request.reference));
  return (await actor.requestOfReference()) !== null;
}

/** Makes the link that is asked for, or finds it. One for another amount than is due is only found. */
async function create(
  part: Part,
  link: string,
  intent: Replacing,
  origin: string,
): Promise<Result<null, Failed>> {
  const { request } = intent;
  const actor = part.peer(referenceActor(request.reference));
  try {
    return isStillDue(part, link, intent)
      ? await actor.createLink(request, origin)
      : await actor.findEarlier();
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "not_replaced", actor: part.name, reason }));
    return unavailable("nobody knows whether the new link was made; ask again");
  }
}

/** An intent of an earlier try is kept while nobody knows what became of it; money came since, maybe. */
function isStillDue(part: Part, link: string, { request }: Replacing): boolean {
  const { record } = part.storage.readState();
  const decision = record && decideReplacement(record, link);
  return decision?.kind === "replace" && decision.amount.value === request.amount.value;
}

/**
 * Whether the reference belongs to somebody else, so that the next one is to be tried. Nothing of ours
 * was made under it then: nor can anything be paid any more that was to end before now. Nor was one
 * that is not found long after it was asked for.
 */
async function isTaken(
  part: Part,
  link: string,
  intent: Replacing,
  failed: Failed,
): Promise<boolean> {
  const taken = ["reference_reused", "link_differs", "link_unknown"].includes(failed.code);
  if (!taken && !(failed.code === "gateway_refused" && hasEnded(part, intent))) return false;
  part.storage.transact(() => {
    const state = part.storage.readState();
    const { [link]: _, ...replacing } = state.replacing;
    part.storage.writeState({ ...state, replacing });
  });
  return true;
}

function hasEnded(part: Part, { request }: Replacing): boolean {
  const end = millisecondsOf(request.body.expire_by);
  return end !== null && end <= part.now();
}

/** The new link, if there is one by now; what was to be asked for is forgotten then. */
function successorOf(part: Part, link: string): string | null {
  const { record } = part.storage.readState();
  const successor = record && replacementOf(record.facts, link);
  if (successor === null) return null;
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (!(link in state.replacing)) return;
    const { [link]: _, ...replacing } = state.replacing;
    part.storage.writeState({ ...state, replacing });
  });
  return successor;
}

function unavailable(message: string): Result<never, Failed> {
  return failure({ code: "gateway_unavailable", request_id: "", message });
}
