// Laws 1, 2 and 4: what was acknowledged is kept, D1 is not on the way to the acknowledgement, and
// a message that can not be understood is kept and tried again without stopping another.

import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { faults } from "../worker";
import {
  api,
  atGateway,
  closeHouse,
  crash,
  createLink,
  mend,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
} from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

function paid(order_id: string, status = "PROCESSED", at = "2031-01-15T06:10:00.123Z") {
  const payment = status === "PROCESSED" ? "PROCESSED" : "FAILED";
  return {
    event_type: status === "PROCESSED" ? "ORDER_PROCESSED" : "PAYMENT_FAILED",
    data: {
      order_id,
      merchant_order_reference: `r-${order_id}`,
      type: "CHARGE",
      status,
      order_amount: { value: 50_000, currency: "INR" },
      pre_auth: false,
      payments: [
        {
          id: `${order_id}-up-a`,
          status: payment,
          payment_amount: { value: 50_000, currency: "INR" },
          payment_method: "UPI",
          created_at: at,
          updated_at: at,
        },
      ],
      created_at: "2031-01-15T06:00:00.000Z",
      updated_at: at,
    },
  };
}

async function inLedger(id: string): Promise<string | null> {
  const row = await env.DB.prepare("SELECT stage FROM orders WHERE id = ?").bind(id).first<{
    stage: string;
  }>();
  return row?.stage ?? null;
}

test("a message that was acknowledged is there after a crash, with its facts", async () => {
  const id = "v1-crash-aa-1";
  expect(await postWebhook(paid(id))).toEqual({ status: 200, body: { status: "accepted" } });
  await crash();
  expect((await order(id)).stage).toBe("paid");
  await settle(id);
  expect(await inLedger(id)).toBe("paid");
});

test("a repeat is answered as one and counted, also after an eviction", async () => {
  const id = "v1-repeat-aa-1";
  const event = paid(id);
  await postWebhook(event, { id: "msg_repeat1" });
  await evictDurableObject(env.ORDERS.getByName(id)).catch(() => undefined);
  for (let times = 0; times < 4; times += 1) {
    const again = await postWebhook(event, { id: "msg_repeat1" });
    expect(again).toEqual({ status: 200, body: { status: "duplicate" } });
  }
  await settle(id);
  const kept = await api<{ data: { repeats: number; state: string }[] }>(
    "GET",
    "/v1/messages/msg_repeat1",
  );
  expect(kept.body.data).toMatchObject([{ repeats: 4, state: "applied" }]);
  expect((await order(id)).captured).toEqual({ value: 50_000, currency: "INR" });
});

test("another body under a known id is kept as a message of its own and flagged", async () => {
  const id = "v1-reuse-aa-1";
  await postWebhook(paid(id, "ATTEMPTED"), { id: "msg_reused1" });
  const other = await postWebhook(paid(id, "PROCESSED", "2031-01-15T06:20:00Z"), {
    id: "msg_reused1",
  });
  expect(other.body.status).toBe("accepted");
  await settle(id);
  const kept = await api<{ data: { n: number; id_reused: boolean }[] }>(
    "GET",
    "/v1/messages/msg_reused1",
  );
  expect(
    kept.body.data.toSorted((a, b) => a.n - b.n).map(({ n, id_reused }) => [n, id_reused]),
  ).toEqual([
    [1, false],
    [2, true],
  ]);
  const found = await order(id);
  expect(found.stage).toBe("paid");
  expect(found.discrepancies.map(({ type }) => type)).toContain("message_id_reused");
});

test.each(["throw", "hang", "lost_answer"] as const)(
  "with a D1 that does %s no webhook waits, and all are in D1 afterwards",
  async (fault) => {
    faults.d1 = fault;
    const ids = Array.from({ length: 12 }, (_, index) => `v1-burst-${fault}-${index}`);
    const answers = await Promise.all(ids.map((id) => postWebhook(paid(id))));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
    pass(2_000);
    await Promise.all(ids.map((id) => ring(id)));
    // While D1 is in trouble the truth is served from the actors.
    expect((await order(ids[0] ?? "")).stage).toBe("paid");
    mend();
    pass(3_600_000);
    await settle(...ids);
    expect(await Promise.all(ids.map(inLedger))).toEqual(ids.map(() => "paid"));
  },
);

test("a message whose translation throws waits, and is applied when it no longer does", async () => {
  const id = "v1-waits-aa-1";
  faults.translate = () => true;
  expect((await postWebhook(paid(id), { id: "msg_waits1" })).body.status).toBe("accepted");
  await settle(id);
  const waiting = await api<{ data: { state: string }[] }>("GET", "/v1/messages/msg_waits1");
  expect(waiting.body.data).toMatchObject([{ state: "waiting" }]);
  await crash();
  mend();
  pass(3_600_000);
  await settle(id);
  expect((await order(id)).stage).toBe("paid");
  const applied = await api<{ data: { state: string }[] }>("GET", "/v1/messages/msg_waits1");
  expect(applied.body.data).toMatchObject([{ state: "applied" }]);
});

test("one message that keeps failing never stops another", async () => {
  const id = "v1-poison-aa-1";
  faults.translate = (event) => event.kind === "event" && event.name === "PAYMENT_FAILED";
  await postWebhook(paid(id, "ATTEMPTED", "2031-01-15T06:05:00Z"), { id: "msg_poison1" });
  await settle(id);
  expect((await postWebhook(paid(id))).body.status).toBe("accepted");
  await settle(id);
  expect((await order(id)).stage).toBe("paid");
  expect(await inLedger(id)).toBe("paid");
  const books = await api<{ balanced: boolean; waiting: number }>("GET", "/v1/accounting");
  expect(books.body.balanced).toBe(true);
});

test("the isolate dies while the gateway works: the link is found, not made twice", async () => {
  const body = {
    amount: { value: 70_000, currency: "INR" },
    merchant_payment_link_reference: "shop-died-1",
    customer: { mobile_number: "9000000001" },
  };
  await env.SANDBOX.fetch("http://gateway.test/sandbox/faults", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      answers: [{ operation: "link.create", after_work: true, delay_ms: 1_500, status: 504 }],
    }),
  });
  const lost = api("POST", "/v1/links", body).catch(() => null);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await crash();
  await lost;
  const again = await api<{ payment_link_id: string; token: string }>("POST", "/v1/links", body);
  expect([200, 201]).toContain(again.status);
  const books = await env.SANDBOX.fetch("http://gateway.test/sandbox/books");
  const { links } = (await books.json()) as {
    links: { merchant_payment_link_reference: string }[];
  };
  const made = links.filter((link) => link.merchant_payment_link_reference === "shop-died-1");
  expect(made).toHaveLength(1);
});

test("a payment whose webhook never came is found by the poll", async () => {
  const made = await createLink();
  await atGateway(made.link_id, "pay", { instrument: "upi" });
  await settle(made.order_id);
  // A link that nobody is known to have opened is asked about every six hours.
  pass(7 * 3_600_000);
  const polled = await orderActor(env, made.order_id).poll(2_000);
  expect(polled.kind).toBe("asked");
  expect(await order(made.order_id)).toMatchObject({ stage: "paid", verified_by: "inquiry" });
});
