// A notification that was not taken in any try is looked for until it is: a newer one that was taken does not
// hide it.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { orderEvent, paidEvent } from "../actor/events";
import { api, closeHouse, order, postWebhook, settle } from "../actor/house";
import { live, notifications, openShop, trouble } from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

const cancelled = (order_id: string): object =>
  orderEvent("ORDER_CANCELLED", {
    order_id,
    status: "CANCELLED",
    payment: "CANCELLED",
    minute: 30,
  });

async function recordStep(id: string): Promise<string | undefined> {
  return (await order(id)).checklist.find(({ step }) => step === "record")?.state;
}

/** The older of its two notifications is dead, the newer one was taken. */
async function olderDead(id: string): Promise<void> {
  await trouble({ mode: "fail" });
  await postWebhook(paidEvent(id));
  await settle(id);
  await live([id], 40 * HOUR);
  expect((await order(id)).attention).toContain("notification_dead");
  await trouble({ mode: "ok" });
  await postWebhook(cancelled(id));
  await settle(id);
  await live([id], MINUTE);
  expect((await notifications("&status=dead")).length).toBe(1);
  expect((await notifications())[0]?.status).toBe("delivered");
}

it("an older notification that is dead stays in the order's attention", async () => {
  const id = "v1-dead-1";
  await olderDead(id);
  expect((await order(id)).attention).toContain("notification_dead");
  expect(await recordStep(id)).toBe("blocked");
});

it("sent again and taken, nothing is dead any more", async () => {
  const id = "v1-dead-2";
  await olderDead(id);
  const [dead] = await notifications("&status=dead");
  expect((await api("POST", `/v1/notifications/${dead?.id}/resend`)).status).toBe(202);
  expect((await order(id)).attention).not.toContain("notification_dead");
  await live([id], MINUTE);
  expect((await notifications()).filter(({ status }) => status !== "delivered")).toEqual([]);
  expect((await order(id)).attention).not.toContain("notification_dead");
  expect(await recordStep(id)).toBe("done");
});

it("one that is sent again after the clock went back is shown as it stands", async () => {
  const id = "v1-dead-3";
  await trouble({ mode: "fail" });
  await postWebhook(paidEvent(id));
  await settle(id);
  await live([id], 40 * HOUR);
  const [dead] = await notifications("&status=dead");
  vi.setSystemTime(Date.now() - HOUR);
  expect((await api("POST", `/v1/notifications/${dead?.id}/resend`)).status).toBe(202);
  await live([id], MINUTE);
  expect((await notifications()).map(({ status }) => status)).toEqual(["retrying"]);
  await trouble({ mode: "ok" });
  await live([id], HOUR / 2);
  expect((await notifications()).map(({ status }) => status)).toEqual(["delivered"]);
});
