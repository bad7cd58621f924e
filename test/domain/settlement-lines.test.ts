// An order held against the lines that name its payments: for every shape of a payment and of its
// lines, what is found and nothing besides.

import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import type { Settled } from "../../src/domain/settled-line";
import { settlementFindings } from "../../src/domain/settlement";
import { rolesOf } from "../../src/domain/settlement-roles";
import {
  BY_BANK,
  CONVERTED,
  DISCOUNTED,
  FAILED,
  FOREIGN,
  found,
  HELD,
  IN_PARTS,
  LATER,
  LATER_UTR,
  line,
  PAID,
  paidWith,
  PARTLY_CAPTURED,
  PENDING,
  plain,
  refunded,
  said,
  settled,
} from "./settlement-words";
import { named, PAYMENT, SECOND_PAYMENT } from "./words";

type Found = readonly (readonly [string, string, number | null])[];
type Row = readonly [name: string, facts: Facts, lines: Settled, found: Found];

const once = (gross: number) => settled(said(PAYMENT, [plain(gross)]));

const twice = (first: number, second: number) =>
  settled(said(PAYMENT, [plain(first)]), said(PAYMENT, [plain(second)], { utr: LATER_UTR }));

/** One line of the payment, with its fields said one by one. */
const lineOf = (...figures: Parameters<typeof line>) => settled(said(PAYMENT, [line(...figures)]));

const rows: readonly Row[] = [
  ["a payment settled as it was captured", PAID, once(10_000), []],
  ["no report at all", PAID, settled(), []],
  ["a line with a fee", PAID, lineOf({ gross: 10_000, fee: 236 }), []],
  ["one paisa too little", PAID, once(9_999), [["amount_differs", PAYMENT, 1]]],
  ["one paisa too much", PAID, once(10_001), [["amount_differs", PAYMENT, 1]]],
  ["a line of nothing", PAID, once(0), [["amount_differs", PAYMENT, 10_000]]],
  [
    "the whole again in a later transfer",
    PAID,
    twice(10_000, 10_000),
    [["settled_twice", PAYMENT, 10_000]],
  ],
  ["a part again", PAID, twice(10_000, 2_500), [["settled_twice", PAYMENT, 2_500]]],
  [
    "two different rows of one transfer",
    PAID,
    settled(said(PAYMENT, [plain(10_000), line({ gross: 10_000, fee: 236 })])),
    [["settled_twice", PAYMENT, 10_000]],
  ],
  ["two halves in two transfers", PAID, twice(4_000, 6_000), []],
  [
    "two lines that are too little together",
    PAID,
    twice(4_000, 5_000),
    [["amount_differs", PAYMENT, 1_000]],
  ],
  [
    "too much, and an empty line beside it",
    PAID,
    twice(10_500, 0),
    [["amount_differs", PAYMENT, 500]],
  ],
  [
    "the second line withdrawn",
    PAID,
    settled(
      said(PAYMENT, [plain(10_000)]),
      said(PAYMENT, [plain(10_000)], { utr: LATER_UTR }),
      said(PAYMENT, [], { utr: LATER_UTR, read: 2 }),
    ),
    [],
  ],
  ["a line that is not paid out", PAID, settled(said(PAYMENT, [plain(10_000, PENDING)])), []],
  ["only the gross is said", PAID, lineOf({ gross: 10_000, amount: null }), []],
  ["only the other amount is said", PAID, lineOf({ gross: null, amount: 10_000 }), []],
  ["only net and fee are said", PAID, lineOf({ gross: null, net: 9_764, fee: 236 }), []],
  [
    "other net and fee are said",
    PAID,
    lineOf({ gross: null, net: 9_000, fee: 236 }),
    [["amount_differs", PAYMENT, 764]],
  ],
  [
    "nothing is said that tells the gross",
    PAID,
    lineOf({ gross: null, net: 9_764, fee: null }),
    [["amount_differs", PAYMENT, null]],
  ],
  [
    "only a negative net is said",
    PAID,
    lineOf({ gross: null, net: -2_500 }),
    [["chargeback", PAYMENT, 2_500]],
  ],
  [
    "a gross that differs, whatever the other amount says",
    PAID,
    lineOf({ gross: 9_500, amount: 10_000 }),
    [["amount_differs", PAYMENT, 500]],
  ],
  ["a discounted EMI as it was paid", DISCOUNTED, once(9_000), []],
  ["a discounted EMI as it was ordered", DISCOUNTED, once(10_000), []],
  ["a discounted EMI with both amounts", DISCOUNTED, lineOf({ gross: 9_500, amount: 9_000 }), []],
  ["a discounted EMI with neither", DISCOUNTED, once(9_500), [["amount_differs", PAYMENT, 500]]],
  [
    "a discounted EMI twice as it was ordered",
    DISCOUNTED,
    twice(10_000, 10_000),
    [["settled_twice", PAYMENT, 10_000]],
  ],
  ["a failed payment", FAILED, once(10_000), [["settled_but_not_paid", PAYMENT, 10_000]]],
  [
    "a failed payment, twice",
    FAILED,
    twice(10_000, 10_000),
    [["settled_but_not_paid", PAYMENT, 20_000]],
  ],
  ["a failed payment and a line of nothing", FAILED, once(0), []],
  ["money that is held only", HELD, once(10_000), [["settled_but_not_paid", PAYMENT, 10_000]]],
  ["what was captured of what was held", PARTLY_CAPTURED, once(6_000), []],
  [
    "all of what was held, and a part captured",
    PARTLY_CAPTURED,
    once(10_000),
    [["amount_differs", PAYMENT, 4_000]],
  ],
  ["each capture by a line of its own", PARTLY_CAPTURED, twice(4_000, 2_000), []],
  [
    "each part of a part payment",
    IN_PARTS,
    settled(said(PAYMENT, [plain(4_000)]), said(SECOND_PAYMENT, [plain(6_000)])),
    [],
  ],
  [
    "one part wrong",
    IN_PARTS,
    settled(said(PAYMENT, [plain(4_000)]), said(SECOND_PAYMENT, [plain(6_500)])),
    [["amount_differs", SECOND_PAYMENT, 500]],
  ],
  ["dollars as their rupees", CONVERTED, once(10_000), []],
  ["dollars as other rupees", CONVERTED, once(9_000), [["amount_differs", PAYMENT, 1_000]]],
  ["dollars of which nobody said the rupees", FOREIGN, once(10_000), []],
  ["settled by the gateway though the bank does it", BY_BANK, once(10_000), []],
  [
    "taken back without a refund",
    PAID,
    settled(said(PAYMENT, [plain(10_000), plain(-10_000)])),
    [["chargeback", PAYMENT, 10_000]],
  ],
  ["taken back before it was ever settled", PAID, once(-10_000), [["chargeback", PAYMENT, 10_000]]],
  [
    "a chargeback that was won",
    PAID,
    settled(
      said(PAYMENT, [plain(10_000), plain(-10_000)]),
      said(PAYMENT, [plain(10_000, LATER)], { utr: LATER_UTR }),
    ),
    [],
  ],
  [
    "a chargeback that was won in part",
    PAID,
    settled(
      said(PAYMENT, [plain(10_000), plain(-10_000)]),
      said(PAYMENT, [plain(4_000, LATER)], { utr: LATER_UTR }),
    ),
    [["chargeback", PAYMENT, 6_000]],
  ],
  [
    "taken back with a positive gross and a negative payout",
    PAID,
    settled(said(PAYMENT, [plain(10_000), line({ gross: 10_000, net: -10_000 })])),
    [["chargeback", PAYMENT, 10_000]],
  ],
  ["a fee that is more than the payment", PAID, lineOf({ gross: 10_000, fee: 10_500 }), []],
  ["taken back in two pieces", PAID, twice(-4_000, -3_000), [["chargeback", PAYMENT, 7_000]]],
  [
    "taken back beside a refund of another amount",
    paidWith([refunded(4_000, 90)]),
    settled(
      said(PAYMENT, [plain(10_000)]),
      said(PAYMENT, [plain(-3_000)], { utr: LATER_UTR }),
      said(PAYMENT, [plain(-4_000)], { utr: "602209155312" }),
    ),
    [["chargeback", PAYMENT, 3_000]],
  ],
  [
    "more taken back than was refunded",
    paidWith([refunded(4_000, 90)]),
    settled(said(PAYMENT, [plain(10_000), plain(-4_001)])),
    [["chargeback", PAYMENT, 4_001]],
  ],
  [
    "an id that nobody knows",
    PAID,
    settled(said(PAYMENT, [plain(10_000)]), said("v1-260301100000-aa-Zz9ZzZ-cc-1", [plain(500)])),
    [],
  ],
  [
    "an id that every object has",
    PAID,
    settled(said(PAYMENT, [plain(10_000)]), said("constructor", [plain(500)])),
    [],
  ],
];

describe("the lines of an order's payments", () => {
  it.each(named(rows))("%s", (_, [, facts, lines, expected]) => {
    expect(found(facts, lines)).toEqual(expected);
  });

  it("are found to differ with both sides said", () => {
    expect(settlementFindings(DISCOUNTED, twice(10_000, 10_000))).toEqual([
      { type: "settled_twice", subject: PAYMENT, ours: 10_000, theirs: 20_000, amount: 10_000 },
    ]);
    expect(settlementFindings(FAILED, once(10_000))).toEqual([
      {
        type: "settled_but_not_paid",
        subject: PAYMENT,
        ours: "FAILED",
        theirs: 10_000,
        amount: 10_000,
      },
    ]);
    expect(settlementFindings(PAID, once(-2_500))).toEqual([
      { type: "chargeback", subject: PAYMENT, ours: 0, theirs: 2_500, amount: 2_500 },
    ]);
  });

  it("are nothing of the order when they are named like what every object has", () => {
    const lines = settled(said("constructor", [plain(500)]), said("toString", [plain(-500)]));
    expect(rolesOf(PAID, lines).map(({ role }) => role)).toEqual(["unknown", "unknown"]);
  });
});
