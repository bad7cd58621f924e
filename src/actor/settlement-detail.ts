// The lines of one transfer after the other, page by page. Each reading has a number of its own; one that
// was interrupted goes on at its page under its number.

import { checkReading } from "../domain/settlement-check";
import { unreadFinding } from "../domain/transfer-findings";
import type { DetailPage } from "../domain/settlement-report";
import { afterPage, FIRST_PAGE, type Paged } from "../domain/report-pages";
import { failure } from "../domain/result";
import { MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
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
import type { RefreshView } from "./settlement-rpc";
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
    storage.advance(desk.now(), firstPage(utr, read, desk.now()));
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
    const now = desk.now();
    storage.writeState({ ...storage.readState(), fallen: 0 });
    if (hasMoved(cursor, page, now) && cursor.again < MOST_AGAIN) {
      beginAgain(desk, cursor, 1);
      return;
    }
    const fresh = lines.add(page?.lines ?? []);
    const unreadable = storage.addUnreadable(page?.unreadable ?? []);
    const odd = cursor.odd || (page?.unreadable.length ?? 0) > 0;
    const totals = totalsAfter(cursor.totals, page);
    const restless = cursor.restless || hasMoved(cursor, page, now);
    const how: Paged = page
      ? afterPage(
          cursor,
          { fresh: fresh + unreadable, total_pages: page.total_pages },
          limits.pages,
        )
      : { kind: "end" };
    const show = (view: RefreshView): Partial<RefreshView> => ({
      pages: view.pages + 1,
      unreadable: view.unreadable + unreadable,
      lines: { ...view.lines, read: view.lines.read + fresh },
    });
    const after = { ...cursor, totals, odd, restless, paged_at: now };
    if (how.kind === "more") {
      storage.advance(now, { ...after, ...how.place }, show);
      return;
    }
    // A report without end is taken as far as it goes: its own count shows what is missing.
    if (how.kind === "end" && isMiscounted(desk, after) && cursor.again < MOST_AGAIN) {
      storage.advance(now, after, show);
      beginAgain(desk, after, 0);
      return;
    }
    storage.advance(now, wholeTransfer(desk, after), show);
  });
  return STEPPED;
}

/** A transfer that changes while it is read is begun again so often; then it is taken as it is. */
const MOST_AGAIN = 2;

/** Pages that are further apart may be of two reports: a line may have moved from one to the other. */
const PAGES_APART = 5 * MINUTE;

/** Other totals than those of the page before, or too long after it. */
function hasMoved(cursor: At<"detail">, page: DetailPage | null, now: Milliseconds): boolean {
  if (cursor.page === 1) return false;
  if (now - cursor.paged_at > PAGES_APART) return true;
  const { totals } = cursor;
  // One past the end may show none.
  if (page === null || page.lines.length === 0 || totals === null || !totals.with_lines) {
    return false;
  }
  return JSON.stringify(page.totals) !== JSON.stringify(totals.said);
}

/**
 * Whether the lines are not as many as the totals say, or one of them is there twice: one may have moved
 * past while the pages were turned. Where the try before had as many it is the report that is like this.
 */
function isMiscounted({ lines }: OpenDesk, { totals, before, odd }: At<"detail">): boolean {
  const said = totals?.said.transactions ?? null;
  const read = lines.count();
  if (said !== null && !odd && read !== said && read !== before) return true;
  return before === null && lines.haveTwins();
}

/** From its first page, under the same number: nothing was given to anybody yet. `pages`: not counted yet. */
function beginAgain(desk: OpenDesk, cursor: At<"detail">, pages: 0 | 1): void {
  const { storage, lines } = desk;
  const now = desk.now();
  const { utr, read, again } = cursor;
  const before = lines.count();
  lines.clear();
  const next = { ...firstPage(utr, read, now), again: again + 1, before };
  storage.advance(now, next, (view) => ({
    pages: view.pages + pages,
    lines: { ...view.lines, read: view.lines.read - before },
  }));
}

function firstPage(utr: string, read: number, paged_at: Milliseconds): At<"detail"> {
  const fresh = { totals: null, again: 0, before: null, odd: false, restless: false };
  return { at: "detail", utr, read, paged_at, ...fresh, ...FIRST_PAGE };
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

function wholeTransfer(desk: OpenDesk, cursor: At<"detail">): Cursor {
  const { utr, read, totals, restless } = cursor;
  if (totals === null) throw new Error("a transfer whose pages were read, and none had totals");
  const { reading, check } = listedOnly(desk, utr);
  const { read_at } = reading;
  const { settled_at } = check;
  return {
    at: "homes",
    transfer: { utr, read, totals: totals.said, read_at, settled_at, restless, withdrawn: null },
  };
}

/** What the failure of a page of one transfer means for the refresh. */
export function pageTrouble(failed: GatewayFailure): Trouble {
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
  const unread = unreadFinding(check.net, storage.readRunning()?.view.problem?.code ?? null);
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
