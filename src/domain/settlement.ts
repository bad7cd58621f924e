// An order held against the settlement reports: facts and lines in, where its money is and what does not
// agree out. Pure, and without a clock: whether something is late is decided in settlement-gaps.ts.

import type { Finding } from "./discrepancy";
import { entries, type Facts, newestWord, read } from "./facts";
import { HOME_CURRENCY, type Paisa, ZERO } from "./money";
import { accountsOf, isOfUnknownValue, type PaymentAccount } from "./payment-account";
import type { Settled } from "./settled-line";
import { booksOf, type PaymentBooksById, settlesElsewhere } from "./settlement-books";
import { grossOf, type RoledLine, rolesOf, saidGross, takenBack } from "./settlement-roles";

/**
 * `captured`: some money is in no report yet. `initiated`: all is, and not all is paid out. `completed`:
 * all is at the bank. `elsewhere`: the gateway does not settle it.
 */
export type SettlementStage = "captured" | "initiated" | "completed" | "elsewhere";

export interface OrderSettlement {
  /** Null: there is nothing to settle. */
  readonly stage: SettlementStage | null;
  /** In the order of their lines. */
  readonly utrs: readonly string[];
  readonly lines: readonly RoledLine[];
  /** In the order of their ids. */
  readonly accounts: readonly PaymentAccount[];
  readonly books: PaymentBooksById;
}

export function matchSettlement(facts: Facts, settled: Settled): OrderSettlement {
  const lines = rolesOf(facts, settled).filter(({ role }) => role !== "unknown");
  const accounts = accountsOf(facts, lines);
  const books = booksOf(accounts);
  const utrs = [...new Set(lines.map(({ utr }) => utr))];
  return { stage: stageOf(accounts, books), utrs, lines, accounts, books };
}

function stageOf(
  accounts: readonly PaymentAccount[],
  books: PaymentBooksById,
): SettlementStage | null {
  const captured = accounts.filter((account) => account.captured > ZERO);
  const expected = captured.filter(({ id, payment, fit, collected }) => {
    const left = collected > (books[id]?.refunded ?? ZERO);
    return fit !== "unlisted" || (left && !settlesElsewhere(payment));
  });
  if (expected.length === 0) {
    return captured.some(({ payment }) => settlesElsewhere(payment)) ? "elsewhere" : null;
  }
  const isWhole = expected.every(
    (account) =>
      account.fit === "whole" ||
      account.listed >= account.captured ||
      isOfUnknownValue(account.payment),
  );
  if (!isWhole) return "captured";
  const isPaidOut = expected.every(({ money }) => money.every(({ line }) => line.completed));
  return isPaidOut ? "completed" : "initiated";
}

/** What the reports and the facts do not agree about, whatever the time is. */
export function settlementFindings(facts: Facts, settled: Settled): readonly Finding[] {
  if (Object.keys(settled).length === 0) return [];
  const { accounts, lines } = matchSettlement(facts, settled);
  const payments = accounts.flatMap((account) => [
    ...paymentFindings(account),
    ...(account.lost === ZERO ? [] : [chargeback(account.id, account.lost)]),
  ]);
  return [...payments, ...refundFindings(facts, lines)];
}

/** Taken back of a payment, and no refund explains it. */
function chargeback(subject: string, amount: Paisa): Finding {
  return { type: "chargeback", subject, ours: 0, theirs: amount, amount };
}

/** More taken back under a refund's own id than it is; too little is a gap (settlement-gaps.ts). */
function refundFindings(facts: Facts, lines: readonly RoledLine[]): readonly Finding[] {
  const back = Map.groupBy(
    lines.filter(({ role }) => role === "refund"),
    ({ refund_id }) => refund_id,
  );
  return entries(facts, "refund").flatMap(([id, refund]): readonly Finding[] => {
    const amount = read(refund, "amount");
    if (amount?.currency !== HOME_CURRENCY) return [];
    const theirs = takenBack(back.get(id) ?? []);
    const ours = read(refund, "status") === "FAILED" ? ZERO : amount.value;
    if (theirs <= ours) return [];
    return [{ type: "amount_differs", subject: id, ours, theirs, amount: theirs - ours }];
  });
}

function paymentFindings(account: PaymentAccount): readonly Finding[] {
  const { id, payment, captured, right, money, said, fit } = account;
  const [theirs] = said;
  if (fit === "unlisted") return [];
  if (captured === ZERO) {
    if (theirs === ZERO || isOfUnknownValue(payment)) return [];
    const ours = newestWord(payment) ?? null;
    return [{ type: "settled_but_not_paid", subject: id, ours, theirs, amount: theirs }];
  }
  if (fit !== "differs") return [];
  if (money.some(({ line }) => saidGross(line) === null)) {
    return [{ type: "amount_differs", subject: id, ours: captured, theirs: null, amount: null }];
  }
  const positive = money.filter(({ line }) => grossOf(line) > ZERO);
  const twice = positive.length > 1 && said.every((value) => value > Math.max(...right));
  const type = twice ? "settled_twice" : "amount_differs";
  const ours = nearest(theirs, right);
  return [{ type, subject: id, ours, theirs, amount: Math.abs(theirs - ours) }];
}

function nearest(value: Paisa, [first, ...others]: readonly [Paisa, ...Paisa[]]): Paisa {
  const off = (one: Paisa): number => Math.abs(value - one);
  return others.reduce((best, one) => (off(one) < off(best) ? one : best), first);
}
