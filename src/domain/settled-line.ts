// What an order keeps of the settlement reports: the lines that name its payments and refunds, each as
// the newest reading of its transfer had it. A transfer is read again and again; the greater reading
// wins as a whole, so that a line which the gateway withdrew or changed is gone (law 3 for reports:
// merging is commutative, associative and idempotent).

import type { Paisa } from "./money";
import type { Milliseconds } from "./time";

export interface SettledLine {
  readonly fingerprint: string;
  readonly amount: Paisa | null;
  readonly gross: Paisa | null;
  readonly deductions: Paisa | null;
  readonly net: Paisa | null;
  readonly payout_status: string | null;
  readonly processed_at: Milliseconds | null;
  readonly settled_at: Milliseconds | null;
  /** Paid out, under a UTR, and the date was reached when it was read. */
  readonly completed: boolean;
}

/** All lines of one transaction in one transfer, as one reading had them. None: it had none any more. */
export interface SettledLines {
  readonly utr: string;
  readonly transaction_id: string;
  /** Grows with each reading of any transfer. */
  readonly read: number;
  readonly lines: readonly SettledLine[];
}

/** By transfer and transaction. */
export type Settled = { readonly [key: string]: SettledLines };

export const NOTHING_SETTLED: Settled = {};

/** Under which an order keeps the lines of one transaction in one transfer. */
export function settledKey({
  utr,
  transaction_id,
}: Pick<SettledLines, "utr" | "transaction_id">): string {
  return `${utr}/${transaction_id}`;
}

/** Both together. The same object as `known` when `given` holds nothing newer. */
export function mergeSettled(known: Settled, given: readonly SettledLines[]): Settled {
  const newer = new Map<string, SettledLines>();
  for (const lines of given) {
    const key = settledKey(lines);
    const ours = newer.get(key) ?? known[key];
    if (ours === undefined || lines.read > ours.read) newer.set(key, lines);
  }
  return newer.size === 0 ? known : { ...known, ...Object.fromEntries(newer) };
}

/** Whether both say the same of every transaction, whatever the number of the reading is. */
export function sameLines(a: Settled, b: Settled): boolean {
  if (a === b) return true;
  const keys = Object.keys(b);
  if (keys.length !== Object.keys(a).length) return false;
  return keys.every((key) => JSON.stringify(a[key]?.lines) === JSON.stringify(b[key]?.lines));
}
