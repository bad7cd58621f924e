// Captures and voids over random histories (laws 6 and 7): one order that holds money, a gateway that
// captures or releases it once, calls that are lost, processes that die, and somebody at the dashboard.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  becomeUnknown,
  type Command,
  commandKey,
  isOpen,
  refuse,
  sendAgain,
} from "../../src/domain/command";
import { afterReading } from "../../src/domain/command-reading";
import { endAsShown, shownBy } from "../../src/domain/command-shown";
import { decide } from "../../src/domain/command-policy";
import { inr } from "../../src/domain/money";
import type { AnyWord } from "../../src/domain/observation";
import { evolve, newRecord, type OrderRecord, withCommands } from "../../src/domain/record";
import { MINUTE } from "../../src/domain/schedule";
import { captureWish, command, heldOrder, NOW, voidWish } from "./command-words";
import { ASKED, observe, order, ORDER, payment } from "./words";

/** The one thing that ever becomes of the hold. */
type Taken =
  | { readonly kind: "void"; readonly by: string }
  | { readonly kind: "capture"; readonly by: string; readonly value: number };

interface World {
  readonly now: number;
  readonly keeps_reference: boolean;
  readonly taken: Taken | null;
  readonly record: OrderRecord;
  /** Whether the gateway answers the calls that are on their way, by the key of their command. */
  readonly calls: { readonly [key: string]: boolean };
}

type Step = {
  readonly pass: number;
  readonly do:
    | "capture"
    | "void"
    | "answer"
    | "die"
    | "read"
    | "dashboard captures"
    | "dashboard voids";
  readonly value: number | null;
  readonly works: boolean;
  readonly heard: boolean;
};

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    pass: fc.constantFrom(0.1, 1, 2, 8),
    do: fc.constantFrom<Step["do"][]>(
      ...(["capture", "capture", "void", "answer", "die", "read", "read", "read"] as const),
      ...(["dashboard captures", "dashboard voids"] as const),
    ),
    value: fc.option(fc.constantFrom(4_000, 10_000, 10_001)),
    works: fc.boolean(),
    heard: fc.boolean(),
  }),
  { minLength: 5, maxLength: 40, size: "max" },
);

function words(world: World): readonly AnyWord[] {
  const { taken } = world;
  if (taken === null) return heldOrder();
  if (taken.kind === "void") {
    return [order(90, { status: "CANCELLED" }), payment(90, { status: "CANCELLED" })];
  }
  const own = world.keeps_reference ? { merchant_capture_reference: taken.by } : {};
  const captures = [{ ...own, amount: inr(taken.value) }];
  return [
    order(90, { status: "PROCESSED", amount: ASKED }),
    payment(90, { status: "PROCESSED", amount: ASKED, captures }),
  ];
}

function hear(world: World): World {
  const observation = observe(words(world), { pre_auth: true });
  return { ...world, record: evolve(world.record, observation, "inquiry", world.now).record };
}

function put(world: World, key: string, changed: Command): World {
  const commands = { ...world.record.commands, [key]: changed };
  return { ...world, record: withCommands(world.record, commands, world.now).record };
}

function move(before: World, step: Step): World {
  const world = { ...before, now: before.now + step.pass * MINUTE };
  switch (step.do) {
    case "capture":
    case "void":
      return ask(hear(world), step);
    case "answer":
      return Object.keys(world.calls).reduce(answer, { ...world, calls: {} });
    case "die":
      return { ...world, calls: {} };
    case "read":
      return Object.keys(world.record.commands).reduce((all, key) => read(all, key, step), world);
    case "dashboard captures":
      return { ...world, taken: world.taken ?? { kind: "capture", by: "desk", value: 5_001 } };
    case "dashboard voids":
      return { ...world, taken: world.taken ?? { kind: "void", by: "desk" } };
  }

  function answer(all: World, key: string): World {
    const given = all.record.commands[key];
    if (given?.state !== "sent") return all;
    const unknown = { trouble: "no answer", refusal: null };
    if (!world.calls[key]) return put(all, key, becomeUnknown(given, unknown, all.now));
    const heard = hear(all);
    const shown = shownBy(heard.record.facts, given);
    if (shown && heard.taken?.by === given.reference) {
      return put(heard, key, endAsShown(given, shown, all.now));
    }
    const refusal = { code: "gateway_refused", message: "No." } as const;
    return given.sends === 1
      ? put(heard, key, refuse(given, refusal, all.now))
      : put(heard, key, becomeUnknown(given, { trouble: "refused", refusal }, all.now));
  }
}

function ask(world: World, { do: kind, value, works, heard }: Step): World {
  const wish = kind === "void" ? voidWish() : captureWish(value);
  const { facts, commands } = world.record;
  const decided = decide(facts, commands, wish);
  if (!decided.ok) return world;
  const reference = `own-${Object.keys(commands).length + 1}`;
  const fresh = command({
    ...decided.value,
    kind: wish.kind,
    reference,
    asked: wish.asked,
    known_by_reference: world.keeps_reference,
    sent_at: world.now,
    read_at: world.now + MINUTE,
  });
  return send(put(world, commandKey(wish.kind, reference), fresh), fresh, works, heard);
}

function send(world: World, sent: Command, works: boolean, heard: boolean): World {
  const by = sent.reference;
  const value = sent.amount.value;
  const effect: Taken =
    sent.kind === "void" ? { kind: "void", by } : { kind: "capture", by, value };
  const calls = { ...world.calls, [commandKey(sent.kind, by)]: heard };
  return { ...world, calls, taken: world.taken ?? (works ? effect : null) };
}

function read(world: World, key: string, { works, heard }: Step): World {
  const given = world.record.commands[key];
  if (!given || !isOpen(given) || key in world.calls) return world;
  if (given.state === "sent" && (given.read_at ?? 0) > world.now) return world;
  const lost = { trouble: "the call was interrupted", refusal: null };
  const begun =
    given.state === "sent" ? put(world, key, becomeUnknown(given, lost, world.now)) : world;
  const joined = hear(begun);
  const current = joined.record.commands[key];
  if (!current || !isOpen(current)) return joined;
  const found = joined.taken === null ? "absent" : "unclear";
  const reading = { began_at: world.now, found, listed: false } as const;
  const after = afterReading(current, reading, false, world.now);
  if (after.next !== "send_again") return put(joined, key, after.command);
  const again = sendAgain(after.command, world.now);
  return send(put(joined, key, again), again, works, heard);
}

function always(check: (world: World) => void): void {
  fc.assert(
    fc.property(fc.boolean(), steps, (keeps_reference, all) => {
      const record = newRecord(NOW, "api");
      let world = hear({ now: NOW, keeps_reference, taken: null, record, calls: {} });
      for (const step of all) {
        world = move(world, step);
        check(world);
      }
    }),
    { numRuns: 300 },
  );
}

describe("whatever happens to a hold", () => {
  it("never more is captured than was held (law 7)", () => {
    let times = 0;
    always(({ record, taken }) => {
      times += taken?.kind === "capture" ? 1 : 0;
      for (const one of Object.values(record.commands)) {
        expect(one.amount.value).toBeLessThanOrEqual(ASKED.value);
      }
    });
    expect(times).toBeGreaterThan(0);
  });

  it("at most one capture or void of it is open, and at most one was taken (law 6)", () => {
    always(({ record }) => {
      const all = Object.values(record.commands).filter(({ order_id }) => order_id === ORDER);
      expect(all.filter((one) => isOpen(one)).length).toBeLessThanOrEqual(1);
      expect(all.filter(({ state }) => state === "accepted").length).toBeLessThanOrEqual(1);
    });
  });

  it("what was taken is what really happened to it, and what was refused is not", () => {
    const seen = new Set<string>();
    always(({ record, taken }) => {
      for (const { state, kind, reference, refusal } of Object.values(record.commands)) {
        seen.add(refusal?.code ?? state);
        // Whose void it was nobody can tell, and nobody has to: the hold is gone.
        const ours = taken?.kind === kind && (kind === "void" || taken.by === reference);
        if (state === "accepted") expect(ours).toBe(true);
        if (state === "refused" && kind === "capture") expect(ours).toBe(false);
      }
    });
    expect(seen).toContain("accepted");
    expect(seen).toContain("unknown");
    expect(seen).toContain("captured_elsewhere");
    expect(seen).toContain("already_captured");
    expect(seen).toContain("authorization_gone");
  });
});
