// The gateway's settlement report in our own words: a list of transfers to the merchant's bank, and the
// lines of each (docs/gateway.md 5). Its rupees with decimals are whole paisa here; what was not said,
// or could not be read, is null and never 0. Amounts may be negative: a deduction. Types only.

import type { Paisa } from "./money";
import type { Milliseconds } from "./time";

/** What the gateway kept back from a transfer, by kind. */
export const DEDUCTION_KINDS = [
  "refund",
  "chargeback",
  "loan",
  "mdr",
  "additional_mdr",
  "gst",
  "mar",
  "platform_fee",
  "late_settlement_fee",
  "other",
  "split",
] as const;

export type DeductionKind = (typeof DEDUCTION_KINDS)[number];

/** Amounts that stand beside the sum: it is not documented on which side they belong. */
export const BESIDE_KINDS = [
  "convenience_fee",
  "convenience_fee_gst",
  "merchant_convenience_fee",
  "cashback",
  "merchant_cashback",
] as const;

export type BesideKind = (typeof BESIDE_KINDS)[number];

/** One row of the list: one transfer, as the list has it. */
export interface ReportRow {
  /** Of every field as it came: rows are the same only if this is. */
  readonly fingerprint: string;
  readonly utr: string;
  /** `total_amount`: paid to the bank. */
  readonly net: Paisa | null;
  /** `actual_transaction_amount`. */
  readonly gross: Paisa | null;
  /** `total_deduction_amount`. */
  readonly deductions: Paisa | null;
  readonly transactions: number | null;
  readonly processed_at: Milliseconds | null;
  /** When the bank was paid; null: not yet. */
  readonly settled_at: Milliseconds | null;
  readonly bank_name: string | null;
  /** Never more than the last four characters. */
  readonly bank_account: string | null;
  readonly programs: readonly string[];
  readonly system: string | null;
}

/** What the detail of a transfer says of it as a whole. */
export interface ReportTotals {
  readonly utr: string;
  /** `actual_transaction_amount`. */
  readonly gross: Paisa | null;
  /** `total_transaction_amount`, which is described as net and seen as gross. */
  readonly transaction_amount: Paisa | null;
  /** `total_settled_amount`: paid to the bank. */
  readonly net: Paisa | null;
  readonly transactions: number | null;
  readonly deductions: { readonly [K in DeductionKind]: Paisa | null };
  readonly beside: { readonly [K in BesideKind]: Paisa | null };
  readonly bank_name: string | null;
  readonly bank_account: string | null;
  readonly programs: readonly string[];
}

/** One line of a transfer: a payment, or something taken back. */
export interface ReportLine {
  /** Of every field as it came: a second, different row of one transaction is a line of its own. */
  readonly fingerprint: string;
  /** "" when it has none that can be read. */
  readonly transaction_id: string;
  /** `transaction_amount`. */
  readonly amount: Paisa | null;
  /** `actual_transaction_amount`. */
  readonly gross: Paisa | null;
  /** `total_deduction_amount`. */
  readonly deductions: Paisa | null;
  /** `settled_amount`. */
  readonly net: Paisa | null;
  readonly processed_at: Milliseconds | null;
  readonly transaction_at: Milliseconds | null;
  /** The gateway's own word, "Success" when it was paid out. */
  readonly payout_status: string | null;
  readonly utr: string | null;
  readonly program: string | null;
  readonly system: string | null;
  readonly acquirer: string | null;
  readonly is_emi: boolean | null;
}

/** A row that can not be used as one: kept as it came, never silently dropped. */
export interface UnreadableRow {
  readonly fingerprint: string;
  /** What is wrong with it, in a few words: "no utr_number". */
  readonly reason: string;
  /** The row as JSON text, its account numbers masked, 1 KiB at most. */
  readonly raw: string;
}

export interface ListPage {
  readonly rows: readonly ReportRow[];
  readonly unreadable: readonly UnreadableRow[];
  /** `total_settlement_count`: the rows of all pages; null when it was not said. */
  readonly count: number | null;
  /** ⌈total_settlement_count ÷ rows a page⌉; null when it was not said. */
  readonly total_pages: number | null;
}

export interface DetailPage {
  readonly totals: ReportTotals;
  readonly lines: readonly ReportLine[];
  readonly unreadable: readonly UnreadableRow[];
  /** `pagination.total_pages`; null when it was not said. */
  readonly total_pages: number | null;
}

/** The gateway's word for a line that was paid out. */
export function isPaidOut(line: Pick<ReportLine, "payout_status">): boolean {
  return line.payout_status?.trim().toUpperCase() === "SUCCESS";
}
