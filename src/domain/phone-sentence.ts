// What is said to a customer on the phone, in one sentence: what became of the money, from what is known of
// the order and nothing else. It names no person, shows no text of anybody, adds nothing up, and promises
// nothing: what nobody has told us is said to be unknown, never left to be guessed as nothing.

import type { Amount } from "./money";
import { formatAmount } from "./money-format";
import type { OrderView } from "./order-view";
import { failedTry, paidClause, waysOf } from "./phone-payments";
import { refundClauses } from "./phone-refunds";
import { shownTime } from "./shown-time";
import type { Stage } from "./stage";
import { millisecondsOf } from "./time";
import type { VoidedBy } from "./lapse";

type Clauses = (order: OrderView, zone: string) => readonly (string | null)[];

const CLAUSES: { readonly [stage in Stage]: Clauses } = {
  awaiting_payment: (order, zone) => ["Not paid yet", failedTry(order, zone), due(order, zone)],
  payment_initiated: (order, zone) => [paidClause(order, zone), onItsWay(order, zone)],
  part_paid: (order, zone) => [
    paidClause(order, zone) ?? "A part is paid, how much is not known",
    due(order, zone),
  ],
  authorized: (order, zone) => [held(order, zone), paidClause(order, zone)],
  paid: settled,
  partially_refunded: settled,
  refunded: settled,
  voided: (order, zone) => [released(order), paidClause(order, zone)],
  cancelled: (order, zone) => ended(order, zone, "The payment was cancelled"),
  expired: (order, zone) => ended(order, zone, expiry(order, zone)),
  failed: (order, zone) => [failedTry(order, zone) ?? "The payment failed", nothingCame(order)],
  unknown: (order, zone) => [
    paidClause(order, zone),
    "What became of the payment is not known yet",
  ],
};

/** `zone`: the merchant's, in which the times are said. */
export function phoneSentence(order: OrderView, zone: string): string {
  const said = [
    ...CLAUSES[order.stage](order, zone),
    tooMuch(order),
    ...refundClauses(order, zone),
  ].filter((clause) => clause !== null);
  return `${said.map((clause, index) => (index === 0 ? capitalised(clause) : begunSmall(clause))).join("; ")}.`;
}

function settled(order: OrderView, zone: string) {
  return [paidClause(order, zone) ?? "Paid, how much is not known"];
}

/** What is still to be paid, and until when. */
function due({ amount_due, link }: OrderView, zone: string): string {
  const until = momentOf(link?.expire_by ?? null, zone);
  const end = until === null ? "" : ` until ${until}`;
  if (amount_due === null)
    return `how much is due is not known${until === null ? "" : `, it can be paid${end}`}`;
  return amount_due.value > 0 ? `${formatAmount(amount_due)} is due${end}` : "nothing more is due";
}

function onItsWay(order: OrderView, zone: string): string {
  const going = order.payments.filter(({ status }) => status === "PENDING");
  const [one] = going;
  if (going.length > 1)
    return "several payments are on their way, the bank has not confirmed them yet";
  if (one === undefined) return "a payment is on its way, the bank has not confirmed it yet";
  return `a payment${of(one.payment_amount)}${waysOf(one, zone)} is on its way, the bank has not confirmed it yet`;
}

function held(order: OrderView, zone: string): string {
  const holds = order.payments.filter(({ status }) => status === "AUTHORIZED");
  const [one] = holds;
  const ways = holds.length === 1 && one !== undefined ? waysOf(one, zone) : "";
  const until = momentOf(order.capture_by, zone);
  const { authorized } = order;
  const what =
    authorized.value > 0 ? formatAmount(authorized) : "The money, how much is not known,";
  return `${what} is held${ways}, and not taken yet${until === null ? "" : `: it can be taken until ${until}`}`;
}

const RELEASED_BY: { readonly [by in VoidedBy]: string } = {
  merchant: "by the merchant",
  gateway: "by the payment gateway, because the time to take it was over",
  elsewhere: "in the payment gateway's dashboard",
};

function released({ released: amount, voided_by, captured }: OrderView): string {
  const what = amount.value > 0 ? `${formatAmount(amount)} was held` : "The money was held";
  const by = voided_by === null ? "it is not known by whom" : RELEASED_BY[voided_by];
  const rest = captured?.value === 0 ? "; nothing was taken" : "";
  return `${what} and released again, ${by}${rest}`;
}

/** A link that can not be paid any more, with what came all the same. */
function ended(order: OrderView, zone: string, how: string) {
  const paid = paidClause(order, zone);
  return paid === null ? [how, nothingCame(order)] : [paid, how];
}

function expiry({ link }: OrderView, zone: string): string {
  const at = momentOf(link?.expire_by ?? null, zone);
  return at === null ? "The time to pay is over" : `The time to pay was over on ${at}`;
}

function nothingCame({ captured, payments }: OrderView): string {
  if (captured?.value === 0) return "no money was received";
  return payments.length === 0 ? "no payment is known" : "whether money was received is not known";
}

function tooMuch({ overpaid }: OrderView): string | null {
  return overpaid === null || overpaid.value === 0
    ? null
    : `${formatAmount(overpaid)} more was paid than was asked for`;
}

function of(amount: Amount | null): string {
  return amount === null ? "" : ` of ${formatAmount(amount)}`;
}

function momentOf(text: string | null, zone: string): string | null {
  const at = millisecondsOf(text);
  return at === null ? null : shownTime(at, zone);
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Inside of the sentence; a currency's code stays as it is. */
function begunSmall(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}
