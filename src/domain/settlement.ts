// An order held against the settlement reports: facts and lines in, where its money is and what does not
// agree out. Pure, and without a clock: whether something is late is decided in settlement-gaps.ts.

import type { Finding } from "./discrepancy";
import { type Entity, entries, type Facts, newestWord, read } from "./facts";
import { HOME_CURRENCY, type Paisa, subtract, sum, ZERO } from "./money";
import { capturedOfPayment, paymentsOf } from "./order-money";
import type { Settled, SettledLine } from "./settled-line";
import { booksOf, type PaymentBooksById, settlesElsewhere } from "./settlement-books";
import {
  chargedBack,
  grossOf,
  type RoledLine,
  rolesOf,
  saidGross,
  takenBack,
} from "./settlement-roles";

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
  readonly books: PaymentBooksById;
}

export function matchSettlement(facts: Facts, settled: Settled): OrderSettlement {
  const lines = rolesOf(facts, settled).filter(({ role }) => role !== "unknown");
  const books = booksOf(facts, lines);
  const utrs = [...new Set(lines.map(({ utr }) => utr))];
  return { stage: stageOf(facts, lines, books), utrs, lines, books };
}

function stageOf(
  facts: Facts,
  lines: readonly RoledLine[],
  books: PaymentBooksById,
): SettlementStage | null {
  const moneyOf = (id: string): readonly RoledLine[] =>
    lines.filter(({ role, payment_id }) => role === "payment" && payment_id === id);
  const captured = entries(facts, "payment").filter(([id]) => (books[id]?.captured ?? 0) > 0);
  const expected = captured.filter(([id, payment]) => {
    const listed = moneyOf(id).length > 0;
    const left = (books[id]?.captured ?? 0) > (books[id]?.refunded ?? 0);
    return listed || (left && !settlesElsewhere(payment));
  });
  if (expected.length === 0) {
    return captured.some(([, payment]) => settlesElsewhere(payment)) ? "elsewhere" : null;
  }
  const found = expected.map(([id]) => moneyOf(id));
  const isWhole = expected.every(([id, payment], index) => {
    const listed = sum((found[index] ?? []).map(({ line }) => grossOf(line)));
    return listed >= (books[id]?.captured ?? ZERO) || isOfUnknownValue(payment);
  });
  if (!isWhole) return "captured";
  return found.flat().every(({ line }) => line.completed) ? "completed" : "initiated";
}

/** What the reports and the facts do not agree about, whatever the time is. */
export function settlementFindings(facts: Facts, settled: Settled): readonly Finding[] {
  if (Object.keys(settled).length === 0) return [];
  const lines = rolesOf(facts, settled);
  const payments = entries(facts, "payment").flatMap(([id, payment]) => {
    const own = lines.filter(({ payment_id }) => payment_id === id);
    const lost = chargedBack(own, capturedOfPayment(payment, HOME_CURRENCY));
    const won = subtract(takenBack(own.filter(({ role }) => role === "chargeback")), lost);
    const money = own.filter(({ role }) => role === "payment");
    return [
      ...(money.length === 0 ? [] : paymentFindings(facts, id, payment, money, won)),
      ...(lost === ZERO ? [] : [chargeback(id, lost)]),
    ];
  });
  return [...payments, ...refundFindings(facts, lines)];
}

/** Taken back of a payment, and no refund explains it. */
function chargeback(subject: string, amount: Paisa): Finding {
  return { type: "chargeback", subject, ours: 0, theirs: amount, amount };
}

/** More taken back under a refund's own id than it is; too little is a gap (settlement-gaps.ts). */
function refundFindings(facts: Facts, lines: readonly RoledLine[]): readonly Finding[] {
  return entries(facts, "refund").flatMap(([id, refund]): readonly Finding[] => {
    const amount = read(refund, "amount");
    if (amount?.currency !== HOME_CURRENCY) return [];
    const own = lines.filter(({ role, refund_id }) => role === "refund" && refund_id === id);
    const theirs = takenBack(own);
    const ours = read(refund, "status") === "FAILED" ? ZERO : amount.value;
    if (theirs <= ours) return [];
    return [{ type: "amount_differs", subject: id, ours, theirs, amount: theirs - ours }];
  });
}

function paymentFindings(
  facts: Facts,
  id: string,
  payment: Entity<"payment">,
  money: readonly RoledLine[],
  /** Of it, what gives chargebacks back. */
  won: Paisa,
): readonly Finding[] {
  const captured = capturedOfPayment(payment, HOME_CURRENCY);
  const lines = money.map(({ line }) => line);
  const theirs = subtract(sum(lines.map(grossOf)), won);
  if (captured === ZERO) {
    if (theirs === ZERO || isOfUnknownValue(payment)) return [];
    const ours = newestWord(payment) ?? null;
    return [{ type: "settled_but_not_paid", subject: id, ours, theirs, amount: theirs }];
  }
  const right = amountsOf(facts, payment, captured);
  const said = isEmi(payment) ? [theirs, subtract(sum(lines.map(otherOf)), won)] : [theirs];
  if (said.some((value) => right.includes(value))) return [];
  const positive = lines.filter((line) => grossOf(line) > ZERO);
  const twice = positive.length > 1 && said.every((value) => value > Math.max(...right));
  const type = twice ? "settled_twice" : "amount_differs";
  if (lines.some((line) => saidGross(line) === null)) {
    return [{ type: "amount_differs", subject: id, ours: captured, theirs: null, amount: null }];
  }
  const ours = nearest(theirs, right);
  return [{ type, subject: id, ours, theirs, amount: Math.abs(theirs - ours) }];
}

/** The second of a line's two amounts: of a discounted EMI either may be the order's. */
function otherOf(line: SettledLine): Paisa {
  return line.amount ?? grossOf(line);
}

function isEmi(payment: Entity<"payment">): boolean {
  return /EMI/.test(read(payment, "payment_method") ?? "");
}

/** Taken in another currency, or of an amount that nobody has told us: no sum is wrong for it. */
function isOfUnknownValue(payment: Entity<"payment">): boolean {
  const isTaken = read(payment, "status") === "PROCESSED";
  return isTaken && read(payment, "amount")?.currency !== HOME_CURRENCY;
}

/** What a payment may be settled as: what was captured; a discounted EMI also as the order's amount. */
function amountsOf(
  facts: Facts,
  payment: Entity<"payment">,
  captured: Paisa,
): readonly [Paisa, ...Paisa[]] {
  const order_id = read(payment, "order_id") ?? "";
  const order = facts.order[order_id];
  const amount = order && read(order, "amount");
  if (!isEmi(payment) || amount?.currency !== HOME_CURRENCY) return [captured];
  const others = paymentsOf(facts, order_id).filter((one) => one !== payment);
  const taken = sum(others.map((one) => capturedOfPayment(one, HOME_CURRENCY)));
  const ordered = subtract(amount.value, taken);
  return ordered > captured ? [captured, ordered] : [captured];
}

function nearest(value: Paisa, [first, ...others]: readonly [Paisa, ...Paisa[]]): Paisa {
  const off = (one: Paisa): number => Math.abs(value - one);
  return others.reduce((best, one) => (off(one) < off(best) ? one : best), first);
}
