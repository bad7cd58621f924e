// Money that should be in a report by now and is not. Whether it is late depends on the clock, on the
// bank's days, and on how far the reports were read: nothing is missing in a report that nobody has read.

import { type BankDays, settlementDue } from "./bank-days";
import { type Discrepancies, type Finding, findingKey, sameSides } from "./discrepancy";
import { type Entity, entries, type Facts, firstSaid, read } from "./facts";
import { larger, type Paisa, smaller, subtract, sum, ZERO } from "./money";
import { type AskingHistory, DAY, HOUR } from "./schedule";
import type { Settled } from "./settled-line";
import { matchSettlement } from "./settlement";
import { NO_BOOKS, type PaymentBooks, settlesElsewhere } from "./settlement-books";
import {
  linesByPayment,
  refundParts,
  type RefundPart,
  type RoledLine,
  saidGross,
  takenBack,
  UNTOLD,
} from "./settlement-roles";
import { type Milliseconds, millisecondsOf } from "./time";

/** What is known of the reports as a whole. */
export interface ReportKnowledge {
  /** Every transfer up to this moment was read; null: never, or not without a gap. */
  readonly read_through: Milliseconds | null;
  /**
   * Transfers that deducted refunds without saying which (no line shows them), newest first, one
   * hundred at most; `value` in paisa.
   */
  readonly unlisted_refunds: readonly { readonly at: Milliseconds; readonly value: number }[];
  /**
   * When transfers were paid that the list names and that were not read, or of which lines wait for their
   * order; null: nobody says when. One hundred at most: with more of them `read_through` stands still.
   */
  readonly unread: readonly (Milliseconds | null)[];
}

export const GAP_TYPES = [
  "settlement_missing",
  "refund_not_deducted",
  "settled_after_refund",
] as const;

/** Something that a report should show sooner or later. */
export interface Gap extends Finding {
  readonly type: (typeof GAP_TYPES)[number];
  /** When the bank's days begin to count; null: nobody has said when. */
  readonly since: Milliseconds | null;
}

export function gapsOf(facts: Facts, settled: Settled): readonly Gap[] {
  const { books, lines } = matchSettlement(facts, settled);
  const parts = refundParts(facts);
  const apart = linesByPayment(parts, lines);
  const gaps = entries(facts, "payment").flatMap(([id, payment]) => {
    const ofPayment = ({ payment_id }: { readonly payment_id: string | null }) => payment_id === id;
    return gapsOfPayment(facts, {
      id,
      payment,
      books: books[id] ?? NO_BOOKS,
      lines: apart.filter(ofPayment),
      refunds: parts.filter(ofPayment),
    });
  });
  return joined(gaps);
}

/** One refund of several payments is one gap. */
function joined(gaps: readonly Gap[]): readonly Gap[] {
  const byKey = new Map<string, Gap>();
  for (const gap of gaps) {
    const other = byKey.get(findingKey(gap));
    const amount = (gap.amount ?? 0) + (other?.amount ?? 0);
    const since = latest([gap.since, other?.since ?? null]);
    byKey.set(findingKey(gap), { ...gap, ours: amount, amount, since });
  }
  return [...byKey.values()];
}

/** One payment with all that is of it. */
interface Own {
  readonly id: string;
  readonly payment: Entity<"payment">;
  readonly books: PaymentBooks;
  readonly lines: readonly RoledLine[];
  readonly refunds: readonly RefundPart[];
}

function gapsOfPayment(facts: Facts, own: Own): readonly Gap[] {
  const { id, payment, books, lines } = own;
  if (books.captured === ZERO) return [];
  const money = lines.filter(({ role }) => role === "payment");
  const refundLines = lines.filter(({ role }) => role === "refund");
  if (money.length === 0) {
    // A refund that was deducted already went off the merchant's other money: the whole is owed.
    const toDeduct = larger(ZERO, subtract(books.refunded, takenBack(refundLines)));
    const owed = larger(ZERO, subtract(books.captured, toDeduct));
    if (owed === ZERO || settlesElsewhere(payment)) return [];
    const since = takenAt(payment);
    return [
      { type: "settlement_missing", subject: id, ours: owed, theirs: 0, amount: owed, since },
    ];
  }
  const open = openRefunds(facts, own);
  const amount = sum(open.map(({ value }) => value));
  if (amount === ZERO) return [];
  const settledAt = Math.min(
    ...money.map(({ line }) => line.settled_at ?? line.processed_at ?? Infinity),
  );
  const refundedAt = latest(open.map(({ done_at }) => done_at));
  const whole = books.refunded >= books.captured && refundedAt !== null && refundedAt < settledAt;
  const sides = { ours: amount, theirs: 0, amount };
  if (whole) {
    const since = Number.isFinite(settledAt) ? settledAt : null;
    return [{ type: "settled_after_refund", subject: id, ...sides, since }];
  }
  return open.map(({ refund_id, value, done_at }) => ({
    type: "refund_not_deducted",
    subject: refund_id === UNTOLD ? id : refund_id,
    ours: value,
    theirs: 0,
    amount: value,
    since: latest([done_at, Number.isFinite(settledAt) ? settledAt : null]),
  }));
}

interface OpenRefund {
  readonly refund_id: string;
  readonly value: Paisa;
  readonly done_at: Milliseconds | null;
}

/** Refunds of a payment that are done and that no line takes back, the first ones covered first. */
function openRefunds(facts: Facts, { lines, refunds }: Own): readonly OpenRefund[] {
  const back = lines.filter(({ role }) => role === "refund");
  const takenFor = (refund: string | null): Paisa =>
    takenBack(back.filter(({ refund_id }) => refund_id === refund));
  let unnamed = takenFor(null);
  return refunds.flatMap((part) => {
    if (!part.done) return [];
    const own = smaller(part.value, takenFor(part.refund_id));
    const covered = sum([own, smaller(unnamed, subtract(part.value, own))]);
    unnamed = subtract(unnamed, subtract(covered, own));
    const value = subtract(part.value, covered);
    // One that says no amount may have taken all of it.
    const isSaid = back.every(
      ({ refund_id, line }) => refund_id !== part.refund_id || saidGross(line) !== null,
    );
    if (value === ZERO || !isSaid) return [];
    return [{ refund_id: part.refund_id, value, done_at: doneAt(facts, part) }];
  });
}

/** When the gateway said that it is done; of one that only its order tells of, when the order did. */
function doneAt(facts: Facts, { refund_id, payment_id }: RefundPart): Milliseconds | null {
  const refund = facts.refund[refund_id];
  if (refund !== undefined) return firstSaid(refund, "PROCESSED");
  const payment = facts.payment[payment_id];
  const order = facts.order[(payment && read(payment, "order_id")) ?? ""];
  return order === undefined ? null : firstSaid(order, "FULLY_REFUNDED");
}

/** When the money was taken, by the gateway's clock. */
function takenAt(payment: Entity<"payment">): Milliseconds | null {
  const captures = read(payment, "captures") ?? [];
  const captured = latest(captures.map(({ created_at }) => millisecondsOf(created_at)));
  const said = firstSaid(payment, "PROCESSED") ?? millisecondsOf(read(payment, "updated_at"));
  return captured ?? said ?? millisecondsOf(read(payment, "created_at"));
}

/** When each gap is due, in epoch milliseconds; a gap of unknown age counts from `fallback`. */
export function dueOf(gap: Gap, fallback: Milliseconds, days: BankDays): Milliseconds {
  return settlementDue(gap.since ?? fallback, days);
}

/** A gap that opened is no longer waited for; one that a person resolved not while it stays as it was. */
export function awaitedGaps(gaps: readonly Gap[], known: Discrepancies): readonly Gap[] {
  return gaps.filter((gap) => {
    const row = known[findingKey(gap)];
    if (row === undefined) return true;
    return row.closed_at !== null && !(row.resolution !== undefined && sameSides(row, gap));
  });
}

/** The gaps that are late by now: due, and the reports were read beyond that. */
export function lateGaps(
  gaps: readonly Gap[],
  { read_through, unlisted_refunds, unread }: ReportKnowledge,
  fallback: Milliseconds,
  days: BankDays,
): readonly Gap[] {
  if (read_through === null) return [];
  return gaps.filter((gap) => {
    const due = dueOf(gap, fallback, days);
    if (due > read_through) return false;
    const begun = (gap.since ?? fallback) - DAY;
    // It may be in a transfer that nobody could read yet.
    if (unread.some((at) => at === null || at >= begun)) return false;
    if (gap.type === "settlement_missing") return true;
    // A transfer took refunds back without naming them: this one may be among them.
    return !unlisted_refunds.some(({ at, value }) => at >= begun && value >= (gap.amount ?? 0));
  });
}

/**
 * How long after it is due a gap is looked at: first when the hourly reading of the reports has passed the
 * moment, and again because that may have failed.
 */
const LOOKS: readonly Milliseconds[] = [2 * HOUR, ...[1, 3, 7, 14, 30].map((days) => days * DAY)];

/**
 * The next moment to look at the gaps; null when nothing more is expected of the reports. Of an order
 * that we heard of late it counts from when that was.
 */
export function nextLook(
  gaps: readonly Gap[],
  asking: Pick<AskingHistory, "asked_at" | "changed_at">,
  fallback: Milliseconds,
  days: BankDays,
): Milliseconds | null {
  const { asked_at, changed_at } = asking;
  const after = Math.max(asked_at ?? changed_at, changed_at);
  const moments = gaps.flatMap((gap) => {
    const due = Math.max(dueOf(gap, fallback, days), changed_at);
    const next = LOOKS.find((delay) => due + delay > after);
    return next === undefined ? [] : [due + next];
  });
  return moments.length === 0 ? null : Math.min(...moments);
}

function latest(times: readonly (Milliseconds | null)[]): Milliseconds | null {
  const said = times.filter((time) => time !== null);
  return said.length === 0 ? null : Math.max(...said);
}
