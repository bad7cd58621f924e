// One payment held against the lines that name it: which of them count, which of a line's two amounts does,
// and which refunds were kept back before it was settled. Findings, stage, books and gaps all rest on
// this, so that they can not contradict each other. Each line is looked at once: an order may have thousands.

import { type Entity, entries, type Facts, read } from "./facts";
import { HOME_CURRENCY, larger, type Paisa, smaller, subtract, sum, ZERO } from "./money";
import { capturedOfPayment } from "./order-money";
import { doneAt, refundParts, type RefundPart } from "./refund-parts";
import type { SettledLine } from "./settled-line";
import {
  chargedBack,
  grossOf,
  linesByPayment,
  movedAt,
  type RoledLine,
  saidGross,
  takenBack,
} from "./settlement-roles";
import type { Milliseconds } from "./time";

/** A refund, or what is left of it, that is done and that nothing took back. */
export interface OpenRefund {
  readonly refund_id: string;
  readonly value: Paisa;
  readonly done_at: Milliseconds | null;
}

/**
 * `unlisted`: no line has money for it. `whole`: they come to what it may be settled as. `part`: to some
 * of its captures, and the others are in no report yet. `differs`: to something else.
 */
export type Fit = "unlisted" | "whole" | "part" | "differs";

export interface PaymentAccount extends Weight {
  readonly id: string;
  readonly payment: Entity<"payment">;
  /** As the facts have it. */
  readonly captured: Paisa;
  /** What it may be settled as: what was captured, a discounted EMI also as the order's amount. */
  readonly right: readonly [Paisa, ...Paisa[]];
  /** What it was settled as: of a discounted EMI not always what was captured. */
  readonly collected: Paisa;
  /** Every refund of it that has not failed. */
  readonly refunds: readonly RefundPart[];
}

/** What some lines of a payment come to. */
interface Weight {
  /** Those that count; a refund of several payments as this one's share. */
  readonly lines: readonly RoledLine[];
  /** Those of them that are money for the payment. */
  readonly money: readonly RoledLine[];
  /** What they may be read as, less what gives chargebacks back. Of an EMI both of its amounts. */
  readonly said: readonly [Paisa, ...Paisa[]];
  /** The one of these that counts, and how much of it is at the bank. */
  readonly listed: Paisa;
  readonly completed: Paisa;
  readonly fit: Fit;
  /** Taken by chargebacks for good. */
  readonly lost: Paisa;
  /** Taken by chargebacks and given back. */
  readonly won: Paisa;
  /** Refunds that were kept back when the payment was settled: its lines are less by so much. */
  readonly netted: Paisa;
  readonly open: readonly OpenRefund[];
}

type Known = Pick<PaymentAccount, "payment" | "captured" | "right">;

/** Every payment of the order, in the order of their ids. `lines`: as rolesOf has them. */
export function accountsOf(facts: Facts, lines: readonly RoledLine[]): readonly PaymentAccount[] {
  const payments = entries(facts, "payment");
  const parts = refundParts(facts);
  const own = Map.groupBy(linesByPayment(parts, lines), ({ payment_id }) => payment_id);
  const refundsOf = Map.groupBy(parts, ({ payment_id }) => payment_id);
  const taken = new Map<string, Paisa>();
  for (const [, payment] of payments) {
    const order_id = read(payment, "order_id") ?? "";
    const captured = capturedOfPayment(payment, HOME_CURRENCY);
    taken.set(order_id, sum([taken.get(order_id) ?? ZERO, captured]));
  }
  return payments.map(([id, payment]) => {
    const captured = capturedOfPayment(payment, HOME_CURRENCY);
    const known = { payment, captured, right: amountsOf(facts, payment, captured, taken) };
    const refunds = refundsOf.get(id) ?? [];
    const weight = weighThoseThatCount(facts, known, own.get(id) ?? [], refunds);
    return { id, ...known, refunds, ...weight, collected: collectedOf(known, weight) };
  });
}

/** Taken in another currency, or of an amount that nobody has told us: no sum is wrong for it. */
export function isOfUnknownValue(payment: Entity<"payment">): boolean {
  const isTaken = read(payment, "status") === "PROCESSED";
  return isTaken && read(payment, "amount")?.currency !== HOME_CURRENCY;
}

/**
 * A payout that came back stands in the reports for ever, beside the one that replaced it: what is not
 * paid out is passed over where the rest is enough by itself.
 */
function weighThoseThatCount(
  facts: Facts,
  known: Known,
  lines: readonly RoledLine[],
  refunds: readonly RefundPart[],
): Weight {
  const all = weigh(facts, known, lines, refunds);
  const paidOut = lines.filter(({ role, line }) => role !== "payment" || line.completed);
  if (known.captured === ZERO || paidOut.length === lines.length) return all;
  const done = weigh(facts, known, paidOut, refunds);
  const isEnough = done.fit === "whole" || done.listed >= known.captured;
  const isPart = done.fit === "part" && all.fit === "differs" && all.listed > known.captured;
  return isEnough || isPart ? done : all;
}

function weigh(
  facts: Facts,
  { payment, captured, right }: Known,
  lines: readonly RoledLine[],
  refunds: readonly RefundPart[],
): Weight {
  const money = lines.filter(({ role }) => role === "payment");
  const lost = chargedBack(lines, captured);
  const won = subtract(takenBack(lines.filter(({ role }) => role === "chargeback")), lost);
  const open = openRefunds(facts, lines, refunds);
  const total = (amountOf: AmountOf, some: readonly RoledLine[]): Paisa =>
    subtract(sum(some.map(({ line }) => amountOf(line))), won);
  const ways: readonly [AmountOf, ...AmountOf[]] = isEmi(payment) ? [grossOf, otherOf] : [grossOf];
  const said: readonly [Paisa, ...Paisa[]] = [
    total(ways[0], money),
    ...ways.slice(1).map((way) => total(way, money)),
  ];
  const weightOf = (fit: Fit, way: number, kept = 0): Weight => {
    const paidOut = money.filter(({ line }) => line.completed);
    return {
      lines,
      money,
      said,
      listed: said[way] ?? said[0],
      completed: larger(ZERO, total(ways[way] ?? grossOf, paidOut)),
      fit,
      lost,
      won,
      netted: sum(open.slice(0, kept).map(({ value }) => value)),
      open: open.slice(kept),
    };
  };
  if (money.length === 0) return weightOf("unlisted", 0);
  const exact = said.findIndex((value) => right.includes(value));
  if (exact !== -1) return weightOf("whole", exact);
  if (captured > ZERO) {
    for (const [way, value] of said.entries()) {
      const kept = keptBack(open, money, value, right);
      if (kept > 0) return weightOf("whole", way, kept);
    }
    const some = sumsOfCaptures(payment);
    const part = said.findIndex((value) => value < captured && some.has(value));
    if (part !== -1) return weightOf("part", part);
  }
  return weightOf("differs", 0);
}

type AmountOf = (line: SettledLine) => Paisa;

/** The second of a line's two amounts: of a discounted EMI either may be the order's. */
function otherOf(line: SettledLine): Paisa {
  return line.amount ?? grossOf(line);
}

function isEmi(payment: Entity<"payment">): boolean {
  return /EMI/.test(read(payment, "payment_method") ?? "");
}

/** `taken`: what was captured under each gateway order. */
function amountsOf(
  facts: Facts,
  payment: Entity<"payment">,
  captured: Paisa,
  taken: ReadonlyMap<string, Paisa>,
): readonly [Paisa, ...Paisa[]] {
  const order_id = read(payment, "order_id") ?? "";
  const order = facts.order[order_id];
  const amount = order && read(order, "amount");
  if (!isEmi(payment) || amount?.currency !== HOME_CURRENCY) return [captured];
  const others = subtract(taken.get(order_id) ?? ZERO, captured);
  const ordered = subtract(amount.value, others);
  return ordered > captured ? [captured, ordered] : [captured];
}

/**
 * What a discounted EMI really came to. Its discount is somebody's: where it is the merchant's, less was
 * collected than the payment says; where it is the bank's or the maker's, he pays it and more comes than
 * was taken from the customer. The report tells which: it is the amount that net and fees make together,
 * if the line names that amount. Where they make neither, what was captured stands and the rest is
 * unexplained.
 */
function collectedOf({ payment, captured }: Known, weight: Weight): Paisa {
  const { fit, money, said, won, netted } = weight;
  if (captured === ZERO || fit !== "whole" || !isEmi(payment)) return captured;
  const paid = money.flatMap(({ line: { net, deductions } }) =>
    net === null || deductions === null ? [] : [sum([net, deductions])],
  );
  const together = subtract(sum(paid), won);
  const isNamed = paid.length === money.length && said.includes(together);
  return isNamed ? sum([together, netted]) : captured;
}

/** How many of the open refunds, the first ones, make the lines exactly right; 0: none do. */
function keptBack(
  open: readonly OpenRefund[],
  money: readonly RoledLine[],
  value: Paisa,
  right: readonly Paisa[],
): number {
  const settledAt = money.reduce((last, { line }) => Math.max(last, movedAt(line) ?? Infinity), 0);
  let together = value;
  for (const [index, refund] of open.entries()) {
    if (refund.done_at !== null && refund.done_at >= settledAt) return 0;
    together = sum([together, refund.value]);
    if (right.includes(together)) return index + 1;
  }
  return 0;
}

/** So many captures are tried in every combination, later ones only one after the other. */
const CAPTURES_COMBINED = 10;

/** What some of a payment's captures may come to. */
function sumsOfCaptures(payment: Entity<"payment">): ReadonlySet<number> {
  const captures = (read(payment, "captures") ?? [])
    .filter(({ amount }) => amount.currency === HOME_CURRENCY)
    .map(({ amount }) => amount.value);
  const sums = new Set<number>([ZERO]);
  for (const value of captures.slice(0, CAPTURES_COMBINED)) {
    for (const one of Array.from(sums)) sums.add(one + value);
  }
  let together = sum(captures.slice(0, CAPTURES_COMBINED));
  for (const value of captures.slice(CAPTURES_COMBINED)) {
    together = sum([together, value]);
    sums.add(together);
  }
  sums.delete(ZERO);
  return sums;
}

/** Refunds that are done and that no line takes back, the first ones covered first; by their time. */
function openRefunds(
  facts: Facts,
  lines: readonly RoledLine[],
  refunds: readonly RefundPart[],
): readonly OpenRefund[] {
  const back = Map.groupBy(
    lines.filter(({ role }) => role === "refund"),
    ({ refund_id }) => refund_id,
  );
  let unnamed = takenBack(back.get(null) ?? []);
  const open = refunds.flatMap((part): readonly OpenRefund[] => {
    if (!part.done) return [];
    const named = back.get(part.refund_id) ?? [];
    const own = smaller(part.value, takenBack(named));
    const covered = sum([own, smaller(unnamed, subtract(part.value, own))]);
    unnamed = subtract(unnamed, subtract(covered, own));
    const value = subtract(part.value, covered);
    // One that says no amount may have taken all of it.
    const isSaid = named.every(({ line }) => saidGross(line) !== null);
    if (value === ZERO || !isSaid) return [];
    return [{ refund_id: part.refund_id, value, done_at: doneAt(facts, part) }];
  });
  const time = ({ done_at }: OpenRefund): number => done_at ?? Number.MAX_SAFE_INTEGER;
  return open.toSorted((a, b) => time(a) - time(b));
}
