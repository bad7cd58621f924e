// Law 4 where it could go wrong: many messages that wait, one that fails halfway, repeats that come
// at a bad moment, and an alarm whose own bookkeeping fails.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faults } from "../worker";
import { orderEvent, paidEvent } from "./events";
import {
  armed,
  closeHouse,
  holdLedger,
  mend,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
  storageOf,
  told,
} from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

async function countMessages(actor: string, state: string): Promise<number> {
  const query = `SELECT count(*) AS messages FROM messages WHERE state = '${state}'`;
  const rows = await storageOf<{ messages: number }>(actor, "messages", query);
  return rows[0]?.messages ?? 0;
}

async function timeline(actor: string): Promise<readonly unknown[]> {
  return storageOf(actor, "timeline", "SELECT n, json FROM timeline ORDER BY n");
}

const failed = (order_id: string, minute: number) =>
  orderEvent("PAYMENT_FAILED", { order_id, status: "ATTEMPTED", payment: "FAILED", minute });

describe("more messages wait than are tried at a time", () => {
  test("and all are applied once they can be", async () => {
    const id = "v1-many-aa-1";
    faults.translate = () => true;
    for (let minute = 1; minute <= 52; minute += 1) await postWebhook(failed(id, minute));
    await postWebhook(paidEvent(id, { minute: 53 }));
    await settle(id);
    expect(await countMessages(id, "waiting")).toBe(53);
    mend();
    pass(3_600_000);
    await settle(id);
    expect(await countMessages(id, "waiting")).toBe(0);
    expect(await order(id)).toMatchObject({ stage: "paid" });
    expect((await told(id)).filter((cause) => cause === "order.paid")).toHaveLength(1);
  });

  test("and those that keep failing do not starve the last", async () => {
    const id = "v1-starved-aa-1";
    faults.translate = () => true;
    for (let minute = 1; minute <= 50; minute += 1) await postWebhook(failed(id, minute));
    await postWebhook(paidEvent(id, { minute: 53 }));
    faults.translate = (event) => event.kind === "event" && event.name === "PAYMENT_FAILED";
    pass(3_600_000);
    await settle(id);
    expect(await countMessages(id, "waiting")).toBe(50);
    expect(await order(id)).toMatchObject({ stage: "paid" });
  });
});

test("a message that fails halfway leaves nothing in the timeline, however often it is tried", async () => {
  const id = "v1-halfway-aa-1";
  await postWebhook(failed(id, 1));
  await settle(id);
  const before = await timeline(id);
  expect(before.length).toBeGreaterThan(0);
  // The timeline was written when the notification can not be.
  faults.storage = (actor, statement) => actor === id && statement.includes("INTO events");
  const paid = paidEvent(id, { minute: 2 });
  expect((await postWebhook(paid, { id: "msg_halfway1" })).body.status).toBe("accepted");
  expect((await postWebhook(paid, { id: "msg_halfway1" })).body.status).toBe("duplicate");
  await settle(id);
  pass(3_600_000);
  await settle(id);
  expect(await timeline(id)).toEqual(before);
  expect(await order(id)).toMatchObject({ stage: "awaiting_payment" });
  mend();
  pass(3_600_000);
  await settle(id);
  expect(await order(id)).toMatchObject({ stage: "paid" });
  expect(await timeline(id)).toHaveLength(before.length + 1);
});

test("repeats that come while their message is on its way to the ledger are counted there", async () => {
  const id = "v1-repeats-aa-1";
  await postWebhook(paidEvent(id), { id: "msg_counted1" });
  pass(2_000);
  const held = holdLedger();
  const ringing = ring(id);
  await held.arrived();
  await postWebhook(paidEvent(id), { id: "msg_counted1" });
  await postWebhook(paidEvent(id), { id: "msg_counted1" });
  held.release();
  await ringing;
  await settle(id);
  const row = await env.DB.prepare("SELECT repeats FROM messages WHERE webhook_id = ?")
    .bind("msg_counted1")
    .first<{ repeats: number }>();
  expect(row?.repeats).toBe(2);
});

test("an alarm whose own bookkeeping fails does not keep later messages from arming it", async () => {
  const id = "v1-unarmed-aa-1";
  await postWebhook(failed(id, 1));
  pass(2_000);
  faults.storage = (actor, statement) => actor === id && statement === "COMMIT";
  expect(await ring(id)).toBe(true);
  mend();
  await postWebhook(paidEvent(id, { minute: 2 }));
  expect(await armed(id)).not.toBeNull();
  pass(3_600_000);
  await settle(id);
  const row = await env.DB.prepare("SELECT stage FROM orders WHERE id = ?").bind(id).first();
  expect(row).toEqual({ stage: "paid" });
});

test("messages between the last one in the ledger and one that is repeated are not passed over", async () => {
  const id = "v1-passed-aa-1";
  faults.d1 = "throw";
  const numbers = Array.from({ length: 45 }, (_, index) => index + 1);
  for (const minute of numbers) {
    await postWebhook(failed(id, minute), { id: `msg_passed${minute}` });
  }
  await postWebhook(failed(id, 45), { id: "msg_passed45" });
  await postWebhook(failed(id, 2), { id: "msg_passed2" });
  mend();
  pass(3_600_000);
  await settle(id);
  const rows = await env.DB.prepare("SELECT n FROM messages WHERE actor = ? ORDER BY n")
    .bind(id)
    .all<{ n: number }>();
  expect(rows.results.map(({ n }) => n)).toEqual(numbers);
});

test("an alarm that can not keep its own books does not ring again at once", async () => {
  const id = "v1-books-aa-1";
  await postWebhook(failed(id, 1));
  pass(2_000);
  faults.storage = (actor, statement) => actor === id && statement === "COMMIT";
  expect(await ring(id)).toBe(true);
  expect(await armed(id)).toBeGreaterThan(Date.now() + 10_000);
});
