// Transfers as the ledger knows them. Lists go page by page over an index, newest first (settled, else
// processed, else first seen), and each reads little more than it shows:
//   UTR or transaction     the few transfers of it
//   status, holds          the index of both; a list by one of them is merged from the values of the other
//   else, with or without a range of days      the index by time

import { type Amount, inr } from "../domain/money";
import { type Result, success } from "../domain/result";
import type { SettlementStatus } from "../domain/settlement-check";
import type { Milliseconds } from "../domain/time";
import {
  type CursorFailure,
  type ListKind,
  type Page,
  pageOf,
  parseCursor,
  unsought,
} from "./cursor";
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
    ...(filters.before === undefined
      ? []
      : [`${place.value ? unsought("sort_at") : "sort_at"} < ${bind(filters.before)}`]),
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
    // Its lines come by transfer, so the transfers need not be gathered first. The oldest of them in a
    // transfer is of the reading that is shown, or of one that is not over.
    const named = `(SELECT line.utr AS named, min(line.read) AS oldest
      FROM settlement_lines AS line WHERE line.transaction_id = ${bind(transaction_id)}
      GROUP BY line.utr)`;
    const shown = `${named} CROSS JOIN settlements ON utr = named AND oldest <= read`;
    return [walk(shown, [...one, ...states])];
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
  const row = await selectSettlement(db, utr).first<StoredSettlementRow>();
  return row && viewSettlementRow(row);
}

export interface StoredSettlementRow extends StoredRow {
  readonly doc: string;
}

export function selectSettlement(db: D1Database, utr: string): D1PreparedStatement {
  return db.prepare(`SELECT ${COLUMNS}, doc FROM settlements WHERE utr = ?1`).bind(utr);
}

export function viewSettlementRow(row: StoredSettlementRow): FoundSettlement {
  return { ...view(row), ...(JSON.parse(row.doc) as SettlementDoc), read: row.read };
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
