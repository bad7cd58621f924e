// An order that tells much at once: it does not wait for its receiver longer than one alarm's share, and all
// of it comes to D1, however large the order is.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { paidEvent } from "../actor/events";
import { api, closeHouse, order, postWebhook, settle } from "../actor/house";
import { books, expectAllDoneOnce, live, openShop, untilNextAlarm } from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

/** Paid in ten parts, each a cause of its own, after so many tries that failed. */
function paidInParts(id: string, failed: number): object {
  const event = paidEvent(id) as { readonly data: { readonly payments: readonly object[] } };
  const [paid] = event.data.payments;
  const error_detail = { code: "U30", message: "The customer's bank declined it, try another" };
  const tries = Array.from({ length: failed }, (_, n) => ({
    ...paid,
    id: `${id}-up-t${n}`,
    status: "FAILED",
    error_detail,
  }));
  const parts = Array.from({ length: 10 }, (_, n) => ({
    ...paid,
    id: `${id}-up-p${n}`,
    payment_amount: { value: 5_000, currency: "INR" },
  }));
  const data = { ...event.data, part_payment: true, is_part_payment: true };
  return { ...event, data: { ...data, payments: [...tries, ...parts] } };
}

it("one alarm sends six, and the rest follows in the next ones", async () => {
  const id = "v1-many-1";
  await postWebhook(paidInParts(id, 0));
  const sent: number[] = [];
  for (let rings = 0; rings < 20; rings += 1) {
    const { received } = await books();
    sent.push(received.length);
    await untilNextAlarm([id], MINUTE);
  }
  const most = Math.max(...sent.map((count, index) => count - (sent[index - 1] ?? 0)));
  expect([most, (sent.at(-1) ?? 0) > 6]).toEqual([6, true]);
  await live([id], HOUR);
  await expectAllDoneOnce();
});

/** What GET /v1/orders has of it, and D1 of its notifications. */
async function told(id: string) {
  const { results } = await env.DB.prepare("SELECT doc FROM events WHERE home = ?1")
    .bind(id)
    .all<{ readonly doc: string }>();
  const docs = results.map(({ doc }) => doc);
  const listed = await api<{ data: readonly OrderView[] }>("GET", "/v1/orders?limit=200");
  return { docs, listed: listed.body.data.find((one) => one.id === id) };
}

it("a notification of an order with hundreds of tries shows those that matter, and says so", async () => {
  const id = "v1-many-2";
  expect((await postWebhook(paidInParts(id, 300))).status).toBe(200);
  await settle(id);
  await live([id], HOUR);
  await expectAllDoneOnce();
  const { docs, listed } = await told(id);
  expect(docs.length).toBeGreaterThan(9);
  for (const doc of docs) {
    const { order: shown } = (JSON.parse(doc) as { data: { order: OrderView } }).data;
    expect([shown.shortened, shown.payments.length]).toEqual([true, 100]);
    expect(shown.payments.filter(({ status }) => status !== "FAILED")).toHaveLength(10);
  }
  // The order itself is whole wherever it is asked for.
  const whole = await order(id);
  expect([whole.shortened, whole.payments.length]).toEqual([undefined, 310]);
  expect([listed?.shortened, listed?.payments.length]).toEqual([undefined, 310]);
});

it("the largest order there is comes to D1", { timeout: 120_000 }, async () => {
  const id = "v1-many-3";
  expect((await postWebhook(paidInParts(id, 900))).status).toBe(200);
  await settle(id);
  await live([id], MINUTE);
  const { docs, listed } = await told(id);
  expect([docs.length > 9, listed?.payments.length]).toEqual([true, 910]);
  expect(Math.max(...docs.map(({ length }) => length))).toBeLessThan(100_000);
});
