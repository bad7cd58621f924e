// Discrepancies of no order: of a transfer as a whole, its unknown lines, and rows of the report that can
// not be read. Their home is no actor (`settlementHome`), so what an order does with its own is done here
// by SQL: opened and refreshed when found, closed when gone, and closed by a person who says why.

import { type AccountFinding, findingKey } from "../domain/discrepancy";
import { settlementHome } from "../domain/ids";
import { failure, type Result, success } from "../domain/result";
import type { UnreadableRow } from "../domain/settlement-report";
import { type Milliseconds, toIso } from "../domain/time";
import type { AuditRow } from "./audit";
import { findDiscrepancy, type ListedDiscrepancy } from "./discrepancies";
import { piecesOf } from "./pieces";

/** What one reading found about a transfer. */
export interface Found {
  readonly utr: string;
  readonly read: number;
  readonly findings: readonly AccountFinding[];
  readonly at: Milliseconds;
}

/**
 * Statements that bring the transfer's discrepancies to what was found, as long as this reading is the
 * one that its row shows. One that a person closed stays closed while both sides and the amount are
 * what they were.
 */
export function writeFindings(db: D1Database, found: Found): readonly D1PreparedStatement[] {
  const { utr, read, findings, at } = found;
  const rows = new Map(findings.map((finding) => [findingKey(finding), finding]));
  const keys = JSON.stringify([...rows.keys()]);
  const run = (statement: string, given: string): D1PreparedStatement =>
    db.prepare(statement).bind(given, settlementHome(utr), at, utr, read);
  return [
    ...piecesOf([...rows].map(([key, finding]) => rowOf(key, finding))).map(({ json }) =>
      run(open(IS_SHOWN), json),
    ),
    run(touch(IS_SHOWN), keys),
    run(CLOSE, keys),
  ];
}

/** Statements that open these, and close none, as long as neither this reading nor a later one was finished. */
export function writeUnread(db: D1Database, found: Found): readonly D1PreparedStatement[] {
  const { utr, read, findings, at } = found;
  const rows = findings.map((finding) => rowOf(findingKey(finding), finding));
  const run = (statement: string, given: object): D1PreparedStatement =>
    db.prepare(statement).bind(JSON.stringify(given), settlementHome(utr), at, utr, read);
  return [run(open(IS_UNREAD), rows), run(touch(IS_UNREAD), findings.map(findingKey))];
}

/** A note for each row of the report that can not be used as one, however often it is met. */
export function writeNotes(
  db: D1Database,
  rows: readonly UnreadableRow[],
  at: Milliseconds,
): readonly D1PreparedStatement[] {
  const notes = rows.map((row): AccountFinding => ({
    type: "report_unreadable",
    severity: "note",
    subject: row.fingerprint,
    ours: row.reason,
    theirs: row.raw,
    amount: null,
  }));
  return piecesOf(notes.map((note) => rowOf(findingKey(note), note))).map(({ json }) =>
    db.prepare(NOTE).bind(json, settlementHome(null), at),
  );
}

export interface Resolving {
  readonly home: string;
  readonly key: string;
  readonly by: string;
  readonly reason: string;
  readonly at: Milliseconds;
}

export type ResolveFailure =
  | { readonly code: "discrepancy_unknown" }
  /** It had closed before, by itself or by a person. */
  | { readonly code: "discrepancy_closed" };

/** A person says what it is: it closes, once, and the audit has a line. */
export async function resolveAccountDiscrepancy(
  db: D1Database,
  resolving: Resolving,
): Promise<Result<ListedDiscrepancy, ResolveFailure>> {
  const { home, key, by, reason, at } = resolving;
  const open = await findDiscrepancy(db, home, key);
  if (open === null) return failure({ code: "discrepancy_unknown" });
  const line = auditLine(resolving, open);
  const [, updated] = await db.batch([
    // Only while it is open: of two persons at once the first one is heard, and audited.
    db
      .prepare(
        `INSERT INTO audit (at, actor, n, order_id, doc)
         SELECT ?3, ?1, (SELECT coalesce(max(n), 0) + 1 FROM audit WHERE at = ?3 AND actor = ?1), ?4, ?5
         FROM discrepancies WHERE home = ?1 AND key = ?2 AND closed_at IS NULL`,
      )
      .bind(home, key, at, line.order_id, JSON.stringify(line.doc)),
    db
      .prepare(
        `UPDATE discrepancies
         SET closed_at = ?3, resolved_at = ?3, resolved_by = ?4, resolved_reason = ?5
         WHERE home = ?1 AND key = ?2 AND closed_at IS NULL`,
      )
      .bind(home, key, at, by, reason),
  ]);
  if (updated?.meta.changes !== 1) return failure({ code: "discrepancy_closed" });
  const closed_at = toIso(at);
  return success({ ...open, closed_at, resolution: { by, reason, at: closed_at } });
}

function auditLine(resolving: Resolving, row: ListedDiscrepancy): Omit<AuditRow, "n"> {
  const { home, key, by, reason, at } = resolving;
  return {
    at,
    order_id: home,
    doc: {
      at: toIso(at),
      by,
      action: "resolution",
      kind: "discrepancy",
      reference: key,
      order_id: null,
      utr: row.utr,
      amount: row.amount === null ? null : { value: row.amount, currency: "INR" },
      reason,
      decision: null,
    },
  };
}

function rowOf(key: string, finding: AccountFinding): object {
  const { ours, theirs } = finding;
  return { ...finding, key, ours: JSON.stringify(ours), theirs: JSON.stringify(theirs) };
}

/** ?1 rows, ?2 home, ?3 now. */
const INSERT = `
  INSERT INTO discrepancies (home, key, type, severity, subject, ours, theirs, amount,
    first_seen_at, last_seen_at)
  SELECT ?2, value ->> 'key', value ->> 'type', value ->> 'severity', value ->> 'subject',
    value ->> 'ours', value ->> 'theirs', value ->> 'amount', ?3, ?3
  FROM json_each(?1)`;

/** ?4 UTR, ?5 the reading: nothing else was written since. */
const IS_SHOWN =
  "EXISTS (SELECT 1 FROM settlements WHERE utr = ?4 AND read = ?5 AND updated_at = ?3)";

/** Neither this reading nor a later one was finished. */
const IS_UNREAD = "NOT EXISTS (SELECT 1 FROM settlements WHERE utr = ?4 AND read >= ?5)";

const SAME_SIDES =
  "ours IS excluded.ours AND theirs IS excluded.theirs AND amount IS excluded.amount";

/** One that stands as it was is left to `touch`. */
const open = (condition: string): string => `${INSERT} WHERE ${condition}
  ON CONFLICT (home, key) DO UPDATE SET
    first_seen_at = CASE WHEN closed_at IS NULL THEN first_seen_at ELSE excluded.first_seen_at END,
    last_seen_at = excluded.last_seen_at, closed_at = NULL,
    severity = excluded.severity, ours = excluded.ours, theirs = excluded.theirs,
    amount = excluded.amount, resolved_by = NULL, resolved_reason = NULL, resolved_at = NULL
  WHERE CASE
    WHEN resolved_at IS NOT NULL THEN NOT (${SAME_SIDES})
    WHEN closed_at IS NOT NULL THEN true
    ELSE NOT (${SAME_SIDES}) OR severity IS NOT excluded.severity END`;

/** ?1 the keys that were found. No index knows this time, so it costs one row. */
const touch = (condition: string): string => `UPDATE discrepancies SET last_seen_at = ?3
  WHERE home = ?2 AND closed_at IS NULL AND last_seen_at < ?3
    AND key IN (SELECT value FROM json_each(?1)) AND ${condition}`;

const CLOSE = `UPDATE discrepancies SET closed_at = ?3
  WHERE home = ?2 AND closed_at IS NULL
    AND key NOT IN (SELECT value FROM json_each(?1)) AND ${IS_SHOWN}`;

const NOTE = `${INSERT} WHERE true
  ON CONFLICT (home, key) DO UPDATE SET last_seen_at = excluded.last_seen_at
  WHERE closed_at IS NULL AND last_seen_at < excluded.last_seen_at`;
