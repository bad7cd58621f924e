// The lines of the transfer at hand, and to which orders the lines of every transfer were given. There may
// be ten thousand lines: they are walked in pieces, never held all at once.

import type { AttributedLine, LineState } from "../domain/settlement-check";
import type { ReportLine } from "../domain/settlement-report";
import type { LineRole } from "../domain/settlement-roles";

/**
 * `new`: nobody was looked for yet. `homed`: an order is to be asked. Anything else is what became of it.
 */
type State = "new" | "homed" | LineState;

type Columns = {
  n: number;
  json: string;
  state: State;
  role: LineRole | null;
  home: string | null;
  order_id: string | null;
  payment_id: string | null;
};

/** What became of a line. */
export type Fate = Pick<AttributedLine, "state" | "role" | "home" | "order_id" | "payment_id">;

/** Of a line of which nobody said anything. */
export function fate(state: LineState): Fate {
  return { state, role: null, home: null, order_id: null, payment_id: null };
}

const COLUMNS = "n, json, state, role, home, order_id, payment_id";

export class SettlementLines {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  clear(): void {
    this.#sql.exec("DELETE FROM lines");
  }

  count(): number {
    return this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM lines").one().n;
  }

  /** Whether a transaction has two lines of one amount: one of them may be the other as it was before. */
  haveTwins(): boolean {
    const twins = this.#sql.exec(
      `SELECT 1 FROM lines WHERE transaction_id <> ''
       GROUP BY transaction_id, json ->> 'amount', json ->> 'gross' HAVING COUNT(*) > 1 LIMIT 1`,
    );
    return twins.toArray().length > 0;
  }

  /** How many of these no page of this reading had before. */
  add(lines: readonly ReportLine[]): number {
    const added = lines.filter((line) => {
      const written = this.#sql.exec(
        `INSERT INTO lines (fingerprint, transaction_id, json, state) VALUES (?, ?, ?, 'new')
         ON CONFLICT DO NOTHING RETURNING n`,
        line.fingerprint,
        line.transaction_id,
        JSON.stringify(line),
      );
      return written.toArray().length > 0;
    });
    return added.length;
  }

  /** Transactions for which nobody was looked yet. */
  newTransactions(limit: number): readonly string[] {
    const rows = this.#sql.exec<{ id: string }>(
      `SELECT DISTINCT transaction_id AS id FROM lines WHERE state = 'new'
       ORDER BY transaction_id LIMIT ?`,
      limit,
    );
    return rows.toArray().map(({ id }) => id);
  }

  /** This order is asked about all lines of the transaction. */
  askAbout(transactionId: string, home: string): void {
    this.#sql.exec(
      "UPDATE lines SET state = 'homed', ask = ? WHERE state = 'new' AND transaction_id = ?",
      home,
      transactionId,
    );
  }

  /** Nobody can be asked about this transaction. */
  leave(transactionId: string, state: LineState): void {
    this.#sql.exec(
      "UPDATE lines SET state = ? WHERE state = 'new' AND transaction_id = ?",
      state,
      transactionId,
    );
  }

  /** Orders that are still to be asked. */
  homesToAsk(limit: number): readonly string[] {
    const rows = this.#sql.exec<{ ask: string }>(
      "SELECT DISTINCT ask FROM lines WHERE state = 'homed' ORDER BY ask LIMIT ?",
      limit,
    );
    return rows.toArray().map(({ ask }) => ask);
  }

  /** The lines about which this order is asked, those of a transaction one after the other. */
  linesFor(home: string): readonly ReportLine[] {
    const rows = this.#sql.exec<{ json: string }>(
      `SELECT json FROM lines WHERE state = 'homed' AND ask = ?
       ORDER BY transaction_id, fingerprint`,
      home,
    );
    return rows.toArray().map(({ json }) => JSON.parse(json) as ReportLine);
  }

  settle(fingerprint: string, { state, role, home, order_id, payment_id }: Fate): void {
    this.#sql.exec(
      `UPDATE lines SET state = ?, role = ?, home = ?, order_id = ?, payment_id = ?
       WHERE fingerprint = ?`,
      state,
      role,
      home,
      order_id,
      payment_id,
      fingerprint,
    );
  }

  /** Lines after this place; the first one's is 1. */
  after(n: number, limit: number): readonly AttributedLine[] {
    return this.#lines("WHERE n > ? ORDER BY n LIMIT ?", n, limit);
  }

  /** Lines of this state, those of a transaction one after the other. */
  ofState(state: LineState, offset: number, limit: number): readonly AttributedLine[] {
    const where = "WHERE state = ? ORDER BY transaction_id, fingerprint LIMIT ? OFFSET ?";
    return this.#lines(where, state, limit, offset);
  }

  #lines(where: string, ...values: (string | number)[]): readonly AttributedLine[] {
    const rows = this.#sql.exec<Columns>(`SELECT ${COLUMNS} FROM lines ${where}`, ...values);
    return rows.toArray().map(({ n, json, state, role, home, order_id, payment_id }) => {
      // Nothing is written before everybody was asked.
      if (state === "new" || state === "homed") throw new Error(`line ${n} is not attributed yet`);
      return { ...(JSON.parse(json) as ReportLine), state, role, home, order_id, payment_id };
    });
  }

  /** Before these transactions are given to an order: it may keep them although its answer is lost. */
  noteGiven(to: Given, transactionIds: readonly string[], read: number): void {
    for (const id of transactionIds) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO given (utr, home, transaction_id, read) VALUES (?, ?, ?, ?)",
        to.utr,
        to.home,
        id,
        read,
      );
    }
  }

  /** It has nothing of these transactions: another order does, or none. */
  noteNotGiven(to: Given, transactionIds: readonly string[]): void {
    for (const id of transactionIds) {
      this.#sql.exec(
        "DELETE FROM given WHERE utr = ? AND home = ? AND transaction_id = ?",
        to.utr,
        to.home,
        id,
      );
    }
  }

  /** Which of these an order was given by this reading. */
  givenNow(to: Given, transactionIds: readonly string[], read: number): readonly string[] {
    return transactionIds.filter((id) => {
      const found = this.#sql.exec(
        "SELECT 1 FROM given WHERE utr = ? AND home = ? AND transaction_id = ? AND read = ?",
        to.utr,
        to.home,
        id,
        read,
      );
      return found.toArray().length > 0;
    });
  }

  /**
   * The first orders after `after` that were given transactions by an earlier reading and not by this
   * one. What could not be given to anybody now (`waiting`) stays where it is.
   */
  homesToForget(utr: string, read: number, after: string, limit: number): readonly string[] {
    const rows = this.#sql.exec<{ home: string }>(
      `SELECT DISTINCT home FROM given WHERE utr = ? AND home > ? AND read < ?
       AND NOT EXISTS (SELECT 1 FROM lines
         WHERE lines.transaction_id = given.transaction_id AND lines.state = 'waiting')
       ORDER BY home LIMIT ?`,
      utr,
      after,
      read,
      limit,
    );
    return rows.toArray().map(({ home }) => home);
  }

  transactionsToForget({ utr, home }: Given, read: number): readonly string[] {
    const rows = this.#sql.exec<{ id: string }>(
      `SELECT transaction_id AS id FROM given WHERE utr = ? AND home = ? AND read < ?
       AND NOT EXISTS (SELECT 1 FROM lines
         WHERE lines.transaction_id = given.transaction_id AND lines.state = 'waiting')
       ORDER BY transaction_id`,
      utr,
      home,
      read,
    );
    return rows.toArray().map(({ id }) => id);
  }
}

export interface Given {
  readonly utr: string;
  /** The order. */
  readonly home: string;
}
