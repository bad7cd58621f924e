import { beforeEach, expect, test } from "vitest";
import { act, ask, createLink, emptyBooks, linkRequest, signIn, turn } from "./gateway";

beforeEach(emptyBooks);

test("refuses a knob that it does not have", async () => {
  const answer = await ask("POST", "/sandbox/faults", { webhooks: { dorp: true } });
  expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining("dorp") } });
});

test("strikes the named operation as often as told, then stops", async () => {
  const api = await signIn();
  const link = await createLink();
  const path = `/paymentlink/${link.payment_link_id}`;
  const answers = [{ operation: "link.get", times: 2, status: 429, retry_after_seconds: 7 }];
  await turn({ answers });
  expect((await api("PATCH", `${path}/notify`)).status).toBe(200);
  const struck = await api("GET", path);
  expect(struck.status).toBe(429);
  expect(struck.headers.get("retry-after")).toBe("7");
  expect((await api("GET", path)).status).toBe(429);
  expect((await api("GET", path)).status).toBe(200);
});

test("can do the work and lose the answer", async () => {
  const api = await signIn();
  await turn({ answers: [{ operation: "link.create", status: 500, after_work: true }] });
  const request = linkRequest();
  expect((await api("POST", "/paymentlink", request)).status).toBe(500);
  const reference = String(request["merchant_payment_link_reference"]);
  expect((await api("GET", `/paymentlink/ref/${reference}`)).status).toBe(200);
});

test("can fail before the work, be slow, or answer a page of a proxy", async () => {
  const api = await signIn();
  const request = linkRequest();
  const reference = String(request["merchant_payment_link_reference"]);
  await turn({
    answers: [{ operation: "link.create", status: 502, body: "<h1>Bad gateway</h1>" }],
  });
  expect(await api("POST", "/paymentlink", request)).toMatchObject({
    status: 502,
    text: "<h1>Bad gateway</h1>",
  });
  expect((await api("GET", `/paymentlink/ref/${reference}`)).status).toBe(404);
  await turn({ answers: [{ delay_ms: 30 }] });
  const before = performance.now();
  expect((await api("POST", "/paymentlink", request)).status).toBe(200);
  expect(performance.now() - before).toBeGreaterThanOrEqual(25);
});

test("shows an older snapshot of an order when told to lag", async () => {
  const api = await signIn();
  const link = await createLink();
  await act(link.payment_link_id, "initiate");
  await act(link.payment_link_id, "pay");
  const path = `/orders/${link.order_id}`;
  await turn({ lag_order_snapshots: 1 });
  expect((await api("GET", path)).body.data.status).toBe("PENDING");
  await turn({ lag_order_snapshots: 99 });
  expect((await api("GET", path)).body.data.status).toBe("CREATED");
  await turn({ lag_order_snapshots: 0 });
  expect((await api("GET", path)).body.data.status).toBe("PROCESSED");
});

test("counts and keeps the calls, without the token", async () => {
  const api = await signIn();
  const headers = { "request-id": "req-1", "idempotency-key": "key-1" };
  await api("POST", "/paymentlink", linkRequest(), headers);
  await api("GET", "/orders/none");
  const { body } = await ask("GET", "/sandbox/requests");
  expect(body.counts).toEqual({ token: 1, "link.create": 1, "order.get": 1 });
  expect(body.requests).toMatchObject([
    { operation: "token", status: 200, body: null },
    { operation: "link.create", status: 200, headers, body: { amount: { value: 100_000 } } },
    { operation: "order.get", status: 404, path: "/sandbox/api/pay/v1/orders/none" },
  ]);
  expect(JSON.stringify(body)).not.toMatch(/Bearer|client_secret/);
});

test("what is refused leaves no trace in the books", async () => {
  await turn({ order_at_creation: false });
  const link = await createLink({ allowed_payment_methods: ["CARD"] });
  const pay = act(link.payment_link_id, "pay", { instrument: "upi" });
  await expect(pay).rejects.toThrow("PAYMENT_METHOD_NOT_ENABLED");
  const { body } = await ask("GET", "/sandbox/books");
  expect(body).toMatchObject({ links: [link], orders: [] });
});
