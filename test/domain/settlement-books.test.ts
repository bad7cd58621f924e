// Where the captured money of an order is, for every shape of payments, refunds and lines: the parts of
// its books that are not 0. That they always make the whole is settlement.laws.test.ts.

import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import type { Settled } from "../../src/domain/settled-line";
import {
  booksTogether,
  FAILED,
  LATER_UTR,
  line,
  PAID,
  paidWith,
  partsOf,
  PENDING,
  plain,
  refunded,
  refundThat,
  said,
  settled,
} from "./settlement-words";
import { named, PAYMENT, REFUND } from "./words";

const once = (gross: number) => settled(said(PAYMENT, [plain(gross)]));

const twice = (first: number, second: number) =>
  settled(said(PAYMENT, [plain(first)]), said(PAYMENT, [plain(second)], { utr: LATER_UTR }));

const lineOf = (...figures: Parameters<typeof line>) => settled(said(PAYMENT, [line(...figures)]));

const PART_REFUNDED = paidWith([refunded(4_000, 90)]);
const BY_BANK_REFUNDED = paidWith([refunded(4_000, 90)], { is_aggregator: false });

const table: readonly (readonly [string, Facts, Settled, object])[] = [
  ["in no report", PAID, settled(), { captured: 10_000, pending: 10_000 }],
  [
    "at the bank",
    PAID,
    lineOf({ gross: 10_000, fee: 236 }),
    { captured: 10_000, fees: 236, settled: 9_764 },
  ],
  [
    "on its way",
    PAID,
    lineOf({ gross: 10_000, fee: 236 }, PENDING),
    { captured: 10_000, fees: 236, pending: 9_764 },
  ],
  [
    "a fee that nobody named",
    PAID,
    lineOf({ gross: 10_000, fee: null, net: 9_764 }),
    { captured: 10_000, settled: 9_764, unexplained: 236 },
  ],
  [
    "a net that nobody said",
    PAID,
    lineOf({ gross: 10_000, net: null }),
    { captured: 10_000, unexplained: 10_000 },
  ],
  [
    "settled twice",
    PAID,
    twice(10_000, 10_000),
    { captured: 10_000, settled: 20_000, unexplained: -10_000 },
  ],
  ["charged back", PAID, twice(10_000, -10_000), { captured: 10_000, recovered: 10_000 }],
  [
    "with the bank alone",
    BY_BANK_REFUNDED,
    settled(),
    { captured: 10_000, refunded: 4_000, elsewhere: 6_000 },
  ],
  [
    "with the bank, and the refund deducted by the gateway",
    BY_BANK_REFUNDED,
    settled(said(REFUND, [plain(-4_000)])),
    { captured: 10_000, refunded: 4_000, settled: -4_000, elsewhere: 10_000 },
  ],
  [
    "a refund that is still to be deducted",
    PART_REFUNDED,
    once(10_000),
    { captured: 10_000, refunded: 4_000, settled: 10_000, pending: -4_000 },
  ],
  [
    "a refund that was deducted",
    PART_REFUNDED,
    settled(said(PAYMENT, [plain(10_000), plain(-4_000)])),
    { captured: 10_000, refunded: 4_000, settled: 6_000 },
  ],
  [
    "a refund deducted before its end is known",
    paidWith([refundThat("PENDING", 4_000)]),
    settled(said(PAYMENT, [plain(10_000), plain(-4_000)])),
    { captured: 10_000, refunded: 4_000, settled: 6_000 },
  ],
  [
    "refunded before it is listed",
    PART_REFUNDED,
    settled(),
    { captured: 10_000, refunded: 4_000, pending: 6_000 },
  ],
  ["not paid, and settled", FAILED, once(10_000), { settled: 10_000, unexplained: -10_000 }],
];

describe("where the money is", () => {
  it.each(named(table))("%s", (_, [, facts, lines, expected]) => {
    expect(partsOf(booksTogether(facts, lines))).toEqual(expected);
  });
});

describe("of what is pending, `initiated` is what a transfer that is not completed has", () => {
  it.each<readonly [string, Settled, number, number]>([
    ["in no report", settled(), 10_000, 0],
    ["at the bank", lineOf({ gross: 10_000, fee: 236 }), 0, 0],
    ["on its way", lineOf({ gross: 10_000, fee: 236 }, PENDING), 9_764, 9_764],
  ])("%s", (_, lines, pending, initiated) => {
    expect(booksTogether(PAID, lines)).toMatchObject({ pending, initiated });
  });
});
