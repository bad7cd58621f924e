// Money stays with its gateway order, and an order's commands with the actor that asked for them until
// they are over (design 3.1): aliases, homes and links with several orders.

import { afterEach, beforeEach, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { createLink as createLinkAtGateway, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  ring,
  settle,
} from "./house";
import { capture, gatewayBooks, heldOrder, inr, paidOrder, refund, voidOrder } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

/** A link paid in two parts of 50,000 and 100,000 paisa, each a gateway order of its own. */
async function inTwoOrders() {
  await turn({ second_part: "new_order" });
  const made = await createLink({ part_payment: true });
  const first = await atGateway(made.link_id, "pay", { amount: 50_000 });
  await deliverWebhooks();
  await settle(made.order_id);
  const second = await atGateway(made.link_id, "pay", { amount: 100_000 });
  await deliverWebhooks();
  await settle(made.order_id, second.order.order_id);
  await settle(made.order_id, second.order.order_id);
  return { ...made, first: first.order.order_id, second: second.order.order_id };
}

test("a refund goes to the gateway order that can give it, and none gives more than it took", async () => {
  const { order_id, first, second } = await inTwoOrders();
  expect(await order(order_id)).toMatchObject({ stage: "paid", refundable: inr(150_000) });
  const whole = await refund(order_id, "whole", { amount: inr(150_000) });
  expect(whole).toMatchObject({
    status: 422,
    body: {
      code: "refund_spans_orders",
      orders: expect.arrayContaining([
        { order_id: first, refundable: inr(50_000) },
        { order_id: second, refundable: inr(100_000) },
      ]),
    },
  });
  expect((await refund(order_id, "rest")).body.code).toBe("refund_spans_orders");
  expect((await refund(order_id, "a", { amount: inr(60_000) })).body.order_id).toBe(second);
  expect((await refund(order_id, "b", { amount: inr(50_000) })).body.order_id).toBe(first);
  expect((await refund(second, "c")).body).toMatchObject({ order_id: second, amount: inr(40_000) });
  expect(await order(second)).toMatchObject({ stage: "refunded", refundable: inr(0) });
  const { totals } = await gatewayBooks();
  expect(totals[first]).toMatchObject({ captured: 50_000, refunded: 50_000 });
  expect(totals[second]).toMatchObject({ captured: 100_000, refunded: 100_000 });
});

test("a refund of a named payment goes to that payment's order", async () => {
  const { order_id, first } = await inTwoOrders();
  const payment = (await order(order_id)).payments.find((one) => one.order_id === first);
  const answer = await refund(order_id, "part", { payment_id: payment?.id });
  expect(answer.body).toMatchObject({ order_id: first, amount: inr(50_000) });
  const again = await refund(order_id, "more", { payment_id: payment?.id, amount: inr(100) });
  expect(again).toMatchObject({ status: 422, body: { code: "refund_exceeds_captured" } });
});

test("commands are found by every id of the order", async () => {
  const { order_id, link_id, second } = await inTwoOrders();
  await refund(second, "part", { amount: inr(10_000) });
  for (const id of [order_id, link_id, second]) {
    const found = await api("GET", `/v1/orders/${id}/refunds/part`);
    expect(found).toMatchObject({ status: 200, body: { outcome: "done", amount: inr(10_000) } });
    const again = await refund(id, "part", { amount: inr(10_000) });
    expect(again).toMatchObject({ status: 201, body: { reference: "part", sends: 1 } });
  }
  expect((await gatewayBooks()).refunds).toHaveLength(1);
});

test("an order with a command that is not over becomes no alias, and its home moves no money of it", async () => {
  await turn({ second_part: "new_order", empty_refund_lists: true, order_reference: "random" });
  // A link of somebody else's bears no mark of ours by which its orders could find it.
  const link = await createLinkAtGateway({ part_payment: true, amount: inr(150_000) });
  await api("POST", "/v1/links/track", { payment_link_id: link.payment_link_id });
  const made = { link_id: link.payment_link_id, order_id: link.order_id };
  await atGateway(made.link_id, "pay", { amount: 50_000 });
  await deliverWebhooks();
  await settle(made.order_id);
  const paid = await atGateway(made.link_id, "pay", { amount: 100_000 });
  const second = paid.order.order_id;
  // The second part's own actor knows it as an order without a link, and asks for a refund.
  await api("POST", `/v1/orders/${second}/refresh`);
  await settle(second);
  expect((await order(second)).id).toBe(second);
  await turn({ answers: [{ operation: "refund.create", after_work: true, status: 500 }] });
  expect((await refund(second, "early", { amount: inr(30_000) })).status).toBe(202);
  // Now the home learns from the link that it is one of its own.
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  await settle(made.order_id);
  const tooEarly = await refund(made.order_id, "late", { amount: inr(100_000) });
  expect(tooEarly).toMatchObject({ status: 503, body: { code: "order_unsettled" } });
  // Its own alarm finds out how that refund ended; then it hands over, the refund with it.
  pass(MINUTE);
  await ring(second);
  await settle(made.order_id, second);
  await settle(made.order_id, second);
  expect((await order(second)).id).toBe(made.order_id);
  const known = await api("GET", `/v1/orders/${made.order_id}/commands/refund/early`);
  expect(known).toMatchObject({ status: 200, body: { outcome: "done", order_id: second } });
  const rest = await refund(made.order_id, "late", { amount: inr(100_000) });
  expect(rest).toMatchObject({ status: 422, body: { code: "refund_spans_orders" } });
  expect((await gatewayBooks()).totals[second]).toMatchObject({ refunded: 30_000 });
});

test("a void answers the same however often and through whichever id it is asked for", async () => {
  const { order_id, link_id } = await heldOrder();
  const answers = await Promise.all([voidOrder(order_id), voidOrder(link_id), voidOrder(order_id)]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(await order(order_id)).toMatchObject({ stage: "voided", released: inr(150_000) });
  expect((await voidOrder(order_id)).status).toBe(201);
  expect((await capture(order_id, "cap")).body.code).toBe("authorization_gone");
});

test("a capture of a part releases the rest", async () => {
  const { order_id } = await heldOrder();
  const answer = await capture(order_id, "cap-1", { amount: inr(40_000) });
  expect(answer).toMatchObject({ status: 201, body: { outcome: "done" } });
  expect(await order(order_id)).toMatchObject({
    stage: "paid",
    captured: inr(40_000),
    authorized: inr(0),
    released: inr(110_000),
    refundable: inr(40_000),
  });
  expect((await capture(order_id, "cap-2")).body.code).toBe("already_captured");
  expect((await voidOrder(order_id)).body.code).toBe("already_captured");
});

test("of a capture and a void at the same moment one is done, and the other does nothing", async () => {
  const { order_id } = await heldOrder();
  const [taken, released] = await Promise.all([capture(order_id, "cap"), voidOrder(order_id)]);
  const done = [taken, released].filter(({ status }) => status === 201);
  expect(done).toHaveLength(1);
  const { totals } = await gatewayBooks();
  const { captured, authorized } = totals[order_id] ?? {};
  expect(authorized).toBe(0);
  expect(captured).toBe(taken.status === 201 ? 150_000 : 0);
});

test("a paid order is not voided but refunded", async () => {
  const { order_id } = await paidOrder();
  const answer = await voidOrder(order_id);
  expect(answer).toMatchObject({ status: 422, body: { code: "already_captured" } });
  expect(answer.body.detail).toContain("refund");
});
