// Orders and links as the ledger knows them. Lists go page by page over an index (key-set paging): a page costs the same
// in a small ledger and in a large one, and rows that come in while somebody pages do not shift it.
// Which index a list walks stands in order-walk.ts.

import type { LinkView, OrderView } from "../domain/order-view";
import { failure, type Result, success } from "../domain/result";
import type { Stage } from "../domain/stage";
import {
  type CursorFailure,
  type ListKind,
  type Page,
  pageOf,
  parseCursor,
  walkedPage,
} from "./cursor";
import { orderOf } from "./order-doc";
import {
  type Asked,
  goesByUpdate,
  type OrderFilters,
  type OrderSort,
  statementOf,
  walkOf,
} from "./order-walk";

export interface OrderQuery extends OrderFilters {
  /** Newest first, unless `updated_after` is given. */
  readonly sort?: OrderSort | undefined;
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

export interface LinkQuery extends OrderFilters {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

export type OrderListFailure =
  | CursorFailure
  /** `updated_after` with a sort by creation: that would read everything ever updated since. */
  | { readonly code: "sort_conflicts" };

/** A link with what its order makes of it. */
export interface LinkListing {
  /** The home's name. */
  readonly home: string;
  readonly order_id: string | null;
  readonly stage: Stage;
  readonly link: LinkView;
  readonly order: OrderView;
}

/** By the home's own name or any alias of it; null when the ledger has neither (yet). */
export async function findHome(db: D1Database, id: string): Promise<string | null> {
  const row = await db
    .prepare(
      `SELECT home FROM aliases WHERE alias = ?1
       UNION ALL SELECT id AS home FROM orders WHERE id = ?1 LIMIT 1`,
    )
    .bind(id)
    .first<{ readonly home: string }>();
  return row?.home ?? null;
}

/** The newest home of a merchant's reference, which may have been used more than once. */
export async function findHomeByReference(
  db: D1Database,
  reference: string,
): Promise<string | null> {
  const row = await db
    .prepare("SELECT id FROM orders WHERE merchant_reference = ?1 ORDER BY seq DESC LIMIT 1")
    .bind(reference)
    .first<{ readonly id: string }>();
  return row?.id ?? null;
}

export async function listOrders(
  db: D1Database,
  query: OrderQuery,
): Promise<Result<Page<OrderView>, OrderListFailure>> {
  return list(db, "orders", query, orderOf);
}

/** Newest first, or by update with `updated_after`. */
export async function listLinks(
  db: D1Database,
  query: LinkQuery,
): Promise<Result<Page<LinkListing>, OrderListFailure>> {
  return list(db, "links", query, linkOf);
}

interface Row {
  readonly seq: number;
  readonly updated_at: number;
  /** Null: it was only looked at. */
  readonly doc: string | null;
}

/** A walk over combinations comes in order as well, but SQL does not promise it. */
function bySeq(a: Row, b: Row): number {
  return a.seq - b.seq;
}

function bySeqDown(a: Row, b: Row): number {
  return b.seq - a.seq;
}

async function list<T>(
  db: D1Database,
  of: "orders" | "links",
  query: OrderQuery,
  show: (doc: string) => T,
): Promise<Result<Page<T>, OrderListFailure>> {
  const { cursor, limit, sort: wanted, ...filters } = query;
  const sort = wanted ?? (filters.updated_after === undefined ? "created_desc" : "updated_asc");
  const byUpdate = goesByUpdate(sort);
  if (filters.updated_after !== undefined && !byUpdate) return failure({ code: "sort_conflicts" });
  const kind: ListKind = { list: `${of}.${sort}`, filters };
  const place = parseCursor(kind, cursor, byUpdate ? ["number", "number"] : ["number"]);
  if (!place.ok) return place;

  const values: (string | number)[] = [];
  const bind = (value: string | number): string => `?${values.push(value)}`;
  const walk = walkOf({ of, filters, sort }, limit);
  const asked: Asked = { of, filters, sort, place: place.value, limit: walk ?? limit + 1, bind };
  const { results } = await db
    .prepare(statementOf(asked))
    .bind(...values)
    .all<Row>();
  const placeOf = (row: Row): readonly number[] =>
    byUpdate ? [row.updated_at, row.seq] : [row.seq];
  const rows = byUpdate ? results : results.toSorted(sort === "created_asc" ? bySeq : bySeqDown);
  const showRow = ({ doc }: Row): T => {
    if (doc === null) throw new Error("an order that was only looked at is shown");
    return show(doc);
  };
  if (walk === null) return success(pageOf(rows, limit, kind, placeOf, showRow));
  const shown = (row: Row): boolean => row.doc !== null;
  return success(walkedPage({ rows, limit, walk, kind, shown, placeOf }, showRow));
}

function linkOf(doc: string): LinkListing {
  const order = orderOf(doc);
  if (order.link === null) throw new Error("an order without a link in the list of links");
  return {
    home: order.id,
    order_id: order.order_id,
    stage: order.stage,
    link: order.link,
    order,
  };
}
