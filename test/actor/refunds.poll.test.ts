// A refund that is pending, of which no order tells and no message comes: it is asked for by its own id.

import { afterEach, beforeEach, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/domain/schedule";
import { turn } from "../sandbox/gateway";
import { api, closeHouse, openHouse, order, pass, runCron, settle } from "./house";
import { inDashboard, inr, paidOrder, refund, requests } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

const amount = inr(10_000);
const silent = { refunds_on_parent: false, refunds: "pending", webhooks: { drop: true } };

/** An answer of the guide's to a refund that exists nowhere else. */
function answerNaming(order_id: string, refund_id: string): object {
  const refunds = [{ refund_id, merchant_refund_reference: "back-1", refund_amount: amount }];
  const body = JSON.stringify({ order_id, refunds });
  return { operation: "refund.create", status: 200, body };
}

async function refresh(order_id: string): Promise<number> {
  const before = await requests("order.get");
  expect((await api("POST", `/v1/orders/${order_id}/refresh`)).status).toBe(200);
  return (await requests("order.get")) - before;
}

test("the poll finds the end of a refund of which nothing else tells", async () => {
  const { order_id } = await paidOrder();
  await turn(silent);
  const asked = await refund(order_id, "back-1", { amount });
  expect(asked.body.outcome).toBe("pending");
  await settle(order_id);
  await inDashboard(asked.body.refund_id ?? "", "end-refund", { status: "PROCESSED" });
  pass(HOUR);
  await runCron();
  expect((await refund(order_id, "back-1", { amount })).body.outcome).toBe("done");
  expect(await order(order_id)).toMatchObject({ refunded: amount, refundable: inr(140_000) });
});

test("one that the gateway does not know by its id is an answer, and stops no command", async () => {
  const { order_id } = await paidOrder();
  const answers = [answerNaming(order_id, "v1-310115060000-aa-Nobody")];
  await turn({ refunds_on_parent: false, answers });
  expect((await refund(order_id, "back-1", { amount })).body.outcome).toBe("pending");
  expect(await refresh(order_id)).toBe(2);
  pass(DAY);
  expect((await refund(order_id, "back-2", { amount })).status).toBe(201);
  expect((await refund(order_id, "back-1", { amount })).body.outcome).toBe("pending");
});

test("an answer about it that is no refund adds no order", async () => {
  const { order_id } = await paidOrder();
  const other = await paidOrder();
  const answers = [answerNaming(order_id, other.order_id)];
  await turn({ refunds_on_parent: false, answers });
  await refund(order_id, "back-1", { amount });
  expect(await refresh(order_id)).toBe(2);
  expect(await order(order_id)).toMatchObject({ stage: "paid", captured: inr(150_000) });
});

test("one that the order lists, and one that is over, are not asked for", async () => {
  const { order_id } = await paidOrder();
  await turn({ ...silent, refunds_on_parent: true });
  await refund(order_id, "back-1", { amount });
  expect(await refresh(order_id)).toBe(1);
  await turn({ refunds_on_parent: false, refunds: "process" });
  await refund(order_id, "back-2", { amount });
  expect(await refresh(order_id)).toBe(2);
});

test("of many, five are asked for at a time, and each has its turn", async () => {
  const { order_id } = await paidOrder();
  await turn(silent);
  const ids: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    const { body } = await refund(order_id, `back-${n}`, { amount });
    ids.push(body.refund_id ?? "");
  }
  for (const id of ids) await inDashboard(id, "end-refund", { status: "PROCESSED" });
  expect(await refresh(order_id)).toBe(6);
  expect(await refresh(order_id)).toBe(3);
  expect(await order(order_id)).toMatchObject({ refunded: inr(70_000) });
  expect(await refresh(order_id)).toBe(1);
});
