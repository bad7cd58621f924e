// The audit's lines about keys, people and the switch, and how they come to D1: kept in the transaction of the
// change itself, written by the alarm, again and again until D1 has them. D1 never holds up a change.

import type { KeyView } from "../domain/access-key";
import type { JsonObject } from "../domain/json";
import type { PersonView } from "../domain/people";
import { reasonOf } from "../domain/redact";
import { MINUTE, SECOND } from "../domain/schedule";
import { type Milliseconds, toIso } from "../domain/time";
import { appendAudit, type AuditRow } from "../ledger/audit";
import type { AccessStorage } from "./access-storage";
import { withTimeLimit } from "./time-limit";

/** The lines' actor, and what they stand under instead of an order. */
const ACCESS = "access";

/** Lines of one batch; the rest follows in the next alarm. */
const BATCH = 50;

const ANSWER_LIMIT: Milliseconds = 10 * SECOND;

/** Between two tries while D1 gives no answer. */
const TRY_AGAIN_AFTER: Milliseconds = MINUTE;

export function keyLine(
  action: "key_created" | "key_revoked",
  key: KeyView,
  by: string,
  at: Milliseconds,
): Omit<AuditRow, "n"> {
  const { id, name, scopes, expires_at, refund_limit } = key;
  const limit = refund_limit && { ...refund_limit };
  const about = { name, scopes: [...scopes], expires_at, refund_limit: limit };
  return lineOf({ action, kind: "key", reference: id, by, reason: null, key: about }, at);
}

/** Without the e-mail: lines of the audit are never changed, and people leave. */
export function personLine(
  action: "person_invited" | "person_changed" | "person_removed" | "password_set",
  { id, name, role }: PersonView,
  by: string,
  at: Milliseconds,
): Omit<AuditRow, "n"> {
  const person = { name, role };
  return lineOf({ action, kind: "person", reference: id, by, reason: null, person }, at);
}

export function switchLine(
  {
    stopped,
    by,
    reason,
  }: { readonly stopped: boolean; readonly by: string; readonly reason: string },
  at: Milliseconds,
): Omit<AuditRow, "n"> {
  const action = stopped ? "money_stopped" : "money_resumed";
  return lineOf({ action, kind: "money", reference: "money", by, reason }, at);
}

function lineOf(said: JsonObject, at: Milliseconds): Omit<AuditRow, "n"> {
  const doc = { at: toIso(at), order_id: null, ...said, amount: null, decision: null };
  return { at, order_id: ACCESS, doc };
}

/**
 * Brings what waits to D1. Returns when to ring again; null: nothing waits. A line that was written
 * although the answer was lost is the same row when it is written again.
 */
export async function flushAudit(
  storage: AccessStorage,
  db: D1Database,
  now: Milliseconds,
): Promise<Milliseconds | null> {
  const lines = storage.waitingAudit(BATCH);
  if (lines.length === 0) return null;
  try {
    await withTimeLimit(appendAudit(db, ACCESS, lines), ANSWER_LIMIT);
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "audit_not_written", actor: ACCESS, reason }));
    return now + TRY_AGAIN_AFTER;
  }
  storage.transact(() => storage.dropAudit(lines));
  return storage.waitingAudit(1).length === 0 ? null : now;
}
