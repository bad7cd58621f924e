// What comes late to a link that was replaced, or early to the one in its place: payments, messages
// and orders, in any order of arrival.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  deliverWebhooks,
  holdGateway,
  openHouse,
  order,
  pass,
  postWebhook,
  settle,
  told,
} from "./house";
import {
  linksAtGateway,
  type Replacement,
  replace,
  orderOf,
  expired,
  settleAll,
  rows,
} from "./replacing";

beforeEach(openHouse);
afterEach(closeHouse);

describe("a late success on the old link", () => {
  const late = { late: true, instrument: "card", keep_link_status: true };

  test("after the new one was paid is overpaid, with the excess to be refunded", async () => {
    const made = await expired();
    const link = (await replace(made.link_id)).body.payment_link_id;
    await atGateway(link, "pay", {});
    await deliverWebhooks();
    await settleAll(made, link);
    await atGateway(made.link_id, "pay", late);
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      captured: { value: 300_000 },
      overpaid: { value: 150_000 },
      attention: ["overpaid"],
      discrepancies: [{ type: "overpaid", amount: 150_000, closed_at: null }],
    });
    await ask("POST", `/sandbox/orders/${made.order_id}/refund`, { amount: 150_000 });
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({ overpaid: null, attention: [] });
    expect((await told(made.order_id)).filter((key) => key === "order.paid")).toHaveLength(1);
  });

  test("before that pays the order, and the new one is cancelled", async () => {
    const made = await expired();
    const link = (await replace(made.link_id)).body.payment_link_id;
    await turn({ answers: [{ operation: "link.cancel", times: -1, status: 503 }] });
    await atGateway(made.link_id, "pay", late);
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      attention: ["paid_twice_possible"],
    });
    await turn({ answers: [] });
    pass(3_600_000);
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({ stage: "paid", attention: [] });
    expect(await linksAtGateway(made.reference)).toMatchObject([
      { status: "EXPIRED" },
      { payment_link_id: link, status: "CANCELLED" },
    ]);
  });

  test("stays in attention while the new one can not be cancelled, and asks no more", async () => {
    const made = await expired();
    const link = (await replace(made.link_id)).body.payment_link_id;
    await atGateway(link, "initiate", { instrument: "upi" });
    await atGateway(made.link_id, "pay", late);
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      attention: ["paid_twice_possible"],
    });
    // The merchant's systems learn of it once nothing here can mend it.
    const attention = [`order.attention|paid_twice_possible|${link}`];
    expect((await told(made.order_id)).filter((key) => key.startsWith("order.attention"))).toEqual(
      attention,
    );
    const asked = async () =>
      (await ask("GET", "/sandbox/requests")).body.counts["link.cancel"] ?? 0;
    const before = await asked();
    expect(before).toBeGreaterThan(0);
    await settleAll(made, link);
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    await settleAll(made, link);
    expect(await asked()).toBe(before);
    await atGateway(link, "pay", {});
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      overpaid: { value: 150_000 },
      attention: ["overpaid"],
    });
  });
});

describe("messages of the new link", () => {
  test("that come before the answer to its creation go to the old link's order", async () => {
    const made = await expired();
    const held = holdGateway(/^POST .*\/paymentlink 200$/);
    const answer = replace(made.link_id);
    await held.arrived();
    const [, fresh] = await linksAtGateway(made.reference);
    const link = fresh?.payment_link_id ?? "";
    // A gateway that lags does not find the link by its reference yet, and no message names it.
    await turn({ webhooks: { send: "order_only" } });
    await turn({ answers: [{ operation: "link.get_by_reference", times: -1, status: 404 }] });
    await atGateway(link, "pay", { instrument: "card" });
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(await orderOf(link))).toMatchObject({ id: made.order_id });
    held.release();
    expect(await answer).toMatchObject({ status: 201, body: { payment_link_id: link } });
    await settleAll(made, link);
    const paid = await order(made.order_id);
    expect(paid).toMatchObject({ stage: "paid", captured: { value: 150_000 }, attention: [] });
    expect(await order(link)).toEqual(paid);
    expect((await told(made.order_id)).filter((key) => key === "order.paid")).toHaveLength(1);
    expect(await told(await orderOf(link))).toEqual([]);
  });

  test("by a link event that names both, before anything else, too", async () => {
    const made = await expired();
    const held = holdGateway(/^POST .*\/paymentlink 200$/);
    const answer = replace(made.link_id);
    await held.arrived();
    const [, fresh] = await linksAtGateway(made.reference);
    const link = fresh?.payment_link_id ?? "";
    const second = await orderOf(link);
    await postWebhook({
      event: "payment_link.processed",
      data: {
        payment_link_id: link,
        merchant_payment_link_reference: `${made.reference}-r1`,
        status: "PROCESSED",
        amount: { value: 150_000, currency: "INR" },
        order_id: second,
      },
    });
    await settleAll(made, link);
    held.release();
    expect((await answer).status).toBe(201);
    await settleAll(made, link);
    expect(await order(second)).toMatchObject({ id: made.order_id });
    expect(await order(link)).toMatchObject({ id: made.order_id });
  });
});

describe("orders that show up late", () => {
  const request = (reference: string) => ({
    amount: { value: 90_000, currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: "ravi@example.com" },
  });

  /** A link that expires before any order of it is known, and what replaces it. */
  async function replaceWithoutOrder(reference: string) {
    await turn({ order_at_creation: false });
    const made = await api<Replacement>("POST", "/v1/links", request(reference));
    const old = made.body.payment_link_id;
    // By itself: every action at the gateway would make an order.
    pass(25 * 3_600_000);
    const replaced = await replace(old);
    expect(replaced).toMatchObject({ status: 201, body: { amount: { value: 90_000 } } });
    expect(await order(old)).toMatchObject({ id: old, order_ids: [] });
    return { old, link: replaced.body.payment_link_id };
  }

  test("of a new link belong to the old one's home, which is the link itself", async () => {
    const { old, link } = await replaceWithoutOrder("shop-no-order-1");
    const paid = await atGateway(link, "pay", { instrument: "card" });
    const second = paid.order.order_id;
    await deliverWebhooks();
    await settle(second, old, link);
    await settle(old, second);
    const whole = await order(second);
    expect(whole).toMatchObject({
      id: old,
      order_id: second,
      stage: "paid",
      captured: { value: 90_000 },
      merchant_reference: "shop-no-order-1",
      attention: [],
    });
    expect(await order(link)).toEqual(whole);
    expect(await order(old)).toEqual(whole);
    const ids = (await rows()).map(({ id }) => id);
    expect(ids.filter((id) => [old, link, second].includes(id))).toEqual([old]);
    expect((await told(old)).filter((key) => key === "order.paid")).toHaveLength(1);
  });

  test("of the old link too, when it is paid after all", async () => {
    const { old, link } = await replaceWithoutOrder("shop-no-order-2");
    await atGateway(link, "pay", { instrument: "card" });
    await deliverWebhooks();
    const first = "v1-late-old-aa-1";
    const at = "2031-01-16T09:30:00Z";
    const amount = { value: 90_000, currency: "INR" };
    await postWebhook({
      event_type: "ORDER_PROCESSED",
      data: {
        order_id: first,
        merchant_order_reference: "shop-no-order-2",
        type: "CHARGE",
        status: "PROCESSED",
        order_amount: amount,
        pre_auth: false,
        payments: [
          {
            id: `${first}-cc-a`,
            status: "PROCESSED",
            payment_amount: amount,
            payment_method: "CARD",
            updated_at: at,
          },
        ],
        updated_at: at,
      },
    });
    await settle(first, old, link);
    await settle(old, first, await orderOf(link));
    await settle(old);
    const whole = await api<OrderView>("GET", `/v1/orders/${first}`);
    expect(whole.body).toMatchObject({ id: old, overpaid: { value: 90_000 } });
  });
});

test("each link is shown, cancelled and sent again under its own name", async () => {
  const made = await expired();
  const link = (await replace(made.link_id)).body.payment_link_id;
  const old = await api("GET", `/v1/links/${made.link_id}`);
  expect(old.body).toMatchObject({ payment_link_id: made.link_id, status: "EXPIRED" });
  expect((await api("POST", `/v1/links/${made.link_id}/cancel`)).status).toBe(409);
  expect((await api("POST", `/v1/links/${made.link_id}/notify`)).status).toBe(409);
  expect(await api("POST", `/v1/links/${link}/notify`)).toMatchObject({ status: 200 });
  expect((await linksAtGateway(made.reference))[1]).toMatchObject({ status: "CREATED" });
});

test("a link that was taken over is replaced by what the gateway says of it", async () => {
  const { signIn } = await import("../sandbox/gateway");
  const gateway = await signIn();
  const reference = "elsewhere-to-replace";
  const link = (
    await gateway("POST", "/paymentlink", {
      amount: { value: 25_000, currency: "INR" },
      merchant_payment_link_reference: reference,
      customer: { email_id: "meera@example.com", first_name: "Meera" },
      description: "A shawl",
      merchant_metadata: { cart: "9" },
    })
  ).body;
  await api("POST", "/v1/links/track", { payment_link_id: link.payment_link_id });
  await atGateway(link.payment_link_id, "expire");
  const replaced = await replace(link.payment_link_id);
  expect(replaced).toMatchObject({ status: 201, body: { amount: { value: 25_000 } } });
  const { requests } = (await ask("GET", "/sandbox/requests")).body as unknown as {
    requests: readonly { operation: string; body: Record<string, unknown> | null }[];
  };
  expect(requests.findLast(({ operation }) => operation === "link.create")?.body).toMatchObject({
    merchant_payment_link_reference: `${reference}-r1`,
    customer: { email_id: "meera@example.com", first_name: "Meera" },
    description: "A shawl",
    merchant_metadata: { cart: "9", chukta_reference: `${reference}-r1` },
  });
});
