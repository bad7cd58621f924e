// The sums that a reconciliation rests on, by the days of payments or of transfers. Reads every payment,
// or every transfer, of the range once.

import { type Paisa, paisa } from "../domain/money";
import { reconcile, type ReconcileBy, type Reconciled } from "../domain/reconciliation";
import type { Milliseconds } from "../domain/time";

export interface ReconciliationQuery {
  /** From this moment on, and before this one. */
  readonly from: Milliseconds;
  readonly before: Milliseconds;
  readonly by: ReconcileBy;
}

/** How many things the figures rest on, and how many of them are not what they should be. */
export type Counts = { readonly [name: string]: number };

export interface Reconciliation extends Reconciled {
  readonly counts: Counts;
}

type Sums = { readonly [name: string]: number };

export async function reconciliation(
  db: D1Database,
  { by, from, before }: ReconciliationQuery,
): Promise<Reconciliation> {
  switch (by) {
    case "payment_date": {
      const of = await sums(db, PAYMENTS, from, before);
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
        counts: { payments: of("payments"), payments_not_counted: of("without_books") },
      };
    }
    case "settlement_date": {
      const of = await sums(db, SETTLEMENTS, from, before);
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

async function sums(
  db: D1Database,
  statement: string,
  from: Milliseconds,
  before: Milliseconds,
): Promise<(name: string) => Paisa> {
  const row = await db.prepare(statement).bind(from, before).first<Sums>();
  return (name) => paisa(row?.[name] ?? 0);
}

/** An alias and its home may both know a payment for a moment: the home's row counts. */
const PAYMENTS = `
  SELECT count(*) AS payments, sum(captured IS NULL) AS without_books, sum(captured) AS captured,
    sum(refunded) AS refunded, sum(fees) AS fees, sum(recovered) AS recovered,
    sum(settled) AS settled, sum(pending) AS pending, sum(elsewhere) AS elsewhere
  FROM payments INDEXED BY payments_created
  WHERE created_at >= ?1 AND created_at < ?2
    AND NOT EXISTS (SELECT 1 FROM aliases WHERE alias = payments.home)`;

/** What nobody has said counts as nothing, so that it shows in the unexplained rest. */
const SETTLEMENTS = `
  SELECT count(*) AS settlements, sum(status <> 'completed') AS not_completed,
    sum(read = 0) AS not_read, sum(holds = 0) AS not_holding, sum(lines) AS lines,
    sum(unknown) AS unknown, sum(waiting) AS waiting, sum(other_business) AS other_business,
    sum(gross) AS gross, sum(refunds) AS refunds, sum(fees) AS fees, sum(taxes) AS taxes,
    sum(recoveries) AS recoveries, sum(split) AS split, sum(beside) AS beside,
    sum(CASE status WHEN 'completed' THEN net END) AS settled,
    sum(CASE status WHEN 'completed' THEN NULL ELSE net END) AS initiated
  FROM settlements INDEXED BY settlements_sort
  WHERE sort_at >= ?1 AND sort_at < ?2 AND settled_at IS NOT NULL`;
