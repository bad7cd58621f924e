// Which rows of `orders` a list reads, and how: one SELECT over one index.
//
// Each list walks one index and looks at the other filters on the way:
//   reference        its index (a handful of rows), sorted afterwards
//   attention        its index: what waits for a person, few at any time, sorted afterwards
//   by update        the index of updates
//   needs            the index of open steps, merged from their combinations (needs.ts)
//   status           the index of statuses; PROCESSED is not in it (ledger/schema.ts)
//   stage            the index of stages
//   else             the table itself, whose row numbers begin with the time of creation
// Alone, each filter reads little more than it shows. Where two meet, the rows of the walked index
// that the other filter drops are read too: a rare stage by update, or a link's PROCESSED in a
// ledger where few are, reads more than it shows, in proportion to how rare it is.

import type { StepName } from "../domain/checklist";
import type { Stage } from "../domain/stage";
import type { Milliseconds } from "../domain/time";
import { type Place, unsought } from "./cursor";
import { bitOf, needsWalk } from "./needs";
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
  readonly bind: (value: string | number) => string;
}

export function goesByUpdate(sort: OrderSort): boolean {
  return sort === "updated_asc" || sort === "updated_desc";
}

/** Selects `seq`, `updated_at` and `doc`, in the order of the list but for those by a step. */
export function statementOf(asked: Asked): string {
  const { of, filters, sort, place, limit, bind } = asked;
  const byUpdate = goesByUpdate(sort);
  const step = walkedStep(filters, byUpdate);
  if (step !== null) return byStep(asked, step);
  const columns = byUpdate ? ["updated_at", "seq"] : ["seq"];
  const direction = sort.endsWith("desc") ? "DESC" : "ASC";
  const conditions = conditionsOf(of, filters, boundsOf(direction, place !== null), bind);
  if (filters.needs !== undefined) conditions.push(`needs & ${bind(bitOf(filters.needs))}`);
  if (place) {
    const beyond = direction === "DESC" ? "<" : ">";
    conditions.push(`(${columns.join(", ")}) ${beyond} (${place.map(bind).join(", ")})`);
  }
  return `SELECT seq, updated_at, doc FROM orders ${walk(of, filters, byUpdate)}
    ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""}
    ORDER BY ${columns.map((column) => `${column} ${direction}`).join(", ")}
    LIMIT ${bind(limit)}`;
}

function byStep({ of, filters, sort, place, limit, bind }: Asked, step: StepName): string {
  const direction = sort.endsWith("desc") ? "DESC" : "ASC";
  const orders = needsWalk({
    bit: bind(bitOf(step)),
    newest_first: direction === "DESC",
    start: bind(startOf(filters, direction, place)),
    // Each look for the next order is bounded by the one before, which is nearer than the range.
    conditions: conditionsOf(of, filters, boundsOf(direction, true), bind),
    limit: bind(limit),
  });
  return `WITH RECURSIVE ${orders}
    SELECT seq, updated_at, doc FROM step_orders CROSS JOIN orders ON seq = place`;
}

/** The step whose index is walked; null: another one is, and the step is looked at on the way. */
function walkedStep({ needs, reference, attention }: OrderFilters, byUpdate: boolean) {
  const isAlone = reference === undefined && attention === undefined && !byUpdate;
  return needs !== undefined && isAlone ? needs : null;
}

/** Which index to walk otherwise; said outright, because the planner has no figures to choose by. */
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
