// Differences between two records of the same money, over all orders, newest first.

import type { Severity } from "../domain/discrepancy";
import type { DiscrepancyView } from "../domain/order-view";
import { type Result, success } from "../domain/result";
import { toIso } from "../domain/time";
import { type CursorFailure, type ListKind, type Page, pageOf, parseCursor } from "./cursor";
import { jsonOf } from "./order-doc";

export interface ListedDiscrepancy extends DiscrepancyView {
  /** The order's home; with `key` it names this difference. */
  readonly home: string;
  readonly key: string;
  readonly severity: Severity;
}

export interface DiscrepancyQuery {
  /** Only those that still stand. */
  readonly open: boolean;
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

interface StoredDiscrepancy {
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
}

export async function listDiscrepancies(
  db: D1Database,
  query: DiscrepancyQuery,
): Promise<Result<Page<ListedDiscrepancy>, CursorFailure>> {
  const { open, limit, cursor } = query;
  const kind: ListKind = { list: "discrepancies", filters: { open } };
  const place = parseCursor(kind, cursor, ["number", "string", "string"]);
  if (!place.ok) return place;
  const conditions = [
    ...(open ? ["closed_at IS NULL"] : []),
    ...(place.value ? ["(first_seen_at, home, key) < (?1, ?2, ?3)"] : []),
  ];
  const statement = `SELECT * FROM discrepancies
    INDEXED BY ${open ? "discrepancies_open" : "discrepancies_seen"}
    ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""}
    ORDER BY first_seen_at DESC, home DESC, key DESC LIMIT ${limit + 1}`;
  const { results } = await db
    .prepare(statement)
    .bind(...(place.value ?? []))
    .all<StoredDiscrepancy>();
  const placeOf = (row: StoredDiscrepancy): readonly (string | number)[] => [
    row.first_seen_at,
    row.home,
    row.key,
  ];
  return success(pageOf(results, limit, kind, placeOf, view));
}

function view(row: StoredDiscrepancy): ListedDiscrepancy {
  return {
    ...row,
    ours: jsonOf(row.ours),
    theirs: jsonOf(row.theirs),
    first_seen_at: toIso(row.first_seen_at),
    last_seen_at: toIso(row.last_seen_at),
    closed_at: row.closed_at === null ? null : toIso(row.closed_at),
  };
}
