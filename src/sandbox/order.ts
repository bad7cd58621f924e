/**
 * An order in the gateway's books (a refund is an order too), its payments, and the
 * object that the API and the webhooks show (docs/gateway.md 3.2, inside `data`). Also the
 * sums that the rules need; they are the sandbox's truth about the money.
 */
import { formatTime, type Micros } from "./clock";
import type { Amount } from "./link";

export type PaymentStatus = "PENDING" | "AUTHORIZED" | "PROCESSED" | "CANCELLED" | "FAILED";
export type OrderStatus =
  | "CREATED"
  | "PENDING"
  | "ATTEMPTED"
  | "AUTHORIZED"
  | "PARTIALLY_CAPTURED"
  | "PROCESSED"
  | "FAILED"
  | "CANCELLED"
  | "PARTIALLY_REFUNDED"
  | "FULLY_REFUNDED";

export interface Capture {
  readonly merchant_capture_reference: string;
  readonly capture_amount: Amount;
  readonly created_at: Micros;
}

export interface Payment {
  readonly id: string;
  readonly merchant_payment_reference: string;
  readonly parent_payment_id: string | null;
  status: PaymentStatus;
  readonly amount: Amount;
  /** With a foreign currency: the rupees, and the rate. */
  readonly base_amount: Amount | null;
  readonly conversion_rate: number | null;
  /** Paisa it counts towards the order; more than `amount` when the bank gives a discount. */
  readonly credit: number;
  readonly method: string;
  readonly option: Readonly<Record<string, unknown>> | null;
  acquirer: Record<string, unknown> | null;
  error: { readonly code: string; readonly message: string } | null;
  captures: Capture[];
  readonly offer_data: Readonly<Record<string, unknown>> | null;
  readonly created_at: Micros;
  updated_at: Micros;
}

export interface Order {
  readonly id: string;
  readonly parent_order_id: string | null;
  readonly link_id: string | null;
  readonly reference: string;
  readonly type: "CHARGE" | "REFUND";
  status: OrderStatus;
  readonly amount: Amount;
  readonly pre_auth: boolean;
  readonly part_payment: boolean;
  readonly allowed_payment_methods: readonly string[];
  readonly callback_url: string | null;
  readonly failure_callback_url: string | null;
  readonly purchase_details: Readonly<Record<string, unknown>>;
  retries_remaining: number;
  payments: Payment[];
  authorized_at: Micros | null;
  readonly created_at: Micros;
  updated_at: Micros;
}

function paymentObject(payment: Payment): Record<string, unknown> {
  return {
    id: payment.id,
    merchant_payment_reference: payment.merchant_payment_reference,
    ...(payment.parent_payment_id ? { parent_payment_id: payment.parent_payment_id } : {}),
    status: payment.status,
    payment_amount: payment.amount,
    ...(payment.base_amount
      ? { base_amount: payment.base_amount, conversion_rate: payment.conversion_rate }
      : {}),
    payment_method: payment.method,
    ...(payment.option ? { payment_option: payment.option } : {}),
    ...(payment.acquirer ? { acquirer_data: payment.acquirer } : {}),
    ...(payment.error ? { error_detail: payment.error } : {}),
    ...(payment.captures.length > 0 ? { capture_data: payment.captures.map(captureObject) } : {}),
    ...(payment.offer_data ? { offer_data: payment.offer_data } : {}),
    created_at: formatTime(payment.created_at, "payment"),
    updated_at: formatTime(payment.updated_at, "payment"),
  };
}

function captureObject(capture: Capture): Record<string, unknown> {
  return { ...capture, created_at: formatTime(capture.created_at, "capture") };
}

/** One entry of the parent's `refunds[]`. */
function refundEntry(refund: Order): Record<string, unknown> {
  return {
    merchant_order_reference: refund.reference,
    order_id: refund.id,
    type: "REFUND",
    status: refund.status,
    order_amount: refund.amount,
    payments: refund.payments.map(paymentObject),
    created_at: formatTime(refund.created_at, "order"),
    updated_at: formatTime(refund.updated_at, "order"),
  };
}

/** The content of `data`. `refunds` is null where the parent does not show them. */
export function orderObject(
  order: Order,
  merchant_id: string,
  refunds: readonly Order[] | null,
): Record<string, unknown> {
  return {
    order_id: order.id,
    ...(order.parent_order_id ? { parent_order_id: order.parent_order_id } : {}),
    merchant_order_reference: order.reference,
    type: order.type,
    status: order.status,
    ...(order.callback_url ? { callback_url: order.callback_url } : {}),
    ...(order.failure_callback_url ? { failure_callback_url: order.failure_callback_url } : {}),
    merchant_id,
    order_amount: order.amount,
    pre_auth: order.pre_auth,
    ...(order.part_payment ? { part_payment: true } : {}),
    ...(order.type === "CHARGE" ? { allowed_payment_methods: order.allowed_payment_methods } : {}),
    purchase_details: order.purchase_details,
    payments: order.payments.map(paymentObject),
    ...(refunds ? { refunds: refunds.map(refundEntry) } : {}),
    created_at: formatTime(order.created_at, "order"),
    updated_at: formatTime(order.updated_at, "order"),
    integration_mode: "REDIRECT",
    payment_retries_remaining: order.retries_remaining,
  };
}

function rupees(payment: Payment): number {
  return (payment.base_amount ?? payment.amount).value;
}

/** Paisa taken from the customer: captures where there are any, else processed payments. */
export function capturedOf(order: Order): number {
  return order.payments
    .filter((payment) => payment.status === "PROCESSED")
    .reduce((sum, payment) => sum + capturedOfPayment(payment), 0);
}

/** The same for one payment. */
export function capturedOfPayment(payment: Payment): number {
  if (payment.captures.length === 0) return rupees(payment);
  return payment.captures.reduce((sum, capture) => sum + capture.capture_amount.value, 0);
}

/** Paisa held and neither captured nor released. */
export function authorizedOf(order: Order): number {
  return order.payments
    .filter((payment) => payment.status === "AUTHORIZED")
    .reduce((sum, payment) => sum + rupees(payment), 0);
}

/** Paisa that the order counts towards its link. */
export function creditOf(order: Order): number {
  return order.payments
    .filter((payment) => payment.status === "PROCESSED" || payment.status === "AUTHORIZED")
    .reduce((sum, payment) => sum + payment.credit, 0);
}

/** Paisa given back, or on the way back when `or_pending`. */
export function refundedOf(refunds: readonly Order[], or_pending = false): number {
  return refunds
    .filter(
      (refund) => refund.status === "PROCESSED" || (or_pending && refund.status === "PENDING"),
    )
    .reduce((sum, refund) => sum + refund.amount.value, 0);
}
