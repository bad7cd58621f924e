// What the API says of a command, and what two actors' commands are together.

import { describe, expect, it } from "vitest";
import {
  accept,
  type Command,
  type Commands,
  mergeCommands,
  nextNumber,
  refuse,
} from "../../src/domain/command";
import { type Outcome, outcomeOf } from "../../src/domain/command-view";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import { refusal, unknown } from "./command-readings";
import { command, commandsOf, NOW } from "./command-words";
import { known, named, paidOrder, REFUND, refund, SECOND_ORDER } from "./words";

describe("the outcome", () => {
  const paid = known(paidOrder());
  const showing = (status: "CREATED" | "PENDING" | "PROCESSED" | "FAILED") =>
    known([...paidOrder(), refund(80, { status, amount: inr(4_000), reference: "return-17" })]);
  const done = { decision: "done", by: "asha", at: NOW, reason: "seen in the bank" } as const;
  const ROWS: readonly (readonly [name: string, Command, Facts, Outcome])[] = [
    ["of a call that is on its way", command(), paid, "in_flight"],
    ["of one whose end nobody knows", unknown, paid, "unknown"],
    [
      "of one that reading can not decide",
      { ...unknown, state: "undecided" },
      paid,
      "needs_decision",
    ],
    ["of a refund that was taken", accept(command(), null, NOW), paid, "pending"],
    [
      "of a refund that an operator saw done",
      { ...accept(command(), null, NOW), decision: done },
      paid,
      "done",
    ],
    ["of a refund that is CREATED", accept(command(), REFUND, NOW), showing("CREATED"), "pending"],
    ["of a refund that is PENDING", accept(command(), REFUND, NOW), showing("PENDING"), "pending"],
    ["of a refund that is PROCESSED", accept(command(), REFUND, NOW), showing("PROCESSED"), "done"],
    ["of a refund that FAILED", accept(command(), REFUND, NOW), showing("FAILED"), "failed"],
    ["of a call on its way whose refund is shown already", command(), showing("PROCESSED"), "done"],
    ["of a capture that was taken", accept(command({ kind: "capture" }), null, NOW), paid, "done"],
    ["of a void that was taken", accept(command({ kind: "void" }), null, NOW), paid, "done"],
    ["of one that was refused", refuse(command(), refusal, NOW), paid, "refused"],
  ];

  it.each(named(ROWS))("%s", (_, [, given, facts, expected]) => {
    expect(outcomeOf(given, facts)).toBe(expected);
  });
});

describe("the commands of two actors", () => {
  const a = command({ reference: "a", key: "1" });
  const b = command({ reference: "b", key: "2" });
  const sameName = command({ reference: "a", key: "3", order_id: SECOND_ORDER });

  it("are joined, and a second time nothing changes", () => {
    const once = mergeCommands(commandsOf(a), commandsOf(b));
    expect(once).toEqual(commandsOf(a, b));
    expect(mergeCommands(once, commandsOf(b))).toBe(once);
  });

  it("are both kept when they bear one reference: both may have moved money", () => {
    const merged = mergeCommands(commandsOf(a), commandsOf(sameName));
    expect(Object.values(merged)).toEqual([a, sameName]);
    expect(mergeCommands(merged, commandsOf(sameName))).toBe(merged);
  });
});

describe("the number of our own attempt", () => {
  it.each(
    named([
      ["begins with 1", {}, 1],
      [
        "goes on after a refused one",
        commandsOf(command({ kind: "void", reference: "void-1-x" })),
        2,
      ],
      [
        "is never one that was given, also when an earlier attempt is gone",
        commandsOf(command({ kind: "void", reference: "void-2-x" })),
        3,
      ],
      ["does not count other kinds", commandsOf(command({ reference: "void-1-x" })), 1],
    ] satisfies readonly (readonly [string, Commands, number])[]),
  )("%s", (_, [, commands, expected]) => {
    expect(nextNumber(commands, "void", "void-")).toBe(expected);
  });
});
