// Transfers as the settlement actor hands them to the ledger: a reading, its check by the real rules, and
// its lines; with what a test wants to be different.
import { env } from "cloudflare:workers";
import type { AccountFinding } from "../../src/domain/discrepancy";
import { paisa, ZERO } from "../../src/domain/money";
import {
  addLine,
  type AttributedLine,
  checkReading,
  type LineSums,
  NO_LINES,
  type SettlementReading,
} from "../../src/domain/settlement-check";
import {
  BESIDE_KINDS,
  DEDUCTION_KINDS,
  type ReportRow,
  type ReportTotals,
} from "../../src/domain/settlement-report";
import { finishReading, type FinishedReading, writeLines } from "../../src/ledger/settlement-store";
import { NOW } from "./sample";

const HOUR = 3_600_000;

export function sampleLine(n: number, change: Partial<AttributedLine> = {}): AttributedLine {
  return {
    fingerprint: `line-${n}`,
    transaction_id: `v1-250101000000-aa-${n}-up-k`,
    amount: paisa(10_000),
    gross: paisa(10_000),
    deductions: paisa(236),
    net: paisa(9_764),
    processed_at: NOW - HOUR,
    transaction_at: NOW - 20 * HOUR,
    payout_status: "Success",
    utr: null,
    program: "UPI",
    system: "PG",
    acquirer: null,
    is_emi: false,
    state: "attributed",
    role: "payment",
    home: `v1-250101000000-aa-${n}`,
    order_id: `v1-250101000000-aa-${n}`,
    payment_id: `v1-250101000000-aa-${n}-up-k`,
    ...change,
  };
}

export function sampleLines(count: number, change: Partial<AttributedLine> = {}) {
  return Array.from({ length: count }, (_, index) => sampleLine(index, change));
}

export function sampleTotals(utr: string, lines: readonly AttributedLine[]): ReportTotals {
  const none = (kinds: readonly string[]) => Object.fromEntries(kinds.map((kind) => [kind, ZERO]));
  return {
    utr,
    gross: paisa(10_000 * lines.length),
    transaction_amount: paisa(10_000 * lines.length),
    net: paisa(9_764 * lines.length),
    transactions: lines.length,
    deductions: {
      ...(none(DEDUCTION_KINDS) as ReportTotals["deductions"]),
      mdr: paisa(200 * lines.length),
      gst: paisa(36 * lines.length),
    },
    beside: none(BESIDE_KINDS) as ReportTotals["beside"],
    bank_name: "HDFC",
    bank_account: "••••9595",
    programs: ["UPI"],
  };
}

export function sampleRow(
  utr: string,
  lines: readonly AttributedLine[],
  change: Partial<ReportRow> = {},
): ReportRow {
  return {
    fingerprint: `row-${utr}`,
    utr,
    net: paisa(9_764 * lines.length),
    gross: paisa(10_000 * lines.length),
    deductions: paisa(236 * lines.length),
    transactions: lines.length,
    processed_at: NOW - HOUR,
    settled_at: NOW,
    bank_name: "HDFC",
    bank_account: "••••9595",
    programs: ["UPI"],
    system: "PG",
    ...change,
  };
}

export interface Told {
  readonly utr: string;
  readonly read: number;
  readonly lines?: readonly AttributedLine[];
  /** Null: its detail was not read. */
  readonly totals?: Partial<ReportTotals> | null;
  readonly row?: Partial<ReportRow>;
  readonly at?: number;
  readonly findings?: readonly AccountFinding[];
}

export function finishedOf(told: Told): FinishedReading {
  const { utr, read, lines = sampleLines(2), totals = {}, row = {}, at = NOW + read } = told;
  const sums = lines.reduce<LineSums>(addLine, NO_LINES);
  const reading: SettlementReading = {
    utr,
    rows: [sampleRow(utr, lines, row)],
    detail: totals === null ? null : { totals: { ...sampleTotals(utr, lines), ...totals }, sums },
    read_at: at,
  };
  const check = checkReading(reading, { fee_tolerance: 100 });
  return { read, reading, check, findings: told.findings ?? check.findings };
}

/** One whole reading, as the actor writes it. */
export async function tell(told: Told, db: D1Database = env.DB): Promise<FinishedReading> {
  const finished = finishedOf(told);
  const { utr, read, lines = sampleLines(2), totals } = told;
  if (totals !== null) await writeLines(db, { utr, read, first: 0 }, lines);
  await finishReading(db, finished);
  return finished;
}
