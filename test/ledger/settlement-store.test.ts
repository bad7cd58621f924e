// What the settlement actor writes: readings that replace each other as a whole, discrepancies of a
// transfer, and whose a transaction is.
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { AccountFinding } from "../../src/domain/discrepancy";
import { settlementHome } from "../../src/domain/ids";
import { paisa } from "../../src/domain/money";
import { toIso } from "../../src/domain/time";
import { resolveAccountDiscrepancy } from "../../src/ledger/account-discrepancies";
import { listAudit } from "../../src/ledger/audit";
import type { ListedDiscrepancy } from "../../src/ledger/discrepancies";
import { project } from "../../src/ledger/projection";
import {
  findStored,
  findTransactionHomes,
  finishReading,
  noteUnreadable,
  unlistedRefunds,
  writeLines,
} from "../../src/ledger/settlement-store";
import { listLines, type PlacedLine } from "../../src/ledger/settlement-lines";
import { findSettlement } from "../../src/ledger/settlements";
import { counting } from "./counting";
import {
  findDiscrepancy,
  NOW,
  paidOrder,
  projectionOf,
  samplePayment,
  sampleRefund,
} from "./sample";
import { finishedOf, sampleLine, sampleLines, tell } from "./settled";

const UTR = "412345678901";

beforeEach(async () => {
  await env.DB.batch(
    ["settlements", "settlement_lines", "discrepancies", "audit"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

async function shownLines(utr = UTR): Promise<readonly PlacedLine[]> {
  const settlement = await findSettlement(env.DB, utr);
  if (settlement === null) return [];
  const page = await listLines(env.DB, utr, { limit: 20_000 });
  if (!page.ok) throw new Error(page.failure.code);
  return page.value.data;
}

async function storedLines(): Promise<readonly { readonly n: number; readonly read: number }[]> {
  const { results } = await env.DB.prepare(
    "SELECT n, read FROM settlement_lines ORDER BY n, read",
  ).all<{ n: number; read: number }>();
  return results;
}

const nets = (lines: readonly PlacedLine[]) => lines.map(({ net }) => net);

describe("a reading", () => {
  it("is stored whole: its row, its figures and its lines in their order", async () => {
    const lines = sampleLines(3);
    const { check, reading } = await tell({ utr: UTR, read: 1, lines });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({
      utr: UTR,
      status: "completed",
      settled_at: NOW,
      gross: { value: 30_000 },
      net: { value: 29_292 },
      fees: { value: 600 },
      taxes: { value: 108 },
      refunds: { value: 0 },
      recoveries: { value: 0 },
      beside: { value: 0 },
      unexplained: { value: 0 },
      holds: true,
      lines: 3,
      unfinished: false,
      read: 1,
      first_seen_at: NOW + 1,
      updated_at: NOW + 1,
      rows: reading.rows,
      totals: reading.detail?.totals,
      identities: check.identities,
    });
    expect(await shownLines()).toEqual(lines.map((line, n) => ({ ...line, n })));
    const { rows: listed } = reading;
    expect(await findStored(env.DB, [UTR, "other"])).toEqual(
      new Map([[UTR, { utr: UTR, rows: [`row-${UTR}`], listed, read: 1, unfinished: false }]]),
    );
  });

  it("replaces an earlier one as a whole when it is finished, and not before", async () => {
    await tell({ utr: UTR, read: 1, lines: sampleLines(4) });
    const changed = [sampleLine(0), sampleLine(7, { net: paisa(1) }), sampleLine(2)];
    await writeLines(env.DB, { utr: UTR, read: 2, first: 0 }, changed);
    expect(await shownLines()).toEqual(sampleLines(4).map((line, n) => ({ ...line, n })));
    await finishReading(env.DB, finishedOf({ utr: UTR, read: 2, lines: changed }));
    expect(await shownLines()).toEqual(changed.map((line, n) => ({ ...line, n })));
    // What stayed as it was was not written again.
    expect(await storedLines()).toEqual([
      { n: 0, read: 1 },
      { n: 1, read: 2 },
      { n: 2, read: 1 },
    ]);
  });

  it("that finds the same lines writes none of them", async () => {
    const lines = sampleLines(200);
    await tell({ utr: UTR, read: 1, lines });
    const { db, tally } = counting(env.DB);
    await tell({ utr: UTR, read: 2, lines }, db);
    expect(tally.rows_written).toBeLessThan(10);
    expect((await shownLines()).length).toBe(200);
  });

  it("may be written any number of times, in pieces and in any order", async () => {
    const lines = sampleLines(5);
    const finished = finishedOf({ utr: UTR, read: 1, lines });
    const write = async (first: number, end: number) =>
      writeLines(env.DB, { utr: UTR, read: 1, first }, lines.slice(first, end));
    for (const [first, end] of [
      [3, 5],
      [0, 3],
      [0, 3],
      [2, 4],
    ] as const)
      await write(first, end);
    await finishReading(env.DB, finished);
    await write(1, 3);
    await finishReading(env.DB, finished);
    expect(await shownLines()).toEqual(lines.map((line, n) => ({ ...line, n })));
    expect(await storedLines()).toHaveLength(5);
  });

  it("is whole or not there, whatever is repeated, comes late or is given up", async () => {
    const letters = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 5 });
    const told = fc.record({
      lines: letters,
      size: fc.integer({ min: 1, max: 3 }),
      finishes: fc.boolean(),
      /** After which of its steps which earlier step comes once more. */
      again: fc.array(fc.tuple(fc.nat(5), fc.nat(30)), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 4 }), async (readings) => {
        await env.DB.batch(
          ["settlements", "settlement_lines"].map((table) =>
            env.DB.prepare(`DELETE FROM ${table}`),
          ),
        );
        const past: (() => Promise<void>)[] = [];
        let shown: readonly string[] = [];
        for (const [index, { lines: words, size, finishes, again }] of readings.entries()) {
          const read = index + 1;
          const lines = words.map((word) => sampleLine(0, { transaction_id: word }));
          const earlier = [...past];
          const steps = Array.from({ length: Math.ceil(lines.length / size) }, (_, piece) => {
            const first = piece * size;
            const some = lines.slice(first, first + size);
            return async () => writeLines(env.DB, { utr: UTR, read, first }, some);
          });
          for (let at = 0; at <= steps.length; at += 1) {
            for (const [after, which] of again) {
              const late = earlier[which % Math.max(1, earlier.length)];
              if (after === at) await late?.();
            }
            await steps[at]?.();
            const visible = await shownLines();
            expect(visible.map(({ transaction_id }) => transaction_id)).toEqual(shown);
          }
          past.push(...steps);
          if (!finishes) continue;
          const finish = async () => finishReading(env.DB, finishedOf({ utr: UTR, read, lines }));
          await finish();
          past.push(finish);
          shown = words;
          const visible = await shownLines();
          expect(visible.map(({ transaction_id }) => transaction_id)).toEqual(shown);
          expect(await storedLines()).toHaveLength(words.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("that was given up leaves nothing behind in the next one", async () => {
    await tell({ utr: UTR, read: 1, lines: sampleLines(3) });
    const odd = sampleLines(6).map((line) => ({ ...line, net: paisa(5) }));
    await writeLines(env.DB, { utr: UTR, read: 2, first: 0 }, odd);
    expect(await shownLines()).toHaveLength(3);
    await tell({ utr: UTR, read: 3, lines: sampleLines(3) });
    expect(nets(await shownLines())).toEqual([9_764, 9_764, 9_764]);
    expect(await storedLines()).toHaveLength(3);
  });

  it("of which a second try says otherwise is what the second try says", async () => {
    await tell({ utr: UTR, read: 1, lines: sampleLines(2) });
    const waiting = sampleLines(2, { state: "waiting" });
    await writeLines(env.DB, { utr: UTR, read: 2, first: 0 }, waiting);
    await tell({ utr: UTR, read: 2, lines: sampleLines(2) });
    expect((await shownLines()).map(({ state }) => state)).toEqual(["attributed", "attributed"]);
  });

  it("never comes over a later one", async () => {
    await tell({ utr: UTR, read: 5, lines: sampleLines(2) });
    const before = await findSettlement(env.DB, UTR);
    const odd = sampleLines(3).map((line) => ({ ...line, net: paisa(5) }));
    await tell({ utr: UTR, read: 4, lines: odd, at: NOW + 9, findings: [unknown("t")] });
    expect(await findSettlement(env.DB, UTR)).toEqual(before);
    expect(nets(await shownLines())).toEqual([9_764, 9_764]);
    expect(await storedLines()).toHaveLength(2);
    expect(await found("unknown_payment:t")).toBeNull();
  });

  it("stands as it was first finished", async () => {
    await tell({ utr: UTR, read: 1, lines: sampleLines(2) });
    await tell({ utr: UTR, read: 1, lines: sampleLines(1), at: NOW + 50 });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ lines: 2, updated_at: NOW + 1 });
    expect(await shownLines()).toHaveLength(2);
  });

  it("of the list alone shows what the list says, and is never put over a detail", async () => {
    await tell({ utr: UTR, read: 1, totals: null, row: { settled_at: null } });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({
      status: "listed",
      read: 0,
      lines: 0,
      gross: { value: 20_000 },
      refunds: null,
      fees: null,
      unfinished: true,
      totals: null,
    });
    await tell({ utr: UTR, read: 2 });
    await tell({ utr: UTR, read: 3, totals: null });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ status: "completed", read: 2 });
    expect(await shownLines()).toHaveLength(2);
  });

  it("keeps when the transfer was first seen, and is sorted by when it was settled", async () => {
    const sorted = async () =>
      env.DB.prepare("SELECT sort_at, first_seen_at FROM settlements").first();
    await tell({ utr: UTR, read: 1, row: { settled_at: null, processed_at: null } });
    expect(await sorted()).toEqual({ sort_at: NOW + 1, first_seen_at: NOW + 1 });
    await tell({ utr: UTR, read: 2, row: { settled_at: null, processed_at: NOW - 7 } });
    expect(await sorted()).toEqual({ sort_at: NOW - 7, first_seen_at: NOW + 1 });
    await tell({ utr: UTR, read: 3, row: { settled_at: NOW - 5 } });
    expect(await sorted()).toEqual({ sort_at: NOW - 5, first_seen_at: NOW + 1 });
    await tell({ utr: UTR, read: 4, row: { settled_at: null, processed_at: null } });
    expect(await sorted()).toEqual({ sort_at: NOW + 1, first_seen_at: NOW + 1 });
  });

  it("may have ten thousand lines", async () => {
    const lines = sampleLines(10_000);
    await tell({ utr: UTR, read: 1, lines });
    expect(await shownLines()).toHaveLength(10_000);
    await tell({ utr: UTR, read: 2, lines: lines.toReversed() });
    const shown = await shownLines();
    expect(shown.map(({ fingerprint }) => fingerprint)).toEqual(
      lines.toReversed().map(({ fingerprint }) => fingerprint),
    );
    expect(await storedLines()).toHaveLength(10_000);
  });

  it("holds amounts that stand beside the sum apart where they explain it", async () => {
    const beside = { convenience_fee: paisa(100), cashback: paisa(20) };
    const told = finishedOf({ utr: UTR, read: 1 }).reading.detail?.totals.beside;
    const totals = { beside: { ...told, ...beside } as NonNullable<typeof told> };
    await tell({ utr: UTR, read: 1, totals: { ...totals, net: paisa(19_408) } });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ beside: { value: 120 } });
    await tell({ utr: UTR, read: 2, totals: { ...totals, net: paisa(19_648) } });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ beside: { value: -120 } });
    await tell({ utr: UTR, read: 3, totals: { ...totals, net: paisa(19_500) } });
    expect(await findSettlement(env.DB, UTR)).toMatchObject({ beside: { value: 0 } });
  });
});

function unknown(subject: string, change: Partial<AccountFinding> = {}): AccountFinding {
  const theirs = { gross: 10_000, net: 9_764 };
  return {
    type: "unknown_payment",
    severity: "risk",
    subject,
    ours: null,
    theirs,
    amount: 10_000,
    ...change,
  };
}

async function found(key: string, home = settlementHome(UTR)): Promise<ListedDiscrepancy | null> {
  return findDiscrepancy(home, key);
}

const KEY = "unknown_payment:t-1";

describe("a discrepancy of a transfer", () => {
  it("is one row however often it is found, and says since when and until when", async () => {
    await tell({ utr: UTR, read: 1, findings: [unknown("t-1"), unknown("t-1")] });
    await tell({ utr: UTR, read: 2, findings: [unknown("t-1")] });
    expect(await found(KEY)).toEqual({
      id: expect.stringMatching(/^dis_[\w-]+$/),
      home: `settlement:${UTR}`,
      key: KEY,
      order_id: null,
      utr: UTR,
      type: "unknown_payment",
      severity: "risk",
      subject: "t-1",
      ours: null,
      theirs: { gross: 10_000, net: 9_764 },
      amount: 10_000,
      first_seen_at: toIso(NOW + 1),
      last_seen_at: toIso(NOW + 2),
      closed_at: null,
      resolution: null,
    });
  });

  it("costs one row to be found again unchanged", async () => {
    const findings = Array.from({ length: 100 }, (_, n) => unknown(`t-${n}`));
    await tell({ utr: UTR, read: 1, findings });
    const { db, tally } = counting(env.DB);
    await tell({ utr: UTR, read: 2, findings }, db);
    expect(tally.rows_written).toBeLessThan(110);
  });

  it("closes when it is gone, and begins anew when it comes back", async () => {
    await tell({ utr: UTR, read: 1, findings: [unknown("t-1")] });
    await tell({ utr: UTR, read: 2, findings: [unknown("t-2")] });
    expect(await found(KEY)).toMatchObject({ closed_at: toIso(NOW + 2) });
    expect(await found("unknown_payment:t-2")).toMatchObject({ closed_at: null });
    await tell({ utr: UTR, read: 3, findings: [unknown("t-1")] });
    expect(await found(KEY)).toMatchObject({ first_seen_at: toIso(NOW + 3), closed_at: null });
    expect(await found("unknown_payment:t-2")).toMatchObject({ closed_at: toIso(NOW + 3) });
  });

  it("follows what is found: the amount, both sides and how grave it is", async () => {
    await tell({ utr: UTR, read: 1, findings: [unknown("t-1")] });
    const theirs = { gross: 5, net: 4 };
    await tell({
      utr: UTR,
      read: 2,
      findings: [unknown("t-1", { theirs, amount: 5, severity: "note" })],
    });
    expect(await found(KEY)).toMatchObject({
      theirs,
      amount: 5,
      severity: "note",
      first_seen_at: toIso(NOW + 1),
    });
  });

  it("of one transfer does not touch those of another", async () => {
    await tell({ utr: "another", read: 1, findings: [unknown("t-1")] });
    await tell({ utr: UTR, read: 2, findings: [] });
    expect(await found(KEY, settlementHome("another"))).toMatchObject({ closed_at: null });
  });

  const resolve = async (key = KEY, reason = "written off", by = "asha") =>
    resolveAccountDiscrepancy(env.DB, { home: settlementHome(UTR), key, by, reason, at: NOW + 10 });

  it("that a person closed stays closed while it is the same, and opens when it differs", async () => {
    await tell({ utr: UTR, read: 1, findings: [unknown("t-1")] });
    expect(await resolve()).toMatchObject({
      ok: true,
      value: {
        closed_at: toIso(NOW + 10),
        resolution: { by: "asha", at: toIso(NOW + 10), reason: "written off" },
      },
    });
    await tell({ utr: UTR, read: 2, at: NOW + 20, findings: [unknown("t-1")] });
    expect(await found(KEY)).toMatchObject({
      closed_at: toIso(NOW + 10),
      resolution: { by: "asha" },
    });
    await tell({ utr: UTR, read: 3, at: NOW + 30, findings: [unknown("t-1", { amount: 7 })] });
    expect(await found(KEY)).toMatchObject({
      amount: 7,
      first_seen_at: toIso(NOW + 30),
      closed_at: null,
      resolution: null,
    });
  });

  it("is closed by one person once, and the audit says who, when and why", async () => {
    await tell({ utr: UTR, read: 1, findings: [unknown("t-1"), unknown("t-2")] });
    expect(await resolve("unknown_payment:t-0")).toEqual({
      ok: false,
      failure: { code: "discrepancy_unknown" },
    });
    expect(await resolve()).toMatchObject({ ok: true });
    const closed = { ok: false, failure: { code: "discrepancy_closed" } };
    expect(await resolve()).toEqual(closed);
    expect(await resolve(KEY, "written off", "bina")).toEqual(closed);
    await resolve("unknown_payment:t-2");
    const audit = await listAudit(env.DB, { limit: 10 });
    const line = {
      at: toIso(NOW + 10),
      by: "asha",
      action: "resolution",
      kind: "discrepancy",
      order_id: null,
      utr: UTR,
      amount: { value: 10_000, currency: "INR" },
      reason: "written off",
      decision: null,
    };
    expect(audit.ok && audit.value.data).toEqual([
      { ...line, reference: "unknown_payment:t-2" },
      { ...line, reference: KEY },
    ]);
  });

  it("that closed by itself is not closed again by a person", async () => {
    await tell({ utr: UTR, read: 1, findings: [unknown("t-1")] });
    await tell({ utr: UTR, read: 2, findings: [] });
    expect(await resolve()).toEqual({ ok: false, failure: { code: "discrepancy_closed" } });
  });

  it("is a note for each row that can not be read, once", async () => {
    const row = { fingerprint: "f-1", reason: "no utr_number", raw: '{"total_amount":1}' };
    await noteUnreadable(env.DB, [row, { ...row, fingerprint: "f-2" }, row], NOW);
    await noteUnreadable(env.DB, [row], NOW + 5);
    await noteUnreadable(env.DB, [], NOW + 6);
    expect(await found("report_unreadable:f-1", settlementHome(null))).toMatchObject({
      home: settlementHome(null),
      order_id: null,
      utr: null,
      severity: "note",
      ours: "no utr_number",
      theirs: '{"total_amount":1}',
      amount: null,
      first_seen_at: toIso(NOW),
      last_seen_at: toIso(NOW + 5),
      closed_at: null,
    });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM discrepancies").first("n")).toBe(2);
  });
});

describe("the home of a transaction", () => {
  it("is found by the payment, else by the refund or order that its id begins with", async () => {
    const order = paidOrder("v1-order-1", {
      payments: [samplePayment("v1-order-1-cc-a"), samplePayment("v1-any-name-at-all")],
      refunds: [sampleRefund("v1-refund-1")],
    });
    await project(env.DB, projectionOf(order, { aliases: ["v1-alias-1"] }));
    const homes = await findTransactionHomes(env.DB, [
      "v1-order-1-cc-a",
      "v1-order-1-cc-a",
      "v1-any-name-at-all",
      "v1-refund-1-up-k",
      "v1-refund-1",
      "v1-order-1-up-unseen",
      "v1-alias-1-up-k",
      "v1-nobody-1-up-k",
      "",
      "x",
    ]);
    expect(Object.fromEntries(homes)).toEqual({
      "v1-order-1-cc-a": "v1-order-1",
      "v1-any-name-at-all": "v1-order-1",
      "v1-refund-1-up-k": "v1-order-1",
      "v1-refund-1": "v1-order-1",
      "v1-order-1-up-unseen": "v1-order-1",
      "v1-alias-1-up-k": "v1-order-1",
    });
    expect(await findTransactionHomes(env.DB, [])).toEqual(new Map());
  });

  it("is the home, also while the alias has its own rows yet", async () => {
    const payments = [samplePayment("shared-up-k")];
    await project(env.DB, projectionOf(paidOrder("early", { payments })));
    await project(env.DB, projectionOf(paidOrder("late", { payments }), { aliases: ["early"] }));
    expect(await findTransactionHomes(env.DB, ["shared-up-k"])).toEqual(
      new Map([["shared-up-k", "late"]]),
    );
  });
});

it("refunds that no line shows are listed newest first", async () => {
  for (const [n, value] of [
    [1, 500],
    [2, 0],
    [3, 700],
    [4, 900],
  ] as const) {
    const told = finishedOf({ utr: `u${n}`, read: n }).reading.detail?.totals.deductions;
    const deductions = { ...told, refund: paisa(value) } as NonNullable<typeof told>;
    const row = { settled_at: n === 4 ? null : NOW + n };
    await tell({ utr: `u${n}`, read: n, totals: { deductions }, row });
  }
  expect(await unlistedRefunds(env.DB, NOW, 10)).toEqual([
    { at: NOW + 3, value: 700 },
    { at: NOW + 1, value: 500 },
  ]);
  expect(await unlistedRefunds(env.DB, NOW + 2, 10)).toEqual([{ at: NOW + 3, value: 700 }]);
  expect(await unlistedRefunds(env.DB, NOW, 1)).toEqual([{ at: NOW + 3, value: 700 }]);
});
