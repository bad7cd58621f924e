/**
 * The transfers on disk: each as the books know it and as it is reported, and the chargebacks
 * that wait for one. What a test planted in the place of a part of the report stays there,
 * whatever becomes of the transfer.
 */
import type { Micros } from "./clock";
import type { Settlement } from "./settlement";
import { type Report, reportOf } from "./settlement-report";

const schema = `
CREATE TABLE IF NOT EXISTS settlements (
  seq INTEGER PRIMARY KEY, utr TEXT NOT NULL UNIQUE, body TEXT,
  rows TEXT NOT NULL, totals TEXT NOT NULL, lines TEXT NOT NULL,
  planted_rows TEXT, planted_totals TEXT, planted_lines TEXT);
CREATE TABLE IF NOT EXISTS chargebacks (
  seq INTEGER PRIMARY KEY, payment_id TEXT NOT NULL, method TEXT NOT NULL, amount INTEGER NOT NULL,
  at INTEGER NOT NULL, utr TEXT);
`;

/** Money that a bank took back from a payment, in paisa. */
export interface Chargeback {
  readonly payment_id: string;
  readonly method: string;
  readonly amount: number;
  readonly at: Micros;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly utr: string;
  readonly rows: string;
  readonly totals: string;
  readonly lines: string;
}

interface ChargebackRow extends Record<string, SqlStorageValue> {
  readonly payment_id: string;
  readonly method: string;
  readonly amount: number;
  readonly at: Micros;
}

const served = `utr, coalesce(planted_rows, rows) AS rows,
  coalesce(planted_totals, totals) AS totals, coalesce(planted_lines, lines) AS lines`;

function parseReport(row: Row): Report {
  return {
    rows: JSON.parse(row.rows) as unknown[],
    totals: JSON.parse(row.totals) as Record<string, unknown>,
    lines: JSON.parse(row.lines) as unknown[],
  };
}

export class SettlementStore {
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#sql.exec(schema);
  }

  #bodies(query: string, ...bindings: SqlStorageValue[]): Settlement[] {
    return this.#sql
      .exec<{ body: string }>(query, ...bindings)
      .toArray()
      .map(({ body }) => JSON.parse(body) as Settlement);
  }

  /** What the books know of a transfer; of one that was only planted, nothing. */
  find(utr: string): Settlement | undefined {
    const query = "SELECT body FROM settlements WHERE utr = ? AND body IS NOT NULL";
    return this.#bodies(query, utr)[0];
  }

  has(utr: string): boolean {
    return this.#sql.exec("SELECT 1 FROM settlements WHERE utr = ?", utr).toArray().length > 0;
  }

  /** Newest first; all of them with a limit of -1. */
  list(limit: number): Settlement[] {
    return this.#bodies(
      "SELECT body FROM settlements WHERE body IS NOT NULL ORDER BY seq DESC LIMIT ?",
      limit,
    );
  }

  findReport(utr: string): Report | undefined {
    return this.#sql
      .exec<Row>(`SELECT ${served} FROM settlements WHERE utr = ?`, utr)
      .toArray()
      .map(parseReport)[0];
  }

  /** By UTR, the newest first. */
  listReports(): (Report & { readonly utr: string })[] {
    return this.#sql
      .exec<Row>(`SELECT ${served} FROM settlements ORDER BY seq DESC`)
      .toArray()
      .map((row) => ({ utr: row.utr, ...parseReport(row) }));
  }

  /** All rows of the gateway's list, those of the newest transfer first. */
  listRows(): unknown[] {
    const query = `SELECT coalesce(planted_rows, rows) AS rows FROM settlements ORDER BY seq DESC`;
    const texts = this.#sql.exec<{ rows: string }>(query).toArray();
    return texts.flatMap(({ rows }) => JSON.parse(rows) as unknown[]);
  }

  save(settlement: Settlement): void {
    const { rows, totals, lines } = reportOf(settlement);
    this.#sql.exec(
      `INSERT INTO settlements (utr, body, rows, totals, lines) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (utr) DO UPDATE SET body = excluded.body, rows = excluded.rows,
       totals = excluded.totals, lines = excluded.lines`,
      settlement.utr,
      JSON.stringify(settlement),
      JSON.stringify(rows),
      JSON.stringify(totals),
      JSON.stringify(lines),
    );
  }

  /** Puts other JSON in the place of the parts that are given; the transfer need not exist. */
  plant(utr: string, parts: { readonly [K in keyof Report]?: Report[K] | undefined }): void {
    const text = (part: unknown): string | null =>
      part === undefined ? null : JSON.stringify(part);
    this.#sql.exec(
      `INSERT INTO settlements (utr, rows, totals, lines, planted_rows, planted_totals, planted_lines)
       VALUES (?, '[]', ?, '[]', ?, ?, ?)
       ON CONFLICT (utr) DO UPDATE SET
       planted_rows = coalesce(excluded.planted_rows, planted_rows),
       planted_totals = coalesce(excluded.planted_totals, planted_totals),
       planted_lines = coalesce(excluded.planted_lines, planted_lines)`,
      utr,
      JSON.stringify({ utr_number: utr }),
      text(parts.rows),
      text(parts.totals),
      text(parts.lines),
    );
  }

  /** The transfer never was: what it settled waits for another. */
  remove(utr: string): void {
    this.#sql.exec("DELETE FROM settlements WHERE utr = ?", utr);
    this.#sql.exec("UPDATE chargebacks SET utr = NULL WHERE utr = ?", utr);
  }

  addChargeback({ payment_id, method, amount, at }: Chargeback): void {
    this.#sql.exec(
      "INSERT INTO chargebacks (payment_id, method, amount, at) VALUES (?, ?, ?, ?)",
      payment_id,
      method,
      amount,
      at,
    );
  }

  /** Paisa taken back from a payment so far. */
  chargedBack(payment_id: string): number {
    const query = "SELECT total(amount) AS sum FROM chargebacks WHERE payment_id = ?";
    return this.#sql.exec<{ sum: number }>(query, payment_id).one().sum;
  }

  /** Those that no transfer has deducted, up to then; from now on this one has. */
  takeChargebacks(utr: string, through: Micros): Chargeback[] {
    const rows = this.#sql.exec<ChargebackRow>(
      `UPDATE chargebacks SET utr = ? WHERE utr IS NULL AND at <= ?
       RETURNING payment_id, method, amount, at`,
      utr,
      through,
    );
    return rows.toArray();
  }

  clear(): void {
    this.#sql.exec("DELETE FROM settlements");
    this.#sql.exec("DELETE FROM chargebacks");
  }
}
