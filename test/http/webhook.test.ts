// The webhook door: what it takes, what it refuses and what it says to whom, on real actors. The
// signatures themselves are tested in test/pinelabs, and what a forged message gets in test/attacks.

import { env, exports } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message } from "../../src/actor/rpc";
import { unroutedActor } from "../../src/domain/ids";
import type { Refusal } from "../../src/domain/refusal";
import { connect } from "../../src/http/connect";
import type { Doors } from "../../src/http/doors";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { signWebhook } from "../../src/sandbox/signing";
import { atGateway, closeHouse, createLink, openHouse, pass, postWebhook } from "../actor/house";
import { faults } from "../worker";
import { NO_LIMITS, call, expectProblem, knock, origin, visit, withOrders } from "./door";

beforeEach(async () => {
  await openHouse();
  await runInDurableObject(env.DEPLOYMENT.getByName("door"), async (_, { storage }) =>
    storage.deleteAll(),
  );
});
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

const path = "/webhooks/pinelabs";

interface Signing {
  readonly id?: string;
  readonly at?: number;
  readonly secret?: string;
}

async function signed(body: BodyInit, signing: Signing = {}): Promise<RequestInit> {
  const id = signing.id ?? `msg_${crypto.randomUUID()}`;
  const timestamp = String(Math.floor((signing.at ?? Date.now()) / 1000));
  const text = await new Response(body).text();
  const secret = signing.secret ?? sandboxDefaults.webhook_secret;
  return {
    method: "POST",
    headers: {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": await signWebhook({ secret, id, timestamp, body: text }),
    },
    body,
  };
}

function linkEvent(id: string): string {
  return JSON.stringify({
    event: "payment_link.processed",
    data: {
      payment_link_id: `pl-v1-310115060000-aa-${id}`,
      merchant_payment_link_reference: `ref-${id}`,
      status: "PROCESSED",
      amount: { value: 10_000, currency: "INR" },
      order_id: `v1-310115060000-aa-${id}`,
    },
  });
}

/** A webhook to a Worker with some ports replaced. */
async function send(replaced: Partial<Doors>, init: RequestInit): Promise<Response> {
  return visit((doors) => ({ ...doors, ...replaced }), path, init);
}

async function refused(): Promise<readonly (Omit<Refusal, "at"> & { readonly at: string })[]> {
  const list: { readonly data: readonly (Omit<Refusal, "at"> & { readonly at: string })[] } =
    await (await call("GET", "/v1/messages/refused")).json();
  return list.data;
}

test("says accepted to a message, duplicate to its repeat, whatever its content type", async () => {
  const message = await signed(linkEvent("First"), { id: "msg_first" });
  const first = await knock(path, message);
  expect([first.status, await first.json()]).toEqual([200, { status: "accepted" }]);
  const again = await knock(path, await signed(linkEvent("First"), { id: "msg_first" }));
  expect([again.status, await again.json()]).toEqual([200, { status: "duplicate" }]);
});

test.each([
  ["unrouted", "an event that concerns no order", '{"event_type":"CUSTOMER_ACTIVATED","data":{}}'],
  ["unrouted", "an object that is no event", "{}"],
  ["unreadable", "a list", "[1,2]"],
  ["unreadable", "a text that is not JSON", "hello"],
  ["unreadable", "nothing at all", ""],
  ["unreadable", "brackets without end", "[".repeat(200_000)],
])("says %s to %s, signed", async (status, _, body) => {
  const answer = await postWebhook(body);
  expect(answer).toEqual({ status: 200, body: { status } });
});

test("keeps a signed body that is not UTF-8, byte for byte", async () => {
  const bytes = Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d]);
  const received: Message[] = [];
  const orders = portOfOrders(async (_home, message) => {
    received.push(message);
    return "unreadable";
  });
  const id = "msg_bytes";
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(sandboxDefaults.webhook_secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const content = Uint8Array.from([...head, ...bytes]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, content));
  const signature = `v1,${btoa(String.fromCharCode(...mac))}`;
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signature,
  };
  const response = await send({ orders }, { method: "POST", headers, body: bytes });
  expect([response.status, await response.json()]).toEqual([200, { status: "unreadable" }]);
  expect(received[0]).toMatchObject({
    webhook_id: id,
    encoding: "base64",
    body: btoa("{\xff\xfe}"),
    size: 4,
    sent_at: Number(timestamp) * 1000,
    request_id: response.headers.get("x-request-id"),
  });
});

/** The orders' port with another `receive` and an `inquire` that is only counted. */
function portOfOrders(
  receive: Doors["orders"]["receive"],
  inquired: unknown[] = [],
): Doors["orders"] {
  const doors = connect(env);
  if (!doors.ok) throw new Error(doors.failure.message);
  const inquire: Doors["orders"]["inquire"] = async (...asked) => {
    inquired.push(asked);
    return { ok: false, failure: { code: "order_unknown" } };
  };
  return withOrders(doors.value, { receive, inquire }).orders;
}

test("names the home by the order, by the link without an order, else by the hash of the id", async () => {
  const homes: string[] = [];
  const orders = portOfOrders(async (home) => {
    homes.push(home);
    return "accepted";
  });
  const link = { event: "payment_link.processed", data: { payment_link_id: "pl-v1-x1-aa-Y" } };
  await send({ orders }, await signed(linkEvent("Home")));
  await send({ orders }, await signed(JSON.stringify(link)));
  await send({ orders }, await signed("{}", { id: "msg_of_nobody" }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("msg_of_nobody"));
  const hex = (new Uint8Array(digest)[0] ?? 0).toString(16).padStart(2, "0");
  expect(homes).toEqual(["v1-310115060000-aa-Home", "pl-v1-x1-aa-Y", unroutedActor(hex)]);
});

test("an id that would name another actor names none", async () => {
  const homes: string[] = [];
  const orders = portOfOrders(async (home) => {
    homes.push(home);
    return "unrouted";
  });
  for (const order_id of ["reference:shop-1", "unrouted:0", "../x", "", "x".repeat(51)]) {
    const body = JSON.stringify({ event_type: "ORDER_PROCESSED", data: { order_id } });
    await send({ orders }, await signed(body));
  }
  for (const home of homes) expect(home).toMatch(/^unrouted:[0-9a-f]$/);
  expect(homes).toHaveLength(5);
});

test("refuses a wrong secret, and shows a webhook id only if it looks like one", async () => {
  const sane = await send({}, await signed("{}", { secret: "another secret", id: "msg_sane" }));
  expect(sane.status).toBe(401);
  expect((await refused())[0]).toMatchObject({ webhook_id: "msg_sane", signature_valid: false });
  pass(1_000);
  await send({}, await signed("{}", { secret: "another secret", id: "<script>" }));
  expect((await refused())[0]).toMatchObject({ webhook_id: null, signature_valid: false });
});

test("a stale message with a right signature is refused and causes one inquiry", async () => {
  const inquired: unknown[] = [];
  const orders = portOfOrders(async () => "accepted", inquired);
  const at = Date.now() - 301_000;
  await expectProblem(
    await send({ orders }, await signed(linkEvent("Late"), { at })),
    401,
    "message_refused",
  );
  expect(inquired).toEqual([[{ id: "v1-310115060000-aa-Late" }, expect.any(Number)]]);
  expect((await refused())[0]).toMatchObject({
    code: "timestamp_stale",
    signature_valid: true,
    skew_seconds: 301,
  });
});

test.each([
  ["stale with a wrong signature", { at: -400_000, secret: "another secret" }],
  ["from the future", { at: 400_000 }],
])("a message %s causes no inquiry", async (_, { at, ...signing }) => {
  const inquired: unknown[] = [];
  const orders = portOfOrders(async () => "accepted", inquired);
  const init = await signed(linkEvent("Early"), { at: Date.now() + at, ...signing });
  await expectProblem(await send({ orders }, init), 401, "message_refused");
  expect(inquired).toEqual([]);
  expect(Math.abs((await refused())[0]?.skew_seconds ?? 0)).toBe(400);
});

test("a stale message is the truth's late messenger: the inquiry finds the payment", async () => {
  const made = await createLink();
  await atGateway(made.link_id, "pay");
  const body = JSON.stringify({
    event: "payment_link.processed",
    data: { payment_link_id: made.link_id, order_id: made.order_id, status: "PROCESSED" },
  });
  const response = await send({}, await signed(body, { at: Date.now() - 3_600_000 }));
  expect(response.status).toBe(401);
  const order: { stage: string; verified_by: string } = await (
    await call("GET", `/v1/orders/${made.order_id}`)
  ).json();
  expect(order).toMatchObject({ stage: "paid", verified_by: "inquiry" });
});

test("a stranger's refusals do not use up the inquiries of late messages", async () => {
  const inquired: unknown[] = [];
  const orders = portOfOrders(async () => "accepted", inquired);
  const limits: Doors["limits"] = { ...NO_LIMITS, refusals: async () => false };
  const init = await signed(linkEvent("Late"), { at: Date.now() - 400_000 });
  await expectProblem(await send({ orders, limits }, init), 401, "message_refused");
  expect(inquired).toHaveLength(1);
});

test("keeps no more refusals than their rate, and refuses all the same", async () => {
  const recorded: Refusal[] = [];
  const refusals: Doors["refusals"] = {
    recordRefusal: async (refusal) => void recorded.push(refusal),
    listRefusals: async () => recorded,
  };
  let left = 2;
  const limits: Doors["limits"] = { ...NO_LIMITS, refusals: async () => (left -= 1) >= 0 };
  for (let count = 0; count < 5; count += 1) {
    const response = await send({ refusals, limits }, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
  }
  expect(recorded).toHaveLength(2);
});

test("a refusal that can not be kept is nobody's error", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const refusals: Doors["refusals"] = {
    recordRefusal: () => Promise.reject(new Error("planted")),
    listRefusals: async () => [],
  };
  const response = await send({ refusals }, { method: "POST", body: "{}" });
  await expectProblem(response, 401, "message_refused");
});

test("refuses a body over 256 KiB, at the first byte too many", async () => {
  const limit = 256 * 1024;
  const most = await signed(" ".repeat(limit - 2) + "{}");
  expect((await knock(path, most)).status).toBe(200);
  const more = await signed(" ".repeat(limit - 1) + "{}");
  await expectProblem(await knock(path, more), 413, "body_too_large");
});

test("stops reading a body without end, whatever length it announces", async () => {
  let sent = 0;
  const endless = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      pull(controller) {
        sent += 16_384;
        if (sent > 64 * 1024 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(16_384));
      },
    });
  const headers = { "content-length": "10" };
  const response = await send({}, { method: "POST", headers, body: endless() });
  await expectProblem(response, 413, "body_too_large");
  expect(sent).toBeLessThan(1024 * 1024);
  expect((await refused())[0]).toMatchObject({ code: "body_too_large", body_hash: null });
});

test("is 503, to be tried again, when the message can not be committed", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const orders = portOfOrders(() => Promise.reject(new Error("planted")));
  const response = await send({ orders }, await signed(linkEvent("Lost")));
  await expectProblem(response, 503, "message_not_kept");
  expect(response.headers.get("retry-after")).toBe("5");
  expect(logged).toHaveBeenCalledTimes(1);
});

test(
  "is 503 when the commit takes longer than the gateway would wait",
  { timeout: 15_000 },
  async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const orders = portOfOrders(() => new Promise(() => {}));
    const started = performance.now();
    const response = await send({ orders }, await signed(linkEvent("Slow")));
    await expectProblem(response, 503, "message_not_kept");
    expect(performance.now() - started).toBeLessThan(4_900);
  },
);

test("never touches D1: every message is taken while D1 hangs, and the door's own D1 is not asked", async () => {
  faults.d1 = "hang";
  const db = new Proxy(env.DB, {
    get: () => {
      throw new Error("the webhook's path asked D1");
    },
  });
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      send({ db }, await signed(linkEvent(`Burst${index}`))),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
});

test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])(
  "answers %s with 405 and one helpful sentence",
  async (method) => {
    const response = await exports.default.fetch(`${origin}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
    const text = await response.text();
    if (method !== "HEAD") expect(text).toContain("receives Pine Labs webhooks by POST");
  },
);

test("logs nothing of what a stranger or a customer sent", async () => {
  const lines: string[] = [];
  for (const level of ["log", "info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  }
  const body = JSON.stringify({
    event_type: "ORDER_PROCESSED",
    data: { customer: { email_id: "asha@example.com", mobile_number: "9000000001" } },
  });
  await send({}, await signed(body));
  await send({}, await signed(body, { secret: "another secret" }));
  const orders = portOfOrders(() => Promise.reject(new Error(`planted: ${body}`)));
  await send({ orders }, await signed(body));
  expect(lines.join("\n")).not.toMatch(/asha|9000000001|v1,/);
  expect(lines.join("\n")).not.toContain(sandboxDefaults.webhook_secret);
});

test("an address pasted with a slash behind it is the same door", async () => {
  const answer = await knock("/webhooks/pinelabs/", { method: "POST", body: "{}" });
  expect(answer.status).toBe(401);
  expect((await knock("/webhooks/pinelabs/")).status).toBe(405);
});
