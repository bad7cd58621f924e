// What a reading of the gateway proves about a command of which nobody knows how it ended, and what then
// follows: it ends, it is sent again, or a person decides (design 3.5). Only reading decides.

import { type Command, isOpen, refuse } from "./command";
import { HOUR, MINUTE } from "./schedule";
import type { Milliseconds } from "./time";

/** A command that is not there is sent again, but not for ever. */
export const MOST_SENDS = 5;

/** "Not there" is read twice, at least so long after the call (design 3.5). */
const FIRST_ABSENCE = 2 * MINUTE;

const SECOND_ABSENCE = 15 * MINUTE;

/** A gateway that can not be read for so long does not answer soon: a person may know. */
const UNREADABLE = 6 * HOUR;

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

/** Between two looks whether it may be sent again. */
const HELD = 5 * MINUTE;

/** It is not there, and nothing may be sent now: it is read again later, and all stands as it did. */
export function holdSend(command: Command, trouble: string, now: Milliseconds): Command {
  return { ...command, failures: 0, trouble, read_at: now + HELD };
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
  if (reading.found === "unclear" && last) return wait(undecided({ ...read, absences }, now));
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
