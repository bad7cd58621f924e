import { beforeEach, describe, expect, test } from "vitest";
import { act, ask, createLink, emptyBooks, signIn, turn, type Wire } from "./gateway";

beforeEach(emptyBooks);

async function events(): Promise<Wire[]> {
  const { body } = await ask("GET", "/sandbox/webhooks");
  return body.messages.map((message) => JSON.parse(message.body) as Wire);
}

async function eventNames(): Promise<string[]> {
  return (await events()).map((e) => e.event_type ?? e.eventType ?? e.event ?? "");
}

describe("paying", () => {
  test("a full payment ends in PROCESSED on both sides, with an order and a link event", async () => {
    const link = await createLink();
    const { link: paid, order } = await act(link.payment_link_id, "pay", { instrument: "upi" });
    expect(paid).toMatchObject({ status: "PROCESSED", amount_due: { value: 0 } });
    expect(order.payments).toMatchObject([
      { status: "PROCESSED", payment_method: "UPI", payment_amount: { value: 100_000 } },
    ]);
    expect(order.payments[0]?.id).toMatch(new RegExp(`^${order.order_id}-up-\\w$`));
    expect(await events()).toEqual([
      { event_type: "ORDER_PROCESSED", data: order },
      {
        event: "payment_link.processed",
        data: {
          payment_link_id: link.payment_link_id,
          merchant_payment_link_reference: link.merchant_payment_link_reference,
          status: "PROCESSED",
          amount: { value: 100_000, currency: "INR" },
          order_id: order.order_id,
        },
      },
    ]);
    await expect(act(link.payment_link_id, "pay")).rejects.toThrow("refused");
  });

  test.each([
    [
      "guide",
      "PAYMENT_INITIATED",
      ["ORDER_PROCESSED", "ORDER_PROCESSED", "payment_link.processed"],
    ],
    ["reference", "PARTIAL_PROCESSED", ["ORDER_PROCESSED", "ORDER_PROCESSED"]],
  ])("a part leaves the link as the %s contract has it", async (contract, status, names) => {
    await turn({ contract });
    const link = await createLink({ part_payment: true });
    const first = await act(link.payment_link_id, "pay", { amount: 40_000 });
    expect(first.link).toMatchObject({ status, amount_due: { value: 60_000 } });
    await expect(act(link.payment_link_id, "pay", { amount: 60_001 })).rejects.toThrow("refused");
    const second = await act(link.payment_link_id, "pay");
    expect(second.link).toMatchObject({ status: "PROCESSED", amount_due: { value: 0 } });
    expect(second.order.order_id).toBe(first.order.order_id);
    expect(second.order.payments).toHaveLength(2);
    expect(await eventNames()).toEqual(names);
  });

  test("a part is refused on a link that does not take parts", async () => {
    const link = await createLink();
    await expect(act(link.payment_link_id, "pay", { amount: 40_000 })).rejects.toThrow("refused");
  });

  test("the second part is an order of its own when the knob says so", async () => {
    await turn({ second_part: "new_order" });
    const link = await createLink({ part_payment: true });
    const first = await act(link.payment_link_id, "pay", { amount: 40_000 });
    const second = await act(link.payment_link_id, "pay");
    expect(second.order.order_id).not.toBe(first.order.order_id);
    expect(second.link.order_id).toBe(second.order.order_id);
    expect(second.order.order_amount.value).toBe(60_000);
  });

  test("a failure allows another try until none is left", async () => {
    const link = await createLink();
    const failed = await act(link.payment_link_id, "fail");
    expect(failed.link.status).toBe("PAYMENT_INITIATED");
    expect(failed.order).toMatchObject({
      status: "ATTEMPTED",
      payments: [{ status: "FAILED", error_detail: { code: "USER_AUTHENTICATION_FAILED" } }],
    });
    const ended = await act(link.payment_link_id, "fail", { final: true });
    expect(ended.order.status).toBe("FAILED");
    expect(await eventNames()).toEqual(["PAYMENT_FAILED", "PAYMENT_FAILED", "ORDER_FAILED"]);
    const paid = await act(link.payment_link_id, "pay");
    expect(paid.order.order_id).not.toBe(ended.order.order_id);
    expect(paid.link.status).toBe("PROCESSED");
  });

  test("points make two payments in camelCase, metadata keys left alone", async () => {
    const link = await createLink({ merchant_metadata: { my_key: "v" } });
    await act(link.payment_link_id, "pay", { instrument: "points" });
    const [first] = await events();
    expect(first).toMatchObject({
      eventType: "ORDER_PROCESSED",
      data: {
        purchaseDetails: { merchantMetadata: { my_key: "v" } },
        payments: [
          { paymentMethod: "CARD", captureData: [{ captureAmount: { value: 50_000 } }] },
          { paymentMethod: "POINTS", paymentAmount: { value: 50_000 } },
        ],
      },
    });
  });

  test("a foreign card shows the rupees as base_amount, EMI less than the order", async () => {
    const foreign = await createLink();
    const dcc = await act(foreign.payment_link_id, "pay", { instrument: "dcc" });
    expect(dcc.order.payments[0]).toMatchObject({
      payment_amount: { currency: "USD" },
      base_amount: { value: 100_000, currency: "INR" },
      conversion_rate: 84.25,
    });
    const instalments = await createLink();
    const emi = await act(instalments.payment_link_id, "pay", { instrument: "emi" });
    expect(emi.link.status).toBe("PROCESSED");
    expect(emi.order).toMatchObject({
      status: "PROCESSED",
      order_amount: { value: 100_000 },
      payments: [{ payment_amount: { value: 90_000 } }],
    });
  });

  test("every write is later than the one before, in 3, 6 or 9 digits", async () => {
    const link = await createLink();
    const times: string[] = [link.updated_at];
    for (const action of ["open", "initiate", "pay"]) {
      times.push((await act(link.payment_link_id, action)).link.updated_at);
    }
    expect(times.map((time) => time.replace(/(\.\d{3})Z/, "$1000Z")).toSorted()).toEqual(
      times.map((time) => time.replace(/(\.\d{3})Z/, "$1000Z")),
    );
    expect(new Set(times).size).toBe(4);
    const { body } = await ask("GET", "/sandbox/books");
    const found = JSON.stringify(body).match(/"(updated|created)_at":"[^"]+"/g) ?? [];
    const digits = new Set(found.map((time) => /\.(\d+)Z/.exec(time)?.[1]?.length));
    expect([...digits].every((length) => [3, 6, 9].includes(length ?? 0))).toBe(true);
  });
});

describe("running out", () => {
  test("a payment in flight fails with its link, and may still turn out paid", async () => {
    const link = await createLink();
    await act(link.payment_link_id, "initiate");
    const expired = await act(link.payment_link_id, "expire");
    expect(expired.link.status).toBe("EXPIRED");
    expect(expired.order).toMatchObject({
      status: "ATTEMPTED",
      payments: [{ status: "FAILED", error_detail: { code: "PAYMENT_EXPIRED" } }],
    });
    await expect(act(link.payment_link_id, "pay")).rejects.toThrow("refused");
    const late = await act(link.payment_link_id, "pay", { late: true, keep_link_status: true });
    expect(late.link.status).toBe("EXPIRED");
    expect(late.order).toMatchObject({ status: "PROCESSED", payments: [{ status: "PROCESSED" }] });
    expect(await eventNames()).toEqual(["PAYMENT_FAILED", "ORDER_PROCESSED"]);
  });

  test("an authorisation that nobody captures is voided by itself", async () => {
    const api = await signIn();
    const link = await createLink({ pre_auth: "true" });
    const { order } = await act(link.payment_link_id, "authorize");
    await turn({ clock_shift_ms: 8 * 86_400_000, token_lifetime_seconds: 99_999 });
    const fresh = await signIn();
    expect((await api("GET", `/orders/${order.order_id}`)).status).toBe(401);
    const { body } = await fresh("GET", `/orders/${order.order_id}`);
    expect(body.data).toMatchObject({ status: "CANCELLED", payments: [{ status: "CANCELLED" }] });
  });
});

describe("capture and void", () => {
  async function authorized(): Promise<string> {
    const link = await createLink({ pre_auth: "true" });
    const { order, link: held } = await act(link.payment_link_id, "authorize");
    expect(order).toMatchObject({ status: "AUTHORIZED", payments: [{ status: "AUTHORIZED" }] });
    expect(held.status).toBe("PROCESSED");
    return order.order_id;
  }

  test("UPI cannot be authorised, and a plain link cannot either", async () => {
    const held = await createLink({ pre_auth: "true" });
    const upi = act(held.payment_link_id, "authorize", { instrument: "upi" });
    await expect(upi).rejects.toThrow("PAYMENT_METHOD_NOT_ENABLED");
    const plain = await createLink();
    await expect(act(plain.payment_link_id, "authorize")).rejects.toThrow("refused");
  });

  test("the guide's capture takes an amount, once, and never more than is held", async () => {
    const api = await signIn();
    const path = `/orders/${await authorized()}/capture`;
    const amount = (value: number) => ({ amount: { value, currency: "INR" } });
    expect((await api("PUT", path, { merchant_capture_reference: "c1" })).status).toBe(400);
    expect((await api("PUT", path, amount(100_001))).body.code).toBe("AMOUNT_LIMIT_EXCEEDED");
    const { body } = await api("PUT", path, amount(40_000));
    expect(body.data).toMatchObject({
      status: "PARTIALLY_CAPTURED",
      payments: [{ status: "PROCESSED", capture_data: [{ capture_amount: { value: 40_000 } }] }],
    });
    expect((await api("PUT", path, amount(100))).body.code).toBe("OPERATION_NOT_ALLOWED");
    expect((await api("PUT", path.replace("capture", "cancel"))).status).toBe(422);
  });

  test("the reference's capture takes a reference, and an amount for a part only", async () => {
    await turn({ contract: "reference" });
    const api = await signIn();
    const path = `/orders/${await authorized()}/capture`;
    const whole = { value: 100_000, currency: "INR" };
    expect((await api("PUT", path, { amount: whole })).status).toBe(400);
    const merchant_capture_reference = "capture-1";
    const named = await api("PUT", path, { merchant_capture_reference, capture_amount: whole });
    expect(named.status).toBe(400);
    const { body } = await api("PUT", path, { merchant_capture_reference });
    expect(body.data.payments[0]?.capture_data).toMatchObject([
      { merchant_capture_reference, capture_amount: whole },
    ]);
  });

  test("a void releases the hold, and a purchase cannot be voided", async () => {
    const api = await signIn();
    const { body } = await api("PUT", `/orders/${await authorized()}/cancel`);
    expect(body.data).toMatchObject({ status: "CANCELLED", payments: [{ status: "CANCELLED" }] });
    const link = await createLink();
    const { order } = await act(link.payment_link_id, "pay");
    const refused = await api("PUT", `/orders/${order.order_id}/cancel`);
    expect(refused.body.code).toBe("OPERATION_NOT_ALLOWED");
  });
});

describe("refunds", () => {
  const money = (value: number) => ({ value, currency: "INR" });

  async function paidOrder(): Promise<string> {
    const link = await createLink();
    return (await act(link.payment_link_id, "pay")).order.order_id;
  }

  test("the guide's refund, and the parent's list of refunds", async () => {
    const api = await signIn();
    const id = await paidOrder();
    const wrong = await api("POST", `/refunds/${id}`, { merchant_order_reference: "r1" });
    expect(wrong).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    const request = { amount: money(30_000), merchant_refund_reference: "r1" };
    const { body } = await api("POST", `/orders/${id}/refund`, request);
    expect(body.data).toMatchObject({
      order_id: id,
      refunds: [
        { merchant_refund_reference: "r1", refund_amount: money(30_000), status: "PROCESSED" },
      ],
    });
    const refund_id = body.data.refunds[0]?.refund_id;
    const parent = await api("GET", `/orders/${id}`);
    expect(parent.body.data).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      refunds: [{ order_id: refund_id, order_amount: money(30_000) }],
    });
    const refund = await api("GET", "/orders/reference/r1");
    expect(refund.body.data).toMatchObject({
      type: "REFUND",
      order_id: refund_id,
      parent_order_id: id,
    });
    expect((await api("POST", `/orders/${id}/refund`, request)).body.code).toBe(
      "DUPLICATE_REQUEST",
    );
    const over = { amount: money(70_001), merchant_refund_reference: "r2" };
    expect((await api("POST", `/orders/${id}/refund`, over)).body.code).toBe(
      "AMOUNT_LIMIT_EXCEEDED",
    );
  });

  test("the reference's refund, whole when no amount is named", async () => {
    await turn({ contract: "reference" });
    const api = await signIn();
    const id = await paidOrder();
    const guide = { amount: money(100), merchant_refund_reference: "r1" };
    expect((await api("POST", `/orders/${id}/refund`, guide)).status).toBe(404);
    expect((await api("POST", `/refunds/${id}`, guide)).status).toBe(400);
    const { body } = await api("POST", `/refunds/${id}`, { merchant_order_reference: "r1" });
    expect(body.data).toMatchObject({ type: "REFUND", order_amount: money(100_000) });
    const parent = await api("GET", `/orders/${id}`);
    expect(parent.body.data.status).toBe("FULLY_REFUNDED");
  });

  test("a pending refund holds its money until it ends", async () => {
    await turn({ refunds: "pending" });
    const id = await paidOrder();
    const path = `/sandbox/orders/${id}/refund`;
    const made = await ask("POST", path, { amount: 60_000 });
    expect(made.body.order.status).toBe("PENDING");
    expect((await ask("POST", path, { amount: 60_000 })).status).toBe(422);
    await ask("POST", `/sandbox/orders/${made.body.order.order_id}/end-refund`, {
      status: "FAILED",
    });
    expect((await ask("POST", path, { amount: 60_000 })).status).toBe(200);
    const names = await eventNames();
    expect(names.filter((name) => name.startsWith("REFUND"))).toEqual(["REFUND_FAILED"]);
    expect((await events()).at(-1)?.data.pre_auth).toBe("false");
  });

  test("net banking announces a refund by the parent order", async () => {
    const link = await createLink();
    const { order } = await act(link.payment_link_id, "pay", { instrument: "netbanking" });
    await ask("POST", `/sandbox/orders/${order.order_id}/refund`, {});
    expect((await events()).at(-1)).toMatchObject({
      event_type: "REFUND_PROCESSED",
      data: { type: "CHARGE", status: "FULLY_REFUNDED", refunds: [{ type: "REFUND" }] },
    });
  });
});

test("the books know the sums", async () => {
  const link = await createLink();
  const { order } = await act(link.payment_link_id, "pay");
  await ask("POST", `/sandbox/orders/${order.order_id}/refund`, { amount: 25_000 });
  const { body } = await ask("GET", "/sandbox/books");
  expect(body.totals).toEqual({
    [order.order_id]: { authorized: 0, captured: 100_000, refunded: 25_000 },
  });
});
