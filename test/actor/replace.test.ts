// Links that outlive themselves: one that ended is replaced by another for what is still due, and to
// the merchant it stays one order, whatever answer is lost and whatever comes late.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  holdGateway,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  settle,
  storageOf,
  told,
} from "./house";
import { faults } from "../worker";

beforeEach(openHouse);
afterEach(closeHouse);

interface LinkAtGateway {
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string;
  readonly order_id?: string;
  readonly status: string;
}

async function linksAtGateway(reference: string): Promise<readonly LinkAtGateway[]> {
  const { body } = await ask("GET", "/sandbox/books");
  const { links } = body as unknown as { links: readonly LinkAtGateway[] };
  const nameOf = (link: LinkAtGateway) => link.merchant_payment_link_reference;
  return links
    .filter((link) => nameOf(link).startsWith(reference))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

interface Replacement {
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string;
  readonly amount: { readonly value: number };
  readonly order_id: string;
  readonly token: string;
  readonly expire_by: string;
  readonly stage: string;
  readonly code: string;
}

const replace = (id: string, body?: unknown) =>
  api<Replacement>("POST", `/v1/links/${id}/replace`, body);

/** The gateway order behind a link, as the gateway's own books have it. */
async function orderOf(link: string): Promise<string> {
  const { body } = await ask("GET", "/sandbox/books");
  const { links } = body as unknown as { links: readonly LinkAtGateway[] };
  return links.find(({ payment_link_id }) => payment_link_id === link)?.order_id ?? "";
}

/** A link of ₹1000 in parts, of which ₹400 were paid before it expired. */
async function partPaidAndExpired(): Promise<Made> {
  const made = await createLink({
    part_payment: true,
    amount: { value: 100_000, currency: "INR" },
    merchant_metadata: { cart: "77" },
    callback_url: "https://shop.test/thanks",
  });
  await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
  await atGateway(made.link_id, "expire");
  await deliverWebhooks();
  // No message says that a link has expired.
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  await settle(made.order_id, made.link_id);
  return made;
}

async function expired(change: Record<string, unknown> = {}): Promise<Made> {
  const made = await createLink(change);
  await atGateway(made.link_id, "expire");
  return made;
}

/** Everything that one home may have to do, its second link's actors included. */
async function settleAll(made: Made, link: string): Promise<void> {
  const second = await orderOf(link);
  await settle(made.order_id, made.link_id, second || made.order_id, link);
  await settle(made.order_id);
}

async function rows(): Promise<readonly { id: string; stage: string; captured: number }[]> {
  const query = "SELECT id, stage, captured FROM orders ORDER BY id";
  const found = await env.DB.prepare(query).all<{ id: string; stage: string; captured: number }>();
  return found.results;
}

describe("a link that expired", () => {
  test("unpaid is replaced, and its order is paid by the new one", async () => {
    const made = await expired({ merchant_metadata: { cart: "77" } });
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    expect(await order(made.order_id)).toMatchObject({ stage: "expired" });
    const end = new Date(Date.now() + 3 * 86_400_000).toISOString().replace(/\.\d+/, "");
    const replaced = await replace(made.link_id, { expire_by: end });
    expect(replaced).toMatchObject({
      status: 201,
      body: {
        merchant_payment_link_reference: `${made.reference}-r1`,
        amount: { value: 150_000 },
        stage: "awaiting_payment",
      },
    });
    expect(Date.parse(replaced.body.expire_by)).toBe(Date.parse(end));
    const link = replaced.body.payment_link_id;
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      id: made.order_id,
      stage: "awaiting_payment",
      merchant_reference: made.reference,
      amount: { value: 150_000 },
      amount_due: { value: 150_000 },
      link: { payment_link_id: link },
      links: [{ payment_link_id: made.link_id }, { payment_link_id: link }],
      attention: [],
    });
    await atGateway(link, "pay", { instrument: "card" });
    await deliverWebhooks();
    await settleAll(made, link);
    const paid = await order(made.order_id);
    expect(paid).toMatchObject({
      stage: "paid",
      captured: { value: 150_000 },
      overpaid: null,
      attention: [],
      discrepancies: [],
    });
    // Whatever it is called, it is one order.
    expect(await order(link)).toEqual(paid);
    expect(await order(await orderOf(link))).toEqual(paid);
    const byReference = await api("GET", `/v1/orders/reference/${made.reference}-r1`);
    expect(byReference.body).toEqual(paid);
    expect(await told(made.order_id)).toEqual(["order.expired", "order.paid"]);
    expect(await told(await orderOf(link))).toEqual([]);
  });

  test("with a part paid is replaced for the rest; both count, in one row", async () => {
    const made = await partPaidAndExpired();
    expect(await order(made.order_id)).toMatchObject({
      stage: "expired",
      captured: { value: 40_000 },
      refundable: { value: 40_000 },
      attention: ["expired_part_paid"],
    });
    const replaced = await replace(made.link_id);
    expect(replaced).toMatchObject({ status: 201, body: { amount: { value: 60_000 } } });
    const link = replaced.body.payment_link_id;
    expect(await order(made.order_id)).toMatchObject({
      stage: "part_paid",
      amount: { value: 100_000 },
      amount_due: { value: 60_000 },
      attention: [],
    });
    await atGateway(link, "pay", { instrument: "card", amount: 25_000 });
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "part_paid",
      captured: { value: 65_000 },
      amount_due: { value: 35_000 },
    });
    await atGateway(link, "pay", { instrument: "upi" });
    await deliverWebhooks();
    await settleAll(made, link);
    const paid = await order(made.order_id);
    expect(paid).toMatchObject({
      stage: "paid",
      captured: { value: 100_000 },
      amount_due: { value: 0 },
      overpaid: null,
      attention: [],
    });
    expect(paid.payments.map(({ captured }) => captured.value)).toEqual([40_000, 25_000, 35_000]);
    const mine = (await rows()).filter(({ id }) =>
      [made.order_id, made.link_id, link, ...paid.order_ids].includes(id),
    );
    expect(mine).toEqual([{ id: made.order_id, stage: "paid", captured: 100_000 }]);
    expect((await told(made.order_id)).filter((key) => key === "order.paid")).toHaveLength(1);
  });

  test("is carried over: customer, description, metadata, pages, and a token of its own", async () => {
    const made = await partPaidAndExpired();
    const replaced = await replace(made.link_id);
    const { requests } = (await ask("GET", "/sandbox/requests")).body as unknown as {
      requests: readonly { operation: string; body: Record<string, unknown> | null }[];
    };
    const sent = requests.filter(({ operation }) => operation === "link.create").at(-1)?.body;
    expect(sent).toMatchObject({
      customer: { email_id: "asha@example.com", mobile_number: "9000000001" },
      description: "Two kurtas",
      part_payment: true,
      amount: { value: 60_000, currency: "INR" },
      merchant_metadata: { cart: "77", chukta_reference: `${made.reference}-r1` },
    });
    expect(sent).not.toHaveProperty("expire_by");
    const ownToken = String(sent?.["callback_url"]).split("/").at(-1) ?? "";
    expect(ownToken).toMatch(new RegExp(`^[\\w-]{24}\\.${made.reference}-r1$`));
    expect(ownToken).not.toBe(made.token);
    await atGateway(replaced.body.payment_link_id, "pay", {});
    await deliverWebhooks();
    await settleAll(made, replaced.body.payment_link_id);
    for (const token of [made.token, ownToken]) {
      const verdict = await api("GET", `/v1/verdicts/${token}`);
      expect(verdict).toMatchObject({
        status: 200,
        body: { verdict: "paid", fulfill: true, captured: { value: 100_000 } },
      });
    }
  });

  test("twice is replaced twice, and n counts up", async () => {
    const made = await partPaidAndExpired();
    const first = await replace(made.link_id);
    await atGateway(first.body.payment_link_id, "pay", { instrument: "upi", amount: 10_000 });
    await atGateway(first.body.payment_link_id, "expire");
    await deliverWebhooks();
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    await settleAll(made, first.body.payment_link_id);
    expect(await order(made.order_id)).toMatchObject({
      stage: "expired",
      attention: ["expired_part_paid"],
    });
    const second = await replace(made.order_id);
    expect(second).toMatchObject({
      status: 201,
      body: {
        merchant_payment_link_reference: `${made.reference}-r2`,
        amount: { value: 50_000 },
      },
    });
    // What was replaced before is answered with what replaced it.
    const again = await replace(made.link_id);
    expect(again).toMatchObject({
      status: 201,
      body: { payment_link_id: first.body.payment_link_id },
    });
    await atGateway(second.body.payment_link_id, "pay", {});
    await deliverWebhooks();
    await settleAll(made, second.body.payment_link_id);
    const paid = await order(made.order_id);
    expect(paid).toMatchObject({ stage: "paid", captured: { value: 100_000 }, attention: [] });
    expect(paid.links).toHaveLength(3);
  });
});

describe("one replacement", () => {
  test("is made by a double click", async () => {
    const made = await expired();
    const [a, b, c] = await Promise.all([
      replace(made.link_id),
      replace(made.link_id),
      replace(made.order_id),
    ]);
    expect([a.status, b.status, c.status]).toEqual([201, 201, 201]);
    expect(new Set([a, b, c].map(({ body }) => body.payment_link_id)).size).toBe(1);
    expect(await linksAtGateway(made.reference)).toHaveLength(2);
    const later = await replace(made.link_id);
    expect(later.body).toEqual(a.body);
  });

  test("comes of an active link, which is cancelled first", async () => {
    const made = await createLink();
    const replaced = await replace(made.link_id);
    expect(replaced.status).toBe(201);
    expect(await linksAtGateway(made.reference)).toMatchObject([
      { payment_link_id: made.link_id, status: "CANCELLED" },
      { payment_link_id: replaced.body.payment_link_id, status: "CREATED" },
    ]);
    expect(await order(made.order_id)).toMatchObject({ stage: "awaiting_payment" });
  });

  test("comes of it although the answer to the cancelling was lost", async () => {
    const made = await createLink();
    await turn({
      answers: [{ operation: "link.cancel", times: -1, status: 504, after_work: true }],
    });
    const replaced = await replace(made.link_id);
    expect(replaced.status).toBe(201);
    expect(await linksAtGateway(made.reference)).toHaveLength(2);
  });

  test("comes of the same request again after the answer to the creation was lost", async () => {
    const made = await expired();
    await turn({
      answers: [
        { operation: "link.create", times: -1, status: 504, after_work: true },
        { operation: "link.get_by_reference", times: -1, status: 500 },
      ],
    });
    expect((await replace(made.link_id)).status).toBe(503);
    await turn({ answers: [] });
    const replaced = await replace(made.link_id);
    expect(replaced).toMatchObject({
      status: 201,
      body: { merchant_payment_link_reference: `${made.reference}-r1` },
    });
    expect(await linksAtGateway(made.reference)).toHaveLength(2);
  });

  test("is found without anybody's asking, once the gateway answers again", async () => {
    const made = await expired();
    await turn({
      answers: [
        { operation: "link.create", times: -1, status: 504, after_work: true },
        { operation: "link.get_by_reference", times: -1, status: 500 },
      ],
    });
    expect((await replace(made.link_id)).status).toBe(503);
    await turn({ answers: [] });
    pass(61_000);
    await settle(`reference:${made.reference}-r1`, made.order_id);
    expect((await order(made.order_id)).links).toHaveLength(2);
    expect((await replace(made.link_id)).status).toBe(201);
    expect(await linksAtGateway(made.reference)).toHaveLength(2);
  });

  test("comes of the same request again after a crash", async () => {
    const made = await expired();
    const held = holdGateway(/^POST .*\/paymentlink 200$/);
    const lost = replace(made.link_id).catch(() => null);
    await held.arrived();
    await crash();
    held.release();
    await lost;
    const replaced = await replace(made.link_id);
    expect(replaced.status).toBe(201);
    expect(await linksAtGateway(made.reference)).toHaveLength(2);
    const query = "SELECT json ->> '$.replacing' AS replacing FROM state WHERE id = 1";
    const state = await storageOf<{ replacing: string }>(made.order_id, "state", query);
    expect(state[0]?.replacing).toBe("{}");
  });

  test("comes of it after a crash between the cancelling and the creation", async () => {
    const made = await createLink();
    const held = holdGateway(/^PUT .*\/cancel 200$/);
    const lost = replace(made.link_id).catch(() => null);
    await held.arrived();
    await crash();
    held.release();
    await lost;
    expect(await linksAtGateway(made.reference)).toMatchObject([{ status: "CANCELLED" }]);
    expect((await replace(made.link_id)).status).toBe(201);
    expect(await linksAtGateway(made.reference)).toHaveLength(2);
  });

  test("is known after its hand-over failed, once the alarm has repeated it", async () => {
    const made = await expired();
    faults.absorb = (home) => home === made.order_id;
    expect((await replace(made.link_id)).status).toBe(503);
    expect((await replace(made.link_id)).status).toBe(503);
    faults.absorb = null;
    await settle(`reference:${made.reference}-r1`);
    expect((await replace(made.link_id)).status).toBe(201);
    expect(await linksAtGateway(made.reference)).toHaveLength(2);
  });

  test("is found by its own orders although their references are the gateway's", async () => {
    await turn({ order_reference: "random" });
    const made = await expired();
    const link = (await replace(made.link_id)).body.payment_link_id;
    await atGateway(link, "pay", { instrument: "card" });
    await deliverWebhooks({ all: true, shuffle: true });
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      captured: { value: 150_000 },
      attention: [],
    });
    const listed = await api<{ data: readonly { payment_link_id: string }[] }>("GET", "/v1/links");
    const ids = listed.body.data.map(({ payment_link_id }) => payment_link_id);
    expect(ids.filter((id) => id === link || id === made.link_id)).toEqual([link]);
  });

  test("has the next free reference", async () => {
    const made = await expired();
    const taken = await createLink({ merchant_payment_link_reference: `${made.reference}-r1` });
    const replaced = await replace(made.link_id);
    expect(replaced).toMatchObject({
      status: 201,
      body: { merchant_payment_link_reference: `${made.reference}-r2` },
    });
    expect((await order(taken.link_id)).links).toHaveLength(1);
  });

  test("is corrected after the gateway refused it", async () => {
    const made = await expired();
    await turn({ answers: [{ operation: "link.create", status: 400 }] });
    expect(await replace(made.link_id)).toMatchObject({ body: { code: "gateway_refused" } });
    const end = new Date(Date.now() + 86_400_000).toISOString();
    const replaced = await replace(made.link_id, { expire_by: end });
    expect(replaced).toMatchObject({
      status: 201,
      body: { merchant_payment_link_reference: `${made.reference}-r1` },
    });
  });
});

describe("nothing is replaced", () => {
  test.each([
    ["a payment is on its way", "initiate", {}, "payment_in_flight"],
    ["it was paid", "pay", {}, "nothing_due"],
  ])("while %s", async (_, action, how, code) => {
    const made = await createLink();
    await atGateway(made.link_id, action, how);
    expect(await replace(made.link_id)).toMatchObject({ status: 409, body: { code } });
    expect(await linksAtGateway(made.reference)).toHaveLength(1);
  });

  test("while a payment outlives its link", async () => {
    const made = await createLink();
    await turn({ expiry_fails_payments: false });
    await atGateway(made.link_id, "initiate");
    await atGateway(made.link_id, "expire");
    expect(await replace(made.link_id)).toMatchObject({ body: { code: "payment_in_flight" } });
  });

  test("while money is held", async () => {
    const made = await createLink({ pre_auth: true, allowed_payment_methods: ["CARD"] });
    await atGateway(made.link_id, "authorize", { instrument: "card" });
    expect(await replace(made.link_id)).toMatchObject({ body: { code: "payment_authorized" } });
  });

  test("while a part is paid and the rest can be", async () => {
    const made = await createLink({ part_payment: true });
    await atGateway(made.link_id, "pay", { amount: 50_000 });
    expect(await replace(made.link_id)).toMatchObject({ body: { code: "link_still_payable" } });
    expect(await linksAtGateway(made.reference)).toHaveLength(1);
  });

  test("while nobody knows what became of a refund", async () => {
    const made = await partPaidAndExpired();
    await turn({ answers: [{ operation: "refund.create", times: -1, status: 504 }] });
    const refund = await api("POST", `/v1/orders/${made.order_id}/refunds`, {
      merchant_refund_reference: `back-${made.reference}`,
      amount: { value: 10_000, currency: "INR" },
    });
    expect(refund.status).toBe(202);
    expect(await replace(made.link_id)).toMatchObject({ body: { code: "payment_in_flight" } });
    expect(await linksAtGateway(made.reference)).toHaveLength(1);
  });

  test("whose split fits another amount only", async () => {
    const details = [{ split_merchant_id: "m-1", amount: { value: 100_000, currency: "INR" } }];
    const made = await createLink({
      part_payment: true,
      amount: { value: 100_000, currency: "INR" },
      split_info: { split_type: "AMOUNT", split_details: details },
    });
    await atGateway(made.link_id, "pay", { amount: 40_000 });
    await atGateway(made.link_id, "expire");
    expect(await replace(made.link_id)).toMatchObject({ body: { code: "link_not_replaceable" } });
  });

  test("while the gateway does not answer", async () => {
    const made = await expired();
    await turn({ answers: [{ operation: "link.get", times: -1, status: 503 }] });
    expect(await replace(made.link_id)).toMatchObject({ body: { code: "gateway_unavailable" } });
    expect(await linksAtGateway(made.reference)).toHaveLength(1);
  });

  test("that nobody knows", async () => {
    expect(await replace("pl-v1-nobody")).toMatchObject({ status: 404 });
    expect(await replace("v1-nobody-aa-1")).toMatchObject({ status: 404 });
  });

  test("with an end in the past, or a field that is not known", async () => {
    const made = await expired();
    expect((await replace(made.link_id, { expire_by: "2020-01-01T00:00:00Z" })).status).toBe(422);
    expect((await replace(made.link_id, { amount: { value: 100 } })).status).toBe(422);
  });
});

describe("a late success on the old link", () => {
  const late = { late: true, instrument: "card", keep_link_status: true };

  test("after the new one was paid is overpaid, with the excess to be refunded", async () => {
    const made = await expired();
    const link = (await replace(made.link_id)).body.payment_link_id;
    await atGateway(link, "pay", {});
    await deliverWebhooks();
    await settleAll(made, link);
    await atGateway(made.link_id, "pay", late);
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      captured: { value: 300_000 },
      overpaid: { value: 150_000 },
      attention: ["overpaid"],
      discrepancies: [{ type: "overpaid", amount: 150_000, closed_at: null }],
    });
    await ask("POST", `/sandbox/orders/${made.order_id}/refund`, { amount: 150_000 });
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({ overpaid: null, attention: [] });
    expect((await told(made.order_id)).filter((key) => key === "order.paid")).toHaveLength(1);
  });

  test("before that pays the order, and the new one is cancelled", async () => {
    const made = await expired();
    const link = (await replace(made.link_id)).body.payment_link_id;
    await turn({ answers: [{ operation: "link.cancel", times: -1, status: 503 }] });
    await atGateway(made.link_id, "pay", late);
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      attention: ["paid_twice_possible"],
    });
    await turn({ answers: [] });
    pass(3_600_000);
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({ stage: "paid", attention: [] });
    expect(await linksAtGateway(made.reference)).toMatchObject([
      { status: "EXPIRED" },
      { payment_link_id: link, status: "CANCELLED" },
    ]);
  });

  test("stays in attention while the new one can not be cancelled, and asks no more", async () => {
    const made = await expired();
    const link = (await replace(made.link_id)).body.payment_link_id;
    await atGateway(link, "initiate", { instrument: "upi" });
    await atGateway(made.link_id, "pay", late);
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      stage: "paid",
      attention: ["paid_twice_possible"],
    });
    const asked = async () =>
      (await ask("GET", "/sandbox/requests")).body.counts["link.cancel"] ?? 0;
    const before = await asked();
    expect(before).toBeGreaterThan(0);
    await settleAll(made, link);
    await api("POST", `/v1/orders/${made.order_id}/refresh`);
    await settleAll(made, link);
    expect(await asked()).toBe(before);
    await atGateway(link, "pay", {});
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(made.order_id)).toMatchObject({
      overpaid: { value: 150_000 },
      attention: ["overpaid"],
    });
  });
});

describe("messages of the new link", () => {
  test("that come before the answer to its creation go to the old link's order", async () => {
    const made = await expired();
    const held = holdGateway(/^POST .*\/paymentlink 200$/);
    const answer = replace(made.link_id);
    await held.arrived();
    const [, fresh] = await linksAtGateway(made.reference);
    const link = fresh?.payment_link_id ?? "";
    // A gateway that lags does not find the link by its reference yet, and no message names it.
    await turn({ webhooks: { send: "order_only" } });
    await turn({ answers: [{ operation: "link.get_by_reference", times: -1, status: 404 }] });
    await atGateway(link, "pay", { instrument: "card" });
    await deliverWebhooks();
    await settleAll(made, link);
    expect(await order(await orderOf(link))).toMatchObject({ id: made.order_id });
    held.release();
    expect(await answer).toMatchObject({ status: 201, body: { payment_link_id: link } });
    await settleAll(made, link);
    const paid = await order(made.order_id);
    expect(paid).toMatchObject({ stage: "paid", captured: { value: 150_000 }, attention: [] });
    expect(await order(link)).toEqual(paid);
    expect((await told(made.order_id)).filter((key) => key === "order.paid")).toHaveLength(1);
    expect(await told(await orderOf(link))).toEqual([]);
  });

  test("by a link event that names both, before anything else, too", async () => {
    const made = await expired();
    const held = holdGateway(/^POST .*\/paymentlink 200$/);
    const answer = replace(made.link_id);
    await held.arrived();
    const [, fresh] = await linksAtGateway(made.reference);
    const link = fresh?.payment_link_id ?? "";
    const second = await orderOf(link);
    await postWebhook({
      event: "payment_link.processed",
      data: {
        payment_link_id: link,
        merchant_payment_link_reference: `${made.reference}-r1`,
        status: "PROCESSED",
        amount: { value: 150_000, currency: "INR" },
        order_id: second,
      },
    });
    await settleAll(made, link);
    held.release();
    expect((await answer).status).toBe(201);
    await settleAll(made, link);
    expect(await order(second)).toMatchObject({ id: made.order_id });
    expect(await order(link)).toMatchObject({ id: made.order_id });
  });
});

describe("orders that show up late", () => {
  const request = (reference: string) => ({
    amount: { value: 90_000, currency: "INR" },
    merchant_payment_link_reference: reference,
    customer: { email_id: "ravi@example.com" },
  });

  /** A link that expires before any order of it is known, and what replaces it. */
  async function replaceWithoutOrder(reference: string) {
    await turn({ order_at_creation: false });
    const made = await api<Replacement>("POST", "/v1/links", request(reference));
    const old = made.body.payment_link_id;
    // By itself: every action at the gateway would make an order.
    pass(25 * 3_600_000);
    const replaced = await replace(old);
    expect(replaced).toMatchObject({ status: 201, body: { amount: { value: 90_000 } } });
    expect(await order(old)).toMatchObject({ id: old, order_ids: [] });
    return { old, link: replaced.body.payment_link_id };
  }

  test("of a new link belong to the old one's home, which is the link itself", async () => {
    const { old, link } = await replaceWithoutOrder("shop-no-order-1");
    const paid = await atGateway(link, "pay", { instrument: "card" });
    const second = paid.order.order_id;
    await deliverWebhooks();
    await settle(second, old, link);
    await settle(old, second);
    const whole = await order(second);
    expect(whole).toMatchObject({
      id: old,
      order_id: second,
      stage: "paid",
      captured: { value: 90_000 },
      merchant_reference: "shop-no-order-1",
      attention: [],
    });
    expect(await order(link)).toEqual(whole);
    expect(await order(old)).toEqual(whole);
    const ids = (await rows()).map(({ id }) => id);
    expect(ids.filter((id) => [old, link, second].includes(id))).toEqual([old]);
    expect((await told(old)).filter((key) => key === "order.paid")).toHaveLength(1);
  });

  test("of the old link too, when it is paid after all", async () => {
    const { old, link } = await replaceWithoutOrder("shop-no-order-2");
    await atGateway(link, "pay", { instrument: "card" });
    await deliverWebhooks();
    const first = "v1-late-old-aa-1";
    const at = "2031-01-16T09:30:00Z";
    const amount = { value: 90_000, currency: "INR" };
    await postWebhook({
      event_type: "ORDER_PROCESSED",
      data: {
        order_id: first,
        merchant_order_reference: "shop-no-order-2",
        type: "CHARGE",
        status: "PROCESSED",
        order_amount: amount,
        pre_auth: false,
        payments: [
          {
            id: `${first}-cc-a`,
            status: "PROCESSED",
            payment_amount: amount,
            payment_method: "CARD",
            updated_at: at,
          },
        ],
        updated_at: at,
      },
    });
    await settle(first, old, link);
    await settle(old, first, await orderOf(link));
    await settle(old);
    const whole = await api<OrderView>("GET", `/v1/orders/${first}`);
    expect(whole.body).toMatchObject({ id: old, overpaid: { value: 90_000 } });
  });
});

test("each link is shown, cancelled and sent again under its own name", async () => {
  const made = await expired();
  const link = (await replace(made.link_id)).body.payment_link_id;
  const old = await api("GET", `/v1/links/${made.link_id}`);
  expect(old.body).toMatchObject({ payment_link_id: made.link_id, status: "EXPIRED" });
  expect((await api("POST", `/v1/links/${made.link_id}/cancel`)).status).toBe(409);
  expect((await api("POST", `/v1/links/${made.link_id}/notify`)).status).toBe(409);
  expect(await api("POST", `/v1/links/${link}/notify`)).toMatchObject({ status: 200 });
  expect((await linksAtGateway(made.reference))[1]).toMatchObject({ status: "CREATED" });
});

test("a link that was taken over is replaced by what the gateway says of it", async () => {
  const { signIn } = await import("../sandbox/gateway");
  const gateway = await signIn();
  const reference = "elsewhere-to-replace";
  const link = (
    await gateway("POST", "/paymentlink", {
      amount: { value: 25_000, currency: "INR" },
      merchant_payment_link_reference: reference,
      customer: { email_id: "meera@example.com", first_name: "Meera" },
      description: "A shawl",
      merchant_metadata: { cart: "9" },
    })
  ).body;
  await api("POST", "/v1/links/track", { payment_link_id: link.payment_link_id });
  await atGateway(link.payment_link_id, "expire");
  const replaced = await replace(link.payment_link_id);
  expect(replaced).toMatchObject({ status: 201, body: { amount: { value: 25_000 } } });
  const { requests } = (await ask("GET", "/sandbox/requests")).body as unknown as {
    requests: readonly { operation: string; body: Record<string, unknown> | null }[];
  };
  expect(requests.findLast(({ operation }) => operation === "link.create")?.body).toMatchObject({
    merchant_payment_link_reference: `${reference}-r1`,
    customer: { email_id: "meera@example.com", first_name: "Meera" },
    description: "A shawl",
    merchant_metadata: { cart: "9", chukta_reference: `${reference}-r1` },
  });
});
