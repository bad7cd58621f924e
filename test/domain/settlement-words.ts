// Short ways to say what a settlement report said of an order, for the tests of the domain. Amounts are
// whole paisa, times seconds after the morning of words.ts. Nothing here decides anything.

import type { Finding } from "../../src/domain/discrepancy";
import type { Facts } from "../../src/domain/facts";
import { inr, type Paisa, paisa } from "../../src/domain/money";
import type { AnyWord, Observation, PaymentFields } from "../../src/domain/observation";
import { checkSettlement } from "../../src/domain/record-checks";
import { evolve, learnSettled, newRecord, type OrderRecord } from "../../src/domain/record";
import {
  mergeSettled,
  NOTHING_SETTLED,
  type Settled,
  type SettledLine,
  type SettledLines,
} from "../../src/domain/settled-line";
import { matchSettlement, settlementFindings } from "../../src/domain/settlement";
import type { PaymentBooks } from "../../src/domain/settlement-books";
import { gapsOf } from "../../src/domain/settlement-gaps";
import { DAY } from "../../src/domain/schedule";
import type { RefundStatus } from "../../src/domain/status";
import {
  isoAt,
  known,
  MORNING,
  observe,
  order,
  payment,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
  usd,
} from "./words";

/** Two transfers, the earlier one first in the order of their names. */
export const UTR = "602009155310";
export const LATER_UTR = "602109155311";

/** Of tests that do not care when: when reports are read and records checked. */
export const NOW = MORNING + 20 * DAY;

/** The second after the morning at which so many days are over. */
export const onDay = (days: number): number => days * (DAY / 1_000);

function money(value: number | null): Paisa | null {
  return value === null ? null : paisa(value);
}

/** In paisa; a net that is not given is the gross less the fee, and both amounts are the gross. */
interface Figures {
  readonly gross: number | null;
  readonly amount?: number | null;
  readonly fee?: number | null;
  readonly net?: number | null;
}

export type LineFields = Partial<Omit<SettledLine, "gross" | "amount" | "deductions" | "net">>;

/** A line that was paid out two days after the morning. */
export function line(figures: Figures, fields: LineFields = {}): SettledLine {
  const { gross, amount = gross, fee = 0 } = figures;
  const net = figures.net === undefined ? (gross ?? amount ?? 0) - (fee ?? 0) : figures.net;
  return {
    fingerprint: `row-of-${JSON.stringify(figures)}`,
    gross: money(gross),
    amount: money(amount),
    deductions: money(fee),
    net: money(net),
    payout_status: "Success",
    processed_at: MORNING + DAY,
    settled_at: MORNING + 2 * DAY,
    completed: true,
    ...fields,
  };
}

/** So much in paisa, without a fee. */
export const plain = (gross: number, fields: LineFields = {}): SettledLine =>
  line({ gross }, fields);

/** Listed, and not at the bank yet. */
export const PENDING: LineFields = {
  payout_status: "Pending",
  settled_at: null,
  completed: false,
};

/** Paid out a week later than others. */
export const LATER: LineFields = { settled_at: MORNING + 9 * DAY };

interface Where {
  readonly utr?: string;
  readonly read?: number;
}

/** All lines of one transaction in one transfer. */
export function said(
  transaction_id: string,
  lines: readonly SettledLine[],
  { utr = UTR, read = 1 }: Where = {},
): SettledLines {
  return { utr, transaction_id, read, lines };
}

export function settled(...given: readonly SettledLines[]): Settled {
  return mergeSettled(NOTHING_SETTLED, given);
}

/** Facts of one captured payment of 100 rupees, and whatever else is said. */
export function paidWith(more: readonly AnyWord[] = [], fields: Partial<PaymentFields> = {}) {
  return known([
    order(60, { status: "PROCESSED", amount: inr(10_000) }),
    payment(60, { status: "PROCESSED", amount: inr(10_000), created_at: isoAt(30), ...fields }),
    ...more,
  ]);
}

/** A refund that is done, of the first payment's order. */
export function refunded(value: number, when: number, id?: string): AnyWord {
  return refund(when, { status: "PROCESSED", amount: inr(value) }, id);
}

/** A refund of the first payment's order that has this status. */
export function refundThat(status: RefundStatus, value: number, id?: string): AnyWord {
  return refund(90, { status, amount: inr(value) }, id);
}

/** 100 rupees of one payment. */
export const PAID = paidWith();

/** 90 rupees by EMI for an order of 100: the bank gives a discount. */
export const DISCOUNTED = paidWith([], { amount: inr(9_000), payment_method: "CREDIT_EMI" });

export const FAILED = known([
  order(60, { status: "FAILED", amount: inr(10_000) }),
  payment(60, { status: "FAILED", amount: inr(10_000) }),
]);

export const HELD = known([
  order(60, { status: "AUTHORIZED", amount: inr(10_000) }),
  payment(60, { status: "AUTHORIZED", amount: inr(10_000) }),
]);

/** 60 rupees taken, in two captures, of 100 that were held. */
export const PARTLY_CAPTURED = paidWith([], {
  captures: [{ amount: inr(4_000) }, { amount: inr(2_000) }],
});

/** 40 and 60 rupees, each by a gateway order of its own. */
export const IN_PARTS = known([
  order(60, { status: "PROCESSED", amount: inr(4_000) }),
  payment(60, { status: "PROCESSED", amount: inr(4_000) }),
  order(70, { status: "PROCESSED", amount: inr(6_000) }, SECOND_ORDER),
  payment(70, { status: "PROCESSED", amount: inr(6_000), order_id: SECOND_ORDER }, SECOND_PAYMENT),
]);

/** 120 dollars, which the gateway says are 100 rupees; or does not say. */
export const CONVERTED = paidWith([], { amount: usd(12_000), base_amount: inr(10_000) });
export const FOREIGN = paidWith([], { amount: usd(12_000) });

/** 100 rupees that the bank settles, and not the gateway. */
export const BY_BANK = paidWith([], { is_aggregator: false });

/** What is found, in a few words each: type, subject and amount. */
export function shortOf(
  findings: readonly Finding[],
): readonly (readonly [string, string, number | null])[] {
  return findings.map(({ type, subject, amount }) => [type, subject, amount] as const);
}

export const found = (facts: Facts, lines: Settled) => shortOf(settlementFindings(facts, lines));

export const missing = (facts: Facts, lines: Settled) => shortOf(gapsOf(facts, lines));

/** The books of all payments, added up. */
export function booksTogether(facts: Facts, lines: Settled): PaymentBooks {
  const all = Object.values(matchSettlement(facts, lines).books);
  const total = (part: (books: PaymentBooks) => number): Paisa =>
    paisa(all.reduce((whole, books) => whole + part(books), 0));
  return {
    captured: total((books) => books.captured),
    refunded: total((books) => books.refunded),
    fees: total((books) => books.fees),
    recovered: total((books) => books.recovered),
    settled: total((books) => books.settled),
    pending: total((books) => books.pending),
    initiated: total((books) => books.initiated),
    elsewhere: total((books) => books.elsewhere),
    unexplained: total((books) => books.unexplained),
  };
}

/** The parts of the books that are not 0; `initiated` is no part, it is in `pending`. */
export function partsOf(books: PaymentBooks): Partial<PaymentBooks> {
  return Object.fromEntries(
    Object.entries(books).filter(([name, value]) => name !== "initiated" && value !== 0),
  );
}

/** A record that was told this, checked after each word as the order's actor does. */
export function recordOf(observations: readonly Observation[], now = NOW): OrderRecord {
  return observations.reduce(
    (record, one) => checkSettlement(evolve(record, one, "webhook", now).record, true, now),
    newRecord(MORNING, "webhook"),
  );
}

export const recordOfWords = (words: readonly AnyWord[]): OrderRecord => recordOf([observe(words)]);

export function settle(
  record: OrderRecord,
  given: readonly SettledLines[],
  now = NOW,
): OrderRecord {
  return checkSettlement(learnSettled(record, given, now).record, true, now);
}

/** The keys of the differences that are open, in their order. */
export function openKeys(record: OrderRecord): readonly string[] {
  const open = Object.entries(record.discrepancies).filter(([, row]) => row.closed_at === null);
  return open.map(([key]) => key).toSorted();
}
