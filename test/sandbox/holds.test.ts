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

const refused = { status: 422, body: { code: "OPERATION_NOT_ALLOWED" } };

async function totalsOf(order_id: string): Promise<unknown> {
  return (await ask("GET", "/sandbox/books")).body.totals[order_id];
}

test("UPI cannot be authorised, and a plain link cannot either", async () => {
  await expect(authorizedOrder("upi")).rejects.toThrow("PAYMENT_METHOD_NOT_ENABLED");
  const plain = await createLink();
  await expect(act(plain.payment_link_id, "authorize")).rejects.toThrow("refused");
});

test("an authorised link is PROCESSED, its order and payment AUTHORIZED", async () => {
  const link = await createLink({ pre_auth: "true" });
  const held = await act(link.payment_link_id, "authorize");
  expect(held.link.status).toBe("PROCESSED");
  expect(held.order).toMatchObject({ status: "AUTHORIZED", payments: [{ status: "AUTHORIZED" }] });
});

describe("capture", () => {
  test("the guide's takes an amount, once, and never more than is held", async () => {
    const api = await signIn();
    const path = `/orders/${await authorizedOrder()}/capture`;
    const wrong = await api("PUT", path, { merchant_capture_reference: "c1" });
    expect(wrong.status).toBe(400);
    expect((await api("PUT", path, { amount: money(99) })).body.code).toBe("INVALID_REQUEST");
    const over = await api("PUT", path, { amount: money(100_001) });
    expect(over).toMatchObject({ status: 422, body: { code: "AMOUNT_LIMIT_EXCEEDED" } });
    expect((await api("PUT", path, { amount: money(100_000) })).body.data.status).toBe("PROCESSED");
    expect(await api("PUT", path, { amount: money(100) })).toMatchObject(refused);
  });

  test("the reference's takes a reference, and an amount for a part only", async () => {
    await turn({ contract: "reference" });
    const api = await signIn();
    const path = `/orders/${await authorizedOrder()}/capture`;
    const whole = money(100_000);
    expect((await api("PUT", path, { amount: whole })).status).toBe(400);
    const merchant_capture_reference = "capture-1";
    const named = await api("PUT", path, { merchant_capture_reference, capture_amount: whole });
    expect(named.status).toBe(400);
    const { body } = await api("PUT", path, { merchant_capture_reference });
    expect(body.data.payments[0]?.capture_data).toMatchObject([
      { merchant_capture_reference, capture_amount: whole },
    ]);
    expect(await api("PUT", path, { merchant_capture_reference })).toMatchObject(refused);
  });

  test.each([
    ["guide", { amount: money(40_000) }],
    ["reference", { merchant_capture_reference: "c1", capture_amount: money(40_000) }],
  ])("of a part takes it and lets go of the rest (%s)", async (contract, request) => {
    await turn({ contract });
    const api = await signIn();
    const id = await authorizedOrder();
    const { body } = await api("PUT", `/orders/${id}/capture`, request);
    expect(body.data).toMatchObject({
      status: "PARTIALLY_CAPTURED",
      order_amount: money(100_000),
      payments: [
        {
          status: "PROCESSED",
          payment_amount: money(100_000),
          capture_data: [{ capture_amount: money(40_000) }],
        },
      ],
    });
    expect(await readOrder(id)).toEqual(body.data);
    expect(await totalsOf(id)).toMatchObject({ authorized: 0, captured: 40_000 });
    expect((await events()).at(-1)).toEqual({ event_type: "ORDER_PROCESSED", data: body.data });
    expect(await api("PUT", `/orders/${id}/capture`, request)).toMatchObject(refused);
    expect(await api("PUT", `/orders/${id}/cancel`)).toMatchObject(refused);
    const over = await askRefund(id, 40_001, "r1");
    expect(over).toMatchObject({ status: 422, body: { code: "AMOUNT_LIMIT_EXCEEDED" } });
    expect((await askRefund(id, 40_000, "r2")).status).toBe(200);
    expect((await readOrder(id)).status).toBe("FULLY_REFUNDED");
  });

  test("of a part of points and card leaves one payment alone and one released", async () => {
    const api = await signIn();
    const id = await authorizedOrder("points");
    await api("PUT", `/orders/${id}/capture`, { amount: money(30_000) });
    expect((await readOrder(id)).payments).toMatchObject([
      { status: "PROCESSED", capture_data: [{ capture_amount: money(30_000) }] },
      { status: "CANCELLED" },
    ]);
    expect(await totalsOf(id)).toMatchObject({ authorized: 0, captured: 30_000 });
  });

  test("is over for an order, so the next part of its link has one of its own", async () => {
    const link = await createLink({ pre_auth: "true", part_payment: true });
    const first = await act(link.payment_link_id, "authorize", { amount: 40_000 });
    await act(link.payment_link_id, "capture");
    const second = await act(link.payment_link_id, "authorize");
    expect(second.order.order_id).not.toBe(first.order.order_id);
    expect(second.order.order_amount).toEqual(money(60_000));
    expect((await readOrder(first.order.order_id)).status).toBe("PROCESSED");
  });

  test.each(["capture", "void"])("no %s while another payment is in flight", async (action) => {
    const link = await createLink({ pre_auth: "true", part_payment: true });
    await act(link.payment_link_id, "authorize", { amount: 40_000 });
    await act(link.payment_link_id, "initiate", { amount: 20_000 });
    await expect(act(link.payment_link_id, action)).rejects.toThrow("OPERATION_NOT_ALLOWED");
    await act(link.payment_link_id, "fail");
    expect((await act(link.payment_link_id, action)).order.status).toMatch(/PROCESSED|CANCELLED/);
  });
});

describe("a capture that fails", () => {
  test.each([
    ["guide", { amount: money(100_000) }],
    ["guide", { amount: money(40_000) }],
    ["reference", { merchant_capture_reference: "c1" }],
  ])("is answered 200 with order and payment FAILED (%s %o)", async (contract, request) => {
    await turn({ contract, captures: "fail" });
    const api = await signIn();
    const id = await authorizedOrder();
    const { status, body } = await api("PUT", `/orders/${id}/capture`, request);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      status: "FAILED",
      payments: [{ status: "FAILED", error_detail: { code: "PAYMENT_DECLINED" } }],
    });
    expect((await events()).at(-1)).toEqual({ event_type: "PAYMENT_FAILED", data: body.data });
    expect((await eventNames()).includes("ORDER_PROCESSED")).toBe(false);
    expect(await totalsOf(id)).toEqual({
      authorized: 0,
      captured: 0,
      refunded: 0,
      refunds_pending: 0,
    });
    await turn({ captures: "process" });
    expect(await api("PUT", `/orders/${id}/capture`, request)).toMatchObject(refused);
    expect(await api("PUT", `/orders/${id}/cancel`)).toMatchObject(refused);
    expect(await askRefund(id, 100, "r1")).toMatchObject(refused);
  });

  test("is refused as ever when it asks for too much", async () => {
    await turn({ captures: "fail" });
    const api = await signIn();
    const id = await authorizedOrder();
    const over = await api("PUT", `/orders/${id}/capture`, { amount: money(100_001) });
    expect(over.body.code).toBe("AMOUNT_LIMIT_EXCEEDED");
    expect((await readOrder(id)).status).toBe("AUTHORIZED");
  });
});

test("a void releases the hold, once", async () => {
  const api = await signIn();
  const id = await authorizedOrder();
  const { body } = await api("PUT", `/orders/${id}/cancel`);
  expect(body.data).toMatchObject({ status: "CANCELLED", payments: [{ status: "CANCELLED" }] });
  expect((await events()).at(-1)).toEqual({ event_type: "ORDER_CANCELLED", data: body.data });
  expect(await api("PUT", `/orders/${id}/cancel`)).toMatchObject(refused);
});

describe("nothing but a hold is captured or voided", () => {
  const prepared: Record<string, () => Promise<string>> = {
    "a purchase": () => paidOrder(),
    "a purchase that is under way": async () => {
      const link = await createLink();
      return (await act(link.payment_link_id, "initiate")).order.order_id;
    },
    "a pre-authorised order that nobody paid": async () =>
      (await createLink({ pre_auth: "true" })).order_id,
    "a void order": async () => {
      const id = await authorizedOrder();
      await ask("POST", `/sandbox/orders/${id}/void`, {});
      return id;
    },
    "a captured order": async () => {
      const id = await authorizedOrder();
      await ask("POST", `/sandbox/orders/${id}/capture`, {});
      return id;
    },
    "a refund": async () => {
      const made = await ask("POST", `/sandbox/orders/${await paidOrder()}/refund`, {});
      return made.body.order.order_id;
    },
  };
  test.each(Object.keys(prepared))("%s", async (name) => {
    const id = (await prepared[name]?.()) ?? "";
    const api = await signIn();
    const before = await readOrder(id);
    expect(await api("PUT", `/orders/${id}/capture`, { amount: money(100) })).toMatchObject(
      refused,
    );
    expect(await api("PUT", `/orders/${id}/cancel`)).toMatchObject(refused);
    expect(await readOrder(id)).toEqual(before);
  });
});
