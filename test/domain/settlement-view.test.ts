// What the API shows of an order's settlement, in each of its stages.

import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/facts";
import { inr } from "../../src/domain/money";
import { viewOrder } from "../../src/domain/order-view";
import type { Settled } from "../../src/domain/settled-line";
import { matchSettlement } from "../../src/domain/settlement";
import { settledBy, viewSettlement } from "../../src/domain/settlement-view";
import {
  BY_BANK,
  FAILED,
  IN_PARTS,
  LATER_UTR,
  line,
  PAID,
  paidWith,
  PENDING,
  plain,
  recordOfWords,
  refunded,
  said,
  settle,
  settled,
  UTR,
} from "./settlement-words";
import {
  isoAt,
  known,
  named,
  ORDER,
  order,
  paidOrder,
  PAYMENT,
  REFUND,
  SECOND_PAYMENT,
} from "./words";

type Row = readonly [
  name: string,
  facts: Facts,
  lines: Settled,
  stage: string | null,
  by: readonly string[],
];

const ONE = said(PAYMENT, [plain(4_000)]);
const waiting = (id: string, gross: number) =>
  said(id, [plain(gross, PENDING)], { utr: LATER_UTR });
const other = said(SECOND_PAYMENT, [plain(6_000)], { utr: LATER_UTR });

const rows: readonly Row[] = [
  ["nothing was paid", known([order(60, { status: "CREATED" })]), settled(), null, []],
  ["nothing was taken", FAILED, settled(), null, []],
  ["paid, in no report", PAID, settled(), "captured", []],
  ["listed, and not paid out", PAID, settled(waiting(PAYMENT, 10_000)), "initiated", []],
  ["at the bank", PAID, settled(said(PAYMENT, [plain(10_000)])), "completed", [UTR]],
  ["one part of two listed", IN_PARTS, settled(ONE), "captured", []],
  [
    "one part at the bank, the other on its way",
    IN_PARTS,
    settled(ONE, waiting(SECOND_PAYMENT, 6_000)),
    "initiated",
    [],
  ],
  [
    "both parts at the bank, by two transfers",
    IN_PARTS,
    settled(ONE, other),
    "completed",
    [UTR, LATER_UTR],
  ],
  ["a line that was withdrawn", PAID, settled(said(PAYMENT, [])), "captured", []],
  ["settled by the bank itself", BY_BANK, settled(), "elsewhere", []],
  ["refunded in full before any report", paidWith([refunded(10_000, 90)]), settled(), null, []],
  [
    "refunded in full, and settled",
    paidWith([refunded(10_000, 90)]),
    settled(said(PAYMENT, [plain(10_000)])),
    "completed",
    [UTR],
  ],
  ["refunded in part, in no report", paidWith([refunded(4_000, 90)]), settled(), "captured", []],
];

describe("the settlement of an order", () => {
  it.each(named(rows))("%s", (_, [, facts, lines, stage, by]) => {
    expect(viewSettlement(matchSettlement(facts, lines))?.stage ?? null).toBe(stage);
    expect(settledBy(facts, lines)).toEqual(by);
  });

  it("moves from captured by initiated to completed when a pending payout succeeds", () => {
    const paid = recordOfWords(paidOrder());
    const listed = settle(paid, [said(PAYMENT, [plain(10_000, PENDING)])]);
    const done = settle(listed, [said(PAYMENT, [plain(10_000)], { read: 2 })]);
    const stages = [paid, listed, done].map(
      (record) =>
        viewOrder(ORDER, record, { auth_window: { "*": 5 }, fulfill_on: "paid", ours: true })
          .settlement?.stage,
    );
    expect(stages).toEqual(["captured", "initiated", "completed"]);
    expect([paid, listed, done].map(({ version }) => version)).toEqual([
      paid.version,
      paid.version + 1,
      paid.version + 2,
    ]);
  });

  it("is shown with its sums and lines, what is taken back among them", () => {
    const facts = paidWith([refunded(4_000, 90)]);
    const lines = settled(
      said(PAYMENT, [line({ gross: 10_000, fee: 236 })]),
      said(REFUND, [plain(-4_000, PENDING)], { utr: LATER_UTR }),
    );
    expect(viewSettlement(matchSettlement(facts, lines))).toEqual({
      stage: "completed",
      utrs: [UTR, LATER_UTR],
      gross: inr(10_000),
      deductions: inr(236),
      recovered: inr(0),
      settled: inr(9_764),
      pending: inr(-4_000),
      unexplained: inr(0),
      lines: [
        {
          utr: UTR,
          transaction_id: PAYMENT,
          role: "payment",
          payment_id: PAYMENT,
          refund_id: null,
          gross: inr(10_000),
          deductions: inr(236),
          settled_amount: inr(9_764),
          payout_status: "Success",
          completed: true,
          settled_at: isoAt(2 * 86_400),
        },
        {
          utr: LATER_UTR,
          transaction_id: REFUND,
          role: "refund",
          payment_id: PAYMENT,
          refund_id: REFUND,
          gross: inr(-4_000),
          deductions: inr(0),
          settled_amount: inr(-4_000),
          payout_status: "Pending",
          completed: false,
          settled_at: null,
        },
      ],
    });
  });

  it("is not completed while a part of its money is in no report", () => {
    const part = settled(said(PAYMENT, [plain(6_000)]));
    expect(matchSettlement(PAID, part).stage).toBe("captured");
    expect(settledBy(PAID, part)).toEqual([]);
    const whole = settled(
      said(PAYMENT, [plain(6_000)]),
      said(PAYMENT, [plain(4_000)], { utr: LATER_UTR }),
    );
    expect(settledBy(PAID, whole)).toEqual([UTR, LATER_UTR]);
  });

  it("shows what nothing explains, and null for what nobody said", () => {
    const lines = settled(said(PAYMENT, [line({ gross: 10_000, fee: null, net: 9_000 })]));
    const view = viewSettlement(matchSettlement(PAID, lines));
    expect(view).toMatchObject({ settled: inr(9_000), unexplained: inr(1_000) });
    expect(view?.lines).toMatchObject([{ deductions: null, settled_amount: inr(9_000) }]);
  });

  it("shows the gross once where a payout came back and was made again, and both lines", () => {
    const back = said(PAYMENT, [plain(10_000, { ...PENDING, payout_status: "Failed" })]);
    const again = said(PAYMENT, [plain(10_000)], { utr: LATER_UTR });
    const view = viewSettlement(matchSettlement(PAID, settled(back, again)));
    expect(view).toMatchObject({ stage: "completed", gross: inr(10_000), pending: inr(0) });
    expect(view?.lines).toHaveLength(2);
    expect(settledBy(PAID, settled(back, again))).toEqual([LATER_UTR]);
  });

  it("shows the lines of what was never paid", () => {
    const lines = settled(said(PAYMENT, [plain(10_000)]));
    const view = viewSettlement(matchSettlement(FAILED, lines));
    expect(view).toMatchObject({ stage: null, utrs: [UTR], unexplained: inr(-10_000) });
    expect(settledBy(FAILED, lines)).toEqual([]);
  });
});
