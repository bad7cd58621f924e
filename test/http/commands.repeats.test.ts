// One reference is one movement for ever: the same request is answered the same way however often it
// is sent and whenever, and another one under its reference is refused.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { turn } from "../sandbox/gateway";
import {
  closeHouse,
  crash,
  holdGateway,
  mend,
  openHouse,
  order,
  pass,
  ring,
  speak,
} from "../actor/house";
import {
  capture,
  gatewayBooks,
  heldOrder,
  inr,
  moves,
  paidOrder,
  refund,
  voidOrder,
} from "../actor/money";
import { call, expectProblem, faultsOf } from "./door";

afterEach(closeHouse);

describe.each(["guide", "reference"] as const)("under the contract %s", (contract) => {
  beforeEach(async () => {
    await openHouse();
    await speak(contract);
  });

  test.each([
    ["done", { refunds: "process" }, 201],
    ["pending", { refunds: "pending" }, 201],
    ["refused", { refunds: "refuse" }, 422],
  ])("a refund that is %s is answered so again, and sent once", async (outcome, knobs, status) => {
    const { order_id } = await paidOrder();
    await turn(knobs);
    const first = await refund(order_id, "back-1", { amount: inr(50_000), reason: "torn" });
    expect(first.status).toBe(status);
    await turn({ refunds: "process" });
    for (const wait of [0, MINUTE, 60 * MINUTE]) {
      pass(wait);
      const again = await refund(order_id, "back-1", { amount: inr(50_000), reason: "torn" });
      expect(again).toEqual(first);
    }
    expect(await moves()).toBe(1);
    const { body } = await command(order_id, "refund", "back-1");
    expect(body).toMatchObject({ outcome, reason: "torn", requested_by: "administrator" });
  });

  test("a capture and a void are answered again, and sent once", async () => {
    const held = await heldOrder();
    const captured = await capture(held.order_id, "take-1");
    expect(captured).toMatchObject({ status: 201, body: { outcome: "done" } });
    expect(await capture(held.order_id, "take-1")).toEqual(captured);
    const other = await heldOrder();
    const voided = await voidOrder(other.order_id);
    expect(voided).toMatchObject({ status: 201, body: { outcome: "done", kind: "void" } });
    expect(await voidOrder(other.order_id)).toEqual(voided);
    expect(await moves()).toBe(2);
  });

  test("two that come while the call is on its way make one request and get its outcome", async () => {
    const { order_id } = await paidOrder();
    const held = holdGateway(/POST .*refund/);
    const first = refund(order_id, "back-1");
    await held.arrived();
    const second = refund(order_id, "back-1");
    const shown = await command(order_id, "refund", "back-1");
    expect(shown).toMatchObject({ status: 200, body: { outcome: "in_flight" } });
    held.release();
    expect(await second).toEqual(await first);
    expect(await first).toMatchObject({ status: 201, body: { outcome: "done", sends: 1 } });
    expect(await moves()).toBe(1);
  });

  test("one whose process ended is in flight for a minute, then read, and never sent again", async () => {
    const { order_id } = await paidOrder();
    const held = holdGateway(/POST .*refund/);
    const first = refund(order_id, "back-1", { amount: inr(50_000) }).catch(() => null);
    await held.arrived();
    await crash();
    held.release();
    await first;
    mend();
    await speak(contract);
    const again = await refund(order_id, "back-1", { amount: inr(50_000) });
    expect(again).toMatchObject({ status: 202, body: { outcome: "in_flight" } });
    expect(await order(order_id)).toMatchObject({ refundable: inr(100_000) });
    pass(MINUTE);
    await ring(order_id);
    const read = await refund(order_id, "back-1", { amount: inr(50_000) });
    expect(read).toMatchObject({ status: 201, body: { outcome: "done", sends: 1 } });
    expect(await moves()).toBe(1);
    expect((await gatewayBooks()).references["back-1"]).toMatchObject({ moved: 1 });
  });

  test("a refused one has spent its reference: the next reference works", async () => {
    const { order_id } = await paidOrder();
    await turn({ refund_limit_per_day: 10_000 });
    const body = { merchant_refund_reference: "back-1", amount: inr(50_000) };
    const path = `/v1/orders/${order_id}/refunds`;
    const problem = await expectProblem(await call("POST", path, body), 422, "gateway_refused");
    expect(problem).toMatchObject({
      detail: expect.stringContaining("sales do not cover this refund"),
      gateway_code: "PAYMENT_DECLINED",
      gateway_status: expect.any(Number),
      gateway_request_id: expect.stringMatching(/./),
      command: { outcome: "refused", reference: "back-1" },
    });
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000), stage: "paid" });
    await turn({ refund_limit_per_day: null });
    expect((await refund(order_id, "back-1", { amount: inr(50_000) })).status).toBe(422);
    expect((await refund(order_id, "back-2", { amount: inr(50_000) })).status).toBe(201);
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 50_000 });
  });
});

describe("another request under a reference that was used", () => {
  beforeEach(openHouse);

  const first = { merchant_refund_reference: "back-1", amount: inr(50_000), reason: "torn" };

  test.each([
    [
      { amount: inr(60_000) },
      { "/amount": 'was {"value":50000,"currency":"INR"} in the first request' },
    ],
    [
      { amount: undefined },
      { "/amount": 'was {"value":50000,"currency":"INR"} in the first request' },
    ],
    [{ reason: "late" }, { "/reason": 'was "torn" in the first request' }],
    [{ payment_id: "p-1" }, { "/payment_id": "was not given in the first request" }],
    [
      {
        split_info: {
          split_type: "AMOUNT",
          split_details: [{ split_merchant_id: 1, amount: inr(100) }],
        },
      },
      { "/split_info": "was not given in the first request" },
    ],
    [
      { amount: inr(60_000), reason: undefined },
      {
        "/amount": 'was {"value":50000,"currency":"INR"} in the first request',
        "/reason": 'was "torn" in the first request',
      },
    ],
  ])("with %j is 409 and says what the first one said", async (change, faults) => {
    const { order_id } = await paidOrder();
    const path = `/v1/orders/${order_id}/refunds`;
    expect((await call("POST", path, first)).status).toBe(201);
    const other = await call("POST", path, { ...first, ...change });
    const problem = await expectProblem(other, 409, "reference_reused");
    expect(faultsOf(problem)).toEqual(faults);
    expect(await moves()).toBe(1);
  });

  test("is 409 at once while the first is on its way", async () => {
    const { order_id } = await paidOrder();
    const path = `/v1/orders/${order_id}/refunds`;
    const held = holdGateway(/POST .*refund/);
    const sent = call("POST", path, first);
    await held.arrived();
    const other = await call("POST", path, { ...first, amount: inr(60_000) });
    await expectProblem(other, 409, "reference_reused");
    held.release();
    expect((await sent).status).toBe(201);
  });

  test("of two at the same moment one is done and the other is 409", async () => {
    const { order_id } = await paidOrder();
    const answers = await Promise.all(
      [50_000, 60_000].map((value) => refund(order_id, "back-1", { amount: inr(value) })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect(await moves()).toBe(1);
  });

  test("of a capture is 409 as well", async () => {
    const { order_id } = await heldOrder();
    await capture(order_id, "take-1", { amount: inr(100_000) });
    const other = await capture(order_id, "take-1");
    expect(other).toMatchObject({ status: 409, body: { code: "reference_reused" } });
  });

  test("is free where nothing was sent under it", async () => {
    const { order_id } = await paidOrder();
    const much = await refund(order_id, "back-1", { amount: inr(150_001) });
    expect(much).toMatchObject({ status: 422, body: { code: "refund_exceeds_captured" } });
    expect((await refund(order_id, "back-1", { amount: inr(150_000) })).status).toBe(201);
  });
});

describe("while the gateway is down", () => {
  beforeEach(openHouse);

  test("nothing is sent, nothing is reserved and the reference stays free", async () => {
    const { order_id } = await paidOrder();
    await turn({ answers: [{ operation: "*", status: 500, times: -1 }] });
    const path = `/v1/orders/${order_id}/refunds`;
    const down = await call("POST", path, { merchant_refund_reference: "back-1" });
    await expectProblem(down, 503, "gateway_unavailable");
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000), refunds: [] });
    await expectProblem(await call("GET", `${path}/back-1`), 404, "command_unknown");
    await turn({ answers: [] });
    expect((await refund(order_id, "back-1", { amount: inr(20_000) })).status).toBe(201);
  });

  test.each([
    ["refuses our credentials", { status: 401 }, "gateway_unauthorized"],
    ["asks for fewer requests", { status: 429, retry_after_seconds: 30 }, "gateway_rate_limited"],
    ["answers with a page", { status: 200, body: "<html>" }, "gateway_unavailable"],
  ])("and when it %s: 503, and nothing is sent", async (_, answer, code) => {
    const { order_id } = await paidOrder();
    await turn({ answers: [{ operation: "*", times: -1, ...answer }] });
    const down = await call("POST", `/v1/orders/${order_id}/refunds`, {
      merchant_refund_reference: "back-1",
    });
    await expectProblem(down, 503, code);
    expect(await moves()).toBe(0);
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000), refunds: [] });
  });

  test("what never left is taken back, and may be asked again with another body", async () => {
    const { order_id } = await paidOrder();
    await turn({
      answers: [
        { operation: "refund.create", status: 401 },
        { operation: "token", status: 500, times: -1 },
      ],
    });
    expect((await refund(order_id, "back-1")).status).toBe(503);
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000), refunds: [] });
    await turn({ answers: [] });
    expect((await refund(order_id, "back-1", { amount: inr(20_000) })).status).toBe(201);
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 20_000 });
  });

  test("what was done is answered all the same", async () => {
    const { order_id } = await paidOrder();
    const done = await refund(order_id, "back-1");
    await turn({ answers: [{ operation: "*", status: 500, times: -1 }] });
    expect(await refund(order_id, "back-1")).toEqual(done);
    expect((await command(order_id, "refund", "back-1")).body).toEqual(done.body);
  });

  test("an answer that nobody gave is 202, with where and when to look", async () => {
    const { order_id } = await paidOrder();
    await turn({ answers: [{ operation: "refund.create", status: 500 }] });
    const path = `/v1/orders/${order_id}/refunds`;
    const response = await call("POST", path, { merchant_refund_reference: "back-1" });
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`${path}/back-1`);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({
      outcome: "unknown",
      trouble: expect.stringContaining("500"),
      next_reading_at: expect.stringMatching(/^2031/),
      ended_at: null,
    });
  });
});

async function command(order_id: string, kind: string, reference: string) {
  const response = await call("GET", `/v1/orders/${order_id}/commands/${kind}/${reference}`);
  return { status: response.status, body: await response.json() };
}
