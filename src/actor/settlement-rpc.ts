// What the actor that reads the settlement reports says to the doors, the cron and the orders: plain data.

import type { ReportKnowledge } from "../domain/settlement-gaps";
import type { Milliseconds } from "../domain/time";
import type { DateRange } from "../pinelabs/gateway";

/** Who asked: the hourly cron (three days), the daily one (sixty), or a person. */
export type RefreshCause = "hourly" | "daily" | "api";

export interface RefreshRequest extends DateRange {
  readonly cause: RefreshCause;
}

/**
 * `waiting`: behind another. `paused`: the gateway or the ledger gave no answer; it goes on by itself at
 * `next_try_at`. `failed`: the gateway refused it or showed nothing, or it was tried for a day.
 */
export type RefreshState = "waiting" | "running" | "paused" | "done" | "failed";

export interface RefreshView extends RefreshRequest {
  readonly id: number;
  readonly state: RefreshState;
  /** What it does now: reads lists, reads transfers, gives lines to their orders. */
  readonly phase: "list" | "detail" | "attribute" | null;
  /** The transfer that it is at. */
  readonly utr: string | null;
  /** Pages asked of the gateway. */
  readonly pages: number;
  readonly settlements: {
    /** Found in the lists so far. */
    readonly listed: number;
    /** New, changed or unfinished: to be read, and of these read. */
    readonly to_read: number;
    readonly read: number;
    /** Given up for this time; the next refresh reads them again. */
    readonly failed: number;
  };
  readonly lines: {
    readonly read: number;
    readonly attributed: number;
    readonly unknown: number;
    readonly other_business: number;
    /** Their order could not be asked; the next refresh tries again. */
    readonly waiting: number;
  };
  /** Rows that could not be read as one. */
  readonly unreadable: number;
  readonly requested_at: Milliseconds;
  readonly started_at: Milliseconds | null;
  readonly updated_at: Milliseconds;
  readonly finished_at: Milliseconds | null;
  readonly next_try_at: Milliseconds | null;
  /** The last thing that went wrong: a stable code and a sentence. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface RefreshProgress {
  readonly running: RefreshView | null;
  readonly waiting: readonly RefreshView[];
  /** The last twenty that ended, newest first. */
  readonly last: readonly RefreshView[];
}

/** What a SettlementActor answers. There is one, named "settlements". */
export interface SettlementActorRpc {
  /** Asks for a refresh. One that waits already and covers the range stands for it. */
  refresh(request: RefreshRequest): Promise<RefreshView>;
  /** The hourly cron: asks for what is due by itself, and arms what was forgotten. */
  tick(): Promise<void>;
  progress(): Promise<RefreshProgress>;
  /** Up to when the reports were read, for orders that wonder where their money is. */
  knowledge(): Promise<ReportKnowledge>;
}
