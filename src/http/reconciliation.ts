// Where the money that was collected in a range of days is. Both sides are equal to the paisa; what nothing
// explains is a row of its own.

import { Hono } from "hono";
import * as z from "zod/mini";
import { type Amount, HOME_CURRENCY, inr, type Paisa } from "../domain/money";
import { momentsOf } from "../domain/day-moments";
import { NOTES, RECONCILE_BY } from "../domain/reconciliation";
import { reconciliation as readSums } from "../ledger/reconciliation";
import { requires } from "./auth";
import { day, rangeFault } from "./days-query";
import type { Door } from "./doors";
import { parseQuery, queryProblem } from "./input";
import { askLedger } from "./ledger";

export const reconciliationQuery = z.strictObject({
  from: day,
  to: day,
  by: z.enum(RECONCILE_BY, `must be one of ${RECONCILE_BY.join(", ")}`),
});

export const reconciliation = new Hono<Door>().get(
  "/v1/reconciliation",
  requires("read"),
  async (c) => {
    const query = parseQuery(c, reconciliationQuery);
    if (!query.ok) return query.failure.response;
    const { from, to, by } = query.value;
    const fault = rangeFault({ from, to });
    if (fault !== null) return queryProblem([fault]);
    const { config, db } = c.var.doors;
    const moments = momentsOf({ from, to }, config.settlement.time_zone);
    const { orders_without_link } = config;
    const found = await askLedger(readSums(db, { ...moments, by, orders_without_link }));
    return c.json({
      from,
      to,
      by,
      currency: HOME_CURRENCY,
      collected: inr(found.collected),
      rows: found.rows.map(({ name, amount }) => ({ name, amount: amountOf(amount) })),
      balance: inr(found.balance),
      other_business: amountOf(found.other_business),
      counts: found.counts,
      notes: NOTES[by],
    });
  },
);

function amountOf(value: Paisa | null): Amount | null {
  return value === null ? null : inr(value);
}
