// Delivered once (law 13): examples of what a claimant is told, and a model of two actors of one order that
// are asked anything at any time, lose answers and claims, and become one.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  abandonedClaim,
  type ClaimAnswer,
  CLAIMS_KEPT,
  decideClaim,
  endLeases,
  type Handling,
  lapseClaims,
  leaseEnd,
  hasDead,
  liveClaim,
  markDead,
  newestClaim,
  NOTHING_HANDLED,
} from "../../src/domain/handling";
import { decideEnd } from "../../src/domain/handling-end";
import { mergeHandling } from "../../src/domain/handling-merge";
import { handlingStory } from "../../src/domain/handling-story";

const LEASE = 60_000;

interface Asked {
  readonly by?: string;
  readonly key?: string | null;
  readonly secured?: boolean;
}

let ids = 0;

function ask(
  handling: Handling,
  now: number,
  { by = "shop", key = null, secured = true }: Asked = {},
) {
  ids += 1;
  return decideClaim(handling, { by, lease: LEASE, key }, secured, `claim-${ids}`, now);
}

function granted({ state, ...answer }: ClaimAnswer): string {
  if (state !== "granted" || !("claim" in answer)) throw new Error(`not granted: ${state}`);
  return answer.claim.id;
}

function end(
  handling: Handling,
  claim_id: string,
  state: "done" | "released",
  now: number,
  gone = false,
) {
  return decideEnd(handling, { claim_id, state, note: null }, now, gone);
}

describe("a claim", () => {
  it("is granted to one, and held for all others until its lease is over", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a" });
    expect(first.answer).toMatchObject({ state: "granted", claim: { attempt: 1, until: LEASE } });
    const second = ask(first.handling, LEASE - 1, { by: "b" });
    expect(second.answer).toEqual({ state: "held", by: "a", until: LEASE });
    expect(second.handling).toBe(first.handling);
    const third = ask(first.handling, LEASE, { by: "b" });
    expect(third.answer).toMatchObject({ state: "granted", claim: { by: "b", attempt: 2 } });
    expect(third.handling.claims.map(({ state }) => state)).toEqual(["over", "live"]);
  });

  it("is given again to the key whose answer was lost, and to nobody else with that key", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a", key: "k1" });
    const again = ask(first.handling, 10, { by: "a", key: "k1" });
    expect(again.answer).toEqual(first.answer);
    expect(again.handling).toBe(first.handling);
    expect(ask(first.handling, 10, { by: "b", key: "k1" }).answer.state).toBe("held");
    expect(ask(first.handling, 10, { by: "a", key: "k2" }).answer.state).toBe("held");
    expect(ask(first.handling, 10, { by: "a", key: "k1", secured: false }).answer.state).toBe(
      "held",
    );
  });

  it("is refused while nothing is secured, and leaves no trace", () => {
    const { answer, handling } = ask(NOTHING_HANDLED, 0, { secured: false });
    expect(answer).toEqual({ state: "refused" });
    expect(handling).toBe(NOTHING_HANDLED);
  });

  it("ends as done once, and a repeat is answered alike", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a" });
    const id = granted(first.answer);
    const done = end(first.handling, id, "done", 5);
    expect(done).toMatchObject({
      refusal: null,
      handling: { fulfilled: { by: "a", at: 5, claim_id: id }, claims: [{ state: "done" }] },
    });
    expect(end(done.handling, id, "done", 9)).toEqual({ handling: done.handling, refusal: null });
    expect(end(done.handling, id, "released", 9).refusal?.code).toBe("fulfilled_already");
    const later = ask(done.handling, 10, { by: "b" });
    expect(later.answer).toEqual({ state: "done", by: "a", at: 5 });
    expect(leaseEnd(done.handling)).toBeNull();
  });

  it("that was given back may be granted again", () => {
    const first = ask(NOTHING_HANDLED, 0);
    const id = granted(first.answer);
    const back = end(first.handling, id, "released", 5);
    expect(end(back.handling, id, "released", 6)).toEqual({
      handling: back.handling,
      refusal: null,
    });
    const next = ask(back.handling, 7);
    expect(next.answer).toMatchObject({ state: "granted", claim: { attempt: 2 } });
    expect(end(next.handling, id, "done", 8).refusal?.code).toBe("claim_ended");
  });

  it("whose lease ran out may still be done until somebody else was granted the next one", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a" });
    const id = granted(first.answer);
    const over = endLeases(first.handling, LEASE);
    expect(abandonedClaim(over, false)).toMatchObject({ id, state: "over" });
    expect(end(over, id, "done", LEASE).handling.fulfilled).toMatchObject({ by: "a" });
    const next = ask(over, LEASE, { by: "b" }).handling;
    const late = end(next, id, "done", LEASE + 1);
    expect(late.refusal).toMatchObject({ code: "claim_ended" });
    expect(late.handling.fulfilled).toBeNull();
    expect(late.handling.claims[0]).toMatchObject({ said_done: LEASE + 1, state: "over" });
    expect(liveClaim(late.handling)?.by).toBe("b");
  });

  it("that lapsed is said to be done too late: that is refused, and nobody is granted another", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a" });
    const id = granted(first.answer);
    const lapsed = lapseClaims(first.handling);
    const said = end(lapsed, id, "done", 5, true);
    expect(said.refusal).toEqual({ code: "claim_lapsed" });
    expect(said.handling).toMatchObject({
      fulfilled: { by: "a", at: 5, claim_id: id },
      claims: [{ state: "lapsed", said_done: 5 }],
    });
    expect(handlingStory(lapsed, said.handling).map(({ text }) => text)).toEqual([
      "a said that it was delivered, after its claim had lapsed because the money went.",
    ]);
    // Whatever becomes of the money: answered as the first time.
    for (const gone of [true, false]) {
      const again = end(said.handling, id, "done", 9, gone);
      expect(again).toEqual({ handling: said.handling, refusal: { code: "claim_lapsed" } });
      expect(again.handling).toBe(said.handling);
    }
    expect(end(said.handling, id, "released", 9).refusal?.code).toBe("fulfilled_already");
    expect(ask(said.handling, 6, { by: "b" }).answer).toEqual({ state: "done", by: "a", at: 5 });
  });

  it("that lapsed is open once the money is there again, until its holder or the next one ends it", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a" });
    const id = granted(first.answer);
    const lapsed = lapseClaims(first.handling);
    expect(abandonedClaim(lapsed, false)).toBeNull();
    expect(abandonedClaim(lapsed, true)).toMatchObject({ id });
    expect(end(lapsed, id, "done", 5)).toMatchObject({
      refusal: null,
      handling: { fulfilled: { by: "a", at: 5 }, claims: [{ state: "done" }] },
    });
    const back = end(lapsed, id, "released", 5);
    expect(back).toMatchObject({ refusal: null, handling: { claims: [{ state: "released" }] } });
    expect(abandonedClaim(back.handling, true)).toBeNull();
    const next = ask(lapsed, 6, { by: "b" });
    expect(next.answer).toMatchObject({ state: "granted", claim: { attempt: 2 } });
    expect(end(next.handling, id, "released", 7).refusal).toEqual({ code: "claim_lapsed" });
    expect(end(next.handling, id, "done", 7)).toMatchObject({
      refusal: { code: "claim_lapsed" },
      handling: { fulfilled: null },
    });
  });

  describe("that is said to be done while somebody else holds the next one", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a" });
    const id = granted(first.answer);
    const second = ask(first.handling, LEASE, { by: "b" });
    const next = granted(second.answer);
    const said = end(second.handling, id, "done", LEASE + 1).handling;
    const ends: readonly (readonly [string, (handling: Handling) => Handling])[] = [
      ["is given back", (handling) => end(handling, next, "released", LEASE + 2).handling],
      ["runs out", (handling) => endLeases(handling, 2 * LEASE)],
      ["lapses", lapseClaims],
    ];

    it.each(ends)("stands once that one %s, and nobody is granted a third", (_, ending) => {
      const after = ending(said);
      expect(after.fulfilled).toEqual({ at: LEASE + 1, by: "a", note: null, claim_id: id });
      expect(ask(after, 3 * LEASE, { by: "c" }).answer).toMatchObject({ state: "done", by: "a" });
      expect(end(after, id, "done", 3 * LEASE).refusal).toBeNull();
      expect(handlingStory(said, after)[0]?.text).toBe("a delivered it, as it had said.");
    });

    it("gives way to that one's word", () => {
      const done = end(said, next, "done", LEASE + 2).handling;
      expect(done.fulfilled).toMatchObject({ by: "b" });
      expect(end(done, id, "done", LEASE + 3).refusal?.code).toBe("fulfilled_already");
    });
  });

  it("of another order is not known", () => {
    expect(end(NOTHING_HANDLED, "claim-x", "done", 0).refusal).toEqual({ code: "claim_unknown" });
  });

  it("is told in the timeline, each end once", () => {
    const first = ask(NOTHING_HANDLED, 0, { by: "a" });
    const over = endLeases(first.handling, LEASE);
    const second = ask(over, LEASE, { by: "b" });
    const done = end(second.handling, granted(second.answer), "done", LEASE + 1).handling;
    const states = [NOTHING_HANDLED, first.handling, over, second.handling, done, done];
    const texts = states.flatMap((after, index) =>
      handlingStory(states[index - 1] ?? null, after).map(({ text }) => text),
    );
    expect(texts).toEqual([
      "a may deliver it until 1970-01-01T00:01:00.000Z (attempt 1).",
      "The lease of a ran out: nobody said whether it was delivered.",
      "b may deliver it until 1970-01-01T00:02:00.000Z (attempt 2).",
      "b delivered it.",
    ]);
  });
});

describe("two actors of one order", () => {
  const early = ask(NOTHING_HANDLED, 10, { by: "early" });
  const late = ask(NOTHING_HANDLED, 20, { by: "late" });

  it.each([
    ["the home's came first", early.handling, late.handling],
    ["the alias's came first", late.handling, early.handling],
  ])("that granted a claim each keep the earlier one: %s", (_, home, other) => {
    const merged = mergeHandling(home, other);
    expect(merged.claims.map(({ by, state }) => [by, state])).toEqual([
      ["early", "live"],
      ["late", "superseded"],
    ]);
    expect(mergeHandling(merged, other)).toBe(merged);
    const refused = end(merged, granted(late.answer), "done", 30);
    expect(refused.refusal?.code).toBe("claim_ended");
    expect(end(refused.handling, granted(early.answer), "done", 31).refusal).toBeNull();
  });

  it("that both delivered are one delivery, and the second is not forgotten", () => {
    const home = end(late.handling, granted(late.answer), "done", 40).handling;
    const other = end(early.handling, granted(early.answer), "done", 50).handling;
    const merged = mergeHandling(home, other);
    expect(merged.fulfilled).toMatchObject({ by: "late", at: 40 });
    expect(merged.claims).toMatchObject([
      { by: "early", state: "superseded", said_done: 50 },
      { by: "late", state: "done" },
    ]);
    const texts = handlingStory(home, merged).map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining("may have gone out twice"));
  });

  it("let nobody deliver what the other one has delivered", () => {
    const done = end(early.handling, granted(early.answer), "done", 15).handling;
    const merged = mergeHandling(late.handling, done);
    expect(merged.claims.map(({ state }) => state)).toEqual(["done", "superseded"]);
    expect(ask(merged, 30).answer).toMatchObject({ state: "done", by: "early" });
  });

  it("do not bring back a claim that ended at home, however old the news", () => {
    const merged = mergeHandling(NOTHING_HANDLED, early.handling);
    const back = end(merged, granted(early.answer), "released", 30).handling;
    expect(mergeHandling(back, early.handling)).toBe(back);
    let full = back;
    for (let count = 0; count < CLAIMS_KEPT; count += 1) {
      const next = ask(full, 100 + count);
      full = end(next.handling, granted(next.answer), "released", 100 + count).handling;
    }
    expect(full.claims).toHaveLength(CLAIMS_KEPT);
    expect(mergeHandling(full, early.handling)).toBe(full);
  });
});

type Act =
  | { readonly kind: "ask"; readonly at: Actor; readonly by: string; readonly key: string | null }
  | {
      readonly kind: "end";
      readonly at: Actor;
      readonly which: number;
      readonly how: "done" | "released";
    }
  | { readonly kind: "pass"; readonly by: number }
  | { readonly kind: "money"; readonly money: Money }
  | { readonly kind: "job" }
  | { readonly kind: "tick"; readonly at: Actor }
  | { readonly kind: "meet" };

type Actor = "home" | "alias";
/** `going`: it is on its way back, and may stay. */
type Money = "there" | "going" | "gone";

const actor = fc.constantFrom<Actor>("home", "alias");
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("ask"),
      at: actor,
      by: fc.constantFrom("a", "b", "c"),
      key: fc.constantFrom(null, "k1", "k2"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("end"),
      at: actor,
      which: fc.nat(30),
      how: fc.constantFrom("done", "released", "released"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("pass"), by: fc.constantFrom(0, 1, 30_000, LEASE) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("money"),
      money: fc.constantFrom<Money>("there", "going", "gone"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("job") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("tick"), at: actor }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("meet") }) },
);

interface World {
  readonly home: Handling;
  readonly alias: Handling;
  /** From then on the doors follow the alias to its home. */
  readonly met: boolean;
  readonly money: Money;
  readonly now: number;
}

/** What one actor does; the money's going is seen by each at once, as a commit does. */
function live(handling: Handling, act: Act, { money, now }: World, told: string[]): Handling {
  const secured = money === "there";
  const gone = money === "gone";
  switch (act.kind) {
    case "ask": {
      const { answer, handling: after } = ask(handling, now, { by: act.by, key: act.key, secured });
      if (answer.state === "granted") {
        expect([secured, handling.fulfilled]).toEqual([true, null]);
        if (liveClaim(endLeases(handling, now)) === null) {
          expect(handling.claims.every(({ said_done }) => said_done === null)).toBe(true);
        }
        const before = liveClaim(endLeases(handling, now));
        if (before !== null) expect(answer.claim).toBe(before);
        else {
          const attempts = handling.claims.map(({ attempt }) => attempt);
          expect(answer.claim.attempt).toBeGreaterThan(Math.max(0, ...attempts));
        }
      }
      return after;
    }
    case "end": {
      const claim = handling.claims[act.which % Math.max(1, handling.claims.length)];
      if (claim === undefined) return handling;
      const { handling: after, refusal } = end(handling, claim.id, act.how, now, gone);
      if (refusal === null && act.how === "done") {
        expect(after.fulfilled?.claim_id).toBe(claim.id);
        told.push(claim.id);
      }
      if (refusal !== null && after.fulfilled !== handling.fulfilled) {
        expect([gone, refusal.code, handling.fulfilled]).toEqual([true, "claim_lapsed", null]);
        expect(after.fulfilled?.claim_id).toBe(claim.id);
      }
      if (act.how === "done" && after.fulfilled === null) {
        expect(liveClaim(after)).not.toBeNull();
      }
      return after;
    }
    case "job":
      return endLeases(handling, now);
    case "tick": {
      const current = endLeases(handling, now);
      if (!secured || current.fulfilled !== null || liveClaim(current) !== null) return handling;
      return { ...current, fulfilled: { at: now, by: "asha", note: null, claim_id: null } };
    }
    case "pass":
    case "money":
    case "meet":
      return handling;
  }
}

function step(world: World, act: Act, told: string[]): World {
  switch (act.kind) {
    case "pass":
      return { ...world, now: world.now + act.by };
    case "money": {
      const seen = (handling: Handling): Handling =>
        act.money === "gone" ? lapseClaims(handling) : handling;
      const alias = world.met ? world.alias : seen(world.alias);
      return { ...world, money: act.money, home: seen(world.home), alias };
    }
    case "meet": {
      const merged = mergeHandling(world.home, world.alias);
      const home = world.money === "gone" ? lapseClaims(merged) : merged;
      return { ...world, met: true, home };
    }
    case "job":
      return { ...world, home: live(world.home, act, world, told) };
    case "ask":
    case "end":
    case "tick": {
      const at = world.met ? "home" : act.at;
      return { ...world, [at]: live(world[at], act, world, told) };
    }
  }
}

function check(handling: Handling): void {
  const count = (wanted: string): number =>
    handling.claims.filter(({ state }) => state === wanted).length;
  expect(count("live")).toBeLessThanOrEqual(handling.fulfilled === null ? 1 : 0);
  const { fulfilled, claims } = handling;
  expect(claims.filter(({ state }) => state === "done").map(({ id }) => id)).toEqual(
    claims
      .filter(({ id, state }) => id === fulfilled?.claim_id && state === "done")
      .map(({ id }) => id),
  );
  for (const { id, state, said_done } of claims) {
    // Nobody is asked again what was said to be delivered.
    if (said_done !== null) expect(fulfilled ?? liveClaim(handling)).not.toBeNull();
    if (id === fulfilled?.claim_id) expect(state === "done" || said_done !== null).toBe(true);
  }
  expect(claims.length).toBeLessThanOrEqual(CLAIMS_KEPT + 2);
  expect(new Set(handling.claims.map(({ id }) => id)).size).toBe(handling.claims.length);
  const left = abandonedClaim(handling, true);
  if (left !== null) expect([left, liveClaim(handling)]).toEqual([newestClaim(handling), null]);
}

describe("dead notifications", () => {
  const dead = (n: number) => ({ n, state: "dead" });
  const waiting = (n: number) => ({ n, state: "waiting" });

  it("are known until each was sent again", () => {
    const both = markDead(markDead(NOTHING_HANDLED, "v1-a", [dead(1)]), "v1-a", [dead(3)]);
    const one = markDead(both, "v1-a", [waiting(1)]);
    expect([hasDead(both), hasDead(one)]).toEqual([true, true]);
    expect(hasDead(markDead(one, "v1-a", [waiting(3)]))).toBe(false);
    expect(markDead(one, "v1-a", [waiting(2)])).toBe(one);
  });

  it("of an alias are its home's, and an older word of it brings none back", () => {
    const alias = markDead(NOTHING_HANDLED, "pl-a", [dead(1)]);
    const home = mergeHandling(markDead(NOTHING_HANDLED, "v1-a", [dead(1)]), alias);
    const own = markDead(home, "v1-a", [waiting(1)]);
    expect(hasDead(own)).toBe(true);
    const over = mergeHandling(own, markDead(alias, "pl-a", [waiting(1)]));
    expect(hasDead(over)).toBe(false);
    expect(mergeHandling(over, alias)).toBe(over);
  });
});

describe("under any interleaving", () => {
  const start: World = {
    home: NOTHING_HANDLED,
    alias: NOTHING_HANDLED,
    met: false,
    money: "there",
    now: 0,
  };

  it("at most one claim is live, and one delivery is done for ever", () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 80 }), (all) => {
        let world = start;
        for (const act of all) {
          const before = world;
          world = step(world, act, []);
          check(world.home);
          check(world.alias);
          if (before.home.fulfilled !== null) expect(world.home.fulfilled).not.toBeNull();
          if (before.met && before.home.fulfilled !== null) {
            expect(world.home.fulfilled).toEqual(before.home.fulfilled);
          }
          if (act.kind === "meet") {
            expect(mergeHandling(world.home, world.alias)).toBe(world.home);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("one actor takes the word of one claim only", () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 80 }), (all) => {
        const told: string[] = [];
        let world: World = { ...start, met: true };
        for (const act of all) world = step(world, act, told);
        expect(new Set(told).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
