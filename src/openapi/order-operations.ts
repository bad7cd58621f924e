// Orders (http/orders.ts, http/personal-data.ts).

import { orderQuery } from "../http/list-query";
import { removal } from "./handling-answers";
import { order, orderPage, timeline } from "./order-answers";
import { type Operation, TABLE } from "./operation";
import { GATEWAY_FAILURES } from "./shared-problems";

export const orderOperations: readonly Operation[] = [
  {
    id: "listOrders",
    method: "get",
    path: "/v1/orders",
    tag: "Orders",
    summary: "List orders, newest first",
    scope: "read",
    query: orderQuery,
    asksLedger: true,
    answers: {
      200: { ...TABLE, schema: orderPage, description: "A page of orders, or all as CSV." },
    },
  },
  {
    id: "getOrderByReference",
    method: "get",
    path: "/v1/orders/reference/{reference}",
    tag: "Orders",
    summary: "One order by your reference",
    scope: "read",
    answers: { 200: { schema: order, description: "The order." } },
    problems: ["order_unknown"],
  },
  {
    id: "getOrder",
    method: "get",
    path: "/v1/orders/{id}",
    tag: "Orders",
    summary: "One order, from what is known",
    scope: "read",
    answers: { 200: { schema: order, description: "The order." } },
    problems: ["order_unknown"],
  },
  {
    id: "getTimeline",
    method: "get",
    path: "/v1/orders/{id}/timeline",
    tag: "Orders",
    summary: "What happened to an order, oldest first",
    scope: "read",
    answers: { 200: { schema: timeline, description: "The whole timeline." } },
    problems: ["order_unknown"],
  },
  {
    id: "refreshOrder",
    method: "post",
    path: "/v1/orders/{id}/refresh",
    tag: "Orders",
    summary: "Ask the gateway about an order now",
    scope: "read",
    answers: { 200: { schema: order, description: "The order." } },
    problems: ["order_unknown", ...GATEWAY_FAILURES],
  },
  {
    id: "removePersonalData",
    method: "delete",
    path: "/v1/orders/{id}/personal-data",
    tag: "Orders",
    summary: "Remove what is known of an order's customer, and raw messages",
    scope: "admin",
    answers: {
      200: { schema: removal, description: "It is removed, now or before." },
      202: { schema: removal, description: "It is removed from the order, and goes on elsewhere." },
    },
    problems: ["order_unknown", "order_not_finished"],
  },
];
