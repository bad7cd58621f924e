// One link, one home: whoever tells a cause delivers it, and nobody else does. What an alias has told is not
// sent again by its home, and the order's checklist knows how its delivery stands.

import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  order,
  settle,
} from "../actor/house";
import { books, expectAllDoneOnce, live, openShop, trouble } from "./shop";

beforeEach(openShop);
afterEach(closeHouse);

async function counts(): Promise<Readonly<Record<string, number>>> {
  const { effects } = await books();
  const types = effects.map(({ type }) => type);
  return Object.fromEntries(types.map((type) => [type, types.filter((t) => t === type).length]));
}

test("two gateway orders of one link tell the shop of one order", async () => {
  await turn({ second_part: "new_order" });
  const made = await createLink({
    part_payment: true,
    amount: { value: 100_000, currency: "INR" },
  });
  await trouble({ mode: "killed" });
  await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
  await deliverWebhooks();
  await settle(made.order_id);
  const second = await atGateway(made.link_id, "pay", { instrument: "card", amount: 60_000 });
  const names = [second.order.order_id, made.order_id, made.link_id];
  await deliverWebhooks();
  await settle(...names);
  await live(names, 10 * MINUTE);
  await trouble({ mode: "ok" });
  await live(names, HOUR);
  expect(await counts()).toEqual({ "order.part_paid": 2, "order.paid": 1 });
  expect(new Set((await books()).effects.map(({ order_id }) => order_id))).toEqual(
    new Set([made.order_id]),
  );
  await expectAllDoneOnce();
});

test("what a link told before it had an order is delivered by it, and by nobody else", async () => {
  await turn({ order_at_creation: false });
  const reference = "shop-notify-late-order";
  const made = await api<{ payment_link_id: string }>("POST", "/v1/links", {
    amount: { value: 90_000, currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: "ravi@example.com" },
  });
  const link = made.body.payment_link_id;
  await trouble({ mode: "fail" });
  await settle(link);
  await atGateway(link, "pay", { instrument: "card" });
  await api("POST", `/v1/links/${link}/refresh`);
  await deliverWebhooks();
  await settle(link);
  const home = (await order(link)).order_id ?? "";
  const names = [link, home, `reference:${reference}`];
  await settle(...names);
  await live(names, 10 * MINUTE);
  await trouble({ mode: "ok" });
  await live(names, HOUR);
  expect((await counts())["order.paid"]).toBe(1);
  await expectAllDoneOnce();
  const record = (await order(link)).checklist.find(({ step }) => step === "record");
  expect(record?.state).toBe("done");
});
