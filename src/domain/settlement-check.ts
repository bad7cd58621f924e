// One transfer held against itself: what the list says of it, what its detail says, and what its lines
// add up to (docs/gateway.md 5.3). The gateway's own samples do not add up in every way, so what does
// not hold is reported and never refused. Pure: sums in, identities and findings out.

import type { AccountFinding } from "./discrepancy";
import { larger, type Paisa, paisa, subtract, sum, ZERO } from "./money";
import { isPaidOut, type ReportLine, type ReportRow, type ReportTotals } from "./settlement-report";
import { grossOf, type LineRole } from "./settlement-roles";
import type { Milliseconds } from "./time";

/**
 * `waiting`: its order could not be asked yet. `unknown`: nobody knows its payment, the gateway neither.
 * `other_business`: of an account's other business (ORDERS_WITHOUT_LINK=off).
 */
export type LineState = "attributed" | "unknown" | "other_business" | "waiting";

export interface AttributedLine extends ReportLine {
  readonly state: LineState;
  readonly role: LineRole | null;
  /** The home of the order, and the gateway order and payment that it is about. */
  readonly home: string | null;
  readonly order_id: string | null;
  readonly payment_id: string | null;
}

/** What the lines of a transfer come to; built line by line, because there may be ten thousand. */
export interface LineSums {
  readonly lines: number;
  /** Σ settled_amount; null when a line does not say it. */
  readonly net: Paisa | null;
  /** Σ gross of the positive lines. */
  readonly taken: Paisa;
  /** Σ of what refund and chargeback lines take back, as positive amounts. */
  readonly refunds: Paisa;
  readonly chargebacks: Paisa;
  /** Σ total_deduction_amount. */
  readonly deductions: Paisa;
  /** Lines of which gross less deductions is not the settled amount. */
  readonly unbalanced: number;
  /** Lines that are not paid out yet. */
  readonly unpaid: number;
  readonly states: { readonly [S in LineState]: number };
}

export const NO_LINES: LineSums = {
  lines: 0,
  net: ZERO,
  taken: ZERO,
  refunds: ZERO,
  chargebacks: ZERO,
  deductions: ZERO,
  unbalanced: 0,
  unpaid: 0,
  states: { attributed: 0, unknown: 0, other_business: 0, waiting: 0 },
};

export function addLine(sums: LineSums, line: AttributedLine): LineSums {
  const gross = grossOf(line);
  const back = paisa(Math.abs(gross));
  const fees = line.deductions ?? ZERO;
  const balanced = line.net === null || subtract(gross, fees) === line.net;
  return {
    lines: sums.lines + 1,
    net: sums.net === null || line.net === null ? null : sum([sums.net, line.net]),
    taken: line.role === "refund" ? sums.taken : sum([sums.taken, larger(ZERO, gross)]),
    refunds: line.role === "refund" ? sum([sums.refunds, back]) : sums.refunds,
    chargebacks: line.role === "chargeback" ? sum([sums.chargebacks, back]) : sums.chargebacks,
    deductions: sum([sums.deductions, fees]),
    unbalanced: sums.unbalanced + (balanced ? 0 : 1),
    unpaid: sums.unpaid + (isPaidOut(line) ? 0 : 1),
    states: { ...sums.states, [line.state]: sums.states[line.state] + 1 },
  };
}

/**
 * `listed`: its lines were not read yet. `initiated`: a line is not paid out, or the date is not
 * reached. `completed`: the money is at the bank.
 */
export type SettlementStatus = "listed" | "initiated" | "completed";

export interface Identity {
  /** Stable: part of the public contract. */
  readonly name: IdentityName;
  readonly left: number | null;
  readonly right: number | null;
  /** Null when one side was not said. */
  readonly holds: boolean | null;
}

export type IdentityName =
  /** The list's total is the detail's. */
  | "list_net_is_detail_net"
  /** The detail's total is the sum of the lines; recoveries that have no line are allowed for. */
  | "detail_net_is_lines"
  | "gross_less_deductions_is_net"
  | "list_gross_is_detail_gross"
  | "detail_gross_is_lines"
  | "list_gross_less_deductions_is_net"
  | "refunds_are_lines"
  | "chargebacks_are_lines"
  | "list_count_is_lines"
  | "detail_count_is_lines"
  /** Left: lines of which gross less deductions is not the settled amount. */
  | "lines_balance";

export interface SettlementReading {
  readonly utr: string;
  /** The list's rows of this transfer: one, but the gateway was seen to say different things twice. */
  readonly rows: readonly ReportRow[];
  /** Null until the detail was read to its end. */
  readonly detail: { readonly totals: ReportTotals; readonly sums: LineSums } | null;
  /** When it was read. */
  readonly read_at: Milliseconds;
}

export interface SettlementCheck {
  readonly status: SettlementStatus;
  readonly settled_at: Milliseconds | null;
  readonly processed_at: Milliseconds | null;
  /** What was paid to the bank: by the detail, else by the list. */
  readonly net: Paisa | null;
  readonly gross: Paisa | null;
  /** Gross less every deduction, less net: what nothing explains. */
  readonly unexplained: Paisa | null;
  /** Refunds that were deducted and that no line shows. */
  readonly refunds_unlisted: Paisa;
  readonly identities: readonly Identity[];
  /** Those of the transfer as a whole; its unknown lines have findings of their own. */
  readonly findings: readonly AccountFinding[];
  /** Worth reading once more, though the list has not changed. */
  readonly unfinished: boolean;
}

export interface CheckSettings {
  /** FEE_TOLERANCE in paisa: an unexplained rest up to this is a note. */
  readonly fee_tolerance: number;
}

export function checkReading(reading: SettlementReading, settings: CheckSettings): SettlementCheck {
  const { detail } = reading;
  const rows = currentRows(reading.rows);
  const list = {
    net: total(rows.map((row) => row.net)),
    gross: total(rows.map((row) => row.gross)),
    deductions: total(rows.map((row) => row.deductions)),
    transactions: total(rows.map(({ transactions }) => count(transactions))),
  };
  const dates = rows.map((row) => row.settled_at);
  const settled_at = dates.includes(null) ? null : latest(dates);
  const totals = detail?.totals ?? null;
  const sums = detail?.sums ?? null;
  const deducted = totals && sumSaid(Object.values(totals.deductions));
  const beside = totals && sumSaid(Object.values(totals.beside));
  const unlisted = recoveriesWithoutLine(totals, sums);
  const lines = sums && linesNet(sums, totals, unlisted);
  const gross = totals?.gross ?? null;
  const expected = gross === null || deducted === null ? null : subtract(gross, deducted);
  const net = totals?.net ?? list.net;
  const explained = expected === null ? [] : waysToExplain(expected, beside ?? ZERO);
  const unexplained = unexplainedOf(expected, explained, [totals?.net ?? null, list.net, lines]);
  const identities: readonly Identity[] = [
    identity("list_net_is_detail_net", list.net, totals?.net),
    identity("detail_net_is_lines", totals?.net, lines),
    {
      ...identity("gross_less_deductions_is_net", expected, totals?.net),
      ...(net !== null && totals?.net === net && explained.includes(net) ? { holds: true } : {}),
    },
    identity("list_gross_is_detail_gross", list.gross, totals?.gross),
    identity("detail_gross_is_lines", totals?.gross, sums?.taken),
    identity(
      "list_gross_less_deductions_is_net",
      list.gross === null || list.deductions === null
        ? null
        : subtract(list.gross, list.deductions),
      list.net,
    ),
    identity("refunds_are_lines", totals?.deductions.refund, sums?.refunds),
    identity("chargebacks_are_lines", totals?.deductions.chargeback, sums?.chargebacks),
    identity("list_count_is_lines", list.transactions, sums?.lines),
    identity("detail_count_is_lines", totals?.transactions, sums?.lines),
    identity("lines_balance", sums?.unbalanced, sums && 0),
  ];
  const reached = settled_at !== null && settled_at <= reading.read_at;
  const paidOut = sums?.unpaid === 0 && reached;
  const status = sums === null ? "listed" : paidOut ? "completed" : "initiated";
  const miscounted = identities.some(
    ({ name, holds }) => name.includes("count") && holds === false,
  );
  const open = sums === null || sums.states.unknown + sums.states.waiting > 0;
  return {
    status,
    settled_at,
    processed_at: latest(rows.map((row) => row.processed_at)),
    net,
    gross: totals?.gross ?? list.gross,
    unexplained,
    refunds_unlisted: unlisted.refunds,
    identities,
    findings: [
      ...totalDiffers(list.net, totals?.net ?? null, lines),
      ...feeUnexplained(expected, net, unexplained, settings),
      ...chargebackFinding(unlisted.chargebacks),
      ...loanFinding(totals?.deductions.loan ?? ZERO),
    ],
    unfinished: status !== "completed" || miscounted || open,
  };
}

/** A transfer that was paid while the list was read stands in it twice: as it was, and as it is. */
function currentRows(rows: readonly ReportRow[]): readonly ReportRow[] {
  const settled = rows.filter((row) => row.settled_at !== null);
  return settled.length > 0 ? settled : rows;
}

/** Money for a payment that nobody knows, the gateway neither. */
export function unknownFinding(line: AttributedLine): AccountFinding {
  const amount = line.gross ?? line.amount;
  return {
    type: "unknown_payment",
    severity: "risk",
    subject: line.transaction_id === "" ? line.fingerprint : line.transaction_id,
    ours: null,
    theirs: { gross: amount, net: line.net },
    amount: amount === null ? null : Math.abs(amount),
  };
}

/** A transfer whose lines could not be read: what is in it nobody knows. `code` says what went wrong. */
export function unreadFinding({ net }: SettlementCheck, code: string | null): AccountFinding {
  return {
    type: "report_unreadable",
    severity: "risk",
    subject: "",
    ours: "its lines could not be read",
    theirs: code,
    amount: net,
  };
}

/** A transfer that the gateway has taken back: its money is not there, or comes under another UTR. */
export function withdrawnFinding(net: Paisa | null): AccountFinding {
  const sides = { ours: net, theirs: null, amount: net === null ? null : Math.abs(net) };
  return { type: "settlement_withdrawn", severity: "risk", subject: "", ...sides };
}

interface WithoutLine {
  readonly loans: Paisa;
  readonly refunds: Paisa;
  readonly chargebacks: Paisa;
  /** Fees of the transfer as a whole. */
  readonly fees: Paisa;
}

/** What the totals deduct and no line shows; a refund's line is not documented, nor that it has one. */
function recoveriesWithoutLine(totals: ReportTotals | null, sums: LineSums | null): WithoutLine {
  const of = (said: Paisa | null | undefined, listed: Paisa | undefined): Paisa =>
    larger(ZERO, subtract(said ?? ZERO, listed ?? ZERO));
  const { deductions } = totals ?? {};
  return {
    loans: deductions?.loan ?? ZERO,
    refunds: of(deductions?.refund, sums?.refunds),
    chargebacks: of(deductions?.chargeback, sums?.chargebacks),
    fees: sumSaid([
      deductions?.platform_fee ?? null,
      deductions?.late_settlement_fee ?? null,
      deductions?.other ?? null,
      deductions?.split ?? null,
    ]),
  };
}

/** What the lines say was paid: their sum, less what was kept back without a line where that explains it. */
function linesNet(
  sums: LineSums,
  totals: ReportTotals | null,
  unlisted: WithoutLine,
): Paisa | null {
  if (sums.net === null) return null;
  const { loans, refunds, chargebacks, fees } = unlisted;
  const back = sum([loans, refunds, chargebacks]);
  const ways = [ZERO, loans, back, fees, sum([back, fees])].map((off) =>
    subtract(sums.net ?? ZERO, off),
  );
  return ways.find((way) => way === totals?.net) ?? subtract(sums.net, back);
}

/** It is not documented on which side the amounts beside the sum belong, nor whether they count. */
function waysToExplain(expected: Paisa, beside: Paisa): readonly Paisa[] {
  return [expected, subtract(expected, beside), sum([expected, beside])];
}

/** Where one of the three totals is what gross and deductions make, the others are `total_differs`. */
function unexplainedOf(
  expected: Paisa | null,
  ways: readonly Paisa[],
  nets: readonly (Paisa | null)[],
): Paisa | null {
  const said = nets.filter((net) => net !== null);
  const [net] = said;
  if (expected === null || net === undefined) return null;
  return said.some((one) => ways.includes(one)) ? ZERO : subtract(expected, net);
}

function totalDiffers(
  list: Paisa | null,
  detail: Paisa | null,
  lines: Paisa | null,
): readonly AccountFinding[] {
  const said = [list, detail, lines].filter((one) => one !== null);
  const amount = said.length === 0 ? 0 : Math.max(...said) - Math.min(...said);
  if (amount === 0) return [];
  const sides = { ours: { lines }, theirs: { list, detail } };
  return [{ type: "total_differs", severity: "risk", subject: "", ...sides, amount }];
}

function feeUnexplained(
  expected: Paisa | null,
  net: Paisa | null,
  unexplained: Paisa | null,
  { fee_tolerance }: CheckSettings,
): readonly AccountFinding[] {
  if (unexplained === null || unexplained === ZERO) return [];
  const amount = Math.abs(unexplained);
  const severity = amount > fee_tolerance ? "risk" : "note";
  return [{ type: "fee_unexplained", severity, subject: "", ours: expected, theirs: net, amount }];
}

/** Those that have a line are the order's own. */
function chargebackFinding(amount: Paisa): readonly AccountFinding[] {
  if (amount === ZERO) return [];
  return [{ type: "chargeback", severity: "loss", subject: "", ours: 0, theirs: amount, amount }];
}

function loanFinding(amount: Paisa): readonly AccountFinding[] {
  if (amount <= ZERO) return [];
  return [
    { type: "loan_recovery", severity: "note", subject: "", ours: 0, theirs: amount, amount },
  ];
}

function identity(
  name: IdentityName,
  left: number | null | undefined,
  right: number | null | undefined,
): Identity {
  const [a, b] = [left ?? null, right ?? null];
  return { name, left: a, right: b, holds: a === null || b === null ? null : a === b };
}

/** Null when one of them was not said, or there is none. */
function total(values: readonly (Paisa | null)[]): Paisa | null {
  const said = values.filter((value) => value !== null);
  return said.length === values.length && said.length > 0 ? sum(said) : null;
}

function sumSaid(values: readonly (Paisa | null)[]): Paisa {
  return sum(values.filter((value) => value !== null));
}

function count(value: number | null): Paisa | null {
  return value === null ? null : paisa(value);
}

function latest(times: readonly (Milliseconds | null)[]): Milliseconds | null {
  const said = times.filter((time) => time !== null);
  return said.length === 0 ? null : Math.max(...said);
}
