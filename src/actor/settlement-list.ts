// The lists: page by page, window by window, newest first; then which of the transfers that they name are
// read line by line.

import { afterPage, FIRST_PAGE, isBeyondEnd, type Paged } from "../domain/report-pages";
import { windowsOf } from "../domain/report-days";
import { failure, success } from "../domain/result";
import { HOUR } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import type { StoredSettlement } from "../ledger/settlement-store";
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
import type { Listed } from "./settlement-storage";

type At<A extends Cursor["at"]> = Extract<Cursor, { readonly at: A }>;

export const FIRST_WINDOW: Cursor = { at: "list", window: 0, ...FIRST_PAGE };

const ENDLESS: Problem = {
  code: "report_endless",
  message: "The gateway's list came to no end: it may name more transfers.",
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
  if (!answer.ok && !isEnd(answer.failure, cursor)) return failure(listTrouble(answer.failure));
  storage.transact(() => {
    const page = answer.ok ? answer.value : { rows: [], unreadable: [], total_pages: null };
    const fresh = storage.addListed(page.rows);
    const unreadable = storage.addUnreadable(page.unreadable);
    const how: Paged = answer.ok
      ? afterPage(
          cursor,
          { fresh: fresh.rows + unreadable, total_pages: page.total_pages },
          limits.pages,
        )
      : { kind: "end" };
    const next: Cursor =
      how.kind === "more"
        ? { at: "list", window: cursor.window, ...how.place }
        : { at: "list", window: cursor.window + 1, ...FIRST_PAGE };
    storage.advance(desk.now(), next, (view) => ({
      pages: view.pages + 1,
      unreadable: view.unreadable + unreadable,
      settlements: {
        ...view.settlements,
        listed: view.settlements.listed + fresh.transfers,
      },
      problem: how.kind === "endless" ? ENDLESS : view.problem,
    }));
    if (how.kind === "endless") storage.writeState({ ...storage.readState(), whole: false });
  });
  return STEPPED;
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
    case "gateway_not_found":
      // Without the gateway's own code it may be a proxy's, and proves nothing.
      return failed.gateway_code === null
        ? { code: "put_off", problem, wait: null }
        : { code: "refused", problem };
    case "gateway_unavailable":
    case "gateway_unauthorized":
    case "gateway_duplicate":
      return { code: "put_off", problem, wait: null };
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
  const next: Cursor = cursor.before === "choose" ? { at: "choose", after: "" } : { at: "end" };
  storage.transact(() => {
    storage.markNoted(rows);
    storage.advance(desk.now(), rows.length > 0 ? cursor : next);
  });
  return STEPPED;
}

/** Decides about a piece of the listed transfers. */
export async function chooseTransfers(desk: OpenDesk, cursor: At<"choose">): Promise<Stepped> {
  const { storage } = desk;
  const listed = storage.listedAfter(cursor.after, desk.limits.piece);
  const last = listed.at(-1);
  if (last === undefined) {
    storage.transact(() => storage.advance(desk.now(), { at: "next" }));
    return STEPPED;
  }
  const utrs = listed.map(({ utr }) => utr);
  const stored = await askLedger(desk, (ledger) => ledger.findStored(utrs));
  if (!stored.ok) return stored;
  storage.transact(() => {
    const thorough = storage.readRunning()?.thorough ?? false;
    const chosen = listed.filter((transfer) =>
      mustRead(transfer, {
        stored: stored.value.get(transfer.utr),
        read_at: storage.lastReadAt(transfer.utr),
        now: desk.now(),
        thorough,
      }),
    );
    for (const transfer of chosen) storage.addToRead(transfer.utr, newestOf(transfer));
    // A storage that was lost starts its numbers anew: no reading may come before one that is stored.
    const reads = [...stored.value.values()].map(({ read }) => read);
    const state = storage.readState();
    storage.writeState({ ...state, last_read: Math.max(state.last_read, ...reads) });
    storage.advance(desk.now(), { at: "choose", after: last.utr }, ({ settlements }) => ({
      settlements: { ...settlements, to_read: settlements.to_read + chosen.length },
    }));
  });
  return success(null);
}

/** An unfinished transfer whose list row has not changed is not read more often by itself. */
const UNFINISHED_AGAIN = 6 * HOUR;

/**
 * New, never read, or listed otherwise than it is stored: read now. Unfinished (not paid out yet, lines
 * that nobody knows or whose order gave no answer): read again, by itself every six hours, at once where a
 * person asked. What is finished and unchanged is never read again.
 */
export function mustRead(
  { rows }: Listed,
  known: {
    readonly stored: StoredSettlement | undefined;
    readonly read_at: Milliseconds | null;
    readonly now: Milliseconds;
    readonly thorough: boolean;
  },
): boolean {
  const { stored, read_at, now, thorough } = known;
  if (stored === undefined || stored.read === 0) return true;
  const listed = rows.map(({ fingerprint }) => fingerprint).toSorted();
  if (listed.join() !== stored.rows.toSorted().join()) return true;
  if (!stored.unfinished) return false;
  return thorough || read_at === null || now - read_at >= UNFINISHED_AGAIN;
}

function newestOf({ rows }: Listed): Milliseconds {
  return Math.max(
    0,
    ...rows.map(({ settled_at, processed_at }) => settled_at ?? processed_at ?? 0),
  );
}
