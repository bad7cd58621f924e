// Which rows of `orders` a list reads, and how: one SELECT over one index.
//
// Each list walks one index:
//   reference        its index (a handful of rows), sorted afterwards
//   by update        the index of updates
//   attention        its index, merged from the combinations of codes (needs.ts)
//   needs            the index of open steps, merged from their combinations (needs.ts)
//   status           the index of statuses; PROCESSED is not in it (ledger/schema.ts)
//   stage            the index of stages
//   else             the table itself, whose row numbers begin with the time of creation
// A filter that the walked index does not know is looked at on the way: where two meet, and for amounts, which
// have no index (an index costs a row written for every order and answers few questions). Such a walk is
// bounded: it reads at most WALKED rows for each that a page may have, and a page that found fewer ends there,
// with a cursor from which the next one goes on. So no question reads the whole ledger at once, however rare
// what it looks for is.

import type { StepName } from "../domain/checklist";
import type { Stage } from "../domain/stage";
import type { Milliseconds } from "../domain/time";
import { type Place, unsought } from "./cursor";
import { attentionWalk, bitOf, needsWalk } from "./needs";
import { SEQ_PER_MILLISECOND } from "./seq";

export type OrderSort = "created_desc" | "created_asc" | "updated_desc" | "updated_asc";

export interface OrderFilters {
  readonly stage?: Stage | undefined;
  /** A code of attention, or "any": what a person should look at. */
  readonly attention?: string | undefined;
  /** A step of the checklist that is open: to be done, under way, or blocked. */
  readonly needs?: StepName | undefined;
  /** The gateway's newest word: for the order in a list of orders, for the link in one of links. */
  readonly status?: string | undefined;
  /** The merchant's reference, exactly. */
  readonly reference?: string | undefined;
  /** In the smallest unit of its currency; both are included, and an unknown amount is in no range. */
  readonly amount_from?: number | undefined;
  readonly amount_to?: number | undefined;
  /** From this moment on. */
  readonly created_from?: Milliseconds | undefined;
  /** Before this moment. */
  readonly created_to?: Milliseconds | undefined;
  /** Later than this moment. The list then goes by update, oldest first unless asked otherwise. */
  readonly updated_after?: Milliseconds | undefined;
}

/** A list as it is to be read, from the place where the page before ended. */
export interface Asked {
  readonly of: "orders" | "links";
  readonly filters: OrderFilters;
  readonly sort: OrderSort;
  readonly place: Place | null;
  readonly limit: number;
  readonly bind: Bind;
}

export function goesByUpdate(sort: OrderSort): boolean {
  return sort === "updated_asc" || sort === "updated_desc";
}

/** Rows walked for each that a page may have, where some are only looked at; a few more are read to find them. */
const WALKED = 3;

/** Where combinations are merged each order costs three rows. */
const WALKED_MERGED = 1;

/** How many rows a page of so many reads before it ends; null: all that it reads, it shows. */
export function walkOf(
  { of, filters, sort }: Pick<Asked, "of" | "filters" | "sort">,
  rows: number,
) {
  const byUpdate = goesByUpdate(sort);
  if (lookedAt(of, filters, byUpdate, String).length === 0) return null;
  return rows * (mergedBy(filters, byUpdate) === null ? WALKED : WALKED_MERGED);
}

/**
 * Selects `seq`, `updated_at` and `doc`, in the order of the list but for those that are merged. `doc` is null in
 * rows that were only looked at.
 */
export function statementOf(asked: Asked): string {
  const { of, filters, sort, place, limit, bind } = asked;
  const byUpdate = goesByUpdate(sort);
  const merged = mergedBy(filters, byUpdate);
  if (merged !== null) return mergedStatement(asked, merged);
  const columns = byUpdate ? ["updated_at", "seq"] : ["seq"];
  const direction = sort.endsWith("desc") ? "DESC" : "ASC";
  const conditions = sought(of, filters, byUpdate, boundsOf(direction, place !== null), bind);
  if (place) {
    const beyond = direction === "DESC" ? "<" : ">";
    conditions.push(`(${columns.join(", ")}) ${beyond} (${place.map(bind).join(", ")})`);
  }
  return `SELECT seq, updated_at, ${shownDoc(asked)} FROM orders ${walk(of, filters, byUpdate)}
    ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""}
    ORDER BY ${columns.map((column) => `${column} ${direction}`).join(", ")}
    LIMIT ${bind(limit)}`;
}

function mergedStatement(asked: Asked, merged: Merged): string {
  const { of, filters, sort, place, limit, bind } = asked;
  const direction = sort.endsWith("desc") ? "DESC" : "ASC";
  const walk = {
    newest_first: direction === "DESC",
    start: bind(startOf(filters, direction, place)),
    // Each look for the next order is bounded by the one before, which is nearer than the range.
    conditions: sought(of, filters, false, boundsOf(direction, true), bind),
    limit: bind(limit),
  };
  const orders =
    merged.by === "needs"
      ? needsWalk({ ...walk, bit: bind(bitOf(merged.step)) })
      : attentionWalk({ ...walk, code: merged.code === "any" ? null : bind(` ${merged.code} `) });
  return `WITH RECURSIVE ${orders}
    SELECT seq, updated_at, ${shownDoc(asked)} FROM step_orders CROSS JOIN orders ON seq = place`;
}

function shownDoc({ of, filters, sort, bind }: Asked): string {
  const conditions = lookedAt(of, filters, goesByUpdate(sort), bind);
  return conditions.length === 0
    ? "doc"
    : `CASE WHEN ${conditions.join(" AND ")} THEN doc END AS doc`;
}

type Merged =
  | { readonly by: "needs"; readonly step: StepName }
  | { readonly by: "attention"; readonly code: string };

/** What the list is merged from; null: one index is walked, and all else is looked at on the way. */
function mergedBy(filters: OrderFilters, byUpdate: boolean): Merged | null {
  const { needs, reference, attention } = filters;
  if (reference !== undefined || byUpdate) return null;
  if (attention !== undefined) return { by: "attention", code: attention };
  return needs === undefined ? null : { by: "needs", step: needs };
}

/** Which index to walk otherwise; said outright, because the planner has no figures to choose by. */
function walk(of: "orders" | "links", filters: OrderFilters, byUpdate: boolean): string {
  if (filters.reference !== undefined) return "INDEXED BY orders_reference";
  if (byUpdate) return "INDEXED BY orders_updated";
  if (filters.status !== undefined && filters.status !== "PROCESSED") {
    return of === "links" ? "INDEXED BY orders_link_status" : "INDEXED BY orders_status";
  }
  if (filters.stage !== undefined) return "INDEXED BY orders_stage";
  return "NOT INDEXED";
}

type Direction = "ASC" | "DESC";

/** How a column is named where it bounds the list from below, and from above. */
interface Bounds {
  readonly from: (column: string) => string;
  readonly to: (column: string) => string;
}

/** `bounded`: something nearer bounds the list on the side from which it comes. */
function boundsOf(direction: Direction, bounded: boolean): Bounds {
  return {
    from: bounded && direction === "ASC" ? unsought : plain,
    to: bounded && direction === "DESC" ? unsought : plain,
  };
}

/** The number before the first one that the list by creation may show. */
function startOf(
  { created_from, created_to }: OrderFilters,
  direction: Direction,
  place: Place | null,
): number {
  const last = place?.[0];
  if (typeof last === "number") return last;
  if (direction === "ASC") return (created_from ?? 0) * SEQ_PER_MILLISECOND - 1;
  return created_to === undefined ? Number.MAX_SAFE_INTEGER : created_to * SEQ_PER_MILLISECOND;
}

function plain(column: string): string {
  return column;
}

type Bind = (value: string | number) => string;

/** Which filter's index is walked, when it is neither merged nor the updates'. */
function walkedFilter(filters: OrderFilters, byUpdate: boolean): keyof OrderFilters | null {
  if (filters.reference !== undefined) return "reference";
  if (byUpdate || mergedBy(filters, byUpdate) !== null) return null;
  if (filters.status !== undefined && filters.status !== "PROCESSED") return "status";
  return filters.stage === undefined ? null : "stage";
}

/** Few rows, whatever else is asked: there, all of it is a condition of the walk. */
function isShort(filters: OrderFilters): boolean {
  return filters.reference !== undefined;
}

/** What bounds the walk itself. */
function sought(
  of: "orders" | "links",
  filters: OrderFilters,
  byUpdate: boolean,
  { from, to }: Bounds,
  bind: Bind,
): string[] {
  const walked = walkedFilter(filters, byUpdate);
  const conditions: string[] = [];
  if (of === "links") conditions.push("payment_link_id IS NOT NULL");
  if (filters.reference !== undefined) {
    conditions.push(`merchant_reference = ${bind(filters.reference)}`);
  }
  if (walked === "stage") conditions.push(...stageIs(filters, bind));
  if (walked === "status") conditions.push(...statusIs(of, filters, bind));
  if (!byUpdate) conditions.push(...createdIn(filters, { from, to }, bind));
  if (filters.updated_after !== undefined) {
    conditions.push(`${from("updated_at")} > ${bind(filters.updated_after)}`);
  }
  if (isShort(filters)) conditions.push(...others(of, filters, byUpdate, bind));
  return conditions;
}

/** What is looked at on the way. */
function lookedAt(
  of: "orders" | "links",
  filters: OrderFilters,
  byUpdate: boolean,
  bind: Bind,
): readonly string[] {
  return isShort(filters) ? [] : others(of, filters, byUpdate, bind);
}

function others(
  of: "orders" | "links",
  filters: OrderFilters,
  byUpdate: boolean,
  bind: Bind,
): readonly string[] {
  const walked = walkedFilter(filters, byUpdate);
  const { needs, attention, amount_from, amount_to } = filters;
  const merged = mergedBy(filters, byUpdate)?.by;
  return [
    ...(walked === "stage" ? [] : stageIs(filters, bind)),
    ...(walked === "status" ? [] : statusIs(of, filters, bind)),
    ...(needs === undefined || merged === "needs" ? [] : [`needs & ${bind(bitOf(needs))}`]),
    ...(attention === undefined || merged === "attention" ? [] : [attentionIs(attention, bind)]),
    ...(amount_from === undefined ? [] : [`amount >= ${bind(amount_from)}`]),
    ...(amount_to === undefined ? [] : [`amount <= ${bind(amount_to)}`]),
    ...(byUpdate ? createdIn(filters, { from: plain, to: plain }, bind) : []),
  ];
}

function stageIs({ stage }: OrderFilters, bind: Bind): readonly string[] {
  return stage === undefined ? [] : [`stage = ${bind(stage)}`];
}

function attentionIs(code: string, bind: Bind): string {
  return code === "any" ? "attention IS NOT NULL" : `instr(attention, ${bind(` ${code} `)}) > 0`;
}

function statusIs(of: "orders" | "links", { status }: OrderFilters, bind: Bind): readonly string[] {
  if (status === undefined) return [];
  const column = of === "links" ? "link_status" : "status";
  const is = `${column} = ${bind(status)}`;
  // The partial index is only used by a query that says its condition word for word.
  return status === "PROCESSED" ? [is] : [is, `${column} <> 'PROCESSED'`];
}

function createdIn(
  { created_from, created_to }: OrderFilters,
  { from, to }: Bounds,
  bind: Bind,
): readonly string[] {
  const placeOf = (moment: Milliseconds): string => bind(moment * SEQ_PER_MILLISECOND);
  return [
    ...(created_from === undefined ? [] : [`${from("seq")} >= ${placeOf(created_from)}`]),
    ...(created_to === undefined ? [] : [`${to("seq")} < ${placeOf(created_to)}`]),
  ];
}
