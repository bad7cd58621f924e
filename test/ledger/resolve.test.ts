// A person closes a discrepancy of a transfer: the one that was looked at, or none.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { AccountFinding } from "../../src/domain/discrepancy";
import { type Resolving, resolveAccountDiscrepancy } from "../../src/ledger/account-discrepancies";
import { findDiscrepancy, NOW } from "./sample";
import { tell } from "./settled";

const UTR = "UTR1";
const HOME = `settlement:${UTR}`;
const KEY = "total_differs";

beforeEach(async () => {
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies", "audit"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

const finding = (amount: number, list = amount): AccountFinding => ({
  type: KEY,
  severity: "risk",
  subject: "",
  ours: { lines: 0 },
  theirs: { list, detail: 0 },
  amount,
});

const asked = (change: Partial<Resolving> = {}): Resolving => ({
  home: HOME,
  key: KEY,
  by: "asha",
  reason: "one paisa, fine",
  at: NOW + 5,
  ...change,
});

/** A database in which something happens right before the first batch. */
function before(happen: () => Promise<unknown>): D1Database {
  let done = false;
  return new Proxy(env.DB, {
    get: (real, key) => {
      if (key === "prepare") return (sql: string) => real.prepare(sql);
      return async (statements: D1PreparedStatement[]) => {
        if (!done) await happen();
        done = true;
        return real.batch(statements);
      };
    },
  });
}

async function audited(): Promise<number> {
  const { results } = await env.DB.prepare("SELECT * FROM audit").all();
  return results.length;
}

describe("a discrepancy of a transfer that a person closes", () => {
  it("is the one that was looked at", async () => {
    await tell({ utr: UTR, read: 1, findings: [finding(1)] });
    for (const amount of [2, null, 0]) {
      expect(await resolveAccountDiscrepancy(env.DB, asked({ amount }))).toEqual({
        ok: false,
        failure: { code: "discrepancy_changed" },
      });
    }
    expect(await audited()).toBe(0);
    expect(await resolveAccountDiscrepancy(env.DB, asked({ amount: 1 }))).toMatchObject({
      ok: true,
      value: { amount: 1, resolution: { by: "asha" } },
    });
    expect(await audited()).toBe(1);
  });

  it.each([
    ["another amount", finding(9_000_000)],
    ["the same amount with other sides", finding(1, 2)],
  ])("stays open when it becomes one of %s at that moment", async (_, other) => {
    await tell({ utr: UTR, read: 1, findings: [finding(1)] });
    const db = before(async () => tell({ utr: UTR, read: 2, findings: [other] }));
    expect(await resolveAccountDiscrepancy(db, asked())).toEqual({
      ok: false,
      failure: { code: "discrepancy_changed" },
    });
    expect(await findDiscrepancy(HOME, KEY)).toMatchObject({
      amount: other.amount,
      theirs: other.theirs,
      closed_at: null,
      resolution: null,
    });
    expect(await audited()).toBe(0);
  });

  it("is closed once, by the first of two persons or by the report", async () => {
    const closed = { ok: false, failure: { code: "discrepancy_closed" } };
    await tell({ utr: UTR, read: 1, findings: [finding(1)] });
    const other = async () => resolveAccountDiscrepancy(env.DB, asked({ by: "ravi" }));
    expect(await resolveAccountDiscrepancy(before(other), asked())).toEqual(closed);
    expect(await findDiscrepancy(HOME, KEY)).toMatchObject({ resolution: { by: "ravi" } });
    expect(await resolveAccountDiscrepancy(env.DB, asked({ amount: 7 }))).toEqual(closed);
    await tell({ utr: UTR, read: 2, findings: [finding(2)] });
    const gone = async () => tell({ utr: UTR, read: 3, findings: [] });
    expect(await resolveAccountDiscrepancy(before(gone), asked())).toEqual(closed);
    expect(await audited()).toBe(1);
  });
});
