// What the settlement actor keeps in D1: transfers, their lines, and the discrepancies of a transfer as a
// whole. A copy of the gateway's report: it can be read again.
//
// A reading has a number. Its lines are written beside those that are shown, and only where they differ
// from them; finishing it, in one atomic batch, makes it the one that is shown and takes away what it
// replaced. The first finish of a reading stands, and nothing of an earlier reading is written after it.
// Lines may come late and again; a reading is finished, or given up, before the next one begins.

import type { AccountFinding } from "../domain/discrepancy";
import type {
  AttributedLine,
  SettlementCheck,
  SettlementReading,
} from "../domain/settlement-check";
import type { Paisa } from "../domain/money";
import type { Milliseconds } from "../domain/time";
import type { ReportRow, UnreadableRow } from "../domain/settlement-report";
import { writeFindings, writeNotes, writeUnread } from "./account-discrepancies";
import { piecesOf } from "./pieces";
import { type FinishedRow, settlementRow } from "./settlement-row";

/** What is known of a transfer that the list names. */
export interface StoredSettlement {
  readonly utr: string;
  /** Fingerprints of the list's rows, sorted. */
  readonly rows: readonly string[];
  /** The rows themselves. */
  readonly listed: readonly ReportRow[];
  /** The number of the reading that wrote it; 0: its lines were never read. */
  readonly read: number;
  readonly unfinished: boolean;
}

/** Those of these UTRs that are known. */
export async function findStored(
  db: D1Database,
  utrs: readonly string[],
): Promise<ReadonlyMap<string, StoredSettlement>> {
  interface Row {
    readonly utr: string;
    readonly fingerprints: string;
    readonly read: number;
    readonly unfinished: number;
    readonly listed: string | null;
  }
  const { results } = await db
    .prepare(
      `SELECT utr, fingerprints, read, unfinished, doc -> 'rows' AS listed FROM settlements
       WHERE utr IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(utrs))
    .all<Row>();
  return new Map(
    results.map(({ utr, fingerprints, read, unfinished, listed }) => {
      const rows = JSON.parse(fingerprints) as readonly string[];
      const kept = JSON.parse(listed ?? "[]") as readonly ReportRow[];
      return [utr, { utr, rows, listed: kept, read, unfinished: unfinished === 1 }];
    }),
  );
}

/** A stored transfer, at its place among those by time. */
export interface StoredPlace {
  readonly utr: string;
  /** When it was settled, else processed, else first seen. */
  readonly at: Milliseconds;
  readonly net: Paisa | null;
  readonly read: number;
}

/** Transfers of this time, oldest first, those after this one; without those that were withdrawn. */
export async function storedBetween(
  db: D1Database,
  range: { readonly from: Milliseconds; readonly before: Milliseconds },
  after: Pick<StoredPlace, "at" | "utr"> | null,
  limit: number,
): Promise<readonly StoredPlace[]> {
  const { results } = await db
    .prepare(
      `SELECT utr, sort_at AS at, net, read FROM settlements INDEXED BY settlements_sort
       WHERE sort_at >= ?1 AND sort_at < ?2 AND (sort_at, utr) > (?3, ?4) AND fingerprints <> '[]'
       ORDER BY sort_at, utr LIMIT ?5`,
    )
    .bind(
      Math.max(range.from, after?.at ?? 0),
      range.before,
      after?.at ?? 0,
      after?.utr ?? "",
      limit,
    )
    .all<StoredPlace>();
  return results;
}

interface HomeRow {
  readonly id: string;
  readonly home: string;
}

/**
 * The home of each transaction that we know: by the id of a payment, else of the order or refund whose id
 * it begins with. What is not in the map is not known here.
 */
export async function findTransactionHomes(
  db: D1Database,
  transactionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const homes = new Map<string, string>();
  const add = ({ id, home }: HomeRow): unknown => homes.set(id, home);
  const ask = async (statement: string, rows: readonly object[]): Promise<void> => {
    const statements = piecesOf(rows).map(({ json }) => db.prepare(statement).bind(json));
    if (statements.length === 0) return;
    const answers = await db.batch<HomeRow>(statements);
    for (const { results } of answers) results.forEach(add);
  };
  const ids = [...new Set(transactionIds)];
  await ask(
    HOMES_BY_PAYMENT,
    ids.map((id) => ({ id })),
  );
  const others = ids.filter((id) => !homes.has(id));
  await ask(
    HOMES_BY_ORDER,
    others.map((id) => ({ id, order: withoutTail(id) })),
  );
  return homes;
}

/** A payment's id is its order's with two groups behind it: "…-8JwMy9-up-k". */
function withoutTail(transactionId: string): string {
  return transactionId.replace(/-[^-]*-[^-]*$/, "");
}

/** Writes these lines of one reading; `first` is the place of the first among all. Safe to repeat. */
export async function writeLines(
  db: D1Database,
  reading: { readonly utr: string; readonly read: number; readonly first: number },
  lines: readonly AttributedLine[],
): Promise<void> {
  const { utr, read } = reading;
  const statements = piecesOf(lines).flatMap(({ json, first, count }) => {
    const start = reading.first + first;
    return [
      db.prepare(FORGET_TRIES).bind(utr, read, start, start + count),
      db.prepare(INSERT_LINES).bind(utr, read, start, json),
    ];
  });
  if (statements.length > 0) await db.batch(statements);
}

export interface FinishedReading {
  readonly read: number;
  readonly reading: SettlementReading;
  readonly check: SettlementCheck;
  /** All findings of this transfer, those of its unknown lines too. */
  readonly findings: readonly AccountFinding[];
  /** The gateway knows it no longer: a reading without rows and lines, in the place of those before. */
  readonly withdrawn?: true;
}

/**
 * Writes the transfer in one atomic batch, takes away the lines of earlier readings, opens and closes its
 * discrepancies. Never over a later reading. Safe to repeat. What the list alone says (no detail) is
 * never written over a reading.
 */
export async function finishReading(db: D1Database, finished: FinishedReading): Promise<void> {
  const { reading, check, findings } = finished;
  const listed = settlementRow(finished.read, reading, check);
  const row = finished.withdrawn ? { ...listed, read: finished.read } : listed;
  const { utr, read, lines, updated_at } = row;
  await db.batch([
    db.prepare(DROP_GIVEN_UP).bind(utr, read),
    writeRow(db, row),
    db.prepare(DROP_REPLACED).bind(utr, read, lines, updated_at),
    ...writeFindings(db, { utr, read, findings, at: updated_at }),
  ]);
}

export interface PutAside {
  /** The number of the reading that was tried. */
  readonly tried: number;
  /** What the list says. */
  readonly reading: SettlementReading;
  readonly check: SettlementCheck;
  /** That its lines could not be read; closed by the reading that reads them. */
  readonly unread: AccountFinding;
}

/**
 * What the list alone says of a transfer, never over what was read of it, and that it could not be read,
 * as long as no such reading or a later one was. Safe to repeat.
 */
export async function putAside(db: D1Database, aside: PutAside): Promise<void> {
  const { tried, reading, check, unread } = aside;
  const row = settlementRow(0, reading, check);
  const { utr, updated_at: at } = row;
  await db.batch([
    writeRow(db, row),
    ...writeFindings(db, { utr, read: 0, findings: [...check.findings, unread], at }),
    ...writeUnread(db, { utr, read: tried, findings: [unread], at }),
  ]);
}

/** Rows of a list that could not be read as one: a note for each, once. */
export async function noteUnreadable(
  db: D1Database,
  rows: readonly UnreadableRow[],
  at: Milliseconds,
): Promise<void> {
  const statements = writeNotes(db, rows, at);
  if (statements.length > 0) await db.batch([...statements]);
}

/** Transfers that deducted refunds without a line, settled since then; newest first. */
export async function unlistedRefunds(
  db: D1Database,
  since: Milliseconds,
  limit: number,
): Promise<readonly { readonly at: Milliseconds; readonly value: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT settled_at AS at, refunds_unlisted AS value FROM settlements
       INDEXED BY settlements_sort
       WHERE sort_at >= ?1 AND settled_at IS NOT NULL AND refunds_unlisted > 0
       ORDER BY sort_at DESC, utr DESC LIMIT ?2`,
    )
    .bind(since, limit)
    .all<{ readonly at: number; readonly value: number }>();
  return results;
}

function writeRow(db: D1Database, row: FinishedRow): D1PreparedStatement {
  const names = Object.keys(row);
  const place = (name: string): string => `?${names.indexOf(name) + 1}`;
  const sort = (seen: string): string =>
    `coalesce(${place("settled_at")}, ${place("processed_at")}, ${seen})`;
  const now = place("updated_at");
  const set = names.filter((name) => name !== "utr").map((name) => `${name} = excluded.${name}`);
  return db
    .prepare(
      `INSERT INTO settlements (${names.join(", ")}, sort_at, first_seen_at)
       VALUES (${names.map(place).join(", ")}, ${sort(now)}, ${now})
       ON CONFLICT (utr) DO UPDATE SET ${set.join(", ")}, sort_at = ${sort("first_seen_at")}
       WHERE excluded.read > settlements.read
         OR excluded.read = 0 AND settlements.read = 0
           AND excluded.updated_at > settlements.updated_at`,
    )
    .bind(...Object.values(row));
}

const HOMES_BY_PAYMENT = `
  SELECT payments.id, min(coalesce(aliases.home, payments.home)) AS home
  FROM json_each(?1) AS asked
  CROSS JOIN payments ON payments.id = asked.value ->> 'id'
  LEFT JOIN aliases ON aliases.alias = payments.home
  GROUP BY payments.id`;

/** A refund's own order carries the payments that return it; its home is its parent's. */
const HOMES_BY_ORDER = `
  SELECT value ->> 'id' AS id, coalesce(
    (SELECT coalesce((SELECT home FROM aliases WHERE alias = refunds.home), refunds.home)
      FROM refunds WHERE refunds.id IN (value ->> 'id', value ->> 'order') LIMIT 1),
    (SELECT home FROM aliases WHERE alias = value ->> 'order'),
    (SELECT orders.id FROM orders WHERE orders.id = value ->> 'order')) AS home
  FROM json_each(?1) WHERE home IS NOT NULL`;

/** ?1 UTR, ?2 the reading: neither it nor a later one is shown. */
const IS_UNDER_WAY = "NOT EXISTS (SELECT 1 FROM settlements WHERE utr = ?1 AND read >= ?2)";
/** The reading that is shown; an earlier one's lines are where it changed nothing. */
const SHOWN = "coalesce((SELECT read FROM settlements WHERE utr = ?1), 0)";

/** Places ?3 to before ?4, of an earlier try of this reading. */
const FORGET_TRIES = `
  DELETE FROM settlement_lines WHERE utr = ?1 AND n >= ?3 AND n < ?4 AND read = ?2
    AND ${IS_UNDER_WAY}`;

/** Of readings between the one that is shown and this one: they were never finished. */
const DROP_GIVEN_UP = `
  DELETE FROM settlement_lines WHERE utr = ?1 AND read > ${SHOWN} AND read < ?2
    AND ${IS_UNDER_WAY}`;

const INSERT_LINES = `
  INSERT INTO settlement_lines (utr, n, read, transaction_id, doc)
  SELECT ?1, ?3 + key, ?2, value ->> 'transaction_id', value
  FROM json_each(?4) WHERE ${IS_UNDER_WAY} AND NOT EXISTS (
    SELECT 1 FROM settlement_lines AS shown
    WHERE shown.utr = ?1 AND shown.n = ?3 + json_each.key AND shown.read <= ${SHOWN}
      AND shown.doc = json_each.value)`;

/** What stands behind its lines (?3 of them), and what it has another line for. ?4 when it was read. */
const DROP_REPLACED = `
  DELETE FROM settlement_lines WHERE utr = ?1 AND read <= ?2 AND ?2 > 0
    AND EXISTS (SELECT 1 FROM settlements WHERE utr = ?1 AND read = ?2 AND updated_at = ?4)
    AND (n >= ?3 OR EXISTS (
      SELECT 1 FROM settlement_lines AS newer
      WHERE newer.utr = ?1 AND newer.n = settlement_lines.n
        AND newer.read > settlement_lines.read AND newer.read <= ?2))`;
