// Transfers and their lines as the ledger knows them. Lists go page by page over an index, newest first
// (settled, else processed, else first seen), and each reads little more than it shows:
//   UTR or transaction     the few transfers of it
//   status, holds          the index of both; a list by one of them is merged from the values of the other
//   else, with or without a range of days      the index by time

import { type Amount, inr } from "../domain/money";
import { type Result, success } from "../domain/result";
import type { AttributedLine, SettlementStatus } from "../domain/settlement-check";
import type { Milliseconds } from "../domain/time";
import { type CursorFailure, type ListKind, type Page, pageOf, parseCursor } from "./cursor";
import type { SettlementDoc } from "./settlement-row";

export interface SettlementFilters {
  /** From this moment on, and before this one, by the time that orders the list. */
  readonly from?: Milliseconds | undefined;
  readonly before?: Milliseconds | undefined;
  readonly utr?: string | undefined;
  readonly status?: SettlementStatus | undefined;
  /** No identity of it fails. */
  readonly holds?: boolean | undefined;
  /** Transfers with a line of this transaction. */
  readonly transaction_id?: string | undefined;
}

export interface SettlementQuery extends SettlementFilters {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

export const SETTLEMENT_STATUSES = [
  "listed",
  "initiated",
  "completed",
] as const satisfies readonly SettlementStatus[];

/** Null is "nobody has said". */
export interface ListedSettlement {
  readonly utr: string;
  readonly status: SettlementStatus;
  readonly settled_at: Milliseconds | null;
  readonly processed_at: Milliseconds | null;
  readonly gross: Amount | null;
  readonly refunds: Amount | null;
  readonly fees: Amount | null;
  readonly taxes: Amount | null;
  readonly recoveries: Amount | null;
  readonly split: Amount | null;
  readonly beside: Amount | null;
  readonly net: Amount | null;
  readonly unexplained: Amount | null;
  readonly refunds_unlisted: Amount;
  readonly holds: boolean;
  readonly lines: number;
  readonly unknown: number;
  readonly other_business: number;
  readonly waiting: number;
  readonly unfinished: boolean;
  readonly first_seen_at: Milliseconds;
  readonly updated_at: Milliseconds;
}

/** One transfer with all that was said of it. */
export interface FoundSettlement extends ListedSettlement, SettlementDoc {
  /** The number of the reading that its lines are from. */
  readonly read: number;
}

export interface PlacedLine extends AttributedLine {
  readonly n: number;
}

interface StoredRow {
  readonly utr: string;
  readonly status: SettlementStatus;
  readonly settled_at: number | null;
  readonly processed_at: number | null;
  readonly sort_at: number;
  readonly gross: number | null;
  readonly refunds: number | null;
  readonly fees: number | null;
  readonly taxes: number | null;
  readonly recoveries: number | null;
  readonly split: number | null;
  readonly beside: number | null;
  readonly net: number | null;
  readonly unexplained: number | null;
  readonly refunds_unlisted: number;
  readonly holds: number;
  readonly lines: number;
  readonly unknown: number;
  readonly other_business: number;
  readonly waiting: number;
  readonly read: number;
  readonly unfinished: number;
  readonly first_seen_at: number;
  readonly updated_at: number;
}

/** All but the fingerprints and the JSON, which no list shows. */
const COLUMNS = `utr, status, settled_at, processed_at, sort_at, gross, refunds, fees, taxes,
  recoveries, split, beside, net, unexplained, refunds_unlisted, holds, lines, unknown,
  other_business, waiting, read, unfinished, first_seen_at, updated_at`;

export async function listSettlements(
  db: D1Database,
  query: SettlementQuery,
): Promise<Result<Page<ListedSettlement>, CursorFailure>> {
  const { limit, cursor, ...filters } = query;
  const kind: ListKind = { list: "settlements", filters };
  const place = parseCursor(kind, cursor, ["number", "string"]);
  if (!place.ok) return place;
  const values: (string | number)[] = [];
  const bind = (value: string | number): string => `?${values.push(value)}`;
  const range = [
    ...(filters.from === undefined ? [] : [`sort_at >= ${bind(filters.from)}`]),
    ...(filters.before === undefined ? [] : [`sort_at < ${bind(filters.before)}`]),
    ...(place.value ? [`(sort_at, utr) < (${place.value.map(bind).join(", ")})`] : []),
  ];
  const statement = `${armsOf(filters, range, bind).join(" UNION ALL ")}
    ORDER BY sort_at DESC, utr DESC LIMIT ${bind(limit + 1)}`;
  const { results } = await db
    .prepare(statement)
    .bind(...values)
    .all<StoredRow>();
  const placeOf = (row: StoredRow): readonly (string | number)[] => [row.sort_at, row.utr];
  return success(pageOf(results, limit, kind, placeOf, view));
}

/** The list as one walk, or several that are merged row by row. Statuses are words of ours. */
function armsOf(
  filters: SettlementFilters,
  range: readonly string[],
  bind: (value: string) => string,
): readonly string[] {
  const { utr, transaction_id, status, holds } = filters;
  const walk = (from: string, conditions: readonly string[]): string => {
    const all = [...conditions, ...range];
    const where = all.length > 0 ? `WHERE ${all.join(" AND ")}` : "";
    return `SELECT ${COLUMNS} FROM ${from} ${where}`;
  };
  const states = [
    ...(status === undefined ? [] : [`status = '${status}'`]),
    ...(holds === undefined ? [] : [`holds = ${holds ? 1 : 0}`]),
  ];
  const one = utr === undefined ? [] : [`utr = ${bind(utr)}`];
  if (transaction_id !== undefined) {
    // Its lines come by transfer, so the transfers need not be gathered first.
    const named = `(SELECT DISTINCT line.utr AS named FROM settlement_lines AS line
      WHERE line.transaction_id = ${bind(transaction_id)})`;
    return [walk(`${named} CROSS JOIN settlements ON utr = named`, [...one, ...states])];
  }
  if (utr !== undefined) return [walk("settlements", [...one, ...states])];
  if (states.length === 0) return [walk("settlements INDEXED BY settlements_sort", [])];
  const statuses = status === undefined ? SETTLEMENT_STATUSES : [status];
  const truths = holds === undefined ? [true, false] : [holds];
  return statuses.flatMap((word) =>
    truths.map((truth) =>
      walk("settlements INDEXED BY settlements_state", [
        `status = '${word}'`,
        `holds = ${truth ? 1 : 0}`,
      ]),
    ),
  );
}

export async function findSettlement(db: D1Database, utr: string): Promise<FoundSettlement | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS}, doc FROM settlements WHERE utr = ?1`)
    .bind(utr)
    .first<StoredRow & { readonly doc: string }>();
  if (row === null) return null;
  const doc = JSON.parse(row.doc) as SettlementDoc;
  return { ...view(row), ...doc, read: row.read };
}

export interface LineQuery {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

/** The lines of the reading that is shown, in the report's own order. */
export async function listLines(
  db: D1Database,
  settlement: Pick<FoundSettlement, "utr" | "read">,
  query: LineQuery,
): Promise<Result<Page<PlacedLine>, CursorFailure>> {
  interface Row {
    readonly n: number;
    readonly doc: string;
  }
  const { utr, read } = settlement;
  const { limit, cursor } = query;
  const kind: ListKind = { list: "settlement_lines", filters: { utr } };
  const place = parseCursor(kind, cursor, ["number"]);
  if (!place.ok) return place;
  const [after = -1] = place.value ?? [];
  const { results } = await db
    .prepare(
      `SELECT n, doc FROM settlement_lines WHERE utr = ?1 AND n > ?2 AND read <= ?3
       ORDER BY n LIMIT ?4`,
    )
    .bind(utr, after, read, limit + 1)
    .all<Row>();
  return success(
    pageOf(
      results,
      limit,
      kind,
      ({ n }) => [n],
      ({ n, doc }) => ({ ...(JSON.parse(doc) as AttributedLine), n }),
    ),
  );
}

function view(row: StoredRow): ListedSettlement {
  const amount = (value: number | null): Amount | null => (value === null ? null : inr(value));
  return {
    utr: row.utr,
    status: row.status,
    settled_at: row.settled_at,
    processed_at: row.processed_at,
    gross: amount(row.gross),
    refunds: amount(row.refunds),
    fees: amount(row.fees),
    taxes: amount(row.taxes),
    recoveries: amount(row.recoveries),
    split: amount(row.split),
    beside: amount(row.beside),
    net: amount(row.net),
    unexplained: amount(row.unexplained),
    refunds_unlisted: inr(row.refunds_unlisted),
    holds: row.holds === 1,
    lines: row.lines,
    unknown: row.unknown,
    other_business: row.other_business,
    waiting: row.waiting,
    unfinished: row.unfinished === 1,
    first_seen_at: row.first_seen_at,
    updated_at: row.updated_at,
  };
}
