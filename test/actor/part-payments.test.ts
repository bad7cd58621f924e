// Instalments of one link, through the real doors: as payments of one gateway order and as orders of
// their own, one after the other and at the very same moment.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  type Made,
  openHouse,
  order,
  postWebhook,
  settle,
  told,
} from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

const inParts = (): Promise<Made> =>
  createLink({ part_payment: true, amount: { value: 100_000, currency: "INR" } });

describe.each(["same_order", "new_order"] as const)("parts as the gateway's %s", (second_part) => {
  test("are counted as they come, until all is paid", async () => {
    await turn({ second_part });
    const made = await inParts();
    for (const [value, captured] of [
      [40_000, 40_000],
      [35_000, 75_000],
      [25_000, 100_000],
    ] as const) {
      const paid = await atGateway(made.link_id, "pay", { instrument: "upi", amount: value });
      await deliverWebhooks({ all: true, shuffle: true });
      await settle(paid.order.order_id, made.order_id, made.link_id);
      await settle(made.order_id);
      expect(await order(made.order_id)).toMatchObject({
        stage: captured === 100_000 ? "paid" : "part_paid",
        captured: { value: captured },
        amount_due: { value: 100_000 - captured },
        overpaid: null,
        attention: [],
      });
    }
    const { payments } = await order(made.order_id);
    expect(payments.map(({ captured }) => captured.value)).toEqual([40_000, 35_000, 25_000]);
    const keys = await told(made.order_id);
    expect(keys.filter((key) => key.startsWith("order.part_paid"))).toHaveLength(3);
    expect(keys.filter((key) => key === "order.paid")).toHaveLength(1);
  });
});

test("a part that is paid before the link expires can be refunded, and is then over", async () => {
  const made = await inParts();
  await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
  await atGateway(made.link_id, "expire");
  await deliverWebhooks();
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  expect(await order(made.order_id)).toMatchObject({
    stage: "expired",
    refundable: { value: 40_000 },
    attention: ["expired_part_paid"],
  });
  await ask("POST", `/sandbox/orders/${made.order_id}/refund`, { amount: 40_000 });
  await deliverWebhooks();
  await settle(made.order_id);
  expect(await order(made.order_id)).toMatchObject({ stage: "refunded", attention: [] });
});

describe("two parts of one moment", () => {
  const at = "2031-01-15T06:01:00.000Z";
  const amount = (value: number) => ({ value, currency: "INR" });

  function snapshot(made: Made, order_id: string, parts: readonly (readonly [string, number])[]) {
    return {
      event_type: "ORDER_PROCESSED",
      data: {
        order_id,
        merchant_order_reference: made.reference,
        type: "CHARGE",
        status: "PROCESSED",
        order_amount: amount(100_000),
        part_payment: true,
        pre_auth: false,
        payments: parts.map(([id, value]) => ({
          id: `${order_id}-${id}`,
          status: "PROCESSED",
          payment_amount: amount(value),
          payment_method: "UPI",
          created_at: at,
          updated_at: at,
        })),
        created_at: at,
        updated_at: at,
      },
    };
  }

  test("in two messages about one order are both counted", async () => {
    const made = await inParts();
    await Promise.all([
      postWebhook(snapshot(made, made.order_id, [["up-1", 40_000]])),
      postWebhook(snapshot(made, made.order_id, [["up-2", 60_000]])),
    ]);
    const found = await order(made.order_id);
    expect(found).toMatchObject({ stage: "paid", captured: { value: 100_000 }, overpaid: null });
    expect(found.payments).toHaveLength(2);
  });

  test("in two orders of the link are both counted", async () => {
    const made = await inParts();
    const other = "v1-same-moment-aa-2";
    // The second order is known to nobody but its message; the gateway says nothing of it.
    await turn({ answers: [{ operation: "*", times: -1, status: 503 }] });
    await Promise.all([
      postWebhook(snapshot(made, made.order_id, [["up-1", 40_000]])),
      postWebhook(snapshot(made, other, [["up-1", 60_000]])),
    ]);
    await settle(other, made.order_id, made.link_id);
    await settle(made.order_id, other);
    const found = await order(other);
    expect(found).toMatchObject({
      id: made.order_id,
      stage: "paid",
      captured: { value: 100_000 },
      overpaid: null,
    });
    expect(found.payments).toHaveLength(2);
  });
});
