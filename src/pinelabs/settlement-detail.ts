// One page of the lines of a transfer, with its totals, as the gateway tells it (docs/gateway.md 5.2)
// → a page in our own words. Every field stands for itself. A line without an id is a line, because
// its money is in the sum; only what is no object can not be used.

import { isJsonObject, type Json, type JsonObject } from "../domain/json";
import type {
  DetailPage,
  ReportLine,
  ReportTotals,
  UnreadableRow,
} from "../domain/settlement-report";
import { isList, readFlag, readObject } from "./fields";
import {
  readAccount,
  readCount,
  readName,
  readNames,
  readTransactionId,
  readUtr,
} from "./report-fields";
import { fingerprintOf, unreadableRow } from "./report-row";
import { readReportTime } from "./report-time";
import { paisaOfRupees } from "./rupees";

/** A thousand million rupees in paisa: twenty thousand such lines still add up exactly. */
const MOST_OF_LINE = 100_000_000_000;

/**
 * Whether this is the transfer that was asked for: by its UTR, or by having lines at all if it names
 * none. Lines in anything but a list are no lines that may be taken for none.
 */
export function isSettlementOf(answer: JsonObject, utr: string): boolean {
  const named = !isSilent(answer.utr_number);
  if (named && readUtr(answer.utr_number) !== utr) return false;
  return isList(answer.transactions) || (named && isSilent(answer.transactions));
}

/** `utr`: the one that was asked for. `zone`: SETTLEMENT_TIME_ZONE. */
export async function translateSettlement(
  answer: JsonObject,
  utr: string,
  zone: string,
): Promise<DetailPage> {
  const found = isList(answer.transactions) ? answer.transactions : [];
  const read = await Promise.all(found.map((line) => readLine(line, zone)));
  return {
    totals: readTotals(answer, utr),
    lines: read.flatMap((one) => ("transaction_id" in one ? [one] : [])),
    unreadable: read.flatMap((one) => ("raw" in one ? [one] : [])),
    total_pages: readCount(readObject(answer.pagination).total_pages),
  };
}

function isSilent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === "";
}

function readTotals(answer: JsonObject, utr: string): ReportTotals {
  return {
    utr,
    gross: paisaOfRupees(answer.actual_transaction_amount),
    transaction_amount: paisaOfRupees(answer.total_transaction_amount),
    net: paisaOfRupees(answer.total_settled_amount),
    // The singular of the list's name for the same.
    transactions: readCount(answer.total_transaction_count),
    deductions: {
      refund: paisaOfRupees(answer.total_refund),
      chargeback: paisaOfRupees(answer.total_chargeback_recovery_amount),
      loan: paisaOfRupees(answer.total_loan_recovery_amount),
      mdr: paisaOfRupees(answer.total_mdr_amount),
      additional_mdr: paisaOfRupees(answer.additional_mdr_amount),
      gst: paisaOfRupees(answer.total_gst_amount),
      mar: paisaOfRupees(answer.total_mar_amount),
      platform_fee: paisaOfRupees(answer.total_platform_fee),
      late_settlement_fee: paisaOfRupees(answer.total_late_settlement_fee),
      other: paisaOfRupees(answer.other_deductions),
      split: paisaOfRupees(answer.split_fund_amount),
    },
    beside: {
      convenience_fee: paisaOfRupees(answer.total_convenience_fee),
      convenience_fee_gst: paisaOfRupees(answer.total_gst_on_c_c_f),
      merchant_convenience_fee: paisaOfRupees(answer.total_merchant_convenience_fee),
      cashback: paisaOfRupees(answer.total_cashback_amount),
      merchant_cashback: paisaOfRupees(answer.total_merchant_cashback),
    },
    bank_name: readName(answer.bank_name),
    bank_account: readAccount(answer.bank_acc_number),
    programs: readNames(answer.programs),
  };
}

async function readLine(line: Json, zone: string): Promise<ReportLine | UnreadableRow> {
  if (!isJsonObject(line)) return unreadableRow(line, "not an object");
  return {
    fingerprint: await fingerprintOf(line),
    transaction_id: readTransactionId(line.transaction_id),
    amount: paisaOfRupees(line.transaction_amount, MOST_OF_LINE),
    gross: paisaOfRupees(line.actual_transaction_amount, MOST_OF_LINE),
    deductions: paisaOfRupees(line.total_deduction_amount, MOST_OF_LINE),
    net: paisaOfRupees(line.settled_amount, MOST_OF_LINE),
    processed_at: readReportTime(line.processed_date, zone),
    transaction_at: readReportTime(line.transaction_date, zone),
    payout_status: readName(line.payout_status),
    utr: readUtr(line.utr_number),
    program: readName(line.program),
    system: readName(line.system),
    acquirer: readName(line.acquirer_name),
    is_emi: readFlag(line.is_emi) ?? null,
  };
}
