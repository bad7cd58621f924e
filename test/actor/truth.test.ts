// The main job: the same truth whether the webhook came once, five times, late, out of order or
// never; and what is told to the merchant's systems follows from it (laws 3, 5, 8, 9, 10, 11, 12).

import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  runCron,
  settle,
} from "./house";

beforeEach(openHouse);
afterEach(() => {
  vi.restoreAllMocks();
  closeHouse();
});

/** The sixteen actors that keep messages without an order. */
const KEEPERS = Array.from({ length: 16 }, (_, digit) => `unrouted:${digit.toString(16)}`);

interface Verdict {
  readonly verdict: string;
  readonly fulfill: boolean;
  readonly stage: string;
  readonly mismatch: readonly string[];
  readonly source: string | null;
}

async function verify(body: unknown): Promise<Verdict> {
  const answer = await api<Verdict>("POST", "/v1/verify", body);
  expect(answer.status).toBe(200);
  return answer.body;
}

async function events(home: string): Promise<readonly { id: string; type: string }[]> {
  const found = await env.DB.prepare("SELECT id, type FROM events WHERE home = ? ORDER BY seq")
    .bind(home)
    .all<{ id: string; type: string }>();
  return found.results;
}

const deliveries: readonly (readonly [string, (made: Made) => Promise<void>])[] = [
  ["once", async () => deliverWebhooks()],
  ["five times", async () => deliverWebhooks({ all: true, times: 5 })],
  ["out of order", async () => deliverWebhooks({ all: true, shuffle: true, times: 2 })],
  [
    "hours late",
    async () => {
      pass(5 * 3_600_000);
      await deliverWebhooks();
    },
  ],
  [
    "never",
    async (made) => {
      pass(7 * 3_600_000);
      expect((await orderActor(env, made.order_id).poll(2_000)).kind).toBe("asked");
    },
  ],
];

test.each(deliveries)("a paid link is paid when its webhook came %s", async (_, deliver) => {
  const made = await createLink();
  await settle(made.order_id, made.link_id);
  await atGateway(made.link_id, "pay", { instrument: "upi" });
  await deliver(made);
  await settle(made.order_id);
  expect(await order(made.order_id)).toMatchObject({
    stage: "paid",
    captured: { value: 150_000, currency: "INR" },
    amount_due: { value: 0, currency: "INR" },
  });
  expect(await verify({ reference: made.reference })).toMatchObject({
    verdict: "paid",
    fulfill: true,
    mismatch: [],
  });
  expect((await events(made.order_id)).map(({ type }) => type)).toEqual(["order.paid"]);
});

test("a failed try is said to have failed, and a later success is paid all the same", async () => {
  const made = await createLink();
  await atGateway(made.link_id, "fail", { instrument: "card" });
  await deliverWebhooks();
  await settle(made.order_id);
  expect(await verify({ reference: made.reference })).toMatchObject({
    verdict: "failed",
    fulfill: false,
  });
  await atGateway(made.link_id, "pay", { instrument: "card" });
  await deliverWebhooks({ all: true, shuffle: true });
  expect(await verify({ reference: made.reference })).toMatchObject({
    verdict: "paid",
    fulfill: true,
  });
});

test("a gateway that is down is not pressed by the orders that wait for it", async () => {
  await turn({ answers: [{ operation: "*", times: -1, status: 503 }] });
  const id = "v1-pressed-aa-1";
  await postWebhook({
    event_type: "ORDER_PROCESSED",
    data: {
      order_id: id,
      merchant_order_reference: "pressed-1",
      type: "CHARGE",
      status: "PROCESSED",
      order_amount: { value: 5_000, currency: "INR" },
      updated_at: "2031-01-15T06:00:00Z",
    },
  });
  await settle(id);
  const { body } = await ask("GET", "/sandbox/requests");
  // One inquiry, its reads repeated a few times; what comes later is the poll's.
  const calls = Object.values(body.counts).reduce((total, count) => total + count, 0);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(9);
  for (let minutes = 0; minutes < 5; minutes += 1) await settle(id);
  const later = await ask("GET", "/sandbox/requests");
  expect(later.body.counts).toEqual(body.counts);
});

describe("what the storefront has in its own books", () => {
  test.each([
    ["amount", { amount: { value: 1_000_000, currency: "INR" } }],
    ["merchant_reference", { merchant_reference: "another-cart" }],
    ["payment_link_id", { payment_link_id: "pl-v1-another" }],
    ["order_id", { order_id: "v1-another-aa-1" }],
  ])("a difference in %s collects nothing and is kept", async (field, expectation) => {
    const made = await createLink();
    await atGateway(made.link_id, "pay", {});
    await deliverWebhooks();
    const verdict = await verify({ reference: made.reference, expect: expectation });
    expect(verdict).toMatchObject({ verdict: "paid", fulfill: false, mismatch: [field] });
    const { discrepancies } = await order(made.order_id);
    expect(discrepancies).toMatchObject([{ type: "expectation_mismatch", subject: field }]);
  });

  test("what agrees is fulfilled", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "pay", {});
    pass(11_000);
    const verdict = await verify({
      order_id: made.order_id,
      expect: {
        merchant_reference: made.reference,
        payment_link_id: made.link_id,
        amount: { value: 150_000, currency: "INR" },
      },
    });
    expect(verdict).toMatchObject({ verdict: "paid", fulfill: true, source: "inquiry" });
  });
});

describe("a guide's link event alone", () => {
  test("is shown, but nothing is fulfilled or told before the gateway was asked", async () => {
    await turn({ answers: [{ operation: "*", times: -1, status: 503 }] });
    const id = "v1-linkonly-aa-1";
    await postWebhook({
      event: "payment_link.processed",
      data: {
        payment_link_id: "pl-v1-linkonly",
        merchant_payment_link_reference: "link-only-1",
        status: "PROCESSED",
        amount: { value: 44_000, currency: "INR" },
        order_id: id,
      },
    });
    await settle(id, "pl-v1-linkonly");
    expect(await order(id)).toMatchObject({ stage: "paid", captured: null });
    expect(await verify({ order_id: id })).toMatchObject({ verdict: "paid", fulfill: false });
    expect(await events(id)).toEqual([]);
  });

  test("of a pre-authorization does not say paid when the gateway was asked", async () => {
    const made = await createLink({ pre_auth: true, allowed_payment_methods: ["CARD"] });
    await atGateway(made.link_id, "authorize", { instrument: "card" });
    await turn({ webhooks: { send: "link_only" } });
    await deliverWebhooks();
    await settle(made.order_id, made.link_id);
    const found = await order(made.order_id);
    expect(found).toMatchObject({ stage: "authorized", pre_auth: true });
    expect(found.capture_by).not.toBeNull();
    expect(await verify({ order_id: made.order_id })).toMatchObject({
      verdict: "authorized",
      fulfill: false,
    });
    expect((await events(made.order_id)).map(({ type }) => type)).toEqual(["order.authorized"]);
  });
});

test("paid is never silently unpaid: stage, discrepancy and notification say so", async () => {
  const id = "v1-reversed-aa-1";
  const snapshot = (status: string, at: string) => ({
    event_type: status === "PROCESSED" ? "ORDER_PROCESSED" : "ORDER_FAILED",
    data: {
      order_id: id,
      type: "CHARGE",
      status,
      order_amount: { value: 9_900, currency: "INR" },
      pre_auth: false,
      payments: [
        {
          id: `${id}-cc-a`,
          status,
          payment_amount: { value: 9_900, currency: "INR" },
          payment_method: "CARD",
          updated_at: at,
        },
      ],
      updated_at: at,
    },
  });
  await postWebhook(snapshot("PROCESSED", "2031-01-15T06:00:00Z"));
  await settle(id);
  await postWebhook(snapshot("FAILED", "2031-01-15T06:05:00Z"));
  await settle(id);
  expect(await order(id)).toMatchObject({
    stage: "failed",
    discrepancies: [{ type: "paid_became_unpaid", closed_at: null, amount: 9_900 }],
  });
  const told = (await events(id)).map(({ type }) => type);
  expect(told).toContain("order.paid");
  expect(told.at(-1)).toBe("order.paid_reversed");
});

test("notifications repeat no cause, keep their ids, and tell paid before refunded", async () => {
  const made = await createLink();
  await atGateway(made.link_id, "pay", {});
  await atGateway(made.link_id, "refund", { amount: 50_000 });
  await deliverWebhooks({ all: true, shuffle: true, times: 3 });
  await settle(made.order_id);
  const first = await events(made.order_id);
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  await deliverWebhooks({ all: true, times: 2 });
  await settle(made.order_id);
  expect(await events(made.order_id)).toEqual(first);
  const types = first.map(({ type }) => type);
  expect(types.indexOf("order.paid")).toBeLessThan(types.indexOf("order.refunded"));
  expect(new Set(first.map(({ id }) => id)).size).toBe(first.length);
  const pulled = await api<{ data: { seq: number; type: string }[] }>("GET", "/v1/events?after=0");
  expect(pulled.body.data.map(({ type }) => type)).toEqual(expect.arrayContaining(types));
});

test("every message is accounted for: received = applied + no_change + unrouted + waiting + forwarded", async () => {
  const made = await createLink();
  await atGateway(made.link_id, "fail", {});
  await atGateway(made.link_id, "pay", {});
  await deliverWebhooks({ all: true, times: 3 });
  await postWebhook({ event_type: "TOKEN_ACTIVATED", data: { token: {} } });
  await postWebhook({ event_type: "SOMETHING_NEW", data: { order_id: made.order_id } });
  await settle(made.order_id, ...KEEPERS);
  const { body } = await api<Record<string, number | boolean>>("GET", "/v1/accounting");
  expect(body["balanced"]).toBe(true);
});

test("no secret, token, signature or personal data stands in a log line", async () => {
  const written: string[] = [];
  for (const stream of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, stream).mockImplementation((...line: unknown[]) => {
      written.push(line.map(String).join(" "));
    });
  }
  const made = await createLink();
  await atGateway(made.link_id, "pay", { instrument: "upi" });
  await turn({ answers: [{ operation: "*", times: 3, status: 500, body: "asha@example.com" }] });
  await deliverWebhooks();
  await settle(made.order_id);
  await exports.default.fetch("https://chukta.test/webhooks/pinelabs", {
    method: "POST",
    body: JSON.stringify({ customer: { email_id: "asha@example.com" } }),
    headers: { "webhook-id": "msg_x", "webhook-timestamp": "1", "webhook-signature": "v1,c2ln" },
  });
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  await runCron();
  const log = written.join("\n");
  const secrets = [
    sandboxDefaults.client_secret,
    sandboxDefaults.webhook_secret,
    sandboxDefaults.callback_secret,
    sandboxDefaults.api_key,
    made.token.slice(0, 24),
    "asha@example.com",
    "9000000001",
    "Bearer ",
    "v1,",
  ];
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
});
