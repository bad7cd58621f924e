// Inquiries that end badly: a bug of ours, a gateway that refuses for ever or wants silence, and an
// answer that is older than what came while it was on its way.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { ask, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { orderEvent, paidEvent } from "./events";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  holdGateway,
  type Made,
  mend,
  openHouse,
  order,
  pass,
  postWebhook,
  runCron,
  settle,
  storageOf,
} from "./house";

const HOUR = 3_600_000;

beforeEach(openHouse);
afterEach(closeHouse);

async function nextInquiry(home: string): Promise<number> {
  const row = await env.DB.prepare("SELECT next_inquiry_at FROM orders WHERE id = ?")
    .bind(home)
    .first<{ next_inquiry_at: number }>();
  return row?.next_inquiry_at ?? 0;
}

/** Calls that the gateway has got, those for a token aside. */
async function calls(): Promise<number> {
  const { counts } = (await ask("GET", "/sandbox/requests")).body;
  return Object.entries(counts).reduce(
    (sum, [operation, count]) => (operation === "token" ? sum : sum + count),
    0,
  );
}

describe("a bug while an answer is kept", () => {
  /** What is read can not be written, once in each of these actors. */
  function plantBug(homes: readonly string[]): void {
    const left = new Set(homes);
    faults.storage = (actor, statement) => statement === "COMMIT" && left.delete(actor);
  }

  test("is this order's own failure, and puts its next inquiry off", async () => {
    const made = await createLink();
    await settle(made.order_id, made.link_id);
    pass(7 * HOUR);
    const due = await nextInquiry(made.order_id);
    expect(due).toBeLessThanOrEqual(Date.now());
    plantBug([made.order_id]);
    const outcome = await orderActor(env, made.order_id).poll(2_000);
    expect(outcome).toEqual({ kind: "failed", failure: { code: "inquiry_failed" } });
    await settle(made.order_id);
    expect(await nextInquiry(made.order_id)).toBeGreaterThan(Date.now());
    expect(await nextInquiry(made.order_id)).toBeLessThan(Date.now() + HOUR);
  });

  test("counts once, however many wait for that inquiry", async () => {
    const { order_id, link_id } = await createLink();
    await settle(order_id, link_id);
    await atGateway(link_id, "pay", {});
    faults.storage = (actor, statement) =>
      actor === order_id && statement.includes("INTO timeline");
    const refresh = () => api("POST", `/v1/orders/${order_id}/refresh`);
    await Promise.all(Array.from({ length: 8 }, refresh));
    mend();
    const query = "SELECT json ->> '$.record.failures' AS failures FROM state WHERE id = 1";
    const rows = await storageOf<{ failures: number }>(order_id, "state", query);
    // The one that had left, and the one behind it that all others share.
    expect(rows[0]?.failures).toBeLessThanOrEqual(2);
    expect(rows[0]?.failures).toBeGreaterThan(0);
  });

  test("does not keep the poll from the others", async () => {
    const made: Made[] = [];
    for (let count = 0; count < 8; count += 1) made.push(await createLink());
    for (const { link_id } of made) await atGateway(link_id, "pay", {});
    await settle(...made.flatMap(({ order_id, link_id }) => [order_id, link_id]));
    pass(7 * HOUR);
    const broken = made.slice(0, 4).map(({ order_id }) => order_id);
    // Those with the bug are the first to be due.
    await env.DB.prepare(
      "UPDATE orders SET next_inquiry_at = id IN (SELECT value FROM json_each(?1)) IS FALSE",
    )
      .bind(JSON.stringify(broken))
      .run();
    plantBug(broken);
    await runCron();
    const stages = await Promise.all(
      made.map(async ({ order_id }) => (await order(order_id)).stage),
    );
    expect(stages).toEqual([
      ...broken.map(() => "awaiting_payment"),
      ...made.slice(4).map(() => "paid"),
    ]);
  });
});

test("an order about which the gateway refuses to speak is not asked about each hour", async () => {
  const id = "v1-refused-aa-1";
  await postWebhook(paidEvent(id));
  await settle(id);
  await turn({ answers: [{ operation: "order.get", times: -1, status: 403 }] });
  const before = await calls();
  for (let hour = 0; hour < 10 * 24; hour += 1) {
    pass(HOUR);
    await orderActor(env, id).poll(2_000);
  }
  // A day and a week after it was paid, and two hours, a day, three and seven after its settlement was due.
  expect((await calls()) - before).toBe(6);
});

test("an answer that left before the webhook that pays opens no discrepancy", async () => {
  const made = await createLink();
  await settle(made.order_id, made.link_id);
  const held = holdGateway(/^GET .* 200$/);
  const asked = api("POST", `/v1/orders/${made.order_id}/refresh`);
  await held.arrived(2);
  faults.gateway = null;
  await atGateway(made.link_id, "pay", { instrument: "upi" });
  await deliverWebhooks();
  expect(await order(made.order_id)).toMatchObject({ stage: "paid" });
  held.release();
  expect((await asked).status).toBe(200);
  expect(await order(made.order_id)).toMatchObject({ stage: "paid", discrepancies: [] });
});

test("nor does one about a payment that nobody knew of before", async () => {
  const id = "v1-unheard-aa-1";
  await postWebhook(orderEvent("PAYMENT_FAILED", { order_id: id, status: "ATTEMPTED" }));
  await settle(id);
  const pending = { order_id: id, status: "PENDING", payment: "PENDING", minute: 2 };
  const body = JSON.stringify({ data: orderEvent("", pending).data });
  await turn({ answers: [{ operation: "order.get", times: -1, status: 200, body }] });
  const held = holdGateway(/^GET .* 200$/);
  const asked = api("POST", `/v1/orders/${id}/refresh`);
  await held.arrived();
  await postWebhook(paidEvent(id, { minute: 5 }));
  held.release();
  expect((await asked).status).toBe(200);
  expect(await order(id)).toMatchObject({ stage: "paid", discrepancies: [] });
});

test("an answer that contradicts what was known before it was asked for does open one", async () => {
  const made = await createLink();
  await atGateway(made.link_id, "pay", { instrument: "upi" });
  await deliverWebhooks();
  await settle(made.order_id);
  await turn({ lag_order_snapshots: 10 });
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  const { discrepancies, stage } = await order(made.order_id);
  expect(stage).toBe("paid");
  expect(discrepancies).toMatchObject([
    { type: "gateway_disagrees", subject: made.order_id, closed_at: null },
  ]);
});

describe("a storefront that asks again and again while the gateway wants silence", () => {
  async function twentyVerdicts(ask20: (path: string) => Promise<unknown>): Promise<number> {
    const made = await createLink();
    await settle(made.order_id, made.link_id);
    pass(11_000);
    await turn({ answers: [{ operation: "*", times: -1, status: 429, retry_after_seconds: 60 }] });
    const before = await calls();
    await ask20(`/v1/verdicts/${made.token}`);
    return (await calls()) - before;
  }

  test("one after the other causes one inquiry", async () => {
    const made = await twentyVerdicts(async (path) => {
      for (let count = 0; count < 20; count += 1) {
        expect((await api("GET", path)).status).toBe(200);
      }
    });
    // Of the link and of its order.
    expect(made).toBeLessThanOrEqual(2);
  });

  test("all at once causes at most one more behind it", async () => {
    const made = await twentyVerdicts((path) =>
      Promise.all(Array.from({ length: 20 }, () => api("GET", path))),
    );
    expect(made).toBeLessThanOrEqual(4);
  });
});

test("nor one that asks each second about an order that the gateway does not know", async () => {
  const id = "v1-denied-aa-1";
  await postWebhook(paidEvent(id));
  await settle(id);
  pass(11_000);
  const before = await calls();
  for (let second = 0; second < 9; second += 1) {
    expect((await api("POST", "/v1/verify", { order_id: id })).status).toBe(200);
    pass(1_000);
  }
  // One, and one more where the token was of yesterday.
  expect((await calls()) - before).toBeLessThanOrEqual(2);
});
