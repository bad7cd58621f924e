// One link, one home (design 3.1), under any order of arrival: a link before its order, orders
// before their link, two orders of one link, and messages that come to an alias.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  postWebhook,
  settle,
} from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

async function rows(): Promise<readonly { id: string; stage: string }[]> {
  const found = await env.DB.prepare("SELECT id, stage FROM orders ORDER BY id").all<{
    id: string;
    stage: string;
  }>();
  return found.results;
}

test("an order is found by its id, its link, its reference and its token", async () => {
  const made = await createLink();
  await settle(made.order_id, made.link_id);
  const byOrder = await order(made.order_id);
  expect(await order(made.link_id)).toEqual(byOrder);
  const byReference = await api("GET", `/v1/orders/reference/${made.reference}`);
  expect(byReference.body).toEqual(byOrder);
  const verdict = await api<{ order_id: string }>("GET", `/v1/verdicts/${made.token}`);
  expect(verdict.body.order_id).toBe(made.order_id);
});

test("a link without an order has a home of its own until the order shows", async () => {
  await turn({ order_at_creation: false });
  const reference = "shop-late-order-1";
  const made = await api<{ payment_link_id: string; order_id: string | null }>(
    "POST",
    "/v1/links",
    {
      amount: { value: 90_000, currency: "INR" },
      merchant_payment_link_reference: reference,
      customer: { email_id: "ravi@example.com" },
    },
  );
  const link = made.body.payment_link_id;
  await settle(link);
  expect(await order(link)).toMatchObject({ stage: "awaiting_payment", order_id: null });
  await atGateway(link, "pay", { instrument: "card" });
  await deliverWebhooks();
  const after = await api<{ order_id: string }>("POST", `/v1/links/${link}/refresh`);
  expect(after.status).toBe(200);
  await settle(link);
  const home = (await order(link)).order_id ?? "";
  await settle(link, home, `reference:${reference}`);
  const found = await order(link);
  expect(found).toMatchObject({ id: home, stage: "paid", merchant_reference: reference });
  expect((await rows()).filter(({ id }) => id === link)).toEqual([]);
});

test("two gateway orders of one link become one order with one home", async () => {
  await turn({ second_part: "new_order" });
  const made = await createLink({
    part_payment: true,
    amount: { value: 100_000, currency: "INR" },
  });
  await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
  await deliverWebhooks();
  await settle(made.order_id);
  expect(await order(made.order_id)).toMatchObject({
    stage: "part_paid",
    captured: { value: 40_000 },
    amount_due: { value: 60_000 },
  });
  const second = await atGateway(made.link_id, "pay", { instrument: "card", amount: 60_000 });
  const other = second.order.order_id;
  expect(other).not.toBe(made.order_id);
  await deliverWebhooks();
  await settle(other, made.order_id, made.link_id);
  await settle(made.order_id, other);
  const whole = await order(other);
  expect(whole).toMatchObject({
    id: made.order_id,
    stage: "paid",
    captured: { value: 100_000 },
    amount_due: { value: 0 },
  });
  expect(whole.payments).toHaveLength(2);
  const ids = (await rows()).map(({ id }) => id);
  expect(ids).toContain(made.order_id);
  expect(ids).not.toContain(other);
});

test("a message to an alias is counted there, forwarded, and changes its home", async () => {
  await turn({ second_part: "new_order" });
  const made = await createLink({
    part_payment: true,
    amount: { value: 100_000, currency: "INR" },
  });
  await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
  const second = await atGateway(made.link_id, "pay", { instrument: "card", amount: 60_000 });
  const other = second.order.order_id;
  await deliverWebhooks();
  await settle(other, made.order_id, made.link_id);
  await settle(made.order_id, other);
  // The money of the second order goes back, and the gateway tells its own order of it.
  const back = await ask("POST", `/sandbox/orders/${other}/refund`, { amount: 60_000 });
  expect(back.status).toBe(200);
  await deliverWebhooks();
  await settle(other, made.order_id);
  await settle(made.order_id);
  expect(await order(made.order_id)).toMatchObject({
    stage: "partially_refunded",
    refunded: { value: 60_000 },
  });
  const kept = await env.DB.prepare(
    "SELECT count(*) AS forwarded FROM messages WHERE actor = ? AND state = 'forwarded'",
  )
    .bind(other)
    .first<{ forwarded: number }>();
  expect(kept?.forwarded).toBeGreaterThan(0);
  const books = await api<{ balanced: boolean }>("GET", "/v1/accounting");
  expect(books.body.balanced).toBe(true);
});

test("webhooks that come before anybody knows the link find their way to it", async () => {
  const created = await ask("POST", "/sandbox/reset");
  expect(created.status).toBe(200);
  await turn({ webhooks: { manual: true } });
  const made = await createLink();
  await atGateway(made.link_id, "pay", { instrument: "netbanking" });
  await deliverWebhooks({ all: true, shuffle: true, times: 2 });
  await settle(made.order_id, made.link_id);
  const found = await order(made.order_id);
  expect(found).toMatchObject({ stage: "paid", verified_by: "webhook", origin: "api" });
});

test("a link made elsewhere is taken over by id and by reference, once, with a token", async () => {
  const request = {
    amount: { value: 25_000, currency: "INR" },
    merchant_payment_link_reference: "elsewhere-1",
    customer: { email_id: "meera@example.com" },
  };
  const { signIn } = await import("../sandbox/gateway");
  const gateway = await signIn();
  const link = (await gateway("POST", "/paymentlink", request)).body;
  const byId = await api<{ token: string }>("POST", "/v1/links/track", {
    payment_link_id: link.payment_link_id,
  });
  expect(byId.status).toBe(200);
  const byReference = await api<{ token: string }>("POST", "/v1/links/track", {
    merchant_payment_link_reference: "elsewhere-1",
  });
  expect(byReference.body.token).toBe(byId.body.token);
  expect(await order(link.order_id)).toMatchObject({
    origin: "tracked",
    stage: "awaiting_payment",
  });
});

test("an order that neither we nor the gateway know stores nothing", async () => {
  const asked = await api("POST", "/v1/orders/v1-nobody-aa-1/refresh");
  expect(asked.status).toBe(404);
  const { runInDurableObject } = await import("cloudflare:test");
  const tables = await runInDurableObject(
    env.ORDERS.getByName("v1-nobody-aa-1"),
    (_, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_schema WHERE name = 'state'").toArray()
        .length,
  );
  expect(tables).toBe(0);
});

test("messages that concern no order are kept apart and counted", async () => {
  const answer = await postWebhook({ event_type: "CUSTOMER_ACTIVATED", data: { customer: {} } });
  expect(answer).toEqual({ status: 200, body: { status: "unrouted" } });
  const unreadable = await postWebhook("not json at all");
  expect(unreadable.body.status).toBe("unreadable");
  await settle(..."0123456789abcdef".split("").map((digit) => `unrouted:${digit}`));
  const books = await api<{ balanced: boolean }>("GET", "/v1/accounting");
  expect(books.body.balanced).toBe(true);
});
