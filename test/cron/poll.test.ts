// The poll by itself (ports in the test's hand) and through the real house: bounded, oldest first,
// honouring the gateway's trouble, never stopped by one order.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PollOutcome } from "../../src/actor/peers";
import { POLL_SETTINGS, type PollPorts, runPoll } from "../../src/cron/poll";
import {
  atGateway,
  closeHouse,
  createLink,
  openHouse,
  order,
  pass,
  runCron,
  settle,
} from "../actor/house";
import { turn } from "../sandbox/gateway";

interface Script {
  readonly due: readonly string[];
  readonly outcome: (id: string) => PollOutcome | Error;
}

function ports(script: Script) {
  let now = 1_000_000;
  const asked: string[] = [];
  const slept: number[] = [];
  const deferred: string[] = [];
  let running = 0;
  let most = 0;
  const made: PollPorts = {
    due: async (limit) => script.due.slice(0, limit),
    countDue: async () => script.due.length,
    poll: async (id) => {
      running += 1;
      most = Math.max(most, running);
      asked.push(id);
      await Promise.resolve();
      running -= 1;
      const outcome = script.outcome(id);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    defer: async (id) => void deferred.push(id),
    now: () => now,
    random: () => 0.5,
    sleep: async (delay) => {
      slept.push(delay);
      now += delay;
    },
  };
  return { made, asked, slept, deferred, most: () => most };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `v1-order-${index}`);
const changed: PollOutcome = { kind: "asked", changed: true };
const down: PollOutcome = {
  kind: "failed",
  failure: { code: "gateway_unavailable", request_id: "r", message: "down" },
};

describe("one run", () => {
  test("asks at most forty, oldest first, five at a time, and says what is left over", async () => {
    const world = ports({ due: ids(100), outcome: () => changed });
    const result = await runPoll(world.made);
    expect(result).toEqual({
      due: 100,
      asked: 40,
      changed: 40,
      failed: 0,
      left_over: 60,
      pause_until: null,
    });
    expect(world.asked).toEqual(ids(40));
    expect(world.most()).toBeLessThanOrEqual(POLL_SETTINGS.concurrency);
  });

  test("one order's failure does not stop the others", async () => {
    const world = ports({
      due: ids(10),
      outcome: (id) => (id === "v1-order-3" ? new Error("broken actor") : changed),
    });
    const result = await runPoll(world.made);
    expect(result).toMatchObject({ asked: 10, changed: 9, failed: 1, left_over: 0 });
    expect(world.deferred).toEqual(["v1-order-3"]);
  });

  test("a gateway that is down is asked slower and slower, then no more", async () => {
    const world = ports({ due: ids(40), outcome: () => down });
    const result = await runPoll(world.made, { ...POLL_SETTINGS, concurrency: 1 });
    expect(result).toMatchObject({ asked: 3, failed: 3, left_over: 37 });
    expect(world.slept.map((delay) => Math.floor(delay / 1_000))).toEqual([0, 1, 2]);
  });

  test("Retry-After ends the run and is handed on", async () => {
    const limited: PollOutcome = {
      kind: "failed",
      failure: { code: "gateway_rate_limited", request_id: "r", retry_after: 90_000 },
    };
    const world = ports({ due: ids(5), outcome: () => limited });
    const result = await runPoll(world.made, { ...POLL_SETTINGS, concurrency: 1 });
    expect(result).toMatchObject({ asked: 1, failed: 1, left_over: 4 });
    expect(result.pause_until).toBe(world.made.now() + 90_000);
  });

  test("trouble that ends makes the run fast again", async () => {
    let times = 0;
    const world = ports({ due: ids(6), outcome: () => ((times += 1) === 1 ? down : changed) });
    const result = await runPoll(world.made, { ...POLL_SETTINGS, concurrency: 1, jitter: 0 });
    expect(result).toMatchObject({ asked: 6, changed: 5, failed: 1 });
    expect(world.slept).toEqual([0, 1_000, 0, 0, 0, 0]);
  });
});

describe("through the house", () => {
  beforeEach(openHouse);
  afterEach(() => {
    vi.restoreAllMocks();
    closeHouse();
  });

  async function cron(): Promise<readonly Record<string, unknown>[]> {
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    await runCron();
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  test("a payment whose webhook was lost is found, and the run says so in one line", async () => {
    const made = await createLink();
    await settle(made.order_id, made.link_id);
    await turn({ webhooks: { drop: true } });
    await atGateway(made.link_id, "pay", { instrument: "upi" });
    pass(7 * 3_600_000);
    const lines = await cron();
    const polls = lines.filter(({ event }) => event === "poll");
    expect(polls).toHaveLength(1);
    expect(polls[0]).toMatchObject({ due: 1, asked: 1, changed: 1, failed: 0, left_over: 0 });
    expect(await order(made.order_id)).toMatchObject({ stage: "paid", verified_by: "inquiry" });
    await settle(made.order_id);
    expect((await cron()).find(({ event }) => event === "poll")).toMatchObject({ due: 0 });
  });

  test("the gateway's Retry-After silences the following runs until it has passed", async () => {
    const made = await createLink();
    await settle(made.order_id, made.link_id);
    pass(7 * 3_600_000);
    await turn({ answers: [{ operation: "*", times: -1, status: 429, retry_after_seconds: 600 }] });
    expect((await cron()).find(({ event }) => event === "poll")).toMatchObject({ failed: 1 });
    await settle(made.order_id);
    await turn({ answers: [] });
    pass(60_000);
    expect((await cron()).find(({ event }) => event === "poll")).toHaveProperty("paused_until");
    pass(600_000);
    const after = (await cron()).find(({ event }) => event === "poll");
    expect(after).toMatchObject({ failed: 0 });
  });

  test("an actor whose alarm was lost is woken by the watchdog", async () => {
    const made = await createLink();
    await settle(made.order_id, made.link_id);
    await env.DB.prepare("UPDATE orders SET wake_at = ? WHERE id = ?")
      .bind(Date.now() - 1, made.order_id)
      .run();
    const watch = (await cron()).find(({ event }) => event === "watchdog");
    expect(watch).toMatchObject({ due: 1, asked: 1, failed: 0 });
    // Woken once, it puts D1 right by itself.
    await settle(made.order_id);
    expect((await cron()).find(({ event }) => event === "watchdog")).toMatchObject({ due: 0 });
  });
});
