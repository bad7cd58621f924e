/**
 * Money that goes back: a refund begins, and later it ends (docs/gateway.md 4). The API
 * routes of both contracts and the dashboard's buttons come here; each contract checks
 * its own request first.
 */
import type { Micros } from "./clock";
import { type Desk, saveOrder } from "./desk";
import { announceOrder } from "./events";
import { GatewayError } from "./gateway-error";
import { newPaymentId, newReference } from "./ids";
import { acquirerData } from "./instruments";
import { capturedOf, capturedOfPayment, type Order, refundedOf } from "./order";
import { makeOrder } from "./payments";
import { requireSplit, type SplitInfo, splitOfRefund } from "./split";

const day: Micros = 86_400_000_000;

export interface RefundRequest {
  /** Paisa; without it, all that is left. */
  readonly amount?: number | undefined;
  readonly reference: string;
  readonly merchant_metadata?: Readonly<Record<string, string>> | undefined;
  readonly split_info?: SplitInfo | undefined;
}

/** Paisa that were captured and that no refund has taken or is about to take. */
export function leftToRefund(desk: Desk, parent: Order): number {
  return capturedOf(parent) - refundedOf(desk.store.listRefunds(parent.id), true);
}

function amountOf(desk: Desk, parent: Order, asked: number | undefined): number {
  const left = leftToRefund(desk, parent);
  const amount = asked ?? left;
  const added_up = desk.knobs.over_refunds === "refuse";
  if (amount === 0 || (added_up && amount > left)) {
    throw new GatewayError("AMOUNT_LIMIT_EXCEEDED", "More than what is left to refund");
  }
  if (amount < 100) throw new GatewayError("INVALID_REQUEST", "The least amount is 100 paisa");
  return amount;
}

/** A refund that failed left its money with the merchant, so it spends nothing of the day. */
function requireSales(desk: Desk, amount: number): void {
  const { refunds, refund_limit_per_day } = desk.knobs;
  const now = desk.tick();
  const today = desk.store.listRefundsSince(now - (now % day));
  const over =
    refund_limit_per_day !== null && refundedOf(today, true) + amount > refund_limit_per_day;
  if (refunds !== "refuse" && !over) return;
  throw new GatewayError("PAYMENT_DECLINED", "The day's sales do not cover this refund");
}

/**
 * Begins a refund and leaves it PENDING: a REFUND order of its own. A known reference
 * is refused, answered with the refund that has it, or no key at all, as the knob says.
 */
export function beginRefund(desk: Desk, parent: Order, request: RefundRequest): Order {
  const known = desk.store.findOrderByReference(request.reference);
  if (known && desk.knobs.duplicate_refund !== "second") {
    if (known.type === "REFUND" && desk.knobs.duplicate_refund === "return_existing") return known;
    throw new GatewayError("DUPLICATE_REQUEST", `Reference ${request.reference} was used before`);
  }
  const refundable = ["PROCESSED", "PARTIALLY_REFUNDED", "PARTIALLY_CAPTURED"];
  if (desk.knobs.over_refunds === "take") refundable.push("FULLY_REFUNDED");
  if (parent.type === "REFUND" || !refundable.includes(parent.status)) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `Order ${parent.id} is ${parent.status}`);
  }
  const amount = amountOf(desk, parent, request.amount);
  requireSplit(parent, request.split_info, amount);
  requireSales(desk, amount);
  const earlier = desk.store.listRefunds(parent.id);
  const { merchant_metadata, split_info } = request;
  const refund = makeOrder(desk, {
    link_id: parent.link_id,
    parent_order_id: parent.id,
    type: "REFUND",
    status: "PENDING",
    reference: request.reference,
    amount: { value: amount, currency: "INR" },
    pre_auth: false,
    part_payment: false,
    purchase_details: {
      ...parent.purchase_details,
      ...(merchant_metadata ? { merchant_metadata } : {}),
      ...(split_info ? { split_info: splitOfRefund(split_info) } : {}),
    },
    retries_remaining: 0,
  });
  addRefundPayments(desk, parent, refund, earlier);
  saveOrder(desk, refund);
  saveOrder(desk, parent);
  return refund;
}

/** Spreads the refund over the payments that still have money in them. */
function addRefundPayments(
  desk: Desk,
  parent: Order,
  refund: Order,
  earlier: readonly Order[],
): void {
  const at = desk.tick();
  const returned = new Map<string, number>();
  for (const payment of earlier.flatMap((other) =>
    other.status === "FAILED" ? [] : other.payments,
  )) {
    const from = payment.parent_payment_id ?? "";
    returned.set(from, (returned.get(from) ?? 0) + payment.amount.value);
  }
  let left = refund.amount.value;
  for (const source of parent.payments.filter(({ status }) => status === "PROCESSED")) {
    const room = capturedOfPayment(source) - (returned.get(source.id) ?? 0);
    const value = Math.min(left, room);
    if (value <= 0) continue;
    left -= value;
    const suffix = source.id.split("-").at(-2) ?? "cc";
    refund.payments.push({
      id: newPaymentId(desk, refund, suffix),
      merchant_payment_reference: newReference(desk),
      parent_payment_id: source.id,
      status: "PENDING",
      amount: { value, currency: "INR" },
      base_amount: null,
      conversion_rate: null,
      credit: 0,
      method: source.method,
      option: null,
      acquirer: acquirerData(desk, false),
      error: null,
      captures: [],
      offer_data: null,
      created_at: at,
      updated_at: at,
    });
  }
}

/** The acquirer answers: the refund is done, or it failed and the money stays. */
export function endRefund(desk: Desk, refund: Order, status: "PROCESSED" | "FAILED"): void {
  const parent = desk.store.findOrder(refund.parent_order_id ?? "");
  if (refund.type !== "REFUND" || refund.status !== "PENDING" || !parent) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `${refund.id} is not a pending refund`);
  }
  const at = desk.tick();
  for (const payment of refund.payments) {
    payment.status = status;
    payment.updated_at = at;
    if (status === "PROCESSED") payment.acquirer = acquirerData(desk, true);
  }
  refund.status = status;
  saveOrder(desk, refund);
  const returned = refundedOf(desk.store.listRefunds(parent.id));
  if (returned > 0) {
    parent.status = returned >= capturedOf(parent) ? "FULLY_REFUNDED" : "PARTIALLY_REFUNDED";
  }
  saveOrder(desk, parent);
  const { refund_object } = desk.knobs.webhooks;
  const netbanking = refund.payments.some(({ method }) => method === "NETBANKING");
  const by_parent = refund_object === "parent" || (refund_object === "auto" && netbanking);
  if (status === "FAILED") announceOrder(desk, "REFUND_FAILED", refund);
  else announceOrder(desk, "REFUND_PROCESSED", by_parent ? parent : refund);
}
