// A money command: a refund, a capture or a void that we ask the gateway for (design 3.5). One value
// per command and how it changes. What may be asked is command-policy.ts, what the gateway's facts show
// of it command-shown.ts, what a reading of the gateway proves command-reading.ts. Pure.

import type { JsonObject } from "./json";
import type { Amount } from "./money";
import { MINUTE } from "./schedule";
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
  /** The key that asked, if it was made here; absent: no limits count. */
  readonly key_id?: string;
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
