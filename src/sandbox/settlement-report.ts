/**
 * A transfer as the gateway reports it (docs/gateway.md 5): a row of the list, the totals and
 * the lines of the detail. Unlike the rest of the API it writes rupees with decimals and
 * Indian time without a zone.
 */
import type { Micros } from "./clock";
import { figuresOf, type Line, type Settlement, settledOf } from "./settlement";

/** What is served of one transfer. A test may have put any JSON in the place of each part. */
export interface Report {
  readonly rows: readonly unknown[];
  readonly totals: Readonly<Record<string, unknown>>;
  readonly lines: readonly unknown[];
}

const indian_offset: Micros = 19_800_000_000;
const bank = { bank_name: "Sandbox Co-operative Bank Ltd", bank_acc_number: "00771000024680" };

/**
 * Paisa as the report's number. One division of whole numbers is rounded once, so that JSON
 * writes the two decimals and nothing behind them.
 */
export function rupees(paisa: number): number {
  return paisa / 100;
}

/** `2026-01-20T07:00:00`, the time in India. */
export function indianTime(at: Micros): string {
  return new Date((at + indian_offset) / 1000).toISOString().slice(0, 19);
}

/**
 * Reads such a time, a date alone too: then its first second. Null if there is no such time.
 * Seconds may be missing, and whatever comes after them is not looked at.
 */
export function parseIndianTime(text: string): Micros | null {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?/.exec(text);
  if (!found) return null;
  const [, date = "", minutes = "00:00", seconds = ":00"] = found;
  const millis = Date.parse(`${date}T${minutes}${seconds}Z`);
  if (Number.isNaN(millis)) return null;
  const at = millis * 1000 - indian_offset;
  return indianTime(at).startsWith(date) ? at : null;
}

function programsOf(lines: readonly Line[]): string[] {
  return [...new Set(lines.map((line) => line.method))].toSorted();
}

function lineObject(line: Line, { utr, processed_at, settled_at }: Settlement): unknown {
  return {
    transaction_id: line.transaction_id,
    system: "PG",
    processed_date: indianTime(processed_at),
    // As in the gateway's samples: the day, its hours left out.
    transaction_date: `${indianTime(line.at).slice(0, 10)}T00:00:00`,
    transaction_amount: rupees(line.amount),
    actual_transaction_amount: rupees(line.gross),
    total_deduction_amount: rupees(line.mdr + line.gst),
    settled_amount: rupees(settledOf(line)),
    store_address: "",
    acquirer_name: "HDFC",
    tid: "HDFC000071204418",
    is_emi: line.method.endsWith("EMI"),
    utr_number: utr,
    program: line.method,
    payout_status: settled_at === null ? "Pending" : "Success",
  };
}

/** The transfer as it is reported when nothing is wrong. */
export function reportOf(settlement: Settlement): Report {
  const { utr, processed_at, settled_at, lines } = settlement;
  const figures = figuresOf(settlement);
  const programs = programsOf(lines);
  const row = {
    total_amount: rupees(figures.net),
    actual_transaction_amount: rupees(figures.gross),
    total_deduction_amount: rupees(figures.deductions),
    total_transactions_count: lines.length,
    last_processed_date: indianTime(processed_at),
    settled_date: settled_at === null ? null : indianTime(settled_at),
    utr_number: utr,
    programs,
    system: "PG",
    ...bank,
  };
  const totals = {
    utr_number: utr,
    ...bank,
    programs,
    total_transaction_count: lines.length,
    total_transaction_amount: rupees(figures.gross),
    actual_transaction_amount: rupees(figures.gross),
    total_refund: rupees(figures.refunds),
    total_chargeback_recovery_amount: rupees(figures.chargebacks),
    total_loan_recovery_amount: rupees(figures.loan),
    total_mdr_amount: rupees(figures.mdr),
    total_gst_amount: rupees(figures.gst),
    total_late_settlement_fee: 0,
    total_settled_amount: rupees(figures.net),
    total_mar_amount: 0,
    split_fund_amount: 0,
    total_platform_fee: 0,
    other_deductions: 0,
    additional_mdr_amount: 0,
    total_convenience_fee: 0,
    total_gst_on_c_c_f: 0,
    total_cashback_amount: 0,
    total_merchant_cashback: 0,
    total_merchant_convenience_fee: 0,
  };
  return { rows: [row], totals, lines: lines.map((line) => lineObject(line, settlement)) };
}
