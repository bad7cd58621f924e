// What is said to a customer on the phone, in one sentence: what became of the money, from what is known of
// the order and nothing else. It names no person, shows no text of anybody, adds nothing up, and promises
// nothing: what nobody has told us is said to be unknown, never left to be guessed as nothing.

import type { CommandView } from "./command-view";
import type { Amount } from "./money";
import { formatAmount } from "./money-format";
import type { OrderView } from "./order-view";
import { failedTry, isUndecided, paidClause, waysOf } from "./phone-payments";
import { refundClauses } from "./phone-refunds";
import { shownTime } from "./shown-time";
import type { Stage } from "./stage";
import { millisecondsOf } from "./time";
import type { VoidedBy } from "./lapse";

type Clauses = (
  order: OrderView,
  zone: string,
  commands: readonly CommandView[],
) => readonly (string | null)[];

const CLAUSES: { readonly [stage in Stage]: Clauses } = {
  awaiting_payment: (order, zone) => [
    order.payments.some(isUndecided) ? null : "Not paid yet",
    failedTry(order, zone),
    due(order, zone),
  ],
  payment_initiated: (order, zone) => [
    paidClause(order, zone),
    order.payments.some(isUndecided)
      ? null
      : "A payment is on its way, the bank has not confirmed it yet",
  ],
  part_paid: (order, zone) => [
    paidClause(order, zone) ?? "A part is paid, how much is not known",
    due(order, zone),
  ],
  authorized: (order, zone, commands) => [held(order, zone, commands), paidClause(order, zone)],
  paid: settled,
  partially_refunded: settled,
  refunded: settled,
  voided: (order, zone) => [released(order), paidClause(order, zone)],
  cancelled: (order, zone) => ended(order, zone, cancellation(order)),
  expired: (order, zone) => ended(order, zone, expiry(order, zone)),
  failed: (order, zone) => [
    failedTry(order, zone) ?? (order.payments.some(isUndecided) ? null : "The payment failed"),
    nothingCame(order),
  ],
  unknown: (order, zone) => [
    paidClause(order, zone),
    "What became of the payment is not known yet",
  ],
};

/** `zone`: the merchant's, in which the times are said. `commands`: what was asked for of the order. */
export function phoneSentence(
  order: OrderView,
  zone: string,
  commands: readonly CommandView[] = [],
): string {
  const said = [
    ...CLAUSES[order.stage](order, zone, commands),
    heldBeside(order),
    releasedBeside(order),
    onItsWay(order, zone),
    takenBack(order),
    tooMuch(order),
    chargedBack(order),
    ...refundClauses(order, zone),
  ].filter((clause) => clause !== null);
  return `${said.map((clause, index) => (index === 0 ? capitalised(clause) : begunSmall(clause))).join("; ")}.`;
}

function settled(order: OrderView, zone: string) {
  return [paidClause(order, zone) ?? "Paid, how much is not known"];
}

/** What is still to be paid, and until when. Nobody is asked to pay while a payment may still come. */
function due({ amount_due, authorized, link, payments }: OrderView, zone: string): string | null {
  if (authorized.value > 0 || payments.some(isUndecided)) return null;
  const until = momentOf(link?.expire_by ?? null, zone);
  const end = until === null ? "" : ` until ${until}`;
  if (amount_due === null)
    return `how much is due is not known${until === null ? "" : `, it can be paid${end}`}`;
  return amount_due.value > 0 ? `${formatAmount(amount_due)} is due${end}` : "nothing more is due";
}

/** At every stage: a link that is over, or an order that is paid, does not stop a payment that has begun. */
function onItsWay({ payments }: OrderView, zone: string): string | null {
  const going = payments.filter(isUndecided);
  const [one] = going;
  const isPending = going.every(({ status }) => status === "PENDING");
  if (one === undefined) return null;
  if (going.length > 1)
    return isPending
      ? "several payments are on their way, the bank has not confirmed them yet"
      : "what became of several payments is not known yet";
  const what = `a payment${of(one.payment_amount)}${waysOf(one, zone)}`;
  return isPending
    ? `${what} is on its way, the bank has not confirmed it yet`
    : `what became of ${what} is not known yet`;
}

function held(order: OrderView, zone: string, commands: readonly CommandView[]): string {
  const holds = order.payments.filter(({ status }) => status === "AUTHORIZED");
  const [one] = holds;
  const ways = holds.length === 1 && one !== undefined ? waysOf(one, zone) : "";
  const until = momentOf(order.capture_by, zone);
  const { authorized } = order;
  const what =
    authorized.value > 0 ? formatAmount(authorized) : "The money, how much is not known,";
  if (commands.some(isOpenOnHold)) {
    return `${what} was held${ways}; whether it was taken or released since is still being checked`;
  }
  return `${what} is held${ways}, and not taken yet${until === null ? "" : `: it can be taken until ${until}`}`;
}

function isOpenOnHold({ kind, outcome }: CommandView): boolean {
  return kind !== "refund" && ["in_flight", "unknown", "needs_decision"].includes(outcome);
}

function heldBeside({ stage, authorized }: OrderView): string | null {
  if (stage === "authorized" || authorized.value === 0) return null;
  return `${formatAmount(authorized)} is held, and not taken yet`;
}

/** What was held beyond what was taken: the customer saw the whole of it leave. */
function releasedBeside({ stage, released: amount }: OrderView): string | null {
  if (stage === "voided" || amount.value === 0) return null;
  return `${formatAmount(amount)} was held and released again`;
}

const RELEASED_BY: { readonly [by in VoidedBy]: string } = {
  merchant: "by the merchant",
  gateway: "by the payment gateway, because the time to take it was over",
  elsewhere: "at the payment gateway, before the time to take it was over",
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

/** A link that is cancelled takes nothing back that was paid with it. */
function cancellation({ link }: OrderView): string {
  return link?.status === "CANCELLED"
    ? "The payment link was cancelled"
    : "The payment gateway says that it was cancelled";
}

function expiry({ link }: OrderView, zone: string): string {
  const at = momentOf(link?.expire_by ?? null, zone);
  return at === null ? "The time to pay is over" : `The time to pay was over on ${at}`;
}

function nothingCame(order: OrderView): string | null {
  const { captured, payments } = order;
  if (payments.some(isUndecided) || isTakenBack(order)) return null;
  if (captured?.value === 0) return "no money was received";
  return payments.length === 0 ? "no payment is known" : "whether money was received is not known";
}

function takenBack(order: OrderView): string | null {
  return isTakenBack(order)
    ? "the payment gateway said that it was paid, and says so no more"
    : null;
}

function isTakenBack({ discrepancies }: OrderView): boolean {
  return discrepancies.some(
    ({ type, closed_at }) => type === "paid_became_unpaid" && closed_at === null,
  );
}

/** By the settlement reports: who is refunded too has it twice. */
function chargedBack({ settlement }: OrderView): string | null {
  const taken = settlement?.recovered ?? null;
  if (taken === null || taken.value <= 0) return null;
  return `${formatAmount(taken)} was taken back by the customer's bank`;
}

/** Less what went back already, or is on its way. */
function tooMuch({ overpaid }: OrderView): string | null {
  return overpaid === null || overpaid.value === 0
    ? null
    : `${formatAmount(overpaid)} more than was asked for was paid and has not gone back`;
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
