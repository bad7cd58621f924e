// Differences between two records of the same money, over all orders and transfers, newest first.

import { SEVERITY_LEVELS, type DiscrepancyType, type Severity } from "../domain/discrepancy";
import { formatDiscrepancyId } from "../domain/discrepancy-id";
import { isOrderId, isSettlementHome, utrOfHome } from "../domain/ids";
import type { DiscrepancyView } from "../domain/order-view";
import { type Result, success } from "../domain/result";
import { type Milliseconds, toIso } from "../domain/time";
import {
  type CursorFailure,
  type ListKind,
  type Page,
  pageOf,
  parseCursor,
  unsought,
} from "./cursor";
import { jsonOf } from "./order-doc";

export interface ListedDiscrepancy extends DiscrepancyView {
  /** Home and key as one word. */
  readonly id: string;
  /** The order's home, or the transfer's; with `key` it names this difference. */
  readonly home: string;
  readonly key: string;
  readonly severity: Severity;
  /** Whose it is: an order's, a transfer's, or (both null) the reports' or an order's without an id. */
  readonly order_id: string | null;
  readonly utr: string | null;
}

export interface DiscrepancyFilters {
  /** Only those that still stand. */
  readonly open: boolean;
  readonly type?: DiscrepancyType | undefined;
  readonly severity?: Severity | undefined;
  /** First seen from this moment on, and before this one. */
  readonly from?: Milliseconds | undefined;
  readonly before?: Milliseconds | undefined;
}

export interface DiscrepancyQuery extends DiscrepancyFilters {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

export interface StoredDiscrepancy {
  readonly home: string;
  readonly key: string;
  readonly type: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
  readonly amount: number | null;
  readonly first_seen_at: number;
  readonly last_seen_at: number;
  readonly closed_at: number | null;
  readonly resolved_by: string | null;
  readonly resolved_reason: string | null;
  readonly resolved_at: number | null;
}

export async function listDiscrepancies(
  db: D1Database,
  query: DiscrepancyQuery,
): Promise<Result<Page<ListedDiscrepancy>, CursorFailure>> {
  const { limit, cursor, ...filters } = query;
  const kind: ListKind = { list: "discrepancies", filters: { ...filters } };
  const place = parseCursor(kind, cursor, ["number", "string", "string"]);
  if (!place.ok) return place;
  const values: (string | number)[] = [];
  const bind = (value: string | number): string => `?${values.push(value)}`;
  const { from, before } = filters;
  const seen = place.value ? unsought("first_seen_at") : "first_seen_at";
  const range = [
    ...(from === undefined ? [] : [`first_seen_at >= ${bind(from)}`]),
    ...(before === undefined ? [] : [`${seen} < ${bind(before)}`]),
    ...(place.value ? [`(first_seen_at, home, key) < (${place.value.map(bind).join(", ")})`] : []),
  ];
  const statement = `${armsOf(filters, range).join(" UNION ALL ")}
    ORDER BY first_seen_at DESC, home DESC, key DESC LIMIT ${limit + 1}`;
  const { results } = await db
    .prepare(statement)
    .bind(...values)
    .all<StoredDiscrepancy>();
  const placeOf = (row: StoredDiscrepancy): readonly (string | number)[] => [
    row.first_seen_at,
    row.home,
    row.key,
  ];
  return success(pageOf(results, limit, kind, placeOf, viewDiscrepancyRow));
}

/**
 * The list as one walk over an index, or several that are merged row by row: the index by type has the
 * severity before the time. A type and a severity are words of ours, so they may stand in SQL.
 */
function armsOf(filters: DiscrepancyFilters, range: readonly string[]): readonly string[] {
  const { open, type, severity } = filters;
  const walk = (index: string, words: readonly string[]): string => {
    const conditions = [...words, ...(open ? ["closed_at IS NULL"] : []), ...range];
    return `SELECT * FROM discrepancies INDEXED BY ${index}
      ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""}`;
  };
  const suffix = open ? "_open" : "";
  if (type !== undefined) {
    const levels = severity === undefined ? SEVERITY_LEVELS : [severity];
    return levels.map((level) =>
      walk(`discrepancies_type${suffix}`, [`type = '${type}'`, `severity = '${level}'`]),
    );
  }
  if (severity !== undefined) {
    return [walk(`discrepancies_severity${suffix}`, [`severity = '${severity}'`])];
  }
  return [walk(open ? "discrepancies_open" : "discrepancies_seen", [])];
}

export function selectDiscrepancy(db: D1Database, home: string, key: string): D1PreparedStatement {
  return db.prepare("SELECT * FROM discrepancies WHERE home = ?1 AND key = ?2").bind(home, key);
}

export async function findDiscrepancy(
  db: D1Database,
  home: string,
  key: string,
): Promise<ListedDiscrepancy | null> {
  const row = await selectDiscrepancy(db, home, key).first<StoredDiscrepancy>();
  return row && viewDiscrepancyRow(row);
}

/** Those of one home that still stand, in the order of their keys. */
export function selectOpenOf(db: D1Database, home: string, limit: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT * FROM discrepancies WHERE home = ?1 AND closed_at IS NULL ORDER BY key LIMIT ?2`,
    )
    .bind(home, limit);
}

/** A row as it is shown; also of a difference that only its order has told yet. */
export function namedDiscrepancy(
  shown: DiscrepancyView,
  name: { readonly home: string; readonly key: string; readonly severity: Severity },
): ListedDiscrepancy {
  const { home, key, severity } = name;
  const { type, subject, ours, theirs, amount } = shown;
  return {
    id: formatDiscrepancyId({ home, key }),
    home,
    key,
    order_id: isOrderId(home) && !isSettlementHome(home) ? home : null,
    utr: utrOfHome(home),
    type,
    severity,
    subject,
    ours,
    theirs,
    amount,
    first_seen_at: shown.first_seen_at,
    last_seen_at: shown.last_seen_at,
    closed_at: shown.closed_at,
    resolution: shown.resolution,
  };
}

export function viewDiscrepancyRow(row: StoredDiscrepancy): ListedDiscrepancy {
  const { resolved_by: by, resolved_reason: reason, resolved_at: at } = row;
  const isResolved = by !== null && reason !== null && at !== null;
  const shown: DiscrepancyView = {
    type: row.type,
    subject: row.subject,
    ours: jsonOf(row.ours),
    theirs: jsonOf(row.theirs),
    amount: row.amount,
    first_seen_at: toIso(row.first_seen_at),
    last_seen_at: toIso(row.last_seen_at),
    closed_at: row.closed_at === null ? null : toIso(row.closed_at),
    resolution: isResolved ? { by, reason, at: toIso(at) } : null,
  };
  return namedDiscrepancy(shown, row);
}
