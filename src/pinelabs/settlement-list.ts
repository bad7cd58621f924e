// One page of the list of transfers as the gateway tells it (docs/gateway.md 5.1) → a page in our own
// words. Every field stands for itself; only a row without a UTR, by which everything else finds it,
// can not be used.

import { isJsonObject, type Json, type JsonObject } from "../domain/json";
import type { ListPage, ReportRow, UnreadableRow } from "../domain/settlement-report";
import { isList } from "./fields";
import { readAccount, readCount, readName, readNames, readUtr } from "./report-fields";
import { fingerprintOf, unreadableRow } from "./report-row";
import { readReportTime } from "./report-time";
import { paisaOfRupees } from "./rupees";

/** The most that the gateway gives at once. */
export const ROWS_A_PAGE = 10;

/** Without a list of rows it is no page; null for a list is an empty page where the answer counts to 0. */
export function isSettlementList(answer: JsonObject): boolean {
  const isEmpty = answer.data === null && readCount(answer.total_settlement_count) === 0;
  return isList(answer.data) || isEmpty;
}

/** `zone`: SETTLEMENT_TIME_ZONE. */
export async function translateSettlementList(answer: JsonObject, zone: string): Promise<ListPage> {
  const found = isList(answer.data) ? answer.data : [];
  const read = await Promise.all(found.map((row) => readRow(row, zone)));
  const count = readCount(answer.total_settlement_count);
  return {
    rows: read.flatMap((one) => ("utr" in one ? [one] : [])),
    unreadable: read.flatMap((one) => ("raw" in one ? [one] : [])),
    count,
    total_pages: count === null ? null : Math.ceil(count / ROWS_A_PAGE),
  };
}

async function readRow(row: Json, zone: string): Promise<ReportRow | UnreadableRow> {
  if (!isJsonObject(row)) return unreadableRow(row, "not an object");
  const utr = readUtr(row.utr_number);
  if (utr === null) return unreadableRow(row, "no readable utr_number");
  return {
    fingerprint: await fingerprintOf(row),
    utr,
    net: paisaOfRupees(row.total_amount),
    gross: paisaOfRupees(row.actual_transaction_amount),
    deductions: paisaOfRupees(row.total_deduction_amount),
    transactions: readCount(row.total_transactions_count),
    processed_at: readReportTime(row.last_processed_date, zone),
    settled_at: readReportTime(row.settled_date, zone),
    bank_name: readName(row.bank_name),
    bank_account: readAccount(row.bank_acc_number),
    programs: readNames(row.programs),
    system: readName(row.system),
  };
}
