// All that an order's actor knows, as one value, and how one observation changes it. This is the
// actor's core: pure, so that every law about facts is tested without a runtime.

import type { Alerts } from "./alerts";
import { type Change, changesBetween } from "./changes";
import { type Commands, mergeCommands } from "./command";
import { commitmentsOf, followFacts } from "./command-shown";
import { type Discrepancies, findingsOf, mergeDiscrepancies, updateDerived } from "./discrepancy";
import { type Facts, NO_FACTS } from "./facts";
import { stripHandling, stripObservation, stripRecord } from "./forgetting";
import { type Handling, NOTHING_HANDLED } from "./handling";
import { mergeHandling } from "./handling-merge";
import { join, merge, sameFacts } from "./join";
import type { Amount } from "./money";
import type { AnyWord, Observation, Source } from "./observation";
import { derivePosition, type Position } from "./position";
import { mergeReminders, type Reminders } from "./reminders";
import {
  mergeSettled,
  NOTHING_SETTLED,
  sameLines,
  type Settled,
  type SettledLines,
} from "./settled-line";
import { deriveStage } from "./stage";
import { PAID_ORDER_STATUSES } from "./status";
import type { Milliseconds } from "./time";
import type { FulfillOn } from "./verdict";

/** `settlement`: nobody had told of it before a report named its payment. */
export type Origin = "api" | "tracked" | "webhook" | "settlement";

/** What the merchant asked for when the link was made through us or taken over. */
export interface Terms {
  readonly token: string;
  readonly receipt_token: string;
  readonly reference: string;
  readonly return_url?: string;
  readonly failure_return_url?: string;
  readonly fulfill_on?: FulfillOn;
  readonly auto_capture?: AutoCaptureWish;
  readonly auto_capture_amount?: Amount;
  /** When to remind the customer, each in its place; null where the link has no such moment. */
  readonly reminders?: readonly (Milliseconds | null)[];
}

/** Whether held money is captured by itself before its time is over. */
export type AutoCaptureWish = "off" | "before_deadline";

/** Who has told us what; beside the facts, because the same facts may come from any mouth. */
export interface Witness {
  /** Any word of the gateway. */
  readonly gateway: boolean;
  /** A word by webhook. */
  readonly webhook: boolean;
  /** Money taken or held, by webhook. */
  readonly webhook_money: boolean;
}

export interface OrderRecord {
  readonly facts: Facts;
  /** Grows by one with every change that is shown to anybody; guards the projection. */
  readonly version: number;
  readonly origin: Origin;
  readonly terms: Terms | null;
  readonly witness: Witness;
  readonly discrepancies: Discrepancies;
  /** Refunds, captures and voids that we asked for, ended ones too (design 3.5). */
  readonly commands: Commands;
  /** Alerts of the authorization window that were given, and when (alerts.ts). */
  readonly alerts: Alerts;
  /** The lines of settlement reports that name its payments and refunds. */
  readonly settled: Settled;
  /** What became of the reminders; nothing that the gateway says shows it. */
  readonly reminders?: Reminders;
  /** What the merchant's side has done with it: claims, ticks, notifications (handling.ts). */
  readonly handling: Handling;
  /** When personal data was removed (forgetting.ts); none is joined any more. Null: it is there. */
  readonly forgotten_at: Milliseconds | null;
  readonly created_at: Milliseconds;
  readonly updated_at: Milliseconds;
  /** The last time the facts changed. */
  readonly changed_at: Milliseconds;
  /** The last time the gateway said anything about this order. */
  readonly heard_at: Milliseconds | null;
  readonly asked_at: Milliseconds | null;
  readonly failures: number;
  readonly failed_at: Milliseconds | null;
}

export function newRecord(now: Milliseconds, origin: Origin): OrderRecord {
  return {
    facts: NO_FACTS,
    version: 0,
    origin,
    terms: null,
    witness: { gateway: false, webhook: false, webhook_money: false },
    discrepancies: {},
    commands: {},
    alerts: {},
    settled: NOTHING_SETTLED,
    handling: NOTHING_HANDLED,
    forgotten_at: null,
    created_at: now,
    updated_at: now,
    changed_at: now,
    heard_at: null,
    asked_at: null,
    failures: 0,
    failed_at: null,
  };
}

/** Where the money stands, with what our own commands have reserved. */
export function positionOf(record: OrderRecord): Position {
  const commitments = commitmentsOf(record.commands, record.facts);
  return derivePosition(record.facts, record.asked_at !== null, commitments);
}

/** The commands are these now: their reservations, discrepancies and views follow. */
export function withCommands(
  record: OrderRecord,
  commands: Commands,
  now: Milliseconds,
): Evolution {
  return conclude({ ...record, commands }, record, record.facts, now);
}

export interface Evolution {
  readonly record: OrderRecord;
  /** The facts are not what they were. */
  readonly changed: boolean;
  readonly changes: readonly Change[];
}

/**
 * Joins one observation into the record and derives what follows. `saidAt` is when the gateway said
 * it, by our clock; a kept message that is applied later was said when it came.
 */
export function evolve(
  record: OrderRecord,
  observation: Observation,
  source: Source,
  now: Milliseconds,
  saidAt: Milliseconds = now,
): Evolution {
  const seen = record.forgotten_at === null ? observation : stripObservation(observation);
  const facts = join(record.facts, seen);
  const said =
    source === "request" ? record.witness : witnessOf(record.witness, observation, source);
  const heard = source === "request" ? record.heard_at : latest(record.heard_at, saidAt);
  return conclude({ ...record, witness: said, heard_at: heard }, record, facts, now);
}

/** Joins all that another actor knew of the same order (an alias handing over, design 3.1). */
export function absorb(before: OrderRecord, given: OrderRecord, now: Milliseconds): Evolution {
  const forgotten_at = earliest(before.forgotten_at, given.forgotten_at);
  // One half without personal data and one with it would be a whole with it.
  const bare = forgotten_at !== null;
  const record = bare ? stripRecord(before) : before;
  const other = bare ? stripRecord(given) : given;
  const facts = merge(record.facts, other.facts);
  const reminders = mergeReminders(record.reminders, other.reminders);
  const next: OrderRecord = {
    ...record,
    terms: record.terms ?? other.terms,
    origin: originOf(record.origin, other.origin),
    witness: {
      gateway: record.witness.gateway || other.witness.gateway,
      webhook: record.witness.webhook || other.witness.webhook,
      webhook_money: record.witness.webhook_money || other.witness.webhook_money,
    },
    discrepancies: mergeDiscrepancies(record.discrepancies, other.discrepancies),
    commands: mergeCommands(record.commands, other.commands),
    alerts: mergeAlerts(record.alerts, other.alerts),
    settled: mergeSettled(record.settled, Object.values(other.settled)),
    ...(reminders === undefined ? {} : { reminders }),
    handling: mergeHandling(record.handling, other.handling),
    forgotten_at,
    created_at: Math.min(record.created_at, other.created_at),
    heard_at: latest(record.heard_at, other.heard_at),
  };
  return conclude(next, before, facts, now);
}

function mergeAlerts(a: Alerts, b: Alerts): Alerts {
  return Object.keys(b).every((key) => key in a) ? a : { ...b, ...a };
}

const ORIGINS: readonly Origin[] = ["api", "tracked", "webhook", "settlement"];

/** Our own request or a take-over counts before a webhook or a report that merely came first. */
export function originOf(a: Origin, b: Origin): Origin {
  return ORIGINS.find((origin) => a === origin || b === origin) ?? a;
}

/** Lines of settlement reports, each reading of a transfer as a whole. */
export function learnSettled(
  record: OrderRecord,
  given: readonly SettledLines[],
  now: Milliseconds,
): Evolution {
  const settled = mergeSettled(record.settled, given);
  return conclude({ ...record, settled }, record, record.facts, now);
}

/** These alerts were given (alerts.ts), each for ever. */
export function withAlerts(
  record: OrderRecord,
  keys: readonly string[],
  now: Milliseconds,
): Evolution {
  const given = Object.fromEntries(keys.map((key) => [key, now]));
  const alerts = mergeAlerts(record.alerts, given);
  return conclude({ ...record, alerts }, record, record.facts, now);
}

/** Joins what became of reminders (design 3.5): what is certain stays. */
export function learnReminders(
  record: OrderRecord,
  news: Reminders | undefined,
  now: Milliseconds,
): OrderRecord {
  const reminders = mergeReminders(record.reminders, news);
  return reminders === record.reminders || reminders === undefined
    ? record
    : revise(record, { reminders }, now);
}

/** What the merchant's side has done is this now. The same record when it was so before. */
export function withHandling(
  record: OrderRecord,
  handling: Handling,
  now: Milliseconds,
): OrderRecord {
  if (handling === record.handling) return record;
  const bare = record.forgotten_at === null ? handling : stripHandling(handling);
  return revise(record, { handling: bare }, now);
}

/** Joins what another actor of the same order has done of it (handling-merge.ts). */
export function learnHandling(record: OrderRecord, news: Handling, now: Milliseconds): OrderRecord {
  return withHandling(record, mergeHandling(record.handling, news), now);
}

/** Any change that is shown to somebody makes a new version. */
function revise(record: OrderRecord, change: Partial<OrderRecord>, now: Milliseconds): OrderRecord {
  return { ...record, ...change, version: record.version + 1, updated_at: now };
}

/** The same record when these are the ones that it has. */
export function withDiscrepancies(
  record: OrderRecord,
  discrepancies: Discrepancies,
  now: Milliseconds,
): OrderRecord {
  if (discrepancies === record.discrepancies) return record;
  return revise(record, { discrepancies }, now);
}

function conclude(
  next: OrderRecord,
  before: OrderRecord,
  facts: Facts,
  now: Milliseconds,
): Evolution {
  const changed = !sameFacts(before.facts, facts);
  const commands = followAll(next.commands, facts, now);
  const position = derivePosition(facts, false, commitmentsOf(commands, facts));
  const stage = deriveStage(facts, position);
  const findings = findingsOf({ facts, commands, position, stage });
  const discrepancies = updateDerived(next.discrepancies, findings, now);
  const own = discrepancies !== before.discrepancies || commands !== before.commands;
  const shown = changed || own || isShownAnew(before, next);
  const record = {
    ...next,
    facts,
    commands,
    discrepancies,
    version: before.version + (shown ? 1 : 0),
    updated_at: changed || !sameLines(before.settled, next.settled) ? now : before.updated_at,
    changed_at: changed ? now : before.changed_at,
    // A change starts the plan of inquiries again (design 3.6).
    failures: changed ? 0 : next.failures,
  };
  return { record, changed, changes: changed ? changesBetween(before.facts, facts) : [] };
}

/** Each command as the facts show it. The same object when they show nothing new. */
function followAll(commands: Commands, facts: Facts, now: Milliseconds): Commands {
  const followed = Object.entries(commands).map(
    ([key, command]) => [key, followFacts(command, facts, commands, now)] as const,
  );
  const same = followed.every(([key, command]) => commands[key] === command);
  return same ? commands : Object.fromEntries(followed);
}

/** Whether anything besides the facts changed that somebody can see. */
function isShownAnew(before: OrderRecord, next: OrderRecord): boolean {
  return (
    before.terms !== next.terms ||
    before.alerts !== next.alerts ||
    !sameLines(before.settled, next.settled) ||
    before.origin !== next.origin ||
    before.reminders !== next.reminders ||
    before.handling !== next.handling ||
    before.forgotten_at !== next.forgotten_at ||
    before.created_at !== next.created_at ||
    before.witness.gateway !== next.witness.gateway ||
    before.witness.webhook !== next.witness.webhook ||
    before.witness.webhook_money !== next.witness.webhook_money
  );
}

function witnessOf(before: Witness, observation: Observation, source: Source): Witness {
  const webhook = source === "webhook";
  return {
    gateway: true,
    webhook: before.webhook || webhook,
    webhook_money: before.webhook_money || (webhook && observation.words.some(saysMoney)),
  };
}

function saysMoney(word: AnyWord): boolean {
  const status = word.fields.status;
  if (status === undefined || word.kind === "refund") return false;
  if (status === "AUTHORIZED" || status === "PARTIAL_PROCESSED") return true;
  return PAID_ORDER_STATUSES.some((paid) => paid === status);
}

function latest(a: Milliseconds | null, b: Milliseconds | null): Milliseconds | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

function earliest(a: Milliseconds | null, b: Milliseconds | null): Milliseconds | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
