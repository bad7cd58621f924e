// One transfer held against itself: for every way in which its list row, its detail and its lines can
// disagree, which identities fail and what is found, and nothing besides.

import { describe, expect, it } from "vitest";
import { paisa } from "../../src/domain/money";
import {
  addLine,
  checkReading,
  type LineSums,
  NO_LINES,
  unknownFinding,
} from "../../src/domain/settlement-check";
import type { ReportRow, ReportTotals } from "../../src/domain/settlement-report";
import { detailed, line, listed, sumsOf } from "./settlement-report-words";
import { UTR } from "./settlement-words";
import { MORNING, named, REFUND } from "./words";

const TOLERANCE = { fee_tolerance: 500 };

interface Given {
  readonly rows?: readonly ReportRow[];
  readonly totals?: ReportTotals | null;
  readonly sums?: LineSums;
  readonly read_at?: number;
}

/** 200 rupees of two payments, less 2 each. */
const TWO_LINES = sumsOf(line(10_000, 200, 9_800), line(10_000, 200, 9_800));
const RIGHT_ROW = listed(19_600, 20_000, 400);
const RIGHT_TOTALS = detailed(19_600, 20_000, { mdr: 300, gst: 100 });

function check({
  rows = [RIGHT_ROW],
  totals = RIGHT_TOTALS,
  sums = TWO_LINES,
  read_at = MORNING,
}: Given) {
  const detail = totals === null ? null : { totals, sums };
  return checkReading({ utr: UTR, rows, detail, read_at }, TOLERANCE);
}

type Row = readonly [
  name: string,
  given: Given,
  found: readonly (readonly [type: string, severity: string, amount: number])[],
  failing: readonly string[],
];

const refundLine = line(-4_000, 0, -4_000, { transaction_id: REFUND, role: "refund" });
const chargebackLine = line(-4_000, 0, -4_000, { role: "chargeback" });
const taken = listed(15_600, 20_000, 4_400, { transactions: 3 });
const three = (totals: ReportTotals) => ({ ...totals, transactions: 3 });

const rows: readonly Row[] = [
  ["one that is right in every way", {}, [], []],
  ["one of which only the list was read", { totals: null }, [], []],
  [
    "a list that says another net",
    { rows: [listed(19_000, 20_000, 1_000)] },
    [["total_differs", "risk", 600]],
    ["list_net_is_detail_net"],
  ],
  [
    "a detail that says another net",
    { totals: detailed(19_000, 20_000, { mdr: 400 }) },
    [["total_differs", "risk", 600]],
    ["list_net_is_detail_net", "detail_net_is_lines", "gross_less_deductions_is_net"],
  ],
  [
    "lines that come to another net",
    { sums: sumsOf(line(10_000, 200, 9_800), line(10_000, 200, 9_700)) },
    [["total_differs", "risk", 100]],
    ["detail_net_is_lines", "lines_balance"],
  ],
  [
    "a fee that nobody named, within the tolerance",
    {
      rows: [listed(19_100, 20_000, 900)],
      totals: detailed(19_100, 20_000, { mdr: 400 }),
      sums: sumsOf(line(10_000, 200, 9_800), line(10_000, 700, 9_300)),
    },
    [["fee_unexplained", "note", 500]],
    ["gross_less_deductions_is_net"],
  ],
  [
    "a fee that nobody named, one paisa beyond it",
    {
      rows: [listed(19_099, 20_000, 901)],
      totals: detailed(19_099, 20_000, { mdr: 400 }),
      sums: sumsOf(line(10_000, 200, 9_800), line(10_000, 701, 9_299)),
    },
    [["fee_unexplained", "risk", 501]],
    ["gross_less_deductions_is_net"],
  ],
  [
    "more than gross less deductions was paid",
    {
      rows: [listed(19_700, 20_000, 300)],
      totals: detailed(19_700, 20_000, { mdr: 400 }),
      sums: sumsOf(line(10_000, 200, 9_800), line(10_000, 100, 9_900)),
    },
    [["fee_unexplained", "note", 100]],
    ["gross_less_deductions_is_net"],
  ],
  [
    "a loan, of which no line tells",
    {
      rows: [listed(14_600, 20_000, 5_400)],
      totals: detailed(14_600, 20_000, { mdr: 400, loan: 5_000 }),
    },
    [["loan_recovery", "note", 5_000]],
    [],
  ],
  [
    "a refund with a line",
    {
      rows: [taken],
      totals: three(detailed(15_600, 20_000, { mdr: 400, refund: 4_000 })),
      sums: addLine(TWO_LINES, refundLine),
    },
    [],
    [],
  ],
  [
    "a refund without a line",
    {
      rows: [listed(15_600, 20_000, 4_400)],
      totals: detailed(15_600, 20_000, { mdr: 400, refund: 4_000 }),
    },
    [],
    ["refunds_are_lines"],
  ],
  [
    "a chargeback with a line, which is its order's",
    {
      rows: [taken],
      totals: three(detailed(15_600, 20_000, { mdr: 400, chargeback: 4_000 })),
      sums: addLine(TWO_LINES, chargebackLine),
    },
    [],
    [],
  ],
  [
    "a chargeback without a line",
    {
      rows: [listed(15_600, 20_000, 4_400)],
      totals: detailed(15_600, 20_000, { mdr: 400, chargeback: 4_000 }),
    },
    [["chargeback", "loss", 4_000]],
    ["chargebacks_are_lines"],
  ],
  [
    "a fee of the transfer, of which no line tells",
    {
      rows: [listed(19_500, 20_000, 500)],
      totals: detailed(19_500, 20_000, { mdr: 400, platform_fee: 100 }),
    },
    [],
    [],
  ],
  [
    "a convenience fee that was added",
    {
      rows: [listed(19_700, 20_000, 300)],
      totals: detailed(19_700, 20_000, { mdr: 400, convenience_fee: 100 }),
      sums: sumsOf(line(10_000, 200, 9_800), line(10_000, 100, 9_900)),
    },
    [],
    [],
  ],
  ["other counts", { totals: { ...RIGHT_TOTALS, transactions: 3 } }, [], ["detail_count_is_lines"]],
  [
    "two rows of one transfer",
    {
      rows: [
        listed(9_800, 10_000, 200, { transactions: 1 }),
        listed(9_800, 10_000, 200, { transactions: 1, fingerprint: "listed-2" }),
      ],
    },
    [],
    [],
  ],
  [
    "two rows that contradict each other",
    { rows: [RIGHT_ROW, listed(100, 100, 0, { fingerprint: "listed-2" })] },
    [["total_differs", "risk", 100]],
    ["list_net_is_detail_net", "list_gross_is_detail_gross", "list_count_is_lines"],
  ],
  [
    "amounts that nobody said",
    {
      rows: [listed(null, null, null, { transactions: null })],
      totals: { ...detailed(null, null), transactions: null },
      sums: sumsOf(line(null, null, null)),
    },
    [],
    [],
  ],
  [
    "a transfer of nothing",
    {
      rows: [listed(0, 0, 0, { transactions: 0 })],
      totals: { ...detailed(0, 0), transactions: 0 },
      sums: NO_LINES,
    },
    [],
    [],
  ],
  [
    "a transfer that owes the bank",
    {
      rows: [listed(-4_000, 0, 4_000, { transactions: 1 })],
      totals: { ...detailed(-4_000, 0, { refund: 4_000 }), transactions: 1 },
      sums: sumsOf(refundLine),
    },
    [],
    [],
  ],
];

describe("a transfer", () => {
  it.each(named(rows))("%s", (_, [, given, found, failing]) => {
    const result = check(given);
    const findings = result.findings.map(({ type, severity, amount }) => [type, severity, amount]);
    expect(findings).toEqual(found);
    const failed = result.identities.filter(({ holds }) => holds === false);
    expect(failed.map(({ name }) => name)).toEqual(failing);
  });

  it("says of a difference what each of the three totals is", () => {
    const [finding] = check({ rows: [listed(19_000, 20_000, 1_000)] }).findings;
    expect(finding).toMatchObject({
      ours: { lines: 19_600 },
      theirs: { list: 19_000, detail: 19_600 },
      amount: 600,
    });
  });
});

describe("where a transfer stands", () => {
  const pending = { payout_status: "Pending" };
  it.each([
    ["only listed", { totals: null }, "listed", true],
    ["paid out", {}, "completed", false],
    ["without a settled date", { rows: [{ ...RIGHT_ROW, settled_at: null }] }, "initiated", true],
    [
      "with a date to come",
      { rows: [{ ...RIGHT_ROW, settled_at: MORNING + 1 }] },
      "initiated",
      true,
    ],
    [
      "paid while the list was read, which shows it twice",
      { rows: [RIGHT_ROW, { ...RIGHT_ROW, settled_at: null }] },
      "completed",
      false,
    ],
    [
      "with a line that is pending",
      { sums: sumsOf(line(10_000, 200, 9_800), line(10_000, 200, 9_800, pending)) },
      "initiated",
      true,
    ],
    [
      "with a line that nobody could be asked about",
      { sums: sumsOf(line(10_000, 200, 9_800), line(10_000, 200, 9_800, { state: "waiting" })) },
      "completed",
      true,
    ],
    ["with a line missing", { sums: sumsOf(line(20_000, 400, 19_600)) }, "completed", true],
  ] as const)("%s", (_, given: Given, status, unfinished) => {
    expect(check(given)).toMatchObject({ status, unfinished });
  });
});

describe("a line that nobody knows", () => {
  it("is a finding with both of its amounts, named by its row where it has no id", () => {
    const one = line(10_000, 200, 9_800, { state: "unknown", role: "unknown", transaction_id: "" });
    const finding = { type: "unknown_payment", severity: "risk", ours: null, amount: 10_000 };
    expect(unknownFinding(one)).toEqual({
      ...finding,
      subject: "row-1",
      theirs: { gross: 10_000, net: 9_800 },
    });
    const back = { ...one, transaction_id: "someone", gross: paisa(-500), net: null };
    expect(unknownFinding(back)).toMatchObject({ subject: "someone", amount: 500 });
    const silent = { ...one, gross: null, amount: null };
    expect(unknownFinding(silent)).toMatchObject({ amount: null });
  });
});
