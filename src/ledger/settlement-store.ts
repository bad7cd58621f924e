// What the settlement actor keeps in D1: transfers, their lines, and the discrepancies of a transfer as a
// whole. A copy of the gateway's report: it can be read again.

import type { AccountFinding } from "../domain/discrepancy";
import type {
  AttributedLine,
  SettlementCheck,
  SettlementReading,
} from "../domain/settlement-check";
import type { UnreadableRow } from "../domain/settlement-report";
import type { Milliseconds } from "../domain/time";

/** What is known of a transfer that the list names. */
export interface StoredSettlement {
  readonly utr: string;
  /** Fingerprints of the list's rows, sorted. */
  readonly rows: readonly string[];
  /** The number of the reading that wrote it; 0: its lines were never read. */
  readonly read: number;
  readonly unfinished: boolean;
}

/** Those of these UTRs that are known. */
export async function findStored(
  _db: D1Database,
  _utrs: readonly string[],
): Promise<ReadonlyMap<string, StoredSettlement>> {
  throw new Error("comes with the next commit");
}

/**
 * The home of each transaction that we know: by the id of a payment, else of the order or refund whose id
 * it begins with. What is not in the map is not known here.
 */
export async function findTransactionHomes(
  _db: D1Database,
  _transactionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  throw new Error("comes with the next commit");
}

/** Writes these lines of one reading; `first` is the place of the first among all. Safe to repeat. */
export async function writeLines(
  _db: D1Database,
  _reading: { readonly utr: string; readonly read: number; readonly first: number },
  _lines: readonly AttributedLine[],
): Promise<void> {
  throw new Error("comes with the next commit");
}

export interface FinishedReading {
  readonly read: number;
  readonly reading: SettlementReading;
  readonly check: SettlementCheck;
  /** All findings of this transfer, those of its unknown lines too. */
  readonly findings: readonly AccountFinding[];
}

/**
 * Writes the transfer in one atomic batch, takes away the lines of earlier readings, opens and closes its
 * discrepancies. Never over a later reading. Safe to repeat.
 */
export async function finishReading(_db: D1Database, _finished: FinishedReading): Promise<void> {
  throw new Error("comes with the next commit");
}

/** Rows of a list that could not be read as one: a note for each, once. */
export async function noteUnreadable(
  _db: D1Database,
  _rows: readonly UnreadableRow[],
  _at: Milliseconds,
): Promise<void> {
  throw new Error("comes with the next commit");
}

/** Transfers that deducted refunds without a line, settled since then; newest first. */
export async function unlistedRefunds(
  _db: D1Database,
  _since: Milliseconds,
  _limit: number,
): Promise<readonly { readonly at: Milliseconds; readonly value: number }[]> {
  throw new Error("comes with the next commit");
}
