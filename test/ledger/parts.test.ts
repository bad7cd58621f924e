// Payments and refunds over all orders: on a large ledger each page reads little more than it shows, and
// what two gateway orders of a link both have is shown once.
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inr } from "../../src/domain/money";
import { toIso } from "../../src/domain/time";
import {
  listPayments,
  listRefunds,
  type PaymentQuery,
  type RefundQuery,
} from "../../src/ledger/parts";
import { project } from "../../src/ledger/projection";
import { counting } from "./counting";
import { fillLedger, MINUTE, ORDERS, START } from "./large";
import { NOW, paidOrder, projectionOf, sampleLink, samplePayment, sampleRefund } from "./sample";

const LIMIT = 50;
const DAY = 1_440 * MINUTE;

async function payments(query: PaymentQuery) {
  const { db, tally } = counting(env.DB);
  const result = await listPayments(db, query);
  if (!result.ok) throw new Error(result.failure.code);
  const { data, next_cursor } = result.value;
  const ids = data.map(({ payment }) => payment.id);
  return { data, ids, next_cursor, rows_read: tally.rows_read };
}

async function refunds(query: RefundQuery) {
  const { db, tally } = counting(env.DB);
  const result = await listRefunds(db, query);
  if (!result.ok) throw new Error(result.failure.code);
  const { data, next_cursor } = result.value;
  const ids = data.map(({ refund }) => refund.refund_id);
  return { data, ids, next_cursor, rows_read: tally.rows_read };
}

async function emptyLedger(): Promise<void> {
  await env.DB.batch(
    ["orders", "payments", "refunds", "aliases"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
}

describe("in a large ledger", () => {
  beforeAll(fillLedger);
  afterAll(emptyLedger);

  const MIDDLE = START + 50_000 * MINUTE;
  const filters: readonly [string, Omit<PaymentQuery, "limit">, string][] = [
    ["nothing", {}, "true"],
    [
      "a range",
      { created_from: MIDDLE, created_to: MIDDLE + DAY },
      `created_at >= ${MIDDLE} AND created_at < ${MIDDLE + DAY}`,
    ],
    ["a common status", { status: "PROCESSED" }, "status = 'PROCESSED'"],
    ["a common method", { method: "UPI" }, "payment_method = 'UPI'"],
  ];

  it.each(filters)(
    "a page of payments reads at most eight rows each, by %s",
    async (_, filter, sql) => {
      const first = await payments({ ...filter, limit: LIMIT });
      const second = await payments({ ...filter, limit: LIMIT, cursor: first.next_cursor });
      const { results } = await env.DB.prepare(
        `SELECT id FROM payments WHERE ${sql} ORDER BY created_at DESC LIMIT ${2 * LIMIT}`,
      ).all<{ readonly id: string }>();
      expect([...first.ids, ...second.ids]).toEqual(results.map(({ id }) => id));
      for (const { rows_read } of [first, second]) expect(rows_read).toBeLessThanOrEqual(8 * LIMIT);
    },
  );

  it("a page of refunds reads as little", async () => {
    const first = await refunds({ limit: LIMIT });
    const second = await refunds({ limit: LIMIT, cursor: first.next_cursor });
    expect([...first.ids, ...second.ids]).toEqual(
      Array.from({ length: 2 * LIMIT }, (_, index) => `back-${ORDERS - 10 * index}`),
    );
    for (const { rows_read } of [first, second]) expect(rows_read).toBeLessThanOrEqual(8 * LIMIT);
  });

  it("the last page of a range costs no more than its first", async () => {
    const range = { created_from: START, created_to: START + 1_001 * MINUTE };
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const next: Awaited<ReturnType<typeof payments>> = await payments({
        ...range,
        limit: 90,
        cursor,
      });
      expect(next.rows_read).toBeLessThanOrEqual(8 * next.ids.length + 8);
      ids.push(...next.ids);
      cursor = next.next_cursor;
    } while (cursor !== null);
    expect(ids).toEqual(Array.from({ length: 1_000 }, (_, index) => `pay-${1_000 - index}`));
  });

  it("those of an order are found by any of its ids, and by its reference, with a handful of rows", async () => {
    await env.DB.prepare("INSERT INTO aliases VALUES ('pl-seed-7000', 'seed-7000')").run();
    for (const named of [
      { order_id: "seed-7000" },
      { order_id: "pl-seed-7000" },
      { reference: "reference-7000" },
      { order_id: "seed-7000", reference: "reference-7000" },
    ]) {
      const paid = await payments({ ...named, limit: LIMIT });
      expect(paid.ids).toEqual(["pay-7000"]);
      expect(paid.rows_read).toBeLessThanOrEqual(12);
      const back = await refunds({ ...named, limit: LIMIT });
      expect(back.ids).toEqual(["back-7000"]);
      expect(back.rows_read).toBeLessThanOrEqual(12);
    }
    const other = await payments({ order_id: "seed-7000", reference: "reference-7001", limit: 5 });
    expect(other.ids).toEqual([]);
    expect((await payments({ order_id: "nobody", limit: 5 })).ids).toEqual([]);
  });

  it("one is found by what its bank says, within a range, at the cost of the range", async () => {
    const range = { created_from: MIDDLE, created_to: MIDDLE + DAY };
    const found = await payments({ ...range, rrn: "rrn-50020", limit: LIMIT });
    expect(found.ids).toEqual(["pay-50020"]);
    expect(found.rows_read).toBeLessThanOrEqual(2 * 1_440 + 20);
    const none = await payments({ ...range, rrn: "rrn-7", limit: LIMIT });
    expect(none.ids).toEqual([]);
    const back = await refunds({ ...range, refund_reference: "again-50020", limit: LIMIT });
    expect(back.ids).toEqual(["back-50020"]);
  });
});

describe("in a small ledger", () => {
  beforeEach(emptyLedger);

  it("a payment is shown with what belongs to it of its order", async () => {
    const link = sampleLink("pl-one");
    const line = {
      utr: "UTR1",
      transaction_id: "x",
      role: "payment",
      payment_id: "p-1",
      refund_id: null,
      gross: inr(10_000),
      deductions: null,
      settled_amount: null,
      payout_status: null,
      completed: true,
      settled_at: null,
    } as const;
    const taken = {
      ...line,
      utr: "UTR2",
      role: "refund",
      payment_id: null,
      refund_id: "r-1",
    } as const;
    const order = paidOrder("v1-a", {
      link,
      payments: [samplePayment("p-1"), samplePayment("p-2", { created_at: toIso(NOW + 1) })],
      refunds: [sampleRefund("r-1", { rrn: "778899" })],
      settlement: {
        stage: "completed",
        utrs: ["UTR1"],
        gross: inr(10_000),
        deductions: inr(0),
        recovered: inr(0),
        settled: inr(10_000),
        pending: inr(0),
        unexplained: inr(0),
        lines: [line, { ...line, transaction_id: "y" }, taken],
      },
    });
    await project(env.DB, projectionOf(order));
    const of = {
      home: "v1-a",
      merchant_reference: "ref-v1-a",
      payment_link_id: "pl-one",
      stage: "paid",
      customer: { email_id: "kumar@example.com" },
    };
    expect((await payments({ limit: 5 })).data).toEqual([
      { ...of, utrs: [], listed_at: NOW + 1, payment: order.payments[1] },
      { ...of, utrs: ["UTR1"], listed_at: NOW, payment: order.payments[0] },
    ]);
    expect((await refunds({ rrn: "778899", limit: 5 })).data).toEqual([
      { ...of, utrs: ["UTR2"], listed_at: NOW, refund: order.refunds[0] },
    ]);
    expect((await refunds({ rrn: "1", limit: 5 })).data).toEqual([]);
    const forgotten = { ...order, customer: null, settlement: null, version: 3 };
    await project(env.DB, projectionOf(forgotten));
    expect((await payments({ limit: 1 })).data[0]).toMatchObject({ customer: null, utrs: [] });
  });

  it("a refund whose time nobody has said is as old as its request, else as its order", async () => {
    const order = paidOrder("v1-a", {
      created_at: toIso(NOW),
      refunds: [
        sampleRefund("asked", { created_at: null, requested_at: toIso(NOW + DAY) }),
        sampleRefund("elsewhere", { created_at: null }),
        sampleRefund("dated", { created_at: toIso(NOW + 2 * DAY), requested_at: toIso(NOW) }),
      ],
    });
    await project(env.DB, projectionOf(order));
    expect((await refunds({ limit: 5 })).ids).toEqual(["dated", "asked", "elsewhere"]);
    const day = { created_from: NOW + DAY, created_to: NOW + 2 * DAY };
    expect((await refunds({ ...day, limit: 5 })).ids).toEqual(["asked"]);
  });

  it("a refund that an earlier release left without a time gets one with the next projection", async () => {
    const order = paidOrder("v1-a", { refunds: [sampleRefund("r-1", { created_at: null })] });
    await project(env.DB, projectionOf(order));
    await env.DB.prepare("UPDATE refunds SET created_at = NULL").run();
    expect((await refunds({ limit: 5 })).ids).toEqual([]);
    await project(env.DB, projectionOf({ ...order, version: 3 }));
    expect((await refunds({ limit: 5 })).ids).toEqual(["r-1"]);
  });

  it.each([
    ["v1-a", "v1-b"],
    ["v1-b", "v1-a"],
  ])(
    "what two orders of a link both have is shown once: %s is the home of %s",
    async (home, other) => {
      const link = sampleLink("pl-one");
      const known = (id: string) =>
        paidOrder(id, {
          link,
          payments: [samplePayment("shared-up-k")],
          refunds: [sampleRefund("shared-rf")],
        });
      const shown = async () => [
        (await payments({ limit: 5 })).data.map((row) => [row.payment.id, row.home]),
        (await refunds({ limit: 5 })).data.map((row) => [row.refund.refund_id, row.home]),
      ];
      await project(env.DB, projectionOf(known(other)));
      await project(env.DB, projectionOf(known(home), { aliases: ["pl-one"] }));
      const once = [[["shared-up-k", home]], [["shared-rf", home]]];
      expect(await shown()).toEqual(once);
      await project(env.DB, projectionOf(known(home), { aliases: ["pl-one", other] }));
      expect(await shown()).toEqual(once);
    },
  );

  it("pages of one moment show everything once", async () => {
    for (const n of [1, 2, 3, 4, 5]) await project(env.DB, projectionOf(paidOrder(`v1-${n}`)));
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const next: Awaited<ReturnType<typeof payments>> = await payments({ limit: 2, cursor });
      ids.push(...next.ids);
      cursor = next.next_cursor;
    } while (cursor !== null);
    expect(ids).toEqual([5, 4, 3, 2, 1].map((n) => `v1-${n}-cc-1`));
  });

  it("a cursor fits the list and the filters that made it, and no other", async () => {
    for (const n of [1, 2, 3]) {
      const order = paidOrder(`v1-${n}`, { refunds: [sampleRefund(`r-${n}`)] });
      await project(env.DB, projectionOf(order));
    }
    const { next_cursor: cursor } = await payments({ method: "CARD", limit: 1 });
    expect(cursor).not.toBeNull();
    const refused = { ok: false, failure: { code: "cursor_invalid" } };
    expect(await listPayments(env.DB, { limit: 1, cursor })).toEqual(refused);
    expect(await listPayments(env.DB, { method: "UPI", limit: 1, cursor })).toEqual(refused);
    expect(await listRefunds(env.DB, { limit: 1, cursor })).toEqual(refused);
  });
});
