// Law 8 where the order as a whole still stands: one payment of it is taken back, or it is refunded
// by a word that names no refund.

import { afterEach, beforeEach, expect, test } from "vitest";
import { orderEvent, paidEvent } from "./events";
import { closeHouse, openHouse, order, postWebhook, settle, told } from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

test("a payment that is taken back under a paid order is a loss, and told once", async () => {
  const id = "v1-lost-aa-1";
  await postWebhook(paidEvent(id));
  await settle(id);
  for (const minute of [5, 6]) {
    await postWebhook(
      orderEvent("PAYMENT_FAILED", {
        order_id: id,
        status: "PROCESSED",
        payment: "FAILED",
        minute,
      }),
    );
    await settle(id);
  }
  expect((await order(id)).discrepancies).toMatchObject([
    { type: "paid_became_unpaid", subject: `${id}-up-a`, amount: 50_000, closed_at: null },
  ]);
  const reversals = (await told(id)).filter((cause) => cause.startsWith("order.paid_reversed"));
  expect(reversals).toEqual([`order.paid_reversed|${id}-up-a`]);
});

test("an order that is refunded without a list of refunds is told as refunded elsewhere", async () => {
  const id = "v1-elsewhere-aa-1";
  await postWebhook(paidEvent(id));
  await settle(id);
  await postWebhook(
    orderEvent("ORDER_PROCESSED", {
      order_id: id,
      status: "FULLY_REFUNDED",
      payment: "PROCESSED",
      minute: 5,
    }),
  );
  await settle(id);
  expect(await order(id)).toMatchObject({ stage: "refunded", refunded: { value: 50_000 } });
  expect(await told(id)).toEqual(["order.paid", "order.refunded|elsewhere"]);
});
