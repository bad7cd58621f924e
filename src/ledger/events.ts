// The notifications as they were recorded, for whoever pulls them: in the order of `seq`, which
// grows by itself, has no meaning beyond "later", and may have holes.

import type { JsonObject } from "../domain/json";
import { jsonObjectOf } from "./order-doc";

export interface ListedEvent {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  /** The order's home. */
  readonly home: string;
  /** Epoch milliseconds. */
  readonly created_at: number;
  /** `{ type, timestamp, data }`. */
  readonly doc: JsonObject;
}

interface StoredEvent extends Omit<ListedEvent, "doc"> {
  readonly doc: string;
}

/** Those after `after` (0: from the beginning), oldest first. */
export async function listEvents(
  db: D1Database,
  after: number,
  limit: number,
): Promise<readonly ListedEvent[]> {
  const { results } = await db
    .prepare("SELECT * FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2")
    .bind(after, limit)
    .all<StoredEvent>();
  return results.map(view);
}

export async function findEvent(db: D1Database, id: string): Promise<ListedEvent | null> {
  const row = await db.prepare("SELECT * FROM events WHERE id = ?1").bind(id).first<StoredEvent>();
  return row && view(row);
}

function view(row: StoredEvent): ListedEvent {
  return { ...row, doc: jsonObjectOf(row.doc) };
}
