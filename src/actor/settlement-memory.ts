// What the reader remembers of single transfers from one refresh to the next: which of them are not read
// yet, and when each was read. Whatever else is known of a transfer is in D1.

import type { ReportKnowledge } from "../domain/settlement-gaps";
import type { ReportRow } from "../domain/settlement-report";
import type { Milliseconds } from "../domain/time";

/** So many unread transfers are told to those who ask; with more, nothing counts as read through. */
const UNREAD_KEPT = 100;

export class SettlementMemory {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The transfer could not be read, or lines of it wait for their order. */
  noteUnread(utr: string, rows: readonly ReportRow[]): void {
    const at = paidAt(rows);
    this.#sql.exec("INSERT OR REPLACE INTO unread (utr, at) VALUES (?, ?)", utr, at);
  }

  dropUnread(utr: string): void {
    this.#sql.exec("DELETE FROM unread WHERE utr = ?", utr);
  }

  /** Those that hide most come first: of no date, then the newest. */
  unread(): ReportKnowledge["unread"] {
    const rows = this.#sql.exec<{ at: number | null }>(
      "SELECT at FROM unread ORDER BY at IS NOT NULL, at DESC LIMIT ?",
      UNREAD_KEPT,
    );
    return rows.toArray().map(({ at }) => at);
  }

  isUnread(utr: string): boolean {
    return this.#sql.exec("SELECT 1 FROM unread WHERE utr = ?", utr).toArray().length > 0;
  }

  /** More transfers are unread than anybody is told of. */
  hasTooManyUnread(): boolean {
    const { n } = this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM unread").one();
    return n > UNREAD_KEPT;
  }

  /** When this transfer was last read to its end; null: never. */
  lastReadAt(utr: string): Milliseconds | null {
    const query = "SELECT read_at FROM readings WHERE utr = ?";
    return this.#sql.exec<{ read_at: number }>(query, utr).toArray()[0]?.read_at ?? null;
  }

  writeReading(utr: string, readAt: Milliseconds): void {
    this.#sql.exec("INSERT OR REPLACE INTO readings (utr, read_at) VALUES (?, ?)", utr, readAt);
  }
}

/** When the last of these rows was paid; null where one of them does not say. */
export function paidAt(rows: readonly ReportRow[]): Milliseconds | null {
  const dates = rows.map(({ settled_at, processed_at }) => settled_at ?? processed_at);
  const said = dates.filter((date) => date !== null);
  return said.length < dates.length || said.length === 0 ? null : Math.max(...said);
}
