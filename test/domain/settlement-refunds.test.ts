// Refunds in the settlement report, whose lines nobody documents: in both forms, over several payments,
// taken back too much, failed, and told of by the order's word alone. What is found, what is missing
// and where the money is, for each.

import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import type { RefundFields } from "../../src/domain/observation";
import type { Settled } from "../../src/domain/settled-line";
import { rolesOf } from "../../src/domain/settlement-roles";
import {
  booksTogether,
  found,
  LATER_UTR,
  line,
  missing,
  onDay,
  PAID,
  paidWith,
  partsOf,
  plain,
  refunded,
  refundThat,
  said,
  settled,
} from "./settlement-words";
import { known, named, order, ORDER, payment, PAYMENT, REFUND, refund, usd } from "./words";

const OTHER = `${ORDER}-cc-2`;

type Found = readonly (readonly [string, string, number | null])[];
interface Outcome {
  readonly found?: Found;
  readonly missing?: Found;
  readonly books: object;
}
type Row = readonly [name: string, facts: Facts, lines: Settled, outcome: Outcome];

/** One order paid with 60 and 40 rupees, and refunded. */
function twoPayments(fields: Partial<RefundFields>, when = 90): Facts {
  return known([
    order(60, { status: "PROCESSED", amount: inr(10_000) }),
    payment(60, { status: "PROCESSED", amount: inr(6_000) }),
    payment(60, { status: "PROCESSED", amount: inr(4_000) }, OTHER),
    refund(when, { status: "PROCESSED", ...fields }),
  ]);
}

const ALL_OF_TWO = twoPayments({ amount: inr(10_000) });
const MOST_OF_TWO = twoPayments({ amount: inr(9_000) });
const LATE_OF_TWO = twoPayments({ amount: inr(9_000) }, onDay(5));
const NAMED_SHARES = twoPayments({
  amount: inr(5_000),
  payments: [
    { id: `${REFUND}-cc-1`, parent_payment_id: OTHER, amount: inr(3_000) },
    { id: `${REFUND}-cc-2`, parent_payment_id: PAYMENT, amount: inr(2_000) },
  ],
});

const both = [said(PAYMENT, [plain(6_000)]), said(OTHER, [plain(4_000)])];
const whole = said(PAYMENT, [plain(10_000)]);
const back = (id: string, value: number) => said(id, [plain(-value)], { utr: LATER_UTR });

const toldByOrder = (status: "FULLY_REFUNDED" | "PARTIALLY_REFUNDED"): Facts =>
  known([
    order(90, { status, amount: inr(10_000) }),
    payment(60, { status: "PROCESSED", amount: inr(10_000) }),
  ]);

const ONE_REFUND = paidWith([refunded(4_000, 90)]);
const GONE = { captured: 10_000, refunded: 10_000 };

const rows: readonly Row[] = [
  [
    "a refund of two payments by one line",
    ALL_OF_TWO,
    settled(...both, back(REFUND, 10_000)),
    { books: GONE },
  ],
  [
    "a refund of two payments by two lines of its own",
    ALL_OF_TWO,
    settled(...both, said(REFUND, [plain(-2_000), plain(-8_000)])),
    { books: GONE },
  ],
  [
    "a refund of two payments by a line of each",
    ALL_OF_TWO,
    settled(...both, back(PAYMENT, 6_000), back(OTHER, 4_000)),
    { books: GONE },
  ],
  [
    "a refund that leaves some of the second payment",
    MOST_OF_TWO,
    settled(...both, back(REFUND, 9_000)),
    { books: { captured: 10_000, refunded: 9_000, settled: 1_000 } },
  ],
  [
    "a refund of two payments, deducted in part",
    MOST_OF_TWO,
    settled(...both, back(REFUND, 7_000)),
    {
      missing: [["refund_not_deducted", REFUND, 2_000]],
      books: { captured: 10_000, refunded: 9_000, settled: 3_000, pending: -2_000 },
    },
  ],
  [
    "shares that the refund names, by a line of each",
    NAMED_SHARES,
    settled(...both, back(`${REFUND}-cc-1`, 3_000), back(`${REFUND}-cc-2`, 2_000)),
    { books: { captured: 10_000, refunded: 5_000, settled: 5_000 } },
  ],
  [
    "shares that the refund names, one of them deducted",
    NAMED_SHARES,
    settled(...both, back(`${REFUND}-cc-1`, 3_000)),
    {
      missing: [["refund_not_deducted", REFUND, 2_000]],
      books: { captured: 10_000, refunded: 5_000, settled: 7_000, pending: -2_000 },
    },
  ],
  [
    "a refund of two payments after both were settled, not deducted",
    LATE_OF_TWO,
    settled(...both),
    {
      missing: [["refund_not_deducted", REFUND, 9_000]],
      books: { captured: 10_000, refunded: 9_000, settled: 10_000, pending: -9_000 },
    },
  ],
  [
    "deducted, and its payment never settled",
    paidWith([refunded(10_000, 90)]),
    settled(back(REFUND, 10_000)),
    {
      missing: [["settlement_missing", PAYMENT, 10_000]],
      books: { ...GONE, settled: -10_000, pending: 10_000 },
    },
  ],
  [
    "a part of a refund under its own id",
    ONE_REFUND,
    settled(whole, back(REFUND, 1_500)),
    {
      missing: [["refund_not_deducted", REFUND, 2_500]],
      books: { captured: 10_000, refunded: 4_000, settled: 8_500, pending: -2_500 },
    },
  ],
  [
    "a refund taken back twice",
    ONE_REFUND,
    settled(whole, said(REFUND, [plain(-4_000)]), back(REFUND, 4_000)),
    {
      found: [["amount_differs", REFUND, 4_000]],
      books: { captured: 10_000, refunded: 4_000, settled: 2_000, unexplained: 4_000 },
    },
  ],
  [
    "a refund taken back in both forms",
    ONE_REFUND,
    settled(whole, back(REFUND, 4_000), back(PAYMENT, 4_000)),
    {
      found: [["chargeback", PAYMENT, 4_000]],
      books: { captured: 10_000, refunded: 4_000, recovered: 4_000, settled: 2_000 },
    },
  ],
  [
    "one paisa more than the refund",
    ONE_REFUND,
    settled(whole, back(REFUND, 4_001)),
    {
      found: [["amount_differs", REFUND, 1]],
      books: { captured: 10_000, refunded: 4_000, settled: 5_999, unexplained: 1 },
    },
  ],
  [
    "a failed refund taken back under its own id",
    paidWith([refundThat("FAILED", 4_000)]),
    settled(whole, back(REFUND, 4_000)),
    {
      found: [["amount_differs", REFUND, 4_000]],
      books: { captured: 10_000, settled: 6_000, unexplained: 4_000 },
    },
  ],
  [
    "a failed refund taken back under the payment's id",
    paidWith([refundThat("FAILED", 4_000)]),
    settled(whole, back(PAYMENT, 4_000)),
    {
      found: [["chargeback", PAYMENT, 4_000]],
      books: { captured: 10_000, recovered: 4_000, settled: 6_000 },
    },
  ],
  [
    "a line of a refund that says no amount",
    ONE_REFUND,
    settled(whole, said(REFUND, [line({ gross: null, fee: null, net: null })])),
    { books: { captured: 10_000, refunded: 4_000, settled: 10_000, pending: -4_000 } },
  ],
  [
    "a refund in dollars",
    paidWith([refund(90, { status: "PROCESSED", amount: usd(50) })]),
    settled(whole, back(REFUND, 4_000)),
    { books: { captured: 10_000, settled: 6_000, unexplained: 4_000 } },
  ],
  [
    "a failed refund that was taken back and given back",
    paidWith([refundThat("FAILED", 4_000)]),
    settled(whole, said(REFUND, [plain(-4_000)]), back(REFUND, -4_000)),
    { books: { captured: 10_000, settled: 10_000 } },
  ],
  [
    "a refund that was taken back and given back",
    ONE_REFUND,
    settled(whole, said(REFUND, [plain(-4_000)]), back(REFUND, -4_000)),
    {
      missing: [["refund_not_deducted", REFUND, 4_000]],
      books: { captured: 10_000, refunded: 4_000, settled: 10_000, pending: -4_000 },
    },
  ],
  [
    "a refund under its own id whose gross has no sign",
    ONE_REFUND,
    settled(whole, said(REFUND, [line({ gross: 4_000, net: -4_000 })])),
    { books: { captured: 10_000, refunded: 4_000, settled: 6_000 } },
  ],
  [
    "a refund that was taken back and withdrawn",
    ONE_REFUND,
    settled(whole, back(REFUND, 4_000), said(REFUND, [], { utr: LATER_UTR, read: 2 })),
    {
      missing: [["refund_not_deducted", REFUND, 4_000]],
      books: { captured: 10_000, refunded: 4_000, settled: 10_000, pending: -4_000 },
    },
  ],
  [
    "fully refunded by the order's word, in no report",
    toldByOrder("FULLY_REFUNDED"),
    settled(),
    { books: GONE },
  ],
  [
    "fully refunded by the order's word, taken back",
    toldByOrder("FULLY_REFUNDED"),
    settled(whole, back(PAYMENT, 10_000)),
    { books: GONE },
  ],
  [
    "fully refunded by the order's word, not taken back",
    toldByOrder("FULLY_REFUNDED"),
    settled(whole),
    {
      missing: [["settled_after_refund", PAYMENT, 10_000]],
      books: { ...GONE, settled: 10_000, pending: -10_000 },
    },
  ],
  [
    "refunded in part, nobody says how much, in no report",
    toldByOrder("PARTIALLY_REFUNDED"),
    settled(),
    {
      missing: [["settlement_missing", PAYMENT, 10_000]],
      books: { captured: 10_000, pending: 10_000 },
    },
  ],
  [
    "refunded in part, nobody says how much, taken back",
    toldByOrder("PARTIALLY_REFUNDED"),
    settled(whole, back(PAYMENT, 2_500)),
    { books: { captured: 10_000, refunded: 2_500, settled: 7_500 } },
  ],
];

describe("a refund in the reports", () => {
  it.each(named(rows))("%s", (_, [, facts, lines, outcome]) => {
    expect(found(facts, lines)).toEqual(outcome.found ?? []);
    expect(missing(facts, lines)).toEqual(outcome.missing ?? []);
    expect(partsOf(booksTogether(facts, lines))).toEqual(outcome.books);
  });

  it("is known by its own id, by its payment's, and by no id that only begins like it", () => {
    const facts = ONE_REFUND;
    const ids = [REFUND, `${REFUND}-cc-1`, `${REFUND}x`];
    const roles = rolesOf(facts, settled(...ids.map((id) => said(id, [plain(-1)]))));
    expect(Object.fromEntries(roles.map((one) => [one.transaction_id, one.role]))).toEqual({
      [REFUND]: "refund",
      [`${REFUND}-cc-1`]: "refund",
      [`${REFUND}x`]: "unknown",
    });
  });

  it("has no line before it is known: the same line is somebody else's then", () => {
    const lines = settled(whole, back(REFUND, 4_000));
    expect(rolesOf(PAID, lines).map(({ role }) => role)).toEqual(["payment", "unknown"]);
    expect(found(PAID, lines)).toEqual([]);
  });
});
