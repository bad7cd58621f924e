// A whole list as a CSV file, page by page from the ledger: the next page is read when the caller has
// taken the one before, so that a long list is never held. Should the ledger fail in the middle, the
// answer breaks off and is not mistaken for a short list.

import type { Result } from "../domain/result";
import type { CursorFailure, Page } from "../ledger/cursor";
import { type Column, header, rowsOf } from "./csv";
import type { DoorContext } from "./doors";
import { queryProblem } from "./input";
import { askLedger } from "./ledger";

/** Rows of one query: some hundred KiB with their JSON. */
const PAGE = 500;

export type ReadPage<Row> = (page: {
  readonly limit: number;
  readonly cursor: string | null;
}) => Promise<Result<Page<Row>, CursorFailure>>;

/** Whether the caller wants a table; says in every answer that this decides. */
export function wantsCsv(c: DoorContext): boolean {
  c.header("vary", "Accept", { append: true });
  const ranges = (c.req.header("accept") ?? "").split(",").map(parseRange);
  const csv = ranges.find(({ type }) => type === "text/csv")?.q ?? 0;
  const json = ranges.find(({ type }) => type === "application/json")?.q ?? 0;
  return csv > 0 && csv >= json;
}

interface Range {
  readonly type: string;
  readonly q: number;
}

function parseRange(range: string): Range {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  return { type, q: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0 };
}

export async function answerCsv<Row>(
  c: DoorContext,
  file: string,
  columns: readonly Column<Row>[],
  read: ReadPage<Row>,
): Promise<Response> {
  const paging = ["limit", "cursor"].filter((name) => c.req.query(name) !== undefined);
  if (paging.length > 0) {
    return queryProblem(paging.map((name) => [name, "is not taken: a CSV file is the whole list"]));
  }
  // The first page is read before anything is answered: a ledger that is silent is still a 503.
  const first = await askLedger(read({ limit: PAGE, cursor: null }));
  if (!first.ok) throw new Error("the ledger refused a list without a cursor");
  const encoder = new TextEncoder();
  let page = first.value;
  let start = header(columns);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(encoder.encode(start + rowsOf(columns, page.data)));
      start = "";
      if (page.next_cursor === null) controller.close();
      else page = await next(read, page.next_cursor);
    },
  });
  c.header("content-type", "text/csv; charset=utf-8; header=present");
  c.header("content-disposition", `attachment; filename="${file}.csv"`);
  return c.body(body);
}

async function next<Row>(read: ReadPage<Row>, cursor: string): Promise<Page<Row>> {
  const page = await askLedger(read({ limit: PAGE, cursor }));
  if (!page.ok) throw new Error("the ledger refused a cursor of its own");
  return page.value;
}
