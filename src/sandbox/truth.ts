/**
 * `GET /sandbox/books`: the sandbox's own truth, which tests hold against the merchant's
 * facts. Only `links` and `orders` look as the API shows them, and the knobs that make the
 * API lie about refunds make `orders` lie too; the sums beside them are always right, and
 * `settled` names the transfer of each payment and refund that has one.
 */
import type { Books } from "./books";
import { linkObject } from "./link";
import { showOrder } from "./desk";
import { settledUnder } from "./settlements";
import { authorizedOf, capturedOf, type Order, refundedOf } from "./order";

/** Paisa of one order. */
interface Totals {
  /** Held now. */
  readonly authorized: number;
  readonly captured: number;
  /** Of refunds that are done. */
  readonly refunded: number;
  /** Of refunds that are on their way. */
  readonly refunds_pending: number;
}

/** How often money was moved under one reference of the merchant's, by refund or capture. */
interface Moves {
  moved: number;
  pending: number;
  failed: number;
}

function totalsOf(order: Order, refunds: readonly Order[]): Totals {
  const refunded = refundedOf(refunds);
  return {
    authorized: authorizedOf(order),
    captured: capturedOf(order),
    refunded,
    refunds_pending: refundedOf(refunds, true) - refunded,
  };
}

/** The references under which an order was captured: one, however many payments it was taken from. */
function captureReferences(order: Order): ReadonlySet<string> {
  if (!order.pre_auth) return new Set();
  const captures = order.payments.flatMap((payment) => payment.captures);
  return new Set(captures.map((capture) => capture.merchant_capture_reference));
}

function movesByReference(orders: readonly Order[]): Record<string, Moves> {
  const found = new Map<string, Moves>();
  const count = (reference: string, status: Order["status"]): void => {
    const moves = found.get(reference) ?? { moved: 0, pending: 0, failed: 0 };
    if (status === "FAILED") moves.failed += 1;
    else if (status === "PENDING") moves.pending += 1;
    else moves.moved += 1;
    found.set(reference, moves);
  };
  for (const order of orders) {
    if (order.type === "REFUND") count(order.reference, order.status);
    for (const reference of captureReferences(order)) count(reference, order.status);
  }
  return Object.fromEntries(found);
}

function refundEntry(refund: Order): Record<string, unknown> {
  return {
    order_id: refund.id,
    parent_order_id: refund.parent_order_id,
    reference: refund.reference,
    status: refund.status,
    amount: refund.amount.value,
  };
}

/** Everything newest first. */
export function readTruth(books: Books): Record<string, unknown> {
  const orders = books.store.listOrders(10_000);
  const refunds = orders.filter((order) => order.type === "REFUND");
  const charges = orders.filter((order) => order.type === "CHARGE");
  const totals = charges.map((order) => {
    const own = refunds.filter((refund) => refund.parent_order_id === order.id);
    return [order.id, totalsOf(order, own)] as const;
  });
  return {
    now: new Date(books.now_ms()).toISOString(),
    links: books.store.listLinks(10_000).map(linkObject),
    orders: orders.map((order) => showOrder(books, order)),
    totals: Object.fromEntries(totals),
    refunds: refunds.map(refundEntry),
    references: movesByReference(orders),
    settled: Object.fromEntries(settledUnder(books)),
  };
}
