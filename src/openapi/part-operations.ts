// Payments and refunds over all orders (http/parts.ts).

import { paymentQuery, refundQuery } from "../http/list-query";
import { type Operation, TABLE } from "./operation";
import { listedPaymentPage, listedRefundPage } from "./part-answers";

/** Not only the gateway order's: a payment_link_id and every alias is taken, too. */
const ANY_ID = { order_id: { description: "any id of the order" } };

export const partOperations: readonly Operation[] = [
  {
    id: "listPayments",
    method: "get",
    path: "/v1/payments",
    tag: "Orders",
    summary: "List the payments of all orders, newest first",
    scope: "read",
    query: paymentQuery,
    words: ANY_ID,
    asksLedger: true,
    answers: {
      200: { ...TABLE, schema: listedPaymentPage, description: "A page, or all of it as CSV." },
    },
  },
  {
    id: "listAllRefunds",
    method: "get",
    path: "/v1/refunds",
    tag: "Orders",
    summary: "List the refunds of all orders, newest first",
    scope: "read",
    query: refundQuery,
    words: ANY_ID,
    asksLedger: true,
    answers: {
      200: { ...TABLE, schema: listedRefundPage, description: "A page, or all of it as CSV." },
    },
  },
];
