// Committing a change of the record: version, timeline, notifications and jobs follow from the facts
// in the same transaction. Every writer (message, inquiry, answer, hand-over) goes through here.

import { type Cause, causesOf } from "../domain/causes";
import type { Change } from "../domain/changes";
import { nextReadingOf } from "../domain/command";
import { type Handling, leaseEnd } from "../domain/handling";
import { handlingStory } from "../domain/handling-story";
import { customerWords } from "../domain/customer-words";
import { forgetPerson } from "../domain/forgetting";
import { maskCustomer } from "../domain/personal-data";
import { shortened } from "../domain/order-short";
import { viewOrder, type OrderView } from "../domain/order-view";
import {
  checkClaims,
  checkGivenAway,
  checkLapses,
  checkSettlement,
  checkSteps,
} from "../domain/record-checks";
import { type Evolution, type OrderRecord, positionOf } from "../domain/record";
import { deriveStage } from "../domain/stage";
import type { ToldKind } from "../domain/story";
import type { Milliseconds } from "../domain/time";
import { addAudit, commandStory } from "./command-story";
import { plan, want } from "./jobs";
import { startDeliveries } from "./news";
import { freedBy, withGivenBack } from "./money-permit";
import type { Part } from "./part";
import { isOurs, nextWindowRun, windowPlanOf } from "./plan";
import { planReceipt } from "./receipt-job";
import { planReminders } from "./reminder-plan";
import type { TimelineEntry } from "./rpc";
import { isSettled, seekHome } from "./seek";
import { settlementStory } from "./settlement-story";
import type { ActorState } from "./state";
import { uncancellableLinks, wantRetirement } from "./surplus";

export interface Teller {
  /** One of TOLD_BY, or the name of who asked for it. */
  readonly by: string;
  readonly webhook_id?: string;
  /** The changes stand in a timeline already. */
  readonly untold?: boolean;
  /** Told although nothing changed. */
  readonly note?: { readonly what: ToldKind; readonly text: string };
}

/**
 * The state after the evolution, with all that follows from it: timeline, projection, home,
 * notifications. In an alias what follows is the home's business, so it is handed over anew.
 * Call inside `transact`.
 */
export function commitEvolution(
  part: Part,
  state: ActorState,
  evolution: Evolution,
  teller: Teller,
): ActorState {
  const now = part.now();
  // What is begun anew in an actor that has forgotten is forgotten too.
  const bare =
    state.forgotten_at !== null && evolution.record.forgotten_at === null
      ? forgetPerson(evolution.record, state.forgotten_at)
      : evolution.record;
  const lapsed = checkLapses(bare, part.config().auth_window, now);
  const ours = isOurs(part, lapsed);
  const settled = checkSettlement(lapsed, ours, now);
  const { fulfill_on } = part.config();
  // Who knows a part of the order only leaves what follows from the whole to its home.
  const speaks = isSettled(part.name, { ...state, record: settled });
  const claims = speaks ? checkGivenAway(checkClaims(settled, now), now) : settled;
  const record = state.home === null && ours ? checkSteps(claims, fulfill_on, now) : claims;
  assertBounded(record);
  // What an alias hands over it has told, and written into the audit, itself.
  const told = teller.untold === true ? record.commands : (state.record?.commands ?? {});
  const settlements = teller.untold === true ? [] : settlementStory(state.record, record);
  const handled = handlingStory(handlingTold(state, evolution, teller), record.handling);
  const story = [
    ...commandStory(told, record.commands, teller, now),
    ...settlements.map((entry) => ({ at: now, by: teller.by, ...entry })),
    ...handled.map((entry) => ({ at: now, by: teller.by, ...entry })),
  ];
  part.storage.addTimeline(now, [...timelineOf(evolution.changes, teller, now), ...story]);
  const untold = [...state.untold, ...evolution.changes].slice(-MOST_UNTOLD);
  const freed = freedBy(state.record?.commands ?? {}, record.commands);
  const audited = withGivenBack(addAudit(state, told, record.commands), freed, now);
  const planned = plan(audited.jobs, "resolve", nextReadingOf(record.commands));
  const next = { ...audited, record, untold, jobs: planned };
  if (state.record?.version === record.version) return next;
  if (state.home !== null) {
    return { ...next, handed_over: false, jobs: want(next.jobs, "hand_over", now) };
  }
  const jobs = want(next.jobs, "project", now + part.limits.projectAfter);
  // Actors and rows that only became known now may have personal data of their own.
  const forget = record.forgotten_at !== null && (evolution.changed || state.forgotten_at === null);
  return conclude(part, { ...next, jobs: forget ? want(jobs, "forget", now) : jobs });
}

/**
 * What follows from a state: the search for its home, the end of links that are one too many, and once
 * the home is settled, notifications, reminders and what the authorization window asks for.
 */
export function conclude(part: Part, state: ActorState): ActorState {
  const seeking = wantRetirement(seekHome(part.name, state, part.now()), part.now());
  if (!isSettled(part.name, seeking)) return seeking;
  const lapsed = lapseNow(part, seeking);
  if (lapsed !== null) return lapsed;
  const told = planReceipt(part, planReminders(part, tell(part, seeking)));
  const next = nextWindowRun(windowPlanOf(part, told), told.window_pause);
  const jobs = plan(told.jobs, "window", next);
  return { ...told, jobs: plan(jobs, "lease", leaseOf(told)) };
}

/** What came about while the actor did not speak for its order yet. Null: no claim lapses. */
function lapseNow(part: Part, state: ActorState): ActorState | null {
  const { record } = state;
  if (record === null) return null;
  if (checkClaims(record, part.now()) === record) return null;
  const evolution = { record, changed: false, changes: [] };
  return commitEvolution(part, state, evolution, { by: "system" });
}

/** What an alias hands over it has told itself, save that a claim of it gives way to ours. */
function handlingTold(
  { record }: ActorState,
  { record: { handling } }: Evolution,
  teller: Teller,
): Handling | null {
  const before = record?.handling ?? null;
  if (teller.untold !== true) return before;
  const known = new Set(
    before?.claims.filter(({ state }) => state === "superseded").map(({ id }) => id),
  );
  const claims = handling.claims.map((claim) =>
    claim.state === "superseded" && !known.has(claim.id)
      ? { ...claim, state: "live" as const, said_done: null }
      : claim,
  );
  return { ...handling, claims };
}

function leaseOf({ record }: ActorState): Milliseconds | null {
  return record === null ? null : leaseEnd(record.handling);
}

/** A row of SQLite holds 2 MB. Beyond a quarter of that an order is no order: what came is not joined. */
const MOST_ENTITIES = 2_000;

function assertBounded({ facts }: OrderRecord): void {
  const entities = Object.keys(facts.payment).length + Object.keys(facts.refund).length;
  if (entities > MOST_ENTITIES)
    throw new Error("more payments and refunds than one order can have");
}

/** Changes that are kept for the next notification; the timeline has them all. */
const MOST_UNTOLD = 50;

function timelineOf(
  changes: readonly Change[],
  teller: Teller,
  now: Milliseconds,
): readonly Omit<TimelineEntry, "n">[] {
  const said = {
    at: now,
    by: teller.by,
    ...(teller.webhook_id === undefined ? {} : { webhook_id: teller.webhook_id }),
  };
  const notes = teller.note ? [{ ...said, ...teller.note }] : [];
  const told = teller.untold === true ? [] : changes;
  return [...notes, ...told.map((change) => ({ ...said, ...describe(change) }))];
}

function describe(change: Change): Pick<TimelineEntry, "what" | "text" | "from" | "to" | "id"> {
  const subject =
    change.what === "stage" ? "The order" : `${capitalised(change.what)} ${change.id}`;
  const before = change.from === null ? "" : `, was ${change.from}`;
  return {
    what: change.what,
    text: `${subject} is ${change.to}${before}.`,
    from: change.from,
    to: change.to,
    ...(change.id === undefined ? {} : { id: change.id }),
  };
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Every cause that the facts contain and that was not queued yet is queued (law 10). */
function tell(part: Part, state: ActorState): ActorState {
  const record = state.record;
  if (record === null) return state;
  const config = part.config();
  if (!isOurs(part, record)) return state;
  const position = positionOf(record);
  const beside = { ...record, uncancellable: uncancellableLinks(state) };
  const causes = causesOf(record.facts, position, beside);
  const queued = causes.length === 0 ? new Set<string>() : part.storage.eventKeys();
  const fresh = causes.filter((cause) => !queued.has(causeKey(cause)));
  if (fresh.length === 0) return state;
  const last = part.storage.lastEvent();
  // One time for all: the news is known again by the time of its event.
  const now = part.now();
  const { record: told, started } = startDeliveries(part, record, fresh, { last, now });
  const data = {
    previous_stage: state.told_stage,
    changed: state.untold.map(({ what, id, to }) => ({
      what,
      ...(id === undefined ? {} : { id }),
      to,
    })),
    order: maskedOrder(part, told),
  };
  for (const cause of fresh) {
    const words = customerWords(cause, record.facts, config.merchant.name) ?? {};
    const event = { type: cause.type, entities: cause.entities, data: { ...words, ...data } };
    part.storage.addEvent(causeKey(cause), now, JSON.stringify(event));
  }
  const jobs = want(state.jobs, "project", now + part.limits.projectAfter);
  const told_stage = deriveStage(record.facts, position);
  const deliveries = [...state.deliveries, ...started];
  return { ...state, record: told, deliveries, jobs, told_stage, untold: [] };
}

/** Causes that name an entity bear its id behind the type; those of the whole order do not. */
function causeKey(cause: Cause): string {
  return [cause.type, ...cause.entities].join("|");
}

export function orderView(part: Part, record: OrderRecord): OrderView {
  const { auth_window, fulfill_on } = part.config();
  return viewOrder(part.name, record, { auth_window, fulfill_on, ours: isOurs(part, record) });
}

function maskedOrder(part: Part, record: OrderRecord): OrderView {
  const order = shortened(orderView(part, record));
  return order.customer ? { ...order, customer: maskCustomer(order.customer) } : order;
}
