import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  act,
  ask,
  createLink,
  credentials,
  emptyBooks,
  linkRequest,
  signIn,
  turn,
} from "./gateway";

beforeEach(async () => {
  vi.useRealTimers();
  await emptyBooks();
});

describe("token", () => {
  test("refuses wrong credentials, and every call without a good token", async () => {
    const wrong = { ...credentials, client_secret: "nope" };
    expect((await ask("POST", "/sandbox/api/auth/v1/token", wrong)).status).toBe(401);
    const bare = await ask("GET", "/sandbox/api/pay/v1/orders/v1-1-aa-x");
    expect(bare).toMatchObject({ status: 401, body: { code: "UNAUTHORIZED" } });
  });

  test("gives expires_at or expires_in, and the token ends then", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2031, 0, 1) });
    const first = await ask("POST", "/sandbox/api/auth/v1/token", credentials);
    expect(first.body).toEqual({
      access_token: expect.any(String),
      expires_at: "2031-01-01T01:00:00.000Z",
    });
    await turn({ token_expiry: "expires_in", token_lifetime_seconds: 300 });
    const second = await ask("POST", "/sandbox/api/auth/v1/token", credentials);
    expect(second.body).toEqual({ access_token: expect.any(String), expires_in: 300 });
    const authorization = `Bearer ${second.body.access_token}`;
    const path = "/sandbox/api/pay/v1/orders/none";
    expect((await ask("GET", path, undefined, { authorization })).status).toBe(404);
    vi.setSystemTime(Date.UTC(2031, 0, 1, 0, 5));
    expect((await ask("GET", path, undefined, { authorization })).status).toBe(401);
  });

  test("ends earlier than promised, or stops working when revoked, on request", async () => {
    await turn({ token_dies_after_seconds: 0 });
    const dead = await signIn();
    expect((await dead("POST", "/paymentlink", linkRequest())).status).toBe(401);
    await turn({ token_dies_after_seconds: null });
    const api = await signIn();
    expect((await api("POST", "/paymentlink", linkRequest())).status).toBe(200);
    await ask("POST", "/sandbox/tokens/revoke");
    expect((await api("POST", "/paymentlink", linkRequest())).status).toBe(401);
  });
});

describe("create", () => {
  test("answers the bare object, with the order behind it", async () => {
    const api = await signIn();
    const request = linkRequest({ pre_auth: "true", merchant_metadata: { key_a: "1" } });
    const { status, body } = await api("POST", "/paymentlink", request);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: "CREATED",
      amount: { value: 100_000, currency: "INR" },
      amount_due: { value: 100_000, currency: "INR" },
      pre_auth: true,
      is_mcc_transaction: false,
      failure_callback_url: null,
      merchant_metadata: { key_a: "1" },
    });
    expect(body).not.toHaveProperty("callback_url");
    expect(body.payment_link_id).toMatch(/^pl-v1-\d{12}-aa-\w{6}$/);
    const order = await api("GET", `/orders/${body.order_id}`);
    expect(order.body.data).toMatchObject({
      status: "CREATED",
      merchant_order_reference: request["merchant_payment_link_reference"],
      pre_auth: true,
      payments: [],
      purchase_details: { merchant_metadata: { key_a: "1" } },
    });
  });

  test.each([
    ["pre_auth as a boolean", { pre_auth: true }, 400, "INVALID_REQUEST"],
    ["is_mcc_transaction as a boolean", { is_mcc_transaction: false }, 400, "INVALID_REQUEST"],
    ["part_payment as a string", { part_payment: "true" }, 400, "INVALID_REQUEST"],
    ["a field that is not in the reference", { partpayment: true }, 400, "INVALID_REQUEST"],
    ["99 paisa", { amount: { value: 99, currency: "INR" } }, 400, "INVALID_REQUEST"],
    ["half a paisa", { amount: { value: 100.5, currency: "INR" } }, 400, "INVALID_REQUEST"],
    ["dollars", { amount: { value: 100, currency: "USD" } }, 400, "INVALID_REQUEST"],
    [
      "more than ten lakh",
      { amount: { value: 100_000_001, currency: "INR" } },
      422,
      "AMOUNT_LIMIT_EXCEEDED",
    ],
    [
      "a reference of 51 characters",
      { merchant_payment_link_reference: "r".repeat(51) },
      400,
      "INVALID_REQUEST",
    ],
    ["a reference with a dot", { merchant_payment_link_reference: "a.b" }, 400, "INVALID_REQUEST"],
    ["no way to reach the customer", { customer: { first_name: "A" } }, 400, "INVALID_REQUEST"],
    ["an unknown method", { allowed_payment_methods: ["CASH"] }, 400, "INVALID_REQUEST"],
    ["an expiry in the past", { expire_by: "2020-01-01T00:00:00Z" }, 400, "INVALID_REQUEST"],
    ["an expiry after 180 days", { expire_by: "2999-01-01T00:00:00Z" }, 400, "INVALID_REQUEST"],
    ["an expiry without a zone", { expire_by: "2026-12-01T00:00:00" }, 400, "INVALID_REQUEST"],
    [
      "a long metadata value",
      { merchant_metadata: { a: "x".repeat(257) } },
      400,
      "INVALID_REQUEST",
    ],
  ])("refuses %s", async (_, change, status, code) => {
    const api = await signIn();
    const answer = await api("POST", "/paymentlink", linkRequest(change));
    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } });
  });

  test("refuses what is not JSON or not called JSON", async () => {
    const api = await signIn();
    expect((await api("POST", "/paymentlink", "{")).status).toBe(400);
    const text = { "content-type": "text/plain" };
    expect((await api("POST", "/paymentlink", linkRequest(), text)).status).toBe(400);
  });

  test("refuses a known reference, or returns the first link when the knob says so", async () => {
    const api = await signIn();
    const first = linkRequest();
    const made = await api("POST", "/paymentlink", first);
    const again = { ...first, amount: { value: 5000, currency: "INR" } };
    expect(await api("POST", "/paymentlink", again)).toMatchObject({
      status: 422,
      body: { code: "DUPLICATE_REQUEST" },
    });
    await turn({ duplicate_reference: "return_existing" });
    expect((await api("POST", "/paymentlink", again)).body).toEqual(made.body);
  });

  test("has no order before it is opened when the knob says so", async () => {
    await turn({ order_at_creation: false, order_reference: "random" });
    const link = await createLink();
    expect(link).not.toHaveProperty("order_id");
    const opened = await act(link.payment_link_id, "open");
    expect(opened.link).toMatchObject({ status: "CLICKED", order_id: opened.order.order_id });
    expect(opened.order.merchant_order_reference).not.toBe(link.merchant_payment_link_reference);
  });
});

describe("read, cancel, notify", () => {
  test("finds a link by id and by reference, and no other", async () => {
    const api = await signIn();
    const link = await createLink();
    expect((await api("GET", `/paymentlink/${link.payment_link_id}`)).body).toEqual(link);
    const by_reference = `/paymentlink/ref/${link.merchant_payment_link_reference}`;
    expect((await api("GET", by_reference)).body).toEqual(link);
    expect((await api("GET", "/paymentlink/pl-none")).status).toBe(404);
    expect((await api("GET", "/paymentlink/ref/none")).status).toBe(404);
  });

  test("cancels only what nobody has begun to pay", async () => {
    const api = await signIn();
    const created = await createLink();
    const cancelled = await api("PUT", `/paymentlink/${created.payment_link_id}/cancel`);
    expect(cancelled.body.status).toBe("CANCELLED");
    await expect(act(created.payment_link_id, "pay")).rejects.toThrow("refused");

    const clicked = await createLink();
    await act(clicked.payment_link_id, "open");
    expect((await api("PUT", `/paymentlink/${clicked.payment_link_id}/cancel`)).status).toBe(200);

    for (const action of ["initiate", "fail", "pay", "expire"]) {
      const link = await createLink();
      await act(link.payment_link_id, action);
      for (const path of [`${link.payment_link_id}/cancel`, `${link.payment_link_id}/notify`]) {
        const method = path.endsWith("cancel") ? "PUT" : "PATCH";
        const answer = await api(method, `/paymentlink/${path}`);
        expect(answer).toMatchObject({ status: 422, body: { code: "OPERATION_NOT_ALLOWED" } });
      }
    }
  });

  test.each([
    ["guide", "PAYMENT_INITIATED"],
    ["reference", "PARTIAL_PROCESSED"],
  ])("cancels no link that is paid in part, under the %s contract %s", async (contract, status) => {
    await turn({ contract });
    const api = await signIn();
    const link = await createLink({ part_payment: true });
    const { link: paid } = await act(link.payment_link_id, "pay", { amount: 40_000 });
    expect(paid.status).toBe(status);
    const path = `/paymentlink/${link.payment_link_id}`;
    expect(await api("PUT", `${path}/cancel`)).toMatchObject({
      status: 422,
      body: { code: "OPERATION_NOT_ALLOWED" },
    });
    expect((await api("GET", path)).body).toEqual(paid);
  });

  test("refuses to notify when the knob says so", async () => {
    await turn({ notify: "refuse" });
    const api = await signIn();
    const link = await createLink();
    const answer = await api("PATCH", `/paymentlink/${link.payment_link_id}/notify`);
    expect(answer).toMatchObject({ status: 422, body: { code: "OPERATION_NOT_ALLOWED" } });
    expect((await api("GET", `/paymentlink/${link.payment_link_id}`)).body).toEqual(link);
  });

  test("notifies an active link and changes nothing", async () => {
    const api = await signIn();
    const link = await createLink();
    expect((await api("PATCH", `/paymentlink/${link.payment_link_id}/notify`)).body).toEqual(link);
  });

  test("answers 405 to a wrong method and 404 to a route that is none", async () => {
    const api = await signIn();
    const link = await createLink();
    expect((await api("POST", `/paymentlink/${link.payment_link_id}/cancel`)).status).toBe(405);
    expect(await api("GET", "/paymentlinks")).toMatchObject({
      status: 404,
      body: { code: "NOT_FOUND" },
    });
  });

  test("expires by its own clock, which a knob can shift", async () => {
    const api = await signIn();
    const link = await createLink({
      expire_by: new Date(Date.now() + 60_000).toISOString().replace(/:\d\d\.\d+Z$/, ":59Z"),
    });
    await turn({ clock_shift_ms: 3 * 60_000 });
    const { body } = await api("GET", `/paymentlink/${link.payment_link_id}`);
    expect(body).toMatchObject({ status: "EXPIRED", expire_by: link.expire_by });
  });
});
