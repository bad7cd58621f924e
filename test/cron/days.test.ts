// The days behind the charts: they say what the reconciliation says, whatever happens late, and a run that
// is bounded, that dies, or that meets a failing ledger loses no day. Real D1, the clock in the test's hand.

import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { DayWalk } from "../../src/actor/peers";
import { type DaysPorts, type DaysResult, runDays } from "../../src/cron/days";
import { type CronPorts, runCron } from "../../src/cron/index";
import { momentsOf } from "../../src/domain/day-moments";
import { inr, type Paisa, paisa } from "../../src/domain/money";
import type { PaymentBooks } from "../../src/domain/settlement-books";
import { daysLater } from "../../src/domain/report-days";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";
import { toIso } from "../../src/domain/time";
import {
  changedOrders,
  changedTransfers,
  computeDay,
  type Day,
  listDays,
} from "../../src/ledger/days";
import { project, projectAlias } from "../../src/ledger/projection";
import { reconciliation } from "../../src/ledger/reconciliation";
import { counting } from "../ledger/counting";
import {
  NOW,
  paidOrder,
  projectionOf,
  sampleBooks,
  sampleLink,
  samplePayment,
  sampleRefund,
} from "../ledger/sample";
import { tell } from "../ledger/settled";

const ZONE = "Asia/Kolkata";
/** NOW is 05:30 on it. */
const FIRST = "2031-01-01";

let now = NOW;
let walk: DayWalk | null = null;

beforeEach(async () => {
  now = NOW + HOUR;
  walk = null;
  await env.DB.batch(
    ["orders", "payments", "refunds", "aliases", "settlements", "settlement_lines", "days"].map(
      (table) => env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

function portsOf(change: Partial<DaysPorts> = {}, db = env.DB): DaysPorts {
  return {
    zone: ZONE,
    changedOrders: (after, limit) => changedOrders(db, after, limit),
    changedTransfers: (after, limit) => changedTransfers(db, after, limit),
    listComputed: (from, to) => listDays(db, from, to),
    compute: (day, at) => computeDay(db, askedFor(day, at)),
    readWalk: async () => walk,
    writeWalk: async (kept) => {
      walk = kept;
    },
    now: () => now,
    ...change,
  };
}

function askedFor(day: string, at: number, orders_without_link = true) {
  return { day, ...momentsOf({ from: day, to: day }, ZONE), at, orders_without_link };
}

/** Runs every minute until nothing is left, as the cron does. */
async function count(): Promise<void> {
  now += 5 * MINUTE;
  for (let run = await runDays(portsOf()); run !== null; run = await runDays(portsOf())) {
    if (run.left_over === 0) return;
    now += MINUTE;
  }
}

async function dayOf(day: string): Promise<Day> {
  const [row] = await listDays(env.DB, day, day);
  if (row === undefined) throw new Error(`${day} was not computed`);
  return row;
}

/** A settled part, a part in a transfer that is not completed, the rest in none. */
function books(captured: number, completed: number, initiated: number): PaymentBooks {
  const rest = captured - completed;
  return {
    ...sampleBooks(captured),
    settled: paisa(completed),
    pending: paisa(rest),
    initiated: paisa(initiated),
  };
}

async function paid(
  id: string,
  at: number,
  money: PaymentBooks = sampleBooks(10_000),
  refund?: { readonly at: number; readonly value: number },
): Promise<void> {
  const created_at = toIso(at);
  const refunds =
    refund === undefined
      ? []
      : [
          sampleRefund(`${id}-re`, {
            created_at: toIso(refund.at),
            amount: inr(refund.value),
          }),
        ];
  const order = paidOrder(id, {
    created_at,
    updated_at: toIso(now),
    payments: [samplePayment(`${id}-up`, { created_at, books: money })],
    refunds,
    version: now - NOW,
  });
  await project(env.DB, projectionOf(order));
}

async function reconciled(day: string) {
  const range = momentsOf({ from: day, to: day }, ZONE);
  const read = async (by: "payment_date" | "settlement_date") =>
    reconciliation(env.DB, { ...range, by, orders_without_link: true });
  const paidOn = await read("payment_date");
  const settledOn = await read("settlement_date");
  const of = ({ rows }: typeof paidOn, name: string) =>
    rows.find((row) => row.name === name)?.amount ?? 0;
  return {
    collected: paidOn.collected as number,
    on_its_way: of(paidOn, "not_yet_settled") as number,
    completed: of(paidOn, "settled") as number,
    settled: of(settledOn, "settled") as number,
  };
}

describe("a day", () => {
  interface Money {
    readonly captured: number;
    readonly completed: number;
    readonly initiated: number;
    readonly at: number;
  }
  const money: fc.Arbitrary<Money> = fc.record({
    captured: fc.integer({ min: 1, max: 100_000 }),
    completed: fc.integer({ min: 0, max: 100 }),
    initiated: fc.integer({ min: 0, max: 100 }),
    /** Minutes from the first day on. */
    at: fc.integer({ min: 0, max: 4 * 24 * 60 }),
  });

  test("says what the reconciliation says of it, for every history", async () => {
    const histories = fc.array(money, { minLength: 1, maxLength: 6 });
    let n = 0;
    const holds = async (payments: readonly Money[]) => {
      for (const { captured, completed, initiated, at } of payments) {
        const done = Math.floor((captured * completed) / 100);
        const begun = Math.floor(((captured - done) * initiated) / 100);
        await paid(`v1-${(n += 1)}`, NOW + at * MINUTE, books(captured, done, begun));
      }
      const settled_at = NOW + (payments[0]?.at ?? 0) * MINUTE;
      await tell({ utr: `UTR${n}`, read: 1, row: { settled_at }, at: now });
      await count();
      for (let day = FIRST; day <= "2031-01-05"; day = daysLater(day, 1)) {
        const { collected, on_its_way, completed, settled } = await reconciled(day);
        const [row] = await listDays(env.DB, day, day);
        const shown = {
          collected: row?.collected ?? 0,
          on_its_way: (row?.awaiting ?? 0) + (row?.initiated ?? 0),
          completed: row?.completed ?? 0,
          settled: row?.settled ?? 0,
        };
        expect(shown).toEqual({ collected, on_its_way, completed, settled });
      }
    };
    await fc.assert(fc.asyncProperty(histories, holds), { numRuns: 12 });
  });

  test("begins and ends by the merchant's clock: 23:59 and 00:01 are two days", async () => {
    await paid("v1-late", Date.UTC(2031, 0, 2, 18, 29), sampleBooks(100));
    await paid("v1-early", Date.UTC(2031, 0, 2, 18, 31), sampleBooks(2_000));
    await count();
    expect(await dayOf("2031-01-02")).toMatchObject({ payments: 1, collected: 100 });
    expect(await dayOf("2031-01-03")).toMatchObject({ payments: 1, collected: 2_000 });
  });

  test("tells what waits for a transfer from what is in one", async () => {
    await paid("v1-a", NOW, books(10_000, 4_000, 5_000));
    await paid("v1-b", NOW, sampleBooks(700));
    await count();
    expect(await dayOf(FIRST)).toMatchObject({
      collected: 10_700,
      completed: 4_000,
      initiated: 5_000,
      awaiting: 1_700,
    });
  });

  test("counts rupees only, and payments that brought money", async () => {
    const at = toIso(NOW);
    const order = paidOrder("v1-usd", {
      payments: [
        samplePayment("v1-usd-1", { books: sampleBooks(0), created_at: at }),
        samplePayment("v1-usd-2", { books: sampleBooks(500), created_at: at }),
      ],
      refunds: [
        sampleRefund("v1-usd-re", { amount: { value: paisa(9_999), currency: "USD" } }),
        sampleRefund("v1-inr-re", { amount: inr(120) }),
        sampleRefund("v1-pending", { amount: inr(300), status: "PENDING", outcome: "pending" }),
      ],
    });
    await project(env.DB, projectionOf(order));
    await count();
    expect(await dayOf(FIRST)).toMatchObject({
      payments: 1,
      collected: 500,
      refunds: 1,
      refunded: 120,
    });
  });

  test("leaves the account's other business out where the settings say so", async () => {
    await paid("v1-other", NOW, sampleBooks(900), { at: NOW, value: 100 });
    const ours = paidOrder("v1-ours", {
      link: sampleLink("pl-1"),
      refunds: [sampleRefund("re-1")],
    });
    await project(env.DB, projectionOf(ours));
    await computeDay(env.DB, askedFor(FIRST, now, false));
    expect(await dayOf(FIRST)).toMatchObject({ collected: 10_000, refunded: 2_500 });
    await computeDay(env.DB, askedFor(FIRST, now, true));
    expect(await dayOf(FIRST)).toMatchObject({ collected: 10_900, refunded: 2_600 });
  });

  test("is never overwritten by what was begun earlier", async () => {
    await computeDay(env.DB, askedFor(FIRST, now));
    await paid("v1-a", NOW);
    await computeDay(env.DB, askedFor(FIRST, now - 1));
    expect(await dayOf(FIRST)).toMatchObject({ collected: 0, computed_at: now });
    await computeDay(env.DB, askedFor(FIRST, now));
    expect(await dayOf(FIRST)).toMatchObject({ collected: 10_000, computed_at: now });
  });
});

describe("what comes late finds its day", () => {
  test("a payment and a refund of days long ago", async () => {
    await paid("v1-a", NOW);
    await count();
    now += 40 * DAY;
    await paid("v1-b", NOW + DAY);
    await paid("v1-a", NOW, sampleBooks(10_000), { at: NOW + 3 * DAY, value: 2_500 });
    await count();
    expect(await dayOf("2031-01-02")).toMatchObject({ collected: 10_000 });
    expect(await dayOf("2031-01-04")).toMatchObject({ refunds: 1, refunded: 2_500, collected: 0 });
    expect(await dayOf(FIRST)).toMatchObject({ collected: 10_000, refunded: 0 });
  });

  test("a transfer that completes", async () => {
    await tell({ utr: "UTR1", read: 1, row: { settled_at: NOW + DAY }, at: now });
    await env.DB.prepare("UPDATE settlements SET status = 'initiated'").run();
    await count();
    expect(await dayOf("2031-01-02")).toMatchObject({ transfers: 0, settled: 0 });
    now += 20 * DAY;
    await env.DB.prepare("UPDATE settlements SET status = 'completed', updated_at = ?")
      .bind(now)
      .run();
    await count();
    expect(await dayOf("2031-01-02")).toMatchObject({ transfers: 1, settled: 19_528 });
  });

  test("an order whose projection was slower than its neighbour's", async () => {
    await paid("v1-quick", NOW);
    await count();
    // It changed before the other one, and comes to the ledger only now.
    const slow = paidOrder("v1-slow", {
      updated_at: toIso(now - 6 * MINUTE),
      payments: [samplePayment("v1-slow-up", { created_at: toIso(NOW - 9 * DAY) })],
    });
    await project(env.DB, projectionOf(slow));
    await count();
    expect(await dayOf("2030-12-23")).toMatchObject({ collected: 10_000 });
  });

  test("what no walk can see, within a day: an order that became an alias of another", async () => {
    const link = sampleLink("pl-one");
    const of = (home: string, at: number) =>
      paidOrder(home, { link, payments: [samplePayment("shared-up", { created_at: toIso(at) })] });
    await project(env.DB, projectionOf(of("v1-a", NOW)));
    await project(env.DB, projectionOf(of("v1-b", NOW + DAY), { aliases: ["pl-one"] }));
    await count();
    const sum = async () =>
      (await dayOf(FIRST)).collected + ((await dayOf("2031-01-02")).collected as Paisa);
    expect(await sum()).toBe(10_000);
    await projectAlias(env.DB, {
      alias: "v1-a",
      home: "v1-b",
      payment_ids: ["shared-up"],
      refund_ids: [],
    });
    now += DAY + HOUR;
    for (let run = 0; run < 30; run += 1) await count();
    expect(await sum()).toBe(10_000);
    expect((await dayOf(FIRST)).computed_at).toBeGreaterThan(NOW + DAY);
  });
});

describe("a run", () => {
  const many = 25;

  async function manyDays(): Promise<void> {
    for (let n = 0; n < many; n += 1) {
      now += 1;
      await paid(`v1-${n}`, NOW - n * DAY);
    }
  }

  test("computes a few days, and the next minute's goes on until none is left", async () => {
    await manyDays();
    const runs: DaysResult[] = [];
    for (let run = await runDays(portsOf()); run !== null; run = await runDays(portsOf())) {
      runs.push(run);
      now += MINUTE;
    }
    expect(runs.map(({ changed }) => changed)).toEqual([10, 10, 9]);
    expect(runs.map(({ left_over }) => left_over > 0)).toEqual([true, true, false]);
    for (let n = 0; n < many; n += 1) {
      expect(await dayOf(daysLater(FIRST, -n))).toMatchObject({ collected: 10_000 });
    }
  });

  test("that dies between two days loses none of them", async () => {
    await manyDays();
    let computed = 0;
    const dies = {
      compute: async (day: string, at: number) => {
        if ((computed += 1) > 3) throw new Error("the isolate is gone");
        await computeDay(env.DB, askedFor(day, at));
      },
      // And what it would have written at its end is not written either.
      writeWalk: async (kept: DayWalk) => {
        if (computed === 0) walk = kept;
        else throw new Error("the isolate is gone");
      },
    };
    const errors = vi.spyOn(console, "error").mockReturnValue();
    await expect(runDays(portsOf(dies))).rejects.toThrow("gone");
    expect(errors).toHaveBeenCalledOnce();
    errors.mockRestore();
    await count();
    for (let n = 0; n < many; n += 1) {
      expect(await dayOf(daysLater(FIRST, -n))).toMatchObject({ collected: 10_000 });
    }
  });

  test("puts a day that can not be computed behind the others", async () => {
    await manyDays();
    const errors = vi.spyOn(console, "error").mockReturnValue();
    const broken = {
      compute: async (day: string, at: number) => {
        if (day === FIRST) throw new Error("planted");
        await computeDay(env.DB, askedFor(day, at));
      },
    };
    const failed: number[] = [];
    for (let run = 0; run < 6; run += 1) {
      now += MINUTE;
      failed.push((await runDays(portsOf(broken)))?.failed ?? 0);
    }
    expect(failed).toContain(1);
    expect(await listDays(env.DB, "2030-12-08", "2030-12-31")).toHaveLength(many - 1);
    expect(walk?.days).toContain(FIRST);
    errors.mockRestore();
    await count();
    expect(await dayOf(FIRST)).toMatchObject({ collected: 10_000 });
  });

  test("asks the zone's clock once for a quarter of an hour, and not for each payment", async () => {
    const clock = vi.spyOn(Intl.DateTimeFormat.prototype, "formatToParts");
    const times = Array.from({ length: 500 }, (_, n) => NOW + n * 10_000);
    const changedOrders = async () =>
      times.map((at, seq) => ({ updated_at: now, seq, moments: [at, at + 1] }));
    await runDays(portsOf({ changedOrders }));
    const asked = clock.mock.calls.length;
    clock.mockRestore();
    expect(asked).toBeLessThan(50);
    expect(walk?.days).toEqual([]);
    expect(await listDays(env.DB, FIRST, FIRST)).toHaveLength(1);
  });

  test("comes every five minutes, and reads next to nothing where nothing changed", async () => {
    await manyDays();
    await count();
    now += MINUTE;
    expect(await runDays(portsOf())).toBeNull();
    // After its first round through the last days it is quiet.
    for (let run = 0; run < 30; run += 1) await count();
    now += 5 * MINUTE;
    const { db, tally } = counting(env.DB);
    expect(await runDays(portsOf({}, db))).toMatchObject({ due: 0, left_over: 0 });
    expect(tally).toMatchObject({ rows_written: 0 });
    expect(tally.rows_read).toBeLessThanOrEqual(100);
  });

  test("against a ledger that fails stops no other job, and is not recorded as done", async () => {
    const recorded: string[] = [];
    const resumed = vi.fn(async () => []);
    const silent = async (): Promise<never> => Promise.reject(new Error("D1_ERROR: planted"));
    const ports = {
      poll: { due: async () => [], now: () => now, sleep: async () => {} },
      watchdog: { overdue: async () => [], now: () => now },
      resumption: { paused: resumed },
      days: portsOf({ changedOrders: silent }),
      pausedUntil: async () => 0,
      runs: { recordRun: async (job: string) => void recorded.push(job) },
      now: () => now,
      log: () => {},
    } as unknown as CronPorts;
    await runCron("* * * * *", ports);
    expect(recorded).toEqual(["poll"]);
    expect(resumed).toHaveBeenCalledOnce();
    await runCron("* * * * *", { ...ports, days: portsOf() });
    expect(recorded).toEqual(["poll", "poll", "days"]);
  });
});
