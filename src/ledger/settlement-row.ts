// A transfer as its row in D1: what lists, filters and sums need as columns, the rest as JSON. The kinds
// of deductions come together here as they do in the reconciliation: what is for the gateway (fees), for
// the state (taxes), taken back for somebody else (recoveries), for other merchants (split).

import { type Paisa, subtract, sum, ZERO } from "../domain/money";
import type { Identity, SettlementCheck, SettlementReading } from "../domain/settlement-check";
import type { DeductionKind, ReportRow, ReportTotals } from "../domain/settlement-report";

/** What of a transfer is no column. */
export interface SettlementDoc {
  /** The list's rows of it. */
  readonly rows: readonly ReportRow[];
  /** What its detail says of it as a whole; null: not read yet. */
  readonly totals: ReportTotals | null;
  readonly identities: readonly Identity[];
}

export interface FinishedRow {
  readonly utr: string;
  /** 0: its lines were never read. */
  readonly read: number;
  readonly lines: number;
  readonly updated_at: number;
  readonly [column: string]: string | number | null;
}

export function settlementRow(
  read: number,
  reading: SettlementReading,
  check: SettlementCheck,
): FinishedRow {
  const { detail, rows, utr } = reading;
  const totals = detail?.totals ?? null;
  const of = (...kinds: readonly DeductionKind[]): Paisa | null => deducted(totals, kinds);
  const states = detail?.sums.states;
  const doc: SettlementDoc = { rows, totals, identities: check.identities };
  const { gross, net } = check;
  const kept = {
    refunds: of("refund"),
    fees: of("mdr", "additional_mdr", "mar", "platform_fee", "late_settlement_fee", "other"),
    taxes: of("gst"),
    recoveries: of("chargeback", "loan"),
    split: of("split"),
    beside: besideOf(totals, check),
  };
  return {
    utr,
    status: check.status,
    settled_at: check.settled_at,
    processed_at: check.processed_at,
    net,
    gross,
    ...kept,
    unexplained: restOf(gross, [...Object.values(kept), net]),
    refunds_unlisted: check.refunds_unlisted,
    holds: check.identities.some(({ holds }) => holds === false) ? 0 : 1,
    lines: detail?.sums.lines ?? 0,
    unknown: states?.unknown ?? 0,
    other_business: states?.other_business ?? 0,
    waiting: states?.waiting ?? 0,
    read: detail === null ? 0 : read,
    unfinished: check.unfinished ? 1 : 0,
    fingerprints: JSON.stringify(rows.map(({ fingerprint }) => fingerprint).toSorted()),
    updated_at: reading.read_at,
    doc: JSON.stringify(doc),
  };
}

/**
 * What the columns leave unexplained, counted as the reconciliation counts them: what nobody has said is
 * nothing. It is not the check's own rest, which is 0 where any of the totals that were said is what the
 * deductions make, be it another one than `net`. Null when nobody has said any of them.
 */
function restOf(gross: Paisa | null, parts: readonly (Paisa | null)[]): Paisa | null {
  if (gross === null && parts.every((part) => part === null)) return null;
  return subtract(gross ?? ZERO, sum(parts.map((part) => part ?? ZERO)));
}

/** Null when none of these kinds was said. */
function deducted(totals: ReportTotals | null, kinds: readonly DeductionKind[]): Paisa | null {
  const said = kinds
    .map((kind) => totals?.deductions[kind] ?? null)
    .filter((value) => value !== null);
  return said.length === 0 ? null : sum(said);
}

/**
 * Convenience fees, cashback and their like: it is not documented on which side of the sum they belong.
 * Where the one way or the other makes gross and net meet they are what explains it; else they explain
 * nothing.
 */
function besideOf(totals: ReportTotals | null, { gross, net }: SettlementCheck): Paisa | null {
  if (totals === null || gross === null || net === null) return null;
  const kept = sum(Object.values(totals.deductions).filter((value) => value !== null));
  const rest = subtract(subtract(gross, kept), net);
  const beside = sum(Object.values(totals.beside).filter((value) => value !== null));
  return rest === beside || rest === subtract(ZERO, beside) ? rest : ZERO;
}
