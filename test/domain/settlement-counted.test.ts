// Which of a payment's lines count, and which of their amounts: for several captures, payouts that came
// back, and discounts, what is found, what is missing, in which stage the order is and where its money is.

import { describe } from "vitest";
import {
  expectOutcomes,
  missed,
  once,
  type OutcomeRow,
  PART_REFUNDED,
  pending,
} from "./settlement-outcomes";
import { inr } from "../../src/domain/money";
import {
  DISCOUNTED,
  LATER,
  LATER_UTR,
  line,
  PAID,
  paidWith,
  PARTLY_CAPTURED,
  PENDING,
  plain,
  said,
  settled,
} from "./settlement-words";
import { PAYMENT } from "./words";

const inCaptures: readonly OutcomeRow[] = [
  [
    "the first is settled: the second is awaited",
    PARTLY_CAPTURED,
    once({ gross: 4_000 }),
    {
      missing: missed(2_000),
      stage: "captured",
      books: { captured: 6_000, settled: 4_000, pending: 2_000 },
    },
  ],
  [
    "the second is listed: both are awaited",
    PARTLY_CAPTURED,
    pending(2_000),
    { missing: missed(6_000), stage: "captured", books: { captured: 6_000, pending: 6_000 } },
  ],
  [
    "none has this amount",
    PARTLY_CAPTURED,
    once({ gross: 3_000 }),
    {
      found: [["amount_differs", PAYMENT, 3_000]],
      stage: "captured",
      books: { captured: 6_000, settled: 3_000, unexplained: 3_000 },
    },
  ],
  [
    "two of twelve, in no order of time",
    paidWith([], {
      captures: Array.from({ length: 12 }, (_, index) => ({ amount: inr(100 + index) })),
    }),
    once({ gross: 100 + 107 }),
    {
      missing: missed(1_266 - 207),
      stage: "captured",
      books: { captured: 1_266, settled: 207, pending: 1_059 },
    },
  ],
  [
    "a payout of the first came back and was made again",
    PARTLY_CAPTURED,
    settled(
      said(PAYMENT, [plain(4_000, { ...PENDING, payout_status: "Failed" })]),
      said(PAYMENT, [plain(4_000)], { utr: LATER_UTR }),
    ),
    {
      missing: missed(2_000),
      stage: "captured",
      books: { captured: 6_000, settled: 4_000, pending: 2_000 },
    },
  ],
];

const FAILED_FIRST = said(PAYMENT, [
  line({ gross: 10_000, fee: 100 }, { ...PENDING, payout_status: "Failed" }),
]);

const cameBack: readonly OutcomeRow[] = [
  [
    "and was made again: the first one counts no more",
    PAID,
    settled(FAILED_FIRST, said(PAYMENT, [plain(10_000)], { utr: LATER_UTR })),
    { stage: "completed", books: { captured: 10_000, settled: 10_000 } },
  ],
  [
    "and was made again without a refund that was kept back",
    PART_REFUNDED,
    settled(FAILED_FIRST, said(PAYMENT, [plain(7_000)], { utr: LATER_UTR })),
    { stage: "completed", books: { captured: 10_000, refunded: 3_000, settled: 7_000 } },
  ],
  [
    "and was made again in full beside a second one",
    PAID,
    settled(
      FAILED_FIRST,
      said(PAYMENT, [plain(10_000), line({ gross: 10_000, fee: 1 }, LATER)], { utr: LATER_UTR }),
    ),
    {
      found: [["settled_twice", PAYMENT, 10_000]],
      stage: "completed",
      books: { captured: 10_000, fees: 1, settled: 19_999, unexplained: -10_000 },
    },
  ],
];

const EMI = paidWith([], { payment_method: "CREDIT_EMI" });

const discounted: readonly OutcomeRow[] = [
  [
    "less is settled than the payment says: the merchant pays the discount",
    EMI,
    once({ gross: 9_000, amount: 10_000, fee: 200 }),
    { stage: "completed", books: { captured: 9_000, fees: 200, settled: 8_800 } },
  ],
  [
    "more is settled than was taken: somebody else pays the discount",
    DISCOUNTED,
    once({ gross: 10_000, fee: 200 }),
    { stage: "completed", books: { captured: 10_000, fees: 200, settled: 9_800 } },
  ],
  [
    "both amounts are shown, and the greater is paid",
    DISCOUNTED,
    once({ gross: 10_000, amount: 9_000, fee: 200 }),
    { stage: "completed", books: { captured: 10_000, fees: 200, settled: 9_800 } },
  ],
  [
    "the order's amount is shown, and what was taken is paid",
    DISCOUNTED,
    once({ gross: 10_000, fee: 200, net: 8_800 }),
    { stage: "completed", books: { captured: 9_000, fees: 200, settled: 8_800 } },
  ],
  [
    "net and fees make neither of the two",
    DISCOUNTED,
    once({ gross: 10_000, amount: 9_000, fee: 200, net: 8_000 }),
    {
      stage: "completed",
      books: { captured: 9_000, fees: 200, settled: 8_000, unexplained: 800 },
    },
  ],
  [
    "not paid out yet",
    EMI,
    once({ gross: 9_000, amount: 10_000 }, PENDING),
    { missing: missed(10_000), stage: "initiated", books: { captured: 9_000, pending: 9_000 } },
  ],
];

describe.each([
  ["a payment of several captures", inCaptures],
  ["a payout that came back", cameBack],
  ["an EMI with a discount", discounted],
])("%s", (_, rows) => {
  expectOutcomes(rows);
});
