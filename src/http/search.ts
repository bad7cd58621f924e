// The search: orders by anything that a person has in hand, and the transfer whose UTR it is. What is asked
// for is often personal data: it stands in no log line and in no answer.

import { Hono } from "hono";
import * as z from "zod/mini";
import { idAsked, termsAsked, utrsAsked } from "../domain/search-terms";
import { searchOrders } from "../ledger/search";
import { findSettlement } from "../ledger/settlements";
import { requires } from "./auth";
import type { Door } from "./doors";
import { parseQuery } from "./input";
import { askLedger } from "./ledger";
import { orderJson } from "./order-json";
import { settlementJson } from "./settlement-json";

/** What is longer is no id, name or number of anything. */
export const SEARCH_LONGEST = 200;

export const searchQuery = z.strictObject({
  q: z
    .string("must be what to look for")
    .check(
      z.minLength(1, "must be what to look for"),
      z.maxLength(SEARCH_LONGEST, `must be at most ${SEARCH_LONGEST} characters long`),
    ),
});

export const search = new Hono<Door>().get("/v1/search", requires("read"), async (c) => {
  const query = parseQuery(c, searchQuery);
  if (!query.ok) return query.failure.response;
  const { q } = query.value;
  const { db } = c.var.doors;
  const [found, settlement] = await askLedger(
    Promise.all([searchOrders(db, idAsked(q), termsAsked(q)), findTransfer(db, utrsAsked(q))]),
  );
  const data = found.data.map(({ order, found_by }) => ({
    order: orderJson(order, c.var.principal),
    found_by,
  }));
  return c.json({
    data,
    settlement: settlement && settlementJson(settlement),
    more: found.more,
    next_cursor: null,
  });
});

async function findTransfer(db: D1Database, utrs: readonly string[]) {
  for (const utr of utrs) {
    const found = await findSettlement(db, utr);
    if (found !== null) return found;
  }
  return null;
}
