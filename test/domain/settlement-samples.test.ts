// The two samples of a settlement report, read as the gateway sends them and held against each other and
// against their orders: what adds up in them, what does not, and that what does not is reported.

import { describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import { addLine, checkReading, NO_LINES } from "../../src/domain/settlement-check";
import { isPaidOut, type ReportLine } from "../../src/domain/settlement-report";
import { createGateway } from "../../src/pinelabs/client";
import { answers, fakeGateway } from "../pinelabs/fake-gateway";
import { fixtureText } from "../pinelabs/fixture";
import { booksTogether, found, missing, partsOf, said, settled } from "./settlement-words";
import { known, order, payment } from "./words";

const LIMIT = 15_000;
const UTR = "602009155310";
const READ_AT = Date.parse("2026-01-21T00:00:00Z");
const DAYS = { from: "2026-01-14", to: "2026-01-20" };

async function report() {
  const texts = ["settlement-list-response.json", "settlement-by-utr-response.json"];
  const replies = texts.map((name) => answers(200, fixtureText(name)));
  const gateway = createGateway(fakeGateway(replies).options);
  const list = await gateway.listSettlements(DAYS, 1, LIMIT);
  const detail = await gateway.getSettlement(UTR, 1, LIMIT);
  if (!list.ok || !detail.ok) throw new Error("the samples can not be read");
  return { list: list.value, detail: detail.value };
}

function attributed(line: ReportLine) {
  const where = { home: null, order_id: null, payment_id: line.transaction_id };
  return { ...line, ...where, state: "attributed", role: "payment" } as const;
}

describe("the samples of a settlement report", () => {
  it("agree about the transfer's net, gross and counts, and about nothing else", async () => {
    const { list, detail } = await report();
    const sums = detail.lines.map(attributed).reduce(addLine, NO_LINES);
    const rows = list.rows.filter(({ utr }) => utr === UTR);
    const reading = { utr: UTR, rows, detail: { totals: detail.totals, sums }, read_at: READ_AT };
    const check = checkReading(reading, { fee_tolerance: 0 });
    expect(check).toMatchObject({
      status: "completed",
      net: 50_664,
      gross: 51_800,
      unexplained: 100,
      unfinished: false,
    });
    const named = (holds: boolean | null) =>
      check.identities.filter((one) => one.holds === holds).map(({ name }) => name);
    expect(named(true)).toEqual([
      "list_net_is_detail_net",
      "detail_net_is_lines",
      "list_gross_is_detail_gross",
      "detail_gross_is_lines",
      "refunds_are_lines",
      "chargebacks_are_lines",
      "list_count_is_lines",
      "detail_count_is_lines",
    ]);
    expect(named(false)).toEqual([
      "gross_less_deductions_is_net",
      "list_gross_less_deductions_is_net",
      "lines_balance",
    ]);
    expect(named(null)).toEqual([]);
    expect(check.findings).toEqual([
      {
        type: "fee_unexplained",
        severity: "risk",
        subject: "",
        ours: 50_764,
        theirs: 50_664,
        amount: 100,
      },
    ]);
    const tolerant = checkReading(reading, { fee_tolerance: 100 });
    expect(tolerant.findings.map(({ severity }) => severity)).toEqual(["note"]);
  });

  it("say of the other transfers only what the list says", async () => {
    const { list } = await report();
    for (const row of list.rows) {
      const reading = { utr: row.utr, rows: [row], detail: null, read_at: READ_AT };
      const check = checkReading(reading, { fee_tolerance: 0 });
      expect(check).toMatchObject({
        status: "listed",
        net: row.net,
        unexplained: null,
        findings: [],
        unfinished: true,
      });
      const failing = check.identities.filter(({ holds }) => holds === false);
      expect(failing.map(({ name }) => name)).toEqual(["list_gross_less_deductions_is_net"]);
    }
  });

  it("settle both orders with the right gross, and leave the odd net of each unexplained", async () => {
    const { detail } = await report();
    const outcomes = detail.lines.map((line) => {
      const id = line.transaction_id;
      const order_id = id.split("-").slice(0, -2).join("-");
      const paid = { status: "PROCESSED", amount: inr(25_900) } as const;
      const facts = known([order(60, paid, order_id), payment(60, { ...paid, order_id }, id)]);
      const own = { ...line, settled_at: READ_AT, completed: isPaidOut(line) };
      const lines = settled(said(id, [own]));
      expect(found(facts, lines)).toEqual([]);
      expect(missing(facts, lines)).toEqual([]);
      return partsOf(booksTogether(facts, lines));
    });
    expect(outcomes).toEqual([
      { captured: 25_900, fees: 518, unexplained: 25_382 },
      { captured: 25_900, fees: 518, settled: 50_664, unexplained: -25_282 },
    ]);
  });
});
