// Where the reading of the settlement reports stands: what is committed after each step, so that a crash
// between any two loses nothing and counts nothing twice. Types, and what is read off them.

import type { PagePlace } from "../domain/report-pages";
import type { ReportTotals } from "../domain/settlement-report";
import type { Milliseconds } from "../domain/time";
import type { Paisa } from "../domain/money";
import type { StoredPlace } from "../ledger/settlement-store";
import type { RefreshView } from "./settlement-rpc";

/** A transfer whose lines were read to their end. */
export interface Transfer {
  readonly utr: string;
  /** The number of this reading; greater than that of any before. */
  readonly read: number;
  /** Null: it was withdrawn. */
  readonly totals: ReportTotals | null;
  /** The gateway knows it no longer; what it had paid. */
  readonly withdrawn: { readonly net: Paisa | null } | null;
  readonly read_at: Milliseconds;
  /** As the list says it; null: not yet, or not by all of its rows. */
  readonly settled_at: Milliseconds | null;
  /** It changed while it was read, and again: what was read may be half of each. */
  readonly restless: boolean;
}

/** What is done next. */
export type Cursor =
  | ({
      readonly at: "list";
      readonly window: number;
      /** A list that gives fewer rows than it counts is read a second time. */
      readonly pass: 1 | 2;
      /** The greatest number of rows that its pages said; null when none did. */
      readonly said: number | null;
    } & PagePlace)
  /** Tells of rows that could not be read. */
  | { readonly at: "note"; readonly before: "choose" | "end" }
  /** Looks for stored transfers that no list names; those after this one. */
  | { readonly at: "absent"; readonly after: StoredPlace | null }
  /** Asks for one of them. */
  | { readonly at: "ask"; readonly absent: StoredPlace }
  /** Decides which of the listed transfers are read, those after this UTR. */
  | { readonly at: "choose"; readonly after: string }
  | { readonly at: "next" }
  | ({
      readonly at: "detail";
      readonly utr: string;
      readonly read: number;
      /** Of the first page with lines, else of the first page. */
      readonly totals: { readonly said: ReportTotals; readonly with_lines: boolean } | null;
      /** When the page before this one was read. */
      readonly paged_at: Milliseconds;
      /** How often it was begun again, because it changed while it was read. */
      readonly again: number;
      /** Lines of the try before; null: this is the first. */
      readonly before: number | null;
      /** A page had rows that could not be read as lines. */
      readonly odd: boolean;
      readonly restless: boolean;
    } & PagePlace)
  /** Its pages could not be read: what the list says of it is all there is for now. */
  | { readonly at: "aside"; readonly utr: string }
  | { readonly at: "homes"; readonly transfer: Transfer }
  | { readonly at: "give"; readonly transfer: Transfer }
  /** Tells orders of what this reading has no longer; those after this home. */
  | {
      readonly at: "forget";
      readonly transfer: Transfer;
      readonly after: string;
      readonly owed: boolean;
    }
  /** `owed`: an order could not be told; the transfer is read again. */
  | {
      readonly at: "write";
      readonly transfer: Transfer;
      readonly after: number;
      readonly owed: boolean;
    }
  | { readonly at: "close"; readonly transfer: Transfer; readonly owed: boolean }
  | { readonly at: "end" };

export interface DeskState {
  readonly last_id: number;
  /** The number of the last reading; never given twice. */
  readonly last_read: number;
  /** Null: nothing runs. */
  readonly cursor: Cursor | null;
  /** The next step is not taken before this. */
  readonly due_at: Milliseconds;
  /** Failures of this step in a row. */
  readonly failures: number;
  /** Of these, those that may be the transfer's own fault. */
  readonly tries: number;
  /** When a step was last taken. */
  readonly moved_at: Milliseconds;
  /** Whether the lists of this refresh were read to their end. */
  readonly whole: boolean;
  /** Transfers in a row that were put aside because the gateway gave no answer. */
  readonly fallen: number;
  readonly next_daily_at: Milliseconds;
}

export const EMPTY_DESK: DeskState = {
  last_id: 0,
  last_read: 0,
  cursor: null,
  due_at: 0,
  failures: 0,
  tries: 0,
  moved_at: 0,
  whole: true,
  fallen: 0,
  next_daily_at: 0,
};

/** A refresh as it is kept. */
export interface Refresh {
  readonly view: RefreshView;
  /** A person asked: what is unfinished is read again however lately it was read. */
  readonly thorough: boolean;
}

export function phaseOf(cursor: Cursor): Pick<RefreshView, "phase" | "utr"> {
  switch (cursor.at) {
    case "list":
    case "absent":
    case "choose":
      return { phase: "list", utr: null };
    case "note":
      return { phase: cursor.before === "choose" ? "list" : null, utr: null };
    case "next":
      return { phase: "detail", utr: null };
    case "ask":
      return { phase: "list", utr: cursor.absent.utr };
    case "detail":
    case "aside":
      return { phase: "detail", utr: cursor.utr };
    case "homes":
    case "give":
    case "forget":
    case "write":
    case "close":
      return { phase: "attribute", utr: cursor.transfer.utr };
    case "end":
      return { phase: null, utr: null };
  }
}
