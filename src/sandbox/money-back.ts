/**
 * The merchant's side of the books: capture, void, refund, with the gateway's rules
 * (docs/gateway.md 3.5, 3.6, 4.4). The API routes of both contracts and the dashboard's
 * buttons come here; each contract checks its own request first.
 */
import { type Desk, saveOrder } from "./desk";
import { announceOrder } from "./events";
import { GatewayError } from "./gateway-error";
import { newPaymentId } from "./ids";
import { acquirerData } from "./instruments";
import { authorizedOf, capturedOf, capturedOfPayment, type Order, refundedOf } from "./order";
import { makeOrder } from "./payments";

function requireHold(order: Order, doing: string): void {
  if (order.pre_auth && order.status === "AUTHORIZED") return;
  throw new GatewayError(
    "OPERATION_NOT_ALLOWED",
    `Order ${order.id} is ${order.status}${order.pre_auth ? "" : " and not pre-authorised"}: ${doing} refused`,
  );
}

/** Takes held money, all of it or a part once; the rest goes back to the customer. */
export function capture(
  desk: Desk,
  order: Order,
  request: { amount: number; reference: string },
): void {
  requireHold(order, "capture");
  const held = authorizedOf(order);
  if (request.amount < 100)
    throw new GatewayError("INVALID_REQUEST", "The least amount is 100 paisa");
  if (request.amount > held) {
    throw new GatewayError("AMOUNT_LIMIT_EXCEEDED", "More than what was authorised");
  }
  const at = desk.tick();
  let left = request.amount;
  for (const payment of order.payments.filter(({ status }) => status === "AUTHORIZED")) {
    const value = Math.min(left, (payment.base_amount ?? payment.amount).value);
    left -= value;
    payment.status = value > 0 ? "PROCESSED" : "CANCELLED";
    payment.updated_at = at;
    if (value === 0) continue;
    payment.captures = [
      {
        merchant_capture_reference: request.reference,
        capture_amount: { value, currency: "INR" },
        created_at: at,
      },
    ];
  }
  order.authorized_at = null;
  order.status = request.amount < held ? "PARTIALLY_CAPTURED" : "PROCESSED";
  saveOrder(desk, order);
  announceOrder(desk, "ORDER_PROCESSED", order);
}

/** Releases held money. */
export function voidOrder(desk: Desk, order: Order): void {
  requireHold(order, "cancel");
  const at = desk.tick();
  for (const payment of order.payments) {
    if (payment.status !== "AUTHORIZED") continue;
    payment.status = "CANCELLED";
    payment.updated_at = at;
  }
  order.authorized_at = null;
  order.status = "CANCELLED";
  saveOrder(desk, order);
  announceOrder(desk, "ORDER_CANCELLED", order);
}

export interface RefundRequest {
  /** Paisa; without it, all that is left. */
  readonly amount?: number | undefined;
  readonly reference: string;
  readonly merchant_metadata?: Readonly<Record<string, string>> | undefined;
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
  if (parent.type === "REFUND" || !refundable.includes(parent.status)) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `Order ${parent.id} is ${parent.status}`);
  }
  if (desk.knobs.refunds === "refuse") {
    throw new GatewayError("PAYMENT_DECLINED", "The day's sales do not cover this refund");
  }
  const earlier = desk.store.listRefunds(parent.id);
  const left = capturedOf(parent) - refundedOf(earlier, true);
  const amount = request.amount ?? left;
  if (amount < 100) throw new GatewayError("INVALID_REQUEST", "The least amount is 100 paisa");
  if (amount > left)
    throw new GatewayError("AMOUNT_LIMIT_EXCEEDED", "More than what is left to refund");
  const { merchant_metadata } = request;
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
      id: newPaymentId(
        refund.id,
        suffix,
        refund.payments.map(({ id }) => id),
      ),
      merchant_payment_reference: crypto.randomUUID(),
      parent_payment_id: source.id,
      status: "PENDING",
      amount: { value, currency: "INR" },
      base_amount: null,
      conversion_rate: null,
      credit: 0,
      method: source.method,
      option: null,
      acquirer: acquirerData(false),
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
    if (status === "PROCESSED") payment.acquirer = acquirerData(true);
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
