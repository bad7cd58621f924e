// The walk of the retention by itself, with its ports in the test's hand: bounded, never twice over the
// same past within a week, and never stopped by one order; and what it reads of a large ledger.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { Walk } from "../../src/actor/peers";
import type { Forgotten } from "../../src/actor/rpc";
import { type RetentionPorts, runRetention } from "../../src/cron/retention";
import { DAY, HOUR } from "../../src/domain/schedule";
import { bareEvents, listOldOrders, type OldOrder } from "../../src/ledger/forget";
import { counting } from "../ledger/counting";

const NOW = Date.UTC(2031, 0, 1);
const RETENTION = 30 * DAY;

interface World {
  now: number;
  walk: Walk | null;
  readonly orders: OldOrder[];
  readonly asked: string[];
  readonly keepers: number[];
  readonly listed: number[];
  outcome: (id: string) => Forgotten | Error;
  more: boolean;
}

/** Orders that were changed one minute after the other, the first of them `days` ago. */
function world(count: number, days = 90): World {
  const first = NOW - days * DAY;
  return {
    now: NOW,
    walk: null,
    orders: Array.from({ length: count }, (_, n) => ({
      id: `v1-${n}`,
      updated_at: first + n * 60_000,
      seq: n,
      forgotten: false,
    })),
    asked: [],
    keepers: [],
    listed: [],
    outcome: () => "removed",
    more: false,
  };
}

function portsOf(of: World): RetentionPorts {
  return {
    retention: RETENTION,
    listOld: async (after, before, limit) => {
      const found = of.orders.filter(
        (row) =>
          row.updated_at < before &&
          (row.updated_at > after.updated_at ||
            (row.updated_at === after.updated_at && row.seq > after.seq)),
      );
      of.listed.push(Math.min(found.length, limit));
      return found.slice(0, limit);
    },
    forgetOld: async (id) => {
      of.asked.push(id);
      const outcome = of.outcome(id);
      if (outcome instanceof Error) throw outcome;
      const index = of.orders.findIndex((row) => row.id === id);
      const row = of.orders[index];
      if (row && outcome === "removed") of.orders[index] = { ...row, forgotten: true };
      return outcome;
    },
    forgetMessages: async (keeper) => {
      of.keepers.push(keeper);
      return { more: of.more };
    },
    readWalk: async () => of.walk,
    writeWalk: async (walk) => {
      of.walk = walk;
    },
    now: () => of.now,
  };
}

async function hours(of: World, count: number) {
  const runs = [];
  for (let hour = 0; hour < count; hour += 1) {
    runs.push(await runRetention(portsOf(of)));
    of.now += HOUR;
  }
  return runs;
}

const ids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `v1-${from + n}`);

describe("a run", () => {
  test("asks the oldest, a bounded number of them, and says how many are left", async () => {
    const of = world(80);
    expect(await hours(of, 3)).toEqual([
      { due: 80, asked: 35, changed: 35, failed: 0, left_over: 45 },
      { due: 45, asked: 35, changed: 35, failed: 0, left_over: 10 },
      { due: 10, asked: 10, changed: 10, failed: 0, left_over: 0 },
    ]);
    expect(of.asked).toEqual(ids(0, 80));
  });

  test("leaves those alone that are younger", async () => {
    const of = world(10, 29);
    expect(await hours(of, 2)).toMatchObject([{ due: 0 }, { due: 0 }]);
    of.now += 2 * DAY;
    expect(await hours(of, 1)).toMatchObject([{ due: 10, changed: 10 }]);
  });

  test("is not stopped by an order whose actor gives no answer", async () => {
    const of = world(3);
    of.outcome = (id) => (id === "v1-1" ? new Error("reset") : "removed");
    expect(await hours(of, 1)).toMatchObject([{ asked: 3, changed: 2, failed: 1 }]);
  });

  test("empties one keeper of unrouted messages, the same again while it has more", async () => {
    const of = world(0);
    await hours(of, 3);
    of.more = true;
    await hours(of, 2);
    of.more = false;
    await hours(of, 14);
    expect(of.keepers).toEqual([0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0]);
  });
});

describe("the walk", () => {
  test("does not read the past again before a week is over, and then asks who was not over", async () => {
    const of = world(20);
    of.outcome = (id) => (id === "v1-7" ? "not_over" : "removed");
    await hours(of, 7 * 24);
    expect(of.asked).toEqual(ids(0, 20));
    expect(of.listed.slice(1)).toEqual(of.listed.slice(1).map(() => 0));
    of.asked.length = 0;
    await hours(of, 2);
    expect(of.asked).toEqual(["v1-7"]);
  });

  test("passes over a past that was done before, some hundred rows an hour", async () => {
    const of = world(1_200);
    for (const [index, row] of of.orders.entries()) {
      of.orders[index] = { ...row, forgotten: index !== 1_100 };
    }
    await hours(of, 3);
    expect(of.listed).toEqual([500, 500, 200]);
    expect(of.asked).toEqual(["v1-1100"]);
  });

  test("goes on through orders of one moment", async () => {
    const of = world(100);
    for (const [index, row] of of.orders.entries()) {
      of.orders[index] = { ...row, updated_at: NOW - 60 * DAY };
    }
    await hours(of, 3);
    expect(of.asked).toEqual(ids(0, 100));
  });
});

describe("of a large ledger", () => {
  const ORDERS = 20_000;
  const FIRST = NOW - ORDERS * 60_000;

  beforeAll(async () => {
    await env.DB.prepare(
      `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
       INSERT INTO orders (seq, id, version, stage, origin, currency, authorized, refundable,
         created_at, updated_at, forgotten_at, doc)
       SELECT n, 'seed-' || n, 1, 'paid', 'webhook', 'INR', 0, 0, ?2, ?2 + n / 2 * 120000,
         CASE WHEN n <= 10000 THEN 1 END, '{}' FROM numbers`,
    )
      .bind(ORDERS, FIRST)
      .run();
  });

  test("a page reads what it shows, wherever the walk has come to", async () => {
    for (const place of [
      { updated_at: 0, seq: 0 },
      { updated_at: FIRST + 5_000 * 120_000, seq: 10_000 },
    ]) {
      const { db, tally } = counting(env.DB);
      const page = await listOldOrders(db, place, NOW, 500);
      expect(page).toHaveLength(500);
      expect(page[0]?.seq).toBe(place.seq + 1);
      expect(page[0]?.forgotten).toBe(place.seq < 10_000);
      // Each row from the index and from the table.
      expect(tally.rows_read).toBeLessThanOrEqual(2 * 500 + 2);
    }
  });

  test("the end of the walk costs next to nothing", async () => {
    const { db, tally } = counting(env.DB);
    const end = { updated_at: FIRST + 10_000 * 120_000, seq: ORDERS };
    expect(await listOldOrders(db, end, NOW + DAY, 500)).toEqual([]);
    expect(tally.rows_read).toBeLessThanOrEqual(2);
  });
});

test("notifications are found by their ids when they are written anew, and those that are bare are left", async () => {
  await env.DB.prepare(
    `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
     INSERT INTO events (id, type, home, created_at, doc, delivery)
     SELECT 'evt_' || n, 'order.paid', 'seed-' || n, 1, '{"data":"whole"}', ?1 FROM numbers`,
  )
    .bind(
      '{"rev":7,"state":"dead","attempts":[{"n":1,"answer":"Kavita"},{"n":2,"answer":null},{"n":3,"answer":""}]}',
    )
    .run();
  const bare = [{ id: "evt_4711", doc: { data: "bare" } }];
  const { db, tally } = counting(env.DB);
  await bareEvents(db, bare);
  // The row, and its three tries as often as they are looked at.
  expect(tally.rows_read).toBeLessThanOrEqual(15);
  expect(tally.rows_written).toBe(1);
  const row = await env.DB.prepare("SELECT * FROM events WHERE id = 'evt_4711'").first();
  expect(row).toMatchObject({
    seq: 4711,
    doc: '{"data":"bare"}',
    delivery:
      '{"rev":7,"state":"dead","attempts":[{"n":1,"answer":null},{"n":2,"answer":null},{"n":3,"answer":null}]}',
  });
  await bareEvents(db, bare);
  expect(tally.rows_written).toBe(1);
});
