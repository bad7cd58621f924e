// What becomes of notifications when personal data is removed: their order goes on telling how they stand,
// what the merchant's system answered is gone, and nothing is sent that was removed.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { orderEvent, paidEvent } from "../actor/events";
import { api, closeHouse, holdGateway, order, postWebhook, settle } from "../actor/house";
import { inr, refund } from "../actor/money";
import { newPerson, paidBy, quiet, remove } from "../actor/person";
import { live, notifications, openShop, trouble } from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

async function answersOf(home: string): Promise<readonly unknown[]> {
  const listed = await notifications();
  return listed
    .filter(({ order_id }) => order_id === home)
    .flatMap(({ attempts }) => attempts.map(({ answer }) => answer));
}

describe("how a notification stands", () => {
  it("stays delivered", async () => {
    const made = await paidBy(newPerson());
    await live([made.order_id], MINUTE);
    expect(await notifications()).toMatchObject([{ status: "delivered" }]);
    expect((await remove(made.order_id)).status).toBe(200);
    await settle(made.order_id);
    const [shown] = await notifications();
    expect([shown?.status, shown?.attempts.length]).toEqual(["delivered", 1]);
    expect(shown?.delivered_at).not.toBeNull();
  });

  it("stays dead, counted and listed alike", async () => {
    await trouble({ mode: "fail" });
    const made = await paidBy(newPerson());
    await live([made.order_id], 48 * HOUR);
    expect(await notifications()).toMatchObject([{ status: "dead" }]);
    expect((await remove(made.order_id)).status).toBe(200);
    await settle(made.order_id);
    const { body } = await api<{ readonly notifications: { readonly dead: { count: number } } }>(
      "GET",
      "/v1/attention",
    );
    expect((await notifications("&status=dead")).length).toBe(body.notifications.dead.count);
    expect(body.notifications.dead.count).toBe(1);
    expect((await order(made.order_id)).attention).toContain("notification_dead");
  });
});

/** Both were taken; then the older one is sent again, and its receiver has not answered yet. */
async function olderUnderWay() {
  const made = await paidBy(newPerson());
  await live([made.order_id], MINUTE);
  await refund(made.order_id, "back-1", { amount: inr(1_000) });
  await quiet(made);
  await live([made.order_id], 10 * MINUTE);
  const all = await notifications();
  expect(all.filter(({ status }) => status !== "delivered")).toEqual([]);
  const held = holdGateway(/^POST \/sandbox\/receiver /);
  const paid = all.find(({ type }) => type === "order.paid");
  await api("POST", `/v1/notifications/${paid?.id}/resend`);
  const waiting = settle(made.order_id);
  await held.arrived();
  return { made, held, waiting };
}

describe("while a notification is under way", () => {
  it("nothing is removed, be it an older one", async () => {
    const { made, held, waiting } = await olderUnderWay();
    const refused = await remove(made.order_id);
    held.release();
    await waiting;
    expect(refused).toMatchObject({ status: 409, body: { waits_for: ["notification_pending"] } });
    await live([made.order_id], 10 * MINUTE);
    expect((await remove(made.order_id)).status).toBe(200);
    await settle(made.order_id);
    const rows = await env.DB.prepare("SELECT delivery FROM events WHERE home = ?1")
      .bind(made.order_id)
      .all();
    expect(JSON.stringify(rows.results)).not.toContain("thank you");
  });
});

describe("what the merchant's system answered", () => {
  it("is kept of no try that ends after the removal, and the try counts", async () => {
    const made = await paidBy(newPerson());
    await live([made.order_id], MINUTE);
    expect((await remove(made.order_id)).status).toBe(200);
    await settle(made.order_id);
    const [paid] = await notifications();
    await api("POST", `/v1/notifications/${paid?.id}/resend`);
    await live([made.order_id], MINUTE);
    const [again] = await notifications();
    expect([again?.status, again?.attempts.map(({ status }) => status)]).toEqual([
      "delivered",
      [200, 200],
    ]);
    expect(await answersOf(made.order_id)).toEqual([null, null]);
  });

  it("is gone of every try, and what became of each stays", async () => {
    const id = "v1-removal-1";
    await trouble({ mode: "fail" });
    await postWebhook(paidEvent(id));
    await settle(id);
    await live([id], 40 * HOUR);
    await trouble({ mode: "ok" });
    const words = { order_id: id, status: "CANCELLED", payment: "CANCELLED", minute: 30 };
    await postWebhook(orderEvent("ORDER_CANCELLED", words));
    await settle(id);
    await live([id], MINUTE);
    expect((await answersOf(id)).some((answer) => answer !== null)).toBe(true);
    expect((await remove(id)).status).toBe(200);
    await settle(id);
    const answers = await answersOf(id);
    expect(answers.length).toBeGreaterThanOrEqual(9);
    expect(answers.filter((answer) => answer !== null)).toEqual([]);
  });
});
