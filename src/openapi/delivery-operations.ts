// Delivery, the checklist and the receipt of an order (http/fulfillment.ts, http/order-receipt.ts).

import { fulfillmentSchema, tickSchema } from "../http/fulfillment-schema";
import { sendSchema } from "../http/order-receipt";
import { checklistAnswer, fulfillment, orderReceipt } from "./handling-answers";
import type { Operation } from "./operation";
import { GATEWAY_FAILURES } from "./shared-problems";

export const deliveryOperations: readonly Operation[] = [
  {
    id: "endClaim",
    method: "post",
    path: "/v1/orders/{id}/fulfillment",
    tag: "Delivery",
    summary: "Say that a claimed order was delivered, or give it back",
    description: "A claim is granted by POST /v1/verify.",
    scope: "fulfill",
    body: {
      schema: fulfillmentSchema,
      example: { claim_id: "clm_0", state: "done", note: "By courier, AWB 4711" },
    },
    answers: { 200: { schema: fulfillment, description: "Who delivers the order, or did." } },
    problems: [
      "order_unknown",
      "claim_unknown",
      "claim_lapsed",
      "claim_ended",
      "fulfilled_already",
    ],
  },
  {
    id: "tickStep",
    method: "put",
    path: "/v1/orders/{id}/checklist/{step}",
    tag: "Delivery",
    summary: "Say that a step of the checklist is done",
    description:
      "The steps record, confirm and fulfill can be said; the others follow from facts. fulfill asks the gateway first.",
    scope: "fulfill",
    body: { schema: tickSchema, example: { note: "Handed over at the counter" }, optional: true },
    answers: { 200: { schema: checklistAnswer, description: "The whole checklist." } },
    problems: [
      "order_unknown",
      "step_unknown",
      "step_derived",
      "step_done",
      "step_not_applicable",
      "not_secured",
      "claim_held",
      "order_unsettled",
      ...GATEWAY_FAILURES,
    ],
  },
  {
    id: "getOrderReceipt",
    method: "get",
    path: "/v1/orders/{id}/receipt",
    tag: "Orders",
    summary: "Where an order's receipt is, and whether the customer has it",
    scope: "read",
    answers: { 200: { schema: orderReceipt, description: "How it stands with the receipt." } },
    problems: ["order_unknown"],
  },
  {
    id: "sendReceipt",
    method: "post",
    path: "/v1/orders/{id}/receipt",
    tag: "Orders",
    summary: "Send the receipt to the order's own customer by e-mail",
    description: "Repeated within a minute it is the same wish, and sends nothing twice.",
    scope: "fulfill",
    body: { schema: sendSchema, example: {}, optional: true },
    answers: {
      200: { schema: orderReceipt, description: "The mail service took it." },
      202: { schema: orderReceipt, description: "It is sent later, or nobody knows yet." },
    },
    problems: [
      "order_unknown",
      "order_unsettled",
      "receipt_not_configured",
      "nothing_paid",
      "customer_email_unknown",
    ],
  },
];
