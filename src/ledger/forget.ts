// Removal of personal data from the ledger, where a projection does not do it by itself: notifications
// are written once, so those that were recorded before are written anew. And where to look for orders
// that are old enough, in the order of their last change.

import type { JsonObject } from "../domain/json";
import type { Milliseconds } from "../domain/time";
import { piecesOf } from "./pieces";

export interface BareEvent {
  readonly id: string;
  /** `{ type, timestamp, data }` without personal data. */
  readonly doc: JsonObject;
}

/**
 * Rows stay, with their place, id and type: `seq` is never given twice. How their delivery stands stays too,
 * and of its tries all but what the receiver answered.
 */
export async function bareEvents(db: D1Database, events: readonly BareEvent[]): Promise<void> {
  const statements = piecesOf(events).map(({ json }) => db.prepare(BARE_EVENTS).bind(json));
  if (statements.length > 0) await db.batch(statements);
}

const ATTEMPTS = "json_each(events.delivery, '$.attempts') AS attempt";
const HAS_ANSWERS = `EXISTS (SELECT 1 FROM ${ATTEMPTS} WHERE attempt.value ->> 'answer' IS NOT NULL)`;

const BARE_EVENTS = `
  UPDATE events SET doc = given.value ->> 'doc',
    delivery = CASE WHEN ${HAS_ANSWERS}
      THEN json_set(events.delivery, '$.attempts', json((
        SELECT json_group_array(json_set(attempt.value, '$.answer', NULL)) FROM ${ATTEMPTS})))
      ELSE events.delivery END
  FROM json_each(?1) AS given
  WHERE events.id = given.value ->> 'id'
    AND (events.doc IS NOT given.value ->> 'doc' OR ${HAS_ANSWERS})`;

/** Where the walk through the orders has come to; `seq` tells those of one moment apart. */
export interface Place {
  readonly updated_at: Milliseconds;
  readonly seq: number;
}

export interface OldOrder extends Place {
  readonly id: string;
  /** Its personal data was removed. */
  readonly forgotten: boolean;
}

/** Orders behind `after` that were last changed before `before`, the oldest first. */
export async function listOldOrders(
  db: D1Database,
  after: Place,
  before: Milliseconds,
  limit: number,
): Promise<readonly OldOrder[]> {
  interface Row extends Place {
    readonly id: string;
    readonly forgotten: number;
  }
  const { results } = await db
    .prepare(
      `SELECT id, updated_at, seq, forgotten_at IS NOT NULL AS forgotten FROM orders
       WHERE (updated_at, seq) > (?1, ?2) AND updated_at < ?3
       ORDER BY updated_at, seq LIMIT ?4`,
    )
    .bind(after.updated_at, after.seq, before, limit)
    .all<Row>();
  return results.map((row) => ({ ...row, forgotten: row.forgotten === 1 }));
}
