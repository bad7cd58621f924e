// What the reader remembers of single transfers from one refresh to the next: which of them are not read
// yet, and when each was read. Whatever else is known of a transfer is in D1.

import type { ReportKnowledge } from "../domain/settlement-gaps";
import type { ReportRow } from "../domain/settlement-report";
import { DAY, HOUR } from "../domain/schedule";
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

  /** From when on this transfer is read again by itself, if it is unfinished; null: never read. */
  againAt(utr: string): Milliseconds | null {
    const query = "SELECT again_at FROM readings WHERE utr = ?";
    const row = this.#sql.exec<{ again_at: number | null }>(query, utr).toArray()[0];
    return row?.again_at ?? null;
  }

  /** It was read to its end. What brings the same again and again is left alone for longer and longer. */
  noteReading(utr: string, reading: Reading): void {
    const { read_at, content, waits, finished } = reading;
    const query = "SELECT content, same FROM readings WHERE utr = ?";
    const before = this.#sql.exec<{ content: number; same: number }>(query, utr).toArray()[0];
    const same = before?.content === content ? before.same + 1 : 0;
    const pauses = waits ? AGAIN_WAITING : AGAIN;
    const pause = pauses[Math.min(same, pauses.length - 1)] ?? DAY;
    this.#sql.exec(
      `INSERT OR REPLACE INTO readings (utr, read_at, again_at, content, same, finished, paid_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      utr,
      read_at,
      read_at + pause,
      content,
      same,
      finished ? 1 : 0,
      reading.paid_at ?? read_at,
    );
  }

  /** It was withdrawn. */
  dropReading(utr: string): void {
    this.#sql.exec("DELETE FROM readings WHERE utr = ?", utr);
    this.dropUnread(utr);
  }

  /** When a stored transfer that no list named was last asked for; 0: never. */
  askedAt(utr: string): Milliseconds {
    const query = "SELECT asked_at FROM absent WHERE utr = ?";
    return this.#sql.exec<{ asked_at: number }>(query, utr).toArray()[0]?.asked_at ?? 0;
  }

  noteAsked(utr: string, at: Milliseconds): void {
    this.#sql.exec("INSERT OR REPLACE INTO absent (utr, asked_at) VALUES (?, ?)", utr, at);
  }

  /** Transfers that were finished and paid before this moment: nothing is expected to change in them. */
  forgetBefore(moment: Milliseconds): void {
    const old = "SELECT utr FROM readings WHERE finished = 1 AND paid_at < ?";
    this.#sql.exec(`DELETE FROM given WHERE utr IN (${old})`, moment);
    this.#sql.exec("DELETE FROM readings WHERE finished = 1 AND paid_at < ?", moment);
    this.#sql.exec("DELETE FROM absent WHERE asked_at < ?", moment);
  }
}

/** One reading of a transfer. */
export interface Reading {
  readonly read_at: Milliseconds;
  /** Of its rows, totals, lines and what became of them: the same only if they are. */
  readonly content: number;
  /** Lines wait for their order, or an order could not be told. */
  readonly waits: boolean;
  readonly finished: boolean;
  readonly paid_at: Milliseconds | null;
}

/** After the first reading, and after each that brought the same once more. */
const AGAIN: readonly Milliseconds[] = [6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY];

/** Our own trouble, which ends one day. */
const AGAIN_WAITING: readonly Milliseconds[] = [4 * HOUR, 4 * HOUR, DAY];

/** When the last of these rows was paid; null where one of them does not say. */
export function paidAt(rows: readonly ReportRow[]): Milliseconds | null {
  const dates = rows.map(({ settled_at, processed_at }) => settled_at ?? processed_at);
  const said = dates.filter((date) => date !== null);
  return said.length < dates.length || said.length === 0 ? null : Math.max(...said);
}
