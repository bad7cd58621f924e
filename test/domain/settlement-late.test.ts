// When a gap is late: by the bank's days, and never before the reports were read that far. How it
// opens, closes by itself or by a person, and opens again only for another difference.

import { describe, expect, it } from "vitest";
import type { BankDays } from "../../src/domain/bank-days";
import { inr } from "../../src/domain/money";
import {
  checkSettlement,
  compareWithInquiry,
  openLate,
  resolve,
} from "../../src/domain/record-checks";
import { absorb, type OrderRecord } from "../../src/domain/record";
import { DAY, HOUR } from "../../src/domain/schedule";
import {
  awaitedGaps,
  dueOf,
  type Gap,
  gapsOf,
  lateGaps,
  nextLook,
  type ReportKnowledge,
} from "../../src/domain/settlement-gaps";
import {
  NOW,
  onDay,
  openKeys,
  paidWith,
  plain,
  recordOfWords,
  refunded,
  said,
  settle,
  settled,
} from "./settlement-words";
import {
  isoAt,
  known,
  MORNING,
  observe,
  order,
  paidOrder,
  payment,
  PAYMENT,
  REFUND,
} from "./words";

const MISSING = `settlement_missing:${PAYMENT}`;

/** 1 March 2026, the morning of these tests, is a Sunday; the 4th a holiday. */
/** Heard of at the beginning of time, and last asked about then. */
const asked = (asked_at: number | null) => ({ asked_at, changed_at: 0 });

const DAYS: BankDays = { days: 1, holidays: ["2026-03-04"], time_zone: "Asia/Kolkata" };

const india = (text: string): number => Date.parse(`${text}+05:30`);

/** Reports read through this moment, with no refund that was deducted without a line. */
function readTo(moment: string | null, unlisted: ReportKnowledge["unlisted_refunds"] = []) {
  return {
    read_through: moment === null ? null : india(moment),
    unlisted_refunds: unlisted,
    unread: [],
  };
}

function takenAt(moment: string) {
  return paidWith([], { captures: [{ amount: inr(10_000), created_at: `${moment}+05:30` }] });
}

function lateOf(record: OrderRecord, knowledge: ReportKnowledge): readonly Gap[] {
  const gaps = awaitedGaps(gapsOf(record.facts, record.settled), record.discrepancies);
  return lateGaps(gaps, knowledge, record.created_at, DAYS, knowledge.read_through ?? NOW);
}

/** As the order's actor does once a day. */
function look(record: OrderRecord, moment: string): OrderRecord {
  return openLate(record, lateOf(record, readTo(moment)), india(moment));
}

const LATER = "2026-03-20T00:00:00";

describe("a payment is missing", () => {
  it.each([
    ["of a Monday", "2026-03-02T12:00:00", "2026-03-04T03:00:00"],
    ["of a Monday's last millisecond", "2026-03-02T23:59:59.999", "2026-03-04T03:00:00"],
    ["of a Tuesday, with a holiday after it", "2026-03-03T00:00:00", "2026-03-06T03:00:00"],
    ["of a Friday, with an open Saturday after it", "2026-03-06T12:00:00", "2026-03-08T03:00:00"],
    [
      "of a Friday, with the second Saturday after it",
      "2026-03-13T12:00:00",
      "2026-03-17T03:00:00",
    ],
    ["of a Sunday", "2026-03-15T12:00:00", "2026-03-17T03:00:00"],
  ])("%s from the moment it is due", (_, taken, due) => {
    const gaps = gapsOf(takenAt(taken), settled());
    expect(gaps.map((gap) => dueOf(gap, 0, DAYS))).toEqual([india(due)]);
    const before = { read_through: india(due) - 1, unlisted_refunds: [], unread: [] };
    expect(lateGaps(gaps, before, 0, DAYS, india(due))).toEqual([]);
    expect(
      lateGaps(gaps, { ...before, read_through: india(due) }, 0, DAYS, india(due)),
    ).toHaveLength(1);
  });

  it("never while no report was read", () => {
    expect(
      lateGaps(gapsOf(takenAt("2026-03-02T12:00:00"), settled()), readTo(null), 0, DAYS, NOW),
    ).toEqual([]);
  });

  it("from its last capture on, not from when it was held", () => {
    const facts = paidWith([], {
      created_at: isoAt(0),
      captures: [
        { amount: inr(5_000), created_at: isoAt(onDay(8)) },
        { amount: inr(5_000), created_at: isoAt(onDay(3)) },
      ],
    });
    expect(gapsOf(facts, settled()).map(({ since }) => since)).toEqual([MORNING + 8 * DAY]);
  });

  it("from when it was first said to be taken, when no capture says its time", () => {
    const words = [payment(60, { status: "PROCESSED" }), payment(90, { status: "PROCESSED" })];
    const facts = known([...paidOrder(60), ...words]);
    expect(gapsOf(facts, settled()).map(({ since }) => since)).toEqual([MORNING + 60_000]);
  });

  it("counted from when we first heard of it, when nobody says any time", () => {
    const facts = known(paidOrder(null));
    const gaps = gapsOf(facts, settled());
    expect(gaps.map(({ since }) => since)).toEqual([null]);
    expect(gaps.map((gap) => dueOf(gap, india("2026-03-02T12:00:00"), DAYS))).toEqual([
      india("2026-03-04T03:00:00"),
    ]);
  });

  it("is not missing before it is taken, by a clock that runs ahead", () => {
    const gaps = gapsOf(takenAt("2031-01-01T00:00:00"), settled());
    expect(lateGaps(gaps, readTo(LATER), 0, DAYS, india(LATER))).toEqual([]);
  });
});

describe("a refund is not deducted", () => {
  const facts = paidWith([refunded(4_000, onDay(3))]);
  const once = settled(said(PAYMENT, [plain(10_000)]));

  it("from the later of the refund and the settlement on", () => {
    expect(gapsOf(facts, once).map(({ since }) => since)).toEqual([MORNING + 3 * DAY]);
    const afterwards = settled(said(PAYMENT, [plain(10_000, { settled_at: MORNING + 9 * DAY })]));
    expect(gapsOf(facts, afterwards).map(({ since }) => since)).toEqual([MORNING + 9 * DAY]);
  });

  it("unless a transfer took back at least as much without a line since then", () => {
    const gaps = gapsOf(facts, once);
    const late = (at: number, value: number) =>
      lateGaps(gaps, readTo(LATER, [{ at, value }]), 0, DAYS, india(LATER)).length;
    expect(late(MORNING + 4 * DAY, 4_000)).toBe(0);
    expect(late(MORNING + 4 * DAY, 3_999)).toBe(1);
    expect(late(MORNING + DAY, 4_000)).toBe(1);
  });

  it("whatever such transfers took, when the payment itself is missing", () => {
    const gaps = gapsOf(facts, settled());
    const knowledge = readTo(LATER, [{ at: MORNING + 4 * DAY, value: 99_999 }]);
    expect(lateGaps(gaps, knowledge, 0, DAYS, india(LATER))).toHaveLength(1);
  });
});

describe("what is late", () => {
  const paid = recordOfWords(paidOrder());
  const missed = look(paid, LATER);

  it("opens once, is waited for no more, and closes when it comes", () => {
    expect(openKeys(paid)).toEqual([]);
    expect(openKeys(missed)).toEqual([MISSING]);
    expect(look(missed, "2026-03-20T01:00:00")).toBe(missed);
    const came = settle(missed, [said(PAYMENT, [plain(10_000)])]);
    expect(openKeys(came)).toEqual([]);
    expect(came.discrepancies[MISSING]).toMatchObject({
      amount: 10_000,
      closed_at: expect.any(Number),
    });
  });

  it("opens again when the line that came is withdrawn", () => {
    const came = settle(missed, [said(PAYMENT, [plain(10_000)])]);
    const gone = settle(came, [said(PAYMENT, [], { read: 2 })]);
    expect(openKeys(gone)).toEqual([]);
    expect(openKeys(look(gone, LATER))).toEqual([MISSING]);
  });

  it("stays closed for a person who resolved it, and opens for another amount", () => {
    const at = india(LATER);
    const resolved = resolve(missed, MISSING, { by: "operator", at, reason: "Paid by cheque." });
    expect(openKeys(look(settle(resolved, []), "2026-04-20T00:00:00"))).toEqual([]);
    const more = recordOfWords([...paidOrder(), refunded(4_000, 90)]);
    const changed = settle({ ...resolved, facts: more.facts }, []);
    const again = look(changed, "2026-04-20T00:00:00");
    expect(openKeys(again)).toEqual([MISSING]);
    expect(again.discrepancies[MISSING]).toMatchObject({ amount: 6_000 });
    expect(again.discrepancies[MISSING]).not.toHaveProperty("resolution");
  });

  it("is looked for at growing distances for half a year after it is due", () => {
    const gaps = gapsOf(takenAt("2026-03-02T12:00:00"), settled());
    const due = india("2026-03-04T03:00:00");
    expect(nextLook(gaps, asked(null), 0, DAYS)).toBe(due + 2 * HOUR);
    const looks = [0.5, 1, 3, 7, 14].map((day) => nextLook(gaps, asked(due + day * DAY), 0, DAYS));
    expect(looks).toEqual([1, 3, 7, 14, 30].map((day) => due + day * DAY));
    expect(nextLook(gaps, asked(due + 30 * DAY), 0, DAYS)).toBe(due + 60 * DAY);
    expect(nextLook(gaps, asked(due + 180 * DAY), 0, DAYS)).toBeNull();
    expect(nextLook([], asked(null), 0, DAYS)).toBeNull();
    // Heard of ten days late: two hours after that.
    const late = { asked_at: due + 10 * DAY, changed_at: due + 10 * DAY };
    expect(nextLook(gaps, late, 0, DAYS)).toBe(due + 10 * DAY + 2 * HOUR);
  });
});

describe("a difference of the lines", () => {
  const AMOUNT = `amount_differs:${PAYMENT}`;
  const wrong = settle(recordOfWords(paidOrder()), [said(PAYMENT, [plain(9_000)])]);

  it("opens with the line and closes when the report is corrected", () => {
    expect(openKeys(wrong)).toEqual([AMOUNT]);
    expect(openKeys(settle(wrong, [said(PAYMENT, [plain(10_000)], { read: 2 })]))).toEqual([]);
  });

  it("closes when the facts follow: the payment was captured in part", () => {
    const capture = payment(90, { status: "PROCESSED", captures: [{ amount: inr(9_000) }] });
    const told = recordOfWords([...paidOrder(), capture]);
    expect(openKeys(settle({ ...wrong, facts: told.facts }, []))).toEqual([]);
  });

  it("stays resolved while both sides stay, and opens for another amount", () => {
    const at = wrong.updated_at + HOUR;
    const resolved = resolve(wrong, AMOUNT, { by: "operator", at, reason: "Agreed by phone." });
    const read = settle(resolved, [said(PAYMENT, [plain(9_000)], { read: 2 })]);
    expect(openKeys(read)).toEqual([]);
    expect(read.discrepancies[AMOUNT]).toMatchObject({
      resolution: { reason: "Agreed by phone." },
    });
    expect(openKeys(settle(read, [said(PAYMENT, [plain(8_000)], { read: 3 })]))).toEqual([AMOUNT]);
  });

  it("closes settled_but_not_paid when the payment is found to be paid", () => {
    const failed = [
      order(60, { status: "FAILED", amount: inr(10_000) }),
      payment(60, { status: "FAILED", amount: inr(10_000) }),
    ];
    const odd = settle(recordOfWords(failed), [said(PAYMENT, [plain(10_000)])]);
    expect(openKeys(odd)).toEqual([`settled_but_not_paid:${PAYMENT}`]);
    const paid = recordOfWords([...failed, ...paidOrder(90)]);
    expect(openKeys(settle({ ...odd, facts: paid.facts }, []))).toEqual([]);
  });

  it("closes a chargeback when a refund explains what was taken back", () => {
    const lines = [said(PAYMENT, [plain(10_000), plain(-4_000)])];
    const taken = settle(recordOfWords(paidOrder()), lines);
    expect(openKeys(taken)).toEqual([`chargeback:${PAYMENT}`]);
    const told = recordOfWords([...paidOrder(), refunded(4_000, 90)]);
    const after = settle({ ...taken, facts: told.facts }, []);
    expect(openKeys(after)).toEqual([]);
    expect(gapsOf(after.facts, after.settled)).toEqual([]);
  });

  it.each([
    ["home", (home: OrderRecord, alias: OrderRecord) => absorb(home, alias, home.updated_at)],
    ["alias", (home: OrderRecord, alias: OrderRecord) => absorb(alias, home, home.updated_at)],
  ])("that was resolved at the %s is resolved when both are one", (_, together) => {
    const at = wrong.updated_at + HOUR;
    const resolved = resolve(wrong, AMOUNT, { by: "operator", at, reason: "Agreed by phone." });
    const { record } = together(resolved, wrong);
    expect(openKeys(settle(record, []))).toEqual([]);
    const changed = settle(wrong, [said(PAYMENT, [plain(8_000)], { read: 2 })]);
    expect(openKeys(settle(together(resolved, changed).record, []))).toEqual([AMOUNT]);
  });

  it("is nobody's of another business, and closes when an order turns out to be one", () => {
    const closed = checkSettlement(wrong, false, wrong.updated_at);
    expect(openKeys(closed)).toEqual([]);
    expect(openKeys(checkSettlement(closed, true, wrong.updated_at))).toEqual([AMOUNT]);
  });

  it("does not close by an inquiry that agrees about other things", () => {
    const answer = observe([...paidOrder(120), refunded(4_000, 120, REFUND)]);
    expect(openKeys(compareWithInquiry(wrong, answer, wrong.updated_at))).toContain(AMOUNT);
  });
});
