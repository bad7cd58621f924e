// Orders: one by any of its ids or its reference, its history in sentences, a question to the gateway
// at once, and lists. One order is read from its actor, which is the truth; lists come from the ledger,
// which follows about a second behind.

import { Hono } from "hono";
import type { OrderKey } from "../actor/orders";
import type { TimelineEntry } from "../actor/rpc";
import { isLinkId, isOrderId, isReference } from "../domain/ids";
import { toIso } from "../domain/time";
import { listOrders, type OrderQuery } from "../ledger/orders";
import { requires } from "./auth";
import { answerCsv, ORDERS_PAGE, wantsCsv } from "./csv-answer";
import type { Door, DoorContext } from "./doors";
import { failureProblem } from "./failure";
import { NO_QUERY, parseQuery, queryProblem } from "./input";
import { answerPage, askLedger } from "./ledger";
import { orderQuery } from "./list-query";
import { orderColumns } from "./order-columns";
import { orderJson } from "./order-json";
import { problem } from "./problem";

const REFRESH_LIMIT_MS = 10_000;

export const orders = new Hono<Door>()
  .get("/v1/orders", requires("read"), async (c) => {
    const csv = wantsCsv(c);
    const query = parseQuery(c, orderQuery);
    if (!query.ok) return query.failure.response;
    const { amount_from = 0, amount_to = amount_from } = query.value;
    if (amount_from > amount_to) {
      return queryProblem([["amount_from", "must not be more than amount_to"]]);
    }
    if (csv) return answerOrdersCsv(c, query.value);
    const listed = await askLedger(listOrders(c.var.doors.db, query.value));
    return answerPage(c, listed, (order) => orderJson(order, c.var.principal));
  })
  .get("/v1/orders/reference/:reference", requires("read"), async (c) => {
    const reference = c.req.param("reference");
    return isReference(reference) ? answerOrder(c, { reference }) : problem("order_unknown");
  })
  .get("/v1/orders/:id", requires("read"), async (c) => {
    const id = c.req.param("id");
    return isNamed(id) ? answerOrder(c, { id }) : problem("order_unknown");
  })
  .get("/v1/orders/:id/timeline", requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const id = c.req.param("id");
    const entries = isNamed(id) ? await c.var.doors.orders.timeline({ id }) : null;
    if (entries === null) return problem("order_unknown");
    return c.json({ data: entries.map(timelineJson), next_cursor: null });
  })
  .post("/v1/orders/:id/refresh", requires("read"), async (c) => {
    const id = c.req.param("id");
    if (!isNamed(id)) return problem("order_unknown");
    const asked = await c.var.doors.orders.inquire({ id }, REFRESH_LIMIT_MS);
    if (!asked.ok) return failureProblem(asked.failure, "order");
    return c.json(orderJson(asked.value, c.var.principal));
  });

async function answerOrdersCsv(c: DoorContext, query: OrderQuery): Promise<Response> {
  const { principal, doors } = c.var;
  const columns = orderColumns(principal, doors.config.merchant.time_zone);
  const read = async (page: Pick<OrderQuery, "limit" | "cursor">) =>
    listOrders(doors.db, { ...query, ...page });
  return answerCsv(c, "orders", columns, read, ORDERS_PAGE);
}

async function answerOrder(c: DoorContext, key: OrderKey): Promise<Response> {
  const query = parseQuery(c, NO_QUERY);
  if (!query.ok) return query.failure.response;
  const order = await c.var.doors.orders.find(key);
  if (order !== null) return c.json(orderJson(order, c.var.principal));
  return problem("order_unknown", {
    detail: "No such order is known here. POST /v1/orders/{id}/refresh asks the gateway.",
  });
}

/** An order id, an alias of one, or a payment_link_id. */
function isNamed(id: string): boolean {
  return isOrderId(id) || isLinkId(id);
}

export type TimelineView = ReturnType<typeof timelineJson>;

function timelineJson(entry: TimelineEntry) {
  return { ...entry, at: toIso(entry.at) };
}
