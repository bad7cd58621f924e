// What waits for a person: exact numbers with the oldest of each kind, and a page that costs the same in a
// ledger of a hundred thousand orders, on a good day and on the worst.
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatDiscrepancyId } from "../../src/domain/discrepancy-id";
import { inr } from "../../src/domain/money";
import type { OrderView } from "../../src/domain/order-view";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";
import { toIso } from "../../src/domain/time";
import { type AttentionQuery, readAttention } from "../../src/ledger/attention";
import { project } from "../../src/ledger/projection";
import { counting } from "./counting";
import { fillLedger } from "./large";
import {
  NOW,
  orderless,
  paidOrder,
  projectionOf,
  sampleDiscrepancy,
  sampleMessage,
  sampleOrder,
  samplePayment,
} from "./sample";

const QUERY: AttentionQuery = {
  now: NOW,
  stuck_after: 2 * MINUTE,
  unrouted_from: NOW - 7 * DAY,
  payments_from: NOW - 7 * DAY,
  payments_to: NOW - 10 * MINUTE,
};

const NONE = { count: 0, more: false, amount: 0, oldest: null };

async function read() {
  const { db, tally } = counting(env.DB);
  const found = await readAttention(db, QUERY);
  return { found, rows_read: tally.rows_read, statements: tally.statements };
}

async function emptyLedger(): Promise<void> {
  await env.DB.batch(
    ["orders", "payments", "refunds", "aliases", "discrepancies", "events", "messages"].map(
      (table) => env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
}

async function put(id: string, change: Partial<OrderView>): Promise<void> {
  await project(env.DB, projectionOf(sampleOrder(id, change)));
}

describe("in a small ledger", () => {
  beforeEach(emptyLedger);

  it("nothing waits where there is nothing", async () => {
    const { found } = await read();
    expect(found).toEqual({
      uncaptured: {
        lapsed: NONE,
        under_6h: NONE,
        under_24h: NONE,
        under_48h: NONE,
        later: NONE,
        unknown: NONE,
      },
      stuck: NONE,
      fulfillment: NONE,
      refunds: NONE,
      refunds_without_end: NONE,
      discrepancies: { loss: NONE, risk: NONE, note: NONE },
      attention: {},
      notifications: { dead: NONE, retrying: NONE, paused: NONE },
      messages: { waiting: NONE, unrouted: NONE },
      payments: [],
      last_webhook_at: null,
    });
  });

  it("held money goes by the time that is left to capture it", async () => {
    const held = async (id: string, left: number | null, paisa: number) =>
      put(id, {
        stage: "authorized",
        authorized: inr(paisa),
        capture_by: left === null ? null : toIso(NOW + left),
      });
    await held("gone", -1, 1);
    await held("gone-long", -DAY, 2);
    await held("now", 0, 4);
    await held("soon", 6 * HOUR, 8);
    await held("today", 6 * HOUR + 1, 16);
    await held("tomorrow", 48 * HOUR, 32);
    await held("later", 48 * HOUR + 1, 64);
    await held("nobody-knows", null, 128);
    await put("captured", { stage: "paid", capture_by: toIso(NOW - 1), authorized: inr(256) });
    const of = (id: string, left: number | null, amount: number, count = 1) => ({
      count,
      more: false,
      amount,
      oldest: { id, at: left === null ? null : NOW + left },
    });
    expect((await read()).found.uncaptured).toEqual({
      lapsed: of("gone-long", -DAY, 7, 3),
      under_6h: of("soon", 6 * HOUR, 8),
      under_24h: of("today", 6 * HOUR + 1, 16),
      under_48h: of("tomorrow", 48 * HOUR, 32),
      later: of("later", 48 * HOUR + 1, 64),
      unknown: of("nobody-knows", null, 128),
    });
  });

  it("a payment on its way is stuck once nothing was heard of it for long enough", async () => {
    const heard = async (id: string, ago: number) =>
      put(id, { stage: "payment_initiated", updated_at: toIso(NOW - ago) });
    await heard("fresh", 2 * MINUTE);
    await heard("stuck", 2 * MINUTE + 1);
    await heard("stuck-long", DAY);
    await put("other", { updated_at: toIso(NOW - DAY) });
    const oldest = { id: "stuck-long", at: NOW - DAY };
    expect((await read()).found.stuck).toEqual({ count: 2, more: false, amount: 20_000, oldest });
  });

  it("orders wait by their open steps, whatever else is open", async () => {
    const open = (...steps: readonly ("fulfill" | "refund" | "settle")[]) =>
      steps.map((step) => ({ step, state: "todo", at: null, by: null, detail: "" }) as const);
    await put("o-1", { created_at: toIso(NOW + 3), checklist: open("fulfill", "settle") });
    await put("o-2", { created_at: toIso(NOW + 2), checklist: open("fulfill", "refund") });
    await put("o-3", { created_at: toIso(NOW + 1), checklist: open("settle") });
    const { found } = await read();
    const oldest = { id: "o-2", at: NOW + 2 };
    expect(found.fulfillment).toEqual({ ...NONE, count: 2, oldest });
    expect(found.refunds).toEqual({ ...NONE, count: 1, oldest });
  });

  it("orders wait by each code of attention, known or not", async () => {
    await put("o-1", { created_at: toIso(NOW + 1), attention: ["needs_decision", "overpaid"] });
    await put("o-2", { created_at: toIso(NOW), attention: ["overpaid"] });
    await put("o-3", { created_at: toIso(NOW + 2), attention: ["a_new_code", "overpaid"] });
    await put("o-4", { created_at: toIso(NOW - 9) });
    expect((await read()).found.attention).toEqual({
      a_new_code: { ...NONE, count: 1, oldest: { id: "o-3", at: NOW + 2 } },
      needs_decision: { ...NONE, count: 1, oldest: { id: "o-1", at: NOW + 1 } },
      overpaid: { ...NONE, count: 3, oldest: { id: "o-2", at: NOW } },
    });
  });

  it("discrepancies wait by severity with their amounts, and only open ones", async () => {
    const seen = (at: number) => ({ first_seen_at: toIso(at), last_seen_at: toIso(at) });
    await put("o-1", {
      discrepancies: [
        sampleDiscrepancy({ amount: 2_000, ...seen(NOW + 5) }),
        sampleDiscrepancy({ subject: "x", amount: null, ...seen(NOW + 4) }),
        sampleDiscrepancy({ subject: "y", amount: 7, ...seen(NOW), closed_at: toIso(NOW + 9) }),
        sampleDiscrepancy({ type: "refund_without_end", subject: "r-1", amount: 500 }),
        sampleDiscrepancy({ type: "overpaid", amount: 100, ...seen(NOW - 1) }),
      ],
    });
    const { found } = await read();
    const oldest = (key: string, at: number) => ({
      id: formatDiscrepancyId({ home: "o-1", key }),
      at,
    });
    expect(found.discrepancies).toEqual({
      loss: { count: 2, more: false, amount: 2_000, oldest: oldest("over_refunded:x", NOW + 4) },
      risk: { count: 2, more: false, amount: 600, oldest: oldest("overpaid", NOW - 1) },
      note: NONE,
    });
    expect(found.refunds_without_end).toEqual({
      count: 1,
      more: false,
      amount: 500,
      oldest: oldest("refund_without_end:r-1", NOW),
    });
  });

  it("notifications and messages wait by what is wrong with them", async () => {
    const event = env.DB.prepare(
      `INSERT INTO events (id, type, home, created_at, doc, trouble) VALUES (?1, 'order.paid', 'o', ?2, '{}', ?3)`,
    );
    await env.DB.batch([
      event.bind("e-1", NOW + 1, "retrying"),
      event.bind("e-2", NOW + 2, "dead"),
      event.bind("e-3", NOW + 3, "dead"),
      event.bind("e-4", NOW + 4, null),
    ]);
    const messages = [
      sampleMessage(1, { state: "waiting", received_at: NOW - 30 * DAY }),
      sampleMessage(2, { state: "unrouted", received_at: NOW - 8 * DAY }),
      sampleMessage(3, { state: "unrouted", received_at: NOW - 6 * DAY }),
      sampleMessage(4, { state: "applied", received_at: NOW - DAY }),
    ];
    await project(env.DB, orderless("unrouted:0", { messages }));
    const { found } = await read();
    expect(found.notifications).toEqual({
      dead: { ...NONE, count: 2, oldest: { id: "e-2", at: NOW + 2 } },
      retrying: { ...NONE, count: 1, oldest: { id: "e-1", at: NOW + 1 } },
      paused: NONE,
    });
    expect(found.messages).toEqual({
      waiting: { ...NONE, count: 1, oldest: { id: "msg_1", at: NOW - 30 * DAY } },
      unrouted: { ...NONE, count: 1, oldest: { id: "msg_3", at: NOW - 6 * DAY } },
    });
    expect(found.last_webhook_at).toBe(NOW - DAY);
  });

  it("payments with money show how they became known, newest first, failed tries left out", async () => {
    const paid = async (
      id: string,
      ago: number,
      change: Partial<OrderView> = {},
      status = "PROCESSED",
    ) => {
      const payments = [samplePayment(`${id}-p`, { status, created_at: toIso(NOW - ago) })];
      await project(env.DB, projectionOf(paidOrder(id, { payments, ...change })));
    };
    await paid("asked", HOUR, { verified_by: "inquiry" });
    await paid("told", 2 * HOUR);
    await paid("held", 3 * HOUR, { stage: "authorized", verified_by: "inquiry" });
    await paid("tried", HOUR, { stage: "awaiting_payment" });
    await paid("failed", HOUR, {}, "FAILED");
    await paid("a-moment-ago", 10 * MINUTE, { verified_by: "inquiry" });
    await paid("long-ago", 8 * DAY, { verified_by: "inquiry" });
    expect((await read()).found.payments).toEqual([
      { home: "asked", at: NOW - HOUR, verified_by: "inquiry" },
      { home: "told", at: NOW - 2 * HOUR, verified_by: "webhook" },
      { home: "held", at: NOW - 3 * HOUR, verified_by: "inquiry" },
    ]);
  });
});

describe("in a ledger of a hundred thousand orders", () => {
  beforeAll(async () => {
    await emptyLedger();
    await fillLedger();
  });
  afterAll(emptyLedger);

  it("counts to a thousand of each kind and reads no more, were there any number of them", async () => {
    const many = (count: number, statement: string) =>
      env.DB.prepare(
        `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count}) ${statement}`,
      );
    await env.DB.batch([
      many(
        20_000,
        `INSERT INTO discrepancies (home, key, type, severity, subject, ours, theirs, amount,
           first_seen_at, last_seen_at)
         SELECT 'h-' || n, 'k', CASE n % 2 WHEN 0 THEN 'refund_without_end' ELSE 'overpaid' END,
           CASE n % 4 WHEN 1 THEN 'loss' WHEN 3 THEN 'note' ELSE 'risk' END, '', '1', '2', 10,
           ${NOW} + n, ${NOW} FROM numbers`,
      ),
      many(
        20_000,
        `INSERT INTO events (id, type, home, created_at, doc, trouble)
         SELECT 'e-' || n, 'order.paid', 'o', ${NOW}, '{}',
           CASE n % 3 WHEN 0 THEN 'dead' WHEN 1 THEN 'retrying' ELSE 'paused' END FROM numbers`,
      ),
      many(
        20_000,
        `INSERT INTO messages (webhook_id, actor, n, state, repeats, size, body_hash, id_reused,
           received_at, sent_at)
         SELECT 'm-' || n, 'a', n, CASE n % 2 WHEN 0 THEN 'waiting' ELSE 'unrouted' END, 0, 1, '',
           0, ${NOW}, ${NOW} FROM numbers`,
      ),
      env.DB.prepare(
        `UPDATE orders SET attention = CASE seq / 61440000 % 3 WHEN 0 THEN ' overpaid '
           WHEN 1 THEN ' needs_decision ' ELSE ' needs_decision overpaid ' END
         WHERE stage = 'paid'`,
      ),
    ]);
    const { found, rows_read } = await read();
    const capped = { count: 1_000, more: true };
    expect(found.uncaptured.lapsed).toMatchObject({ ...capped, amount: 10_010_000 });
    expect(found.uncaptured.later).toMatchObject({ count: 0, more: true });
    expect(found.stuck).toMatchObject({ count: 1_000, more: false, amount: 10_000_000 });
    for (const one of [
      found.fulfillment,
      found.refunds,
      found.refunds_without_end,
      ...Object.values(found.discrepancies),
      ...Object.values(found.notifications),
      ...Object.values(found.messages),
      ...Object.values(found.attention),
    ]) {
      expect(one).toMatchObject(capped);
    }
    expect(found.discrepancies.loss.oldest?.at).toBe(NOW + 1);
    // Fourteen counts of a thousand rows; some look into the row behind the index.
    expect(rows_read).toBeLessThanOrEqual(20_000);
  });

  it("reads a few hundred rows where nothing waits", async () => {
    await env.DB.batch(
      ["discrepancies", "events", "messages"].map((table) =>
        env.DB.prepare(`DELETE FROM ${table}`),
      ),
    );
    await env.DB.prepare("UPDATE orders SET stage = 'paid', needs = 0, attention = NULL").run();
    const { found, rows_read, statements } = await read();
    expect(found.fulfillment).toEqual(NONE);
    expect(found.payments.length).toBeGreaterThan(0);
    expect(statements).toBe(10);
    expect(rows_read).toBeLessThanOrEqual(1_000);
  });
});
