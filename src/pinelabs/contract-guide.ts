// The guide's contract (docs/gateway.md 0): refunds go to the order and are answered with a list that
// names them, a capture states its amount and has no reference of ours.

import { readObjects } from "./fields";
import type { Contract } from "./contract";

export const contractOfGuide: Contract = {
  name: "guide",
  reference_is_key: false,
  captures_by_reference: false,
  own_fields: ["merchant_refund_reference", "amount"],
  refund: ({ order_id, reference, amount, split_info }) => ({
    method: "POST",
    path: `/api/pay/v1/orders/${encodeURIComponent(order_id)}/refund`,
    body: {
      amount,
      merchant_refund_reference: reference,
      ...(split_info === null ? {} : { split_info }),
    },
    isOurs: (answer) =>
      answer["order_id"] === order_id &&
      readObjects(answer["refunds"]).some(
        (refund) => refund["merchant_refund_reference"] === reference,
      ),
  }),
  capture: ({ order_id, amount }) => ({
    method: "PUT",
    path: `/api/pay/v1/orders/${encodeURIComponent(order_id)}/capture`,
    body: { amount },
    isOurs: (answer) => answer["order_id"] === order_id,
  }),
};
