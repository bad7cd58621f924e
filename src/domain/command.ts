// A money command: a refund, a capture or a void that we ask the gateway for (design 3.5). One value
// per command, and what each thing that can happen to it makes of it. Pure: who calls the gateway and
// when is the actor's business (actor/command.ts), what may be asked at all is command-policy.ts.

import { type Entity, entries, type Facts, read } from "./facts";
import type { JsonObject } from "./json";
import type { Amount } from "./money";
import { hasTaken, moneyOfOrder, type Reservation } from "./order-money";
import type { Commitments } from "./position";
import { HOUR, MINUTE } from "./schedule";
import type { Milliseconds } from "./time";

export const COMMAND_KINDS = ["refund", "capture", "void"] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/** What the caller asked for; null is "did not say". The same reference always means the same. */
export interface Asked {
  readonly amount: Amount | null;
  readonly payment_id: string | null;
  readonly reason: string | null;
  readonly split_info: JsonObject | null;
}

export type CommandState =
  /** Committed, and its call is on its way; or the process ended and nobody knows. */
  | "sent"
  /** The call ended without an answer that tells: only reading decides. */
  | "unknown"
  /** Reading can not decide either: the operator must. */
  | "undecided"
  /** The gateway took it; for a refund the facts tell the rest. */
  | "accepted"
  /** It moved nothing, and never will under this reference. */
  | "refused";

/** Why a command ended without moving money. `gateway_refused` carries the gateway's own words. */
export interface CommandRefusal {
  readonly code:
    | "gateway_refused"
    | "reference_used_elsewhere"
    | "captured_elsewhere"
    | "already_captured"
    | "capture_failed"
    | "authorization_gone"
    | "decided_not_done";
  readonly message: string;
  readonly gateway_code?: string;
  readonly gateway_status?: number;
  readonly request_id?: string;
}

/** What an operator can say of an outcome that nobody can read. */
export const DECISIONS = ["done", "not_done", "send_again"] as const;
export type Decision = (typeof DECISIONS)[number];

export interface DecisionMade {
  readonly decision: Decision;
  readonly by: string;
  readonly at: Milliseconds;
  readonly reason: string;
}

export interface Command {
  readonly kind: CommandKind;
  /** The caller's own, or a numbered one of ours (void, automatic capture). */
  readonly reference: string;
  readonly asked: Asked;
  /** The gateway order that it is sent to. */
  readonly order_id: string;
  /** Final: decided before the intent was committed. Of a void, what was held. */
  readonly amount: Amount;
  /** A capture of everything that was held. */
  readonly whole: boolean;
  /** What the order had captured before, in paisa: points beside a hold are no capture of ours. */
  readonly captured_before: number;
  /** Refunds of the order that were known before: none of them is ours. */
  readonly refunds_before: readonly string[];
  /** The order's own split, repeated; null when the caller gave one, or there is none. */
  readonly split_info: JsonObject | null;
  /** The Idempotency-Key of every send. */
  readonly key: string;
  /** Whether the gateway knows a capture by our reference, or by its amount only. */
  readonly known_by_reference: boolean;
  /** The key or operator that asked, or "chukta" for an automatic capture. */
  readonly requested_by: string;
  readonly requested_at: Milliseconds;
  readonly state: CommandState;
  readonly sends: number;
  /** When the intent of the newest send was committed. */
  readonly sent_at: Milliseconds;
  /** Since when nobody knows how the newest send ended. */
  readonly unknown_since: Milliseconds | null;
  /** Readings since then that showed that it is not there. */
  readonly absences: number;
  /** When the gateway is read again; null when there is nothing to learn. */
  readonly read_at: Milliseconds | null;
  /** Readings in a row that were not answered. */
  readonly failures: number;
  /** The refund's own order, as the gateway's first answer named it or as it was found. */
  readonly refund_id: string | null;
  /** How the newest send was refused, if it was, although an earlier one may have worked. */
  readonly last_refusal: CommandRefusal | null;
  readonly refusal: CommandRefusal | null;
  /** The newest sentence about why the outcome is not known. */
  readonly trouble: string | null;
  readonly decision: DecisionMade | null;
  readonly ended_at: Milliseconds | null;
}

export type Commands = { readonly [key: string]: Command };

/** The key of the map: a refund and a capture may bear the same reference. */
export function commandKey(kind: CommandKind, reference: string): string {
  return `${kind}:${reference}`;
}

export function isOpen(command: Command): boolean {
  return command.state !== "accepted" && command.state !== "refused";
}

/** Those of which nobody but the operator can say how they ended. */
export function undecidedOf(commands: Commands): readonly Command[] {
  return Object.values(commands).filter(({ state }) => state === "undecided");
}

/** After this nobody is still waiting for the call: it ended, or the process did. */
export const CALL_FORGOTTEN = MINUTE;
/** A command that is not there is sent again, but not for ever. */
export const MOST_SENDS = 5;
/** "Not there" is read twice, at least so long after the call (design 3.5). */
const FIRST_ABSENCE = 2 * MINUTE;
const SECOND_ABSENCE = 15 * MINUTE;
/** A gateway that can not be read for so long does not answer soon: a person may know. */
const UNREADABLE = 6 * HOUR;

/** The refund of ours in the facts: by the id that an answer gave, else by parent and reference. */
export function refundOf(facts: Facts, command: Command): string | null {
  if (command.kind !== "refund") return null;
  const { refund_id } = command;
  if (refund_id !== null && refund_id in facts.refund) return refund_id;
  const found = entries(facts, "refund").find(
    ([id, refund]) =>
      read(refund, "reference") === command.reference &&
      read(refund, "parent_order_id") === command.order_id &&
      !command.refunds_before.includes(id),
  );
  return found?.[0] ?? null;
}

/** What keeps these commands' money from being moved twice until the facts show it (law 7). */
export function commitmentsOf(commands: Commands, facts: Facts): Commitments {
  const all = Object.values(commands);
  const refunds = all.filter(({ kind, state }) => kind === "refund" && state !== "refused");
  const reserve = (command: Command, payment_id: string | null): Reservation => ({
    order_id: command.order_id,
    payment_id,
    value: command.amount.value,
  });
  return {
    refunds: refunds
      .filter((command) => !isCounted(facts, command))
      .map((command) => reserve(command, command.asked.payment_id)),
    payments: refunds
      .filter((command) => command.asked.payment_id !== null && bindsPayment(facts, command))
      .map((command) => reserve(command, command.asked.payment_id)),
    voiding: all.some((command) => command.kind === "void" && isOpen(command)),
  };
}

/**
 * The facts count it, or it FAILED and there is nothing to count. One without an amount in the order's
 * currency can not be counted there and is reserved as we asked.
 */
function isCounted(facts: Facts, command: Command): boolean {
  const refund = shownRefund(facts, command);
  if (refund === null) return false;
  return (
    read(refund, "status") === "FAILED" ||
    read(refund, "amount")?.currency === command.amount.currency
  );
}

/** What a command that names a payment keeps of it, until the facts say themselves whose it is. */
function bindsPayment(facts: Facts, command: Command): boolean {
  const refund = shownRefund(facts, command);
  if (refund === null) return true;
  const told = (read(refund, "payments") ?? []).some((part) => part.parent_payment_id);
  return !told && read(refund, "status") !== "FAILED";
}

function shownRefund(facts: Facts, command: Command): Entity<"refund"> | null {
  const id = refundOf(facts, command);
  return (id === null ? undefined : facts.refund[id]) ?? null;
}

/** What became of a command by what the gateway shows; null while it shows neither end. */
export type Shown =
  | { readonly kind: "accepted"; readonly refund_id: string | null }
  | { readonly kind: "refused"; readonly code: CommandRefusal["code"]; readonly message: string };

export function shownBy(facts: Facts, command: Command): Shown | null {
  if (command.kind === "refund") {
    const id = refundOf(facts, command);
    return id === null ? null : { kind: "accepted", refund_id: id };
  }
  const money = moneyOfOrder(facts, command.order_id, command.amount.currency, []);
  // It still holds: what another payment of it took (points) is no end of this command.
  if (money.status === "AUTHORIZED" && money.held > 0) return null;
  if (command.kind === "void") return voidShown(money.status, hasTaken(money));
  if (hasTaken(money)) return captureShown(facts, command, money.captured);
  if (money.status === "CANCELLED") {
    return refused("authorization_gone", "The authorization was released before the capture.");
  }
  return money.status === "FAILED"
    ? refused("capture_failed", "The capture failed: the gateway says that the order FAILED.")
    : null;
}

function voidShown(status: string | null, taken: boolean): Shown | null {
  // Also where a payment of it is still said to be taken: points are given back with the order.
  if (status === "CANCELLED") return { kind: "accepted", refund_id: null };
  if (taken) return refused("already_captured", "The money was captured: refund it.");
  return status === "FAILED"
    ? refused("authorization_gone", "The gateway says that the order FAILED.")
    : null;
}

/** By our reference where the gateway keeps it, else by the amount (design 3.5). */
function captureShown(facts: Facts, command: Command, captured: number): Shown | null {
  const accepted = { kind: "accepted", refund_id: null } as const;
  const references = captureReferences(facts, command.order_id);
  const elsewhere = refused("captured_elsewhere", "The order was captured by another capture.");
  if (command.known_by_reference && references.length > 0) {
    return references.includes(command.reference) ? accepted : elsewhere;
  }
  // The order says that it took money, and its payments do not yet say how much.
  const taken = captured - command.captured_before;
  if (taken <= 0) return null;
  return taken === command.amount.value ? accepted : elsewhere;
}

function captureReferences(facts: Facts, orderId: string): readonly string[] {
  return entries(facts, "payment")
    .filter(([, payment]) => read(payment, "order_id") === orderId)
    .flatMap(([, payment]) => read(payment, "captures") ?? [])
    .flatMap(({ merchant_capture_reference }) => merchant_capture_reference ?? []);
}

function refused(code: CommandRefusal["code"], message: string): Shown {
  return { kind: "refused", code, message };
}

/**
 * What the facts show ends a command, whoever told them. One whose call is on its way waits for its
 * own answer; one that was refused and is shown all the same was done.
 */
export function followFacts(command: Command, facts: Facts, now: Milliseconds): Command {
  const waits = command.state === "unknown" || command.state === "undecided";
  const denied = command.state === "refused" && isDoneAllTheSame(facts, command);
  if (!waits && !denied) return command;
  const shown = shownBy(facts, command);
  if (shown === null || (denied && shown.kind !== "accepted")) return command;
  return endAsShown(command, shown, now);
}

/**
 * It was refused after a send of which nobody knew how it ended, or the gateway shows exactly what was
 * asked for under our reference. Anything else under that reference was made by somebody else.
 */
function isDoneAllTheSame(facts: Facts, command: Command): boolean {
  if (command.kind === "void") return false;
  const unsure = command.unknown_since !== null;
  if (command.kind === "refund") {
    const amount = refundAmount(facts, command);
    return amount !== null && (unsure || amount === command.amount.value);
  }
  const references = captureReferences(facts, command.order_id);
  return unsure || (command.known_by_reference && references.includes(command.reference));
}

function refundAmount(facts: Facts, command: Command): number | null {
  const refund = shownRefund(facts, command);
  return (refund && read(refund, "amount")?.value) ?? null;
}

export function endAsShown(command: Command, shown: Shown, now: Milliseconds): Command {
  return shown.kind === "accepted"
    ? accept(command, shown.refund_id, now)
    : refuse(command, { code: shown.code, message: shown.message }, now);
}

export function accept(command: Command, refund_id: string | null, now: Milliseconds): Command {
  return {
    ...ended(command, now),
    state: "accepted",
    refund_id: refund_id ?? command.refund_id,
    refusal: null,
  };
}

export function refuse(command: Command, refusal: CommandRefusal, now: Milliseconds): Command {
  return { ...ended(command, now), state: "refused", refusal };
}

function ended(command: Command, now: Milliseconds): Command {
  return { ...command, read_at: null, failures: 0, trouble: null, ended_at: now };
}

/** The call ended, or was given up, without an answer that tells. It is read at once. */
export function becomeUnknown(
  command: Command,
  why: { readonly trouble: string; readonly refusal: CommandRefusal | null },
  now: Milliseconds,
): Command {
  return {
    ...command,
    state: "unknown",
    unknown_since: now,
    absences: 0,
    failures: 0,
    read_at: now,
    trouble: why.trouble,
    last_refusal: why.refusal,
  };
}

/** The intent of one more send, committed before the call. */
export function sendAgain(command: Command, now: Milliseconds): Command {
  return {
    ...command,
    state: "sent",
    sends: command.sends + 1,
    sent_at: now,
    read_at: now + CALL_FORGOTTEN,
  };
}

/** That send never left: what was known before is known still, and it is tried again later. */
export function takeBackSend(command: Command, trouble: string, now: Milliseconds): Command {
  return postponeReading({ ...command, state: "unknown", sends: command.sends - 1, trouble }, now);
}

/**
 * The gateway could not be read: 1, 2, 4 … 60 minutes, and the operator is asked when that lasts. What
 * ended meanwhile is read no more.
 */
export function postponeReading(command: Command, now: Milliseconds): Command {
  if (!isOpen(command)) return command;
  const failures = command.failures + 1;
  const delay = Math.min(MINUTE * 2 ** Math.min(failures - 1, 6), HOUR);
  const lasts = command.state === "unknown" && now - (command.unknown_since ?? now) >= UNREADABLE;
  const state = lasts ? "undecided" : command.state;
  return { ...command, state, failures, read_at: now + delay };
}

/** What a reading of the gateway showed of a command that the facts do not show. */
export interface Reading {
  /** When its questions left. */
  readonly began_at: Milliseconds;
  /**
   * `absent`: the gateway knows no such reference, and its order shows nothing that could be ours.
   * `unclear`: something is there of which nobody can say whether it is ours.
   */
  readonly found: "absent" | "unclear" | "elsewhere";
  /** The order's snapshot lists its refunds. */
  readonly listed: boolean;
  /** Others took what was left: the order could not give so much any more (law 7). */
  readonly crowded?: boolean;
}

/** What to do after a reading. `send_again` asks for a new intent and a new call. */
export type AfterReading =
  | { readonly next: "wait" | "ended"; readonly command: Command }
  | { readonly next: "send_again"; readonly command: Command };

/**
 * `reference_is_key`: the gateway documents the refund's reference as a key, so a second send is no
 * second refund. Without that, a refund is sent again only if the order lists its refunds.
 */
export function afterReading(
  command: Command,
  reading: Reading,
  reference_is_key: boolean,
  now: Milliseconds,
): AfterReading {
  // Proof that ours is not there: the reference is a key, or the only send was turned away for it.
  const isProof = reference_is_key || wasDuplicateOnly(command);
  if (reading.found === "elsewhere" && isProof) return usedElsewhere(command, now);
  const read = { ...command, failures: 0 };
  const absences = absencesAfter(read, reading);
  const since = read.unknown_since ?? now;
  const last = reading.began_at >= since + SECOND_ABSENCE;
  if (reading.found === "unclear" && last) return wait(undecided(read, now));
  if (absences < 2) return wait({ ...read, absences, read_at: nextReading(since, absences, now) });
  // Who was asked may be doing it by hand at this moment: nothing is sent beside a person.
  if (read.state === "undecided") return wait(undecided(read, now));
  if (reading.found === "elsewhere" && reading.listed) return usedElsewhere(read, now);
  if (reading.found === "elsewhere") return wait(undecided(read, now));
  const proves = command.kind !== "refund" || reading.listed || reference_is_key;
  return whenNotThere({ ...read, absences }, { proves, crowded: reading.crowded === true }, now);
}

export function wasDuplicateOnly({ sends, last_refusal }: Command): boolean {
  return sends === 1 && last_refusal?.gateway_code === DUPLICATE;
}

function usedElsewhere(command: Command, now: Milliseconds): AfterReading {
  const message = "The gateway knows this reference from something else than this refund.";
  const refusal = { code: "reference_used_elsewhere", message } as const;
  return { next: "ended", command: refuse(command, refusal, now) };
}

/** It is not there, read twice: a person decides, the newest refusal stands, or it is sent again. */
function whenNotThere(
  command: Command,
  { proves, crowded }: { readonly proves: boolean; readonly crowded: boolean },
  now: Milliseconds,
): AfterReading {
  const { last_refusal } = command;
  // Where nothing that was read proves anything, no refusal of a later send does either.
  if (!proves) return wait(undecided(command, now));
  // "There is one" and "there is none": the gateway contradicts itself.
  if (last_refusal?.gateway_code === DUPLICATE) return wait(undecided(command, now));
  if (last_refusal) return { next: "ended", command: refuse(command, last_refusal, now) };
  if (crowded || command.sends >= MOST_SENDS) return wait(undecided(command, now));
  return { next: "send_again", command };
}

/** The gateway's word for a reference that it has seen before. */
export const DUPLICATE = "DUPLICATE_REQUEST";

function wait(command: Command): AfterReading {
  return { next: "wait", command };
}

function absencesAfter(command: Command, reading: Reading): number {
  const since = command.unknown_since ?? reading.began_at;
  const age = reading.began_at - since;
  if (reading.found === "unclear") return 0;
  if (command.absences === 0) return age >= FIRST_ABSENCE ? 1 : 0;
  return age >= SECOND_ABSENCE ? 2 : command.absences;
}

function nextReading(since: Milliseconds, absences: number, now: Milliseconds): Milliseconds {
  const first = absences === 0 && now < since + FIRST_ABSENCE;
  return Math.max(since + (first ? FIRST_ABSENCE : SECOND_ABSENCE), now + MINUTE);
}

/** Waits for the operator, and is read now and then all the same: the gateway may show it yet. */
function undecided(command: Command, now: Milliseconds): Command {
  const age = now - (command.unknown_since ?? now);
  const delay = age < 6 * HOUR ? HOUR : 6 * HOUR;
  return { ...command, state: "undecided", read_at: now + delay };
}

/** When the next of these commands needs the gateway, or null. */
export function nextReadingOf(commands: Commands): Milliseconds | null {
  const times = Object.values(commands).flatMap(({ read_at }) => read_at ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * The number of the next attempt of a kind that has no reference of its caller's. Above all that were
 * given: an attempt that never left is gone, and its number must not lead to that of another.
 */
export function nextNumber(commands: Commands, kind: CommandKind, prefix: string): number {
  const numbers = Object.values(commands)
    .filter((command) => command.kind === kind && command.reference.startsWith(prefix))
    .map(({ reference }) => Number.parseInt(reference.slice(prefix.length), 10))
    .filter((number) => Number.isSafeInteger(number));
  return Math.max(0, ...numbers) + 1;
}

/**
 * Both actors' commands (an alias handing over), each by its own Idempotency-Key. The same object when
 * `b` adds nothing. One reference used for two orders before they were known to be one: both are kept.
 */
export function mergeCommands(a: Commands, b: Commands): Commands {
  const known = new Set(Object.values(a).map(({ key }) => key));
  const fresh = Object.entries(b).filter(([, command]) => !known.has(command.key));
  if (fresh.length === 0) return a;
  const merged: Record<string, Command> = { ...a };
  for (const [key, command] of fresh) {
    merged[key in a ? `${key}@${command.order_id}` : key] = command;
  }
  return merged;
}
