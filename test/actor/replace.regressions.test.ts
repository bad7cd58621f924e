// What went wrong once with links that replace others, and must not again.

import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, signIn, turn } from "../sandbox/gateway";
import { orderEvent } from "./events";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
  told,
} from "./house";
import { inr } from "./money";
import { type LinkAtGateway, linksAtGateway, partPaidAndExpired, replace } from "./replacing";

beforeEach(openHouse);
afterEach(closeHouse);

async function count(operation: string): Promise<number> {
  return (await ask("GET", "/sandbox/requests")).body.counts[operation] ?? 0;
}

async function atGatewayBy(reference: string): Promise<LinkAtGateway | undefined> {
  const links = await linksAtGateway(reference);
  return links.find((link) => link.merchant_payment_link_reference === reference);
}

/** The answer to the creation is lost; whether the gateway made the link is up to the caller. */
async function creationLost(made: Made, after_work: boolean): Promise<void> {
  await turn({
    answers: [
      { operation: "link.create", times: -1, status: 504, after_work },
      { operation: "link.get_by_reference", times: -1, status: 500 },
    ],
  });
  expect((await replace(made.link_id)).status).toBe(503);
}

test("an order of the new link that names it does not claim it for itself", async () => {
  const made = await partPaidAndExpired();
  await creationLost(made, true);
  const second = await atGatewayBy(`${made.reference}-r1`);
  const [link, order_id] = [second?.payment_link_id ?? "", second?.order_id ?? ""];
  await atGateway(link, "pay", { instrument: "upi" });
  // The first that is heard of the new link is an event of its order.
  const event = orderEvent("ORDER_PROCESSED", {
    order_id,
    status: "PROCESSED",
    payment: "PROCESSED",
    amount: 60_000,
    reference: `${made.reference}-r1`,
  });
  await postWebhook({ ...event, data: { ...event.data, payment_link_id: link } });
  await settle(order_id);
  await turn({ answers: [] });
  await settle(order_id, link, made.order_id);
  pass(61_000);
  await settle(`reference:${made.reference}-r1`, order_id, link, made.order_id);
  expect(await replace(made.link_id)).toMatchObject({ body: { payment_link_id: link } });
  expect(await order(order_id)).toMatchObject({ id: made.order_id, stage: "paid" });
  expect(await told(order_id)).toEqual([]);
});

/** A part of ₹300 that was paid on the old link, heard of late. */
async function paidLate({ order_id }: Made): Promise<void> {
  await settle(order_id);
  const at = new Date(Date.now() + 60_000).toISOString();
  const payment = {
    id: `${order_id}-late`,
    status: "PROCESSED",
    payment_amount: inr(30_000),
    payment_method: "UPI",
    updated_at: at,
  };
  await postWebhook({
    event_type: "ORDER_PROCESSED",
    data: {
      order_id,
      type: "CHARGE",
      status: "PROCESSED",
      order_amount: inr(100_000),
      part_payment: true,
      payments: [payment],
      updated_at: at,
    },
  });
  await settle(order_id);
  expect(await order(order_id)).toMatchObject({ amount_due: { value: 30_000 } });
}

test("what is due now is asked for, not what was due when an answer was lost", async () => {
  const made = await partPaidAndExpired();
  await creationLost(made, false);
  await turn({ answers: [] });
  await paidLate(made);
  const sent = await count("link.create");
  // It may be on its way still.
  expect(await replace(made.link_id)).toMatchObject({ body: { code: "gateway_unavailable" } });
  expect(await count("link.create")).toBe(sent);
  pass(61_000);
  expect(await replace(made.link_id)).toMatchObject({
    status: 201,
    body: {
      amount: { value: 30_000 },
      merchant_payment_link_reference: `${made.reference}-r2`,
    },
  });
  expect(await atGatewayBy(`${made.reference}-r1`)).toBeUndefined();
});

test("a link that was made for what was due earlier is found, and none is made beside it", async () => {
  const made = await partPaidAndExpired();
  await creationLost(made, true);
  await turn({ answers: [] });
  await paidLate(made);
  const sent = await count("link.create");
  expect(await replace(made.link_id)).toMatchObject({
    status: 201,
    body: {
      amount: { value: 60_000 },
      merchant_payment_link_reference: `${made.reference}-r1`,
    },
  });
  expect(await count("link.create")).toBe(sent);
});

test("a link is not replaced while the gateway hides its order", async () => {
  await turn({ expiry_fails_payments: false });
  const made = await createLink();
  await settle(made.order_id, made.link_id);
  await atGateway(made.link_id, "initiate", { instrument: "upi" });
  await atGateway(made.link_id, "expire");
  const body = '{"code":"ORDER_NOT_FOUND","message":"no"}';
  await turn({ answers: [{ operation: "order.get", status: 404, times: -1, body }] });
  expect(await replace(made.link_id)).toMatchObject({
    status: 503,
    body: { code: "gateway_unavailable" },
  });
  expect(await atGatewayBy(`${made.reference}-r1`)).toBeUndefined();
  await turn({ answers: [] });
  expect(await replace(made.link_id)).toMatchObject({ body: { code: "payment_in_flight" } });
});

/** The gateway answers "cancelled", and each time the link says something newer and else. */
test("a cancelling that cancels nothing is repeated ever more seldom", async () => {
  const made = await createLink();
  await atGateway(made.link_id, "expire");
  const link = (await replace(made.link_id)).body.payment_link_id;
  await settle(made.order_id, made.link_id, link);
  const before = await count("link.cancel");
  const answers = Array.from({ length: 12 }, (_, n) => ({
    operation: "link.cancel",
    status: 200,
    times: 1,
    body: JSON.stringify({
      payment_link_id: link,
      status: "CLICKED",
      updated_at: new Date(Date.UTC(2033, 0, 1, 0, 0, n)).toISOString(),
    }),
  }));
  await turn({ answers });
  await postWebhook({
    event: "payment_link.processed",
    data: {
      payment_link_id: made.link_id,
      merchant_payment_link_reference: made.reference,
      status: "PROCESSED",
      amount: inr(150_000),
      order_id: made.order_id,
    },
  });
  // The clock stands still.
  for (let rung = 0; rung < 3; rung += 1) await ring(made.order_id);
  expect((await count("link.cancel")) - before).toBe(1);
  expect(await order(made.order_id)).toMatchObject({ attention: ["paid_twice_possible"] });
  pass(3_000);
  await ring(made.order_id);
  expect((await count("link.cancel")) - before).toBe(2);
});

test("a link that was taken over and holds money is replaced by one that can hold it", async () => {
  const gateway = await signIn();
  const made = await gateway("POST", "/paymentlink", {
    amount: inr(25_000),
    merchant_payment_link_reference: "held-elsewhere",
    customer: { email_id: "meera@example.com" },
    pre_auth: "true",
  });
  const link = made.body.payment_link_id;
  await api("POST", "/v1/links/track", { payment_link_id: link });
  // That it holds money is said by its order.
  await atGateway(link, "fail", { instrument: "card", final: false });
  await deliverWebhooks();
  await settle(link);
  await atGateway(link, "expire");
  expect((await replace(link)).status).toBe(201);
  const { requests } = (await ask("GET", "/sandbox/requests")).body as unknown as {
    requests: readonly { operation: string; body: Record<string, unknown> | null }[];
  };
  expect(requests.findLast(({ operation }) => operation === "link.create")?.body).toMatchObject({
    pre_auth: "true",
    allowed_payment_methods: ["CARD", "POINTS"],
  });
});
