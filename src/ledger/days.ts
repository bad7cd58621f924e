// The rows behind the charts: one for each day of the merchant's zone, summed anew by one statement whenever
// something of that day changed, and how to find out what did. Charts read days and never payments.

import type { Milliseconds } from "../domain/time";
import { countsOnce, hasLink, type PartTable } from "./counted-once";

/** Paisa of INR; what the amounts are is said in docs/api.md. */
export interface Day {
  readonly day: string;
  readonly payments: number;
  readonly collected: number;
  readonly refunds: number;
  readonly refunded: number;
  readonly transfers: number;
  readonly settled: number;
  readonly awaiting: number;
  readonly initiated: number;
  readonly completed: number;
  readonly computed_at: Milliseconds;
}

/** The rows that are there, both days included, the oldest first. */
export async function listDays(db: D1Database, from: string, to: string): Promise<readonly Day[]> {
  const { results } = await db
    .prepare("SELECT * FROM days WHERE day >= ?1 AND day <= ?2 ORDER BY day")
    .bind(from, to)
    .all<Day>();
  return results;
}

export interface OrderPlace {
  readonly updated_at: Milliseconds;
  readonly seq: number;
}

/** An order that changed, with the times of its payments and refunds. */
export interface ChangedOrder extends OrderPlace {
  readonly moments: readonly Milliseconds[];
}

/** Orders behind `after` by their last change, the oldest change first. */
export async function changedOrders(
  db: D1Database,
  after: OrderPlace,
  limit: number,
): Promise<readonly ChangedOrder[]> {
  interface Row extends OrderPlace {
    readonly paid: string;
    readonly sent_back: string;
  }
  const { results } = await db
    .prepare(CHANGED_ORDERS)
    .bind(after.updated_at, after.seq, limit)
    .all<Row>();
  return results.map(({ updated_at, seq, paid, sent_back }) => {
    const moments = [...momentsIn(paid), ...momentsIn(sent_back)];
    return { updated_at, seq, moments };
  });
}

function momentsIn(json: string): readonly Milliseconds[] {
  return (JSON.parse(json) as readonly (Milliseconds | null)[]).filter((at) => at !== null);
}

/** By the key of the table, which begins with the id: no index by home is paid for. */
const momentsOf = (table: PartTable, id: string): string => `
  (SELECT json_group_array(DISTINCT part.created_at)
    FROM json_each(owner.doc, '$.${table}') AS known
    CROSS JOIN ${table} AS part ON part.id = known.value ->> '${id}' AND part.home = owner.id)`;

const CHANGED_ORDERS = `
  SELECT owner.updated_at, owner.seq, ${momentsOf("payments", "id")} AS paid,
    ${momentsOf("refunds", "refund_id")} AS sent_back
  FROM orders AS owner INDEXED BY orders_updated
  WHERE (owner.updated_at, owner.seq) > (?1, ?2)
  ORDER BY owner.updated_at, owner.seq LIMIT ?3`;

export interface TransferPlace {
  readonly updated_at: Milliseconds;
  readonly utr: string;
}

export interface ChangedTransfer extends TransferPlace {
  readonly settled_at: Milliseconds | null;
}

/** Transfers behind `after` by their last change, the oldest change first. */
export async function changedTransfers(
  db: D1Database,
  after: TransferPlace,
  limit: number,
): Promise<readonly ChangedTransfer[]> {
  const { results } = await db
    .prepare(
      `SELECT updated_at, utr, settled_at FROM settlements INDEXED BY settlements_updated
       WHERE (updated_at, utr) > (?1, ?2) ORDER BY updated_at, utr LIMIT ?3`,
    )
    .bind(after.updated_at, after.utr, limit)
    .all<ChangedTransfer>();
  return results;
}

export interface DayToCompute {
  readonly day: string;
  /** Its first moment, and the first one of the next day. */
  readonly from: Milliseconds;
  readonly before: Milliseconds;
  /** Taken before it is computed: a row of a later moment stands. */
  readonly at: Milliseconds;
  /** False: what orders without a link took is the account's other business, and in no day. */
  readonly orders_without_link: boolean;
}

/** Sums a day anew and writes its row, in one statement: nothing can come in between. */
export async function computeDay(db: D1Database, asked: DayToCompute): Promise<void> {
  const { day, from, before, at, orders_without_link } = asked;
  const statement = computeStatement(orders_without_link);
  await db.prepare(statement).bind(day, from, before, at).run();
}

const SUMS = [
  "payments",
  "collected",
  "refunds",
  "refunded",
  "transfers",
  "settled",
  "awaiting",
  "initiated",
  "completed",
];

/**
 * The same conditions as the reconciliation's (reconciliation.ts): `collected` and `completed` are its
 * `collected` and `settled` by payment date, `awaiting` and `initiated` together its `not_yet_settled`;
 * `settled` is its `settled` by settlement date. What nobody has said counts as nothing.
 */
function computeStatement(orders_without_link: boolean): string {
  const counts = (table: PartTable): string =>
    `created_at >= ?2 AND created_at < ?3 AND ${countsOnce(table, table)}
      ${orders_without_link ? "" : `AND ${hasLink(table)}`}`;
  return `
    INSERT INTO days (day, ${SUMS.join(", ")}, computed_at)
    SELECT ?1, ${SUMS.map((name) => `coalesce(${name}, 0)`).join(", ")}, ?4
    FROM (SELECT sum(captured > 0) AS payments, sum(captured) AS collected,
        sum(pending - coalesce(initiated, 0)) AS awaiting, sum(initiated) AS initiated,
        sum(settled) AS completed
      FROM payments INDEXED BY payments_created WHERE ${counts("payments")})
    CROSS JOIN (SELECT count(*) AS refunds, sum(amount) AS refunded
      FROM refunds INDEXED BY refunds_created
      WHERE ${counts("refunds")} AND status = 'PROCESSED' AND doc ->> '$.amount.currency' = 'INR')
    CROSS JOIN (SELECT count(*) AS transfers, sum(net) AS settled
      FROM settlements INDEXED BY settlements_sort
      WHERE sort_at >= ?2 AND sort_at < ?3 AND settled_at IS NOT NULL AND status = 'completed')
    WHERE true
    ON CONFLICT (day) DO UPDATE SET
      ${[...SUMS, "computed_at"].map((name) => `${name} = excluded.${name}`).join(", ")}
    WHERE excluded.computed_at >= days.computed_at`;
}
