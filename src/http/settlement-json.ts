// A transfer and its lines as the API shows them and as rows of a CSV file. An amount that nobody has
// said is null, and an empty cell.

import { type Amount, inr, type Paisa } from "../domain/money";
import { isoOrNull, toIso } from "../domain/time";
import type { Page } from "../ledger/cursor";
import type { ListedDiscrepancy } from "../ledger/discrepancies";
import type { PlacedLine } from "../ledger/settlement-lines";
import type { FoundSettlement, ListedSettlement } from "../ledger/settlements";
import { type Column, rupees, text, whole, yesNo } from "./csv";

export function settlementJson(settlement: ListedSettlement) {
  const { lines, unknown, other_business, waiting } = settlement;
  return {
    utr: settlement.utr,
    status: settlement.status,
    settled_at: isoOrNull(settlement.settled_at),
    processed_at: isoOrNull(settlement.processed_at),
    gross: settlement.gross,
    refunds: settlement.refunds,
    fees: settlement.fees,
    taxes: settlement.taxes,
    recoveries: settlement.recoveries,
    split: settlement.split,
    beside: settlement.beside,
    net: settlement.net,
    unexplained: settlement.unexplained,
    refunds_unlisted: settlement.refunds_unlisted,
    holds: settlement.holds,
    counts: {
      lines,
      attributed: lines - unknown - other_business - waiting,
      unknown,
      other_business,
      waiting,
    },
    unfinished: settlement.unfinished,
    first_seen_at: toIso(settlement.first_seen_at),
    updated_at: toIso(settlement.updated_at),
  };
}

/** With everything that the list and the detail said of it. */
export function wholeSettlementJson(settlement: FoundSettlement) {
  const { rows, totals, identities } = settlement;
  const [row] = rows;
  return {
    ...settlementJson(settlement),
    bank_name: totals?.bank_name ?? row?.bank_name ?? null,
    bank_account: totals?.bank_account ?? row?.bank_account ?? null,
    programs: totals?.programs ?? row?.programs ?? [],
    system: row?.system ?? null,
    listed: rows.map((one) => ({
      net: amount(one.net),
      gross: amount(one.gross),
      deductions: amount(one.deductions),
      transactions: one.transactions,
      processed_at: isoOrNull(one.processed_at),
      settled_at: isoOrNull(one.settled_at),
    })),
    totals: totals && {
      net: amount(totals.net),
      gross: amount(totals.gross),
      transaction_amount: amount(totals.transaction_amount),
      transactions: totals.transactions,
      deductions: amounts(totals.deductions),
      beside: amounts(totals.beside),
    },
    identities,
  };
}

export function lineJson(line: PlacedLine) {
  return {
    n: line.n,
    transaction_id: line.transaction_id,
    state: line.state,
    role: line.role,
    home: line.home,
    order_id: line.order_id,
    payment_id: line.payment_id,
    amount: amount(line.amount),
    gross: amount(line.gross),
    deductions: amount(line.deductions),
    net: amount(line.net),
    payout_status: line.payout_status,
    transaction_at: isoOrNull(line.transaction_at),
    processed_at: isoOrNull(line.processed_at),
    program: line.program,
    system: line.system,
    acquirer: line.acquirer,
    is_emi: line.is_emi,
  };
}

export type SettlementJson = ReturnType<typeof settlementJson>;

export type LineJson = ReturnType<typeof lineJson>;

/** As GET /v1/settlements/{utr} answers it: with what of it stands open, and one page of its lines. */
export type WholeSettlementJson = ReturnType<typeof wholeSettlementJson> & {
  readonly discrepancies: readonly ListedDiscrepancy[];
  readonly lines: Page<LineJson>;
};

export const SETTLEMENT_COLUMNS: readonly Column<ListedSettlement>[] = [
  { name: "utr", cell: (row) => text(row.utr) },
  { name: "status", cell: (row) => text(row.status) },
  { name: "settled_at", cell: (row) => text(isoOrNull(row.settled_at)) },
  { name: "processed_at", cell: (row) => text(isoOrNull(row.processed_at)) },
  { name: "gross", cell: (row) => rupeesOf(row.gross) },
  { name: "refunds", cell: (row) => rupeesOf(row.refunds) },
  { name: "fees", cell: (row) => rupeesOf(row.fees) },
  { name: "taxes", cell: (row) => rupeesOf(row.taxes) },
  { name: "recoveries", cell: (row) => rupeesOf(row.recoveries) },
  { name: "split", cell: (row) => rupeesOf(row.split) },
  { name: "beside", cell: (row) => rupeesOf(row.beside) },
  { name: "net", cell: (row) => rupeesOf(row.net) },
  { name: "unexplained", cell: (row) => rupeesOf(row.unexplained) },
  { name: "refunds_unlisted", cell: (row) => rupeesOf(row.refunds_unlisted) },
  { name: "holds", cell: (row) => yesNo(row.holds) },
  { name: "lines", cell: (row) => whole(row.lines) },
  { name: "lines_unknown", cell: (row) => whole(row.unknown) },
  { name: "lines_other_business", cell: (row) => whole(row.other_business) },
  { name: "lines_waiting", cell: (row) => whole(row.waiting) },
  { name: "unfinished", cell: (row) => yesNo(row.unfinished) },
  { name: "first_seen_at", cell: (row) => text(toIso(row.first_seen_at)) },
  { name: "updated_at", cell: (row) => text(toIso(row.updated_at)) },
];

export const LINE_COLUMNS: readonly Column<PlacedLine>[] = [
  { name: "n", cell: (line) => whole(line.n) },
  { name: "transaction_id", cell: (line) => text(line.transaction_id) },
  { name: "state", cell: (line) => text(line.state) },
  { name: "role", cell: (line) => text(line.role) },
  { name: "home", cell: (line) => text(line.home) },
  { name: "order_id", cell: (line) => text(line.order_id) },
  { name: "payment_id", cell: (line) => text(line.payment_id) },
  { name: "amount", cell: (line) => rupees(line.amount) },
  { name: "gross", cell: (line) => rupees(line.gross) },
  { name: "deductions", cell: (line) => rupees(line.deductions) },
  { name: "net", cell: (line) => rupees(line.net) },
  { name: "payout_status", cell: (line) => text(line.payout_status) },
  { name: "transaction_at", cell: (line) => text(isoOrNull(line.transaction_at)) },
  { name: "processed_at", cell: (line) => text(isoOrNull(line.processed_at)) },
  { name: "program", cell: (line) => text(line.program) },
  { name: "system", cell: (line) => text(line.system) },
  { name: "acquirer", cell: (line) => text(line.acquirer) },
  { name: "is_emi", cell: (line) => yesNo(line.is_emi) },
];

function amount(value: Paisa | null): Amount | null {
  return value === null ? null : inr(value);
}

function amounts<K extends string>(kinds: { readonly [kind in K]: Paisa | null }) {
  const shown = Object.entries<Paisa | null>(kinds).map(([kind, value]) => [kind, amount(value)]);
  return Object.fromEntries(shown) as { readonly [kind in K]: Amount | null };
}

function rupeesOf(value: Amount | null) {
  return rupees(value?.value ?? null);
}
