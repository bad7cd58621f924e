// The lines of one transfer, page by page, of the reading that is shown. Each page is read together with
// the number of that reading, and a cursor carries the number: what is read anew between two pages has its
// lines at other places, and pages of two readings would make a list that nobody ever said.

import { settlementHome } from "../domain/ids";
import { failure, type Result, success } from "../domain/result";
import type { AttributedLine } from "../domain/settlement-check";
import {
  type CursorFailure,
  type ListKind,
  type Page,
  pageOf,
  parseCursor,
  type Place,
} from "./cursor";
import {
  type ListedDiscrepancy,
  selectOpenOf,
  type StoredDiscrepancy,
  viewDiscrepancyRow,
} from "./discrepancies";
import {
  type FoundSettlement,
  selectSettlement,
  type StoredSettlementRow,
  viewSettlementRow,
} from "./settlements";

export interface PlacedLine extends AttributedLine {
  readonly n: number;
}

export interface LineQuery {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

export type LineFailure =
  | CursorFailure
  | { readonly code: "settlement_unknown" }
  /** The transfer was read anew since the page that gave the cursor. */
  | { readonly code: "settlement_changed" };

/** A transfer as one moment shows it. */
export interface WholeSettlement {
  readonly settlement: FoundSettlement;
  readonly lines: Page<PlacedLine>;
  /** Those of the transfer as a whole that stand. */
  readonly discrepancies: readonly ListedDiscrepancy[];
}

/** The transfer, one page of its lines and its discrepancies (`discrepancies` at most), read at once. */
export async function readSettlement(
  db: D1Database,
  utr: string,
  query: LineQuery & { readonly discrepancies: number },
): Promise<Result<WholeSettlement, LineFailure>> {
  const place = parsePlace(utr, query);
  if (!place.ok) return place;
  const [rows, lines, open] = await db.batch([
    selectSettlement(db, utr),
    selectLines(db, utr, query, place.value),
    selectOpenOf(db, settlementHome(utr), query.discrepancies),
  ]);
  const [row] = (rows?.results ?? []) as readonly StoredSettlementRow[];
  const page = pageOfLines(utr, query, place.value, row, lines);
  if (!page.ok || row === undefined) return page.ok ? UNKNOWN : page;
  return success({
    settlement: viewSettlementRow(row),
    lines: page.value,
    discrepancies: ((open?.results ?? []) as readonly StoredDiscrepancy[]).map(viewDiscrepancyRow),
  });
}

/** In the report's own order. */
export async function listLines(
  db: D1Database,
  utr: string,
  query: LineQuery,
): Promise<Result<Page<PlacedLine>, LineFailure>> {
  const place = parsePlace(utr, query);
  if (!place.ok) return place;
  const [shown, lines] = await db.batch([
    db.prepare("SELECT read FROM settlements WHERE utr = ?1").bind(utr),
    selectLines(db, utr, query, place.value),
  ]);
  const [row] = (shown?.results ?? []) as readonly Shown[];
  return pageOfLines(utr, query, place.value, row, lines);
}

interface Shown {
  /** The number of the reading that is shown. */
  readonly read: number;
}

interface StoredLine {
  readonly n: number;
  readonly doc: string;
}

const UNKNOWN = failure({ code: "settlement_unknown" } as const);

function kindOf(utr: string): ListKind {
  return { list: "settlement_lines", filters: { utr } };
}

/** The reading that the page before was of, and its last line. */
function parsePlace(utr: string, { cursor }: LineQuery): Result<Place | null, CursorFailure> {
  return parseCursor(kindOf(utr), cursor, ["number", "number"]);
}

function selectLines(
  db: D1Database,
  utr: string,
  { limit }: LineQuery,
  place: Place | null,
): D1PreparedStatement {
  const [, after = -1] = place ?? [];
  return db
    .prepare(
      `SELECT n, doc FROM settlement_lines
       WHERE utr = ?1 AND n > ?2 AND read <= (SELECT read FROM settlements WHERE utr = ?1)
       ORDER BY n LIMIT ?3`,
    )
    .bind(utr, after, limit + 1);
}

function pageOfLines(
  utr: string,
  { limit }: LineQuery,
  place: Place | null,
  shown: Shown | undefined,
  lines: D1Result | undefined,
): Result<Page<PlacedLine>, LineFailure> {
  if (shown === undefined) return UNKNOWN;
  if (place !== null && place[0] !== shown.read) return failure({ code: "settlement_changed" });
  const rows = (lines?.results ?? []) as readonly StoredLine[];
  const placeOf = ({ n }: StoredLine): Place => [shown.read, n];
  return success(
    pageOf(rows, limit, kindOf(utr), placeOf, ({ n, doc }) => ({
      ...(JSON.parse(doc) as AttributedLine),
      n,
    })),
  );
}
