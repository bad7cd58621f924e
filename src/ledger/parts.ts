// Payments and refunds over all orders, newest first, each with what a person needs of its order. Lists go
// page by page (cursor.ts) and walk one index:
//   order, reference      the few orders of that name, and from each to its own payments or refunds
//   else                  the index by time, with or without a range
// The other filters are looked at on the way: one that few rows pass reads more than it shows, in
// proportion to how rare it is within the range. What two gateway orders of a link both have is shown
// once (counted-once.ts), and what has no row in `orders` belongs to an alias and is not shown.

import type { RefundView } from "../domain/command-view";
import type { JsonObject } from "../domain/json";
import { type Result, success } from "../domain/result";
import type { Stage } from "../domain/stage";
import type { Milliseconds } from "../domain/time";
import { countsOnce, type PartTable } from "./counted-once";
import {
  type CursorFailure,
  type ListKind,
  type Page,
  pageOf,
  parseCursor,
  unsought,
} from "./cursor";
import {
  jsonObjectOf,
  paymentOf,
  refundOf,
  settlementLinesOf,
  type StoredPayment,
} from "./order-doc";

/** What a payment or a refund is shown with of its order. */
export interface OfOrder {
  /** The order's home. */
  readonly home: string;
  readonly merchant_reference: string | null;
  readonly payment_link_id: string | null;
  readonly stage: Stage;
  /** Whole: the door masks it. */
  readonly customer: JsonObject | null;
  /** Of the transfers that have a line of it. */
  readonly utrs: readonly string[];
  /** By which it stands in the list. */
  readonly listed_at: Milliseconds;
}

export interface ListedPayment extends OfOrder {
  readonly payment: StoredPayment;
}

export interface ListedRefund extends OfOrder {
  readonly refund: RefundView;
}

interface PartFilters {
  /** Any id of the order. */
  readonly order_id?: string | undefined;
  /** The merchant's reference of the order, exactly. */
  readonly reference?: string | undefined;
  readonly status?: string | undefined;
  readonly rrn?: string | undefined;
  /** From this moment on, and before this one. */
  readonly created_from?: Milliseconds | undefined;
  readonly created_to?: Milliseconds | undefined;
}

interface Paging {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

export interface PaymentQuery extends PartFilters, Paging {
  readonly method?: string | undefined;
}

export interface RefundQuery extends PartFilters, Paging {
  /** The merchant's reference of the refund, exactly. */
  readonly refund_reference?: string | undefined;
}

interface Row {
  readonly id: string;
  readonly home: string;
  readonly created_at: number;
  readonly doc: string;
  readonly merchant_reference: string | null;
  readonly payment_link_id: string | null;
  readonly stage: Stage;
  readonly customer: string | null;
  readonly lines: string | null;
}

export async function listPayments(
  db: D1Database,
  query: PaymentQuery,
): Promise<Result<Page<ListedPayment>, CursorFailure>> {
  const { limit, cursor, ...filters } = query;
  const equal = { status: filters.status, payment_method: filters.method, rrn: filters.rrn };
  return list(db, { table: "payments", limit, cursor, filters, equal }, (row) => ({
    ...ofOrder(row, "payment_id"),
    payment: paymentOf(row.doc),
  }));
}

export async function listRefunds(
  db: D1Database,
  query: RefundQuery,
): Promise<Result<Page<ListedRefund>, CursorFailure>> {
  const { limit, cursor, ...filters } = query;
  const { status, refund_reference, rrn } = filters;
  const equal = { status, reference: refund_reference, "doc ->> '$.rrn'": rrn };
  return list(db, { table: "refunds", limit, cursor, filters, equal }, (row) => ({
    ...ofOrder(row, "refund_id"),
    refund: refundOf(row.doc),
  }));
}

interface Asked extends Paging {
  readonly table: PartTable;
  readonly filters: PartFilters;
  /** What a column, or an expression of columns, must be equal to. */
  readonly equal: { readonly [column: string]: string | undefined };
}

async function list<T>(
  db: D1Database,
  { table, limit, cursor, filters, equal }: Asked,
  show: (row: Row) => T,
): Promise<Result<Page<T>, CursorFailure>> {
  const kind: ListKind = { list: table, filters: { ...filters } };
  const place = parseCursor(kind, cursor, ["number", "string", "string"]);
  if (!place.ok) return place;
  const values: (string | number)[] = [];
  const bind = (value: string | number): string => `?${values.push(value)}`;
  const { created_from, created_to } = filters;
  const upTo = place.value ? unsought("part.created_at") : "part.created_at";
  const conditions = [
    `part.created_at >= ${bind(created_from ?? 0)}`,
    ...(created_to === undefined ? [] : [`${upTo} < ${bind(created_to)}`]),
    ...(place.value
      ? [`(part.created_at, part.id, part.home) < (${place.value.map(bind).join(", ")})`]
      : []),
    ...Object.entries(equal).flatMap(([column, value]) =>
      value === undefined ? [] : [`part.${column} = ${bind(value)}`],
    ),
    ...ordersNamed(filters, bind),
    countsOnce(table, "part"),
  ];
  const statement = `SELECT part.id, part.home, part.created_at, part.doc,
      owner.merchant_reference, owner.payment_link_id, owner.stage,
      owner.doc -> '$.customer' AS customer, owner.doc -> '$.settlement.lines' AS lines
    FROM ${from(table, filters)}
    WHERE ${conditions.join(" AND ")}
    ORDER BY part.created_at DESC, part.id DESC, part.home DESC LIMIT ${bind(limit + 1)}`;
  const { results } = await db
    .prepare(statement)
    .bind(...values)
    .all<Row>();
  const placeOf = (row: Row): readonly (string | number)[] => [row.created_at, row.id, row.home];
  return success(pageOf(results, limit, kind, placeOf, show));
}

const IDS = { payments: "id", refunds: "refund_id" } as const;

function from(table: PartTable, { order_id, reference }: PartFilters): string {
  if (order_id === undefined && reference === undefined) {
    return `${table} AS part INDEXED BY ${table}_created
      CROSS JOIN orders AS owner ON owner.id = part.home`;
  }
  const index = order_id === undefined ? "orders_reference" : "orders_id";
  return `orders AS owner INDEXED BY ${index}
    CROSS JOIN json_each(owner.doc, '$.${table}') AS known
    CROSS JOIN ${table} AS part
      ON part.id = known.value ->> '${IDS[table]}' AND part.home = owner.id`;
}

function ordersNamed(
  { order_id, reference }: PartFilters,
  bind: (value: string) => string,
): readonly string[] {
  const id = order_id === undefined ? null : bind(order_id);
  return [
    ...(id === null
      ? []
      : [`owner.id IN (SELECT ${id} UNION ALL SELECT home FROM aliases WHERE alias = ${id})`]),
    ...(reference === undefined
      ? []
      : [`owner.merchant_reference = ${bind(reference)} AND owner.merchant_reference IS NOT NULL`]),
  ];
}

function ofOrder(row: Row, of: "payment_id" | "refund_id"): OfOrder {
  const lines = settlementLinesOf(row.lines).filter((line) => line[of] === row.id);
  const customer = row.customer === null || row.customer === "null" ? null : row.customer;
  return {
    home: row.home,
    merchant_reference: row.merchant_reference,
    payment_link_id: row.payment_link_id,
    stage: row.stage,
    customer: customer === null ? null : jsonObjectOf(customer),
    utrs: [...new Set(lines.map(({ utr }) => utr))],
    listed_at: row.created_at,
  };
}
