// Links before their order (design 3.1): whatever becomes of the answer to a creation, there is one
// link, with the terms of the request that made it, and one token.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  deliverWebhooks,
  holdGateway,
  openHouse,
  order,
  settle,
  storageOf,
} from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

interface Link {
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string;
  readonly order_id?: string;
}

async function linksAtGateway(reference: string): Promise<readonly Link[]> {
  const { body } = await ask("GET", "/sandbox/books");
  const { links } = body as unknown as { links: readonly Link[] };
  return links.filter((link) => link.merchant_payment_link_reference === reference);
}

interface MadeLink {
  readonly payment_link_id: string;
  readonly token: string;
  readonly verdict_url: string;
  readonly code: string;
}

function requestFor(reference: string, change: Record<string, unknown> = {}) {
  return {
    amount: { value: 150_000, currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: "asha@example.com" },
    callback_url: "https://shop.test/thanks",
    ...change,
  };
}

describe("an answer that comes after the customer has paid", () => {
  async function paidBeforeAnswer(reference: string) {
    await turn({ order_at_creation: false });
    const held = holdGateway(/^POST .*\/paymentlink 200$/);
    const change = { pre_auth: true, allowed_payment_methods: ["CARD"], fulfill_on: "authorized" };
    const answer = api<MadeLink>("POST", "/v1/links", requestFor(reference, change));
    await held.arrived();
    const link = (await linksAtGateway(reference))[0]?.payment_link_id ?? "";
    const paid = await atGateway(link, "authorize", { instrument: "card" });
    await deliverWebhooks();
    const home = paid.order.order_id;
    await settle(home, link);
    held.release();
    const made = await answer;
    await settle(`reference:${reference}`, link, home);
    return { made, link, home };
  }

  test("carries the token and the way to ask about it", async () => {
    const { made, link } = await paidBeforeAnswer("shop-slow-1");
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      payment_link_id: link,
      token: expect.stringMatching(/^[\w-]{24}\.shop-slow-1$/),
      verdict_url: expect.stringContaining("/v1/verdicts/"),
    });
  });

  test("gives the home of the link the terms of our request", async () => {
    const { made, link, home } = await paidBeforeAnswer("shop-slow-2");
    expect(await order(link)).toMatchObject({
      id: home,
      stage: "authorized",
      pre_auth: true,
      origin: "api",
    });
    const verdict = await api("GET", `/v1/verdicts/${made.body.token}`);
    expect(verdict.body).toMatchObject({ order_id: home, verdict: "authorized", fulfill: true });
  });
});

describe("a creation whose outcome stays unknown", () => {
  /** Done, but the answer is lost and reading fails; then reading lags and sending is refused. */
  async function unknownTwice(reference: string, refusal = 429): Promise<void> {
    await turn({
      answers: [
        { operation: "link.create", times: -1, status: 504, after_work: true },
        { operation: "link.get_by_reference", times: -1, status: 500 },
      ],
    });
    const first = await api<MadeLink>("POST", "/v1/links", requestFor(reference));
    expect(first.status).toBe(503);
    await turn({
      answers: [
        { operation: "link.create", times: -1, status: refusal },
        { operation: "link.get_by_reference", times: -1, status: 404 },
      ],
    });
    const second = await api<MadeLink>("POST", "/v1/links", requestFor(reference));
    expect(second.status).toBeGreaterThanOrEqual(400);
    await turn({ answers: [] });
  }

  test.each([
    ["another amount", { amount: { value: 140_000, currency: "INR" } }],
    ["another page to return to", { callback_url: "https://shop.test/other" }],
    ["another moment to deliver at", { fulfill_on: "authorized" }],
  ])("is not adopted by a request with %s", async (_, change) => {
    const reference = `shop-unknown-${Object.keys(change).join("")}`;
    await unknownTwice(reference);
    const other = await api<MadeLink>("POST", "/v1/links", requestFor(reference, change));
    expect(other).toMatchObject({ status: 409, body: { code: "reference_reused" } });
    const same = await api<MadeLink>("POST", "/v1/links", requestFor(reference));
    expect(same.status).toBe(201);
    expect(await linksAtGateway(reference)).toHaveLength(1);
  });

  test.each([400, 403, 404, 409, 503])(
    "is not adopted by another request after a second send was answered %i",
    async (status) => {
      const reference = `shop-unknown-${status}`;
      await unknownTwice(reference, status);
      const change = { callback_url: "https://shop.test/other" };
      const other = await api<MadeLink>("POST", "/v1/links", requestFor(reference, change));
      expect(other).toMatchObject({ status: 409, body: { code: "reference_reused" } });
      const same = await api<MadeLink>("POST", "/v1/links", requestFor(reference));
      expect(same.status).toBe(201);
    },
  );

  test("is found by the same request, with the token that was sent first", async () => {
    const reference = "shop-unknown-same";
    await unknownTwice(reference);
    const made = await api<MadeLink>("POST", "/v1/links", requestFor(reference));
    expect(made.status).toBe(201);
    const again = await api<MadeLink>("POST", "/v1/links", requestFor(reference));
    expect(again).toMatchObject({ status: 201, body: { token: made.body.token } });
    expect(await linksAtGateway(reference)).toMatchObject([
      { payment_link_id: made.body.payment_link_id },
    ]);
    const { requests } = (await ask("GET", "/sandbox/requests")).body as unknown as {
      requests: readonly { operation: string; body: { callback_url: string } | null }[];
    };
    const sent = requests.filter(({ operation }) => operation === "link.create");
    const tokens = new Set(sent.map(({ body }) => body?.callback_url.split("/").at(-1)));
    expect([...tokens]).toEqual([made.body.token]);
  });
});

test("a link that is taken over by its id after an unknown creation has the terms of its request", async () => {
  // The gateway was reset; the token of before would be refused.
  await api("POST", "/v1/links", requestFor("shop-before-1"));
  await turn({
    answers: [
      { operation: "link.create", times: -1, status: 504, after_work: true },
      { operation: "link.get_by_reference", times: -1, status: 500 },
    ],
  });
  const request = requestFor("shop-tracked-1", { fulfill_on: "authorized" });
  expect((await api("POST", "/v1/links", request)).status).toBe(503);
  await turn({ answers: [] });
  const payment_link_id = (await linksAtGateway("shop-tracked-1"))[0]?.payment_link_id;
  const tracked = await api<MadeLink>("POST", "/v1/links/track", { payment_link_id });
  expect(tracked.status).toBe(200);
  expect(await order(payment_link_id ?? "")).toMatchObject({ origin: "api" });
  const again = await api<MadeLink>("POST", "/v1/links", request);
  expect(again).toMatchObject({ status: 201, body: { token: tracked.body.token } });
});

test("a corrected request after a refusal is not sent under the key of the refused one", async () => {
  const reference = "shop-refused-1";
  const keyOf = async () => {
    const query = "SELECT json ->> '$.key' AS key FROM state WHERE id = 2";
    return (await storageOf<{ key: string }>(`reference:${reference}`, "state", query))[0]?.key;
  };
  await turn({ answers: [{ operation: "link.create", status: 400 }] });
  const held = holdGateway(/^POST .*\/paymentlink 400$/);
  const answer = api("POST", "/v1/links", requestFor(reference));
  await held.arrived();
  const refused = await keyOf();
  expect(refused).toBeDefined();
  held.release();
  expect((await answer).status).toBe(422);
  const change = { amount: { value: 140_000, currency: "INR" } };
  const made = await api<MadeLink>("POST", "/v1/links", requestFor(reference, change));
  expect(made.status).toBe(201);
  expect(await keyOf()).not.toBe(refused);
});

test.each(["INV 001/24", "कुर्ता", "a.b"])(
  "the token of a taken-over link whose reference is %s finds it",
  async (reference) => {
    const made = await ask("POST", "/sandbox/orders", { amount: 25_000 });
    const order_id = made.body.order.order_id;
    const payment_link_id = `pl-v1-310115060000-aa-${order_id.slice(-6)}`;
    const link = {
      payment_link_id,
      order_id,
      merchant_payment_link_reference: reference,
      status: "CREATED",
      amount: { value: 25_000, currency: "INR" },
      created_at: "2031-01-15T06:00:00Z",
      updated_at: "2031-01-15T06:00:00Z",
    };
    const body = JSON.stringify(link);
    await turn({ answers: [{ operation: "link.get", times: -1, status: 200, body }] });
    const tracked = await api<MadeLink>("POST", "/v1/links/track", { payment_link_id });
    expect(tracked.status).toBe(200);
    const verdict = await api("GET", `/v1/verdicts/${tracked.body.token}`);
    expect(verdict).toMatchObject({ status: 200, body: { order_id, verdict: "pending" } });
    const again = await api<MadeLink>("POST", "/v1/links/track", { payment_link_id });
    expect(again.body.token).toBe(tracked.body.token);
  },
);
