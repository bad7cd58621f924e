// Discrepancies of no order: of a transfer as a whole, its unknown lines, and rows of the report that can
// not be read. Their home is no actor (`settlementHome`), so what an order does with its own is done here
// by SQL: opened and refreshed when found, closed when gone, and closed by a person who says why.

import { type AccountFinding, findingKey, type ResolveFailure } from "../domain/discrepancy";
import { settlementHome } from "../domain/ids";
import { failure, type Result, success } from "../domain/result";
import type { UnreadableRow } from "../domain/settlement-report";
import { type Milliseconds, toIso } from "../domain/time";
import type { AuditRow } from "./audit";
import {
  type ListedDiscrepancy,
  selectDiscrepancy,
  type StoredDiscrepancy,
  viewDiscrepancyRow,
} from "./discrepancies";
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
  /** Of the difference that was looked at, in paisa; undefined: whatever it is now. */
  readonly amount?: number | null | undefined;
  readonly by: string;
  readonly reason: string;
  readonly at: Milliseconds;
}

/**
 * A person says what it is: it closes, once, and the audit has a line. Only while it stands as it was read
 * here: of two persons at once the first one is heard, and what a reading makes of it meanwhile is nothing
 * that anybody looked at.
 */
export async function resolveAccountDiscrepancy(
  db: D1Database,
  resolving: Resolving,
): Promise<Result<ListedDiscrepancy, ResolveFailure>> {
  const { home, key, by, reason, at } = resolving;
  const stored = await selectDiscrepancy(db, home, key).first<StoredDiscrepancy>();
  if (stored === null) return failure({ code: "discrepancy_unknown" });
  if (stored.closed_at !== null) return failure({ code: "discrepancy_closed" });
  const { ours, theirs, amount } = stored;
  if (resolving.amount !== undefined && resolving.amount !== amount) {
    return failure({ code: "discrepancy_changed" });
  }
  const open = viewDiscrepancyRow(stored);
  const line = auditLine(resolving, open);
  const seen = [home, key, ours, theirs, amount];
  const [, updated, now] = await db.batch<StoredDiscrepancy>([
    db
      .prepare(
        `INSERT INTO audit (at, actor, n, order_id, doc)
         SELECT ?6, ?1, (SELECT coalesce(max(n), 0) + 1 FROM audit WHERE at = ?6 AND actor = ?1), ?7, ?8
         FROM discrepancies WHERE ${IS_AS_SEEN}`,
      )
      .bind(...seen, at, line.order_id, JSON.stringify(line.doc)),
    db
      .prepare(
        `UPDATE discrepancies
         SET closed_at = ?6, resolved_at = ?6, resolved_by = ?7, resolved_reason = ?8
         WHERE ${IS_AS_SEEN}`,
      )
      .bind(...seen, at, by, reason),
    selectDiscrepancy(db, home, key),
  ]);
  if (updated?.meta.changes !== 1) {
    const isClosed = now?.results[0]?.closed_at !== null;
    return failure({ code: isClosed ? "discrepancy_closed" : "discrepancy_changed" });
  }
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

/** ?1 home, ?2 key, then both sides and the amount, as they were read. */
const IS_AS_SEEN = `home = ?1 AND key = ?2 AND closed_at IS NULL
  AND ours IS ?3 AND theirs IS ?4 AND amount IS ?5`;

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
