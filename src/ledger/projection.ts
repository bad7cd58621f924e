// The only writer of the ledger's rows about orders: one atomic batch per projection (design 3.7).
// Safe to send twice, to send late, and to send when the answer to the first try was lost.

import { type Discrepancy, findingKey, severityOf } from "../domain/discrepancy";
import type { JsonObject } from "../domain/json";
import type { MessageRow } from "../domain/message";
import type { DiscrepancyView, OrderView } from "../domain/order-view";
import type { PaymentBooks } from "../domain/settlement-books";
import { type Milliseconds, millisecondsOf } from "../domain/time";
import { type AuditRow, INSERT_AUDIT } from "./audit";
import type { PartTable } from "./counted-once";
import { type SavedDelivery, UPDATE_DELIVERIES } from "./notifications";
import { retireLookups } from "./lookups";
import { writeOrder } from "./order-row";
import { piecesOf } from "./pieces";

/** One notification as its actor recorded it. */
export interface RecordedEvent {
  /** Fixed by its cause (law 10): the same id is never a second row. */
  readonly id: string;
  readonly type: string;
  readonly created_at: Milliseconds;
  /** `{ type, timestamp, data }`, the body that the merchant's systems get. */
  readonly doc: JsonObject;
  /** How its delivery stands, as JSON (notifications.ts); null: nobody is told. */
  readonly delivery: string | null;
}

export interface Projection {
  /** The actor's own name; the order's home if it has one. */
  readonly home: string;
  /**
   * Guards the order and all that belongs to it: a smaller one than the ledger's writes nothing.
   * The same one again writes what differs (the next inquiry moves without a change of facts); an
   * actor that counts its projections instead of its facts is exact even then.
   */
  readonly version: number;
  /** Null: this actor holds no order (an alias, a reference, unrouted messages). */
  readonly order: OrderView | null;
  readonly next_inquiry_at: Milliseconds | null;
  readonly wake_at: Milliseconds | null;
  /** Without an order: `wake_at` is kept (or, null, taken back) in a row of its own. */
  readonly keeps_wake: boolean;
  /** What is new or changed since the last projection that was answered; more does no harm. */
  readonly messages: readonly MessageRow[];
  readonly events: readonly RecordedEvent[];
  /** Of events that stand there: an older state than the ledger's changes nothing. */
  readonly deliveries: readonly SavedDelivery[];
  /** Lines of the audit; one that stands there already is left as it is. */
  readonly audit: readonly AuditRow[];
  /**
   * Actors that have handed over to this home: their rows go in the same batch and never come
   * back. An id that merely belongs to the order may stand here too, if no actor of that name
   * still has something of its own to say.
   */
  readonly aliases: readonly string[];
}

/** Brings the ledger to this projection, or throws and has written nothing. */
export async function project(db: D1Database, projection: Projection): Promise<void> {
  const { home, order, version } = projection;
  const aliases = projection.aliases.filter((alias) => alias !== home);
  const statements = [
    ...(order ? writeOrder(db, { ...projection, order, aliases }) : []),
    ...retireAliases(db, home, aliases),
    ...(order ? writeParts(db, home, version, order) : []),
    ...(projection.keeps_wake ? [writeWake(db, home, projection.wake_at)] : []),
    ...write(db, UPSERT_MESSAGES, projection.messages.map(messageOf), [home]),
    ...write(db, INSERT_EVENTS, projection.events, [home]),
    ...write(db, UPDATE_DELIVERIES, projection.deliveries, []),
    ...write(db, INSERT_AUDIT, projection.audit, [home]),
  ];
  if (statements.length > 0) await db.batch(statements);
}

/** An alias's last word: its own rows go, and its tombstone keeps late ones from coming back. */
export interface Retirement {
  readonly alias: string;
  readonly home: string;
  readonly payment_ids: readonly string[];
  readonly refund_ids: readonly string[];
}

export async function projectAlias(db: D1Database, retirement: Retirement): Promise<void> {
  const { alias, home } = retirement;
  const remove = (table: "payments" | "refunds", ids: readonly string[]): D1PreparedStatement =>
    db
      .prepare(`DELETE FROM ${table} WHERE home = ?1 AND id IN (SELECT value FROM json_each(?2))`)
      .bind(alias, JSON.stringify(ids));
  await db.batch([
    ...retireAliases(db, home, [alias]),
    remove("payments", retirement.payment_ids),
    remove("refunds", retirement.refund_ids),
    db.prepare("DELETE FROM discrepancies WHERE home = ?1").bind(alias),
  ]);
}

/** The first home of an alias is its home for ever, and no home becomes one (design 3.1). */
function retireAliases(
  db: D1Database,
  home: string,
  aliases: readonly string[],
): readonly D1PreparedStatement[] {
  if (aliases.length === 0) return [];
  const list = JSON.stringify(aliases);
  return [
    db
      .prepare(
        `INSERT INTO aliases (alias, home) SELECT value, ?1 FROM json_each(?2)
         WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE alias = ?1)
         ON CONFLICT (alias) DO NOTHING`,
      )
      .bind(home, list),
    retireLookups(db, list),
    db
      .prepare(
        `DELETE FROM orders WHERE id IN (SELECT value FROM json_each(?1))
         AND EXISTS (SELECT 1 FROM aliases WHERE alias = orders.id)`,
      )
      .bind(list),
  ];
}

function writeWake(
  db: D1Database,
  actor: string,
  wakeAt: Milliseconds | null,
): D1PreparedStatement {
  if (wakeAt === null) return db.prepare("DELETE FROM wakes WHERE actor = ?1").bind(actor);
  return db
    .prepare("INSERT OR REPLACE INTO wakes (actor, wake_at) VALUES (?1, ?2)")
    .bind(actor, wakeAt);
}

function writeParts(
  db: D1Database,
  home: string,
  version: number,
  order: OrderView,
): readonly D1PreparedStatement[] {
  const guard = [home, version];
  const payments = order.payments.map((payment) => ({
    ...payment,
    // One whose time nobody has said is as old as its order: no money is outside of every range of days.
    at: millisecondsOf(payment.created_at) ?? millisecondsOf(order.created_at),
    doc: payment,
  }));
  // One that only our own command knows has no id of the gateway's yet; it stands in the order's doc.
  const shown = order.refunds.filter((refund) => refund.refund_id !== null);
  const refunds = shown.map((refund) => ({
    ...refund,
    id: refund.refund_id,
    // As for payments; one that was asked for here is at least as old as that.
    at:
      millisecondsOf(refund.created_at) ??
      millisecondsOf(refund.requested_at) ??
      millisecondsOf(order.created_at),
    doc: refund,
  }));
  return [
    ...write(db, UPSERT_PAYMENTS, payments, guard),
    ...write(db, dateOf("payments"), payments.map(timeOf), guard),
    ...write(db, UPSERT_REFUNDS, refunds, guard),
    ...write(db, dateOf("refunds"), refunds.map(timeOf), guard),
    ...write(db, UPSERT_DISCREPANCIES, order.discrepancies.map(discrepancyOf), guard),
  ];
}

function timeOf({ id, at }: { readonly id: string | null; readonly at: Milliseconds | null }) {
  return { id, at };
}

/** Applies a statement to rows, piece by piece: ?1 is the piece as JSON, the rest is bound behind it. */
function write(
  db: D1Database,
  statement: string,
  rows: readonly object[],
  bound: readonly (string | number)[],
): readonly D1PreparedStatement[] {
  return piecesOf(rows).map(({ json }) => db.prepare(statement).bind(json, ...bound));
}

function messageOf(row: MessageRow): object {
  return { ...row, id_reused: row.id_reused ? 1 : 0 };
}

function discrepancyOf(row: DiscrepancyView): object {
  const type = row.type;
  return {
    ...row,
    key: findingKey({ type: typeOf(type), subject: row.subject }),
    severity: severityOf(type),
    ours: JSON.stringify(row.ours),
    theirs: JSON.stringify(row.theirs),
    first_seen_at: millisecondsOf(row.first_seen_at),
    last_seen_at: millisecondsOf(row.last_seen_at),
    closed_at: millisecondsOf(row.closed_at),
    resolved_by: row.resolution?.by ?? null,
    resolved_reason: row.resolution?.reason ?? null,
    resolved_at: millisecondsOf(row.resolution?.at),
  };
}

/** The view carries the type as the public word; it came out of the domain's own list. */
function typeOf(type: string): Discrepancy["type"] {
  return type as Discrepancy["type"];
}

/** True for the batch whose order row stands: ?2 is the home, ?3 its version. */
const IS_CURRENT = "EXISTS (SELECT 1 FROM orders WHERE id = ?2 AND version = ?3)";

const BOOKS = [
  "captured",
  "refunded",
  "fees",
  "recovered",
  "settled",
  "pending",
  "initiated",
  "elsewhere",
  "unexplained",
] as const satisfies readonly (keyof PaymentBooks)[];

/** Its time is written once and has a statement of its own, because an index knows it. */
const UPSERT_PAYMENTS = `
  INSERT INTO payments
    (id, home, order_id, status, payment_method, amount, rrn, created_at, ${BOOKS.join(", ")}, doc)
  SELECT value ->> 'id', ?2, value ->> 'order_id', value ->> 'status',
    value ->> 'payment_method', value ->> '$.payment_amount.value', value ->> 'rrn',
    value ->> 'at', ${BOOKS.map((name) => `value ->> '$.books.${name}'`).join(", ")},
    value ->> 'doc'
  FROM json_each(?1) WHERE ${IS_CURRENT}
  ON CONFLICT (id, home) DO UPDATE SET
    order_id = excluded.order_id, status = excluded.status,
    payment_method = excluded.payment_method, amount = excluded.amount, rrn = excluded.rrn,
    ${BOOKS.map((name) => `${name} = excluded.${name}`).join(", ")}, doc = excluded.doc
  WHERE doc IS NOT excluded.doc`;

const dateOf = (table: PartTable): string => `
  UPDATE ${table} SET created_at = given.value ->> 'at'
  FROM json_each(?1) AS given
  WHERE ${table}.id = given.value ->> 'id' AND ${table}.home = ?2
    AND ${table}.created_at IS NOT given.value ->> 'at' AND ${IS_CURRENT}`;

const UPSERT_REFUNDS = `
  INSERT INTO refunds (id, home, order_id, reference, status, amount, created_at, doc)
  SELECT value ->> 'refund_id', ?2, value ->> 'order_id',
    value ->> 'merchant_refund_reference', value ->> 'status', value ->> '$.amount.value',
    value ->> 'at', value ->> 'doc'
  FROM json_each(?1) WHERE ${IS_CURRENT}
  ON CONFLICT (id, home) DO UPDATE SET
    order_id = excluded.order_id, reference = excluded.reference, status = excluded.status,
    amount = excluded.amount, doc = excluded.doc
  WHERE doc IS NOT excluded.doc`;

const UPSERT_DISCREPANCIES = `
  INSERT INTO discrepancies (home, key, type, severity, subject, ours, theirs, amount,
    first_seen_at, last_seen_at, closed_at, resolved_by, resolved_reason, resolved_at)
  SELECT ?2, value ->> 'key', value ->> 'type', value ->> 'severity', value ->> 'subject',
    value ->> 'ours', value ->> 'theirs', value ->> 'amount', value ->> 'first_seen_at',
    value ->> 'last_seen_at', value ->> 'closed_at', value ->> 'resolved_by',
    value ->> 'resolved_reason', value ->> 'resolved_at'
  FROM json_each(?1) WHERE ${IS_CURRENT}
  ON CONFLICT (home, key) DO UPDATE SET
    severity = excluded.severity, ours = excluded.ours, theirs = excluded.theirs,
    amount = excluded.amount, first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at, closed_at = excluded.closed_at,
    resolved_by = excluded.resolved_by, resolved_reason = excluded.resolved_reason,
    resolved_at = excluded.resolved_at
  WHERE severity IS NOT excluded.severity OR ours IS NOT excluded.ours
    OR theirs IS NOT excluded.theirs OR amount IS NOT excluded.amount
    OR first_seen_at IS NOT excluded.first_seen_at OR last_seen_at IS NOT excluded.last_seen_at
    OR closed_at IS NOT excluded.closed_at OR resolved_by IS NOT excluded.resolved_by
    OR resolved_reason IS NOT excluded.resolved_reason
    OR resolved_at IS NOT excluded.resolved_at`;

/** A message only goes forward in this list, whatever batch comes late; repeats only grow. */
const PROGRESS = "'waiting unrouted no_change applied forwarded'";
const IS_FORWARD = `instr(${PROGRESS}, excluded.state) > instr(${PROGRESS}, messages.state)`;

const UPSERT_MESSAGES = `
  INSERT INTO messages (webhook_id, actor, n, event, state, repeats, size, body_hash,
    id_reused, received_at, sent_at)
  SELECT value ->> 'webhook_id', ?2, value ->> 'n', value ->> 'event', value ->> 'state',
    value ->> 'repeats', value ->> 'size', value ->> 'body_hash', value ->> 'id_reused',
    value ->> 'received_at', value ->> 'sent_at'
  FROM json_each(?1) WHERE true
  ON CONFLICT (webhook_id, actor, n) DO UPDATE SET
    state = CASE WHEN ${IS_FORWARD} THEN excluded.state ELSE messages.state END,
    event = coalesce(excluded.event, messages.event),
    repeats = max(excluded.repeats, messages.repeats),
    id_reused = max(excluded.id_reused, messages.id_reused)
  WHERE ${IS_FORWARD} OR excluded.repeats > messages.repeats
    OR excluded.id_reused > messages.id_reused`;

const INSERT_EVENTS = `
  INSERT INTO events (id, type, home, created_at, doc, delivery)
  SELECT value ->> 'id', value ->> 'type', ?2, value ->> 'created_at', value ->> 'doc',
    value ->> 'delivery'
  FROM json_each(?1) WHERE true ORDER BY key
  ON CONFLICT (id) DO NOTHING`;
