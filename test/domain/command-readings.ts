// A command whose end nobody knows, and readings of the gateway about it, by their minute after the call.

import { expect } from "vitest";
import {
  becomeUnknown,
  type Command,
  type CommandRefusal,
  sendAgain,
} from "../../src/domain/command";
import { type AfterReading, afterReading, type Reading } from "../../src/domain/command-reading";
import { MINUTE, SECOND } from "../../src/domain/schedule";
import { command, NOW } from "./command-words";

export const at = (minute: number) => NOW + minute * MINUTE;

export const refusal: CommandRefusal = {
  code: "gateway_refused",
  message: "The amount is above the limit.",
  gateway_code: "AMOUNT_LIMIT_EXCEEDED",
  gateway_status: 422,
};

export const unknown = becomeUnknown(command(), { trouble: "no answer", refusal: null }, NOW);
/** Sent a second time, and refused: the first send may have worked. */
export const denied = becomeUnknown(sendAgain(unknown, NOW), { trouble: "refused", refusal }, NOW);

/** The gateway documents references as keys, or lists an order's refunds. */
export interface Traits {
  readonly is_key?: boolean;
  readonly listed?: boolean;
}

export type Look = readonly [minute: number, found: Reading["found"]];

/** The command after these readings: what to do, or what became of it. */
export function read(given: Command, looks: readonly Look[], traits: Traits = { is_key: true }) {
  let now = given;
  let next: AfterReading["next"] = "wait";
  for (const [minute, found] of looks) {
    expect(next).toBe("wait");
    const reading = { began_at: at(minute), found, listed: traits.listed ?? false };
    const after = afterReading(now, reading, traits.is_key ?? false, at(minute) + 3 * SECOND);
    now = after.command;
    next = after.next;
  }
  return { next, command: now };
}
