// Links that outlive themselves: one that ended is replaced by another for what is still due, and to
// the merchant it stays one order, whatever answer is lost.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  crash,
  createLink,
  deliverWebhooks,
  holdGateway,
  openHouse,
  order,
  pass,
  settle,
  storageOf,
  told,
} from "./house";
import {
  linksAtGateway,
  replace,
  orderOf,
  partPaidAndExpired,
  expired,
  settleAll,
  rows,
} from "./replacing";
import { faults } from "../worker";

beforeEach(openHouse);
afterEach(closeHouse);

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
