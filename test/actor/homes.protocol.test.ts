// One link, one home (design 3.1), where it could go wrong: half of a link must not pass for the
// whole, no cause is told by two actors, and what an alias knows reaches the home whatever happens.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { ask, signIn, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { orderEvent, paidEvent } from "./events";
import {
  api,
  armed,
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
  ring,
  runCron,
  settle,
  tables,
  told,
} from "./house";

beforeEach(openHouse);
afterEach(closeHouse);

const DOWN = { operation: "*", times: -1, status: 503 };
const SILENT = { answers: [DOWN] };

/** A link of ₹1000 that is paid in parts, each a gateway order of its own; nothing paid yet. */
async function linkInParts(): Promise<Made> {
  await turn({ second_part: "new_order" });
  return createLink({ part_payment: true, amount: { value: 100_000, currency: "INR" } });
}

/** Pays a part at the gateway; the gateway order that took it. */
async function payPart(link_id: string, amount: number): Promise<string> {
  return (await atGateway(link_id, "pay", { instrument: "upi", amount })).order.order_id;
}

/** A link whose first part was paid, and of which the gateway says no more. */
async function partPaid(): Promise<Made> {
  const made = await linkInParts();
  await payPart(made.link_id, 40_000);
  await deliverWebhooks();
  await settle(made.order_id, made.link_id);
  expect(await order(made.order_id)).toMatchObject({ stage: "part_paid" });
  await turn(SILENT);
  return made;
}

interface LedgerEvent {
  readonly home: string;
  readonly order: { readonly id: string; readonly captured: { readonly value: number } };
}

/** The notifications of one type in the ledger, of these actors. */
async function inLedger(type: string, homes: readonly string[]): Promise<readonly LedgerEvent[]> {
  const found = await env.DB.prepare(
    `SELECT home, doc ->> '$.data.order' AS told FROM events
     WHERE type = ?1 AND home IN (SELECT value FROM json_each(?2)) ORDER BY seq`,
  )
    .bind(type, JSON.stringify(homes))
    .all<{ home: string; told: string }>();
  return found.results.map((row) => ({ home: row.home, order: JSON.parse(row.told) }));
}

async function hasRow(table: "orders" | "events" | "wakes", actor: string): Promise<boolean> {
  const column = { orders: "id", events: "home", wakes: "actor" }[table];
  const row = await env.DB.prepare(`SELECT 1 AS found FROM ${table} WHERE ${column} = ?`)
    .bind(actor)
    .first();
  return row !== null;
}

describe("a second order of a part-paid link", () => {
  const second = (made: Made, id: string) =>
    paidEvent(id, { amount: 30_000, reference: made.reference, minute: 5 });

  test("releases nothing and tells nothing before the whole is paid", async () => {
    const made = await partPaid();
    const [b, c] = ["v1-half-bb-1", "v1-half-cc-1"];
    await postWebhook(second(made, b));
    const verdict = await api<{ fulfill: boolean }>("POST", "/v1/verify", { order_id: b });
    expect(verdict.body).toMatchObject({ fulfill: false, verdict: "part_paid" });
    await settle(b, made.order_id);
    expect(await order(b)).toMatchObject({ id: made.order_id, stage: "part_paid" });
    await postWebhook(second(made, c));
    await settle(c, b, made.order_id);
    expect(await order(c)).toMatchObject({ id: made.order_id, stage: "paid" });
    expect(await told(b)).toEqual([]);
    expect(await told(c)).toEqual([]);
    const causes = await told(made.order_id);
    expect(causes.filter((cause) => cause.startsWith("order.paid"))).toEqual(["order.paid"]);
    expect(await inLedger("order.paid", [made.order_id, made.link_id, b, c])).toMatchObject([
      { home: made.order_id, order: { id: made.order_id, captured: { value: 100_000 } } },
    ]);
  });

  test("tells nothing while nobody can say whether its reference is a link's", async () => {
    const id = "v1-whose-aa-1";
    await turn(SILENT);
    await postWebhook(paidEvent(id, { reference: "nobody-knows-1" }));
    await settle(id);
    const before = await api<{ fulfill: boolean }>("POST", "/v1/verify", { order_id: id });
    expect(before.body.fulfill).toBe(false);
    expect(await told(id)).toEqual([]);
    await turn({ answers: [] });
    pass(3_600_000);
    await settle(id);
    // An inquiry that failed is repeated by the poll.
    await runCron();
    await settle(id);
    expect(await told(id)).toEqual(["order.paid"]);
    const after = await api<{ fulfill: boolean }>("POST", "/v1/verify", { order_id: id });
    expect(after.body.fulfill).toBe(true);
  });

  test("that failed by itself does not silence the failure of the link", async () => {
    const made = await createLink();
    await settle(made.order_id, made.link_id);
    const other = "v1-failed-bb-1";
    const failed = { order_id: other, reference: "other-1", amount: 150_000, minute: 5 };
    await postWebhook(orderEvent("ORDER_FAILED", { ...failed, status: "FAILED" }));
    await settle(other);
    expect(await told(other)).toEqual(["order.failed"]);
    await turn(SILENT);
    await postWebhook({
      event: "payment_link.updated",
      data: { payment_link_id: made.link_id, status: "PAYMENT_INITIATED", order_id: other },
    });
    await settle(other, made.order_id);
    expect(await order(other)).toMatchObject({ id: made.order_id, stage: "failed" });
    expect(await told(made.order_id)).toContain("order.failed");
  });
});

test("three parts of one link are told as one payment of the whole", async () => {
  const made = await linkInParts();
  const parts: string[] = [];
  for (const amount of [40_000, 30_000, 30_000]) {
    parts.push(await payPart(made.link_id, amount));
    await deliverWebhooks({ all: true, shuffle: true, times: 2 });
    await settle(...parts, made.link_id);
  }
  expect(new Set(parts).size).toBe(3);
  expect(parts[0]).toBe(made.order_id);
  const causes = await told(made.order_id);
  expect(causes.filter((cause) => cause.startsWith("order.part_paid"))).toHaveLength(3);
  expect(causes.filter((cause) => cause.startsWith("order.paid"))).toEqual(["order.paid"]);
  for (const part of [...parts.slice(1), made.link_id]) expect(await told(part)).toEqual([]);
  expect(await inLedger("order.paid", [...parts, made.link_id])).toMatchObject([
    { home: made.order_id, order: { id: made.order_id, captured: { value: 100_000 } } },
  ]);
});

describe("a link in two parts whose webhooks were lost", () => {
  test.each([
    ["at once", false],
    ["later", true],
  ])("is told once when both orders are asked about %s", async (_, settled) => {
    const made = await linkInParts();
    await payPart(made.link_id, 40_000);
    const other = await payPart(made.link_id, 60_000);
    const home = await api("POST", `/v1/orders/${made.order_id}/refresh`);
    expect(home.body).toMatchObject({ id: made.order_id, stage: "paid" });
    if (settled) await settle(made.order_id, made.link_id);
    const second = await api("POST", `/v1/orders/${other}/refresh`);
    expect(second.body).toMatchObject({ id: made.order_id, captured: { value: 100_000 } });
    await settle(other, made.order_id, made.link_id);
    await settle(made.order_id, other);
    expect(await order(other)).toMatchObject({ id: made.order_id, captured: { value: 100_000 } });
    const causes = await told(made.order_id);
    expect(causes.toSorted()).toEqual([...new Set(causes)].toSorted());
    expect(causes.filter((cause) => cause.startsWith("order.part_paid"))).toHaveLength(2);
    expect(causes.filter((cause) => cause.startsWith("order.paid"))).toEqual(["order.paid"]);
    expect(await told(other)).toEqual([]);
    expect(await hasRow("events", other)).toBe(false);
    expect(await hasRow("orders", other)).toBe(false);
  });
});

describe("a refund's own order id", () => {
  async function refunded(): Promise<{ readonly made: Made; readonly refund: string }> {
    const made = await createLink();
    await atGateway(made.link_id, "pay", { instrument: "upi" });
    const back = await ask("POST", `/sandbox/orders/${made.order_id}/refund`, { amount: 50_000 });
    return { made, refund: back.body.order.order_id };
  }

  test.each([
    ["an anonymous redirect", "GET", (id: string) => `/callback?order_id=${id}`],
    ["a refresh", "POST", (id: string) => `/v1/orders/${id}/refresh`],
  ])("brought by %s makes no copy of its parent", async (_, method, path) => {
    const { made, refund } = await refunded();
    const answer = await api<unknown>(method, path(refund));
    expect(answer.status).toBe(200);
    if (method === "POST") expect(answer.body).toMatchObject({ id: made.order_id });
    await settle(refund, made.order_id, made.link_id);
    expect(await tables(refund)).toEqual([]);
    expect(await hasRow("orders", refund)).toBe(false);
    expect(await hasRow("events", refund)).toBe(false);
    expect(await order(made.order_id)).toMatchObject({
      stage: "partially_refunded",
      refunds: [{ refund_id: refund }],
    });
  });

  test("shows its parent where something was kept under it", async () => {
    const { made, refund } = await refunded();
    await postWebhook({ event_type: "NOBODY_KNOWS", data: { order_id: refund } });
    await settle(refund);
    await api("POST", `/v1/orders/${refund}/refresh`);
    await settle(refund, made.order_id);
    expect(await order(refund)).toMatchObject({
      id: made.order_id,
      order_ids: [made.order_id],
      refunded: { value: 50_000 },
    });
    expect(await told(refund)).toEqual([]);
    expect(await hasRow("orders", refund)).toBe(false);
  });
});

test("what an inquiry brings to an order that handed over meanwhile reaches the home", async () => {
  const made = await linkInParts();
  await payPart(made.link_id, 40_000);
  await deliverWebhooks();
  await settle(made.order_id, made.link_id);
  const tried = await atGateway(made.link_id, "fail", { instrument: "card", amount: 60_000 });
  const other = tried.order.order_id;
  await deliverWebhooks();
  expect(await payPart(made.link_id, 60_000)).toBe(other);
  pass(600_000);
  const held = holdGateway(/^GET .*\/orders\/\S+ 200$/);
  const polled = orderActor(env, other).poll(2_000);
  await held.arrived();
  await ring(other);
  expect(await order(other)).toMatchObject({ id: made.order_id, stage: "part_paid" });
  // The home can not find it out by itself.
  await turn({ answers: ["order.get", "link.get"].map((operation) => ({ ...DOWN, operation })) });
  held.release();
  expect((await polled).kind).toBe("asked");
  await settle(other, made.order_id);
  expect(await order(other)).toMatchObject({ id: made.order_id, stage: "paid" });
  expect(await told(other)).toEqual([]);
  expect(await told(made.order_id)).toContain("order.paid");
});

/** A second order that is an alias, its gateway silent from now on. */
async function aliasOf(): Promise<{ readonly made: Made; readonly alias: string }> {
  const made = await linkInParts();
  await payPart(made.link_id, 40_000);
  const alias = await payPart(made.link_id, 60_000);
  await deliverWebhooks();
  await settle(alias, made.order_id, made.link_id);
  await settle(made.order_id, alias);
  expect((await order(alias)).id).toBe(made.order_id);
  await turn(SILENT);
  return { made, alias };
}

/** A refund of what the alias took, as its webhook says it. */
function refundEvent(alias: string, refund: string, amount: number) {
  return {
    event_type: "REFUND_PROCESSED",
    data: {
      order_id: refund,
      parent_order_id: alias,
      type: "REFUND",
      status: "PROCESSED",
      order_amount: { value: amount, currency: "INR" },
      updated_at: "2031-01-15T07:00:00.000Z",
    },
  };
}

test("one message to an alias that its home can not take does not stop the later ones", async () => {
  const { made, alias } = await aliasOf();
  faults.translate = (event) => JSON.stringify(event).includes("v1-poison-rr-1");
  await postWebhook(refundEvent(alias, "v1-poison-rr-1", 1_000));
  await postWebhook(refundEvent(alias, "v1-good-rr-1", 2_000));
  await postWebhook(refundEvent(alias, "v1-good-rr-2", 3_000));
  await settle(alias, made.order_id);
  expect(await order(made.order_id)).toMatchObject({ refunded: { value: 5_000 } });
  mend();
  pass(3_600_000);
  await settle(alias, made.order_id);
  expect(await order(made.order_id)).toMatchObject({ refunded: { value: 6_000 } });
});

test("an alias whose alarm died is woken by the watchdog, and its messages arrive", async () => {
  // The watchdog wakes a few actors a minute; those of the tests before are not in its way.
  await env.DB.batch([env.DB.prepare("DELETE FROM wakes"), env.DB.prepare("DELETE FROM orders")]);
  const { made, alias } = await aliasOf();
  faults.translate = () => true;
  await postWebhook(refundEvent(alias, "v1-late-rr-1", 7_000));
  await settle(alias);
  expect(await hasRow("wakes", alias)).toBe(true);
  await runInDurableObject(env.ORDERS.getByName(alias), (_, { storage }) => storage.deleteAlarm());
  mend();
  pass(3_600_000);
  expect(await ring(alias)).toBe(false);
  await runCron();
  expect(await armed(alias)).not.toBeNull();
  await settle(alias, made.order_id);
  expect(await order(made.order_id)).toMatchObject({ refunded: { value: 7_000 } });
  expect(await hasRow("wakes", alias)).toBe(false);
});

test("an order's own rows leave the ledger only when its home has them", async () => {
  const made = await createLink();
  await settle(made.order_id, made.link_id);
  const other = "v1-leaves-bb-1";
  await postWebhook(paidEvent(other, { reference: "leaves-1", amount: 150_000, minute: 5 }));
  await settle(other);
  expect(await hasRow("orders", other)).toBe(true);
  await turn(SILENT);
  faults.absorb = (home) => home === made.order_id;
  await postWebhook({
    event: "payment_link.updated",
    data: { payment_link_id: made.link_id, status: "PAYMENT_INITIATED", order_id: other },
  });
  await settle(other);
  expect((await order(other)).id).toBe(made.order_id);
  expect(await hasRow("orders", other)).toBe(true);
  mend();
  pass(3_600_000);
  await settle(other, made.order_id);
  expect(await hasRow("orders", other)).toBe(false);
  expect(await order(other)).toMatchObject({ id: made.order_id, stage: "paid" });
});

test("a home that learns of a second order tells that order's actor whom it belongs to", async () => {
  await turn({ order_reference: "random", second_part: "new_order" });
  const gateway = await signIn();
  // Made without us: nothing in its orders says which link they belong to.
  const link = (
    await gateway("POST", "/paymentlink", {
      amount: { value: 100_000, currency: "INR" },
      merchant_payment_link_reference: "made-elsewhere-1",
      customer: { email_id: "meera@example.com" },
      part_payment: true,
    })
  ).body;
  await api("POST", "/v1/links/track", { payment_link_id: link.payment_link_id });
  const home = link.order_id;
  await payPart(link.payment_link_id, 40_000);
  const other = await payPart(link.payment_link_id, 60_000);
  await turn({ webhooks: { drop: true } });
  await api("POST", `/v1/links/${link.payment_link_id}/refresh`);
  await settle(home);
  expect(await order(other)).toMatchObject({ id: home, stage: "paid" });
  await turn({ ...SILENT, webhooks: { drop: false } });
  await postWebhook(refundEvent(other, "v1-told-rr-1", 9_000));
  await settle(other, home);
  expect(await order(home)).toMatchObject({
    stage: "partially_refunded",
    refunded: { value: 9_000 },
  });
});

test("what the link's actor told by itself is not told again by the order that becomes its home", async () => {
  const made = await linkWithoutOrder("alone-1");
  await turn(SILENT);
  await postWebhook({
    event: "payment_link.processed",
    data: {
      payment_link_id: made,
      status: "PROCESSED",
      amount: { value: 90_000, currency: "INR" },
      updated_at: "2031-01-15T06:01:00Z",
    },
  });
  expect(await told(made)).toEqual(["order.paid"]);
  const home = "v1-alone-aa-1";
  await postWebhook(paidEvent(home, { reference: "alone-1", amount: 90_000 }));
  await settle(home);
  await settle(made, home);
  expect(await order(made)).toMatchObject({ id: home, stage: "paid" });
  expect([...(await told(made)), ...(await told(home))]).toEqual(["order.paid"]);
});

/** A link through our own API of which no gateway order is known. */
async function linkWithoutOrder(reference: string): Promise<string> {
  await turn({ order_at_creation: false });
  const made = await api<{ payment_link_id: string }>("POST", "/v1/links", {
    amount: { value: 90_000, currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: "ravi@example.com" },
  });
  return made.body.payment_link_id;
}

test("a refund's own order that became the home of a link is asked about by plan like any other", async () => {
  const paid = await createLink();
  await atGateway(paid.link_id, "pay", { instrument: "upi" });
  const back = await ask("POST", `/sandbox/orders/${paid.order_id}/refund`, { amount: 50_000 });
  const refund = back.body.order.order_id;
  await postWebhook({
    event_type: "NOBODY_KNOWS",
    data: { order_id: refund, payment_link_id: "pl-v1-nobodys-1" },
  });
  await settle(refund, "pl-v1-nobodys-1");
  pass(32 * 24 * 3_600_000);
  expect((await orderActor(env, refund).poll(2_000)).kind).toBe("asked");
  expect((await orderActor(env, refund).poll(2_000)).kind).toBe("not_due");
});

test("an id that was reused at an alias is shown by its home", async () => {
  const { made, alias } = await aliasOf();
  await postWebhook(refundEvent(alias, "v1-reuse-rr-1", 1_000), { id: "msg_reused_here" });
  await settle(alias, made.order_id);
  await postWebhook(refundEvent(alias, "v1-reuse-rr-2", 2_000), { id: "msg_reused_here" });
  await settle(alias, made.order_id);
  expect((await order(made.order_id)).discrepancies).toMatchObject([
    { type: "message_id_reused", subject: "msg_reused_here" },
  ]);
});

test("an order whose link names an alias of it as the home is the home itself", async () => {
  const [first, home, link] = ["v1-circle-rr-1", "v1-circle-aa-1", "pl-v1-circle"];
  await turn(SILENT);
  await orderActor(env, link).register(first);
  await postWebhook(paidEvent(home, { reference: "circle-1" }));
  await orderActor(env, first).meetHome(home);
  await postWebhook({
    event: "payment_link.processed",
    data: {
      payment_link_id: link,
      order_id: home,
      status: "PROCESSED",
      amount: { value: 50_000, currency: "INR" },
      updated_at: "2031-01-15T06:02:00Z",
    },
  });
  await settle(home, first, link);
  for (const id of [home, first, link]) expect(await order(id)).toMatchObject({ id: home });
  expect(await told(home)).toEqual(["order.paid"]);
});
