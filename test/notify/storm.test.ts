// Storms: orders that live, while their shop's system is stopped, fails, hangs, answers too late or dies
// after its work, and D1 and we ourselves fail between. When it is over every notification has arrived, and
// the shop's own books show each effect once. Each storm is fixed by its number.

import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { orderActor } from "../../src/actor/peers";
import { env } from "cloudflare:workers";
import { faults } from "../worker";
import { paidEvent, orderEvent } from "../actor/events";
import { closeHouse, crash, mend, postWebhook } from "../actor/house";
import {
  books,
  expectAllDoneOnce,
  live,
  openShop,
  RECEIVER,
  startReceiver,
  stopReceiver,
  trouble,
} from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

/** 0 ≤ x < 1, the same for one number always (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TROUBLES = ["ok", "stopped", "fail", "hang", "late", "killed", "d1", "crash"] as const;

async function make(kind: (typeof TROUBLES)[number], names: readonly string[]): Promise<void> {
  startReceiver();
  faults.d1 = "ok";
  faults.receiver_patience = 2_000;
  await trouble({ mode: "ok" });
  switch (kind) {
    case "ok":
      return;
    case "stopped":
      stopReceiver();
      return;
    case "fail":
    case "killed":
      await trouble({ mode: kind });
      return;
    case "hang":
    case "late":
      faults.receiver_patience = 40;
      await trouble({ mode: kind, wait_ms: 200 });
      return;
    case "d1":
      faults.d1 = "throw";
      return;
    case "crash":
      await crash();
      await Promise.all(names.map((name) => orderActor(env, name).wake()));
  }
}

/** One step of an order's life at the gateway. */
async function step(name: string, minute: number): Promise<void> {
  const steps = [
    orderEvent("PAYMENT_FAILED", { order_id: name, status: "PENDING", payment: "FAILED", minute }),
    paidEvent(name, { minute }),
  ];
  await postWebhook(steps[Math.min(minute - 1, 1)] ?? {});
}

test.each([
  ["one order has", 1, 1],
  ["one order has", 2, 1],
  ["one order has", 3, 1],
  ["many orders have", 11, 6],
  ["many orders have", 12, 6],
])("what %s to tell survives storm %d", { timeout: 120_000 }, async (_, seed, orders) => {
  const names = Array.from({ length: orders }, (_, index) => `v1-storm-${seed}-${index}`);
  await storm(seed, names);
  await expectAllDoneOnce();
  const { effects } = await books();
  const paid = effects.filter(({ type }) => type === "order.paid");
  expect(paid.map(({ order_id }) => order_id).toSorted()).toEqual(names.toSorted());
});

async function storm(seed: number, names: readonly string[]): Promise<void> {
  const random = chance(seed);
  const choose = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  for (let weather = 0; weather < 10; weather += 1) {
    await make(choose(TROUBLES) ?? "ok", names);
    if (weather < 4) for (const name of names) await step(name, weather + 1);
    await live(names, Math.round(random() * 12 * MINUTE));
  }
  mend();
  faults.settings = { NOTIFY_URL: RECEIVER };
  await trouble({ mode: "ok" });
  await Promise.all(names.map((name) => orderActor(env, name).wake()));
  await live(names, 12 * HOUR);
}
