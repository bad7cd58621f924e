// Laws of settlements, for any facts and any lines: the books make the whole, no line is lost or counted
// twice, and the same reports in any order and with repeats end in the same record.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_FACTS } from "../../src/domain/facts";
import { join } from "../../src/domain/join";
import type { Observation } from "../../src/domain/observation";
import { checkSettlement } from "../../src/domain/record-checks";
import { absorb, evolve, learnSettled, newRecord, type OrderRecord } from "../../src/domain/record";
import { mergeSettled, NOTHING_SETTLED, type SettledLines } from "../../src/domain/settled-line";
import { matchSettlement, settlementFindings } from "../../src/domain/settlement";
import { dueOf, gapsOf, lateGaps, nextLook } from "../../src/domain/settlement-gaps";
import { rolesOf } from "../../src/domain/settlement-roles";
import { settledBy, viewSettlement } from "../../src/domain/settlement-view";
import { anyDeliveries, anyObservations, shuffled } from "./settlement-any";
import { NOW, openKeys } from "./settlement-words";
import { MORNING } from "./words";

const DAYS = { days: 1, holidays: [], time_zone: "Asia/Kolkata" };

const factsOf = (observations: readonly Observation[]) => observations.reduce(join, NO_FACTS);
const settledOf = (given: readonly SettledLines[]) => mergeSettled(NOTHING_SETTLED, given);

describe("the books", () => {
  it("make the whole: what was captured is the sum of all its parts", () => {
    fc.assert(
      fc.property(anyObservations, anyDeliveries, (observations, given) => {
        const { books } = matchSettlement(factsOf(observations), settledOf(given));
        for (const { captured, initiated: _, ...parts } of Object.values(books)) {
          expect(Object.values(parts).reduce((whole, part) => whole + part, 0)).toBe(captured);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("count the net of every line of a known payment once, at the bank or on its way", () => {
    fc.assert(
      fc.property(anyObservations, anyDeliveries, (observations, given) => {
        const { books, lines } = matchSettlement(factsOf(observations), settledOf(given));
        const several = lines.filter(({ payment_id }) => payment_id === null);
        fc.pre(several.every(({ refund_id }) => refund_id !== null));
        const placed = lines.filter(({ line }) => line.completed);
        const net = placed.reduce((all, { line }) => all + (line.net ?? 0), 0);
        const settled = Object.values(books).reduce((all, one) => all + one.settled, 0);
        const nowhere = several.filter(({ line }) => line.completed);
        // A refund of an order without any payment has no books to stand in.
        if (nowhere.length === 0) expect(settled).toBe(net);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("every line", () => {
  it("has one role, and is kept as it was", () => {
    fc.assert(
      fc.property(anyObservations, anyDeliveries, (observations, given) => {
        const settled = settledOf(given);
        const roles = rolesOf(factsOf(observations), settled);
        const all = Object.values(settled).flatMap(({ lines }) => lines);
        expect(roles).toHaveLength(all.length);
        expect(new Set(roles.map(({ line }) => line))).toEqual(new Set(all));
      }),
      { numRuns: 500 },
    );
  });

  it("whatever it says stops nothing", () => {
    fc.assert(
      fc.property(anyObservations, anyDeliveries, (observations, given) => {
        const [facts, settled] = [factsOf(observations), settledOf(given)];
        const gaps = gapsOf(facts, settled);
        const knowledge = { read_through: NOW, unlisted_refunds: [], unread: [] };
        lateGaps(gaps, knowledge, MORNING, DAYS, NOW);
        nextLook(gaps, { asked_at: NOW, changed_at: MORNING }, MORNING, DAYS);
        for (const gap of gaps) expect(dueOf(gap, MORNING, DAYS)).toBeGreaterThan(0);
        const view = viewSettlement(matchSettlement(facts, settled));
        expect(() => JSON.stringify([view, settledBy(facts, settled)])).not.toThrow();
        const findings = [...settlementFindings(facts, settled), ...gaps];
        const keys = findings.map(({ type, subject }) => `${type}:${subject}`);
        for (const { amount } of findings) expect(amount).not.toBe(0);
        expect(keys).toEqual([...new Set(keys)]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("deliveries of reports", () => {
  it("merge to the same in any order and with repeats", () => {
    const law = anyDeliveries.chain((given) => fc.tuple(fc.constant(given), shuffled(given)));
    fc.assert(
      fc.property(law, fc.nat(12), ([given, again], cut) => {
        const whole = settledOf(given);
        expect(settledOf(again)).toEqual(whole);
        const [left, right] = [settledOf(again.slice(0, cut)), settledOf(again.slice(cut))];
        expect(mergeSettled(left, Object.values(right))).toEqual(whole);
        expect(mergeSettled(right, Object.values(left))).toEqual(whole);
        expect(mergeSettled(whole, given)).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  type Step = { readonly actor: 0 | 1 } & (
    | { readonly told: Observation }
    | { readonly read: SettledLines }
  );

  const take = (record: OrderRecord, step: Step): OrderRecord => {
    const { record: next } =
      "told" in step
        ? evolve(record, step.told, "webhook", NOW)
        : learnSettled(record, [step.read], NOW);
    return checkSettlement(next, true, NOW);
  };

  const together = (steps: readonly Step[]): OrderRecord => {
    const actors = [0, 1].map((actor) =>
      steps.filter((step) => step.actor === actor).reduce(take, newRecord(MORNING, "webhook")),
    );
    const [home, alias] = actors;
    if (home === undefined || alias === undefined) throw new Error("two actors");
    return checkSettlement(absorb(home, alias, NOW).record, true, NOW);
  };

  it("and words end in the same record, whoever was told what in which order", () => {
    const histories = fc.tuple(anyObservations, anyDeliveries).chain(([told, read]) => {
      const actor = fc.constantFrom(0 as const, 1 as const);
      const steps = [...told.map((one) => ({ told: one })), ...read.map((one) => ({ read: one }))];
      const placed = fc.tuple(
        ...steps.map((step) => actor.map((at): Step => ({ ...step, actor: at }))),
      );
      return placed.chain((all) => fc.tuple(fc.constant(all), shuffled(all)));
    });
    fc.assert(
      fc.property(histories, ([first, second]) => {
        const [one, other] = [together(first), together(second)];
        expect(other.settled).toEqual(one.settled);
        expect(settlementFindings(other.facts, other.settled)).toEqual(
          settlementFindings(one.facts, one.settled),
        );
        expect(openKeys(other)).toEqual(openKeys(one));
      }),
      { numRuns: 300 },
    );
  });
});
