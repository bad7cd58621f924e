// What D1 knows of a delivery that waits: if the actor's alarm were lost, the watchdog would wake it in time.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { OVERDUE } from "../../src/actor/jobs";
import { MINUTE } from "../../src/domain/schedule";
import { paidEvent } from "../actor/events";
import { armed, closeHouse, postWebhook, settle } from "../actor/house";
import { live, notifications, openShop, trouble } from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

async function wakeAt(id: string): Promise<number | null> {
  const row = await env.DB.prepare("SELECT wake_at FROM orders WHERE id = ?1")
    .bind(id)
    .first<{ readonly wake_at: number | null }>();
  return row?.wake_at ?? null;
}

it("the watchdog knows when the next try is due", async () => {
  const id = "v1-watch-1";
  await trouble({ mode: "fail" });
  await postWebhook(paidEvent(id));
  await settle(id);
  await live([id], 10 * MINUTE);
  expect(await notifications("&status=retrying")).toHaveLength(1);
  const next = await armed(id);
  expect(next).not.toBeNull();
  expect(await wakeAt(id)).toBe((next ?? 0) + OVERDUE);
});

it("an order whose notification was taken is not waited for", async () => {
  const id = "v1-watch-2";
  await postWebhook(paidEvent(id));
  await settle(id);
  await live([id], MINUTE);
  expect(await notifications("&status=delivered")).toHaveLength(1);
  const next = await armed(id);
  expect(await wakeAt(id)).toBe(next === null ? null : next + OVERDUE);
});
