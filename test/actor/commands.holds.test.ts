// What once went wrong with several holds of one link, with captures that the facts show later, and with
// references that a wrong setting burned.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { readOrder, turn } from "../sandbox/gateway";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  ring,
  settle,
  speak,
} from "./house";
import {
  capture,
  decide,
  gatewayBooks,
  heldOrder,
  inDashboard,
  inr,
  moves,
  paidOrder,
  readThrice,
  refund,
  requests,
  voidOrder,
} from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

const amount = inr(50_000);

describe("several gateway orders of one link that hold money", () => {
  /** The orders of one link, each of which holds ₹500. */
  async function holds(count: number): Promise<readonly string[]> {
    await turn({ second_part: "new_order" });
    const { link_id } = await createLink({
      pre_auth: true,
      part_payment: true,
      allowed_payment_methods: ["CARD"],
    });
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      ids.push((await atGateway(link_id, "authorize", { amount: 50_000 })).order.order_id);
    }
    await deliverWebhooks();
    await settle(...ids, link_id);
    await settle(...ids, link_id);
    return ids;
  }

  async function heldAtGateway(id: string): Promise<number | undefined> {
    return (await gatewayBooks()).totals[id]?.authorized;
  }

  test("the repeat of a void releases no other, also at the same moment", async () => {
    const [a = "", b = ""] = await holds(2);
    const answers = await Promise.all([voidOrder(a), voidOrder(a), voidOrder(a)]);
    expect(answers.map(({ status, body }) => [status, body.order_id])).toEqual([
      [201, a],
      [201, a],
      [201, a],
    ]);
    expect(await voidOrder(a)).toEqual(answers[0]);
    expect(await moves()).toBe(1);
    expect(await heldAtGateway(b)).toBe(50_000);
  });

  test("a capture that names the released one takes no other's money", async () => {
    const [a = "", b = ""] = await holds(2);
    await voidOrder(a);
    const ambiguous = { status: 422, body: { code: "order_ambiguous", order_ids: [b] } };
    expect(await capture(a, "take-1")).toMatchObject(ambiguous);
    expect(await heldAtGateway(b)).toBe(50_000);
    expect((await capture(b, "take-1")).body.order_id).toBe(b);
  });

  test("a void that names the captured one releases no other", async () => {
    const [a = "", b = ""] = await holds(2);
    await capture(b, "take-1");
    const ambiguous = { status: 422, body: { code: "order_ambiguous", order_ids: [a] } };
    expect(await voidOrder(b)).toMatchObject(ambiguous);
    expect(await heldAtGateway(a)).toBe(50_000);
  });

  test("a void that names the captured one is not answered with the void of another", async () => {
    const [a = "", b = "", c = ""] = await holds(3);
    const first = await voidOrder(a);
    await capture(b, "take-1");
    const ambiguous = { status: 422, body: { code: "order_ambiguous", order_ids: [c] } };
    expect(await voidOrder(b)).toMatchObject(ambiguous);
    await voidOrder(c);
    expect(await voidOrder(b)).toMatchObject({ status: 422, body: { code: "already_captured" } });
    expect(await voidOrder(a)).toEqual(first);
    expect(await moves()).toBe(3);
  });
});

describe("a capture", () => {
  test("of ours whose answer shows another amount is done, and a discrepancy", async () => {
    const { order_id } = await heldOrder();
    const wire = await readOrder(order_id);
    const at = new Date(Date.now() + 60 * MINUTE).toISOString();
    const taken = { status: "PROCESSED", updated_at: at };
    const payments = wire.payments.map((payment) => ({ ...payment, ...taken }));
    const body = JSON.stringify({ data: { ...wire, ...taken, payments } });
    await turn({ answers: [{ operation: "order.capture", status: 200, after_work: true, body }] });
    expect(await capture(order_id, "take-1", { amount: inr(40_000) })).toMatchObject({
      status: 201,
      body: { outcome: "done", refusal: null },
    });
    expect((await order(order_id)).discrepancies).toMatchObject([
      { type: "capture_amount_differs", ours: 40_000, theirs: 150_000, closed_at: null },
    ]);
  });

  test("that was refused after a send that nobody answered is done once the facts show it", async () => {
    const { order_id } = await heldOrder();
    const lost = { operation: "order.capture", status: 500, after_work: true };
    await turn({ webhooks: { drop: true }, answers: [lost] });
    const part = { amount: inr(40_000) };
    expect((await capture(order_id, "take-1", part)).body.outcome).toBe("unknown");
    // What is read was said before the first send: it is sent again, and refused as captured.
    await turn({ lag_order_snapshots: 1 });
    for (let count = 0; count < 3; count += 1) await readThrice(order_id);
    expect(await capture(order_id, "take-1", part)).toMatchObject({
      status: 422,
      body: { code: "gateway_refused" },
    });
    expect(await requests("order.capture")).toBe(2);
    await turn({ lag_order_snapshots: 0 });
    await api("POST", `/v1/orders/${order_id}/refresh`);
    expect(await capture(order_id, "take-1", part)).toMatchObject({
      status: 201,
      body: { outcome: "done", refusal: null },
    });
    expect(await order(order_id)).toMatchObject({ stage: "paid", captured: inr(40_000) });
    expect((await order(order_id)).discrepancies).toEqual([]);
  });

  test("that was decided not done is done all the same once the facts show it", async () => {
    const { order_id } = await heldOrder();
    const down = { operation: "order.capture", status: 500, times: -1 };
    await turn({ answers: [down] });
    await capture(order_id, "take-1");
    for (let count = 0; count < 20; count += 1) {
      pass(20 * MINUTE);
      await ring(order_id);
    }
    expect((await capture(order_id, "take-1")).body).toMatchObject({
      outcome: "needs_decision",
      sends: 5,
    });
    const decided = await decide(order_id, "capture/take-1", "not_done");
    expect(decided).toMatchObject({ status: 200, body: { outcome: "refused" } });
    await inDashboard(order_id, "capture", { reference: "take-1" });
    await deliverWebhooks();
    await settle(order_id);
    expect(await capture(order_id, "take-1")).toMatchObject({
      status: 201,
      body: { outcome: "done" },
    });
  });
});

describe("no reference is burned", () => {
  test.each([
    ["guide", "reference"],
    ["reference", "guide"],
  ] as const)("by a setting of %s where the account speaks %s", async (ours, theirs) => {
    await speak(ours);
    const paid = await paidOrder();
    const held = await heldOrder();
    await turn({ contract: theirs });
    const advised = { status: 422, body: { code: "gateway_refused" } };
    expect(await refund(paid.order_id, "back-1", { amount })).toMatchObject(advised);
    const part = { amount: inr(40_000) };
    expect(await capture(held.order_id, "take-1", part)).toMatchObject(advised);
    await speak(theirs);
    const done = { status: 201, body: { outcome: "done", sends: 1 } };
    expect(await refund(paid.order_id, "back-1", { amount })).toMatchObject(done);
    expect(await capture(held.order_id, "take-1", part)).toMatchObject(done);
  });

  test("by two 401s with the gateway's code", async () => {
    const { order_id } = await paidOrder();
    await turn({ answers: [{ operation: "refund.create", status: 401, times: 2 }] });
    expect((await refund(order_id, "back-1", { amount })).status).toBe(503);
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000) });
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      status: 201,
      body: { outcome: "done", sends: 1 },
    });
  });

  test("but one that is the order's own ends at the first reading, where it is a key", async () => {
    await speak("reference");
    const { order_id, reference } = await paidOrder();
    await turn({ answers: [{ operation: "refund.create", status: 500 }] });
    expect((await refund(order_id, reference, { amount })).status).toBe(202);
    pass(1_000);
    await ring(order_id);
    expect(await refund(order_id, reference, { amount })).toMatchObject({
      status: 422,
      body: { code: "reference_used_elsewhere" },
    });
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000) });
  });
});

test("the timeline keeps the letters of a reference as they are", async () => {
  const { order_id } = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 500 }] });
  await refund(order_id, "Back-R7", { amount });
  const path = `/v1/orders/${order_id}/timeline`;
  const told = await api<{ readonly data: readonly { what: string; text: string }[] }>("GET", path);
  const texts = told.body.data.filter(({ what }) => what === "refund").map(({ text }) => text);
  expect(texts.toSorted()).toEqual([
    "Refund Back-R7 of ₹500.00 was asked for by administrator.",
    expect.stringMatching(/^Refund Back-R7 of ₹500\.00: nobody knows whether it was done/),
  ]);
});
