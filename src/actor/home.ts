// One link, one home (design 3.1). The actor named by a payment_link_id holds the register: the first
// order that claimed the link, for ever. The home never becomes an alias; every other claimant
// becomes an alias of it, hands over what it knows once, and forwards later messages.

import type { MessageRow } from "../domain/message";
import { isLinkId, isOrderId, referenceActor } from "../domain/ids";
import { absorb, newRecord, type OrderRecord } from "../domain/record";
import { parseEvent } from "../pinelabs/event";
import { applyEvent } from "./apply-event";
import { want } from "./jobs";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { HandOver, Kept } from "./rpc";
import { referencesOf, seekHome } from "./seek";
import type { ActorState } from "./state";

/** In the link's actor: answers who the home is, the first claimant if there was none. */
export function register(part: Part, claimant: string): string {
  const known = part.storage.readState();
  if (known.register !== null) return known.register;
  return part.storage.transact(() => {
    const state = part.storage.readState();
    part.storage.writeState(becomeAlias({ ...state, register: claimant }, claimant, part.now()));
    return claimant;
  });
}

/** Job `look_up`: is one of our references a link's? */
export async function lookUp(part: Part): Promise<void> {
  const facts = part.storage.readState().record?.facts;
  if (!facts) return;
  for (const reference of referencesOf(facts)) {
    const known = await part.peer(referenceActor(reference)).linkOfReference();
    part.storage.transact(() => {
      const state = part.storage.readState();
      const looked_up = [...new Set([...state.looked_up, reference])];
      const found = known === null ? state : adoptLink(part, state, known);
      part.storage.writeState(seekHome({ ...found, looked_up }, part.now()));
    });
  }
}

/** What the actor of a reference knows of its link, joined into ours. */
function adoptLink(part: Part, state: ActorState, known: OrderRecord): ActorState {
  const record = state.record ?? newRecord(part.now(), "webhook");
  const evolution = absorb(record, known, part.now());
  return commitEvolution(part, { ...state, record }, evolution, {
    by: "system",
    note: { what: "link", text: "The order's link was found by its reference." },
  });
}

/** Job `claim`: learns the home of our link and becomes its alias, unless we are the home. */
export async function claim(part: Part): Promise<void> {
  const before = part.storage.readState();
  const facts = before.record?.facts;
  if (!facts || before.home !== null || before.claimed !== null) return;
  if (isLinkId(part.name)) {
    const first = Object.keys(facts.order).toSorted()[0];
    if (first !== undefined) register(part, first);
    return;
  }
  const linkId = Object.keys(facts.link).toSorted()[0];
  if (linkId === undefined || !isOrderId(part.name)) return;
  const home = await part.peer(linkId).register(part.name);
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.home !== null || state.claimed !== null) return;
    part.storage.writeState(
      home === part.name ? { ...state, claimed: linkId } : becomeAlias(state, home, part.now()),
    );
  });
}

function becomeAlias(state: ActorState, home: string, now: number): ActorState {
  if (state.record === null) return { ...state, home, handed_over: true };
  const jobs = want(want(state.jobs, "hand_over", now), "project", now);
  return { ...state, home, jobs };
}

/** Job `hand_over`: gives all that we know to the home, once; a repeat changes nothing there. */
export async function handOver(part: Part): Promise<void> {
  const state = part.storage.readState();
  if (state.home === null || state.handed_over) return;
  if (state.record !== null) {
    await part.peer(state.home).absorb({
      from: part.name,
      record: state.record,
      timeline: part.storage.readTimeline(),
      events: [...part.storage.eventKeys()],
    });
  }
  part.storage.transact(() => {
    const now = part.storage.readState();
    const jobs = want(want(now.jobs, "forward", part.now()), "project", part.now());
    part.storage.writeState({ ...now, handed_over: true, jobs });
  });
}

/** In the home: joins what an alias knew. */
export function takeOver(part: Part, given: HandOver): void {
  part.storage.transact(() => {
    const now = part.now();
    const state = part.storage.readState();
    const record = state.record ?? newRecord(now, given.record.origin);
    const first = !(given.from in state.absorbed);
    // The alias has told these causes already; the home does not tell them again.
    if (first) for (const key of given.events) part.storage.addToldEvent(key, now);
    const evolution = absorb(record, given.record, now);
    const next = commitEvolution(part, { ...state, record }, evolution, {
      by: "system",
      // Its own timeline comes along and tells what it knew.
      untold: first,
      ...(first && isOrderId(given.from) ? { note: sameLink(given.from) } : {}),
    });
    if (first) for (const entry of given.timeline) part.storage.addTimeline(entry.at, [entry]);
    const absorbed = { ...next.absorbed, [given.from]: next.absorbed[given.from] ?? [] };
    part.storage.writeState(seekHome({ ...next, absorbed }, now));
  });
}

function sameLink(alias: string): { readonly what: string; readonly text: string } {
  return { what: "alias", text: `Order ${alias} belongs to the same link.` };
}

/** Job `forward`: gives messages that came to an alias to the home, each once. */
export async function forward(part: Part): Promise<void> {
  const { home, handed_over, to_forward } = part.storage.readState();
  if (home === null || !handed_over) return;
  for (const n of to_forward) {
    const row = part.storage.getMessage(n);
    const kept = part.storage.readBody(n);
    if (row && kept) await part.peer(home).receiveForwarded(part.name, { ...row, ...kept });
    part.storage.transact(() => {
      const state = part.storage.readState();
      const rest = state.to_forward.filter((other) => other !== n);
      part.storage.writeState({ ...state, to_forward: rest });
    });
  }
}

/** In the home: a message that an alias took from the gateway and counted there (law 11). */
export function receiveForwarded(part: Part, from: string, message: MessageRow & Kept): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const seen = state.absorbed[from] ?? [];
    if (seen.includes(message.n)) return;
    const event = parseEvent(message.encoding === "utf8" ? message.body : null);
    const applied = applyEvent(part, state, event, message);
    const absorbed = { ...applied.state.absorbed, [from]: [...seen, message.n] };
    part.storage.writeState({ ...applied.state, absorbed });
  });
}
