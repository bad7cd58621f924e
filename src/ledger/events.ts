// The notifications as they were recorded, for whoever pulls them: in the order of `seq`, which
// grows by itself, has no meaning beyond "later", and may have holes.

import { eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { JsonObject } from "../domain/json";
import { jsonObjectOf } from "./order-doc";
import { events } from "./schema";

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

/** Those after `after` (0: from the beginning), oldest first. */
export async function listEvents(
  db: D1Database,
  after: number,
  limit: number,
): Promise<readonly ListedEvent[]> {
  const rows = await drizzle(db)
    .select()
    .from(events)
    .where(gt(events.seq, after))
    .orderBy(events.seq)
    .limit(limit);
  return rows.map((row) => ({ ...row, doc: jsonObjectOf(row.doc) }));
}

export async function findEvent(db: D1Database, id: string): Promise<ListedEvent | null> {
  const [row] = await drizzle(db).select().from(events).where(eq(events.id, id)).limit(1);
  return row ? { ...row, doc: jsonObjectOf(row.doc) } : null;
}
