// A person has closed a difference and said why. That holds for the difference as it stood: not for another
// one of the same cause, and not for the same one once it was gone and comes again.

import { describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import { evolve, type OrderRecord } from "../../src/domain/record";
import { checkRefunds, note, openLate, resolve } from "../../src/domain/record-checks";
import { DAY } from "../../src/domain/schedule";
import { awaitedGaps, gapsOf, lateGaps } from "../../src/domain/settlement-gaps";
import { onDay, plain, recordOf, recordOfWords, said, settle } from "./settlement-words";
import { isoAt, MORNING, observe, order, payment, PAYMENT, refund, SECOND_REFUND } from "./words";

const by = (at: number) => ({ by: "asha", at, reason: "agreed by phone" });
const isOpen = (record: OrderRecord, key: string): boolean =>
  record.discrepancies[key]?.closed_at === null;

describe("what a person has closed", () => {
  it("opens again when paid became unpaid a second time (law 8)", () => {
    const paid = (second: number) =>
      observe([order(second, { status: "PROCESSED", amount: inr(10_000) })]);
    const lost = (second: number) =>
      observe([order(second, { status: "FAILED", amount: inr(10_000) })]);
    const key = "paid_became_unpaid";
    const first = resolve(recordOf([paid(60), lost(70)]), key, by(MORNING));
    expect(isOpen(first, key)).toBe(false);
    const again = evolve(first, lost(75), "webhook", MORNING).record;
    expect(isOpen(again, key)).toBe(false);
    const back = evolve(again, paid(80), "webhook", MORNING).record;
    expect(isOpen(back, key)).toBe(false);
    expect(isOpen(evolve(back, lost(90), "webhook", MORNING).record, key)).toBe(true);
  });

  it("opens again for another refund of the same amount that has no end", () => {
    const key = "refund_without_end";
    const words = [
      order(60, { status: "PROCESSED", amount: inr(10_000) }),
      payment(60, { status: "PROCESSED", amount: inr(10_000) }),
      refund(90, { status: "PENDING", amount: inr(500) }),
    ];
    const asked = recordOfWords(words);
    const after = asked.changed_at + 31 * DAY;
    const judged = resolve(checkRefunds(asked, after), key, by(after));
    const done = refund(onDay(40), { status: "PROCESSED", amount: inr(500) });
    const over = checkRefunds(evolve(judged, observe([done]), "webhook", after).record, after);
    const other = refund(onDay(50), { status: "PENDING", amount: inr(500) }, SECOND_REFUND);
    const second = evolve(over, observe([other]), "webhook", after + DAY).record;
    expect(isOpen(checkRefunds(second, after + 60 * DAY), key)).toBe(true);
  });

  it("opens again when a settlement that had come was withdrawn", () => {
    const key = `settlement_missing:${PAYMENT}`;
    const days = { days: 1, holidays: [], time_zone: "Asia/Kolkata" };
    const look = (record: OrderRecord, at: number): OrderRecord => {
      const gaps = awaitedGaps(gapsOf(record.facts, record.settled), record.discrepancies);
      const knowledge = { read_through: at, unlisted_refunds: [], unread: [] };
      return openLate(record, lateGaps(gaps, knowledge, record.created_at, days, at), at);
    };
    const paid = recordOfWords([
      order(60, { status: "PROCESSED", amount: inr(10_000) }),
      payment(60, { status: "PROCESSED", amount: inr(10_000), created_at: isoAt(30) }),
    ]);
    const at = MORNING + 9 * DAY;
    const judged = resolve(look(paid, at), key, by(at));
    expect(isOpen(look(judged, at + DAY), key)).toBe(false);
    const came = settle(judged, [said(PAYMENT, [plain(10_000)])], at + DAY);
    const gone = settle(came, [said(PAYMENT, [], { read: 2 })], at + 2 * DAY);
    expect(isOpen(look(gone, at + 20 * DAY), key)).toBe(true);
  });

  it("opens again when the same thing happens once more", () => {
    const finding = {
      type: "redirect_signature_invalid",
      subject: "",
      ours: "valid",
      theirs: "invalid",
      amount: null,
    } as const;
    const record = recordOfWords([order(60, { status: "PROCESSED", amount: inr(10_000) })]);
    const judged = resolve(note(record, finding, MORNING), finding.type, by(MORNING));
    expect(isOpen(judged, finding.type)).toBe(false);
    expect(isOpen(note(judged, finding, MORNING + DAY), finding.type)).toBe(true);
  });
});
