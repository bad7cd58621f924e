// In D1: a transfer that could not be read, one that was withdrawn, and those that are stored of some days.

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { findingKey } from "../../src/domain/discrepancy";
import { settlementHome } from "../../src/domain/ids";
import { paisa } from "../../src/domain/money";
import { unreadFinding, withdrawnFinding } from "../../src/domain/transfer-findings";
import {
  findStored,
  finishReading,
  type PutAside,
  putAside,
  storedBetween,
} from "../../src/ledger/settlement-store";
import { findSettlement } from "../../src/ledger/settlements";
import { findDiscrepancy, NOW } from "./sample";
import { finishedOf, sampleLines, tell } from "./settled";

const UTR = "412345678901";

beforeEach(async () => {
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

async function aside(tried: number, at: number): Promise<void> {
  const { reading, check } = finishedOf({ utr: UTR, read: 0, totals: null, at });
  const unread = unreadFinding(check.net, "gateway_unavailable");
  const given: PutAside = { tried, reading, check, unread };
  await putAside(env.DB, given);
  await putAside(env.DB, given);
}

const unread = async () => findDiscrepancy(settlementHome(UTR), "report_unreadable");

describe("a transfer that could not be read", () => {
  it("is shown as it was listed, with a discrepancy that closes when it is read", async () => {
    await aside(1, NOW);
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ status: "listed", read: 0 });
    expect(await unread()).toMatchObject({ severity: "risk", subject: "", closed_at: null });
    await tell({ utr: UTR, read: 2, at: NOW + 5 });
    expect((await unread())?.closed_at).not.toBeNull();
  });

  it("keeps what was read of it before, and has the discrepancy all the same", async () => {
    await tell({ utr: UTR, read: 1 });
    await aside(2, NOW + 5);
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ status: "completed", read: 1 });
    expect(await unread()).toMatchObject({ closed_at: null, theirs: "gateway_unavailable" });
  });

  it("is none where that reading was finished after all", async () => {
    await tell({ utr: UTR, read: 2 });
    await aside(2, NOW + 5);
    expect(await unread()).toBeNull();
  });
});

describe("a transfer that was withdrawn", () => {
  const gone = { utr: UTR, rows: [], detail: null, read_at: NOW + 9 };
  async function withdraw(read: number): Promise<void> {
    const { check } = finishedOf({ utr: UTR, read, totals: null, row: { settled_at: null } });
    const findings = [withdrawnFinding(paisa(19_528))];
    const nothing = { ...check, settled_at: null, net: null, gross: null };
    await finishReading(env.DB, { read, reading: gone, check: nothing, findings, withdrawn: true });
  }

  it("has no rows, lines and money any more, and says what it had", async () => {
    await tell({ utr: UTR, read: 1, lines: sampleLines(3) });
    await withdraw(2);
    expect(await findSettlement(env.DB, UTR)).toMatchObject({
      status: "listed",
      read: 2,
      lines: 0,
      net: null,
      settled_at: null,
      rows: [],
    });
    const { results } = await env.DB.prepare("SELECT n FROM settlement_lines").all();
    expect(results).toEqual([]);
    const key = findingKey(withdrawnFinding(null));
    expect(await findDiscrepancy(settlementHome(UTR), key)).toMatchObject({
      severity: "risk",
      amount: 19_528,
      closed_at: null,
    });
    expect((await findStored(env.DB, [UTR])).get(UTR)).toMatchObject({ rows: [], listed: [] });
  });

  it("is read again like a new one, and its discrepancy closes", async () => {
    await tell({ utr: UTR, read: 1 });
    await withdraw(2);
    await tell({ utr: UTR, read: 3, at: NOW + 20 });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ status: "completed", lines: 2 });
    const row = await findDiscrepancy(settlementHome(UTR), "settlement_withdrawn");
    expect(row?.closed_at).not.toBeNull();
  });

  it("is not among those that are stored of its days", async () => {
    for (const [n, utr] of ["c", "a", "b", UTR].entries()) {
      await tell({ utr, read: 1, row: { settled_at: NOW + (n === 0 ? 1 : 0) } });
    }
    await withdraw(2);
    const range = { from: NOW, before: NOW + 2 };
    const first = await storedBetween(env.DB, range, null, 2);
    expect(first).toEqual(["a", "b"].map((utr) => ({ utr, at: NOW, net: paisa(19_528), read: 1 })));
    const rest = await storedBetween(env.DB, range, first.at(-1) ?? null, 2);
    expect(rest.map(({ utr }) => utr)).toEqual(["c"]);
    expect(await storedBetween(env.DB, { from: NOW, before: NOW + 1 }, null, 9)).toHaveLength(2);
  });
});
