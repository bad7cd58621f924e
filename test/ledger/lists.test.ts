// Lists on a large ledger: each filter finds what it should and reads little more than it shows.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { toIso } from "../../src/domain/time";
import type { Page } from "../../src/ledger/cursor";
import {
  findHomeByReference,
  listLinks,
  listOrders,
  type LinkQuery,
  type OrderQuery,
} from "../../src/ledger/orders";
import { project } from "../../src/ledger/projection";
import { SEQ_PER_MILLISECOND } from "../../src/ledger/seq";
import { counting } from "./counting";
import { NOW, projectionOf, sampleLink, sampleOrder } from "./sample";

const ORDERS = 100_000;
const MINUTE = 60_000;
const LIMIT = 50;

/** A hundred thousand orders, one a minute: 70 % paid, 20 % expired, few of everything else. */
const SEED = `
  WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1),
  drawn AS (SELECT n, n * 7919 % 1000 AS draw FROM numbers),
  staged AS (
    SELECT n, CASE
      WHEN draw < 700 THEN 'paid' WHEN draw < 900 THEN 'expired'
      WHEN draw < 970 THEN 'awaiting_payment' WHEN draw < 980 THEN 'authorized'
      WHEN draw < 990 THEN 'failed' ELSE 'refunded' END AS stage
    FROM drawn),
  worded AS (
    SELECT n, stage, CASE stage
      WHEN 'paid' THEN 'PROCESSED' WHEN 'expired' THEN NULL
      WHEN 'awaiting_payment' THEN 'CREATED' WHEN 'authorized' THEN 'AUTHORIZED'
      WHEN 'failed' THEN 'FAILED' ELSE 'FULLY_REFUNDED' END AS status,
    CASE stage
      WHEN 'expired' THEN 'EXPIRED' WHEN 'awaiting_payment' THEN 'CREATED'
      WHEN 'failed' THEN 'PAYMENT_INITIATED' ELSE 'PROCESSED' END AS link_status
    FROM staged)
  INSERT INTO orders (seq, id, version, order_id, payment_link_id, merchant_reference, stage,
    status, link_status, origin, currency, authorized, refundable, created_at, updated_at,
    next_inquiry_at, doc)
  SELECT (?2 + n * ${MINUTE}) * ${SEQ_PER_MILLISECOND}, 'seed-' || n, 1, 'seed-' || n,
    'pl-seed-' || n, 'reference-' || (n / 2), stage, status, link_status, 'webhook', 'INR', 0, 0,
    ?2 + n * ${MINUTE}, ?2 + (n + n * 31 % 500) * ${MINUTE}, NULL,
    json_object('id', 'seed-' || n, 'stage', stage, 'status', status,
      'link', json_object('payment_link_id', 'pl-seed-' || n, 'status', link_status))
  FROM worded`;

const START = NOW - ORDERS * MINUTE;

beforeAll(async () => {
  await env.DB.prepare(SEED).bind(ORDERS, START).run();
});

type Shown = Pick<OrderView, "id" | "stage" | "status">;

async function page(query: OrderQuery): Promise<Page<Shown> & { readonly rows_read: number }> {
  const { db, tally } = counting(env.DB);
  const result = await listOrders(db, query);
  if (!result.ok) throw new Error(result.failure.code);
  return { ...result.value, rows_read: tally.rows_read };
}

async function linkPage(query: LinkQuery): Promise<{
  readonly data: readonly { readonly home: string; readonly status: string | null }[];
  readonly next_cursor: string | null;
  readonly rows_read: number;
}> {
  const { db, tally } = counting(env.DB);
  const result = await listLinks(db, query);
  if (!result.ok) throw new Error(result.failure.code);
  const data = result.value.data.map(({ home, link }) => ({ home, status: link.status }));
  return { ...result.value, data, rows_read: tally.rows_read };
}

const DAY = 1_440 * MINUTE;
const MIDDLE = START + 50_000 * MINUTE;

const filters: readonly [string, Omit<OrderQuery, "limit">][] = [
  ["nothing", {}],
  ["created_asc", { sort: "created_asc" }],
  ["updated_desc", { sort: "updated_desc" }],
  ["updated_asc", { sort: "updated_asc" }],
  ["a common stage", { stage: "paid" }],
  ["a rare stage", { stage: "authorized" }],
  ["a rare stage, oldest first", { stage: "authorized", sort: "created_asc" }],
  ["the commonest status", { status: "PROCESSED" }],
  ["a rare status", { status: "FULLY_REFUNDED" }],
  ["a range of creation", { created_from: MIDDLE, created_to: MIDDLE + DAY }],
  ["updated_after", { updated_after: MIDDLE }],
  ["updated_after, newest first", { updated_after: MIDDLE, sort: "updated_desc" }],
  ["stage and range", { stage: "paid", created_from: MIDDLE, created_to: MIDDLE + DAY }],
  [
    "a rare stage and range",
    { stage: "failed", created_from: MIDDLE, created_to: MIDDLE + 20 * DAY },
  ],
  ["stage and status", { stage: "paid", status: "PROCESSED" }],
  ["a rare stage and status", { stage: "authorized", status: "AUTHORIZED" }],
  ["status and range", { status: "CREATED", created_from: MIDDLE }],
  ["updated_after and stage", { updated_after: MIDDLE, stage: "paid" }],
  ["updated_after and status", { updated_after: MIDDLE, status: "PROCESSED" }],
];

describe("a page of orders", () => {
  it.each(filters)("reads at most four rows for each it shows, by %s", async (_, filter) => {
    const first = await page({ ...filter, limit: LIMIT });
    expect(first.data).toHaveLength(LIMIT);
    expect(first.rows_read).toBeLessThanOrEqual(4 * LIMIT);
    const second = await page({ ...filter, limit: LIMIT, cursor: first.next_cursor });
    expect(second.data).toHaveLength(LIMIT);
    expect(second.rows_read).toBeLessThanOrEqual(4 * LIMIT);
    const ids = [...first.data, ...second.data].map((order) => order.id);
    expect(new Set(ids).size).toBe(2 * LIMIT);
    for (const order of [...first.data, ...second.data]) {
      if (filter.stage !== undefined) expect(order.stage).toBe(filter.stage);
      if (filter.status !== undefined) expect(order.status).toBe(filter.status);
    }
  });

  const rare: readonly [string, Omit<OrderQuery, "limit">][] = [
    ["an amount of nobody", { amount_from: 149_900, amount_to: 149_900 }],
    ["an amount and a stage", { amount_from: 149_900, stage: "paid" }],
    ["an amount and a status", { amount_to: 5, status: "CREATED" }],
    ["an amount and a step", { amount_to: 5, needs: "settle" }],
    ["an amount by update", { amount_to: 5, sort: "updated_desc" }],
    ["an amount in a range", { amount_to: 5, created_from: MIDDLE, sort: "created_asc" }],
    ["a stage and a status that never meet", { stage: "expired", status: "PROCESSED" }],
    ["a stage and a status that never meet, by its index", { stage: "paid", status: "CREATED" }],
    ["a rare stage by update", { stage: "unknown", sort: "updated_desc" }],
  ];

  it.each(rare)("reads no more where nothing is found: %s", async (_, filter) => {
    let cursor: string | null = null;
    for (let n = 0; n < 3; n += 1) {
      const next: Awaited<ReturnType<typeof page>> = await page({
        ...filter,
        limit: LIMIT,
        cursor,
      });
      expect(next.data).toEqual([]);
      expect(next.rows_read).toBeLessThanOrEqual(4 * LIMIT);
      cursor = next.next_cursor;
      if (filter.needs === undefined) expect(cursor).not.toBeNull();
    }
  });

  it("finds every order of an amount once, in order, however few a page finds", async () => {
    const wanted = [90_000, 50_001, 50_000, 7].map((n) => `seed-${n}`);
    const list = JSON.stringify(wanted);
    const set = "UPDATE orders SET amount = ?1 WHERE id IN (SELECT value FROM json_each(?2))";
    await env.DB.prepare(set).bind(149_900, list).run();
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const query = { amount_from: 149_900, amount_to: 149_900, limit: 200, cursor };
      const next: Awaited<ReturnType<typeof page>> = await page(query);
      ids.push(...next.data.map(({ id }) => id));
      cursor = next.next_cursor;
    } while (cursor !== null);
    await env.DB.prepare(set).bind(null, list).run();
    expect(ids).toEqual(wanted);
  });

  const EARLY = START + 1_001 * MINUTE;
  const LATE = START + (ORDERS - 1_000) * MINUTE;
  const BUSY = START + (ORDERS - 500) * MINUTE;
  const ranges: readonly [string, Omit<OrderQuery, "limit">, number][] = [
    ["created_to", { created_to: EARLY }, 1_000],
    ["created_from", { created_from: LATE }, 1_001],
    ["created_from, oldest first", { created_from: LATE, sort: "created_asc" }, 1_001],
    ["created_to, oldest first", { created_to: EARLY, sort: "created_asc" }, 1_000],
    ["a range and a stage", { created_from: LATE, stage: "paid" }, 701],
    ["created_to and a stage", { created_to: EARLY, stage: "paid" }, 700],
    ["created_to and a status", { created_to: START + 5_001 * MINUTE, status: "CREATED" }, 350],
    ["updated_after", { updated_after: BUSY }, 748],
    ["updated_after, newest first", { updated_after: BUSY, sort: "updated_desc" }, 748],
  ];

  it.each(ranges)("is as cheap at the end of the list, by %s", async (_, filter, count) => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const next: Awaited<ReturnType<typeof page>> = await page({ ...filter, limit: 50, cursor });
      expect(next.rows_read).toBeLessThanOrEqual(4 * next.data.length);
      ids.push(...next.data.map((order) => order.id));
      cursor = next.next_cursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(count);
  });

  it("reads as little by reference", async () => {
    const found = await page({ reference: "reference-2000", limit: LIMIT });
    expect(found.data.map((order) => order.id)).toEqual(["seed-4001", "seed-4000"]);
    expect(found.next_cursor).toBeNull();
    expect(found.rows_read).toBeLessThanOrEqual(8);
    expect(await findHomeByReference(env.DB, "reference-2000")).toBe("seed-4001");
    expect(await findHomeByReference(env.DB, "reference-nobody")).toBeNull();
  });

  it("goes by creation, newest first, or as it is told", async () => {
    const newest = await page({ limit: 3 });
    expect(newest.data.map((order) => order.id)).toEqual(
      [0, 1, 2].map((back) => `seed-${ORDERS - back}`),
    );
    const oldest = await page({ limit: 3, sort: "created_asc" });
    expect(oldest.data.map((order) => order.id)).toEqual(["seed-1", "seed-2", "seed-3"]);
  });

  it("holds a range from its first moment to before its last", async () => {
    const found = await page({
      created_from: START + 10 * MINUTE,
      created_to: START + 13 * MINUTE,
      limit: LIMIT,
    });
    expect(found.data.map((order) => order.id)).toEqual(["seed-12", "seed-11", "seed-10"]);
  });

  it("shows every order of a stage once, page by page", async () => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const next: Page<Shown> = await page({ stage: "authorized", limit: 130, cursor });
      ids.push(...next.data.map((order) => order.id));
      cursor = next.next_cursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(1_000);
  });

  it("shows every update once, page by page, also of one moment", async () => {
    const after = START + (ORDERS + 380) * MINUTE;
    const expected = await env.DB.prepare("SELECT count(*) AS n FROM orders WHERE updated_at > ?1")
      .bind(after)
      .first<number>("n");
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const next: Page<Shown> = await page({ updated_after: after, limit: 7, cursor });
      ids.push(...next.data.map((order) => order.id));
      cursor = next.next_cursor;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(expected);
    expect(ids).toHaveLength(expected ?? 0);
  });

  it("does not shift when orders come in between two pages", async () => {
    const first = await page({ limit: 20 });
    for (const n of [1, 2, 3]) {
      const order = sampleOrder(`late-${n}`, { created_at: toIso(NOW + n * MINUTE) });
      await project(env.DB, projectionOf(order));
    }
    const second = await page({ limit: 20, cursor: first.next_cursor });
    await env.DB.prepare("DELETE FROM orders WHERE id LIKE 'late-%'").run();
    expect(second.data.map((order) => order.id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `seed-${ORDERS - 20 - index}`),
    );
  });

  it("refuses a place that is no number of D1's", async () => {
    const { next_cursor } = await page({ limit: 5 });
    const [list, hash] = JSON.parse(atob(next_cursor ?? "")) as [string, string];
    for (const place of ["1e400", "-1e400"]) {
      const cursor = btoa(`["${list}","${hash}",${place}]`).replace(/=+$/, "");
      expect(await listOrders(env.DB, { limit: 5, cursor })).toEqual({
        ok: false,
        failure: { code: "cursor_invalid" },
      });
    }
  });

  it("refuses a cursor that this list did not give out", async () => {
    const { next_cursor } = await page({ stage: "paid", limit: 5 });
    const updates = await page({ sort: "updated_desc", limit: 5 });
    const links = await linkPage({ stage: "paid", limit: 5 });
    const bad: readonly OrderQuery[] = [
      { limit: 5, cursor: next_cursor },
      { limit: 5, stage: "expired", cursor: next_cursor },
      { limit: 5, stage: "paid", sort: "created_asc", cursor: next_cursor },
      { limit: 5, stage: "paid", cursor: links.next_cursor },
      { limit: 5, cursor: updates.next_cursor },
      { limit: 5, cursor: "" },
      { limit: 5, cursor: "not a cursor" },
      { limit: 5, cursor: "eyJhIjoxfQ" },
      { limit: 5, cursor: btoa(JSON.stringify(["orders.created_desc", "0", "1; DROP"])) },
      { limit: 5, cursor: btoa(JSON.stringify(["orders.created_desc", "0", null])) },
      { limit: 5, cursor: "A".repeat(5_000) },
    ];
    for (const query of bad) {
      expect(await listOrders(env.DB, query)).toEqual({
        ok: false,
        failure: { code: "cursor_invalid" },
      });
    }
  });

  it("refuses to sort by creation what was updated since", async () => {
    const query = { updated_after: MIDDLE, sort: "created_desc", limit: 5 } as const;
    expect(await listOrders(env.DB, query)).toEqual({
      ok: false,
      failure: { code: "sort_conflicts" },
    });
  });
});

describe("a page of links", () => {
  const linkFilters: readonly [string, Omit<LinkQuery, "limit">][] = [
    ["nothing", {}],
    ["a common stage", { stage: "paid" }],
    ["a rare stage", { stage: "failed" }],
    ["the commonest status", { status: "PROCESSED" }],
    ["a rare status", { status: "PAYMENT_INITIATED" }],
    ["a status and a range", { status: "EXPIRED", created_from: MIDDLE }],
    ["stage and status", { stage: "expired", status: "EXPIRED" }],
    ["updated_after", { updated_after: MIDDLE }],
  ];

  it.each(linkFilters)("reads at most four rows for each it shows, by %s", async (_, filter) => {
    const first = await linkPage({ ...filter, limit: LIMIT });
    expect(first.data).toHaveLength(LIMIT);
    expect(first.rows_read).toBeLessThanOrEqual(4 * LIMIT);
    const second = await linkPage({ ...filter, limit: LIMIT, cursor: first.next_cursor });
    expect(second.rows_read).toBeLessThanOrEqual(4 * LIMIT);
    const homes = [...first.data, ...second.data].map((link) => link.home);
    expect(new Set(homes).size).toBe(2 * LIMIT);
    for (const link of first.data) {
      if (filter.status !== undefined) expect(link.status).toBe(filter.status);
    }
  });

  it("leaves out orders without a link", async () => {
    const moment = NOW + 10 * DAY;
    const without = sampleOrder("without-link", { created_at: toIso(moment) });
    const link = sampleLink("pl-with");
    const withLink = sampleOrder("with-link", { created_at: toIso(moment), link });
    await project(env.DB, projectionOf(without));
    await project(env.DB, projectionOf(withLink));
    const result = await listLinks(env.DB, { created_from: moment, limit: 10 });
    expect(result.ok && result.value.data.map((row) => row.link)).toEqual([link]);
  });
});
