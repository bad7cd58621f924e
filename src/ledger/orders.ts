// Orders and links as the ledger knows them. Lists go page by page over an index (key-set paging): a page costs the same
// in a small ledger and in a large one, and rows that come in while somebody pages do not shift it.
//
// Each list walks one index and looks at the other filters on the way:
//   reference        its index (a handful of rows), sorted afterwards
//   attention        its index: what waits for a person, few at any time, sorted afterwards
//   by update        the index of updates
//   status           the index of statuses; PROCESSED is not in it (ledger/schema.ts)
//   stage            the index of stages
//   else             the table itself, whose row numbers begin with the time of creation
// Alone, each filter reads little more than it shows. Where two meet, the rows of the walked index
// that the other filter drops are read too: a rare stage by update, or a link's PROCESSED in a
// ledger where few are, reads more than it shows, in proportion to how rare it is.

import type { LinkView, OrderView } from "../domain/order-view";
import { failure, type Result, success } from "../domain/result";
import type { Stage } from "../domain/stage";
import type { Milliseconds } from "../domain/time";
import {
  type CursorFailure,
  type ListKind,
  type Page,
  pageOf,
  parseCursor,
  unsought,
} from "./cursor";
import { orderOf } from "./order-doc";
import { SEQ_PER_MILLISECOND } from "./seq";

export type OrderSort = "created_desc" | "created_asc" | "updated_desc" | "updated_asc";

export interface OrderFilters {
  readonly stage?: Stage | undefined;
  /** A code of attention, or "any": what a person should look at. */
  readonly attention?: string | undefined;
  /** The gateway's newest word: for the order in a list of orders, for the link in one of links. */
  readonly status?: string | undefined;
  /** The merchant's reference, exactly. */
  readonly reference?: string | undefined;
  /** From this moment on. */
  readonly created_from?: Milliseconds | undefined;
  /** Before this moment. */
  readonly created_to?: Milliseconds | undefined;
  /** Later than this moment. The list then goes by update, oldest first unless asked otherwise. */
  readonly updated_after?: Milliseconds | undefined;
}

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
  readonly doc: string;
}

async function list<T>(
  db: D1Database,
  of: "orders" | "links",
  query: OrderQuery,
  show: (doc: string) => T,
): Promise<Result<Page<T>, OrderListFailure>> {
  const { cursor, limit, sort: asked, ...filters } = query;
  const sort = asked ?? (filters.updated_after === undefined ? "created_desc" : "updated_asc");
  const byUpdate = sort === "updated_asc" || sort === "updated_desc";
  if (filters.updated_after !== undefined && !byUpdate) return failure({ code: "sort_conflicts" });
  const kind: ListKind = { list: `${of}.${sort}`, filters };
  const place = parseCursor(kind, cursor, byUpdate ? ["number", "number"] : ["number"]);
  if (!place.ok) return place;

  const values: (string | number)[] = [];
  const bind = (value: string | number): string => `?${values.push(value)}`;
  const columns = byUpdate ? ["updated_at", "seq"] : ["seq"];
  const direction = sort.endsWith("desc") ? "DESC" : "ASC";
  const bounds: Bounds = {
    from: place.value && direction === "ASC" ? unsought : plain,
    to: place.value && direction === "DESC" ? unsought : plain,
  };
  const conditions = conditionsOf(of, filters, bounds, bind);
  if (place.value) {
    const beyond = direction === "DESC" ? "<" : ">";
    conditions.push(`(${columns.join(", ")}) ${beyond} (${place.value.map(bind).join(", ")})`);
  }
  const statement = `SELECT seq, updated_at, doc FROM orders ${walk(of, filters, byUpdate)}
    ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""}
    ORDER BY ${columns.map((column) => `${column} ${direction}`).join(", ")}
    LIMIT ${bind(limit + 1)}`;
  const { results } = await db
    .prepare(statement)
    .bind(...values)
    .all<Row>();
  const placeOf = (row: Row): readonly number[] =>
    byUpdate ? [row.updated_at, row.seq] : [row.seq];
  return success(pageOf(results, limit, kind, placeOf, (row) => show(row.doc)));
}

/** Which index to walk; said outright, because the planner has no figures to choose by. */
function walk(of: "orders" | "links", filters: OrderFilters, byUpdate: boolean): string {
  if (filters.reference !== undefined) return "INDEXED BY orders_reference";
  if (filters.attention !== undefined) return "INDEXED BY orders_attention";
  if (byUpdate) return "INDEXED BY orders_updated";
  if (filters.status !== undefined && filters.status !== "PROCESSED") {
    return of === "links" ? "INDEXED BY orders_link_status" : "INDEXED BY orders_status";
  }
  if (filters.stage !== undefined) return "INDEXED BY orders_stage";
  return "NOT INDEXED";
}

/** How a column is named where it bounds the list from below, and from above. */
interface Bounds {
  readonly from: (column: string) => string;
  readonly to: (column: string) => string;
}

function plain(column: string): string {
  return column;
}

function conditionsOf(
  of: "orders" | "links",
  filters: OrderFilters,
  { from, to }: Bounds,
  bind: (value: string | number) => string,
): string[] {
  const conditions: string[] = [];
  const status = of === "links" ? "link_status" : "status";
  if (of === "links") conditions.push("payment_link_id IS NOT NULL");
  if (filters.attention !== undefined) {
    conditions.push("attention IS NOT NULL");
    if (filters.attention !== "any") {
      conditions.push(`instr(attention, ${bind(` ${filters.attention} `)}) > 0`);
    }
  }
  if (filters.stage !== undefined) conditions.push(`stage = ${bind(filters.stage)}`);
  if (filters.status !== undefined) {
    conditions.push(`${status} = ${bind(filters.status)}`);
    // The partial index is only used by a query that says its condition word for word.
    if (filters.status !== "PROCESSED") conditions.push(`${status} <> 'PROCESSED'`);
  }
  if (filters.reference !== undefined) {
    conditions.push(`merchant_reference = ${bind(filters.reference)}`);
  }
  if (filters.created_from !== undefined) {
    conditions.push(`${from("seq")} >= ${bind(filters.created_from * SEQ_PER_MILLISECOND)}`);
  }
  if (filters.created_to !== undefined) {
    conditions.push(`${to("seq")} < ${bind(filters.created_to * SEQ_PER_MILLISECOND)}`);
  }
  if (filters.updated_after !== undefined) {
    conditions.push(`${from("updated_at")} > ${bind(filters.updated_after)}`);
  }
  return conditions;
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
