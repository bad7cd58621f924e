// What is owed for a payment beside its refunds: for money that is listed and not paid out, and refunds that
// are on their way or were kept back, what is found, what is missing, in which stage the order is and
// where its money is.

import { describe } from "vitest";
import {
  expectOutcomes,
  missed,
  once,
  type OutcomeRow,
  PART_REFUNDED,
  pending,
} from "./settlement-outcomes";
import {
  onDay,
  PAID,
  paidWith,
  PENDING,
  plain,
  refunded,
  refundThat,
  said,
  settled,
} from "./settlement-words";
import { PAYMENT, REFUND, SECOND_REFUND } from "./words";

const ON_ITS_WAY = paidWith([refundThat("PENDING", 3_000)]);
const TWO_REFUNDS = paidWith([refunded(3_000, 90), refunded(2_000, onDay(1), SECOND_REFUND)]);

const notPaidOut: readonly OutcomeRow[] = [
  ...["Pending", "On Hold", "Failed"].map((word): OutcomeRow => [
    `${word}: all of it is awaited`,
    PAID,
    pending(10_000, word),
    { missing: missed(10_000), stage: "initiated", books: { captured: 10_000, pending: 10_000 } },
  ]),
  [
    "a part of it at the bank: the rest is awaited",
    PAID,
    settled(said(PAYMENT, [plain(6_000), plain(4_000, PENDING)])),
    {
      missing: missed(4_000),
      stage: "initiated",
      books: { captured: 10_000, settled: 6_000, pending: 4_000 },
    },
  ],
  [
    "a part of it is going back: the rest is awaited, and no refund is missed yet",
    PART_REFUNDED,
    pending(10_000),
    {
      missing: missed(7_000),
      stage: "initiated",
      books: { captured: 10_000, refunded: 3_000, pending: 7_000 },
    },
  ],
  [
    "with the refund deducted from other money: all of it is awaited",
    PART_REFUNDED,
    settled(said(PAYMENT, [plain(10_000, PENDING), plain(-3_000)])),
    {
      missing: missed(10_000),
      stage: "initiated",
      books: { captured: 10_000, refunded: 3_000, settled: -3_000, pending: 10_000 },
    },
  ],
];

const onTheirWay: readonly OutcomeRow[] = [
  [
    "all of it: nothing is awaited of the payment",
    paidWith([refundThat("PENDING", 10_000)]),
    settled(),
    { stage: "captured", books: { captured: 10_000, pending: 10_000 } },
  ],
  [
    "a part of it: the rest is awaited",
    ON_ITS_WAY,
    settled(),
    { missing: missed(7_000), stage: "captured", books: { captured: 10_000, pending: 10_000 } },
  ],
  [
    "not kept back while it is not done: the line is too low",
    ON_ITS_WAY,
    once({ gross: 7_000 }),
    {
      found: [["amount_differs", PAYMENT, 3_000]],
      stage: "captured",
      books: { captured: 10_000, settled: 7_000, unexplained: 3_000 },
    },
  ],
  [
    "failed: all of the payment is awaited",
    paidWith([refundThat("FAILED", 10_000)]),
    settled(),
    { missing: missed(10_000), stage: "captured", books: { captured: 10_000, pending: 10_000 } },
  ],
];

const keptBack: readonly OutcomeRow[] = [
  [
    "from the payment's own line",
    PART_REFUNDED,
    once({ gross: 7_000, fee: 100 }),
    {
      stage: "completed",
      books: { captured: 10_000, refunded: 3_000, fees: 100, settled: 6_900 },
    },
  ],
  [
    "all of it, by a line of nothing",
    paidWith([refunded(10_000, 90)]),
    once({ gross: 0 }),
    { stage: "completed", books: { captured: 10_000, refunded: 10_000 } },
  ],
  [
    "from a line that is not paid out yet",
    PART_REFUNDED,
    pending(7_000),
    {
      missing: missed(7_000),
      stage: "initiated",
      books: { captured: 10_000, refunded: 3_000, pending: 7_000 },
    },
  ],
  [
    "the first of two, and the second is missed",
    TWO_REFUNDS,
    once({ gross: 7_000 }),
    {
      missing: [["refund_not_deducted", SECOND_REFUND, 2_000]],
      stage: "completed",
      books: { captured: 10_000, refunded: 5_000, settled: 7_000, pending: -2_000 },
    },
  ],
  [
    "both of two",
    TWO_REFUNDS,
    once({ gross: 5_000 }),
    { stage: "completed", books: { captured: 10_000, refunded: 5_000, settled: 5_000 } },
  ],
  [
    "one paisa more than the refund: not right",
    PART_REFUNDED,
    once({ gross: 6_999 }),
    {
      found: [["amount_differs", PAYMENT, 3_001]],
      missing: [["refund_not_deducted", REFUND, 3_000]],
      stage: "captured",
      books: {
        captured: 10_000,
        refunded: 3_000,
        settled: 6_999,
        pending: -3_000,
        unexplained: 3_001,
      },
    },
  ],
  [
    "though it was done after the payment was settled: not right",
    paidWith([refunded(3_000, onDay(4))]),
    once({ gross: 7_000 }),
    {
      found: [["amount_differs", PAYMENT, 3_000]],
      missing: [["refund_not_deducted", REFUND, 3_000]],
      stage: "captured",
      books: {
        captured: 10_000,
        refunded: 3_000,
        settled: 7_000,
        pending: -3_000,
        unexplained: 3_000,
      },
    },
  ],
  [
    "and taken back by a line of its own as well: not right",
    PART_REFUNDED,
    settled(said(PAYMENT, [plain(7_000)]), said(REFUND, [plain(-3_000)])),
    {
      found: [["amount_differs", PAYMENT, 3_000]],
      stage: "captured",
      books: { captured: 10_000, refunded: 3_000, settled: 4_000, unexplained: 3_000 },
    },
  ],
];

describe.each([
  ["money that is listed and not paid out", notPaidOut],
  ["a refund that is on its way", onTheirWay],
  ["a refund that was kept back", keptBack],
])("%s", (_, rows) => {
  expectOutcomes(rows);
});
