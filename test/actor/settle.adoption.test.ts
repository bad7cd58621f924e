// Orders and payments that a settlement names and that nobody had told of, or that are known better here
// than at the gateway; and what a reading that brings nothing new does not do.

import { afterEach, beforeEach, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/domain/schedule";
import { toIso } from "../../src/domain/time";
import { turn } from "../sandbox/gateway";
import { orderEvent, paidEvent } from "./events";
import {
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  postWebhook,
  settle,
} from "./house";
import { paidOrder } from "./money";
import { openDesk, refresh } from "./settlement-desk";
import { attributions, gatewayPayment, give, line, lines, paymentOf, timeline } from "./settling";

beforeEach(async () => {
  await openDesk();
  await openHouse();
});
afterEach(closeHouse);

async function readReports(): Promise<void> {
  const day = (at: number): string => toIso(at).slice(0, 10);
  await refresh({ from: day(Date.now() - 59 * DAY), to: day(Date.now()) });
}

test("an order that an older report names first was never missing", async () => {
  await readReports();
  pass(20 * DAY);
  await readReports();
  const id = "v1-unheard-aa-9";
  const body = JSON.stringify({ data: paidEvent(id).data });
  await turn({ answers: [{ operation: "order.get", times: -1, status: 200, body }] });
  await give(id, lines(`${id}-up-a`, [line(50_000)]));
  expect((await timeline(id)).filter((text) => text.includes("should be at the bank"))).toEqual([]);
  expect((await order(id)).discrepancies).toEqual([]);
});

test("a chargeback of an order that the gateway no longer shows is the order's", async () => {
  const { order_id } = await paidOrder();
  const payment = await paymentOf(order_id);
  const gone = (operation: string, code: string) => {
    const body = JSON.stringify({ code, message: "not there" });
    return { operation, times: -1, status: 404, body };
  };
  await turn({
    answers: [gone("order.get", "ORDER_NOT_FOUND"), gone("link.get", "LINK_NOT_FOUND")],
  });
  const answer = await give(order_id, lines(payment, [line(150_000), line(-150_000)]));
  expect(attributions(answer).map(({ role }) => role)).toEqual(["payment", "chargeback"]);
});

test("the same lines read again change nothing that is shown, and cost no projection", async () => {
  const { order_id } = await paidOrder();
  const payment = await paymentOf(order_id);
  const same = line(150_000);
  await give(order_id, lines(payment, [same]));
  const before = await order(order_id);
  pass(6 * HOUR);
  await give(order_id, lines(payment, [same], { read: 2 }));
  expect(await order(order_id)).toEqual(before);
  // The number of the reading is kept all the same: an older one does not come back.
  await give(order_id, lines(payment, [line(140_000)], { read: 1 }));
  expect(await order(order_id)).toEqual(before);
});

test("a payment of a second order of the link is said to be adopted", async () => {
  await turn({ second_part: "new_order" });
  const amount = { value: 100_000, currency: "INR" };
  const made = await createLink({ part_payment: true, amount });
  await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
  await deliverWebhooks();
  await settle(made.order_id);
  await turn({ webhooks: { drop: true } });
  const paid = await atGateway(made.link_id, "pay", { instrument: "card", amount: 60_000 });
  const second = paid.order.order_id;
  const payment = await gatewayPayment(second);
  const answer = await give(second, lines(payment, [line(60_000)]));
  if (answer.kind === "alias") await give(answer.home, lines(payment, [line(60_000)]));
  await settle(second, made.order_id, made.link_id);
  const said = (await timeline(made.order_id)).filter((text) => text.includes("was asked"));
  expect(said).toHaveLength(1);
});

test("more lines than an order can have are refused, and keep nothing else out", async () => {
  const id = "v1-many-aa-1";
  await postWebhook(paidEvent(id));
  await settle(id);
  const many = Array.from({ length: 1_001 }, (_, n) => line(50_000, { fingerprint: `row-${n}` }));
  expect(await give(id, lines(`${id}-up-a`, many))).toMatchObject({ value: { ok: false } });
  const refunded = { order_id: id, status: "FULLY_REFUNDED", payment: "PROCESSED", minute: 9 };
  await postWebhook(orderEvent("ORDER_PROCESSED", refunded));
  expect(await order(id)).toMatchObject({ stage: "refunded", settlement: null });
});
