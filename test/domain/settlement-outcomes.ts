// Orders held against their lines in every way at once: what is found, what is missing, the stage, and the
// parts of the books that are not 0.

import { expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import type { Settled } from "../../src/domain/settled-line";
import { matchSettlement } from "../../src/domain/settlement";
import {
  booksTogether,
  found,
  line,
  missing,
  paidWith,
  partsOf,
  PENDING,
  plain,
  refunded,
  said,
  settled,
} from "./settlement-words";
import { named, PAYMENT } from "./words";

type Found = readonly (readonly [string, string, number | null])[];

/** `found` and `missing` are nothing unless they are said. */
interface Outcome {
  readonly found?: Found;
  readonly missing?: Found;
  readonly stage: string | null;
  readonly books: object;
}

export type OutcomeRow = readonly [name: string, facts: Facts, lines: Settled, outcome: Outcome];

export const once = (...figures: Parameters<typeof line>): Settled =>
  settled(said(PAYMENT, [line(...figures)]));

export const pending = (gross: number, word = "Pending"): Settled =>
  settled(said(PAYMENT, [plain(gross, { ...PENDING, payout_status: word })]));

export const missed = (value: number): Found => [["settlement_missing", PAYMENT, value]];

export const PART_REFUNDED = paidWith([refunded(3_000, 90)]);

export function expectOutcomes(rows: readonly OutcomeRow[]): void {
  it.each(named(rows))("%s", (_name, [, facts, lines, outcome]) => {
    expect(found(facts, lines)).toEqual(outcome.found ?? []);
    expect(missing(facts, lines)).toEqual(outcome.missing ?? []);
    expect(matchSettlement(facts, lines).stage).toBe(outcome.stage);
    expect(partsOf(booksTogether(facts, lines))).toEqual(outcome.books);
  });
}
