// Who asked for money and who decided about it, over all orders, newest first.

import { Hono } from "hono";
import * as z from "zod/mini";
import { isOrderId } from "../domain/ids";
import { listAudit } from "../ledger/audit";
import { requires } from "./auth";
import type { Door } from "./doors";
import { parseQuery } from "./input";
import { answerPage, askLedger } from "./ledger";
import { cursor, limit } from "./list-query";

export const auditQuery = z.strictObject({
  /** The gateway order that the money is on. */
  order_id: z.optional(z.string().check(z.refine(isOrderId, "must be the id of an order"))),
  limit,
  cursor,
});

export const audit = new Hono<Door>().get("/v1/audit", requires("admin"), async (c) => {
  const query = parseQuery(c, auditQuery);
  if (!query.ok) return query.failure.response;
  return answerPage(c, await askLedger(listAudit(c.var.doors.db, query.value)), (line) => line);
});
