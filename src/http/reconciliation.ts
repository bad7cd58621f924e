// Where the money that was collected in a range of days is. Both sides are equal to the paisa; what nothing
// explains is a row of its own.

import { Hono } from "hono";
import * as z from "zod/mini";
import { type Amount, HOME_CURRENCY, inr, type Paisa } from "../domain/money";
import { momentsOf } from "../domain/day-moments";
import {
  NOTES,
  RECONCILE_BY,
  type ReconcileBy,
  type ReconciliationRow,
} from "../domain/reconciliation";
import { type Counts, reconciliation as readSums } from "../ledger/reconciliation";
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

export interface ReconciliationJson {
  readonly from: string;
  readonly to: string;
  readonly by: ReconcileBy;
  readonly currency: string;
  readonly collected: Amount;
  readonly rows: readonly {
    readonly name: ReconciliationRow["name"];
    readonly amount: Amount | null;
  }[];
  readonly balance: Amount;
  readonly other_business: Amount | null;
  readonly counts: Counts;
  readonly notes: readonly string[];
}

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
    const shown: ReconciliationJson = {
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
    };
    return c.json(shown);
  },
);

function amountOf(value: Paisa | null): Amount | null {
  return value === null ? null : inr(value);
}
