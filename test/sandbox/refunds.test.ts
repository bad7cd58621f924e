import { beforeEach, describe, expect, test } from "vitest";
import {
  act,
  ask,
  askRefund,
  authorizedOrder,
  createLink,
  emptyBooks,
  eventNames,
  events,
  money,
  paidOrder,
  readOrder,
  signIn,
  turn,
} from "./gateway";

beforeEach(emptyBooks);

const overdrawn = { status: 422, body: { code: "AMOUNT_LIMIT_EXCEEDED" } };

test("the guide's answers bare, with times that nothing should read", async () => {
  const api = await signIn();
  const id = await paidOrder();
  const wrong = await api("POST", `/refunds/${id}`, { merchant_order_reference: "r1" });
  expect(wrong).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  const { body } = await askRefund(id, 30_000, "r1");
  expect(body).toEqual({
    order_id: id,
    refunds: [
      {
        refund_id: expect.any(String),
        merchant_refund_reference: "r1",
        refund_amount: money(30_000),
        status: "PROCESSED",
        created_at: expect.stringContaining("IST+"),
        updated_at: expect.stringContaining("IST+"),
      },
    ],
  });
  const order_id = body.refunds[0]?.refund_id;
  expect(await readOrder(id)).toMatchObject({
    status: "PARTIALLY_REFUNDED",
    refunds: [{ order_id, order_amount: money(30_000) }],
  });
  const refund = await api("GET", "/orders/reference/r1");
  expect(refund.body.data).toMatchObject({ type: "REFUND", order_id, parent_order_id: id });
});

test("the reference's answers the refund order, whole when no amount is named", async () => {
  await turn({ contract: "reference" });
  const api = await signIn();
  const id = await paidOrder();
  const guide = { amount: money(100), merchant_refund_reference: "r1" };
  expect((await api("POST", `/orders/${id}/refund`, guide)).status).toBe(404);
  expect((await api("POST", `/refunds/${id}`, guide)).status).toBe(400);
  const { body } = await api("POST", `/refunds/${id}`, { merchant_order_reference: "r1" });
  expect(body.data).toMatchObject({ type: "REFUND", order_amount: money(100_000) });
  expect((await readOrder(id)).status).toBe("FULLY_REFUNDED");
  const none = await api("POST", `/refunds/${id}`, { merchant_order_reference: "r2" });
  expect(none.body.code).toBe("OPERATION_NOT_ALLOWED");
});

test("net banking announces a refund by the parent order", async () => {
  const link = await createLink();
  const { order } = await act(link.payment_link_id, "pay", { instrument: "netbanking" });
  await askRefund(order.order_id, 100_000, "r1");
  expect((await events()).at(-1)).toMatchObject({
    event_type: "REFUND_PROCESSED",
    data: { type: "CHARGE", status: "FULLY_REFUNDED", refunds: [{ type: "REFUND" }] },
  });
});

describe.each(["guide", "reference"])("under the %s contract", (contract) => {
  beforeEach(() => turn({ contract }));

  test("a refund is of 100 paisa at least", async () => {
    const id = await paidOrder();
    const small = await askRefund(id, 99, "r1");
    expect(small).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect((await askRefund(id, 100, "r1")).status).toBe(200);
  });

  test("a reference is used once, or as the knob says", async () => {
    const id = await paidOrder();
    await askRefund(id, 10_000, "r1");
    expect(await askRefund(id, 10_000, "r1")).toMatchObject({
      status: 422,
      body: { code: "DUPLICATE_REQUEST" },
    });
    await turn({ duplicate_refund: "return_existing" });
    expect((await askRefund(id, 10_000, "r1")).status).toBe(200);
    expect((await readOrder(id)).refunds).toHaveLength(1);
    await turn({ duplicate_refund: "second" });
    expect((await askRefund(id, 10_000, "r1")).status).toBe(200);
    expect((await readOrder(id)).refunds).toHaveLength(2);
  });

  test("refunds never come to more than was captured, those under way included", async () => {
    const id = await paidOrder();
    await askRefund(id, 30_000, "r1");
    await turn({ refunds: "pending" });
    await askRefund(id, 60_000, "r2");
    expect(await askRefund(id, 10_001, "r3")).toMatchObject(overdrawn);
    expect((await askRefund(id, 10_000, "r4")).status).toBe(200);
    expect(await askRefund(id, 100, "r5")).toMatchObject(overdrawn);
    const { body } = await ask("GET", "/sandbox/books");
    expect(body.totals[id]).toEqual({
      authorized: 0,
      captured: 100_000,
      refunded: 30_000,
      refunds_pending: 70_000,
    });
  });
});

test("a pending refund holds its money until it ends", async () => {
  await turn({ refunds: "pending" });
  const id = await paidOrder();
  const { body } = await askRefund(id, 60_000, "r1");
  expect(body.refunds).toMatchObject([{ status: "PENDING" }]);
  expect(await askRefund(id, 60_000, "r2")).toMatchObject(overdrawn);
  await ask("POST", `/sandbox/orders/${body.refunds[0]?.refund_id}/end-refund`, {
    status: "FAILED",
  });
  expect((await readOrder(id)).status).toBe("PROCESSED");
  expect((await askRefund(id, 60_000, "r2")).status).toBe(200);
  const names = await eventNames();
  expect(names.filter((name) => name.startsWith("REFUND"))).toEqual(["REFUND_FAILED"]);
  expect((await events()).at(-1)?.data.pre_auth).toBe("false");
});

test("a refund that will fail is answered as pending", async () => {
  await turn({ refunds: "fail" });
  const id = await paidOrder();
  expect((await askRefund(id, 60_000, "r1")).body.refunds).toMatchObject([{ status: "PENDING" }]);
  expect((await readOrder(id)).refunds).toMatchObject([{ status: "FAILED" }]);
});

describe("only money that was taken is given back", () => {
  const prepared: Record<string, readonly [() => Promise<string>, status: number]> = {
    "a PROCESSED order": [() => paidOrder(), 200],
    "an order that nobody paid": [async () => (await createLink()).order_id, 422],
    "an order that is paid at this moment": [
      async () => {
        const link = await createLink();
        return (await act(link.payment_link_id, "initiate")).order.order_id;
      },
      422,
    ],
    "an order whose payment failed": [
      async () => {
        const link = await createLink();
        return (await act(link.payment_link_id, "fail")).order.order_id;
      },
      422,
    ],
    "an AUTHORIZED order": [() => authorizedOrder(), 422],
    "a void order": [
      async () => {
        const id = await authorizedOrder();
        await ask("POST", `/sandbox/orders/${id}/void`, {});
        return id;
      },
      422,
    ],
    "a PARTIALLY_CAPTURED order": [
      async () => {
        const id = await authorizedOrder();
        await ask("POST", `/sandbox/orders/${id}/capture`, { amount: 5000 });
        return id;
      },
      200,
    ],
    "a PARTIALLY_REFUNDED order": [
      async () => {
        const id = await paidOrder();
        await askRefund(id, 100, "earlier");
        return id;
      },
      200,
    ],
    "a FULLY_REFUNDED order": [
      async () => {
        const id = await paidOrder();
        await askRefund(id, 100_000, "earlier");
        return id;
      },
      422,
    ],
    "a refund": [
      async () => {
        const { body } = await askRefund(await paidOrder(), 1000, "earlier");
        return body.refunds[0]?.refund_id ?? "";
      },
      422,
    ],
  };
  test.each(Object.entries(prepared))("%s", async (_, [prepare, status]) => {
    const answer = await askRefund(await prepare(), 100, "r1");
    expect(answer.status).toBe(status);
    if (status === 422) expect(answer.body.code).toBe("OPERATION_NOT_ALLOWED");
  });
});
