// What the histories of money (money.model.*.test.ts) found, each as small as it came out.

import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import { MINUTE } from "../../src/domain/schedule";
import {
  api,
  atGateway,
  closeHouse,
  deliverWebhooks,
  openHouse,
  pass,
  ring,
  settle,
} from "./house";
import { gatewayBooks, inr, paidOrder, refund } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

/** What a proxy says of an address that it does not know; the gateway's own 404 has a code. */
const NOT_HERE = { status: 404, body: JSON.stringify({ message: "not here" }) };

test("a proxy's 404 does not make an order unknown that the gateway told us about", async () => {
  const made = await ask("POST", "/sandbox/orders", { amount: 150_000 });
  const { order_id } = made.body.order;
  await ask("POST", `/sandbox/orders/${order_id}/pay`);
  await deliverWebhooks();
  await settle(order_id);
  await turn({ answers: [{ operation: "order.get", ...NOT_HERE }] });
  expect(await refund(order_id, "back-1")).toMatchObject({
    status: 503,
    body: { code: "gateway_unavailable" },
  });
  const commands = await api<{ data: unknown[] }>("GET", `/v1/orders/${order_id}/commands`);
  expect(commands.body.data).toEqual([]);
  expect((await refund(order_id, "back-1")).status).toBe(201);
});

test.each([
  ["a proxy's 404", NOT_HERE, 503],
  ["a refusal to show the order", { status: 400 }, 422],
])("no money moves on what was known before %s", async (_, answer, status) => {
  const { order_id, link_id } = await paidOrder();
  await turn({ webhooks: { drop: true } });
  await atGateway(link_id, "refund", { amount: 100_000 });
  await turn({ over_refunds: "take", answers: [{ operation: "order.get", ...answer }] });
  expect((await refund(order_id, "back-1", { amount: inr(150_000) })).status).toBe(status);
  expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 100_000 });
  expect(await refund(order_id, "back-1", { amount: inr(150_000) })).toMatchObject({
    status: 422,
    body: { code: "refund_exceeds_captured" },
  });
});

test("a refund that never arrived is not sent again when its money was refunded by hand meanwhile", async () => {
  const { order_id, link_id } = await paidOrder();
  await turn({
    over_refunds: "take",
    empty_refund_lists: true,
    answers: [{ operation: "refund.create", status: 500 }],
  });
  expect((await refund(order_id, "back-1")).status).toBe(202);
  await atGateway(link_id, "refund", { amount: 100_000 });
  for (const minutes of [1, 2, 15]) {
    pass(minutes * MINUTE);
    await ring(order_id);
  }
  expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 100_000 });
  expect((await refund(order_id, "back-1")).body).toMatchObject({
    outcome: "needs_decision",
    sends: 1,
  });
});
