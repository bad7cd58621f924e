// Which of the listed transfers are read line by line: what is new, what is listed otherwise than it is
// stored, and what is unfinished.

import { dayOf, type DayRange } from "../domain/report-days";
import type { ReportRow } from "../domain/settlement-report";
import type { Milliseconds } from "../domain/time";
import type { StoredSettlement } from "../ledger/settlement-store";
import { askLedger, type OpenDesk, type Stepped, STEPPED } from "./settlement-desk";
import type { Cursor } from "./settlement-state";
import type { Listed } from "./settlement-storage";

type At<A extends Cursor["at"]> = Extract<Cursor, { readonly at: A }>;

/** Decides about a piece of the listed transfers. */
export async function chooseTransfers(desk: OpenDesk, cursor: At<"choose">): Promise<Stepped> {
  const { storage, memory } = desk;
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
    const zone = desk.config.settlement.time_zone;
    const range = storage.readRunning()?.view ?? null;
    const whole = listed.map(({ utr, rows }) => {
      const outside =
        stored.value.get(utr)?.listed.filter((row) => isOutside(row, range, zone)) ?? [];
      return { utr, rows: together(rows, outside) };
    });
    const chosen = whole.filter((transfer) =>
      mustRead(transfer, {
        stored: stored.value.get(transfer.utr),
        again_at: memory.againAt(transfer.utr),
        now: desk.now(),
        thorough,
      }),
    );
    for (const transfer of chosen) {
      storage.addListed(transfer.rows);
      storage.addToRead(transfer.utr, newestOf(transfer));
    }
    // What the ledger has finished and nothing is to be read of is no longer unread.
    for (const { utr } of listed) {
      if (stored.value.get(utr)?.unfinished === false && !chosen.some((one) => one.utr === utr)) {
        memory.dropUnread(utr);
      }
    }
    // A storage that was lost starts its numbers anew: no reading may come before one that is stored.
    const reads = [...stored.value.values()].map(({ read }) => read);
    const state = storage.readState();
    storage.writeState({ ...state, last_read: Math.max(state.last_read, ...reads) });
    storage.advance(desk.now(), { at: "choose", after: last.utr }, ({ settlements }) => ({
      settlements: { ...settlements, to_read: settlements.to_read + chosen.length },
    }));
  });
  return STEPPED;
}

/** A row of which this refresh can not say whether it still stands. */
function isOutside(row: ReportRow, range: DayRange | null, zone: string): boolean {
  const at = row.settled_at ?? row.processed_at;
  if (at === null || range === null) return false;
  const day = dayOf(at, zone);
  return day < range.from || range.to < day;
}

function together(a: readonly ReportRow[], b: readonly ReportRow[]): readonly ReportRow[] {
  return [...new Map([...b, ...a].map((row) => [row.fingerprint, row])).values()];
}

/**
 * New, never read, or listed otherwise than it is stored: read now. Unfinished (not paid out yet, lines
 * that nobody knows or whose order gave no answer): read again, by itself after a pause that grows while
 * nothing changes, at once where a person asked. What is finished and unchanged is never read again.
 */
function mustRead(
  { rows }: Listed,
  known: {
    readonly stored: StoredSettlement | undefined;
    readonly again_at: Milliseconds | null;
    readonly now: Milliseconds;
    readonly thorough: boolean;
  },
): boolean {
  const { stored, again_at, now, thorough } = known;
  if (stored === undefined || stored.read === 0) return true;
  const listed = rows.map(({ fingerprint }) => fingerprint).toSorted();
  if (listed.join() !== stored.rows.toSorted().join()) return true;
  if (!stored.unfinished) return false;
  return thorough || again_at === null || now >= again_at;
}

function newestOf({ rows }: Listed): Milliseconds {
  return Math.max(
    0,
    ...rows.map(({ settled_at, processed_at }) => settled_at ?? processed_at ?? 0),
  );
}
