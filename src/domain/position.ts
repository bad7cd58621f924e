// Where the money of an order stands: amounts and whether it is paid in full, derived from the facts
// (design 3.4). Nothing here is stored as truth. Amounts that nobody has told us are null.

import { isOfReplacedLink, linkOfOrder, rootLink } from "./chain";
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
import {
  moneyOfOrder,
  type OrderMoney,
  refundsWhere,
  type Reservation,
  sumOfRefunds,
} from "./order-money";
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
  /** Refunds on their way: neither done nor failed, by the gateway's word. */
  readonly refunds_pending: Amount;
  /** Refunds that we asked for and that the gateway has not shown yet. */
  readonly refunds_reserved: Amount;
  readonly refundable: Amount;
  /** Held once and given back to the customer without a capture. */
  readonly released: Amount;
  /** A void of ours may be done already: nothing may follow from what is held. */
  readonly voiding: boolean;
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

/** What our own commands add to the facts (command.ts derives it from them). */
export interface Commitments {
  readonly refunds: readonly Reservation[];
  /** Refunds that were asked for of a payment, while the facts do not say of which they are. */
  readonly payments: readonly Reservation[];
  readonly voiding: boolean;
}

const NO_COMMITMENTS: Commitments = { refunds: [], payments: [], voiding: false };

/** `asked`: an inquiry was answered, so what it could not find is not there. */
export function derivePosition(
  facts: Facts,
  asked = false,
  commitments: Commitments = NO_COMMITMENTS,
): Position {
  const currency = currencyOf(facts);
  const amountOf = (value: Paisa): Amount => ({ value, currency });
  const word = wordOf(facts);
  const orders = moneyOfOrders(facts, commitments.refunds);
  const total = (part: (order: OrderMoney) => Paisa): Paisa => sum(orders.map(part));
  const captured = snapshotKnown(facts) ? total((order) => order.captured) : null;
  const amount = amountOfOrder(facts, currency);
  const lost = lostOf(facts, orders, amount, currency);
  const byLink = lost === ZERO && fullByLink(facts);
  const byOrders = fullByOrders(facts, orders, amount, currency);
  const full = byLink || byOrders;
  const refunds = refundsWhere(facts, () => true);
  const refunded = refundedOf(facts, orders, currency);
  const pending = sumOfRefunds(refunds, "pending", currency);
  const reserved = total((order) => order.reserved);
  const known = refunded ?? sumOfRefunds(refunds, "done", currency);
  // By orders and altogether: an order may have given back what another took.
  const left = larger(ZERO, subtract(captured ?? ZERO, sum([known, pending, reserved])));
  const settled = full || word?.status === "AUTHORIZED";
  return {
    amount: amount === null ? null : amountOf(amount),
    amount_due:
      amount === null ? null : amountOf(settled ? ZERO : dueOf(facts, amount, captured, lost)),
    authorized: amountOf(total((order) => order.held)),
    captured: captured === null ? null : amountOf(captured),
    refunded: refunded === null ? null : amountOf(refunded),
    refunds_pending: amountOf(pending),
    refunds_reserved: amountOf(reserved),
    refundable: amountOf(
      captured === null
        ? ZERO
        : smaller(
            total((o) => o.refundable),
            left,
          ),
    ),
    released: amountOf(total((order) => order.released)),
    voiding: commitments.voiding,
    full,
    provisional: byOrders
      ? isPartOfUnknownWhole(facts) && !asked
      : restsOnUndatedLink(facts) && facts.pre_auth === undefined,
    word,
  };
}

/** Each gateway order's own money, in the order of their ids. */
export function moneyOfOrders(
  facts: Facts,
  reservations: readonly Reservation[],
): readonly OrderMoney[] {
  const currency = currencyOf(facts);
  return entries(facts, "order").map(([id]) => moneyOfOrder(facts, id, currency, reservations));
}

/**
 * The order's word: of several gateway orders, the newest paid one's, else the newest one's. What
 * ended with a link that was replaced speaks last.
 */
function wordOf(facts: Facts, ofLink?: string): OrderWord | null {
  const known = entries(facts, "order")
    .filter(([, order]) => ofLink === undefined || isOfLink(facts, order, ofLink))
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

/** An order that no link of the chain is known to have is any link's. */
function isOfLink(facts: Facts, order: Entity<"order">, id: string): boolean {
  return [null, id].includes(linkOfOrder(facts, order));
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

/** Σ over the gateway orders of what went back of each, and of refunds whose order is not known. */
function refundedOf(facts: Facts, orders: readonly OrderMoney[], currency: string): Paisa | null {
  const known = orders.flatMap(({ refunded }) => (refunded === null ? [] : [refunded]));
  if (known.length < orders.length) return null;
  const orphans = refundsWhere(facts, (parent) => !(parent in facts.order));
  return sum([...known, sumOfRefunds(orphans, "done", currency)]);
}

/**
 * Rule (a): the link says that all is paid, and no order of its own contradicts it. A chain has lost nothing then.
 */
function fullByLink(facts: Facts): boolean {
  const [id, link] = theLink(facts) ?? [];
  if (!link || linkStatus(link) !== "PROCESSED" || facts.pre_auth === true) return false;
  const word = wordOf(facts, id);
  if (word?.status === "CANCELLED") return false;
  const order = word && facts.order[word.order_id];
  const said = order && registerOf(order, "status");
  return said?.value !== "FAILED" || said.version <= versionOf(link.dated.status);
}

/** Rules (b) and (c): the orders that took money add up to what was asked. */
function fullByOrders(
  facts: Facts,
  orders: readonly OrderMoney[],
  amount: Paisa | null,
  currency: string,
): boolean {
  const paid = orders.filter(
    ({ order_id, status }) =>
      PAID_ORDER_STATUSES.some((known) => known === status) ||
      (facts.part_payment === true && gaveUp(facts.order[order_id])),
  );
  if (paid.length === 0) return false;
  const link = rootLink(facts)?.[1];
  if (facts.part_payment !== true && (!link || read(link, "amount") === undefined)) return true;
  const counted = paid.map(({ order_id, captured }) => {
    if (facts.part_payment === true) return captured;
    const order = facts.order[order_id];
    const asked = order && read(order, "amount");
    return asked?.currency === currency ? asked.value : ZERO;
  });
  return amount !== null && sum(counted) >= amount;
}

/** FAILED for want of its next part: what it took before counts. One that was paid lost its money. */
function gaveUp(order: Entity<"order"> | undefined): boolean {
  if (order === undefined) return false;
  const wasPaid = PAID_ORDER_STATUSES.some((status) => status in order.history);
  return read(order, "status") === "FAILED" && !wasPaid;
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

/**
 * What the customer still owes: the smaller of the link's word and our own count. A link that replaced
 * another knows nothing of what that one took, nor that it was lost again.
 */
function dueOf(facts: Facts, amount: Paisa, captured: Paisa | null, lost: Paisa): Paisa {
  const link = theLink(facts)?.[1];
  const own = (link && read(link, "amount_due"))?.value ?? amount;
  return larger(ZERO, smaller(sum([own, lost]), subtract(amount, captured ?? ZERO)));
}

/**
 * What the other links of the chain had taken when this one was made for the rest, and have not any
 * more: its own word can not make up for that. By its amount, not by its captures: a discount on it
 * is the gateway's to give. An order that bears no name of ours is of a link that was taken over.
 */
function lostOf(
  facts: Facts,
  orders: readonly OrderMoney[],
  amount: Paisa | null,
  currency: string,
): Paisa {
  const [id, link] = theLink(facts) ?? [];
  if (!link || read(link, "replaces") === undefined || !snapshotKnown(facts)) return ZERO;
  const own = read(link, "amount");
  if (amount === null || own?.currency !== currency) return ZERO;
  const others = orders.filter(({ order_id }) => {
    const order = facts.order[order_id];
    return order !== undefined && linkOfOrder(facts, order) !== id;
  });
  const kept = sum([own.value, ...others.map(({ captured }) => captured)]);
  return larger(ZERO, subtract(amount, kept));
}

/** Captured less every refund, done, on its way or asked for; the link's whole amount while only the link has spoken. */
export function keptOf(position: Position): number {
  const taken = position.captured ?? (position.full ? position.amount : null) ?? inr(0);
  const going = position.refunds_pending.value + position.refunds_reserved.value;
  return taken.value - (position.refunded?.value ?? 0) - going;
}
