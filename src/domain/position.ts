// Where the money of an order stands: amounts and whether it is paid in full, derived from the facts
// (design 3.4). Nothing here is stored as truth. Amounts that nobody has told us are null.

import { isOfReplacedLink, rootLink } from "./chain";
import { type Entity, type Facts, entries, linkStatus, read, registerOf, theLink } from "./facts";
import {
  type Amount,
  HOME_CURRENCY,
  inr,
  larger,
  type Paisa,
  smaller,
  subtract,
  sum,
  ZERO,
} from "./money";
import { PAID_ORDER_STATUSES } from "./status";
import type { Version } from "./time";

export interface OrderWord {
  readonly order_id: string;
  readonly status: string | null;
}

export interface Position {
  readonly amount: Amount | null;
  readonly amount_due: Amount | null;
  /** Held now: neither captured nor released. */
  readonly authorized: Amount;
  /** Null until an order snapshot is known: the link alone does not say what was taken. */
  readonly captured: Amount | null;
  /** Null when the gateway says "partially refunded" and no refund explains it. */
  readonly refunded: Amount | null;
  /** Refunds on their way: CREATED or PENDING at the gateway. */
  readonly refunds_pending: Amount;
  readonly refundable: Amount;
  readonly full: boolean;
  /**
   * Shown, but nothing may follow from it before the gateway was asked: it rests on an undated link
   * event alone while nobody said that it is no pre-authorization, or on one order of a part payment
   * whose whole is not known yet.
   */
  readonly provisional: boolean;
  /** The gateway order that speaks for the whole. */
  readonly word: OrderWord | null;
}

/** `asked`: an inquiry was answered, so what it could not find is not there. */
export function derivePosition(facts: Facts, asked = false): Position {
  const currency = currencyOf(facts);
  const amountOf = (value: Paisa): Amount => ({ value, currency });
  const word = wordOf(facts);
  const captured = snapshotKnown(facts) ? capturedOf(facts, currency) : null;
  const amount = amountOfOrder(facts, currency);
  const byLink = fullByLink(facts, word);
  const byOrders = fullByOrders(facts, amount, currency);
  const full = byLink || byOrders;
  const refunds = refundsWhere(facts, () => true);
  const refunded = refundedOf(facts, currency);
  const pending = sumOf(refunds, ["CREATED", "PENDING"], currency);
  const known = refunded ?? sumOf(refunds, ["PROCESSED"], currency);
  const left = subtract(subtract(captured ?? ZERO, known), pending);
  const settled = full || word?.status === "AUTHORIZED";
  return {
    amount: amount === null ? null : amountOf(amount),
    amount_due: amount === null ? null : amountOf(settled ? ZERO : dueOf(facts, amount, captured)),
    authorized: amountOf(authorizedOf(facts, word, currency)),
    captured: captured === null ? null : amountOf(captured),
    refunded: refunded === null ? null : amountOf(refunded),
    refunds_pending: amountOf(pending),
    refundable: amountOf(larger(ZERO, left)),
    full,
    provisional: byOrders
      ? isPartOfUnknownWhole(facts) && !asked
      : restsOnUndatedLink(facts) && facts.pre_auth === undefined,
    word,
  };
}

/**
 * The order's word: of several gateway orders, the newest paid one's, else the newest one's. What
 * ended with a link that was replaced speaks last.
 */
function wordOf(facts: Facts): OrderWord | null {
  const known = entries(facts, "order")
    .map(([order_id, order]) => ({ order_id, order, said: registerOf(order, "status") }))
    .toSorted((a, b) =>
      compareNewest([versionOf(a.said), a.order_id], [versionOf(b.said), b.order_id]),
    );
  const paid = known.find(({ said }) => said && PAID_ORDER_STATUSES.includes(said.value));
  const said = known.filter((one) => one.said);
  const chosen =
    paid ?? said.find(({ order }) => !isOfReplacedLink(facts, order)) ?? said[0] ?? known[0];
  return chosen ? { order_id: chosen.order_id, status: chosen.said?.value ?? null } : null;
}

/** An order of which the gateway itself has said more than its id. */
function snapshotKnown(facts: Facts): boolean {
  return entries(facts, "order").some(
    ([, order]) => Object.keys(order.dated).length + Object.keys(order.undated).length > 0,
  );
}

function versionOf(register: { readonly version: Version | "" } | undefined): string {
  return register?.version ?? "";
}

function compareNewest(a: readonly [string, string], b: readonly [string, string]): number {
  if (a[0] !== b[0]) return a[0] > b[0] ? -1 : 1;
  return a[1] > b[1] ? -1 : 1;
}

function currencyOf(facts: Facts): string {
  const link = rootLink(facts)?.[1];
  const order = entries(facts, "order").map(([, entity]) => read(entity, "amount"));
  const amount = (link && read(link, "amount")) ?? order.find((value) => value !== undefined);
  return amount?.currency ?? HOME_CURRENCY;
}

/** Of a chain of links the first asked for the whole; those that replaced it, for what was left. */
function amountOfOrder(facts: Facts, currency: string): Paisa | null {
  const link = rootLink(facts)?.[1];
  const ofLink = link && read(link, "amount");
  if (ofLink) return ofLink.value;
  const word = wordOf(facts);
  const order = word && facts.order[word.order_id];
  const ofOrder = order && read(order, "amount");
  return ofOrder?.currency === currency ? ofOrder.value : null;
}

/** A payment's amount in the order's currency; null when it was in another and no base is given. */
function paymentAmount(payment: Entity<"payment">, currency: string): Paisa | null {
  const amount = read(payment, "base_amount") ?? read(payment, "amount");
  return amount?.currency === currency ? amount.value : null;
}

/** What was taken of one payment: its captures if it has any, else its amount. */
export function capturedOfPayment(payment: Entity<"payment">, currency: string): Paisa {
  if (read(payment, "status") !== "PROCESSED") return ZERO;
  const captures = read(payment, "captures") ?? [];
  if (captures.length === 0) return paymentAmount(payment, currency) ?? ZERO;
  return sum(captures.filter((c) => c.amount.currency === currency).map((c) => c.amount.value));
}

function capturedOf(facts: Facts, currency: string): Paisa {
  return sum(entries(facts, "payment").map(([, payment]) => capturedOfPayment(payment, currency)));
}

/** Held money: of AUTHORIZED payments, while the order they belong to was not cancelled. */
function authorizedOf(facts: Facts, word: OrderWord | null, currency: string): Paisa {
  const held = entries(facts, "payment").filter(([, payment]) => {
    const orderId = read(payment, "order_id") ?? word?.order_id;
    const order = orderId === undefined ? undefined : facts.order[orderId];
    const status = order && read(order, "status");
    return (
      read(payment, "status") === "AUTHORIZED" && status !== "CANCELLED" && status !== "FAILED"
    );
  });
  return sum(held.map(([, payment]) => paymentAmount(payment, currency) ?? ZERO));
}

/** Σ over the gateway orders of what went back of each, and of refunds whose order is not known. */
function refundedOf(facts: Facts, currency: string): Paisa | null {
  const ofOrders = entries(facts, "order").map(([id, order]) =>
    refundedOfOrder(facts, id, order, currency),
  );
  const orphans = refundsWhere(facts, (parent) => !(parent in facts.order));
  const known = ofOrders.filter((amount) => amount !== null);
  if (known.length < ofOrders.length) return null;
  return sum([...known, sumOf(orphans, ["PROCESSED"], currency)]);
}

/**
 * Σ processed refunds of one gateway order, plus what its word says was refunded elsewhere: all for
 * FULLY_REFUNDED, an unknown rest (null) for PARTIALLY_REFUNDED that no refund explains.
 */
function refundedOfOrder(
  facts: Facts,
  id: string,
  order: Entity<"order">,
  currency: string,
): Paisa | null {
  const refunds = refundsWhere(facts, (parent) => parent === id);
  const known = sumOf(refunds, ["PROCESSED"], currency);
  const said = registerOf(order, "status");
  const isOld = said !== undefined && isOlderThanAll(said.version, refunds);
  if (said === undefined || isOld) return known;
  if (said.value === "FULLY_REFUNDED") {
    const taken = capturedOfOrder(facts, id, currency);
    return larger(known, taken === ZERO ? (read(order, "amount")?.value ?? ZERO) : taken);
  }
  return said.value === "PARTIALLY_REFUNDED" && known === ZERO ? null : known;
}

/**
 * The word was said before every refund that was done: it does not speak of them. One that failed
 * took nothing back and makes no word old.
 */
function isOlderThanAll(word: Version | "", refunds: readonly Entity<"refund">[]): boolean {
  const done = refunds.filter((refund) => read(refund, "status") === "PROCESSED");
  return done.length > 0 && done.every((refund) => versionOf(registerOf(refund, "status")) > word);
}

function refundsWhere(
  facts: Facts,
  belongs: (parent: string) => boolean,
): readonly Entity<"refund">[] {
  return entries(facts, "refund")
    .map(([, refund]) => refund)
    .filter((refund) => belongs(read(refund, "parent_order_id") ?? ""));
}

function paymentsOf(facts: Facts, orderId: string): readonly Entity<"payment">[] {
  return entries(facts, "payment")
    .map(([, payment]) => payment)
    .filter((payment) => read(payment, "order_id") === orderId);
}

function sumOf(
  refunds: readonly Entity<"refund">[],
  statuses: readonly string[],
  currency: string,
): Paisa {
  const counted = refunds.filter((refund) => statuses.includes(read(refund, "status") ?? ""));
  const amounts = counted.map((refund) => read(refund, "amount"));
  return sum(amounts.flatMap((amount) => (amount?.currency === currency ? [amount.value] : [])));
}

/** Rule (a): the link says that all is paid, and no order contradicts it. */
function fullByLink(facts: Facts, word: OrderWord | null): boolean {
  const link = theLink(facts)?.[1];
  if (!link || linkStatus(link) !== "PROCESSED" || facts.pre_auth === true) return false;
  if (word?.status === "CANCELLED") return false;
  const order = word && facts.order[word.order_id];
  const said = order && registerOf(order, "status");
  return said?.value !== "FAILED" || said.version <= versionOf(link.dated.status);
}

/** Rules (b) and (c): the orders that took money add up to what was asked. */
function fullByOrders(facts: Facts, amount: Paisa | null, currency: string): boolean {
  const paid = entries(facts, "order").filter(
    ([, order]) =>
      PAID_ORDER_STATUSES.some((status) => read(order, "status") === status) ||
      (facts.part_payment === true && gaveUp(order)),
  );
  if (paid.length === 0) return false;
  const link = rootLink(facts)?.[1];
  if (facts.part_payment !== true && (!link || read(link, "amount") === undefined)) return true;
  const counted = paid.map(([id, order]) => {
    if (facts.part_payment === true) return capturedOfOrder(facts, id, currency);
    const asked = read(order, "amount");
    return asked?.currency === currency ? asked.value : ZERO;
  });
  return amount !== null && sum(counted) >= amount;
}

/** FAILED for want of its next part: what it took before counts. One that was paid lost its money. */
function gaveUp(order: Entity<"order">): boolean {
  const wasPaid = PAID_ORDER_STATUSES.some((status) => status in order.history);
  return read(order, "status") === "FAILED" && !wasPaid;
}

function capturedOfOrder(facts: Facts, id: string, currency: string): Paisa {
  return sum(paymentsOf(facts, id).map((payment) => capturedOfPayment(payment, currency)));
}

/** The link's word carries no time, and no dated word of it says the same. */
function restsOnUndatedLink(facts: Facts): boolean {
  const link = theLink(facts)?.[1];
  if (!link?.undated.status) return false;
  const dated = link.dated.status?.value;
  return dated === undefined || (linkStatus(link) === "PROCESSED" && dated !== "PROCESSED");
}

/** Parts may be orders of their own: without the link nobody knows what they are parts of. */
function isPartOfUnknownWhole(facts: Facts): boolean {
  const link = rootLink(facts)?.[1];
  return facts.part_payment === true && (!link || read(link, "amount") === undefined);
}

/** What the customer still owes: the smaller of the link's word and our own count. */
function dueOf(facts: Facts, amount: Paisa, captured: Paisa | null): Paisa {
  const link = theLink(facts)?.[1];
  const said = (link && read(link, "amount_due"))?.value ?? amount;
  return larger(ZERO, smaller(said, subtract(amount, captured ?? ZERO)));
}

/** Captured less every refund, done or on its way; the link's whole amount while only the link has spoken. */
export function keptOf(position: Position): number {
  const taken = position.captured ?? (position.full ? position.amount : null) ?? inr(0);
  return taken.value - (position.refunded?.value ?? 0) - position.refunds_pending.value;
}
