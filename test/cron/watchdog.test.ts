// The watchdog: actors that are overdue by their own projected word, a few a run, and none of them
// stands before the others for ever.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runWatchdog, type WatchdogPorts } from "../../src/cron/watchdog";
import { deferWake, overdueWakes } from "../../src/ledger/due";
import { api, closeHouse, createLink, openHouse, pass, settle } from "../actor/house";
import { turn } from "../sandbox/gateway";

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

describe("on a good day", () => {
  beforeEach(openHouse);
  afterEach(closeHouse);

  test("nobody has to be woken: a link that was made leaves nothing to wait for", async () => {
    const made = await createLink();
    const reference = `reference:${made.reference}`;
    await settle(reference, made.order_id, made.link_id);
    pass(10 * 60_000);
    expect(await overdueWakes(env.DB, Date.now(), 5)).toEqual([]);
  });

  test("an actor that has done its work takes its wake-up call back", async () => {
    await turn({ answers: [{ operation: "*", times: -1, status: 503 }] });
    const lost = await api("POST", "/v1/links", {
      amount: { value: 5_000, currency: "INR" },
      merchant_payment_link_reference: "wakes-later-1",
      customer: { mobile_number: "9000000001" },
    });
    expect(lost.status).toBe(503);
    await turn({ answers: [] });
    pass(90_000);
    await settle("reference:wakes-later-1");
    pass(10 * 60_000);
    expect(await overdueWakes(env.DB, Date.now(), 5)).toEqual([]);
  });
});
