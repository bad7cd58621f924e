// How the deliveries of recorded events stand in the ledger: what their actors wrote, read back for them
// and for the API's lists.

import {
  type Attempt,
  type AttemptView,
  type Delivery,
  type DeliveryState,
  viewAttempt,
} from "../domain/delivery";
import { isJsonObject, type JsonObject } from "../domain/json";
import { type Result, success } from "../domain/result";
import { millisecondsOf, toIso } from "../domain/time";
import { type CursorFailure, type ListKind, type Page, parseCursor, walkedPage } from "./cursor";
import { jsonObjectOf } from "./order-doc";

/** `events.delivery`: written by its actor, trusted when it is read. */
interface DeliveryDoc {
  /** Grows with each change: an older one that comes late changes nothing. */
  readonly rev: number;
  readonly state: DeliveryState;
  readonly next_attempt_at: string | null;
  readonly attempts: readonly AttemptView[];
}

/** One delivery on its way into the ledger. */
export interface SavedDelivery {
  /** The public id of its event. */
  readonly id: string;
  readonly rev: number;
  readonly trouble: string | null;
  readonly delivered_at: number | null;
  /** A DeliveryDoc as JSON. */
  readonly delivery: string;
}

export function savedDelivery(id: string, delivery: Delivery): SavedDelivery {
  const { rev, state, next_at, delivered_at, attempts } = delivery;
  const doc: DeliveryDoc = {
    rev,
    state,
    next_attempt_at: next_at === null ? null : toIso(next_at),
    attempts: attempts.map(viewAttempt),
  };
  return { id, rev, trouble: troubleOf(state), delivered_at, delivery: JSON.stringify(doc) };
}

/** Only what is not as it should be is indexed. */
function troubleOf(state: DeliveryState): string | null {
  switch (state) {
    case "retrying":
    case "paused":
    case "dead":
      return state;
    case "recorded":
    case "waiting":
    case "delivered":
      return null;
  }
}

/** ?1: SavedDeliveries as a JSON array. A change without tries of its own leaves those that stand there. */
export const UPDATE_DELIVERIES = `
  UPDATE events SET
    trouble = given.value ->> 'trouble',
    delivered_at = coalesce(given.value ->> 'delivered_at', events.delivered_at),
    delivery = CASE
      WHEN json_array_length(given.value ->> 'delivery', '$.attempts') = 0
        AND events.delivery IS NOT NULL
      THEN json_set(given.value ->> 'delivery', '$.attempts',
        json(events.delivery -> '$.attempts'))
      ELSE given.value ->> 'delivery' END
  FROM json_each(?1) AS given
  WHERE events.id = given.value ->> 'id'
    AND coalesce(events.delivery ->> 'rev', 0) < given.value ->> 'rev'`;

/** What an actor has to know of an event before it sends it. */
export interface Standing {
  readonly seq: number;
  /** Of the newest change that it has; 0: of none. */
  readonly rev: number;
  /** Those that were made, oldest first. */
  readonly attempts: readonly Attempt[];
}

/** By the events' ids; one that is not there does not stand in the ledger. */
export async function findStandings(
  db: D1Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  interface Row {
    readonly id: string;
    readonly seq: number;
    readonly delivery: string | null;
  }
  const [found] = await db.batch<Row>([
    db
      .prepare("SELECT id, seq, delivery FROM events WHERE id IN (SELECT value FROM json_each(?1))")
      .bind(JSON.stringify(ids)),
  ]);
  return new Map(
    (found?.results ?? []).map(({ id, seq, delivery }) => {
      const { rev, attempts } = docOf(delivery) ?? { rev: 0, attempts: [] };
      return [id, { seq, rev, attempts: attempts.map(attemptOf) }];
    }),
  );
}

/** The homes of paused notifications, those with the oldest first. */
export async function pausedHomes(db: D1Database, limit: number): Promise<readonly string[]> {
  const { results } = await db
    .prepare(`SELECT home FROM events WHERE trouble = 'paused' ORDER BY seq LIMIT ${PAUSED_READ}`)
    .all<{ readonly home: string }>();
  return [...new Set(results.map(({ home }) => home))].slice(0, limit);
}

export interface ShownPaused {
  readonly id: string;
  readonly rev: number;
}

/** Of one home, the oldest first. */
export async function pausedOf(db: D1Database, home: string): Promise<readonly ShownPaused[]> {
  const [found] = await db.batch<ShownPaused>([
    db
      .prepare(
        `SELECT id, coalesce(delivery ->> 'rev', 0) AS rev FROM events
         WHERE trouble = 'paused' AND home = ?1 ORDER BY seq LIMIT ${PAUSED_READ}`,
      )
      .bind(home),
  ]);
  return found?.results ?? [];
}

/** Few orders have more than a handful. */
const PAUSED_READ = 200;

/** A notification as the API lists it. */
export interface NotificationView {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  /** The order's home, or an alias of it that told this before it had one. */
  readonly order_id: string;
  readonly status: DeliveryState;
  readonly created_at: string;
  readonly delivered_at: string | null;
  readonly next_attempt_at: string | null;
  readonly attempts: readonly AttemptView[];
}

interface StoredNotification {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly home: string;
  readonly created_at: number;
  readonly delivered_at: number | null;
  readonly delivery: string | null;
}

const COLUMNS = "seq, id, type, home, created_at, delivered_at, delivery";

export interface NotificationQuery {
  readonly status?: DeliveryState | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

/**
 * Newest first. What is in trouble is found by its index; for the rest the list is walked, at most
 * `WALK` rows for each one that was asked for, so a page of a rare kind may be short, or empty, and
 * still have a next one.
 */
export async function listNotifications(
  db: D1Database,
  query: NotificationQuery,
): Promise<Result<Page<NotificationView>, CursorFailure>> {
  const { status, type, limit, cursor } = query;
  const kind: ListKind = { list: "notifications", filters: { status, type } };
  const place = parseCursor(kind, cursor, ["number"]);
  if (!place.ok) return place;
  const trouble = status === undefined ? null : troubleOf(status);
  const conditions = [
    ...(trouble === null ? [] : ["trouble = ?2"]),
    ...(place.value ? ["seq < ?1"] : ["?1 IS NULL"]),
  ];
  const walk = isWalked(query) ? limit * WALK : limit + 1;
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM events WHERE ${conditions.join(" AND ")}
       ORDER BY seq DESC LIMIT ${walk}`,
    )
    .bind(place.value?.[0] ?? null, ...(trouble === null ? [] : [trouble]))
    .all<StoredNotification>();
  const shown = (row: StoredNotification): boolean =>
    (type === undefined || row.type === type) && (status === undefined || statusOf(row) === status);
  return success(
    walkedPage({ rows: results, limit, walk, kind, shown, placeOf: ({ seq }) => [seq] }, view),
  );
}

const WALK = 4;

/** Some of what is read is not shown: trouble alone has an index that holds nothing else. */
function isWalked({ status, type }: NotificationQuery): boolean {
  return type !== undefined || (status !== undefined && troubleOf(status) === null);
}

export async function findNotification(
  db: D1Database,
  id: string,
): Promise<(NotificationView & { readonly body: JsonObject }) | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS}, doc FROM events WHERE id = ?1`)
    .bind(id)
    .first<StoredNotification & { readonly doc: string }>();
  return row && { ...view(row), body: numbered(jsonObjectOf(row.doc), row.seq) };
}

/** The body as it is sent: the event as it was recorded, with its number. */
export function numbered(doc: JsonObject, seq: number): JsonObject {
  const { data } = doc;
  return { ...doc, data: { seq, ...(isJsonObject(data) ? data : {}) } };
}

function view(row: StoredNotification): NotificationView {
  const doc = docOf(row.delivery);
  return {
    id: row.id,
    seq: row.seq,
    type: row.type,
    order_id: row.home,
    status: statusOf(row),
    created_at: toIso(row.created_at),
    delivered_at: row.delivered_at === null ? null : toIso(row.delivered_at),
    next_attempt_at: doc?.next_attempt_at ?? null,
    attempts: doc?.attempts ?? [],
  };
}

/** Nobody ever meant to send one without a delivery. */
function statusOf({ delivery }: StoredNotification): DeliveryState {
  return docOf(delivery)?.state ?? "recorded";
}

function docOf(delivery: string | null): DeliveryDoc | null {
  return delivery === null ? null : (JSON.parse(delivery) as DeliveryDoc);
}

function attemptOf({ at, duration_ms, ...attempt }: AttemptView): Attempt {
  return { ...attempt, at: millisecondsOf(at) ?? 0, duration: duration_ms };
}
