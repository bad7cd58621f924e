// Events, discrepancies, what is due, the stamp, and the shape of the tables.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { formatDiscrepancyId } from "../../src/domain/discrepancy-id";
import { toIso } from "../../src/domain/time";
import { listDiscrepancies, type ListedDiscrepancy } from "../../src/ledger/discrepancies";
import { deferInquiry, dueInquiries, health, overdueWakes } from "../../src/ledger/due";
import { findEvent, listEvents } from "../../src/ledger/events";
import { project } from "../../src/ledger/projection";
import { checkStamp } from "../../src/ledger/stamp";
import { counting } from "./counting";
import {
  NOW,
  orderless,
  projectionOf,
  sampleDiscrepancy,
  sampleEvent,
  sampleOrder,
} from "./sample";

beforeEach(async () => {
  await env.DB.batch(
    ["orders", "events", "discrepancies", "ledger_stamp"].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

describe("events", () => {
  it("are numbered in the order in which they were recorded", async () => {
    await project(env.DB, orderless("a", { events: ["z", "b", "a"].map((id) => sampleEvent(id)) }));
    await project(env.DB, orderless("b", { events: [sampleEvent("c", "order.refunded")] }));
    const all = await listEvents(env.DB, 0, 10);
    expect(all.map((event) => event.id)).toEqual(["z", "b", "a", "c"]);
    expect(all[3]).toMatchObject({ home: "b", ...sampleEvent("c", "order.refunded") });
    const seqs = all.map((event) => event.seq);
    expect(seqs).toEqual(seqs.toSorted((one, two) => one - two));
    expect((await listEvents(env.DB, seqs[1] ?? 0, 1)).map((event) => event.id)).toEqual(["a"]);
    expect((await findEvent(env.DB, "b"))?.seq).toBe(seqs[1]);
    expect(await findEvent(env.DB, "nobody")).toBeNull();
  });

  it("keep their number when they are recorded again", async () => {
    const first = orderless("a", { events: [sampleEvent("one"), sampleEvent("two")] });
    await project(env.DB, first);
    const before = await listEvents(env.DB, 0, 10);
    const { db, tally } = counting(env.DB);
    await project(db, first);
    expect(tally.rows_written).toBe(0);
    await project(env.DB, orderless("a", { events: [sampleEvent("two"), sampleEvent("three")] }));
    const after = await listEvents(env.DB, 0, 10);
    expect(after.slice(0, 2)).toEqual(before);
    expect(after.map((event) => event.id)).toEqual(["one", "two", "three"]);
  });
});

describe("discrepancies", () => {
  it("are listed newest first, the open ones alone if asked", async () => {
    for (let n = 0; n < 6; n += 1) {
      const discrepancy = sampleDiscrepancy({
        type: "gateway_disagrees",
        subject: `p-${n}`,
        ours: { status: "PENDING" },
        theirs: null,
        first_seen_at: toIso(NOW + Math.floor(n / 2)),
        closed_at: n % 2 === 0 ? null : toIso(NOW + 10),
      });
      await project(env.DB, projectionOf(sampleOrder(`d-${n}`, { discrepancies: [discrepancy] })));
    }
    const collect = async (open: boolean): Promise<readonly ListedDiscrepancy[]> => {
      const all: ListedDiscrepancy[] = [];
      let cursor: string | null = null;
      do {
        const page = await listDiscrepancies(env.DB, { open, limit: 2, cursor });
        if (!page.ok) throw new Error(page.failure.code);
        all.push(...page.value.data);
        cursor = page.value.next_cursor;
      } while (cursor !== null);
      return all;
    };
    const open = await collect(true);
    expect(open.map((row) => row.home)).toEqual(["d-4", "d-2", "d-0"]);
    expect(open[2]).toEqual({
      home: "d-0",
      key: "gateway_disagrees:p-0",
      severity: "risk",
      type: "gateway_disagrees",
      subject: "p-0",
      ours: { status: "PENDING" },
      theirs: null,
      amount: 2_000,
      first_seen_at: toIso(NOW),
      last_seen_at: toIso(NOW),
      closed_at: null,
      id: formatDiscrepancyId({ home: "d-0", key: "gateway_disagrees:p-0" }),
      order_id: "d-0",
      utr: null,
      resolution: null,
    });
    const all = await collect(false);
    expect(all.map((row) => row.home)).toEqual(["d-5", "d-4", "d-3", "d-2", "d-1", "d-0"]);
    expect(await listDiscrepancies(env.DB, { open: true, limit: 2, cursor: "x" })).toMatchObject({
      ok: false,
    });
  });
});

describe("what is due", () => {
  it("comes oldest first, bounded, and only when its time has come", async () => {
    for (const [id, at] of [
      ["q-3", 3],
      ["q-1", 1],
      ["q-2", 2],
      ["q-9", 9],
    ] as const) {
      const moments = { next_inquiry_at: NOW + at, wake_at: NOW + 10 * at };
      await project(env.DB, projectionOf(sampleOrder(id), moments));
    }
    await project(env.DB, projectionOf(sampleOrder("q-none")));
    expect(await dueInquiries(env.DB, NOW + 3, 10)).toEqual(["q-1", "q-2", "q-3"]);
    expect(await dueInquiries(env.DB, NOW + 3, 2)).toEqual(["q-1", "q-2"]);
    expect(await overdueWakes(env.DB, NOW + 21, 10)).toEqual(["q-1", "q-2"]);
    expect(await health(env.DB)).toEqual({
      oldest_inquiry_due_at: NOW + 1,
      oldest_wake_due_at: NOW + 10,
    });

    await deferInquiry(env.DB, "q-1", NOW + 4);
    await deferInquiry(env.DB, "q-9", NOW + 4);
    await deferInquiry(env.DB, "q-none", NOW + 4);
    expect(await dueInquiries(env.DB, NOW + 4, 10)).toEqual(["q-2", "q-3", "q-1"]);
  });

  it("reads only what it returns", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
       INSERT INTO orders (seq, id, version, stage, origin, currency, authorized, refundable,
         created_at, updated_at, next_inquiry_at, wake_at, doc)
       SELECT n, 'due-' || n, 1, 'paid', 'webhook', 'INR', 0, 0, n, n, n, n, '{}' FROM numbers`,
    ).run();
    for (const query of [dueInquiries, overdueWakes]) {
      const { db, tally } = counting(env.DB);
      expect(await query(db, 15_000, 40)).toHaveLength(40);
      expect(tally.rows_read).toBeLessThanOrEqual(80);
    }
  });

  it("is nothing in an empty ledger", async () => {
    expect(await health(env.DB)).toEqual({ oldest_inquiry_due_at: null, oldest_wake_due_at: null });
  });
});

describe("the stamp", () => {
  it("is the first caller's environment, and refuses every other", async () => {
    expect(await checkStamp(env.DB, "uat")).toEqual({ ok: true, value: null });
    expect(await checkStamp(env.DB, "uat")).toEqual({ ok: true, value: null });
    expect(await checkStamp(env.DB, "production")).toEqual({
      ok: false,
      failure: { code: "environment_mismatch", stamped: "uat", configured: "production" },
    });
  });
});

describe("the tables", () => {
  it("keep what drizzle can not write: each of these costs one row, not two", async () => {
    const { results } = await env.DB.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%' ORDER BY name",
    ).all<{ name: string }>();
    expect(results.map((row) => row.name)).toEqual([
      "aliases",
      "audit",
      "days",
      "discrepancies",
      "lookups",
      "messages",
      "payments",
      "refunds",
      "settlement_lines",
      "settlements",
      "wakes",
    ]);
  });
});
