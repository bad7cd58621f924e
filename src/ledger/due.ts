// What is due: orders to ask the gateway about, and actors whose alarm did not run when it should
// have. Oldest first and bounded; the cron decides how many.

import type { Milliseconds } from "../domain/time";

/** Homes whose next inquiry is due at `now`. */
export async function dueInquiries(
  db: D1Database,
  now: Milliseconds,
  limit: number,
): Promise<readonly string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM orders WHERE next_inquiry_at IS NOT NULL AND next_inquiry_at <= ?1
       ORDER BY next_inquiry_at LIMIT ?2`,
    )
    .bind(now, limit)
    .all<{ readonly id: string }>();
  return results.map((row) => row.id);
}

/** A backlog is counted to this many: beyond, the number says "a lot" and costs no more. */
const MOST_COUNTED = 10_000;

export async function countDueInquiries(db: D1Database, now: Milliseconds): Promise<number> {
  const row = await db
    .prepare(
      `SELECT count(*) AS due FROM
         (SELECT 1 FROM orders WHERE next_inquiry_at IS NOT NULL AND next_inquiry_at <= ?1 LIMIT ?2)`,
    )
    .bind(now, MOST_COUNTED)
    .first<{ readonly due: number }>();
  return row?.due ?? 0;
}

/**
 * Takes a home whose actor could not be reached out of the next runs' way. The actor's next
 * projection says anew when it is due; one without an inquiry to come gets none by this.
 */
export async function deferInquiry(
  db: D1Database,
  home: string,
  until: Milliseconds,
): Promise<void> {
  await db
    .prepare("UPDATE orders SET next_inquiry_at = ?2 WHERE id = ?1 AND next_inquiry_at < ?2")
    .bind(home, until)
    .run();
}

/** Actors that should have woken before `before`: homes, and those without a row in `orders`. */
export async function overdueWakes(
  db: D1Database,
  before: Milliseconds,
  limit: number,
): Promise<readonly string[]> {
  interface Late {
    readonly id: string;
    readonly wake_at: number;
  }
  const oldest = (statement: string): D1PreparedStatement =>
    db.prepare(`${statement} ORDER BY wake_at LIMIT ?2`).bind(before, limit);
  const [ofOrders, ofOthers] = await db.batch<Late>([
    oldest("SELECT id, wake_at FROM orders WHERE wake_at IS NOT NULL AND wake_at < ?1"),
    oldest("SELECT actor AS id, wake_at FROM wakes WHERE wake_at < ?1"),
  ]);
  const rows = [...(ofOrders?.results ?? []), ...(ofOthers?.results ?? [])];
  const oldestFirst = rows.toSorted((a, b) => a.wake_at - b.wake_at);
  return oldestFirst.slice(0, limit).map((row) => row.id);
}

/** The same for an actor that could not be woken; its next projection says again when to. */
export async function deferWake(db: D1Database, actor: string, until: Milliseconds): Promise<void> {
  const defer = (statement: string): D1PreparedStatement =>
    db.prepare(statement).bind(actor, until);
  await db.batch([
    defer("UPDATE orders SET wake_at = ?2 WHERE id = ?1 AND wake_at < ?2"),
    defer("UPDATE wakes SET wake_at = ?2 WHERE actor = ?1 AND wake_at < ?2"),
  ]);
}

export interface LedgerHealth {
  /** Null: nothing is planned. In the past: that far behind. */
  readonly oldest_inquiry_due_at: Milliseconds | null;
  readonly oldest_wake_due_at: Milliseconds | null;
}

/** Answers at all, and how far behind the cron is. Reads two rows; throws when D1 does not answer. */
export async function health(db: D1Database): Promise<LedgerHealth> {
  const row = await db
    .prepare(
      `SELECT
        (SELECT min(next_inquiry_at) FROM orders WHERE next_inquiry_at IS NOT NULL) AS inquiry,
        (SELECT min(wake_at) FROM orders WHERE wake_at IS NOT NULL) AS wake`,
    )
    .first<{ readonly inquiry: number | null; readonly wake: number | null }>();
  return { oldest_inquiry_due_at: row?.inquiry ?? null, oldest_wake_due_at: row?.wake ?? null };
}
