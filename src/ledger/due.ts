// What is due: orders to ask the gateway about, and actors whose alarm did not run when it should
// have. Oldest first and bounded; the cron decides how many.

import { and, eq, isNotNull, lt, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Milliseconds } from "../domain/time";
import { orders, wakes } from "./schema";

/** Homes whose next inquiry is due at `now`. */
export async function dueInquiries(
  db: D1Database,
  now: Milliseconds,
  limit: number,
): Promise<readonly string[]> {
  const rows = await drizzle(db)
    .select({ id: orders.id })
    .from(orders)
    .where(and(isNotNull(orders.next_inquiry_at), lte(orders.next_inquiry_at, now)))
    .orderBy(orders.next_inquiry_at)
    .limit(limit);
  return rows.map((row) => row.id);
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
  await drizzle(db)
    .update(orders)
    .set({ next_inquiry_at: until })
    .where(and(eq(orders.id, home), lt(orders.next_inquiry_at, until)));
}

/** Actors that should have woken before `before`: homes, and those without a row in `orders`. */
export async function overdueWakes(
  db: D1Database,
  before: Milliseconds,
  limit: number,
): Promise<readonly string[]> {
  const ofOrders = drizzle(db)
    .select({ id: orders.id, wake_at: orders.wake_at })
    .from(orders)
    .where(and(isNotNull(orders.wake_at), lt(orders.wake_at, before)))
    .orderBy(orders.wake_at)
    .limit(limit);
  const ofOthers = drizzle(db)
    .select({ id: wakes.actor, wake_at: wakes.wake_at })
    .from(wakes)
    .where(lt(wakes.wake_at, before))
    .orderBy(wakes.wake_at)
    .limit(limit);
  const rows = [...(await ofOrders), ...(await ofOthers)];
  const oldestFirst = rows.toSorted((a, b) => (a.wake_at ?? 0) - (b.wake_at ?? 0));
  return oldestFirst.slice(0, limit).map((row) => row.id);
}

/** The same for an actor that could not be woken; its next projection says again when to. */
export async function deferWake(db: D1Database, actor: string, until: Milliseconds): Promise<void> {
  const ledger = drizzle(db);
  const late = (column: typeof orders.wake_at | typeof wakes.wake_at) => lt(column, until);
  await ledger.batch([
    ledger
      .update(orders)
      .set({ wake_at: until })
      .where(and(eq(orders.id, actor), late(orders.wake_at))),
    ledger
      .update(wakes)
      .set({ wake_at: until })
      .where(and(eq(wakes.actor, actor), late(wakes.wake_at))),
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
