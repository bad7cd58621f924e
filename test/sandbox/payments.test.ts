import { beforeEach, describe, expect, test } from "vitest";
import { act, ask, createLink, emptyBooks, eventNames, events, signIn, turn } from "./gateway";

beforeEach(emptyBooks);

describe("a bank that takes a payment back", () => {
  test("leaves the order FAILED, with nothing captured, and the link as it was", async () => {
    const { payment_link_id } = await createLink();
    await act(payment_link_id, "pay");
    const { link, order } = await act(payment_link_id, "reverse");
    expect(link).toMatchObject({ status: "PROCESSED" });
    expect(order).toMatchObject({ status: "FAILED", payments: [{ status: "FAILED" }] });
    const { totals } = (await ask("GET", "/sandbox/books")).body as unknown as {
      totals: Record<string, { captured: number }>;
    };
    expect(totals[order.order_id]?.captured).toBe(0);
    expect((await eventNames()).at(-1)).toBe("ORDER_FAILED");
    await expect(act(payment_link_id, "reverse")).rejects.toThrow("refused");
  });

  test("takes nothing back of which something was refunded", async () => {
    const { payment_link_id } = await createLink();
    await act(payment_link_id, "pay");
    await act(payment_link_id, "refund", { amount: 100 });
    await expect(act(payment_link_id, "reverse")).rejects.toThrow("refused");
  });
});

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
