// Refunds as they are read: ours and those made elsewhere, whoever told us, until their end.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RefundView } from "../../src/domain/command-view";
import { DAY, MINUTE } from "../../src/domain/schedule";
import { ask, turn } from "../sandbox/gateway";
import {
  atGateway,
  closeHouse,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  runCron,
  settle,
  speak,
} from "../actor/house";
import { gatewayBooks, inr, paidOrder, refund } from "../actor/money";
import { call, expectProblem } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

async function list(id: string): Promise<readonly RefundView[]> {
  const response = await call("GET", `/v1/orders/${id}/refunds`);
  const page: { data: readonly RefundView[]; next_cursor: null } = await response.json();
  expect([response.status, page.next_cursor]).toEqual([200, null]);
  return page.data;
}

async function one(id: string, name: string): Promise<RefundView> {
  const response = await call("GET", `/v1/orders/${id}/refunds/${name}`);
  expect(response.status).toBe(200);
  return response.json();
}

/** The only order that is due: of the tests before nothing is asked. */
async function forgetOthers(order_id: string): Promise<void> {
  await env.DB.prepare("UPDATE orders SET next_inquiry_at = NULL WHERE id <> ?1")
    .bind(order_id)
    .run();
}

describe("a refund", () => {
  test("is listed with who asked for it and why, and found by its reference and by its id", async () => {
    const { order_id, link_id } = await paidOrder();
    expect(await list(order_id)).toEqual([]);
    await refund(order_id, "back-1", { amount: inr(50_000), reason: "torn seam" });
    await deliverWebhooks();
    await settle(order_id);
    const [made, ...rest] = await list(order_id);
    expect(rest).toEqual([]);
    expect(made).toMatchObject({
      refund_id: expect.stringMatching(/./),
      order_id,
      merchant_refund_reference: "back-1",
      status: "PROCESSED",
      outcome: "done",
      amount: inr(50_000),
      reason: "torn seam",
      requested_by: "administrator",
      requested_at: expect.stringMatching(/^2031-01-15T/),
      trouble: null,
      refusal: null,
    });
    expect(await one(order_id, "back-1")).toEqual(made);
    expect(await one(link_id, made?.refund_id ?? "")).toEqual(made);
    expect((await order(order_id)).refunds).toEqual([made]);
  });

  test("that was made in the dashboard is listed too, and nobody here asked for it", async () => {
    const { order_id, link_id } = await paidOrder();
    await atGateway(link_id, "refund", { amount: 40_000, reference: "dashboard-1" });
    await deliverWebhooks();
    await settle(order_id);
    const made = await one(order_id, "dashboard-1");
    expect(made).toMatchObject({
      outcome: "done",
      amount: inr(40_000),
      requested_by: null,
      requested_at: null,
    });
    expect(await list(order_id)).toEqual([made]);
    const path = `/v1/orders/${order_id}/commands/refund/dashboard-1`;
    await expectProblem(await call("GET", path), 404, "command_unknown");
  });

  test("that was made in the dashboard is found by the poll when its webhook was lost", async () => {
    const { order_id, link_id } = await paidOrder();
    await forgetOthers(order_id);
    await turn({ webhooks: { drop: true } });
    await atGateway(link_id, "refund", { amount: 40_000, reference: "dashboard-1" });
    expect(await list(order_id)).toEqual([]);
    pass(DAY + 20 * MINUTE);
    await runCron();
    expect(await one(order_id, "dashboard-1")).toMatchObject({ outcome: "done" });
    expect(await order(order_id)).toMatchObject({ refundable: inr(110_000) });
  });

  test("that was made in the dashboard meanwhile is seen before ours is decided", async () => {
    const { order_id, link_id } = await paidOrder();
    await atGateway(link_id, "refund", { amount: 100_000 });
    const path = `/v1/orders/${order_id}/refunds`;
    const body = { merchant_refund_reference: "back-1", amount: inr(60_000) };
    const much = await call("POST", path, body);
    expect(await expectProblem(much, 422, "refund_exceeds_captured")).toMatchObject({
      refundable: inr(50_000),
    });
    const rest = await refund(order_id, "back-2");
    expect(rest).toMatchObject({ status: 201, body: { amount: inr(50_000) } });
  });

  test("of unknown outcome is listed before the gateway shows it", async () => {
    const { order_id } = await paidOrder();
    await turn({ answers: [{ operation: "refund.create", status: 500, after_work: true }] });
    await refund(order_id, "back-1", { amount: inr(50_000) });
    expect(await list(order_id)).toMatchObject([
      {
        refund_id: null,
        merchant_refund_reference: "back-1",
        status: null,
        outcome: "unknown",
        amount: inr(50_000),
        requested_by: "administrator",
        trouble: expect.stringMatching(/./),
      },
    ]);
  });
});

describe.each(["guide", "reference"] as const)("under the contract %s a refund", (contract) => {
  beforeEach(() => speak(contract));

  test.each(["webhook", "poll"])("that ends later is done when the %s says so", async (way) => {
    const { order_id } = await paidOrder();
    await turn({ refunds: "pending", webhooks: { drop: way === "poll" } });
    const asked = await refund(order_id, "back-1", { amount: inr(50_000) });
    expect(asked).toMatchObject({ status: 201, body: { outcome: "pending" } });
    expect(await order(order_id)).toMatchObject({ refunded: inr(0), refundable: inr(100_000) });
    await hear(order_id, "PROCESSED", way);
    expect(await one(order_id, "back-1")).toMatchObject({ outcome: "done" });
    expect(await order(order_id)).toMatchObject({
      stage: "partially_refunded",
      refunded: inr(50_000),
      refundable: inr(100_000),
    });
  });

  test.each(["webhook", "poll"])("that fails later, by %s, is refundable again", async (way) => {
    const { order_id } = await paidOrder();
    await turn({ refunds: "pending", webhooks: { drop: way === "poll" } });
    await refund(order_id, "back-1", { amount: inr(50_000) });
    await hear(order_id, "FAILED", way);
    expect(await one(order_id, "back-1")).toMatchObject({ outcome: "failed", status: "FAILED" });
    expect(await order(order_id)).toMatchObject({ stage: "paid", refundable: inr(150_000) });
    await turn({ refunds: "process" });
    const path = `/v1/orders/${order_id}/refunds`;
    const body = { merchant_refund_reference: "back-1", amount: inr(50_000) };
    const again = await expectProblem(await call("POST", path, body), 422, "refund_failed");
    expect(again).toMatchObject({ command: { reference: "back-1", outcome: "failed" } });
    expect((await refund(order_id, "back-2")).status).toBe(201);
    const { references, totals } = await gatewayBooks();
    expect(totals[order_id]).toMatchObject({ refunded: 150_000 });
    expect(references).toMatchObject({ "back-1": { moved: 0 }, "back-2": { moved: 1 } });
  });
});

/** The pending refund ends at the gateway, and one way tells us. */
async function hear(order_id: string, status: string, way: string): Promise<void> {
  const pending = (await gatewayBooks()).refunds.find((one) => one.parent_order_id === order_id);
  await settle(order_id);
  const ended = await ask("POST", `/sandbox/orders/${pending?.order_id}/end-refund`, { status });
  expect(ended.status).toBe(200);
  if (way === "webhook") {
    await deliverWebhooks();
    await settle(order_id);
  } else {
    await forgetOthers(order_id);
    pass(30 * MINUTE);
    await runCron();
  }
}
