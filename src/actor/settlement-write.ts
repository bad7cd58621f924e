// A transfer whose lines are attributed goes to the ledger: the lines in pieces, then the transfer with its
// check and its findings in one batch; and the end of a refresh, when all have.

import type { AccountFinding } from "../domain/discrepancy";
import { fnv1a } from "../domain/hash";
import { type Paisa, sum } from "../domain/money";
import { dayOf, reachOf } from "../domain/report-days";
import { DAY, HOUR } from "../domain/schedule";
import {
  addLine,
  type AttributedLine,
  checkReading,
  type LineSums,
  NO_LINES,
  unknownFinding,
} from "../domain/settlement-check";
import type { Milliseconds } from "../domain/time";
import { closeWithdrawn } from "./settlement-absent";
import { askLedger, type OpenDesk, type Problem, type Stepped, STEPPED } from "./settlement-desk";
import type { SettlementLines } from "./settlement-lines";
import { paidAt } from "./settlement-memory";
import type { RefreshView } from "./settlement-rpc";
import type { Cursor, Refresh } from "./settlement-state";

type At<A extends Cursor["at"]> = Extract<Cursor, { readonly at: A }>;

/** A piece of the transfer's lines. */
export async function writeLines(desk: OpenDesk, cursor: At<"write">): Promise<Stepped> {
  const { storage, lines } = desk;
  const { transfer, after, owed } = cursor;
  const piece = lines.after(after, desk.limits.piece);
  if (piece.length === 0) {
    storage.transact(() => storage.advance(desk.now(), { at: "close", transfer, owed }));
    return STEPPED;
  }
  const { utr, read } = transfer;
  const written = await askLedger(desk, (ledger) =>
    ledger.writeLines({ utr, read, first: after }, piece),
  );
  if (!written.ok) return written;
  const next: Cursor = { ...cursor, after: after + piece.length };
  storage.transact(() => storage.advance(desk.now(), next));
  return STEPPED;
}

/** The transfer as a whole; with it its lines are counted, and the next one begins. */
export async function closeTransfer(desk: OpenDesk, cursor: At<"close">): Promise<Stepped> {
  const { storage, lines, memory } = desk;
  const { utr, read, totals, read_at, restless } = cursor.transfer;
  if (totals === null) return closeWithdrawn(desk, cursor);
  const rows = storage.listedRows(utr);
  const { sums, content } = sumsOf(lines, desk.limits.piece, JSON.stringify([rows, totals]));
  const reading = { utr, rows, detail: { totals, sums }, read_at };
  const check = checkReading(reading, desk.config.settlement);
  const findings = [...check.findings, ...unknownFindings(lines, desk.limits.piece)];
  const unfinished = check.unfinished || cursor.owed || restless;
  const written = await askLedger(desk, (ledger) =>
    ledger.finishReading({ read, reading, check: { ...check, unfinished }, findings }),
  );
  if (!written.ok) return written;
  const waiting = sums.states.waiting > 0;
  storage.transact(() => {
    const paid_at = paidAt(rows);
    const waits = waiting || cursor.owed;
    memory.noteReading(utr, { read_at, content, waits, finished: !unfinished, paid_at });
    if (waiting) memory.noteUnread(utr, rows);
    else memory.dropUnread(utr);
    storage.dropToRead(utr);
    lines.clear();
    storage.advance(desk.now(), { at: "next" }, (view) => ({
      settlements: { ...view.settlements, read: view.settlements.read + 1 },
      lines: {
        read: view.lines.read,
        attributed: view.lines.attributed + sums.states.attributed,
        unknown: view.lines.unknown + sums.states.unknown,
        other_business: view.lines.other_business + sums.states.other_business,
        waiting: view.lines.waiting + sums.states.waiting,
      },
    }));
  });
  return STEPPED;
}

/** What the lines come to, and a hash of them and of what stands before them. */
function sumsOf(
  lines: SettlementLines,
  piece: number,
  text: string,
): { readonly sums: LineSums; readonly content: number } {
  let sums = NO_LINES;
  let content = fnv1a(text);
  for (let after = 0; ; after += piece) {
    const some = lines.after(after, piece);
    sums = some.reduce(addLine, sums);
    const said = some.map(({ fingerprint, state, home }) => [fingerprint, state, home]);
    content = fnv1a(`${content} ${JSON.stringify(said)}`);
    if (some.length < piece) return { sums, content };
  }
}

/** One per transaction that nobody knows, over all of its lines; a line without an id stands for itself. */
function unknownFindings(lines: SettlementLines, piece: number): readonly AccountFinding[] {
  const unknown: AttributedLine[] = [];
  for (let offset = 0; ; offset += piece) {
    const some = lines.ofState("unknown", offset, piece);
    for (const line of some) {
      const last = unknown.at(-1);
      const same = line.transaction_id !== "" && last?.transaction_id === line.transaction_id;
      if (last !== undefined && same) unknown[unknown.length - 1] = together(last, line);
      else unknown.push(line);
    }
    if (some.length < piece) return unknown.map(unknownFinding);
  }
}

function together(a: AttributedLine, b: AttributedLine): AttributedLine {
  return { ...a, gross: both(a.gross ?? a.amount, b.gross ?? b.amount), net: both(a.net, b.net) };
}

function both(a: Paisa | null, b: Paisa | null): Paisa | null {
  return a === null || b === null ? (a ?? b) : sum([a, b]);
}

const REFUNDS_SINCE = 60 * DAY;
const REFUNDS_KEPT = 100;

/** The gateway shows half a year. */
const FORGOTTEN_AFTER = 200 * DAY;

/** What orders ask about the reports as a whole is kept here, so that it costs D1 nothing. */
export async function endRefresh(desk: OpenDesk): Promise<Stepped> {
  const { storage, memory } = desk;
  const refunds = await askLedger(desk, (ledger) =>
    ledger.unlistedRefunds(desk.now() - REFUNDS_SINCE, REFUNDS_KEPT),
  );
  if (!refunds.ok) return refunds;
  storage.transact(() => {
    const running = storage.readRunning();
    if (running === null) throw new Error("the end of no refresh");
    const { read_through: before } = storage.readKnowledge();
    const whole = storage.readState().whole && !memory.hasTooManyUnread();
    const zone = desk.config.settlement.time_zone;
    storage.writeKnowledge({
      read_through: whole ? readThrough(before, running.view, zone) : before,
      unlisted_refunds: refunds.value,
    });
    const { pages, problem, cause } = running.view;
    if (cause === "daily") memory.forgetBefore(desk.now() - FORGOTTEN_AFTER);
    finish(desk, running, { state: pages === 0 ? "failed" : "done", problem });
  });
  return STEPPED;
}

/**
 * Everything up to the start of this refresh is read, but for what is noted as unread, if its lists were
 * whole, it reaches today, and it leaves no gap to what was read before.
 */
function readThrough(
  before: Milliseconds | null,
  { started_at, from, to }: RefreshView,
  zone: string,
): Milliseconds | null {
  if (started_at === null) return before;
  const today = dayOf(started_at, zone);
  const gap = to < today || from > reachOf(before, today, zone);
  return gap ? before : Math.max(started_at, before ?? 0);
}

/** Sixty days are read once a day; sooner again where that did not end well. */
const DAILY_AGAIN = { well: 20 * HOUR, badly: 4 * HOUR } as const;

/** Ends the refresh; what was collected for it is forgotten. Call inside `transact`. */
export function finish(
  desk: Pick<OpenDesk, "storage" | "now">,
  running: Refresh,
  how: { readonly state: "done" | "failed"; readonly problem: Problem | null },
): void {
  const { storage } = desk;
  const now = desk.now();
  const state = storage.readState();
  const {
    cause: by,
    settlements: { failed },
    lines: { waiting },
  } = running.view;
  const well = how.state === "done" && state.whole && failed === 0 && waiting === 0;
  const daily_at = now + DAILY_AGAIN[well ? "well" : "badly"];
  storage.writeState({
    ...state,
    cursor: null,
    due_at: 0,
    failures: 0,
    tries: 0,
    next_daily_at: by === "daily" ? daily_at : state.next_daily_at,
  });
  storage.writeRefresh({
    ...running,
    view: {
      ...running.view,
      ...how,
      phase: null,
      utr: null,
      updated_at: now,
      finished_at: now,
      next_try_at: null,
    },
  });
  storage.forgetCollected();
  const { id, cause, from, to, pages, settlements, lines, unreadable } = running.view;
  const counts = { pages, settlements, lines, unreadable };
  const line = { event: "settlements_read", id, cause, from, to, state: how.state, ...counts };
  console.log(JSON.stringify(how.problem ? { ...line, problem: how.problem.code } : line));
}
