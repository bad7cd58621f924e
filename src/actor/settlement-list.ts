// The lists: page by page, window by window, newest first. A list is whole when it gave as many rows as it
// counts and each of them could be read; only then nothing is missing by not being in it.

import { afterPage, FIRST_PAGE, isBeyondEnd, type Paged } from "../domain/report-pages";
import { windowsOf } from "../domain/report-days";
import { failure } from "../domain/result";
import type { ListPage } from "../domain/settlement-report";
import type { GatewayFailure } from "../pinelabs/gateway";
import {
  askGateway,
  askLedger,
  type OpenDesk,
  problemOf,
  type Problem,
  type Stepped,
  STEPPED,
  type Trouble,
} from "./settlement-desk";
import type { Cursor } from "./settlement-state";

type At<A extends Cursor["at"]> = Extract<Cursor, { readonly at: A }>;

export const FIRST_WINDOW: Cursor = firstPage(0);

function firstPage(window: number): At<"list"> {
  return { at: "list", window, pass: 1, said: null, ...FIRST_PAGE };
}

const ENDLESS: Problem = {
  code: "report_endless",
  message: "The gateway's list came to no end: it may name more transfers.",
};

const INCOMPLETE: Problem = {
  code: "report_incomplete",
  message: "The gateway's list gave fewer transfers than it counts, also when it was read again.",
};

/** One page of the list of one window. */
export async function readListPage(desk: OpenDesk, cursor: At<"list">): Promise<Stepped> {
  const { storage, limits } = desk;
  const running = storage.readRunning();
  const window = running && windowsOf(running.view)[cursor.window];
  if (!window) {
    storage.transact(() => storage.advance(desk.now(), { at: "note", before: "choose" }));
    return STEPPED;
  }
  const answer = await askGateway(desk, (gateway) =>
    gateway.listSettlements(window, cursor.page, limits.gateway),
  );
  const page = answer.ok ? answer.value : NO_ROWS;
  const beyond = !answer.ok && isEnd(answer.failure, cursor);
  if (!answer.ok && !beyond && !saysNoRows(answer.failure)) {
    const trouble = listTrouble(answer.failure);
    // The gateway keeps half a year: what it refuses of the past does not cost what it has shown.
    if (trouble.code !== "refused" || cursor.window === 0) return failure(trouble);
    leaveWindow(desk, cursor, trouble.problem);
    return STEPPED;
  }
  storage.transact(() => {
    const transfers = storage.addListed(page.rows);
    const unreadable = storage.addUnreadable(page.unreadable);
    const seen = [...page.rows, ...page.unreadable].map(({ fingerprint }) => fingerprint);
    const fresh = storage.addSeen(cursor.window, cursor.pass, seen);
    const { total_pages } = page;
    const how: Paged = beyond
      ? { kind: "end" }
      : afterPage(cursor, { fresh, total_pages }, limits.pages);
    const said = greater(cursor.said, page.count);
    const isShort = how.kind === "end" && storage.countSeen(cursor.window) < (said ?? 0);
    const next: Cursor =
      how.kind === "more"
        ? { ...cursor, ...how.place, said }
        : isShort && cursor.pass === 1
          ? { ...firstPage(cursor.window), pass: 2 }
          : firstPage(cursor.window + 1);
    const short = isShort && cursor.pass === 2 ? INCOMPLETE : null;
    const problem = how.kind === "endless" ? ENDLESS : short;
    // A row that can not be read may name a transfer.
    if (problem !== null || page.unreadable.length > 0) notWhole(desk);
    storage.advance(desk.now(), next, (view) => ({
      pages: view.pages + 1,
      unreadable: view.unreadable + unreadable,
      settlements: { ...view.settlements, listed: view.settlements.listed + transfers },
      problem: problem ?? view.problem,
    }));
  });
  return STEPPED;
}

const NO_ROWS: ListPage = { rows: [], unreadable: [], count: null, total_pages: null };

/** A page of a list that is not there, in the gateway's own words, is a page without rows. */
function saysNoRows(failed: GatewayFailure): boolean {
  return failed.code === "gateway_not_found" && failed.gateway_code !== null;
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** The refresh goes on with the next window; whatever this one lacks, nobody has read. */
export function leaveWindow(
  desk: Pick<OpenDesk, "storage" | "now">,
  { window }: At<"list">,
  problem: Problem,
): void {
  const { storage } = desk;
  storage.transact(() => {
    notWhole(desk);
    storage.advance(desk.now(), firstPage(window + 1), () => ({ problem }));
  });
}

function notWhole({ storage }: Pick<OpenDesk, "storage">): void {
  storage.writeState({ ...storage.readState(), whole: false });
}

/** Whether a refusal of this page only says that there is none. */
export function isEnd(failed: GatewayFailure, place: Parameters<typeof isBeyondEnd>[0]): boolean {
  const refused = failed.code === "gateway_refused" || failed.code === "gateway_not_found";
  return refused && isBeyondEnd(place);
}

function listTrouble(failed: GatewayFailure): Trouble {
  const problem = problemOf(failed);
  switch (failed.code) {
    case "gateway_rate_limited":
      return { code: "silence", problem, wait: failed.retry_after };
    case "gateway_refused":
      return { code: "refused", problem };
    case "gateway_unauthorized":
      return { code: "put_off", problem, wait: null };
    // A 404 without the gateway's own code may be a proxy's, and proves nothing.
    case "gateway_not_found":
    case "gateway_unavailable":
    case "gateway_duplicate":
      return { code: "page_failed", problem };
  }
}

/** Rows that could not be read as one are told to the ledger, in pieces. */
export async function noteUnreadableRows(desk: OpenDesk, cursor: At<"note">): Promise<Stepped> {
  const { storage } = desk;
  const rows = storage.unreadableToNote(desk.limits.piece);
  if (rows.length > 0) {
    const noted = await askLedger(desk, (ledger) => ledger.noteUnreadable(rows, desk.now()));
    if (!noted.ok) return noted;
  }
  const next: Cursor = cursor.before === "choose" ? { at: "absent", after: null } : { at: "end" };
  storage.transact(() => {
    storage.markNoted(rows);
    storage.advance(desk.now(), rows.length > 0 ? cursor : next);
  });
  return STEPPED;
}
