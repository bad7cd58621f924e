// The watchdog: actors that are overdue by their own projected word, a few a run, and none of them
// stands before the others for ever.

import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { runWatchdog, type WatchdogPorts } from "../../src/cron/watchdog";
import { deferWake, overdueWakes } from "../../src/ledger/due";

test("one that can not be woken is put off, and the others are woken", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const deferred: [string, number][] = [];
  const ports: WatchdogPorts = {
    overdue: async (limit) => ["a", "broken", "c"].slice(0, limit),
    wake: async (id) => {
      if (id === "broken") throw new Error("planted");
    },
    defer: async (id, until) => void deferred.push([id, until]),
    now: () => 1_000,
  };
  expect(await runWatchdog(ports)).toEqual({ due: 3, asked: 3, failed: 1 });
  expect(deferred).toEqual([["broken", 601_000]]);
  vi.restoreAllMocks();
});

test("an actor without an order's row is found, and put off, like any other", async () => {
  await env.DB.prepare("INSERT INTO wakes (actor, wake_at) VALUES ('reference:late', 5)").run();
  expect(await overdueWakes(env.DB, 10, 5)).toEqual(["reference:late"]);
  await deferWake(env.DB, "reference:late", 20);
  expect(await overdueWakes(env.DB, 10, 5)).toEqual([]);
  expect(await overdueWakes(env.DB, 21, 5)).toEqual(["reference:late"]);
  await env.DB.prepare("DELETE FROM wakes").run();
});
