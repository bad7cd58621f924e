// Transfers in a large ledger: a new one costs little to store, lists read little more than they show,
// and the reconciliation has two equal sides.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { inr, paisa } from "../../src/domain/money";
import { PARTS } from "../../src/domain/reconciliation";
import { toIso } from "../../src/domain/time";
import type { Page } from "../../src/ledger/cursor";
import {
  type DiscrepancyQuery,
  listDiscrepancies,
  type ListedDiscrepancy,
} from "../../src/ledger/discrepancies";
import { project } from "../../src/ledger/projection";
import { reconciliation } from "../../src/ledger/reconciliation";
import {
  findStored,
  findTransactionHomes,
  finishReading,
  writeLines,
} from "../../src/ledger/settlement-store";
import { listLines } from "../../src/ledger/settlement-lines";
import {
  findSettlement,
  type ListedSettlement,
  listSettlements,
  SETTLEMENT_STATUSES,
  type SettlementQuery,
} from "../../src/ledger/settlements";
import { counting } from "./counting";
import { NOW, paidOrder, projectionOf, sampleBooks, samplePayment } from "./sample";
import { finishedOf, sampleLine, sampleLines, tell } from "./settled";

const ORDERS = 100_000;
const TRANSFERS = 500;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const START = NOW - ORDERS * MINUTE;
const FIRST = NOW - TRANSFERS * DAY;

const numbers = (count: number) =>
  `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`;

/** Orders with a payment each, transfers of two hundred lines each, twenty discrepancies a day. */
const SEED = [
  `${numbers(ORDERS)} INSERT INTO orders (seq, id, version, order_id, stage, status, origin, currency,
     authorized, refundable, created_at, updated_at, doc)
   SELECT (${START} + n * ${MINUTE}) * 1024, 'v1-seed-' || n, 1, 'v1-seed-' || n, 'paid', 'PROCESSED',
     'webhook', 'INR', 0, 0, ${START} + n * ${MINUTE}, ${START} + n * ${MINUTE}, '{}' FROM numbers`,
  `${numbers(ORDERS)} INSERT INTO payments (id, home, order_id, status, amount, created_at, captured,
     refunded, fees, recovered, settled, pending, elsewhere, unexplained, doc)
   SELECT 'v1-seed-' || n || '-up-k', 'v1-seed-' || n, 'v1-seed-' || n, 'PROCESSED', 10000,
     ${START} + n * ${MINUTE}, 10000, 0, 236, 0, 9764, 0, 0, 0, '{}' FROM numbers`,
  // Nearly all are completed and hold; a few are or do something else.
  `${numbers(TRANSFERS)} INSERT INTO settlements (utr, status, settled_at, processed_at, sort_at, net,
     gross, refunds, fees, taxes, recoveries, split, beside, unexplained, refunds_unlisted, holds, lines,
     unknown, other_business, waiting, read, unfinished, fingerprints, first_seen_at, updated_at, doc)
   SELECT 'SEED' || printf('%04d', n),
     CASE n % 20 WHEN 7 THEN 'initiated' WHEN 8 THEN 'listed' ELSE 'completed' END,
     ${FIRST} + n * ${DAY}, ${FIRST} + n * ${DAY}, ${FIRST} + n * ${DAY}, 1952800, 2000000, 0, 40000,
     7200, 0, 0, 0, 0, 0, n % 20 <> 3, 200, 0, 0, 0, n, 0, '[]', ${FIRST}, ${FIRST}, '{}' FROM numbers`,
  `${numbers(ORDERS)} INSERT INTO settlement_lines (utr, n, read, transaction_id, doc)
   SELECT 'SEED' || printf('%04d', (n - 1) / 200 + 1), (n - 1) % 200, (n - 1) / 200 + 1,
     'v1-seed-' || n || '-up-k', '{}' FROM numbers`,
  `${numbers(10_000)}, typed AS (SELECT n, CASE
       WHEN n % 100 < 90 THEN 'fee_unexplained' WHEN n % 100 < 95 THEN 'amount_differs'
       ELSE 'settlement_missing' END AS type FROM numbers)
   INSERT INTO discrepancies (home, key, type, severity, subject, ours, theirs, amount, first_seen_at,
     last_seen_at, closed_at)
   SELECT 'v1-seed-' || n, type, type,
     CASE type WHEN 'settlement_missing' THEN 'loss' WHEN 'amount_differs' THEN 'risk'
       ELSE iif(n % 100 < 2, 'risk', 'note') END,
     '', 'null', 'null', n, ${NOW} + n, ${NOW} + n, iif(n % 3 = 0, ${NOW} + n, NULL) FROM typed`,
];

beforeAll(async () => {
  await env.DB.batch(SEED.map((statement) => env.DB.prepare(statement)));
});

describe("with 100,000 orders and 500 transfers", () => {
  it("one new transfer of 200 lines reads fewer than 5,000 rows", async () => {
    const { db, tally } = counting(env.DB);
    const utr = "NEWTRANSFER01";
    const lines = Array.from({ length: 200 }, (_, index) => {
      // Most are of payments, some of orders whose payment is new, some of nobody's.
      const known = `v1-seed-${index * 31 + 1}`;
      const id = index % 20 === 0 ? `${known}-up-new` : `${known}-up-k`;
      return sampleLine(index, {
        transaction_id: index % 50 === 3 ? `v1-nobody-${index}-up-k` : id,
      });
    });
    const ids = lines.map(({ transaction_id }) => transaction_id);
    expect(await findStored(db, [utr])).toEqual(new Map());
    const homes = await findTransactionHomes(db, ids);
    expect(homes.size).toBe(196);
    await writeLines(db, { utr, read: 1_000, first: 0 }, lines.slice(0, 120));
    await writeLines(db, { utr, read: 1_000, first: 120 }, lines.slice(120));
    const findings = ids
      .filter((id) => !homes.has(id))
      .map((subject) => ({
        type: "unknown_payment" as const,
        severity: "risk" as const,
        subject,
        ours: null,
        theirs: null,
        amount: 10_000,
      }));
    await finishReading(db, finishedOf({ utr, read: 1_000, lines, findings }));
    expect((await findSettlement(env.DB, utr))?.lines).toBe(200);
    expect(tally.rows_read).toBeLessThan(5_000);
    expect(tally.rows_read).toBeLessThan(2_500);

    const before = tally.rows_read;
    await findStored(db, [utr]);
    await findTransactionHomes(db, ids);
    await writeLines(db, { utr, read: 1_001, first: 0 }, lines);
    await finishReading(db, finishedOf({ utr, read: 1_001, lines, findings }));
    expect(tally.rows_read - before).toBeLessThan(2_500);
    await env.DB.batch(
      ["settlements", "settlement_lines"].map((table) =>
        env.DB.prepare(`DELETE FROM ${table} WHERE utr = ?1`).bind(utr),
      ),
    );
    await env.DB.prepare("DELETE FROM discrepancies WHERE home = ?1")
      .bind(`settlement:${utr}`)
      .run();
  });
});

const LIMIT = 10;

async function page(
  query: SettlementQuery,
): Promise<Page<ListedSettlement> & { readonly rows_read: number }> {
  const { db, tally } = counting(env.DB);
  const result = await listSettlements(db, query);
  if (!result.ok) throw new Error(result.failure.code);
  return { ...result.value, rows_read: tally.rows_read };
}

const range = { from: FIRST + 20 * DAY, before: FIRST + 470 * DAY };

const filters: readonly [string, Omit<SettlementQuery, "limit">][] = [
  ["nothing", {}],
  ["a range", range],
  ["a common status", { status: "completed" }],
  ["a rare status", { status: "initiated" }],
  ["what holds", { holds: true }],
  ["what does not hold", { holds: false }],
  ["a rare status in a range", { status: "listed", ...range }],
  ["what does not hold in a range", { holds: false, ...range }],
  ["completed and holds", { status: "completed", holds: true }],
  ["completed and does not hold", { status: "completed", holds: false }],
];

describe("a page of transfers", () => {
  it.each(filters)("reads at most four rows for each it shows, by %s", async (_, filter) => {
    const first = await page({ ...filter, limit: LIMIT });
    expect(first.data).toHaveLength(LIMIT);
    expect(first.rows_read).toBeLessThanOrEqual(4 * LIMIT);
    const second = await page({ ...filter, limit: LIMIT, cursor: first.next_cursor });
    expect(second.rows_read).toBeLessThanOrEqual(4 * LIMIT);
    const both = [...first.data, ...second.data];
    expect(new Set(both.map(({ utr }) => utr)).size).toBe(2 * LIMIT);
    const times = both.map(({ settled_at }) => settled_at ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    for (const { status, holds, settled_at } of both) {
      if (filter.status !== undefined) expect(status).toBe(filter.status);
      if (filter.holds !== undefined) expect(holds).toBe(filter.holds);
      if (filter.from !== undefined) expect(settled_at).toBeGreaterThanOrEqual(filter.from);
      if (filter.before !== undefined) expect(settled_at).toBeLessThan(filter.before);
    }
  });

  it("shows every transfer once, page by page, whatever the filter, the last as cheaply as the first", async () => {
    const all = async (filter: Omit<SettlementQuery, "limit">) => {
      const utrs: string[] = [];
      let cursor: string | null = null;
      do {
        const next: Awaited<ReturnType<typeof page>> = await page({ ...filter, limit: 7, cursor });
        utrs.push(...next.data.map(({ utr }) => utr));
        expect(next.rows_read).toBeLessThanOrEqual(4 * next.data.length);
        cursor = next.next_cursor;
      } while (cursor !== null);
      expect(new Set(utrs).size).toBe(utrs.length);
      return utrs.length;
    };
    expect(await all({})).toBe(TRANSFERS);
    expect((await all({ holds: true })) + (await all({ holds: false }))).toBe(TRANSFERS);
    const counts = await Promise.all(SETTLEMENT_STATUSES.map(async (status) => all({ status })));
    expect(counts).toEqual([25, 25, 450]);
    expect(await all(range)).toBe(450);
    expect(await all({ before: range.before })).toBe(469);
    expect(await all({ from: range.from })).toBe(481);
    expect(await all({ ...range, status: "completed" })).toBe(404);
    expect(await all({ ...range, holds: false })).toBe(23);
  });

  it("by UTR or by transaction is of that one, unless another filter leaves it out", async () => {
    const utr = "SEED0003";
    const rows = await Promise.all([
      page({ utr, limit: LIMIT }),
      page({ transaction_id: "v1-seed-401-up-k", limit: LIMIT }),
      page({ utr, holds: false, limit: LIMIT }),
      page({ utr, holds: true, limit: LIMIT }),
      page({ utr: "SEED", limit: LIMIT }),
      page({ transaction_id: "v1-seed-0-up-k", limit: LIMIT }),
    ]);
    expect(rows.map(({ data }) => data.map((row) => row.utr))).toEqual([
      [utr],
      [utr],
      [utr],
      [],
      [],
      [],
    ]);
    for (const { rows_read } of rows) expect(rows_read).toBeLessThanOrEqual(4);
  });

  it("refuses a cursor of other filters", async () => {
    const { next_cursor } = await page({ limit: LIMIT });
    expect(
      await listSettlements(env.DB, { limit: LIMIT, holds: true, cursor: next_cursor }),
    ).toEqual({ ok: false, failure: { code: "cursor_invalid" } });
  });
});

describe("the lines of a transfer", () => {
  it("come in their order, and a page reads at most four rows for each it shows", async () => {
    const { db, tally } = counting(env.DB);
    const places: number[] = [];
    let cursor: string | null = null;
    do {
      const before = tally.rows_read;
      const listed = await listLines(db, "SEED0300", { limit: 70, cursor });
      if (!listed.ok) throw new Error(listed.failure.code);
      places.push(...listed.value.data.map(({ n }) => n));
      expect(tally.rows_read - before).toBeLessThanOrEqual(4 * listed.value.data.length);
      cursor = listed.value.next_cursor;
    } while (cursor !== null);
    expect(places).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it("refuse a cursor of another transfer", async () => {
    const listed = await listLines(env.DB, "SEED0300", { limit: 5 });
    const cursor = listed.ok ? listed.value.next_cursor : null;
    expect(await listLines(env.DB, "SEED0301", { limit: 5, cursor })).toEqual({
      ok: false,
      failure: { code: "cursor_invalid" },
    });
  });
});

const kinds: readonly [string, Omit<DiscrepancyQuery, "limit" | "open">][] = [
  ["nothing", {}],
  ["the commonest type", { type: "fee_unexplained" }],
  ["a rare type", { type: "settlement_missing" }],
  ["the commonest severity", { severity: "note" }],
  ["a rare severity", { severity: "loss" }],
  ["type and severity", { type: "fee_unexplained", severity: "note" }],
  ["a common type where it is grave", { type: "fee_unexplained", severity: "risk" }],
];

describe("a page of discrepancies", () => {
  const cases = kinds.flatMap(([name, filter]) =>
    [true, false].map(
      (open) => [`${name}, ${open ? "open" : "all"}`, { ...filter, open }] as const,
    ),
  );

  it.each(cases)("reads at most four rows for each it shows, by %s", async (_, filter) => {
    const seen: ListedDiscrepancy[] = [];
    let cursor: string | null = null;
    for (let turn = 0; turn < 2; turn += 1) {
      const { db, tally } = counting(env.DB);
      const listed = await listDiscrepancies(db, { ...filter, limit: 20, cursor });
      if (!listed.ok) throw new Error(listed.failure.code);
      expect(listed.value.data).toHaveLength(20);
      expect(tally.rows_read).toBeLessThanOrEqual(80);
      seen.push(...listed.value.data);
      cursor = listed.value.next_cursor;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(40);
    const times = seen.map(({ first_seen_at }) => first_seen_at);
    expect(times).toEqual(times.toSorted().toReversed());
    for (const row of seen) {
      if (filter.type !== undefined) expect(row.type).toBe(filter.type);
      if (filter.severity !== undefined) expect(row.severity).toBe(filter.severity);
      if (filter.open) expect(row.closed_at).toBeNull();
    }
  });

  const seen = { from: NOW + 1_000, before: NOW + 3_000 };

  it.each([
    [{ open: true, ...seen }, 1_334],
    [{ open: false, ...seen }, 2_000],
    [{ open: false, before: NOW + 500 }, 499],
    [{ open: false, from: NOW + 9_800 }, 201],
    [{ open: false, severity: "risk", ...seen }, 140],
    [{ open: false, type: "fee_unexplained", ...seen }, 1_800],
  ] as const)("is as cheap at the end of the list, %j", async (filter, count) => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const { db, tally } = counting(env.DB);
      const listed = await listDiscrepancies(db, { ...filter, limit: 50, cursor });
      if (!listed.ok) throw new Error(listed.failure.code);
      expect(tally.rows_read).toBeLessThanOrEqual(4 * listed.value.data.length);
      ids.push(...listed.value.data.map(({ id }) => id));
      cursor = listed.value.next_cursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(count);
  });

  it("refuses a cursor of other filters", async () => {
    const first = await listDiscrepancies(env.DB, { open: true, limit: 5 });
    const cursor = first.ok ? first.value.next_cursor : null;
    for (const filter of [{ open: false }, { open: true, severity: "note" as const }]) {
      expect(await listDiscrepancies(env.DB, { ...filter, limit: 5, cursor })).toMatchObject({
        ok: false,
      });
    }
  });
});

describe("the reconciliation", () => {
  const later = NOW + 400 * DAY;
  const amounts = (rows: readonly { readonly name: string; readonly amount: number | null }[]) =>
    Object.fromEntries(rows.map(({ name, amount }) => [name, amount]));

  it("by payment date adds up the books of the payments of those days, and of no alias", async () => {
    const at = (n: number) => toIso(later + n);
    const books = (change: Partial<ReturnType<typeof sampleBooks>>) => ({
      ...sampleBooks(10_000),
      pending: paisa(0),
      ...change,
    });
    const payments = [
      samplePayment("r-settled", {
        created_at: at(0),
        books: books({ settled: paisa(9_764), fees: paisa(236) }),
      }),
      samplePayment("r-refunded", {
        created_at: at(1),
        books: books({ refunded: paisa(4_000), pending: paisa(6_000) }),
      }),
      samplePayment("r-charged-back", {
        created_at: at(2),
        books: books({ recovered: paisa(10_000), fees: paisa(236), settled: paisa(-236) }),
      }),
      samplePayment("r-elsewhere", {
        created_at: at(3),
        books: books({ elsewhere: paisa(10_000) }),
      }),
      samplePayment("r-odd", {
        created_at: at(4),
        books: books({ settled: paisa(9_000), unexplained: paisa(1_000) }),
      }),
      samplePayment("r-before", { created_at: at(-1) }),
      samplePayment("r-after", { created_at: at(5) }),
      samplePayment("r-undated", { created_at: null }),
    ];
    const early = { payments: payments.slice(0, 2) };
    await project(env.DB, projectionOf(paidOrder("r-early", early)));
    const order = paidOrder("r-order", { payments });
    await project(env.DB, projectionOf(order, { aliases: ["r-early"] }));
    const query = {
      from: later,
      before: later + 5,
      by: "payment_date",
      orders_without_link: true,
    } as const;
    const found = await reconciliation(env.DB, query);
    expect(found).toMatchObject({
      collected: 50_000,
      balance: 0,
      counts: { payments: 5, payments_not_counted: 0 },
    });
    expect(amounts(found.rows)).toEqual({
      refunded: 4_000,
      fees: 472,
      taxes: null,
      recoveries: 10_000,
      split: null,
      beside: null,
      settled: 18_528,
      not_yet_settled: 6_000,
      settled_elsewhere: 10_000,
      unexplained: 1_000,
    });
  });

  it("says how many payments were stored before there were books", async () => {
    await env.DB.prepare(
      `INSERT INTO payments (id, home, created_at, doc) VALUES ('r-old', 'r-old-order', ?1, '{}')`,
    )
      .bind(later + 50 * DAY)
      .run();
    const query = {
      from: later + 50 * DAY,
      before: later + 51 * DAY,
      by: "payment_date",
      orders_without_link: true,
    } as const;
    expect(await reconciliation(env.DB, query)).toMatchObject({
      collected: 0,
      counts: { payments: 1, payments_not_counted: 1 },
    });
  });

  it("by settlement date adds up the transfers of those days", async () => {
    const deductions = finishedOf({ utr: "x", read: 1 }).reading.detail?.totals.deductions;
    if (!deductions) throw new Error("no totals");
    const row = (n: number) => ({ settled_at: later + n });
    const lines = sampleLines(2);
    await tell({ utr: "R1", read: 2_001, row: row(0), at: later + DAY });
    await tell({
      utr: "R2",
      read: 2_002,
      row: row(1),
      at: later + DAY,
      totals: {
        deductions: { ...deductions, refund: paisa(3_000), loan: paisa(500), split: paisa(100) },
        net: paisa(19_528 - 3_600),
      },
    });
    const pending = sampleLines(2, { payout_status: "Pending", state: "waiting" });
    await tell({ utr: "R3", read: 2_003, row: row(2), at: later + DAY, lines: pending });
    await tell({ utr: "R4", read: 2_004, row: row(3), at: later + DAY, totals: null });
    const short = { net: paisa(19_028) };
    const strange = [
      sampleLine(0, { state: "unknown" }),
      sampleLine(1, { state: "other_business" }),
    ];
    await tell({
      utr: "R5",
      read: 2_005,
      row: row(4),
      at: later + DAY,
      totals: short,
      lines: strange,
    });
    await tell({ utr: "R6", read: 2_006, row: row(5), at: later + DAY, lines });
    await tell({ utr: "R7", read: 2_007, row: { settled_at: null, processed_at: later }, lines });
    const query = {
      from: later,
      before: later + 5,
      by: "settlement_date",
      orders_without_link: true,
    } as const;
    const found = await reconciliation(env.DB, query);
    expect(found).toMatchObject({
      collected: 100_000,
      balance: 0,
      counts: {
        settlements: 5,
        settlements_not_completed: 2,
        settlements_not_read: 1,
        lines: 8,
        lines_attributed: 4,
        lines_unknown: 1,
        lines_waiting: 2,
        lines_other_business: 1,
      },
    });
    expect(amounts(found.rows)).toEqual({
      refunded: 3_000,
      fees: 1_600,
      taxes: 288,
      recoveries: 500,
      split: 100,
      beside: 0,
      settled: 19_528 + 15_928 + 19_028,
      not_yet_settled: 2 * 19_528,
      settled_elsewhere: null,
      // Of the one that was not read its 472; 500 that nobody explains.
      unexplained: 972,
    });
    expect(found.rows.map(({ name }) => name)).toEqual([...PARTS, "unexplained"]);
  });

  it("of days without business is nothing on both sides", async () => {
    for (const by of ["payment_date", "settlement_date"] as const) {
      const found = await reconciliation(env.DB, {
        from: 1,
        before: 2,
        by,
        orders_without_link: false,
      });
      expect(found.collected).toBe(0);
      expect(new Set(found.rows.map(({ amount }) => amount))).toEqual(new Set([0, null]));
      expect(new Set(Object.values(found.counts))).toEqual(new Set([0]));
    }
  });

  it.each([
    [true, 4_100],
    [false, 6_100],
  ])(
    "costs a few rows for each payment of the range, orders_without_link %s",
    async (all, rows) => {
      const { db, tally } = counting(env.DB);
      const found = await reconciliation(db, {
        from: START + 1_000 * MINUTE,
        before: START + 2_000 * MINUTE,
        by: "payment_date",
        orders_without_link: all,
      });
      const taken = inr(10_000_000).value;
      expect(found.counts).toMatchObject(
        all
          ? { payments: 1_000, payments_other_business: 0 }
          : { payments: 0, payments_other_business: 1_000 },
      );
      expect([found.collected, found.other_business]).toEqual(all ? [taken, 0] : [0, taken]);
      expect(tally.rows_read).toBeLessThan(rows);
    },
  );
});
