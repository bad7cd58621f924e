// Removal of an order's personal data (docs/retention.md). Decided and done in its home in one
// transaction; what other actors of the order and D1 still hold is removed by the job `forget`, which is
// repeated until all of it is gone. Each step may run twice, late, or after a crash.

import { isSaved, withoutAnswers } from "../domain/delivery";
import { forgetPerson, stripNotification } from "../domain/forgetting";
import { isLinkId, isOrderId, isReference, referenceActor } from "../domain/ids";
import { entries, type Facts, read } from "../domain/facts";
import type { JsonObject } from "../domain/json";
import { failure, success } from "../domain/result";
import { type Milliseconds, toIso } from "../domain/time";
import { isAllClear, type Unfinished, unfinishedOf } from "../domain/unfinished";
import { bareEvents } from "../ledger/forget";
import { addDeed } from "./audit-line";
import { eventDoc, eventId } from "./event";
import { want } from "./jobs";
import { stripReplacing } from "./forget-request";
import { creationBegunFor, isCreating, stripCreation, stripUnmade } from "./link-kept";
import type { Part } from "./part";
import { isOurs, nextInquiryOf } from "./plan";
import { commitEvolution } from "./record-change";
import type { AliasForgotten, ForgetAnswer, Forgotten, Reading, Removed } from "./rpc";
import { isSettled } from "./seek";
import type { ActorState } from "./state";

/** A person asks: refused only while money or goods are on their way. The same again is the same. */
export function beginForgetting(part: Part, by: string, named: string): Reading<ForgetAnswer> {
  return part.storage.transact((): Reading<ForgetAnswer> => {
    const state = part.storage.readState();
    if (state.home !== null) return { kind: "alias", home: state.home };
    if (state.record === null) return { kind: "absent" };
    const waits_for = waitsFor(part, state);
    // What was removed stays so, whatever has come since.
    if (state.forgotten_at === null && waits_for.length > 0) {
      return { kind: "found", value: failure({ code: "order_not_finished", waits_for }) };
    }
    const jobs = want(state.jobs, "forget", part.now());
    const asked = { ...state, jobs };
    const next =
      state.forgotten_at === null
        ? addRemoval(part, forgetHere(part, asked, by), by, named)
        : asked;
    part.storage.writeState(next);
    const removed = { messages: part.storage.countRemovedBodies(), notifications: 0 };
    return { kind: "found", value: success(answerOf(part, next, removed)) };
  });
}

/** The retention's own question: removes only what is over and was not changed since `before`. */
export function forgetOld(part: Part, before: Milliseconds): Forgotten {
  if (part.storage.isEmpty) return "absent";
  return part.storage.transact((): Forgotten => {
    const state = part.storage.readState();
    if (state.record === null || state.home !== null) return "absent";
    // D1 does not know it yet, or was told and forgot.
    if (state.forgotten_at !== null) {
      const jobs = want(want(state.jobs, "project", part.now()), "forget", part.now());
      part.storage.writeState({ ...state, jobs });
      return "removed_before";
    }
    if (!isOver(part, state, before)) return "not_over";
    const next = forgetHere(part, state, "chukta");
    part.storage.writeState({ ...next, jobs: want(next.jobs, "forget", part.now()) });
    return "removed";
  });
}

function isOver(part: Part, state: ActorState, before: Milliseconds): boolean {
  const { record } = state;
  if (record === null || record.updated_at >= before) return false;
  const busy = Object.keys(state.jobs).some((job) => job !== "project");
  if (busy || waitsFor(part, state).length > 0) return false;
  const ours = isOurs(part, record);
  return nextInquiryOf(part, record) === null && isAllClear(record, part.config().fulfill_on, ours);
}

function waitsFor(part: Part, state: ActorState): readonly Unfinished[] {
  const { record } = state;
  if (record === null) return [];
  // The order knows of its newest only, and of those that its aliases told.
  const told = state.deliveries.some((one) => one.state === "waiting" || one.state === "retrying");
  const unfinished = unfinishedOf(record).filter(
    (what) => what !== "notification_pending" || !told,
  );
  return [
    ...unfinished,
    ...(told ? (["notification_pending"] as const) : []),
    ...(part.storage.waitingAfter(0, 1).length > 0 ? (["message_waiting"] as const) : []),
    ...(isSettled(part.name, state) ? [] : (["order_unsettled"] as const)),
  ];
}

/** What this actor itself holds. Call inside `transact`. */
function forgetHere(part: Part, state: ActorState, by: string): ActorState {
  const now = part.now();
  if (state.forgotten_at !== null) return state;
  stripRows(part, now);
  const deliveries = state.deliveries.map((delivery) => withoutAnswers(delivery, now));
  const bare = { ...stripReplacing(state), deliveries, forgotten_at: now };
  if (state.record === null) return bare;
  const record = forgetPerson(state.record, now);
  // An alias's own change is nothing that its home would have to know.
  if (state.home !== null) return { ...bare, record };
  const who = by === "chukta" ? "RETENTION_DAYS are over" : `asked for by ${by}`;
  const text = `Personal data and raw messages were removed: ${who}.`;
  const evolution = { record, changed: false, changes: [] };
  return commitEvolution(part, bare, evolution, {
    by: by === "chukta" ? "system" : "operator",
    note: { what: "personal_data", text },
  });
}

function stripRows(part: Part, now: Milliseconds): void {
  part.storage.removeBodies(0, Number.MAX_SAFE_INTEGER);
  for (const event of allEvents(part)) {
    const { data, ...kept } = JSON.parse(event.json) as { readonly data: JsonObject };
    const bare = { ...kept, data: stripNotification(data, toIso(now)) };
    part.storage.rewriteEvent(event.n, JSON.stringify(bare));
  }
}

/** An order has one event for each cause, of which there are few. */
const ALL = 10_000;

function allEvents(part: Part) {
  return part.storage.eventsAfter(0, ALL);
}

function addRemoval(part: Part, state: ActorState, by: string, named: string): ActorState {
  return addDeed(state, {
    at: part.now(),
    by,
    action: "removal",
    kind: "personal_data",
    reference: named,
    order_id: part.name,
  });
}

/** What the API answers; `removing`: the alarm goes on with it. */
export function answerOf(part: Part, state: ActorState, removed: Removed) {
  const left = state.jobs.forget !== undefined || state.jobs.project !== undefined;
  return {
    id: part.name,
    forgotten_at: state.forgotten_at ?? part.now(),
    state: left ? ("removing" as const) : ("removed" as const),
    removed,
  };
}

/**
 * Job `forget`: the other actors of the order, then the rows of notifications in D1. Null: something is
 * still on its way, and all of it is to be done again.
 */
export async function forgetRest(part: Part): Promise<Removed | null> {
  part.storage.transact(() => {
    const state = part.storage.readState();
    stripUnmade(part);
    const joined = state.record?.forgotten_at ?? null;
    // An alias had forgotten what was just joined: then so has the whole.
    if (joined === null || state.forgotten_at !== null) return;
    part.storage.writeState(forgetHere(part, state, "chukta"));
  });
  const others = await forgetOthers(part);
  const own = await forgetOwnEvents(part);
  if (others === null || own === null) return null;
  return {
    messages: part.storage.countRemovedBodies() + others.messages,
    notifications: own + others.notifications,
  };
}

/** link → order: no chain of aliases is longer, and each round reaches one step further. */
const ROUNDS = 3;

async function forgetOthers(part: Part): Promise<Removed | null> {
  const state = part.storage.readState();
  if (state.home !== null || state.record === null) return { messages: 0, notifications: 0 };
  const ours = new Set([part.name]);
  const open = new Set(othersOf(part.name, state, state.record.facts));
  let total: Removed = { messages: 0, notifications: 0 };
  for (let round = 0; round < ROUNDS && open.size > 0; round += 1) {
    const before = ours.size;
    for (const name of open) {
      const answer = await part.peer(name).forgetAlias([...ours]);
      if (answer.kind === "later") return null;
      if (answer.kind === "not_ours") continue;
      ours.add(name);
      open.delete(name);
      for (const other of answer.absorbed) if (!ours.has(other)) open.add(other);
      total = {
        messages: total.messages + answer.removed.messages,
        notifications: total.notifications + answer.removed.notifications,
      };
    }
    if (ours.size === before) break;
  }
  return total;
}

/** Every actor that may have kept something of this order; each says itself whether it belongs here. */
function othersOf(name: string, state: ActorState, facts: Facts): readonly string[] {
  const ids = [
    ...Object.keys(facts.order),
    ...Object.keys(facts.link),
    ...Object.keys(facts.refund),
  ];
  const references = [
    ...entries(facts, "link").map(([id, link]) => read(link, "reference") ?? id),
    // A link whose gateway knows no reference is kept under its id (link-control.ts).
    ...Object.keys(facts.link),
    ...entries(facts, "order").map(([, order]) => read(order, "reference")),
    ...Object.values(state.replacing).map(({ request }) => request.reference),
    state.record?.terms?.reference,
  ];
  const named = references.filter((text) => isReference(text) || isLinkId(text));
  const all = [
    ...Object.keys(state.absorbed),
    ...ids.filter((id) => isOrderId(id) || isLinkId(id)),
    ...named.map((reference) => referenceActor(reference)),
  ];
  return [...new Set(all)].filter((other) => other !== name && !state.not_ours.includes(other));
}

/**
 * In an actor that may be an alias of one of these homes. `later`: it has not handed over all that it
 * knows; then it keeps everything until it has.
 */
export async function forgetAlias(part: Part, homes: readonly string[]): Promise<AliasForgotten> {
  if (part.storage.isEmpty) return { kind: "not_ours" };
  const before = part.storage.readState();
  const home = before.home ?? creationBegunFor(part);
  if (home === null || !homes.includes(home)) return { kind: "not_ours" };
  const waiting = part.storage.waitingAfter(0, 1).length + before.to_forward.length > 0;
  const owes = before.home !== null && !before.handed_over;
  if (waiting || owes || isCreating(part)) return { kind: "later" };
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.to_forward.length > 0) return;
    stripCreation(part);
    part.storage.writeState(forgetHere(part, state, "chukta"));
  });
  const notifications = await forgetOwnEvents(part);
  const after = part.storage.readState();
  if (notifications === null || after.forgotten_at === null) return { kind: "later" };
  const removed = { messages: part.storage.countRemovedBodies(), notifications };
  return { kind: "forgotten", removed, absorbed: Object.keys(after.absorbed) };
}

/**
 * The rows of what was told before the removal, and how many. Null: D1 has not got them all yet, nor what
 * became of them, and a batch on its way may hold one as it was.
 */
async function forgetOwnEvents(part: Part): Promise<number | null> {
  const { forgotten_at, projected_event, deliveries } = part.storage.readState();
  const told = allEvents(part).filter(({ at }) => forgotten_at !== null && at <= forgotten_at);
  const unsaved = new Set(deliveries.filter((one) => !isSaved(one)).map(({ n }) => n));
  if (told.some(({ n }) => n > projected_event || unsaved.has(n))) {
    part.storage.transact(() => {
      const state = part.storage.readState();
      const jobs = want(state.jobs, "project", part.now());
      part.storage.writeState({ ...state, jobs });
    });
    return null;
  }
  const bare = await Promise.all(
    told.map(async (event) => ({ id: await eventId(part.name, event), doc: eventDoc(event) })),
  );
  await bareEvents(part.db, bare);
  return told.length;
}

/** Bodies read at once in a keeper of unrouted messages. */
const BODIES_AT_ONCE = 500;

/** In a keeper of messages that concern no order: removes the bodies of those that came before. */
export function forgetMessages(part: Part, before: Milliseconds): { readonly more: boolean } {
  if (part.storage.isEmpty) return { more: false };
  return part.storage.transact(() => {
    const state = part.storage.readState();
    const page = part.storage.messagesAfter(state.bodies_removed, BODIES_AT_ONCE);
    // They are numbered in the order in which they came.
    const young = page.findIndex((row) => row.received_at >= before);
    const old = young === -1 ? page : page.slice(0, young);
    const last = old.at(-1);
    if (last === undefined) return { more: false };
    part.storage.removeBodies(state.bodies_removed + 1, last.n);
    part.storage.writeState({ ...state, bodies_removed: last.n });
    return { more: old.length === BODIES_AT_ONCE };
  });
}
