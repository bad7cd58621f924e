// The lines of one transfer after the other, page by page. Each reading has a number of its own; one that
// was interrupted goes on at its page under its number.

import { checkReading, unreadFinding } from "../domain/settlement-check";
import type { DetailPage } from "../domain/settlement-report";
import { afterPage, FIRST_PAGE, type Paged } from "../domain/report-pages";
import { failure } from "../domain/result";
import type { GatewayFailure } from "../pinelabs/gateway";
import {
  askGateway,
  askLedger,
  type OpenDesk,
  problemOf,
  type Stepped,
  STEPPED,
  type Trouble,
} from "./settlement-desk";
import { isEnd } from "./settlement-list";
import type { Cursor } from "./settlement-state";

type At<A extends Cursor["at"]> = Extract<Cursor, { readonly at: A }>;

/** The next transfer, with a new number; or the end of the refresh. */
export function beginTransfer(desk: OpenDesk): Stepped {
  const { storage } = desk;
  storage.transact(() => {
    const utr = storage.nextToRead();
    if (utr === null) {
      storage.advance(desk.now(), { at: "note", before: "end" });
      return;
    }
    const state = storage.readState();
    const read = state.last_read + 1;
    desk.lines.clear();
    storage.writeState({ ...state, last_read: read });
    storage.advance(desk.now(), { at: "detail", utr, read, totals: null, ...FIRST_PAGE });
  });
  return STEPPED;
}

/** One page of the transfer's lines. */
export async function readDetailPage(desk: OpenDesk, cursor: At<"detail">): Promise<Stepped> {
  const { storage, lines, limits } = desk;
  const { utr, page: number } = cursor;
  const answer = await askGateway(desk, (gateway) =>
    gateway.getSettlement(utr, number, limits.gateway),
  );
  if (!answer.ok && !isEnd(answer.failure, cursor)) return failure(pageTrouble(answer.failure));
  storage.transact(() => {
    const page = answer.ok ? answer.value : null;
    const fresh = lines.add(page?.lines ?? []);
    const unreadable = storage.addUnreadable(page?.unreadable ?? []);
    const totals = totalsAfter(cursor.totals, page);
    const how: Paged = page
      ? afterPage(
          cursor,
          { fresh: fresh + unreadable, total_pages: page.total_pages },
          limits.pages,
        )
      : { kind: "end" };
    // A report without end is taken as far as it goes: its own count shows what is missing.
    const next =
      how.kind === "more"
        ? { ...cursor, ...how.place, totals }
        : wholeTransfer(desk, cursor, totals);
    storage.advance(desk.now(), next, (view) => ({
      pages: view.pages + 1,
      unreadable: view.unreadable + unreadable,
      lines: { ...view.lines, read: view.lines.read + fresh },
    }));
  });
  return STEPPED;
}

/** The totals are on every page; one past the end may show none. */
function totalsAfter(
  known: At<"detail">["totals"],
  page: DetailPage | null,
): At<"detail">["totals"] {
  if (page === null || known?.with_lines) return known;
  const with_lines = page.lines.length > 0;
  return known === null || with_lines ? { said: page.totals, with_lines } : known;
}

function wholeTransfer(
  desk: OpenDesk,
  { utr, read }: At<"detail">,
  totals: At<"detail">["totals"],
): Cursor {
  if (totals === null) throw new Error("a transfer whose pages were read, and none had totals");
  const listed = listedOnly(desk, utr);
  const { settled_at } = listed.check;
  const { read_at } = listed.reading;
  return { at: "homes", transfer: { utr, read, totals: totals.said, read_at, settled_at } };
}

function pageTrouble(failed: GatewayFailure): Trouble {
  const problem = problemOf(failed);
  switch (failed.code) {
    case "gateway_rate_limited":
      return { code: "silence", problem, wait: failed.retry_after };
    case "gateway_unauthorized":
      return { code: "put_off", problem, wait: null };
    case "gateway_unavailable":
    case "gateway_not_found":
    case "gateway_refused":
    case "gateway_duplicate":
      return { code: "page_failed", problem };
  }
}

/** What the list alone says of a transfer is written, never over what was read of it. */
export async function putAside(desk: OpenDesk, { utr }: At<"aside">): Promise<Stepped> {
  const { storage, memory } = desk;
  const { reading, check } = listedOnly(desk, utr);
  const { last_read: tried } = storage.readState();
  const unread = unreadFinding(check, storage.readRunning()?.view.problem?.code ?? null);
  const written = await askLedger(desk, (ledger) =>
    ledger.putAside({ tried, reading, check, unread }),
  );
  if (!written.ok) return written;
  storage.transact(() => {
    storage.dropToRead(utr);
    memory.noteUnread(utr, reading.rows);
    desk.lines.clear();
    storage.advance(desk.now(), { at: "next" }, ({ settlements }) => ({
      settlements: { ...settlements, failed: settlements.failed + 1 },
    }));
  });
  return STEPPED;
}

function listedOnly(desk: OpenDesk, utr: string) {
  const rows = desk.storage.listedRows(utr);
  const reading = { utr, rows, detail: null, read_at: desk.now() };
  return { reading, check: checkReading(reading, desk.config.settlement) };
}
