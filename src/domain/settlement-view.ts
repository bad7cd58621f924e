// Where an order's money is on its way to the bank, as the API shows it. Derived; nothing is stored.

import type { Facts } from "./facts";
import { type Amount, inr, type Paisa, sum } from "./money";
import type { Settled } from "./settled-line";
import { matchSettlement, type OrderSettlement, type SettlementStage } from "./settlement";
import type { PaymentBooks } from "./settlement-books";
import { grossOf, type LineRole, type RoledLine } from "./settlement-roles";
import { toIso } from "./time";

export interface SettlementLineView {
  readonly utr: string;
  readonly transaction_id: string;
  /** payment, refund or chargeback. */
  readonly role: LineRole;
  readonly payment_id: string | null;
  readonly refund_id: string | null;
  /** Negative: taken back. */
  readonly gross: Amount;
  readonly deductions: Amount | null;
  readonly settled_amount: Amount | null;
  readonly payout_status: string | null;
  readonly completed: boolean;
  readonly settled_at: string | null;
}

export interface SettlementView {
  /** Null: nothing was captured, and a report names it all the same. */
  readonly stage: SettlementStage | null;
  readonly utrs: readonly string[];
  /** Σ of the payments' lines, without payouts that came back and were made again. */
  readonly gross: Amount;
  /** What the gateway kept, its taxes among them. */
  readonly deductions: Amount;
  /** Taken back by chargebacks. */
  readonly recovered: Amount;
  /** At the bank. */
  readonly settled: Amount;
  /** Not at the bank yet; negative where a refund is still to be deducted. */
  readonly pending: Amount;
  /** What nothing explains; 0 as it should be. */
  readonly unexplained: Amount;
  readonly lines: readonly SettlementLineView[];
}

/** Null: there is nothing to settle, and no report names it. */
export function viewSettlement(match: OrderSettlement): SettlementView | null {
  const { stage, lines, utrs, books, accounts } = match;
  if (stage === null && lines.length === 0) return null;
  const total = (part: (books: PaymentBooks) => Paisa): Amount =>
    inr(sum(Object.values(books).map(part)));
  const money = accounts.flatMap((account) => account.money);
  return {
    stage,
    utrs,
    gross: inr(sum(money.map(({ line }) => grossOf(line)))),
    deductions: total(({ fees }) => fees),
    recovered: total(({ recovered }) => recovered),
    settled: total(({ settled }) => settled),
    pending: total(({ pending }) => pending),
    unexplained: total(({ unexplained }) => unexplained),
    lines: lines.map(viewLine),
  };
}

function viewLine({ utr, transaction_id, line, role, payment_id, refund_id }: RoledLine) {
  return {
    utr,
    transaction_id,
    role,
    payment_id,
    refund_id,
    gross: inr(grossOf(line)),
    deductions: line.deductions === null ? null : inr(line.deductions),
    settled_amount: line.net === null ? null : inr(line.net),
    payout_status: line.payout_status,
    completed: line.completed,
    settled_at: line.settled_at === null ? null : toIso(line.settled_at),
  };
}

/** The transfers that an order is told to be settled by, once all of its money is at the bank. */
export function settledBy(facts: Facts, settled: Settled): readonly string[] {
  if (Object.keys(settled).length === 0) return [];
  const { stage, lines } = matchSettlement(facts, settled);
  if (stage !== "completed") return [];
  const money = lines.filter(({ role, line }) => role === "payment" && line.completed);
  return [...new Set(money.map(({ utr }) => utr))];
}
