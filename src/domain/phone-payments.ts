// How a customer paid, or tried to, in the words of the sentence for the phone (phone-sentence.ts). Only known
// words are said; a reference is said only if it looks like one.

import type { Amount } from "./money";
import { formatAmount } from "./money-format";
import type { OrderView, PaymentView } from "./order-view";
import { shownTime } from "./shown-time";
import { millisecondsOf } from "./time";

/** So many payments are named one by one. */
const NAMED = 3;

/** "Paid ₹1,500.00 by UPI on 3 Nov 2026, 14:02, reference 430712345678"; null: nothing was paid. */
export function paidClause(order: OrderView, zone: string): string | null {
  const taken = order.payments.filter(isTaken);
  const total = order.captured;
  const isKnown = total !== null && total.value > 0;
  if (taken.length === 0 && !isKnown) return null;
  const what = isKnown ? `Paid ${formatAmount(total)}` : "Paid, how much is not known,";
  const [one] = taken;
  if (one === undefined) return withoutComma(what);
  if (taken.length === 1) return withoutComma(what + abroad(one, total) + waysOf(one, zone));
  if (taken.length <= NAMED) {
    const each = taken.map((payment) => item(payment, zone)).join("; ");
    return `${what} in ${taken.length} payments (${each})`;
  }
  const last = taken.at(-1);
  return `${what} in ${taken.length} payments, the last${last === undefined ? "" : waysOf(last, zone)}`;
}

/** The newest try that did not work, with the reason where we know it in plain words. */
export function failedTry({ payments }: OrderView, zone: string): string | null {
  const newest = payments.at(-1);
  if (newest?.status !== "FAILED") return null;
  const reason = REASONS.get(newest.error?.code ?? "");
  const why = reason === undefined ? "" : ` (${reason})`;
  return `The last payment${waysOf({ ...newest, rrn: null }, zone)} did not work${why}`;
}

/** " by UPI on 3 Nov 2026, 14:02, reference 430712345678": whatever of it is known. */
export function waysOf(
  { payment_method, created_at, rrn }: Pick<PaymentView, "payment_method" | "created_at" | "rrn">,
  zone: string,
): string {
  const way = METHODS.get(payment_method ?? "");
  const at = millisecondsOf(created_at);
  return [
    way === undefined ? "" : ` ${way}`,
    at === null ? "" : ` on ${shownTime(at, zone)}`,
    referenceIn(rrn),
  ].join("");
}

/** A bank's reference has digits and letters only; anything else is text of somebody. */
export function referenceIn(rrn: string | null): string {
  return rrn !== null && /^(?=.*\d)[A-Za-z0-9]{6,35}$/.test(rrn) ? `, reference ${rrn}` : "";
}

/** Words after which a payment asks nothing more of its bank (order-money.ts). */
const DECIDED: readonly (string | null)[] = ["PROCESSED", "FAILED", "CANCELLED", "AUTHORIZED"];

/** A bank may still answer: it is on its way, or bears a word that nobody knows, or none. */
export function isUndecided(payment: Pick<PaymentView, "status" | "captured">): boolean {
  return !isTaken(payment) && !DECIDED.includes(payment.status);
}

function isTaken({ status, captured }: Pick<PaymentView, "status" | "captured">): boolean {
  return status === "PROCESSED" || captured.value > 0;
}

function item(payment: PaymentView, zone: string): string {
  const { captured } = payment;
  const amount = captured.value > 0 ? captured : null;
  const what = amount === null ? "an amount that is not known" : formatAmount(amount);
  return what + abroad(payment, amount) + waysOf(payment, zone);
}

/** " (USD 20.00)": what the customer saw, where it was another currency. */
function abroad({ payment_amount }: PaymentView, amount: Amount | null): string {
  if (payment_amount === null || amount === null) return "";
  return payment_amount.currency === amount.currency ? "" : ` (${formatAmount(payment_amount)})`;
}

function withoutComma(text: string): string {
  return text.replace(/,$/, "");
}

const METHODS: ReadonlyMap<string, string> = new Map([
  ["CARD", "by card"],
  ["UPI", "by UPI"],
  ["NETBANKING", "by net banking"],
  ["WALLET", "by wallet"],
  ["POINTS", "with points"],
  ["CREDIT_EMI", "in instalments (EMI) by credit card"],
  ["DEBIT_EMI", "in instalments (EMI) by debit card"],
  ["BNPL", "by pay later"],
]);

/** Codes of the gateway that mean one thing (docs/gateway.md 8); its own messages are anybody's text. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["AMOUNT_LIMIT_EXCEEDED", "the amount is above the limit of the bank or the card"],
  ["INSUFFICIENT_FUNDS", "there was not enough money in the account"],
  ["PAYMENT_DECLINED", "the bank declined it"],
  ["PAYMENT_EXPIRED", "it was not completed in time"],
  ["PAYMENT_METHOD_NOT_ENABLED", "this way of paying is not available here"],
  ["USER_AUTHENTICATION_FAILED", "the bank could not confirm that it was the customer"],
]);
