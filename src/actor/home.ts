// One link, one home (design 3.1). The actor named by a payment_link_id holds the register: the first
// order that claimed the link, for ever. The home never becomes an alias; every other claimant
// becomes an alias of it, hands over what it knows, and forwards later messages.

import type { MessageRow } from "../domain/message";
import { isOpen } from "../domain/command";
import { isLinkId, referenceActor, roleOf } from "../domain/ids";
import { NOTHING_HANDLED } from "../domain/handling";
import {
  absorb,
  learnHandling,
  learnReminders,
  newRecord,
  type OrderRecord,
} from "../domain/record";
import { reasonOf } from "../domain/redact";
import { parseEvent } from "../pinelabs/event";
import { applyEvent } from "./apply-event";
import { want } from "./jobs";
import type { Part } from "./part";
import type { OrderActorRpc } from "./peers";
import { commitEvolution, conclude, type Teller } from "./record-change";
import type { Delivery, HandOver, Kept, Met, Registration } from "./rpc";
import { isSettled, strangers, unseen } from "./seek";
import type { ActorState } from "./state";
import { homeOfLink, homeOfReplacement } from "./successor-home";

/** In the link's actor: answers who the home is, the first claimant if there was none. */
export function register(part: Part, claimant: string): Registration {
  const home = part.storage.readState().register ?? beginRegister(part, claimant);
  if (home !== claimant) return { home, told: [], reminders: {}, handling: NOTHING_HANDLED };
  // What this actor told is told, of what it reminded, and who may deliver by its word: its home would
  // do all of it again before our hand-over arrives.
  const { record } = part.storage.readState();
  const { reminders = {}, handling = NOTHING_HANDLED } = record ?? {};
  return { home, told: [...part.storage.eventKeys()], reminders, handling };
}

function beginRegister(part: Part, claimant: string): string {
  return part.storage.transact(() => {
    const state = part.storage.readState();
    part.storage.writeState(becomeAlias({ ...state, register: claimant }, claimant, part.now()));
    return claimant;
  });
}

/** Job `look_up`: is one of our references a link's? */
export async function lookUp(part: Part): Promise<void> {
  for (const reference of unseen(part.storage.readState())) {
    const home = await homeOfReplacement(part, reference);
    if (home !== null) {
      if ((await meetHome(part, home)) === "later") throw new Error("a command is not over");
      return;
    }
    const known = await part.peer(referenceActor(reference)).linkOfReference();
    part.storage.transact(() => {
      const state = part.storage.readState();
      const looked_up = [...new Set([...state.looked_up, reference])];
      const found = known === null ? state : adoptLink(part, state, known);
      part.storage.writeState(conclude(part, { ...found, looked_up }));
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
    const home = await homeOfLink(part, facts, part.name);
    const first = home ?? Object.keys(facts.order).toSorted()[0];
    if (first !== undefined) register(part, first);
    return;
  }
  const linkId = Object.keys(facts.link).toSorted()[0];
  if (linkId === undefined) return;
  const claimant = (await homeOfLink(part, facts, linkId)) ?? part.name;
  const { home: first, told, reminders, handling } = await part.peer(linkId).register(claimant);
  const home = (await leadsToUs(part, first)) ? part.name : first;
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.home !== null || state.claimed !== null) return;
    if (home !== part.name && hasOpenCommand(state)) throw new Error("a command is not over");
    addTold(part, told);
    const settled =
      home === part.name
        ? learnRegister(part, { ...state, claimed: linkId }, { reminders, handling })
        : becomeAlias(state, home, part.now());
    part.storage.writeState(conclude(part, settled));
  });
}

/** In the new home: what the link's actor did while it spoke for itself, which its own timeline tells. */
function learnRegister(
  part: Part,
  state: ActorState,
  { reminders, handling }: Pick<Registration, "reminders" | "handling">,
): ActorState {
  if (state.record === null) return state;
  const reminded = learnReminders(state.record, reminders, part.now());
  const record = learnHandling(reminded, handling, part.now());
  const evolution = { record, changed: false, changes: [] };
  return commitEvolution(part, state, evolution, { by: "system", untold: true });
}

/**
 * The link's first claimant may have found out that it belongs to us (a refund's own order): two that
 * send everybody to each other would both be lost.
 */
async function leadsToUs(part: Part, first: string): Promise<boolean> {
  if (first === part.name) return true;
  const reading = await part.peer(first).read();
  return reading.kind === "alias" && reading.home === part.name;
}

/**
 * Job `introduce`: the other gateway orders of our link learn that they are aliases. Until each has
 * given us all that it knows, its commands too, no money is moved here (actor/command.ts). One that
 * is an alias by now, or does not know yet, introduces itself to nobody: two would follow each other.
 */
export async function introduceHome(part: Part): Promise<"done" | "failed"> {
  if (!isSettled(part.name, part.storage.readState())) return "done";
  let failed = false;
  for (const order of strangers(part.name, part.storage.readState())) {
    const met = await meet(part, order);
    if (met === "later") {
      failed = true;
      continue;
    }
    part.storage.transact(() => {
      const state = part.storage.readState();
      const introduced = [...new Set([...state.introduced, order])];
      const others = met === "other_home" ? [order] : [];
      const not_ours = [...new Set([...state.not_ours, ...others])];
      part.storage.writeState({ ...state, introduced, not_ours });
    });
  }
  return failed ? "failed" : "done";
}

/** One that can not hand over now is met later, and stops no other. */
async function meet(part: Part, order: string): Promise<Met> {
  try {
    return await part.peer(order).meetHome(part.name);
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "not_met", actor: part.name, order, reason }));
    return "later";
  }
}

/**
 * In a gateway order's own actor: becomes an alias, unless it is a home itself or has a command that
 * is not over (design 3.1).
 */
export async function meetHome(part: Part, home: string): Promise<Met> {
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.home !== null || state.claimed !== null || home === part.name) return;
    if (!hasOpenCommand(state)) part.storage.writeState(becomeAlias(state, home, part.now()));
  });
  await handOver(part);
  const state = part.storage.readState();
  if (state.claimed !== null || (state.home !== null && state.home !== home)) return "other_home";
  return state.home === home && state.handed_over ? "handed_over" : "later";
}

/** Money of which nobody knows yet where it is stays with the actor that asked for it. */
export function hasOpenCommand({ record }: ActorState): boolean {
  return record !== null && Object.values(record.commands).some(isOpen);
}

/** From now on reads through this actor name the home, and what it knows is handed over. */
export function becomeAlias(state: ActorState, home: string, now: number): ActorState {
  if (state.record === null) return { ...state, home, handed_over: true };
  const jobs = want(want(state.jobs, "hand_over", now), "project", now);
  return { ...state, home, handed_over: false, jobs };
}

/** Job `hand_over`: gives all that we know to the home; a repeat changes nothing there. */
export async function handOver(part: Part): Promise<void> {
  const given = part.storage.readState();
  if (given.home === null || given.handed_over) return;
  const record = given.record;
  if (record !== null) {
    const hand = {
      from: part.name,
      record,
      timeline: part.storage.readTimeline(),
      events: [...part.storage.eventKeys()],
    };
    await deliver(part, given.home, (home) => home.absorb(hand));
  }
  part.storage.transact(() => {
    const now = part.storage.readState();
    // What came in meanwhile is not handed over yet.
    const handed_over = now.record?.version === record?.version;
    const again = handed_over ? now.jobs : want(now.jobs, "hand_over", part.now());
    const jobs = want(want(again, "forward", part.now()), "project", part.now());
    part.storage.writeState({ ...now, handed_over, jobs });
  });
}

/** Gives something to a home, wherever it is: a link's actor may have become an alias meanwhile. */
async function deliver(
  part: Part,
  home: string,
  give: (home: OrderActorRpc) => Promise<Delivery>,
): Promise<void> {
  let target = home;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const delivery = await give(part.peer(target));
    if (delivery.kind === "taken") return;
    if (delivery.kind === "refused") throw new Error(`${target} could not take it`);
    target = delivery.home;
  }
  throw new Error("the chain of aliases is longer than any can be");
}

/** link → order: no chain is longer (design 3.1). */
const LONGEST_CHAIN = 4;

/** In the home: joins what an alias knew. */
export function takeOver(part: Part, given: HandOver): Delivery {
  return part.storage.transact((): Delivery => {
    const now = part.now();
    const state = part.storage.readState();
    if (state.home !== null) return { kind: "moved", home: state.home };
    const record = state.record ?? newRecord(now, given.record.origin);
    const before = state.absorbed[given.from];
    addTold(part, toldBy(given));
    const first = before === undefined && roleOf(given.from) === "order";
    const taken = { timeline: given.timeline.length, messages: before?.messages ?? [] };
    const absorbed = { ...state.absorbed, [given.from]: taken };
    const evolution = absorb(record, given.record, now);
    const next = commitEvolution(part, { ...state, record, absorbed }, evolution, {
      by: "system",
      // Its own timeline comes along and tells what it knew.
      untold: true,
      ...(first ? { note: sameLink(given.from) } : {}),
    });
    const seen = before?.timeline ?? 0;
    for (const entry of given.timeline.slice(seen)) part.storage.addTimeline(entry.at, [entry]);
    // What the alias itself has kept is removed there too.
    const forget = next.forgotten_at !== null;
    part.storage.writeState(forget ? { ...next, jobs: want(next.jobs, "forget", now) } : next);
    return { kind: "taken" };
  });
}

/**
 * What the alias has told already: causes that name an entity are the same wherever they are told;
 * those of the whole order only if it spoke for the whole, as the link's actor did.
 */
function toldBy(given: HandOver): readonly string[] {
  const whole = roleOf(given.from) === "link";
  return given.events.filter((key) => whole || key.includes("|"));
}

/** What others have told is not told again. */
function addTold(part: Part, keys: readonly string[]): void {
  const known = part.storage.eventKeys();
  const others = keys.filter((key) => !known.has(key));
  for (const key of others) part.storage.addToldEvent(key, part.now());
}

function sameLink(alias: string): NonNullable<Teller["note"]> {
  return { what: "alias", text: `Order ${alias} belongs to the same link.` };
}

/** Job `forward`: gives messages that came to an alias to the home, each once. */
export async function forward(part: Part): Promise<"done" | "failed"> {
  const { home, handed_over, to_forward } = part.storage.readState();
  if (home === null || !handed_over) return "done";
  let failed = false;
  for (const n of to_forward) {
    const row = part.storage.getMessage(n);
    const kept = part.storage.readBody(n);
    if (!row || !kept) continue;
    try {
      await deliver(part, home, (actor) => actor.receiveForwarded(part.name, { ...row, ...kept }));
    } catch (error) {
      // One that can not be taken never stops another (law 4).
      failed = true;
      const reason = reasonOf(error);
      console.error(JSON.stringify({ event: "not_forwarded", actor: part.name, n, reason }));
      continue;
    }
    part.storage.transact(() => {
      const state = part.storage.readState();
      const rest = state.to_forward.filter((other) => other !== n);
      part.storage.writeState({ ...state, to_forward: rest });
      if (state.forgotten_at !== null) part.storage.removeBodies(n, n);
    });
  }
  return failed ? "failed" : "done";
}

/** In the home: a message that an alias took from the gateway and counted there (law 11). */
export function receiveForwarded(part: Part, from: string, message: MessageRow & Kept): Delivery {
  try {
    return part.storage.transact((): Delivery => {
      const state = part.storage.readState();
      if (state.home !== null) return { kind: "moved", home: state.home };
      const before = state.absorbed[from] ?? { timeline: 0, messages: [] };
      if (before.messages.includes(message.n)) return { kind: "taken" };
      const event = parseEvent(message.encoding === "utf8" ? message.body : null);
      const applied = applyEvent(part, state, event, message);
      const messages = [...before.messages, message.n];
      const absorbed = { ...applied.state.absorbed, [from]: { ...before, messages } };
      part.storage.writeState({ ...applied.state, absorbed });
      return { kind: "taken" };
    });
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "message_waits", actor: part.name, from, reason }));
    return { kind: "refused" };
  }
}
