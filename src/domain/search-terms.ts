// What a person may have in hand of an order, and how it is found by that: each thing is written in one form,
// a term, both when an order is kept and when somebody asks. Pure. Forms are generous: capitals, spaces, the
// invisible marks that come with copied text, and the ways in which a shop writes a telephone number or an
// amount make no difference; who finds one order too many sees which is meant.

import { type CardAmount, cardAmountsIn, cardTermsOf } from "./card-amount";
import { isLinkId } from "./ids";
import type { Json } from "./json";
import type { OrderView } from "./order-view";

export const TERM_KINDS = [
  "order_id",
  "payment_link_id",
  "reference",
  "payment_id",
  "rrn",
  "utr",
  "refund_id",
  "refund_reference",
  "email",
  "phone",
  "card_and_amount",
] as const;

export type TermKind = (typeof TERM_KINDS)[number];

/** Of one order; hundreds of tries that failed need not all be found. */
const TERMS_MOST = 300;

/** Of one value: ids and references are at most 100 long; what is longer is found by its beginning. */
const VALUE_LONGEST = 100;

/**
 * The terms of an order, each once; first those that it keeps for ever, then its newest parts. Each is a row to
 * be paid for, so what other keys of the ledger know is none: `known`, the ids that lead to the order anyway, and
 * those of its payments and refunds (ledger/search.ts).
 */
export function termsOf(order: OrderView, known: readonly string[]): readonly string[] {
  const { customer, link, links } = order;
  const unknown = (id: Said): boolean => id === null || !known.includes(id);
  const linked = link === null ? links : [...links, link];
  const payments = order.payments.toReversed();
  const refunds = order.refunds.toReversed();
  const terms = [
    ...textTerms(
      "order_id",
      // Without an order of the gateway's, it is kept under its link's id, which has a term of its own.
      [order.id, order.order_id, ...order.order_ids].filter((id) => !isLinkId(id) && unknown(id)),
    ),
    ...textTerms("payment_link_id", linked.map((one) => one.payment_link_id).filter(unknown)),
    ...textTerms("reference", [
      order.merchant_reference,
      ...linked.map((one) => one.merchant_payment_link_reference),
    ]),
    ...textTerms("email", [emailOf(customer?.["email_id"])]),
    ...phonesOf(customer?.["mobile_number"], customer?.["country_code"]).map((phone) =>
      termOf("phone", phone),
    ),
    ...numberTerms("utr", order.settlement?.utrs ?? []),
    ...payments.flatMap((payment) => [
      ...numberTerms("rrn", [payment.rrn]),
      ...cardTermsOf(payment.last4, [
        order.amount,
        payment.payment_amount,
        payment.base_amount,
      ]).map(cardTerm),
    ]),
    ...refunds.flatMap((refund) => [
      ...textTerms("refund_reference", [refund.merchant_refund_reference]),
      ...numberTerms("rrn", [refund.rrn]),
    ]),
  ];
  return [...new Set(terms)].slice(0, TERMS_MOST);
}

/** The terms that this text may mean; none of a text without anything to look for. */
export function termsAsked(typed: string): readonly string[] {
  const text = fold(typed);
  if (text === "") return [];
  const number = compact(text);
  const phone = phoneAsked(text);
  return [
    ...(["order_id", "payment_link_id"] as const).map((kind) => termOf(kind, text)),
    ...(["reference", "refund_reference"] as const).map((kind) => termOf(kind, text)),
    // What UPI apps call UTR is the RRN of the payment; the bank's own is that of the transfer.
    ...(number === "" ? [] : [termOf("rrn", number), termOf("utr", number)]),
    ...(text.includes("@") ? [termOf("email", text)] : []),
    ...(phone === null ? [] : [termOf("phone", phone)]),
    ...cardAmountsIn(text).map(cardTerm),
  ];
}

/** The text as an id or a reference that is written exactly so; null: it can be none. */
export function idAsked(typed: string): string | null {
  const id = clean(typed);
  return id === "" || id.length > VALUE_LONGEST ? null : id.toWellFormed();
}

/** What a text names if it is the reference of a transfer to the bank: as it was typed, and in capitals. */
export function utrsAsked(typed: string): readonly string[] {
  const number = typed.replaceAll(INVISIBLE, "").replaceAll(BETWEEN_DIGITS, "");
  if (!/^[A-Za-z0-9]{1,50}$/.test(number)) return [];
  return [...new Set([number, number.toUpperCase()])];
}

/** Null for what is no term of ours: one that another release wrote. */
export function kindOf(term: string): TermKind | null {
  const kind = term.slice(0, term.indexOf(":"));
  return TERM_KINDS.find((known) => known === kind) ?? null;
}

function termOf(kind: TermKind, value: string): string {
  return `${kind}:${value.slice(0, VALUE_LONGEST).toWellFormed()}`;
}

function cardTerm({ last4, amount }: CardAmount): string {
  return termOf("card_and_amount", `${last4} ${amount}`);
}

type Said = string | null;

function textTerms(kind: TermKind, values: readonly Said[]): readonly string[] {
  return formed(kind, values, fold);
}

function numberTerms(kind: TermKind, values: readonly Said[]): readonly string[] {
  return formed(kind, values, (value) => compact(fold(value)));
}

function formed(
  kind: TermKind,
  values: readonly Said[],
  form: (value: string) => string,
): readonly string[] {
  const known = values.flatMap((value) => (value === null ? [] : [form(value)]));
  return known.filter((value) => value !== "").map((value) => termOf(kind, value));
}

/** Control characters, and marks without a width: of direction, of joining, of byte order. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;

const BETWEEN_DIGITS = /[\s-]/g;

/** More than any value, and little enough to be folded many times a second. */
const LOOKED_AT = 4 * VALUE_LONGEST;

function fold(text: string): string {
  return clean(text)
    .normalize("NFC")
    .replaceAll(/\p{Nd}/gu, plainDigit)
    .toLowerCase()
    .trim();
}

/** The noughts of the scripts that telephones in India write; each script's other digits follow its own. */
const NOUGHTS = "० ০ ੦ ૦ ୦ ௦ ౦ ೦ ൦ ٠ ۰ ０".split(" ").map((nought) => nought.codePointAt(0) ?? 0);

function plainDigit(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  const nought = NOUGHTS.find((from) => at >= from && at < from + 10);
  return nought === undefined ? digit : String(at - nought);
}

function clean(text: string): string {
  const short = text.trim().slice(0, LOOKED_AT).replaceAll(/\s+/g, " ");
  return short.replaceAll(INVISIBLE, "").trim();
}

function compact(text: string): string {
  return text.replaceAll(BETWEEN_DIGITS, "");
}

/** Null: not one, or one that was masked on its way to us ("a•••@…", "a***@…"). */
function emailOf(said: Json | undefined): string | null {
  if (typeof said !== "string" || /•|\*\*/.test(said)) return null;
  return /^[^\s@]+@[^\s@]+$/.test(fold(said)) ? said : null;
}

/** Ten digits are a whole number in India; who writes its country or a zero before it means the same. */
const PHONE_DIGITS = 10;

/** Fewer than six digits are nobody's number; more than fifteen no telephone's (E.164). */
const PHONE = /^(?:tel:)?[+(]?\d(?:[\s().-]*\d){5,14}$/;

function phoneAsked(text: string): string | null {
  return PHONE.test(text) ? lastDigits(text) : null;
}

function phonesOf(number: Json | undefined, country: Json | undefined): readonly string[] {
  if (typeof number !== "string" || !PHONE.test(fold(number))) return [];
  const alone = lastDigits(fold(number));
  // A short one may be asked for with its country before it.
  const code = typeof country === "string" ? digitsOf(country) : "";
  const isShort = alone.length < PHONE_DIGITS && code !== "" && code.length <= 3;
  return isShort ? [alone, lastDigits(code + alone)] : [alone];
}

function lastDigits(text: string): string {
  return digitsOf(text).slice(-PHONE_DIGITS);
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, "");
}
