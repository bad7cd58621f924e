// Short ways to say what a settlement report says of one transfer, for the tests of the domain. Amounts
// are whole paisa; null is what nobody said. Nothing here decides anything.

import { type Paisa, paisa } from "../../src/domain/money";
import {
  addLine,
  type AttributedLine,
  type LineSums,
  NO_LINES,
} from "../../src/domain/settlement-check";
import {
  type BesideKind,
  BESIDE_KINDS,
  type DeductionKind,
  DEDUCTION_KINDS,
  type ReportRow,
  type ReportTotals,
} from "../../src/domain/settlement-report";
import { UTR } from "./settlement-words";
import { MORNING, PAYMENT } from "./words";

type Figure = number | null;
const money = (value: Figure) => (value === null ? null : paisa(value));

const EMPTY_LINE: AttributedLine = {
  fingerprint: "row-1",
  transaction_id: PAYMENT,
  amount: null,
  gross: null,
  deductions: null,
  net: null,
  processed_at: MORNING,
  transaction_at: MORNING,
  payout_status: "Success",
  utr: UTR,
  program: null,
  system: null,
  acquirer: null,
  is_emi: null,
  state: "attributed",
  role: "payment",
  home: null,
  order_id: null,
  payment_id: PAYMENT,
};

/** Gross, fee and net of one line, in paisa. */
export function line(
  gross: Figure,
  fee: Figure,
  net: Figure,
  fields: Partial<AttributedLine> = {},
) {
  const figures = {
    amount: money(gross),
    gross: money(gross),
    deductions: money(fee),
    net: money(net),
  };
  return { ...EMPTY_LINE, ...figures, ...fields };
}

export const sumsOf = (...lines: readonly AttributedLine[]): LineSums =>
  lines.reduce(addLine, NO_LINES);

/** What the list says of the transfer. */
export function listed(
  net: Figure,
  gross: Figure,
  deductions: Figure,
  fields: Partial<ReportRow> = {},
): ReportRow {
  return {
    fingerprint: "listed-1",
    utr: UTR,
    net: money(net),
    gross: money(gross),
    deductions: money(deductions),
    transactions: 2,
    processed_at: MORNING,
    settled_at: MORNING,
    bank_name: null,
    bank_account: null,
    programs: [],
    system: null,
    ...fields,
  };
}

type Amounts = { readonly [K in DeductionKind | BesideKind]?: number };

/** What the detail says of the transfer: two lines, and nothing kept back but these. */
export function detailed(net: Figure, gross: Figure, kinds: Amounts = {}): ReportTotals {
  const of = <K extends DeductionKind | BesideKind>(all: readonly K[]) =>
    Object.fromEntries(all.map((kind) => [kind, paisa(kinds[kind] ?? 0)])) as {
      readonly [kind in K]: Paisa;
    };
  return {
    utr: UTR,
    gross: money(gross),
    transaction_amount: money(gross),
    net: money(net),
    transactions: 2,
    deductions: of(DEDUCTION_KINDS),
    beside: of(BESIDE_KINDS),
    bank_name: null,
    bank_account: null,
    programs: [],
  };
}
