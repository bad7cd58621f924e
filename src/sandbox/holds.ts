/**
 * Money that is held: it is captured, once, or let go (docs/gateway.md 3.5 to 3.7). The
 * API routes of both contracts and the dashboard's buttons come here.
 */
import type { Micros } from "./clock";
import { type Desk, saveOrder } from "./desk";
import { announceOrder } from "./events";
import { GatewayError } from "./gateway-error";
import { authorizedOf, type Order, type Payment } from "./order";

/** A payment in flight could become a second hold beside the one that is dealt with. */
function requireHold(order: Order, doing: string): void {
  const in_flight = order.payments.some(({ status }) => status === "PENDING");
  if (order.pre_auth && order.status === "AUTHORIZED" && !in_flight) return;
  const why = [
    order.pre_auth ? "" : " and not pre-authorised",
    in_flight ? ", a payment under way" : "",
  ];
  throw new GatewayError(
    "OPERATION_NOT_ALLOWED",
    `Order ${order.id} is ${order.status}${why.join("")}: ${doing} refused`,
  );
}

export interface CaptureRequest {
  /** Paisa, at most what is held. */
  readonly amount: number;
  readonly reference: string;
}

function requireAmount(order: Order, amount: number): void {
  if (amount < 100) throw new GatewayError("INVALID_REQUEST", "The least amount is 100 paisa");
  if (amount > authorizedOf(order)) {
    throw new GatewayError("AMOUNT_LIMIT_EXCEEDED", "More than what was authorised");
  }
}

/**
 * Writes the capture on the payments that it takes from, in their order, and lets go of the
 * rest. Returns the payments that it was written on.
 */
function writeCapture(order: Order, request: CaptureRequest, at: Micros): Payment[] {
  let left = request.amount;
  return order.payments.filter((payment) => {
    if (payment.status !== "AUTHORIZED") return false;
    const value = Math.min(left, (payment.base_amount ?? payment.amount).value);
    left -= value;
    payment.updated_at = at;
    payment.status = value > 0 ? "PROCESSED" : "CANCELLED";
    if (value === 0) return false;
    payment.captures = [
      {
        merchant_capture_reference: request.reference,
        capture_amount: { value, currency: "INR" },
        created_at: at,
      },
    ];
    return true;
  });
}

/** Takes held money, all of it or a part once; the rest goes back to the customer. */
export function capture(desk: Desk, order: Order, request: CaptureRequest): void {
  requireHold(order, "capture");
  requireAmount(order, request.amount);
  const held = authorizedOf(order);
  const taken = writeCapture(order, request, desk.tick());
  order.authorized_at = null;
  if (desk.knobs.captures === "fail") {
    // As the gateway shows it: the payment is FAILED and still names the capture that was tried.
    for (const payment of taken) {
      payment.status = "FAILED";
      payment.error = { code: "PAYMENT_DECLINED", message: "The capture was declined" };
    }
    order.retries_remaining = 0;
    order.status = "FAILED";
  } else {
    order.status = request.amount < held ? "PARTIALLY_CAPTURED" : "PROCESSED";
  }
  saveOrder(desk, order);
  announceOrder(desk, order.status === "FAILED" ? "PAYMENT_FAILED" : "ORDER_PROCESSED", order);
}

/** Releases held money at the merchant's word. */
export function voidOrder(desk: Desk, order: Order): void {
  requireHold(order, "cancel");
  releaseHold(desk, order);
}

/** Releases held money, also when its time is over. */
export function releaseHold(desk: Desk, order: Order): void {
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
