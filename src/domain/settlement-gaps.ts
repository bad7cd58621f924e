// Money that should be in a report by now and is not. Whether it is late depends on the clock, on the
// bank's days, and on how far the reports were read: nothing is missing in a report that nobody has read.

import { type BankDays, settlementDue } from "./bank-days";
import { type Discrepancies, type Finding, findingKey, isJudged, sameSides } from "./discrepancy";
import { type Entity, type Facts, firstSaid, read } from "./facts";
import { larger, type Paisa, smaller, subtract, sum, ZERO } from "./money";
import type { OpenRefund, PaymentAccount } from "./payment-account";
import { UNTOLD } from "./refund-parts";
import { type AskingHistory, DAY, HOUR } from "./schedule";
import type { Settled } from "./settled-line";
import { matchSettlement } from "./settlement";
import { settlesElsewhere } from "./settlement-books";
import { movedAt, takenBack } from "./settlement-roles";
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
  /** Of a refund that no line deducts: when it was done; null where nobody said, and of a payment. */
  readonly refunded_at: Milliseconds | null;
}

export function gapsOf(facts: Facts, settled: Settled): readonly Gap[] {
  const { accounts, books } = matchSettlement(facts, settled);
  return joined(
    accounts.flatMap((account) => gapsOfPayment(account, books[account.id]?.refunded ?? ZERO)),
  );
}

/** One refund of several payments is one gap. */
function joined(gaps: readonly Gap[]): readonly Gap[] {
  const byKey = new Map<string, Gap>();
  for (const gap of gaps) {
    const other = byKey.get(findingKey(gap));
    const amount = (gap.amount ?? 0) + (other?.amount ?? 0);
    const since = latest([gap.since, other?.since ?? null]);
    const refunded_at = latest([gap.refunded_at, other?.refunded_at ?? null]);
    byKey.set(findingKey(gap), { ...gap, ours: amount, amount, since, refunded_at });
  }
  return [...byKey.values()];
}

/** `refunded`: by the payment's books, in paisa. */
function gapsOfPayment(account: PaymentAccount, refunded: Paisa): readonly Gap[] {
  const { id, payment, captured, fit } = account;
  if (captured === ZERO || (fit === "unlisted" && settlesElsewhere(payment))) return [];
  const awaited = awaitedOf(account);
  const owed = larger(ZERO, subtract(awaited, toDeduct(account)));
  const sides = { ours: owed, theirs: 0, amount: owed };
  const since = takenAt(payment);
  const missing: readonly Gap[] =
    owed === ZERO
      ? []
      : [{ type: "settlement_missing", subject: id, ...sides, since, refunded_at: null }];
  return fit === "unlisted" ? missing : [...missing, ...refundGaps(account, awaited, refunded)];
}

/** What should be at the bank and is not, refunds apart. What differs from what was captured is a finding. */
function awaitedOf({ fit, captured, completed, netted, money }: PaymentAccount): Paisa {
  const isAwaited = fit !== "whole" && fit !== "differs";
  if (!isAwaited && money.every(({ line }) => line.completed)) return ZERO;
  return larger(ZERO, subtract(captured, sum([completed, netted])));
}

/**
 * Refunds, done or on their way, that are still to be deducted: they go off what is paid out for the
 * payment. One that was deducted already went off the merchant's other money.
 */
function toDeduct({ refunds, lines, netted }: PaymentAccount): Paisa {
  const back = takenBack(lines.filter(({ role }) => role === "refund"));
  // "Partially refunded", and nobody says how much: it may be next to nothing.
  const known = refunds.filter(({ refund_id, done }) => done || refund_id !== UNTOLD);
  return larger(ZERO, subtract(sum(known.map(({ value }) => value)), sum([back, netted])));
}

/** Refunds that are done and not deducted, beyond what is still awaited of the payment itself. */
function refundGaps(account: PaymentAccount, awaited: Paisa, refunded: Paisa): readonly Gap[] {
  const { id, money, collected } = account;
  const open = beyond(account.open, awaited);
  const amount = sum(open.map(({ value }) => value));
  if (amount === ZERO) return [];
  const settledAt = earliest(money.map(({ line }) => movedAt(line)));
  const refunded_at = latest(open.map(({ done_at }) => done_at));
  const isBefore = settledAt === null || (refunded_at !== null && refunded_at < settledAt);
  if (refunded >= collected && refunded_at !== null && isBefore) {
    const sides = { ours: amount, theirs: 0, amount };
    return [{ type: "settled_after_refund", subject: id, ...sides, since: settledAt, refunded_at }];
  }
  return open.map(({ refund_id, value, done_at }) => ({
    type: "refund_not_deducted",
    subject: refund_id === UNTOLD ? id : refund_id,
    ours: value,
    theirs: 0,
    amount: value,
    since: latest([done_at, settledAt]),
    refunded_at: done_at,
  }));
}

/** What is left of these refunds once so much of them was taken, the first ones first. */
function beyond(open: readonly OpenRefund[], value: Paisa): readonly OpenRefund[] {
  let left = value;
  return open.flatMap((refund) => {
    const taken = smaller(left, refund.value);
    left = subtract(left, taken);
    const rest = subtract(refund.value, taken);
    return rest === ZERO ? [] : [{ ...refund, value: rest }];
  });
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
    return row.closed_at !== null && !(isJudged(row) && sameSides(row, gap));
  });
}

/**
 * So old a refund is not missed any more: the totals of transfers that may have deducted it are kept for
 * sixty days, and what is not known of a report is not missing in it.
 */
const REFUNDS_MISSED_FOR = 55 * DAY;

/**
 * The gaps that are late by now: due, and the reports were read beyond that. `fallback` and `now` in
 * epoch milliseconds.
 */
export function lateGaps(
  gaps: readonly Gap[],
  { read_through, unlisted_refunds, unread }: ReportKnowledge,
  fallback: Milliseconds,
  days: BankDays,
  now: Milliseconds,
): readonly Gap[] {
  if (read_through === null) return [];
  return gaps.filter((gap) => {
    const due = dueOf(gap, fallback, days);
    if (due > read_through) return false;
    const begun = (gap.since ?? fallback) - DAY;
    // It may be in a transfer that nobody could read yet.
    if (unread.some((at) => at === null || at >= begun)) return false;
    if (gap.type === "settlement_missing") return true;
    const done = gap.refunded_at ?? Math.min(fallback, gap.since ?? fallback);
    if (done < now - REFUNDS_MISSED_FOR) return false;
    // A transfer took refunds back without naming them: this one may be among them, also where the
    // payment itself was settled later.
    return !unlisted_refunds.some(
      ({ at, value }) => at >= done - DAY && value >= (gap.amount ?? 0),
    );
  });
}

/**
 * How long after it is due a gap is looked at: first when the hourly reading of the reports has passed the
 * moment, and again because that may have failed.
 */
const LOOKS: readonly Milliseconds[] = [
  2 * HOUR,
  ...[1, 3, 7, 14, 30, 60, 90, 180].map((days) => days * DAY),
];

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
  return times.reduce((last, time) => {
    if (time === null) return last;
    return last === null ? time : Math.max(last, time);
  }, null);
}

function earliest(times: readonly (Milliseconds | null)[]): Milliseconds | null {
  return times.reduce((first, time) => {
    if (time === null) return first;
    return first === null ? time : Math.min(first, time);
  }, null);
}
