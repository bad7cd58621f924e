import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import { beforeEach, expect, test, vi } from "vitest";
import { signCallback, signWebhook } from "../../src/sandbox/signing";
import { sandboxDefaults } from "../../src/sandbox/settings";
import {
  act,
  ask,
  createLink,
  deliver,
  emptyBooks,
  plantMerchant,
  recordWebhooks,
  turn,
} from "./gateway";

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2031, 0, 1) });
  await emptyBooks();
});

async function payOne(): Promise<void> {
  const link = await createLink();
  await act(link.payment_link_id, "pay");
}

test("signs the documented vector", async () => {
  const signature = await signWebhook({
    secret: "abc1234",
    id: "msg_2nEfCaUDn9fynC9Kz2upo1QSydl",
    timestamp: "1728543028",
    body: '{"payload":"payload"}',
  });
  expect(signature).toBe("v1,Ns46HrH+Nfu9dZtBUVvSLyrOD5JH0SAGlNo3M5yobfQ=");
});

test.each([
  [
    { status: "AUTHORIZED", order_id: "v1-4405071524-aa-qlAtAf" },
    "B67BCAF8329B5832BCE67ADB71A6151FD3D4F2F55615126D880F7C1D675DB05B",
  ],
  [
    { order_id: "v1-4405071524-aa-qlAtAf", payment_status: "PROCESSED" },
    "469D37F85DD44B27C60B5A6B1E0811A7C96A3CFD5CEC983411711C7BE1C8BEA9",
  ],
  [
    {
      order_id: "v1-4405071524-aa-qlAtAf",
      status: "FAILED",
      error_code: "USER_AUTHENTICATION_FAILED",
      error_message: "Consumer Authentication required",
    },
    "53DD743531C06DA065598E3E1A00E701A1852CE26FD7F11747CF6F1238924C91",
  ],
])("signs a redirect of %o", async (fields, signature) => {
  const secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  expect(await signCallback(secret, fields)).toBe(signature);
});

test("delivers once, signed over the bytes that it sends", async () => {
  const received = await recordWebhooks();
  await payOne();
  const messages = await deliver();
  expect(messages.map(({ state }) => state)).toEqual(["delivered", "delivered"]);
  expect(received.map(({ event }) => event.event_type ?? event.event)).toEqual([
    "ORDER_PROCESSED",
    "payment_link.processed",
  ]);
  for (const { id, timestamp, text, signature } of received) {
    expect(id).toMatch(/^msg_\w{27}$/);
    expect(timestamp).toBe(String(Date.UTC(2031, 0, 1) / 1000));
    const secret = sandboxDefaults.webhook_secret;
    expect(signature).toBe(await signWebhook({ secret, id, timestamp, body: text }));
  }
  expect(await deliver()).toEqual([]);
});

test("tries eight times under one id, by the documented schedule", async () => {
  await turn({ webhooks: { retry_scale: 1, send: "order_only" } });
  const received = await recordWebhooks(() => 503);
  await payOne();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const [message] = await deliver();
    expect(message?.attempts).toHaveLength(attempt + 1);
    if (!message?.due) break;
    waits.push((message.due - Date.now()) / 1000);
    vi.setSystemTime(message.due);
  }
  expect(waits).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 36_000]);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  expect(new Set(received.map(({ timestamp }) => timestamp)).size).toBe(8);
  const { body } = await ask("GET", "/sandbox/webhooks");
  expect(body.messages[0]).toMatchObject({ state: "given_up", due: null });
});

test("counts an answer after the deadline as none", async () => {
  await turn({ webhooks: { deadline_ms: 20, send: "order_only" } });
  await plantMerchant(() => new Promise(() => {}));
  await payOne();
  const [message] = await deliver();
  expect(message).toMatchObject({ state: "queued", attempts: [{ status: null }] });
});

test("delivers by its alarm unless told not to", async () => {
  const received = await recordWebhooks();
  await turn({ webhooks: { manual: false } });
  await payOne();
  expect(await runDurableObjectAlarm(env.BOOKS.getByName("books"))).toBe(true);
  expect(received).toHaveLength(2);
});

test("drops, repeats, shuffles and spoils on request", async () => {
  const received = await recordWebhooks();
  await turn({ webhooks: { drop_events: ["payment_link.processed"], repeat: 2 } });
  await payOne();
  for (let round = 0; round < 3; round += 1) await deliver();
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  const { body } = await ask("GET", "/sandbox/webhooks");
  expect(body.messages.map(({ state }) => state)).toEqual(["delivered", "dropped"]);
  const dropped = body.messages[1]?.id;
  await turn({ webhooks: { wrong_signature: true, timestamp_shift_ms: -600_000 } });
  await deliver({ ids: [dropped], shuffle: true, times: 2 });
  const last = received.at(-1);
  expect(received).toHaveLength(5);
  expect(last?.timestamp).toBe(String(Date.UTC(2031, 0, 1) / 1000 - 600));
  const secret = sandboxDefaults.webhook_secret;
  const { id = "", timestamp = "", text = "" } = last ?? {};
  expect(last?.signature).not.toBe(await signWebhook({ secret, id, timestamp, body: text }));
});

test("signs any body that a test hands it", async () => {
  const received = await recordWebhooks();
  const event = { event_type: "TOKEN_ACTIVATED", data: { token: { token_id: "t" } } };
  await ask("POST", "/sandbox/webhooks/send", { event: "TOKEN_ACTIVATED", body: event });
  await deliver();
  expect(received[0]?.event).toEqual(event);
});

test("delivers side by side when it is asked to, and counts what is left", async () => {
  const { promise: three_came, resolve: letGo } = Promise.withResolvers<void>();
  let came = 0;
  await plantMerchant(async () => {
    came += 1;
    if (came === 3) letGo();
    await three_came;
    return new Response("ok");
  });
  await payOne();
  await payOne();
  const queued = async (): Promise<unknown> =>
    JSON.parse((await ask("GET", "/sandbox/webhooks/queue")).text);
  expect(await queued()).toEqual({ queued: 4 });
  const delivered = await deliver({ all: true, at_once: 3 });
  expect(delivered.map(({ attempts }) => attempts[0]?.status)).toEqual([200, 200, 200, 200]);
  expect(await queued()).toEqual({ queued: 0 });
});
