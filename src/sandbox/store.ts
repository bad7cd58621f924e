/**
 * The books on disk: links, orders with their earlier snapshots, tokens, in the
 * object's own SQLite. Documents are JSON; columns beside them are what is looked up.
 * It decides nothing; the webhook log and the request log have stores of their own.
 */
import type { Micros } from "./clock";
import type { Link } from "./link";
import type { Order } from "./order";
import { isOpen } from "./link";

/** Refunds that have not ended; a query has to say it as the index does. */
const pendingRefund = "parent IS NOT NULL AND body ->> '$.status' = 'PENDING'";

const schema = `
CREATE TABLE IF NOT EXISTS links (
  id TEXT PRIMARY KEY, reference TEXT NOT NULL, created INTEGER NOT NULL,
  expires INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_by_reference ON links (reference);
CREATE INDEX IF NOT EXISTS links_by_expiry ON links (expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, reference TEXT NOT NULL, parent TEXT, created INTEGER NOT NULL,
  held_since INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_by_reference ON orders (reference, created);
CREATE INDEX IF NOT EXISTS orders_by_parent ON orders (parent) WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_by_hold ON orders (held_since) WHERE held_since IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_by_pending_refund ON orders (created)
  WHERE ${pendingRefund};
CREATE TABLE IF NOT EXISTS snapshots (seq INTEGER PRIMARY KEY, order_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS snapshots_by_order ON snapshots (order_id, seq);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID;
`;

interface Row extends Record<string, SqlStorageValue> {
  readonly body: string;
}

export class Store {
  readonly #sql: SqlStorage;
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#sql = storage.sql;
    this.#kv = storage.kv;
    this.#sql.exec(schema);
  }

  #rows(query: string, ...bindings: SqlStorageValue[]): string[] {
    return this.#sql
      .exec<Row>(query, ...bindings)
      .toArray()
      .map((row) => row.body);
  }

  #links(query: string, ...bindings: SqlStorageValue[]): Link[] {
    return this.#rows(query, ...bindings).map((body) => JSON.parse(body) as Link);
  }

  #orders(query: string, ...bindings: SqlStorageValue[]): Order[] {
    return this.#rows(query, ...bindings).map((body) => JSON.parse(body) as Order);
  }

  /** A time later than every one given before, at `now_ms` or after. */
  tick(now_ms: number): Micros {
    const next = Math.max(now_ms * 1000, (this.#kv.get<number>("last_tick") ?? 0) + 1);
    this.#kv.put("last_tick", next);
    return next;
  }

  /** A small value beside the tables, e.g. the knobs. */
  read(key: string): unknown {
    return this.#kv.get(key);
  }

  write(key: string, value: unknown): void {
    this.#kv.put(key, value);
  }

  findLink(id: string): Link | undefined {
    return this.#links("SELECT body FROM links WHERE id = ?", id)[0];
  }

  findLinkByReference(reference: string): Link | undefined {
    return this.#links("SELECT body FROM links WHERE reference = ?", reference)[0];
  }

  /** Newest first. */
  listLinks(limit: number): Link[] {
    return this.#links("SELECT body FROM links ORDER BY created DESC LIMIT ?", limit);
  }

  listLinksPastExpiry(now: Micros): Link[] {
    return this.#links("SELECT body FROM links WHERE expires <= ? ORDER BY expires", now);
  }

  saveLink(link: Link): void {
    this.#sql.exec(
      `INSERT INTO links (id, reference, created, expires, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, body = excluded.body`,
      link.id,
      link.reference,
      link.created_at,
      isOpen(link) ? link.expire_by : null,
      JSON.stringify(link),
    );
  }

  findOrder(id: string): Order | undefined {
    return this.#orders("SELECT body FROM orders WHERE id = ?", id)[0];
  }

  /** The newest, where several parts of a link share a reference. */
  findOrderByReference(reference: string): Order | undefined {
    return this.#orders(
      "SELECT body FROM orders WHERE reference = ? ORDER BY created DESC LIMIT 1",
      reference,
    )[0];
  }

  /** Newest first, refunds among them; all of them with a limit of -1. */
  listOrders(limit: number): Order[] {
    return this.#orders("SELECT body FROM orders ORDER BY created DESC LIMIT ?", limit);
  }

  /** Oldest first. */
  listRefunds(parent_order_id: string): Order[] {
    return this.#orders(
      "SELECT body FROM orders WHERE parent = ? ORDER BY created",
      parent_order_id,
    );
  }

  /** Of all parents, those that were begun then or later. */
  listRefundsSince(start: Micros): Order[] {
    return this.#orders("SELECT body FROM orders WHERE parent IS NOT NULL AND created >= ?", start);
  }

  listOrdersHeldSince(before: Micros): Order[] {
    return this.#orders("SELECT body FROM orders WHERE held_since <= ?", before);
  }

  /** Refunds that were begun then or earlier and have not ended; oldest first. */
  listRefundsPendingSince(begun: Micros): Order[] {
    return this.#orders(
      `SELECT body FROM orders WHERE ${pendingRefund} AND created <= ? ORDER BY created`,
      begun,
    );
  }

  /** `snapshot` is how it looks now; null: nobody will ask for that later. */
  saveOrder(order: Order, snapshot: Record<string, unknown> | null): void {
    this.#sql.exec(
      `INSERT INTO orders (id, reference, parent, created, held_since, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET held_since = excluded.held_since, body = excluded.body`,
      order.id,
      order.reference,
      order.parent_order_id,
      order.created_at,
      order.authorized_at,
      JSON.stringify(order),
    );
    if (snapshot === null) return;
    this.#sql.exec(
      "INSERT INTO snapshots (order_id, body) VALUES (?, ?)",
      order.id,
      JSON.stringify(snapshot),
    );
  }

  /** The order as it was `back` changes ago, or as it was first; null: nothing was kept of it. */
  findSnapshot(order_id: string, back: number): unknown {
    const bodies = this.#rows(
      "SELECT body FROM snapshots WHERE order_id = ? ORDER BY seq DESC LIMIT ?",
      order_id,
      back + 1,
    );
    return JSON.parse(bodies.at(-1) ?? "null");
  }

  saveToken(token: string, expires: Micros): void {
    this.#sql.exec("INSERT INTO tokens (token, expires) VALUES (?, ?)", token, expires);
  }

  isTokenGood(token: string, now: Micros): boolean {
    const found = this.#sql.exec(
      "SELECT 1 FROM tokens WHERE token = ? AND expires > ?",
      token,
      now,
    );
    return found.toArray().length > 0;
  }

  revokeTokens(): void {
    this.#sql.exec("DELETE FROM tokens");
  }

  /**
   * The time at which something ends by itself: a link, a hold of `window` µs, or a pending
   * refund of `refund_window` µs; null where refunds do not.
   */
  nextDeadline(window: Micros, refund_window: Micros | null): Micros | null {
    const [row] = this.#sql
      .exec<{ at: number | null }>(
        `SELECT min(at) AS at FROM (SELECT min(expires) AS at FROM links
         UNION ALL SELECT min(held_since) + ? FROM orders
         UNION ALL SELECT min(created) + ? FROM orders WHERE ${pendingRefund})`,
        window,
        refund_window,
      )
      .toArray();
    return row?.at ?? null;
  }

  /** Forgets everything but the last time given out. */
  clear(): void {
    for (const table of ["links", "orders", "snapshots", "tokens"]) {
      this.#sql.exec(`DELETE FROM ${table}`);
    }
  }
}
