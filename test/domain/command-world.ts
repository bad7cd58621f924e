// One merchant, the honest gateway of command-gateway.ts, and our record of it, moved by steps. It does
// with a command what the actor does with it (actor/command.ts, actor/resolve.ts), and keeps beside it
// what the laws are checked against.

import * as fc from "fast-check";
import {
  accept,
  becomeUnknown,
  type Command,
  commandKey,
  type CommandRefusal,
  isOpen,
  refuse,
  sendAgain,
} from "../../src/domain/command";
import {
  afterReading,
  DUPLICATE,
  postponeReading,
  takeBackSend,
} from "../../src/domain/command-reading";
import { decide } from "../../src/domain/command-policy";
import { moneyOfOrder } from "../../src/domain/order-money";
import { evolve, newRecord, type OrderRecord, withCommands } from "../../src/domain/record";
import { MINUTE } from "../../src/domain/schedule";
import type { Milliseconds } from "../../src/domain/time";
import {
  type Answer,
  type Books,
  type Fate,
  lookUp,
  type Nature,
  ORDERS,
  send,
  snapshots,
  wordOf,
} from "./command-gateway";
import { command, NOW, refundWish } from "./command-words";
import { observe } from "./words";

/** What was read of a command since its newest call was over. */
export interface Looks {
  readonly ended_at: Milliseconds;
  /** When the readings began that found nothing, one after the other. */
  readonly absences: readonly Milliseconds[];
}

export interface World {
  readonly nature: Nature;
  readonly now: Milliseconds;
  readonly books: Books;
  readonly record: OrderRecord;
  /** The answers that are on their way, by the key of their command. */
  readonly calls: { readonly [key: string]: Answer };
  readonly looks: { readonly [key: string]: Looks };
  /** The command that this step sent again because of readings. */
  readonly sent_again: string | null;
}

export type Step =
  | {
      readonly do: "ask";
      readonly value: number | null;
      readonly named: number;
      readonly fate: Fate;
    }
  | { readonly do: "answer" | "webhook"; readonly pick: number }
  | { readonly do: "die" }
  | { readonly do: "read"; readonly pick: number; readonly answered: boolean; readonly fate: Fate }
  | {
      readonly do: "settle";
      readonly pick: number;
      readonly to: "PENDING" | "PROCESSED" | "FAILED";
    }
  | { readonly do: "decide"; readonly pick: number; readonly again: boolean; readonly fate: Fate };

export interface Move {
  /** Minutes before the step. */
  readonly pass: number;
  readonly step: Step;
}

const pick = fc.nat(3);
const fate: fc.Arbitrary<Fate> = fc.record({
  works: fc.boolean(),
  heard: fc.constantFrom("answer", "silence", "silence", "never left"),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("ask" as const),
    value: fc.option(fc.integer({ min: 100, max: 6_500 })),
    named: fc.nat(3),
    fate,
  }),
  { arbitrary: fc.record({ do: fc.constant("answer" as const), pick }), weight: 2 },
  fc.record({ do: fc.constant("webhook" as const), pick }),
  fc.record({ do: fc.constant("die" as const) }),
  {
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      pick,
      answered: fc.boolean().map((no) => !no),
      fate,
    }),
    weight: 6,
  },
  fc.record({
    do: fc.constant("settle" as const),
    pick,
    to: fc.constantFrom("PENDING", "PROCESSED", "PROCESSED", "FAILED"),
  }),
  fc.record({ do: fc.constant("decide" as const), pick, again: fc.boolean(), fate }),
);
export const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({ pass: fc.constantFrom(0.1, 1, 2, 4, 8), step }),
  { minLength: 10, maxLength: 60, size: "max" },
);
export const natures: fc.Arbitrary<Nature> = fc.record({
  is_key: fc.boolean(),
  lists: fc.boolean(),
  finds: fc.boolean(),
  lag: fc.constantFrom(0, 5, 14, 14),
});

export function firstWorld(nature: Nature): World {
  const record = evolve(newRecord(NOW, "api"), snapshots([], nature, NOW), "inquiry", NOW).record;
  return { nature, now: NOW, books: [], record, calls: {}, looks: {}, sent_again: null };
}

export function move(before: World, { pass, step: next }: Move): World {
  const world = { ...before, now: before.now + pass * MINUTE, sent_again: null };
  switch (next.do) {
    case "ask":
      return ask(world, next.value, next.named, next.fate);
    case "answer": {
      const key = chosen(Object.keys(world.calls), next.pick);
      return key === null ? world : keepAnswer(world, key);
    }
    case "webhook": {
      const booked = chosen(world.books, next.pick);
      return booked ? hear(world, observe([wordOf(booked)]), "webhook") : world;
    }
    case "die":
      return { ...world, calls: {} };
    case "read": {
      const key = chosen(idle(world), next.pick);
      return key === null ? world : look(world, key, next.answered, next.fate);
    }
    case "settle":
      return settle(world, next.pick, next.to);
    case "decide":
      return decideAsOperator(world, next.pick, next.again, next.fate);
  }
}

function chosen<T>(all: readonly T[], index: number): T | null {
  return all[index % Math.max(all.length, 1)] ?? null;
}

function hear(
  world: World,
  observation: Parameters<typeof evolve>[1],
  source: "webhook" | "inquiry" | "command",
): World {
  return { ...world, record: evolve(world.record, observation, source, world.now).record };
}

function put(world: World, key: string, changed: Command): World {
  const commands = { ...world.record.commands, [key]: changed };
  return { ...world, record: withCommands(world.record, commands, world.now).record };
}

/** Asked for with the facts as an inquiry has just brought them. */
function ask(world: World, value: number | null, named: number, ending: Fate): World {
  const current = hear(world, snapshots(world.books, world.nature, world.now), "inquiry");
  const payment_id = ORDERS[named]?.payment_id ?? null;
  const wish = refundWish(value, { payment_id });
  const { facts, commands } = current.record;
  const decided = decide(facts, commands, wish);
  if (!decided.ok) return current;
  const reference = `r-${Object.keys(commands).length}-${world.now}`;
  const fresh = command({
    ...decided.value,
    reference,
    asked: wish.asked,
    requested_at: world.now,
    sent_at: world.now,
    read_at: world.now + MINUTE,
  });
  const key = commandKey("refund", reference);
  return call(put(current, key, fresh), key, ending);
}

function call(world: World, key: string, ending: Fate): World {
  const sent = world.record.commands[key];
  if (sent?.state !== "sent") return world;
  const { books, answer } = send(world.books, world.nature, sent, ending, world.now);
  return { ...world, books, calls: { ...world.calls, [key]: answer } };
}

const REFUSED: CommandRefusal = { code: "gateway_refused", message: "No.", gateway_code: "NO" };

function keepAnswer(world: World, key: string): World {
  const { [key]: answer, ...calls } = world.calls;
  const after = { ...world, calls };
  const current = world.record.commands[key];
  if (!answer || !current) return after;
  if (answer.kind === "accepted") {
    const heard = hear(after, answer.observation, "command");
    const known = heard.record.commands[key] ?? current;
    return put(heard, key, accept(known, answer.refund_id, world.now));
  }
  if (current.state !== "sent") return after;
  if (answer.kind === "unsent") {
    if (current.sends > 1) return put(after, key, takeBackSend(current, "no token", world.now));
    const { [key]: _, ...rest } = world.record.commands;
    return { ...after, record: withCommands(world.record, rest, world.now).record };
  }
  if (answer.kind === "refused" && current.sends === 1) {
    return put(after, key, refuse(current, REFUSED, world.now));
  }
  const denied = answer.kind === "duplicate" ? { ...REFUSED, gateway_code: DUPLICATE } : REFUSED;
  return over(after, key, current, answer.kind === "silence" ? null : denied);
}

/** The call is over, and nobody knows how it ended. */
function over(world: World, key: string, given: Command, refusal: CommandRefusal | null): World {
  const ended = becomeUnknown(given, { trouble: "no answer", refusal }, world.now);
  const looks = { ...world.looks, [key]: { ended_at: world.now, absences: [] } };
  return put({ ...world, looks }, key, ended);
}

/** Open commands without a call on its way; one that was left by its process waits for its minute. */
function idle(world: World): readonly string[] {
  return Object.entries(world.record.commands)
    .filter(([key, one]) => isOpen(one) && !(key in world.calls))
    .filter(([, one]) => one.state !== "sent" || (one.read_at ?? 0) <= world.now)
    .map(([key]) => key);
}

function look(given: World, key: string, answered: boolean, ending: Fate): World {
  const found = given.record.commands[key];
  if (!found) return given;
  const world = found.state === "sent" ? over(given, key, found, null) : given;
  const before = world.record.commands[key];
  if (!before) return world;
  if (!answered) return put(world, key, postponeReading(before, world.now));
  const heard = hear(world, lookUp(world.books, world.nature, before, world.now), "inquiry");
  const current = heard.record.commands[key];
  if (!current || !isOpen(current)) return heard;
  const money = moneyOfOrder(heard.record.facts, current.order_id, "INR", []);
  const hidden = money.refunded === null || money.refunded > money.refunded_known;
  const known = world.looks[key];
  const looks = {
    ...world.looks,
    ...(known && {
      [key]: { ...known, absences: hidden ? [] : [...known.absences, world.now] },
    }),
  };
  const after = afterReading(
    current,
    { began_at: world.now, found: hidden ? "unclear" : "absent", listed: world.nature.lists },
    world.nature.is_key,
    world.now,
  );
  const next = { ...heard, looks };
  if (after.next !== "send_again") return put(next, key, after.command);
  const again = put({ ...next, sent_again: key }, key, sendAgain(after.command, world.now));
  return call(again, key, ending);
}

function settle(world: World, index: number, to: "PENDING" | "PROCESSED" | "FAILED"): World {
  const booked = chosen(
    world.books.filter(({ status }) => status === "CREATED" || status === "PENDING"),
    index,
  );
  const changed = world.books.map((one) =>
    one === booked ? { ...one, status: to, changed_at: world.now } : one,
  );
  return { ...world, books: changed };
}

/** An operator who looks into the books and says what is true. */
function decideAsOperator(given: World, index: number, again: boolean, ending: Fate): World {
  const waiting = Object.entries(given.record.commands).filter(
    ([, { state }]) => state === "undecided",
  );
  const key = chosen(waiting, index)?.[0];
  if (key === undefined) return given;
  const world = look(given, key, true, ending);
  const current = world.record.commands[key];
  if (current?.state !== "undecided") return world;
  const done = world.books.some(({ reference }) => reference === current.reference);
  const said = { by: "asha", at: world.now, reason: "the bank's list" };
  if (done) {
    const decision = { decision: "done", ...said } as const;
    return put(world, key, accept({ ...current, decision }, null, world.now));
  }
  if (again) return call(put(world, key, sendAgain(current, world.now)), key, ending);
  const message = "It was not done.";
  return put(world, key, refuse(current, { code: "decided_not_done", message }, world.now));
}
