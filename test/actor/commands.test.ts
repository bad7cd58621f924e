// What we asked for, held against what the gateway did: other amounts, other hands, one reference for
// two orders, and when a command of unknown outcome is read.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { act, ask, turn } from "../sandbox/gateway";
import {
  atGateway,
  closeHouse,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  ring,
  settle,
  speak,
} from "./house";
import { capture, gatewayBooks, heldOrder, inr, paidOrder, refund, voidOrder } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

/** The open discrepancies of an order, by type. */
async function differences(id: string) {
  const { discrepancies } = await order(id);
  return discrepancies
    .filter(({ closed_at }) => closed_at === null)
    .map(({ type, ours, theirs, amount }) => ({ type, ours, theirs, amount }));
}

describe.each(["guide", "reference"] as const)("under the contract %s", (contract) => {
  beforeEach(() => speak(contract));

  test("a refund whose answer names another amount is a discrepancy", async () => {
    const { order_id } = await paidOrder();
    const refund_id = "v1-310115060000-aa-Other1";
    const status = "PROCESSED";
    const body =
      contract === "guide"
        ? {
            order_id,
            refunds: [
              {
                refund_id,
                merchant_refund_reference: "back-1",
                refund_amount: inr(40_000),
                status,
              },
            ],
          }
        : {
            data: {
              order_id: refund_id,
              parent_order_id: order_id,
              merchant_order_reference: "back-1",
              type: "REFUND",
              order_amount: inr(40_000),
              status,
            },
          };
    const answers = [{ operation: "refund.create", status: 200, body: JSON.stringify(body) }];
    await turn({ answers });
    expect((await refund(order_id, "back-1", { amount: inr(50_000) })).status).toBe(201);
    expect(await differences(order_id)).toContainEqual({
      type: "refund_amount_differs",
      ours: 50_000,
      theirs: 40_000,
      amount: 10_000,
    });
  });

  test("the reference of a refund that the dashboard made is not used for another", async () => {
    const { order_id, link_id } = await paidOrder();
    await atGateway(link_id, "refund", { amount: 40_000, reference: "back-1" });
    const answer = await refund(order_id, "back-1", { amount: inr(50_000) });
    expect(answer).toMatchObject({ status: 409, body: { code: "reference_taken" } });
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 40_000 });
    expect(await order(order_id)).toMatchObject({ refundable: inr(110_000) });
    const other = await refund(order_id, "back-2", { amount: inr(50_000) });
    expect(other).toMatchObject({ status: 201, body: { outcome: "done" } });
  });

  test.each([
    // Who else took how much under which reference, and what that makes of ours by each contract.
    { amount: 150_000, reference: "theirs", guide: "done", by_reference: "captured_elsewhere" },
    {
      amount: 60_000,
      reference: "theirs",
      guide: "captured_elsewhere",
      by_reference: "captured_elsewhere",
    },
  ])("a capture of unknown outcome beside another one of $amount", async (theirs) => {
    const { order_id, link_id } = await heldOrder();
    await turn({ answers: [{ operation: "order.capture", status: 500 }] });
    const asked = await capture(order_id, "take-1");
    expect(asked).toMatchObject({ status: 202, body: { outcome: "unknown" } });
    const { amount, reference } = theirs;
    await act(link_id, "capture", { amount, reference });
    pass(1_000);
    await ring(order_id);
    const expected = contract === "guide" ? theirs.guide : theirs.by_reference;
    const answer = await capture(order_id, "take-1");
    expect(answer.body.code ?? answer.body.outcome).toBe(expected);
    const found = await differences(order_id);
    expect(found.map(({ type }) => type)).toEqual(expected === "done" ? [] : [expected]);
    expect(await order(order_id)).toMatchObject({
      captured: inr(amount),
      released: inr(150_000 - amount),
    });
  });

  test("of a part takes the part and lets the rest go", async () => {
    const { order_id } = await heldOrder();
    const answer = await capture(order_id, "take-1", { amount: inr(60_000) });
    expect(answer).toMatchObject({ status: 201, body: { outcome: "done", amount: inr(60_000) } });
    expect(await order(order_id)).toMatchObject({
      authorized: inr(0),
      captured: inr(60_000),
      released: inr(90_000),
      refundable: inr(60_000),
    });
    expect(await differences(order_id)).toEqual([]);
  });

  test("a void lets everything go", async () => {
    const { order_id } = await heldOrder();
    expect(await voidOrder(order_id)).toMatchObject({ status: 201, body: { outcome: "done" } });
    expect(await order(order_id)).toMatchObject({ stage: "voided", released: inr(150_000) });
    expect(await capture(order_id, "take-1")).toMatchObject({
      status: 422,
      body: { code: "authorization_gone" },
    });
  });

  test("a reference of another order's refund is refused when the gateway shows whose it is", async () => {
    const [first, second] = [await paidOrder(), await paidOrder()];
    expect((await refund(first.order_id, "back-1")).status).toBe(201);
    const asked = await refund(second.order_id, "back-1");
    expect(asked).toMatchObject({ status: 202, body: { outcome: "unknown" } });
    expect(await order(second.order_id)).toMatchObject({ refundable: inr(0) });
    pass(1_000);
    await ring(second.order_id);
    expect(await refund(second.order_id, "back-1")).toMatchObject({
      status: 422,
      body: { code: "reference_used_elsewhere" },
    });
    expect(await order(second.order_id)).toMatchObject({ refundable: inr(150_000), stage: "paid" });
    expect((await refund(second.order_id, "back-2")).status).toBe(201);
    expect(Object.values((await gatewayBooks()).totals).map((one) => one.refunded)).toEqual([
      150_000, 150_000,
    ]);
  });

  test("a refund that is named as its order is refused when the gateway shows the order", async () => {
    const { order_id, reference } = await paidOrder();
    expect(await refund(order_id, reference)).toMatchObject({ status: 202 });
    pass(1_000);
    await ring(order_id);
    expect(await refund(order_id, reference)).toMatchObject({
      status: 422,
      body: { code: "reference_used_elsewhere" },
    });
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000), stage: "paid" });
    expect((await refund(order_id, `${reference}-back`)).status).toBe(201);
  });

  test("a refused capture says so, and the money is held as before", async () => {
    const { order_id } = await heldOrder();
    const body = JSON.stringify({ code: "INVALID_REQUEST", message: "Not today" });
    await turn({ answers: [{ operation: "order.capture", status: 400, body }] });
    expect(await capture(order_id, "take-1")).toMatchObject({
      status: 422,
      body: { code: "gateway_refused", gateway_code: "INVALID_REQUEST", detail: "Not today" },
    });
    expect(await order(order_id)).toMatchObject({ stage: "authorized", authorized: inr(150_000) });
    expect((await capture(order_id, "take-2")).status).toBe(201);
  });

  test("a capture that fails says so, and no money came", async () => {
    const { order_id } = await heldOrder();
    await turn({ captures: "fail" });
    expect(await capture(order_id, "take-1")).toMatchObject({
      status: 422,
      body: { code: "capture_failed" },
    });
    expect(await order(order_id)).toMatchObject({ stage: "failed", captured: inr(0) });
  });
});

test("a capture that the gateway shows under our reference with another amount is done, and a discrepancy", async () => {
  await speak("reference");
  const { order_id, link_id } = await heldOrder();
  await turn({ answers: [{ operation: "order.capture", status: 500 }] });
  await capture(order_id, "take-1");
  await act(link_id, "capture", { amount: 60_000, reference: "take-1" });
  pass(1_000);
  await ring(order_id);
  expect(await capture(order_id, "take-1")).toMatchObject({
    status: 201,
    body: { outcome: "done" },
  });
  expect(await differences(order_id)).toEqual([
    { type: "capture_amount_differs", ours: 150_000, theirs: 60_000, amount: 90_000 },
  ]);
});

test("where a reference is no key, a later refund of the dashboard under ours is not taken for ours", async () => {
  await turn({ duplicate_refund: "second" });
  const { order_id, link_id } = await paidOrder();
  const answer = await refund(order_id, "back-1", { amount: inr(50_000) });
  expect(answer).toMatchObject({ status: 201, body: { outcome: "done" } });
  await atGateway(link_id, "refund", { amount: 40_000, reference: "back-1" });
  await deliverWebhooks();
  await settle(order_id);
  const { refunds, refundable } = await order(order_id);
  const asked = refunds.map(({ amount, requested_by }) => `${amount?.value} ${requested_by}`);
  expect(asked.toSorted()).toEqual(["40000 null", "50000 administrator"]);
  expect(refundable).toEqual(inr(60_000));
  expect(await differences(order_id)).toEqual([]);
});

test("one that is not there is read at once, at two minutes and at fifteen, then sent again", async () => {
  await speak("reference");
  const { order_id } = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 500 }] });
  const asked = await refund(order_id, "back-1");
  const reads = async () =>
    (await ask("GET", "/sandbox/requests")).body.counts["order.get_by_reference"] ?? 0;
  const before = await reads();
  const read: number[] = [];
  let at = asked.body.next_reading_at;
  for (let count = 0; count < 3 && at !== null && at !== undefined; count += 1) {
    read.push(Date.parse(at) - Date.parse(asked.body.requested_at));
    pass(Date.parse(at) - Date.now());
    await ring(order_id);
    at = (await refund(order_id, "back-1")).body.next_reading_at;
  }
  expect(read).toEqual([0, 2 * MINUTE, 15 * MINUTE]);
  expect((await reads()) - before).toBe(3);
  expect(await refund(order_id, "back-1")).toMatchObject({ status: 201, body: { sends: 2 } });
});

test("a proxy's 404 is no absence: nothing is sent again, and it is read more and more rarely", async () => {
  await speak("reference");
  const { order_id } = await paidOrder();
  const answers = [
    { operation: "refund.create", status: 500 },
    { operation: "order.get_by_reference", status: 404, body: "<html>", times: -1 },
  ];
  await turn({ answers });
  await refund(order_id, "back-1");
  const waits: number[] = [];
  for (let count = 0; count < 8; count += 1) {
    pass(1);
    await ring(order_id);
    const { body } = await refund(order_id, "back-1");
    expect(body).toMatchObject({ outcome: "unknown", sends: 1 });
    const next = Date.parse(body.next_reading_at ?? "");
    waits.push(Math.round((next - Date.now()) / MINUTE));
    pass(next - Date.now());
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});
