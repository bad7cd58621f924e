// The sums that a reconciliation rests on, by the days of payments or of transfers. Reads every payment,
// or every transfer, of the range once.

import { type Paisa, paisa } from "../domain/money";
import { reconcile, type ReconcileBy, type Reconciled } from "../domain/reconciliation";
import type { Milliseconds } from "../domain/time";
import { countsOnce, hasLink } from "./counted-once";

export interface ReconciliationQuery {
  /** From this moment on, and before this one. */
  readonly from: Milliseconds;
  readonly before: Milliseconds;
  readonly by: ReconcileBy;
  /** False: payments of orders without a link are the account's other business (ORDERS_WITHOUT_LINK). */
  readonly orders_without_link: boolean;
}

/** How many things the figures rest on, and how many of them are not what they should be. */
export type Counts = { readonly [name: string]: number };

export interface Reconciliation extends Reconciled {
  /**
   * Captured by the account's other business in these days, in no row and not in `collected`. Null: not
   * told this way.
   */
  readonly other_business: Paisa | null;
  readonly counts: Counts;
}

type Sums = { readonly [name: string]: number | null };

export async function reconciliation(
  db: D1Database,
  { by, from, before, orders_without_link }: ReconciliationQuery,
): Promise<Reconciliation> {
  switch (by) {
    case "payment_date": {
      const ours = orders_without_link ? "1" : hasLink("payments");
      const groups = await sums(db, paymentSums(ours), from, before);
      const of = groups(1);
      const others = groups(0);
      return {
        ...reconcile(of("captured"), {
          refunded: of("refunded"),
          fees: of("fees"),
          taxes: null,
          recoveries: of("recovered"),
          split: null,
          beside: null,
          settled: of("settled"),
          not_yet_settled: of("pending"),
          settled_elsewhere: of("elsewhere"),
        }),
        other_business: others("captured"),
        counts: {
          payments: of("payments"),
          payments_not_counted: of("without_books"),
          payments_other_business: others("payments"),
        },
      };
    }
    case "settlement_date": {
      const of = (await sums(db, SETTLEMENTS, from, before))(1);
      return {
        ...reconcile(of("gross"), {
          refunded: of("refunds"),
          fees: of("fees"),
          taxes: of("taxes"),
          recoveries: of("recoveries"),
          split: of("split"),
          beside: of("beside"),
          settled: of("settled"),
          not_yet_settled: of("initiated"),
          settled_elsewhere: null,
        }),
        other_business: null,
        counts: {
          settlements: of("settlements"),
          settlements_not_completed: of("not_completed"),
          settlements_not_read: of("not_read"),
          settlements_that_do_not_hold: of("not_holding"),
          lines: of("lines"),
          lines_attributed: of("lines") - of("unknown") - of("waiting") - of("other_business"),
          lines_unknown: of("unknown"),
          lines_waiting: of("waiting"),
          lines_other_business: of("other_business"),
        },
      };
    }
  }
}

/** The sums of each group of rows by its column `ours`; of one that is not there all are 0. */
async function sums(
  db: D1Database,
  statement: string,
  from: Milliseconds,
  before: Milliseconds,
): Promise<(ours: 0 | 1) => (name: string) => Paisa> {
  const { results } = await db.prepare(statement).bind(from, before).all<Sums>();
  return (ours) => {
    const group = results.find((row) => row["ours"] === ours);
    return (name) => paisa(group?.[name] ?? 0);
  };
}

/** ?1 and ?2 are the range. */
const paymentSums = (ours: string): string => `
  SELECT ${ours} AS ours, count(*) AS payments, sum(captured IS NULL) AS without_books,
    sum(captured) AS captured, sum(refunded) AS refunded, sum(fees) AS fees,
    sum(recovered) AS recovered, sum(settled) AS settled, sum(pending) AS pending,
    sum(elsewhere) AS elsewhere
  FROM payments INDEXED BY payments_created
  WHERE created_at >= ?1 AND created_at < ?2
    AND ${countsOnce("payments", "payments")}
  GROUP BY 1`;

/** What nobody has said counts as nothing, so that it shows in the unexplained rest. */
const SETTLEMENTS = `
  SELECT 1 AS ours, count(*) AS settlements, sum(status <> 'completed') AS not_completed,
    sum(read = 0) AS not_read, sum(holds = 0) AS not_holding, sum(lines) AS lines,
    sum(unknown) AS unknown, sum(waiting) AS waiting, sum(other_business) AS other_business,
    sum(gross) AS gross, sum(refunds) AS refunds, sum(fees) AS fees, sum(taxes) AS taxes,
    sum(recoveries) AS recoveries, sum(split) AS split, sum(beside) AS beside,
    sum(CASE status WHEN 'completed' THEN net END) AS settled,
    sum(CASE status WHEN 'completed' THEN NULL ELSE net END) AS initiated
  FROM settlements INDEXED BY settlements_sort
  WHERE sort_at >= ?1 AND sort_at < ?2 AND settled_at IS NOT NULL`;
