// Who asked for money and who decided about it, over all orders, and who changed keys or threw the
// switch, newest first. Lines are added by the projection and by the keeper of keys, and never changed
// or removed.

import type { JsonObject } from "../domain/json";
import { type Result, success } from "../domain/result";
import { type Milliseconds, toIso } from "../domain/time";
import { type CursorFailure, type ListKind, type Page, pageOf, parseCursor } from "./cursor";
import { jsonObjectOf } from "./order-doc";
import { piecesOf } from "./pieces";

/** One line as its actor numbered it. The same line again is the same row. */
export interface AuditRow {
  readonly n: number;
  readonly at: Milliseconds;
  readonly order_id: string;
  /** What the API shows. */
  readonly doc: JsonObject;
}

export interface AuditQuery {
  /** The gateway order that the money is on; undefined: all. */
  readonly order_id?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

/** ?1 the lines as JSON, ?2 their actor. */
export const INSERT_AUDIT = `
  INSERT INTO audit (at, actor, n, order_id, doc)
  SELECT value ->> 'at', ?2, value ->> 'n', value ->> 'order_id', value ->> 'doc'
  FROM json_each(?1) WHERE true
  ON CONFLICT (at, actor, n) DO NOTHING`;

/** Adds lines of an actor that has no order's row to bring them with; one that is there stays. */
export async function appendAudit(
  db: D1Database,
  actor: string,
  lines: readonly AuditRow[],
): Promise<void> {
  const statements = piecesOf(lines).map(({ json }) => db.prepare(INSERT_AUDIT).bind(json, actor));
  if (statements.length > 0) await db.batch(statements);
}

interface StoredLine {
  readonly at: number;
  readonly actor: string;
  readonly n: number;
  readonly doc: string;
}

export async function listAudit(
  db: D1Database,
  query: AuditQuery,
): Promise<Result<Page<JsonObject>, CursorFailure>> {
  const { order_id, limit, cursor } = query;
  const kind: ListKind = { list: "audit", filters: { order_id } };
  const place = parseCursor(kind, cursor, ["number", "string", "number"]);
  if (!place.ok) return place;
  const after = place.value ?? [];
  const conditions = [
    ...(place.value ? ["(at, actor, n) < (?1, ?2, ?3)"] : []),
    ...(order_id === undefined ? [] : [`order_id = ?${after.length + 1}`]),
  ];
  const index = order_id === undefined ? "" : "INDEXED BY audit_order";
  const statement = `SELECT at, actor, n, doc FROM audit ${index}
    ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""}
    ORDER BY at DESC, actor DESC, n DESC LIMIT ${limit + 1}`;
  const { results } = await db
    .prepare(statement)
    .bind(...after, ...(order_id === undefined ? [] : [order_id]))
    .all<StoredLine>();
  const placeOf = ({ at, actor, n }: StoredLine) => [at, actor, n];
  return success(pageOf(results, limit, kind, placeOf, ({ doc }) => jsonObjectOf(doc)));
}

/** A person lifted the pause of all notifications: about no order, so no order's actor writes it. */
export async function appendResumption(
  db: D1Database,
  by: string,
  at: Milliseconds,
): Promise<void> {
  const said = { by, action: "resume", kind: "notification", reference: null };
  const doc = {
    at: toIso(at),
    order_id: null,
    ...said,
    amount: null,
    reason: null,
    decision: null,
  };
  await db
    .prepare(
      `INSERT INTO audit (at, actor, n, order_id, doc)
       SELECT ?1, ?2, (SELECT coalesce(max(n), 0) + 1 FROM audit WHERE at = ?1 AND actor = ?2), ?2, ?3`,
    )
    .bind(at, DEPLOYMENT, JSON.stringify(doc))
    .run();
}

/** As no actor of an order is called. */
const DEPLOYMENT = "deployment:notify";
