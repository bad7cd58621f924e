/**
 * The order operations of the API: get, get by reference, capture, cancel, refund.
 * An account speaks one of the two contracts; a request of the other is refused as
 * the gateway would: a route that does not exist, or a missing field by its name.
 */
import * as z from "zod";
import type { Micros } from "./clock";
import { type Desk, getOrder, showOrder } from "./desk";
import { GatewayError } from "./gateway-error";
import { capture, voidOrder } from "./holds";
import { amountSchema, metadataSchema, referenceSchema } from "./link-request";
import type { Call } from "./operation";
import { authorizedOf, type Order } from "./order";
import { beginRefund, endRefund } from "./refunds";
import { splitSchema } from "./split";

const guideCapture = z.strictObject({ amount: amountSchema });
const referenceCapture = z.strictObject({
  merchant_capture_reference: referenceSchema,
  capture_amount: amountSchema.optional(),
});
const guideRefund = z.strictObject({
  amount: amountSchema,
  merchant_refund_reference: referenceSchema,
  split_info: splitSchema.optional(),
});
const referenceRefund = z.strictObject({
  merchant_order_reference: referenceSchema,
  order_amount: amountSchema.optional(),
  merchant_metadata: metadataSchema.optional(),
  products: z
    .array(z.strictObject({ product_code: z.string(), imei_number: z.string().optional() }))
    .optional(),
  split_info: splitSchema.optional(),
});

/** The snapshot that a GET shows: the newest, or an older one if the knob says so. */
function snapshot(desk: Desk, order: Order): unknown {
  const back = desk.knobs.lag_order_snapshots;
  const older = back > 0 ? desk.store.findSnapshot(order.id, back) : null;
  return { data: older ?? showOrder(desk, order) };
}

/** `GET /api/pay/v1/orders/{order_id}` */
export function readOrder(desk: Desk, call: Call): unknown {
  return snapshot(desk, getOrder(desk, call.param("id")));
}

/** `GET /api/pay/v1/orders/reference/{merchant_order_reference}` */
export function readOrderByReference(desk: Desk, call: Call): unknown {
  const reference = call.param("reference");
  const order = desk.store.findOrderByReference(reference);
  const hidden = order?.type === "REFUND" && desk.takeHiding();
  // Returned and not thrown, because that it was hidden once must be remembered.
  if (!order || hidden) {
    return new GatewayError("ORDER_NOT_FOUND", `No order with reference ${reference}`);
  }
  return snapshot(desk, order);
}

/** `PUT /api/pay/v1/orders/{order_id}/capture` */
export function captureOrder(desk: Desk, call: Call): unknown {
  const order = getOrder(desk, call.param("id"));
  if (desk.knobs.contract === "guide") {
    const { amount } = call.parse(guideCapture);
    capture(desk, order, { amount: amount.value, reference: crypto.randomUUID() });
  } else {
    const request = call.parse(referenceCapture);
    const held = authorizedOf(order);
    if (request.capture_amount?.value === held && held > 0) {
      const message = "capture_amount: only for a part of the authorised amount";
      throw new GatewayError("INVALID_REQUEST", message, "capture_amount");
    }
    const amount = request.capture_amount?.value ?? held;
    capture(desk, order, { amount, reference: request.merchant_capture_reference });
  }
  return { data: showOrder(desk, order) };
}

/** `PUT /api/pay/v1/orders/{order_id}/cancel` */
export function cancelOrder(desk: Desk, call: Call): unknown {
  const order = getOrder(desk, call.param("id"));
  voidOrder(desk, order);
  return { data: showOrder(desk, order) };
}

/** A refund by the knob's outcome. One that will fail is answered as still pending. */
function refund(desk: Desk, parent: Order, request: Parameters<typeof beginRefund>[2]): Order {
  const made = beginRefund(desk, parent, request);
  const fresh = made.status === "PENDING";
  if (fresh && desk.knobs.refunds === "process") endRefund(desk, made, "PROCESSED");
  if (fresh && desk.knobs.refunds === "fail") endRefund(desk, structuredClone(made), "FAILED");
  return made;
}

/** The times of the guide's answer come in a form that nothing should try to read. */
function unreadable(at: Micros): string {
  return new Date(at / 1000).toUTCString().replace("GMT", "IST+");
}

/** `POST /api/pay/v1/orders/{order_id}/refund`, the guide's; its bare answer lists refunds. */
export function refundByGuide(desk: Desk, call: Call): unknown {
  const parent = getOrder(desk, call.param("id"));
  const request = call.parse(guideRefund);
  const { amount, merchant_refund_reference: reference, split_info } = request;
  const made = refund(desk, parent, { amount: amount.value, reference, split_info });
  const entry = {
    refund_id: made.id,
    merchant_refund_reference: made.reference,
    refund_amount: made.amount,
    status: made.status,
    created_at: unreadable(made.created_at),
    updated_at: unreadable(made.updated_at),
  };
  return { order_id: parent.id, refunds: [entry] };
}

/** `POST /api/pay/v1/refunds/{order_id}`, the API reference's; answers the refund order. */
export function refundByReference(desk: Desk, call: Call): unknown {
  const parent = getOrder(desk, call.param("id"));
  const request = call.parse(referenceRefund);
  const made = refund(desk, parent, {
    amount: request.order_amount?.value,
    reference: request.merchant_order_reference,
    merchant_metadata: request.merchant_metadata,
    split_info: request.split_info,
  });
  return { data: showOrder(desk, made) };
}
