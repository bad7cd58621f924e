// A transfer with lines that take something back, and that no order could be found for: what its totals
// say of refunds and chargebacks may be these lines.

import { describe, expect, it } from "vitest";
import {
  addLine,
  checkReading,
  type LineState,
  type LineSums,
} from "../../src/domain/settlement-check";
import type { LineRole } from "../../src/domain/settlement-roles";
import type { ReportTotals } from "../../src/domain/settlement-report";
import { detailed, line, listed, sumsOf } from "./settlement-report-words";
import { UTR } from "./settlement-words";
import { MORNING } from "./words";

/** 200 rupees of two payments, less 2 each. */
const TWO_LINES = sumsOf(line(10_000, 200, 9_800), line(10_000, 200, 9_800));

function check(totals: ReportTotals, sums: LineSums) {
  const net = totals.net ?? 0;
  const rows = [listed(net, 20_000, 20_000 - net, { transactions: 3 })];
  const detail = { totals: { ...totals, transactions: 3 }, sums };
  return checkReading({ utr: UTR, rows, detail, read_at: MORNING }, { fee_tolerance: 0 });
}

describe("lines that take back and that nobody could place", () => {
  const unclear = (state: LineState, value: number, role: LineRole | null = null) =>
    addLine(TWO_LINES, line(-value, 0, -value, { state, role, transaction_id: "of-nobody" }));

  it.each([
    ["unknown", "unknown"],
    ["waiting", null],
    ["other_business", null],
  ] as const)("are the chargeback of the totals when they are %s", (state, role) => {
    const { findings, refunds_unlisted, identities } = check(
      detailed(15_600, 20_000, { mdr: 400, chargeback: 4_000 }),
      unclear(state, 4_000, role),
    );
    expect(findings).toEqual([]);
    expect(refunds_unlisted).toBe(0);
    expect(identities.find(({ name }) => name === "detail_net_is_lines")?.holds).toBe(true);
  });

  it.each([
    ["are the refunds of the totals", 4_000, 0, 4_000, 0, 0],
    ["are as much of the refunds as they come to", 5_000, 0, 4_000, 1_000, 0],
    ["are the refunds that they equal, and no chargeback", 4_000, 500, 4_000, 0, 500],
    ["are chargebacks first where they equal neither", 4_000, 500, 4_200, 300, 0],
    ["are both where they are as much", 3_500, 500, 4_000, 0, 0],
  ])("%s", (_, refund, chargeback, value, refunds, chargebacks) => {
    const net = 19_600 - refund - chargeback;
    const { findings, refunds_unlisted } = check(
      detailed(net, 20_000, { mdr: 400, refund, chargeback }),
      unclear("other_business", value),
    );
    expect(refunds_unlisted).toBe(refunds);
    expect(findings.map(({ type, amount }) => [type, amount])).toEqual(
      chargebacks === 0 ? [] : [["chargeback", chargebacks]],
    );
  });
});
