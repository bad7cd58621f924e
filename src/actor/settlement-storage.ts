// The reader's SQLite as typed rows: where it stands, the refreshes, and what the lists of the refresh at
// hand have said so far. JSON in a row was written by this file, so it is trusted when it is read. The
// lines of the transfer at hand are in settlement-lines.ts.

import type { ReportKnowledge } from "../domain/settlement-gaps";
import type { ReportRow, UnreadableRow } from "../domain/settlement-report";
import type { Milliseconds } from "../domain/time";
import { STEPS } from "./settlement-schema";
import type { RefreshView } from "./settlement-rpc";
import { type Cursor, type DeskState, EMPTY_DESK, phaseOf, type Refresh } from "./settlement-state";

/** Of those that ended so many are kept. */
const ENDED_KEPT = 20;

export interface Listed {
  readonly utr: string;
  readonly rows: readonly ReportRow[];
}

export class SettlementStorage {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    storage.transactionSync(() => this.#migrate());
  }

  #migrate(): void {
    this.#sql.exec("CREATE TABLE IF NOT EXISTS schema (id INTEGER PRIMARY KEY, number INTEGER)");
    const row = this.#sql.exec<{ number: number }>("SELECT number FROM schema").toArray()[0];
    const done = row?.number ?? 0;
    if (done === STEPS.length) return;
    for (const step of STEPS.slice(done)) for (const statement of step) this.#sql.exec(statement);
    this.#sql.exec("INSERT OR REPLACE INTO schema (id, number) VALUES (1, ?)", STEPS.length);
  }

  get sql(): SqlStorage {
    return this.#sql;
  }

  /** Runs `work` as one storage transaction: all of it is kept or nothing. */
  transact<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }

  async isArmed(): Promise<boolean> {
    return (await this.#storage.getAlarm()) !== null;
  }

  arm(at: Milliseconds): void {
    void this.#storage.setAlarm(at);
  }

  disarm(): void {
    void this.#storage.deleteAlarm();
  }

  readState(): DeskState {
    return { ...EMPTY_DESK, ...this.#readJson<Partial<DeskState>>(1) };
  }

  writeState(state: DeskState): void {
    this.#writeJson(1, state);
  }

  /** What of it was found when a refresh ended; the rest is in settlement-memory.ts. */
  readKnowledge(): Omit<ReportKnowledge, "unread"> {
    const none = { read_through: null, unlisted_refunds: [] };
    return this.#readJson<Omit<ReportKnowledge, "unread">>(2) ?? none;
  }

  writeKnowledge(knowledge: Omit<ReportKnowledge, "unread">): void {
    this.#writeJson(2, knowledge);
  }

  #readJson<T>(id: 1 | 2): T | null {
    const query = "SELECT json FROM state WHERE id = ?";
    const row = this.#sql.exec<{ json: string }>(query, id).toArray()[0];
    return row ? (JSON.parse(row.json) as T) : null;
  }

  #writeJson(id: 1 | 2, value: unknown): void {
    const write = "INSERT OR REPLACE INTO state (id, json) VALUES (?, ?)";
    this.#sql.exec(write, id, JSON.stringify(value));
  }

  readRunning(): Refresh | null {
    return this.#refreshes("WHERE place = 'running'")[0] ?? null;
  }

  /** In the order in which they were asked for. */
  readWaiting(): readonly Refresh[] {
    return this.#refreshes("WHERE place = 'waiting' ORDER BY id");
  }

  /** Newest first. */
  readEnded(): readonly Refresh[] {
    return this.#refreshes(
      "WHERE place = 'ended' ORDER BY ended DESC, id DESC LIMIT ?",
      ENDED_KEPT,
    );
  }

  #refreshes(where: string, ...values: number[]): readonly Refresh[] {
    const rows = this.#sql.exec<{ json: string }>(`SELECT json FROM refreshes ${where}`, ...values);
    return rows.toArray().map(({ json }) => JSON.parse(json) as Refresh);
  }

  writeRefresh(refresh: Refresh): void {
    const { id, state, finished_at } = refresh.view;
    this.#sql.exec(
      "INSERT OR REPLACE INTO refreshes (id, place, ended, json) VALUES (?, ?, ?, ?)",
      id,
      placeOf(state),
      finished_at,
      JSON.stringify(refresh),
    );
  }

  /**
   * A step is done: the next one, and what is shown of it. Call inside `transact`, with everything that
   * the step has changed, or the step is taken twice.
   */
  advance(
    now: Milliseconds,
    cursor: Cursor,
    show: (view: RefreshView) => Partial<RefreshView> = () => ({}),
  ): void {
    const running = this.readRunning();
    if (running === null) throw new Error("a step of no refresh");
    const state = this.readState();
    this.writeState({ ...state, cursor, due_at: 0, failures: 0, tries: 0, moved_at: now });
    const view: RefreshView = {
      ...running.view,
      ...show(running.view),
      ...phaseOf(cursor),
      state: "running",
      updated_at: now,
      next_try_at: null,
    };
    this.writeRefresh({ ...running, view });
  }

  /** Ends the refresh at hand: what was collected for it is forgotten. */
  forgetCollected(): void {
    for (const table of ["seen", "listed", "to_read", "unreadable", "lines"]) {
      this.#sql.exec(`DELETE FROM ${table}`);
    }
    this.#sql.exec(
      `DELETE FROM refreshes WHERE place = 'ended' AND id NOT IN
         (SELECT id FROM refreshes WHERE place = 'ended' ORDER BY ended DESC, id DESC LIMIT ?)`,
      ENDED_KEPT,
    );
  }

  /** How many of these rows no page of this pass over the window had before. */
  addSeen(window: number, pass: 1 | 2, fingerprints: readonly string[]): number {
    const added = fingerprints.filter((fingerprint) => {
      const written = this.#sql.exec(
        `INSERT INTO seen (window, pass, fingerprint) VALUES (?, ?, ?)
         ON CONFLICT DO NOTHING RETURNING 1`,
        window,
        pass,
        fingerprint,
      );
      return written.toArray().length > 0;
    });
    return added.length;
  }

  /** Different rows that the window's list gave, in both passes together. */
  countSeen(window: number): number {
    const query = "SELECT COUNT(DISTINCT fingerprint) AS n FROM seen WHERE window = ?";
    return this.#sql.exec<{ n: number }>(query, window).one().n;
  }

  /** How many transfers of these rows no page of this refresh had before. */
  addListed(rows: readonly ReportRow[]): number {
    let fresh = 0;
    for (const row of rows) {
      const isNew = this.listedRows(row.utr).length === 0;
      // Read to its end: a statement that is not holds its transaction open.
      const added = this.#sql
        .exec(
          "INSERT INTO listed (utr, fingerprint, json) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
          row.utr,
          row.fingerprint,
          JSON.stringify(row),
        )
        .toArray();
      if (isNew && added.length > 0) fresh += 1;
    }
    return fresh;
  }

  /** How many of these were not seen before. */
  addUnreadable(rows: readonly UnreadableRow[]): number {
    const added = rows.filter(({ fingerprint, ...row }) => {
      const written = this.#sql.exec(
        `INSERT INTO unreadable (fingerprint, noted, json) VALUES (?, 0, ?)
         ON CONFLICT DO NOTHING RETURNING 1`,
        fingerprint,
        JSON.stringify({ fingerprint, ...row }),
      );
      return written.toArray().length > 0;
    });
    return added.length;
  }

  unreadableToNote(limit: number): readonly UnreadableRow[] {
    const rows = this.#sql.exec<{ json: string }>(
      "SELECT json FROM unreadable WHERE noted = 0 ORDER BY fingerprint LIMIT ?",
      limit,
    );
    return rows.toArray().map(({ json }) => JSON.parse(json) as UnreadableRow);
  }

  markNoted(rows: readonly UnreadableRow[]): void {
    for (const { fingerprint } of rows) {
      this.#sql.exec("UPDATE unreadable SET noted = 1 WHERE fingerprint = ?", fingerprint);
    }
  }

  /** Listed transfers after this UTR, by their UTR. */
  listedAfter(utr: string, limit: number): readonly Listed[] {
    const rows = this.#sql.exec<{ utr: string }>(
      "SELECT DISTINCT utr FROM listed WHERE utr > ? ORDER BY utr LIMIT ?",
      utr,
      limit,
    );
    return rows.toArray().map((row) => ({ utr: row.utr, rows: this.listedRows(row.utr) }));
  }

  /** What the list says of a transfer, by fingerprint. */
  listedRows(utr: string): readonly ReportRow[] {
    const rows = this.#sql.exec<{ json: string }>(
      "SELECT json FROM listed WHERE utr = ? ORDER BY fingerprint",
      utr,
    );
    return rows.toArray().map(({ json }) => JSON.parse(json) as ReportRow);
  }

  /** `newest`: when the bank was paid; what was paid last is read first. */
  addToRead(utr: string, newest: Milliseconds): void {
    this.#sql.exec("INSERT OR IGNORE INTO to_read (utr, newest) VALUES (?, ?)", utr, newest);
  }

  nextToRead(): string | null {
    const query = "SELECT utr FROM to_read ORDER BY newest DESC, utr LIMIT 1";
    return this.#sql.exec<{ utr: string }>(query).toArray()[0]?.utr ?? null;
  }

  dropToRead(utr: string): void {
    this.#sql.exec("DELETE FROM to_read WHERE utr = ?", utr);
  }
}

function placeOf(state: RefreshView["state"]): "waiting" | "running" | "ended" {
  switch (state) {
    case "waiting":
      return "waiting";
    case "running":
    case "paused":
      return "running";
    case "done":
    case "failed":
      return "ended";
  }
}
