// A whole list as a CSV file, page by page from the ledger: the next page is read when the caller has
// taken the one before, so that a long list is never held. Should the ledger fail in the middle, or show
// another list by then, the answer breaks off and is not mistaken for a short list.

import type { Result } from "../domain/result";
import type { Page } from "../ledger/cursor";
import { type Column, header, rowsOf } from "./csv";
import type { DoorContext } from "./doors";
import { queryProblem } from "./input";
import { askLedger, type ListFailure, listProblem } from "./ledger";
import { logBug } from "./log";

/** Rows of one query: one or two MiB with their JSON, so that a long list is few queries. */
const PAGE = 2_000;

/** Whole orders are a few KiB each. */
export const ORDERS_PAGE = 500;

export type ReadPage<Row> = (page: {
  readonly limit: number;
  readonly cursor: string | null;
}) => Promise<Result<Page<Row>, ListFailure>>;

/** Whether the caller wants a table; says in every answer that this decides. */
export function wantsCsv(c: DoorContext): boolean {
  c.header("vary", "Accept", { append: true });
  const ranges = (c.req.header("accept") ?? "*/*").split(",").map(parseRange);
  const csv = preference(ranges, "text", "csv");
  const json = preference(ranges, "application", "json");
  // Who likes both as well gets the table only when they named it.
  return csv.q > json.q || (csv.q === json.q && csv.q > 0 && csv.range === "text/csv");
}

interface Range {
  /** "text/csv", with wildcards where there are any. */
  readonly range: string;
  readonly q: number;
}

/** The most specific range decides (RFC 9110, section 12.5.1); what none allows has q 0. */
function preference(ranges: readonly Range[], type: string, subtype: string): Range {
  for (const range of [`${type}/${subtype}`, `${type}/*`, "*/*"]) {
    const said = ranges.filter((one) => one.range === range).map(({ q }) => q);
    if (said.length > 0) return { range, q: Math.max(...said) };
  }
  return { range: "", q: 0 };
}

function parseRange(text: string): Range {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  return { range, q: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0 };
}

export async function answerCsv<Row>(
  c: DoorContext,
  file: string,
  columns: readonly Column<Row>[],
  read: ReadPage<Row>,
  size = PAGE,
): Promise<Response> {
  const paging = ["limit", "cursor"].filter((name) => c.req.query(name) !== undefined);
  if (paging.length > 0) {
    return queryProblem(paging.map((name) => [name, "is not taken: a CSV file is the whole list"]));
  }
  // The first page is read before anything is answered: a ledger that is silent is still a 503.
  const first = await askLedger(read({ limit: size, cursor: null }));
  if (!first.ok) return listProblem(first.failure);
  const encoder = new TextEncoder();
  let page = first.value;
  let start = header(columns);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(encoder.encode(start + rowsOf(columns, page.data)));
      start = "";
      if (page.next_cursor === null) controller.close();
      else page = await next(c, file, read, { limit: size, cursor: page.next_cursor });
    },
  });
  c.header("content-type", "text/csv; charset=utf-8; header=present");
  c.header("content-disposition", `attachment; filename="${file}.csv"`);
  return c.body(body);
}

/** Throws, which breaks the answer off; nobody behind this one would log it. */
async function next<Row>(
  c: DoorContext,
  file: string,
  read: ReadPage<Row>,
  place: Parameters<ReadPage<Row>>[0],
): Promise<Page<Row>> {
  try {
    const page = await askLedger(read(place));
    if (!page.ok) throw new Error(`the list changed while it was sent: ${page.failure.code}`);
    return page.value;
  } catch (error) {
    logBug(error, { request_id: c.var.request_id, file, broke_off: "in the middle" });
    throw error;
  }
}
