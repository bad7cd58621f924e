// Chargebacks that were won and that were not: only money that was settled later than the chargeback gives
// it back. What is found, in which stage the order is and where its money is.

import { describe, expect, it } from "vitest";
import { DAY } from "../../src/domain/schedule";
import type { Settled, SettledLine } from "../../src/domain/settled-line";
import { matchSettlement } from "../../src/domain/settlement";
import {
  booksTogether,
  found,
  line,
  PAID,
  partsOf,
  PENDING,
  plain,
  said,
  settled,
} from "./settlement-words";
import { MORNING, named, PAYMENT } from "./words";

const on = (day: number) => ({ settled_at: MORNING + day * DAY });

/** Each line by a transfer of its own. */
const by = (...lines: readonly SettledLine[]): Settled =>
  settled(...lines.map((one, index) => said(PAYMENT, [one], { utr: `utr-${index}` })));

type Found = readonly (readonly [string, string, number | null])[];
type Row = readonly [name: string, lines: Settled, found: Found, books: object];

const taken: readonly [string, string, number] = ["chargeback", PAYMENT, 10_000];
const twice: readonly [string, string, number] = ["settled_twice", PAYMENT, 10_000];

const rows: readonly Row[] = [
  [
    "won by money that came later",
    by(plain(10_000, on(2)), plain(-10_000, on(5)), plain(10_000, on(9))),
    [],
    { captured: 10_000, settled: 10_000 },
  ],
  [
    "not won by the payment's second line in the same transfer",
    by(plain(10_000, on(2)), plain(-10_000, on(5)), plain(10_000, on(5))),
    [twice, taken],
    { captured: 10_000, recovered: 10_000, settled: 10_000, unexplained: -10_000 },
  ],
  [
    "not won by what was settled twice before it",
    by(plain(10_000, on(2)), plain(10_000, on(3)), plain(-10_000, on(5))),
    [twice, taken],
    { captured: 10_000, recovered: 10_000, settled: 10_000, unexplained: -10_000 },
  ],
  [
    "not won by money of which nobody says when it came",
    by(
      plain(10_000, on(2)),
      plain(-10_000, on(5)),
      plain(10_000, { settled_at: null, processed_at: null }),
    ),
    [twice, taken],
    { captured: 10_000, recovered: 10_000, settled: 10_000, unexplained: -10_000 },
  ],
  [
    "not won by the payment itself, which came after it",
    by(plain(-10_000, on(2)), plain(10_000, on(5))),
    [taken],
    { captured: 10_000, recovered: 10_000 },
  ],
  [
    "not won yet while the money is not paid out",
    by(plain(10_000, on(2)), plain(-10_000, on(5)), plain(10_000, PENDING)),
    [taken],
    { captured: 10_000, recovered: 10_000 },
  ],
  [
    "two, and the first one won",
    by(
      plain(10_000, on(2)),
      plain(-4_000, on(5)),
      plain(4_000, on(7)),
      line({ gross: -3_000 }, on(9)),
    ),
    [["chargeback", PAYMENT, 3_000]],
    { captured: 10_000, recovered: 3_000, settled: 7_000 },
  ],
  [
    "two, and both won by one line",
    by(
      plain(10_000, on(2)),
      plain(-4_000, on(5)),
      line({ gross: -3_000 }, on(6)),
      plain(7_000, on(9)),
    ),
    [],
    { captured: 10_000, settled: 10_000 },
  ],
];

describe("a chargeback", () => {
  it.each(named(rows))("%s", (_, [, lines, expected, books]) => {
    expect(found(PAID, lines)).toEqual(expected);
    expect(partsOf(booksTogether(PAID, lines))).toEqual(books);
    expect(matchSettlement(PAID, lines).stage).toBe("completed");
  });
});
