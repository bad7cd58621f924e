// The API reference's contract (docs/gateway.md 0, 3.5, 4.1): a refund is an order of type REFUND with
// a reference that is its idempotency key; a capture bears our reference, and an amount only when it
// takes a part of what is held.

import type { Contract } from "./contract";

export const contractOfReference: Contract = {
  name: "reference",
  reference_is_key: true,
  captures_by_reference: true,
  own_fields: ["merchant_order_reference", "order_amount", "merchant_capture_reference"],
  refund: ({ order_id, reference, amount, split_info }) => ({
    method: "POST",
    path: `/api/pay/v1/refunds/${encodeURIComponent(order_id)}`,
    body: {
      merchant_order_reference: reference,
      // Always, also for a full refund: without it the gateway decides how much (docs/gateway.md 11.7).
      order_amount: amount,
      ...(split_info === null ? {} : { split_info }),
    },
    isOurs: (answer) =>
      answer["type"] === "REFUND" &&
      answer["parent_order_id"] === order_id &&
      answer["merchant_order_reference"] === reference,
  }),
  capture: ({ order_id, reference, amount, whole }) => ({
    method: "PUT",
    path: `/api/pay/v1/orders/${encodeURIComponent(order_id)}/capture`,
    body: {
      merchant_capture_reference: reference,
      ...(whole ? {} : { capture_amount: amount }),
    },
    isOurs: (answer) => answer["order_id"] === order_id,
  }),
};
