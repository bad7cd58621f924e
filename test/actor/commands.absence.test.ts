// Refunds of unknown outcome that once moved money twice, freed money that was gone, or never ended:
// what proves that a refund is not there, and what does not.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOUR } from "../../src/domain/schedule";
import { readOrder, turn } from "../sandbox/gateway";
import { closeHouse, deliverWebhooks, openHouse, order, pass, ring, settle, speak } from "./house";
import {
  decide,
  inDashboard,
  inr,
  movedUnder,
  paidOrder,
  readThrice,
  refund,
  requests,
} from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

const amount = inr(50_000);
/** The gateway works, and its answer is lost. */
const lost = { operation: "refund.create", status: 500, after_work: true };
/** Nothing tells of a refund but its own id; and its reference is no key. */
const hidden = {
  duplicate_refund: "second",
  refunds_on_parent: false,
  hide_references: -1,
  webhooks: { drop: true },
};

describe("a reference that the facts show from the dashboard", () => {
  async function used(): Promise<string> {
    const { order_id } = await paidOrder();
    await turn({ duplicate_refund: "second" });
    await inDashboard(order_id, "refund", { amount: 50_000, reference: "back-1" });
    await deliverWebhooks();
    await settle(order_id);
    return order_id;
  }

  test("is refused, and nothing is sent", async () => {
    const order_id = await used();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => refund(order_id, "back-1", { amount })),
    );
    const codes = new Set(answers.map(({ status, body }) => `${status} ${body.code}`));
    expect([...codes]).toEqual(["409 reference_taken"]);
    expect(await requests("refund.create")).toBe(0);
    expect(await movedUnder("back-1")).toBe(1);
  });

  test("hides nothing of another refund at the same moment", async () => {
    const order_id = await used();
    const much = { amount: inr(100_000) };
    const both = [refund(order_id, "back-1", much), refund(order_id, "back-2", much)];
    const answers = await Promise.all(both);
    expect(answers.map(({ status }) => status)).toEqual([409, 201]);
    expect(await requests("refund.create")).toBe(1);
    expect(await order(order_id)).toMatchObject({ refundable: inr(0), refunded: inr(150_000) });
  });

  test("is refused too where the gateway would refuse it, and never shown as done", async () => {
    const order_id = await used();
    await turn({ refunds: "refuse" });
    const much = { amount: inr(100_000) };
    expect(await refund(order_id, "back-1", much)).toMatchObject({
      status: 409,
      body: { code: "reference_taken" },
    });
  });
});

describe("a proxy's 401 after the work", () => {
  const page = { operation: "refund.create", status: 401, after_work: true, body: "<html>" };

  test("repeats nothing: the outcome is unknown, and found by reading", async () => {
    const { order_id } = await paidOrder();
    await turn({ duplicate_refund: "second", answers: [page] });
    const asked = await refund(order_id, "back-1", { amount });
    expect(asked).toMatchObject({ status: 202, body: { outcome: "unknown", sends: 1 } });
    expect(await movedUnder("back-1")).toBe(1);
    pass(1_000);
    await ring(order_id);
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      status: 201,
      body: { outcome: "done", sends: 1 },
    });
    expect(await movedUnder("back-1")).toBe(1);
  });

  test("is no refusal where no new token is given either", async () => {
    const { order_id } = await paidOrder();
    await turn({ answers: [page, { operation: "token", status: 401, times: 5 }] });
    const asked = await refund(order_id, "back-1", { amount });
    expect(asked).toMatchObject({ status: 202, body: { outcome: "unknown" } });
    expect(await order(order_id)).toMatchObject({ refundable: inr(100_000) });
    for (let count = 0; count < 8; count += 1) {
      pass(HOUR);
      await ring(order_id);
    }
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({ status: 201 });
    expect(await movedUnder("back-1")).toBe(1);
  });
});

describe("a reading proves no absence", () => {
  /** It was sent once, and whoever can look decides. */
  async function expectNoSecondSend(order_id: string): Promise<void> {
    expect(await requests("refund.create")).toBe(1);
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      status: 202,
      body: { outcome: "needs_decision", sends: 1 },
    });
  }

  test("by a snapshot that is older than what is known of the order", async () => {
    await turn({ empty_refund_lists: true });
    const { order_id } = await paidOrder();
    await inDashboard(order_id, "refund", { amount: 10_000, reference: "theirs" });
    await deliverWebhooks();
    await settle(order_id);
    await turn({ ...hidden, refunds_on_parent: true, answers: [lost] });
    await refund(order_id, "back-1", { amount });
    await turn({ lag_order_snapshots: 4 });
    await readThrice(order_id);
    await expectNoSecondSend(order_id);
  });

  test("by a list that leaves out a refund that is known", async () => {
    const { order_id } = await paidOrder();
    await refund(order_id, "first", { amount: inr(10_000) });
    await inDashboard(order_id, "refund", { amount: 10_000, reference: "theirs" });
    await deliverWebhooks();
    await settle(order_id);
    // Of three refunds the list shows one: our first.
    await turn({ ...hidden, refunds_on_parent: true, refunds_lag: 2, answers: [lost] });
    await refund(order_id, "back-1", { amount });
    await readThrice(order_id);
    expect(await movedUnder("back-1")).toBe(1);
    expect(await requests("refund.create")).toBe(2);
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      body: { outcome: "needs_decision", sends: 1 },
    });
  });

  test("beside a later refund under another reference that nobody explains", async () => {
    const { order_id } = await paidOrder();
    await turn({ ...hidden, refunds_on_parent: true, answers: [lost] });
    await refund(order_id, "back-1", { amount });
    const wire = await readOrder(order_id);
    const refunds = wire.refunds.map((one) => ({ ...one, merchant_order_reference: "theirs-77" }));
    const body = JSON.stringify({ data: { ...wire, refunds } });
    await turn({ answers: [{ operation: "order.get", status: 200, times: -1, body }] });
    await readThrice(order_id);
    await expectNoSecondSend(order_id);
  });

  test("by the reference of another order's refund, where a reference is no key", async () => {
    const [theirs, ours] = [await paidOrder(), await paidOrder()];
    await turn({ ...hidden, hide_references: 0, refunds: "pending", answers: [lost] });
    await refund(ours.order_id, "back-1", { amount });
    await inDashboard(theirs.order_id, "refund", { amount: 10_000, reference: "back-1" });
    await readThrice(ours.order_id);
    await expectNoSecondSend(ours.order_id);
    expect(await order(ours.order_id)).toMatchObject({ refundable: inr(100_000) });
  });

  test("by the refusal of a later send, where the order lists no refunds", async () => {
    const { order_id } = await paidOrder();
    await turn({ ...hidden, refunds: "pending", answers: [lost] });
    await refund(order_id, "back-1", { amount });
    await readThrice(order_id);
    await expectNoSecondSend(order_id);
    await turn({ refunds: "refuse" });
    const again = await decide(order_id, "refund/back-1", "send_again");
    expect(again).toMatchObject({ status: 200, body: { outcome: "unknown", sends: 2 } });
    await readThrice(order_id);
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      status: 202,
      body: { outcome: "needs_decision" },
    });
    expect(await order(order_id)).toMatchObject({ refundable: inr(100_000) });
  });
});

test("a refund that is shown in another currency keeps what was asked for", async () => {
  await speak("reference");
  const { order_id } = await paidOrder();
  const shown = {
    order_id: "v1-310115060000-aa-Dollar",
    parent_order_id: order_id,
    merchant_order_reference: "back-1",
    type: "REFUND",
    order_amount: { value: 1_200, currency: "USD" },
    status: "PENDING",
  };
  const body = JSON.stringify({ data: shown });
  await turn({ answers: [{ operation: "refund.create", status: 200, body }] });
  expect((await refund(order_id, "back-1", { amount })).body.outcome).toBe("pending");
  expect(await order(order_id)).toMatchObject({ refundable: inr(100_000) });
});

test("of an order that was refunded in part, and nobody knows how much, not all may be asked for", async () => {
  const { order_id } = await paidOrder();
  await turn({ refunds_on_parent: false, webhooks: { drop: true } });
  await inDashboard(order_id, "refund", { amount: 50_000, reference: "theirs" });
  expect(await refund(order_id, "back-1", { amount: inr(150_000) })).toMatchObject({
    status: 422,
    body: { code: "refund_exceeds_captured", refundable: inr(149_900) },
  });
  expect(await requests("refund.create")).toBe(0);
});

describe("a command that no reading tells of", () => {
  test("is the operator's after hours in which the gateway refused to tell", async () => {
    const { order_id } = await paidOrder();
    const untold = { operation: "order.get_by_reference", status: 422, times: -1 };
    await turn({ answers: [{ operation: "refund.create", status: 500 }, untold] });
    await refund(order_id, "back-1", { amount });
    for (let count = 0; count < 16; count += 1) {
      pass(HOUR);
      await ring(order_id);
    }
    const waiting = await refund(order_id, "back-1", { amount });
    expect(waiting).toMatchObject({ status: 202, body: { outcome: "needs_decision", sends: 1 } });
    expect(await decide(order_id, "refund/back-1", "not_done")).toMatchObject({
      status: 200,
      body: { outcome: "refused" },
    });
    expect(await order(order_id)).toMatchObject({ refundable: inr(150_000) });
  });

  test("is not pending for ever where its answer named no readable id", async () => {
    const { order_id } = await paidOrder();
    const refunds = [{ merchant_refund_reference: "back-1", status: "PENDING" }];
    const body = JSON.stringify({ order_id, refunds });
    await turn({ answers: [{ operation: "refund.create", status: 200, body }] });
    const asked = await refund(order_id, "back-1", { amount });
    expect(asked).toMatchObject({ status: 202, body: { outcome: "unknown" } });
    await readThrice(order_id);
    expect((await refund(order_id, "back-1", { amount })).body.outcome).toBe("needs_decision");
    expect((await decide(order_id, "refund/back-1", "not_done")).status).toBe(200);
  });

  test("is found by reading where its answer named no readable id", async () => {
    const { order_id } = await paidOrder();
    const refunds = [{ merchant_refund_reference: "back-1", status: "PENDING" }];
    const body = JSON.stringify({ order_id, refunds });
    await turn({ answers: [{ ...lost, status: 200, body }] });
    expect((await refund(order_id, "back-1", { amount })).body.outcome).toBe("unknown");
    pass(1_000);
    await ring(order_id);
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      status: 201,
      body: { outcome: "done" },
    });
  });
});
