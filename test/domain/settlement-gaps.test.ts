// What an order's reports should show and do not: for every shape of its payments and refunds, which
// gaps there are and no other; whether one is late is settlement-late.test.ts.

import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import type { Settled } from "../../src/domain/settled-line";
import {
  BY_BANK,
  FAILED,
  HELD,
  IN_PARTS,
  LATER_UTR,
  missing,
  onDay,
  PAID,
  paidWith,
  PARTLY_CAPTURED,
  plain,
  refunded,
  refundThat,
  said,
  settled,
} from "./settlement-words";
import { named, PAYMENT, REFUND, SECOND_PAYMENT, SECOND_REFUND } from "./words";

type Found = readonly (readonly [string, string, number | null])[];
type Row = readonly [name: string, facts: Facts, lines: Settled, found: Found];

const once = (gross: number) => settled(said(PAYMENT, [plain(gross)]));

const PART_REFUNDED = paidWith([refunded(4_000, 90)]);
const BY_BANK_REFUNDED = paidWith([refunded(4_000, 90)], { is_aggregator: false });
const both = [refunded(3_000, 90, REFUND), refunded(2_000, 91, SECOND_REFUND)];
const late = [refunded(10_000, onDay(5))];

const table: readonly Row[] = [
  ["a payment in no report", PAID, settled(), [["settlement_missing", PAYMENT, 10_000]]],
  ["a payment that is listed", PAID, once(10_000), []],
  ["a payment that is listed with too little", PAID, once(1), []],
  [
    "a line that was withdrawn",
    PAID,
    settled(said(PAYMENT, [])),
    [["settlement_missing", PAYMENT, 10_000]],
  ],
  [
    "a payment of which only a chargeback is listed",
    PAID,
    once(-10_000),
    [["settlement_missing", PAYMENT, 10_000]],
  ],
  ["a payment that the bank settles", BY_BANK, settled(), []],
  ["a failed payment", FAILED, settled(), []],
  ["money that is held only", HELD, settled(), []],
  ["a part of what was held", PARTLY_CAPTURED, settled(), [["settlement_missing", PAYMENT, 6_000]]],
  [
    "one part of a part payment",
    IN_PARTS,
    once(4_000),
    [["settlement_missing", SECOND_PAYMENT, 6_000]],
  ],
  [
    "a payment that was refunded in part",
    PART_REFUNDED,
    settled(),
    [["settlement_missing", PAYMENT, 6_000]],
  ],
  ["a payment that was refunded in full", paidWith([refunded(10_000, 90)]), settled(), []],
  ["a refund that is on its way", paidWith([refundThat("PENDING", 4_000)]), once(10_000), []],
  ["a refund that failed", paidWith([refundThat("FAILED", 4_000)]), once(10_000), []],
  [
    "a refund that was not deducted",
    PART_REFUNDED,
    once(10_000),
    [["refund_not_deducted", REFUND, 4_000]],
  ],
  [
    "a refund deducted under its own id",
    PART_REFUNDED,
    settled(said(PAYMENT, [plain(10_000)]), said(`${REFUND}-cc-1`, [plain(-4_000)])),
    [],
  ],
  [
    "a refund deducted under the payment's id",
    PART_REFUNDED,
    settled(said(PAYMENT, [plain(10_000), plain(-4_000)])),
    [],
  ],
  [
    "a refund of which a part was deducted",
    PART_REFUNDED,
    settled(said(PAYMENT, [plain(10_000), plain(-2_500)])),
    [["refund_not_deducted", REFUND, 1_500]],
  ],
  [
    "two refunds, the first one deducted",
    paidWith(both),
    settled(said(PAYMENT, [plain(10_000), plain(-3_000)])),
    [["refund_not_deducted", SECOND_REFUND, 2_000]],
  ],
  [
    "two refunds, the second one deducted",
    paidWith(both),
    settled(said(PAYMENT, [plain(10_000), plain(-2_000)])),
    [["refund_not_deducted", REFUND, 3_000]],
  ],
  [
    "two refunds deducted as one",
    paidWith(both),
    settled(said(PAYMENT, [plain(10_000), plain(-5_000)])),
    [],
  ],
  [
    "two refunds, one in each form",
    paidWith(both),
    settled(said(PAYMENT, [plain(10_000), plain(-2_000)]), said(REFUND, [plain(-3_000)])),
    [],
  ],
  [
    "settled in full though it had been refunded",
    paidWith([refunded(10_000, 90)]),
    once(10_000),
    [["settled_after_refund", PAYMENT, 10_000]],
  ],
  [
    "refunded in full after it was settled",
    paidWith(late),
    once(10_000),
    [["refund_not_deducted", REFUND, 10_000]],
  ],
  [
    "settled and refunded, each as it should be",
    paidWith(late),
    settled(said(PAYMENT, [plain(10_000)]), said(REFUND, [plain(-10_000)], { utr: LATER_UTR })),
    [],
  ],
  ["a refund whose money the bank settles", BY_BANK_REFUNDED, settled(), []],
];

describe("what is missing of an order in the reports", () => {
  it.each(named(table))("%s", (_, [, facts, lines, expected]) => {
    expect(missing(facts, lines)).toEqual(expected);
  });
});
