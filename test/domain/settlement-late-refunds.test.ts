// Which refunds are missed when a transfer may have deducted them in its total, without a line: one that
// could be among them is not, and neither is one so old that such totals are not known any more.

import { describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import { openLate } from "../../src/domain/record-checks";
import { DAY } from "../../src/domain/schedule";
import { gapsOf, lateGaps, type ReportKnowledge } from "../../src/domain/settlement-gaps";
import {
  LATER,
  onDay,
  openKeys,
  PAID,
  paidWith,
  PENDING,
  plain,
  recordOfWords,
  refunded,
  refundThat,
  said,
  settle,
  settled,
} from "./settlement-words";
import { isoAt, MORNING, order, payment, PAYMENT, REFUND } from "./words";

const DAYS = { days: 1, holidays: [], time_zone: "Asia/Kolkata" };

/** The types of what is late `day` days after the morning, when every report was read. */
function lateOn(
  day: number,
  gaps: ReturnType<typeof gapsOf>,
  unlisted: ReportKnowledge["unlisted_refunds"] = [],
  fallback = MORNING,
) {
  const now = MORNING + day * DAY;
  const knowledge = { read_through: now, unlisted_refunds: unlisted, unread: [] };
  return lateGaps(gaps, knowledge, fallback, DAYS, now).map(({ type }) => type);
}

/** Settled nine days after the morning. */
const WHOLE = settled(said(PAYMENT, [plain(10_000, LATER)]));

describe("a refund whose payment was settled after it", () => {
  const gaps = gapsOf(paidWith([refunded(3_000, onDay(4))]), WHOLE);

  it("is missed when no total has room for it", () => {
    expect(lateOn(15, gaps)).toEqual(["refund_not_deducted"]);
    expect(lateOn(15, gaps, [{ at: MORNING + 5 * DAY, value: 2_999 }])).toEqual([
      "refund_not_deducted",
    ]);
  });

  it("may be in a total from its own time on, less a day", () => {
    expect(lateOn(15, gaps, [{ at: MORNING + 5 * DAY, value: 3_000 }])).toEqual([]);
    expect(lateOn(15, gaps, [{ at: MORNING + 3 * DAY, value: 3_000 }])).toEqual([]);
    expect(lateOn(15, gaps, [{ at: MORNING + 3 * DAY - 1, value: 3_000 }])).toHaveLength(1);
  });

  it("is missed until it is 55 days old, and no longer", () => {
    expect(lateOn(59, gaps)).toEqual(["refund_not_deducted"]);
    expect(lateOn(59 + 1 / 24, gaps)).toEqual([]);
  });
});

describe("a whole refund that was settled all the same", () => {
  const gaps = gapsOf(paidWith([refunded(10_000, onDay(4))]), WHOLE);
  it("is looked for in the totals in the same way", () => {
    expect(lateOn(15, gaps)).toEqual(["settled_after_refund"]);
    expect(lateOn(15, gaps, [{ at: MORNING + 5 * DAY, value: 10_000 }])).toEqual([]);
    expect(lateOn(60, gaps)).toEqual([]);
  });
});

describe("a refund of which nobody said when it was done", () => {
  const undated = { ...refundThat("PROCESSED", 3_000), version: null };
  const gaps = gapsOf(paidWith([undated]), WHOLE);
  it("counts from when we first heard of the order, or from its settlement if that was before", () => {
    expect(lateOn(15, gaps, [{ at: MORNING + DAY, value: 3_000 }])).toEqual([]);
    const late = MORNING + 12 * DAY;
    expect(lateOn(25, gaps, [{ at: MORNING + 8.5 * DAY, value: 3_000 }], late)).toEqual([]);
    expect(lateOn(25, gaps, [{ at: MORNING + 7 * DAY, value: 3_000 }], late)).toHaveLength(1);
  });
});

describe("a payment that is missing", () => {
  it("is missed however old it is, and whatever the totals took", () => {
    const totals = [{ at: MORNING + 5 * DAY, value: 99_999 }];
    expect(lateOn(90, gapsOf(PAID, settled()), totals)).toEqual(["settlement_missing"]);
  });

  it("is missed from its newest capture on, when others were settled", () => {
    const captures = [
      { amount: inr(6_000), created_at: isoAt(onDay(1)) },
      { amount: inr(4_000), created_at: isoAt(onDay(8)) },
    ];
    const gaps = gapsOf(paidWith([], { captures }), settled(said(PAYMENT, [plain(6_000)])));
    expect(gaps).toMatchObject([{ type: "settlement_missing", since: MORNING + 8 * DAY }]);
    expect(lateOn(8, gaps)).toEqual([]);
  });

  const record = recordOfWords([
    order(60, { status: "PROCESSED", amount: inr(10_000) }),
    payment(60, { status: "PROCESSED", amount: inr(10_000) }),
  ]);
  const key = `settlement_missing:${PAYMENT}`;

  it("stays missed while it is listed only, and closes when it is paid out", () => {
    const missed = openLate(record, gapsOf(record.facts, record.settled), MORNING + 9 * DAY);
    expect(openKeys(missed)).toEqual([key]);
    const listed = settle(missed, [said(PAYMENT, [plain(10_000, PENDING)])]);
    expect(openKeys(listed)).toEqual([key]);
    expect(openKeys(settle(listed, [said(PAYMENT, [plain(10_000)], { read: 2 })]))).toEqual([]);
  });

  it("is opened by nothing but being late", () => {
    expect(openKeys(settle(record, [said(PAYMENT, [plain(10_000, PENDING)])]))).toEqual([]);
    expect(openKeys(settle(record, [said(REFUND, [])]))).toEqual([]);
  });
});
