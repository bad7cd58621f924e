// Differences between two records of the same money, over all orders, newest first.

import { Hono } from "hono";
import { z } from "zod";
import { listDiscrepancies } from "../ledger/discrepancies";
import { requires } from "./auth";
import type { Door } from "./doors";
import { parseQuery } from "./input";
import { answerPage, askLedger } from "./ledger";
import { cursor, limit } from "./list-query";

const discrepancyQuery = z.strictObject({
  /** Only those that still stand, unless the closed ones are asked for too. */
  state: z.enum(["open", "all"], "must be open or all").default("open"),
  limit,
  cursor,
});

export const discrepancies = new Hono<Door>().get(
  "/v1/discrepancies",
  requires("read"),
  async (c) => {
    const query = parseQuery(c, discrepancyQuery);
    if (!query.ok) return query.failure.response;
    const { state, ...page } = query.value;
    const listed = listDiscrepancies(c.var.doors.db, { open: state === "open", ...page });
    return answerPage(c, await askLedger(listed), (row) => row);
  },
);
