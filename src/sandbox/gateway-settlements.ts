/**
 * The settlement operations of the API: the list and the detail by UTR (docs/gateway.md 5).
 * They serve what is stored, whatever JSON a test has put there, and check only the question.
 */
import * as z from "zod";
import type { Micros } from "./clock";
import type { Desk } from "./desk";
import { GatewayError } from "./gateway-error";
import type { Call } from "./operation";
import { parseIndianTime, rupees } from "./settlement-report";

const day: Micros = 86_400_000_000;
const most_days = 60;

const positive = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, "a whole number from 1")
  .transform(Number);
const paging = {
  page: positive.default(1),
  per_page: positive.refine((rows) => rows <= 10, "at most 10").default(10),
};
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/, "2026-11-01 or 2026-11-01T00:00:00")
  .refine((text) => parseIndianTime(text) !== null, "no such time");
const listQuery = z.strictObject({ start_date: time, end_date: time, ...paging });
const detailQuery = z.strictObject(paging);

interface Paging {
  readonly page: number;
  readonly per_page: number;
}

/** One page; none of a page behind the last, nor of the one that a knob empties. */
function pageOf(desk: Desk, all: readonly unknown[], { page, per_page }: Paging): unknown[] {
  if (page === desk.knobs.settlement_empty_page) return [];
  return all.slice((page - 1) * per_page, page * per_page);
}

/** From the first moment to before the second. An end without hours is the whole of its day. */
function rangeOf(query: z.infer<typeof listQuery>): readonly [Micros, Micros] {
  const start = parseIndianTime(query.start_date) ?? 0;
  const end = parseIndianTime(query.end_date) ?? 0;
  const after = end + (query.end_date.length === 10 ? day : 1_000_000);
  if (start >= after) {
    throw new GatewayError("INVALID_REQUEST", "end_date: before start_date", "end_date");
  }
  if (after - start > most_days * day) {
    throw new GatewayError("INVALID_REQUEST", `end_date: at most ${most_days} days`, "end_date");
  }
  return [start, after];
}

function fieldsOf(row: unknown): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).catch({}).parse(row);
}

/** When a row settled, or was processed while it has not; null if it says neither readably. */
function timeOf(row: unknown): Micros | null {
  const { settled_date, last_processed_date } = fieldsOf(row);
  const text = settled_date ?? last_processed_date;
  return typeof text === "string" ? parseIndianTime(text) : null;
}

/** Of a planted row it adds what can be added. */
function sumOf(rows: readonly unknown[], field: string): number {
  const numbers = rows.map((row) => Number(fieldsOf(row)[field]));
  return numbers.reduce((sum, number) => sum + (Number.isFinite(number) ? number : 0), 0);
}

/** The same of rupees, added as whole paisa. */
function sumOfRupees(rows: readonly unknown[], field: string): number {
  const paisa = rows.map((row) => ({ paisa: Math.round(Number(fieldsOf(row)[field]) * 100) }));
  return rupees(sumOf(paisa, "paisa"));
}

/** `GET /api/settlements/v1/list`. A row without a readable date is in every range. */
export function listSettlements(desk: Desk, call: Call): unknown {
  const query = call.query(listQuery);
  const [start, after] = rangeOf(query);
  const dated = desk.settlements.listRows().map((row) => ({ row, at: timeOf(row) }));
  const rows = dated
    .filter(({ at }) => at === null || (at >= start && at < after))
    .toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0))
    .map(({ row }) => row);
  return {
    data: pageOf(desk, rows, query),
    total_settlement_count: rows.length,
    total_transactions_count: sumOf(rows, "total_transactions_count"),
    total_settlement_amount: sumOfRupees(rows, "total_amount"),
  };
}

/** `GET /api/settlements/v1/detail/{utr}`. Planted totals may bring any field, these two too. */
export function readSettlement(desk: Desk, call: Call): unknown {
  const query = call.query(detailQuery);
  const utr = call.param("utr");
  const report = desk.settlements.findReport(utr);
  if (!report) throw new GatewayError("SETTLEMENT_NOT_FOUND", `No settlement ${utr}`);
  const pages = Math.max(1, Math.ceil(report.lines.length / query.per_page));
  return {
    transactions: pageOf(desk, report.lines, query),
    pagination: {
      total_pages: desk.knobs.settlement_total_pages ?? pages,
      current_page: String(query.page),
    },
    ...report.totals,
  };
}
