// What can not be asked for, and what the answer says to do instead: the wrong moment, the wrong
// contract, split money, and several gateway orders of one link.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { createLink as linkAtGateway, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
  speak,
} from "./house";
import {
  capture,
  gatewayBooks,
  heldOrder,
  inr,
  moves,
  paidOrder,
  refund,
  voidOrder,
} from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

describe("what is asked for at the wrong moment says what to do instead:", () => {
  test.each([
    ["a refund of held money", heldOrder, refund, "void_instead", /void/],
    ["a refund of an order that nobody paid", createLink, refund, "nothing_captured", /captured/],
    ["a void of taken money", paidOrder, voidOrder, "already_captured", /refund/],
    ["a capture of taken money", paidOrder, capture, "already_captured", /refund/],
    ["a void of an order that nobody paid", createLink, voidOrder, "not_authorized", /held/],
    ["a capture of an order that nobody paid", createLink, capture, "not_authorized", /held/],
  ] as const)("%s", async (_, make, door, code, advice) => {
    const { order_id } = await make();
    const answer = await door(order_id, "x-1");
    expect(answer).toMatchObject({ status: 422, body: { code } });
    expect(answer.body.detail).toMatch(advice);
    expect(await moves()).toBe(0);
  });

  test("a void of what we captured", async () => {
    const { order_id } = await heldOrder();
    await capture(order_id, "take-1");
    const answer = await voidOrder(order_id);
    expect(answer).toMatchObject({ status: 422, body: { code: "already_captured" } });
    expect(answer.body.detail).toMatch(/refund/);
  });

  test("a capture of more than is held", async () => {
    const { order_id } = await heldOrder();
    expect(await capture(order_id, "take-1", { amount: inr(150_001) })).toMatchObject({
      status: 422,
      body: { code: "capture_exceeds_authorized", authorized: inr(150_000) },
    });
  });

  test("a capture while a void is not over", async () => {
    const { order_id } = await heldOrder();
    await turn({ answers: [{ operation: "order.cancel", status: 500 }] });
    const asked = await voidOrder(order_id);
    expect(asked).toMatchObject({ status: 202, body: { outcome: "unknown" } });
    expect(await capture(order_id, "take-1")).toMatchObject({
      status: 409,
      body: { code: "command_in_progress", kind: "void", reference: asked.body.reference },
    });
  });

  test("a refund of a payment that the order does not have, or of more than it has left", async () => {
    const { order_id } = await paidOrder();
    const [payment] = (await order(order_id)).payments;
    const payment_id = payment?.id ?? "";
    expect(await refund(order_id, "back-1", { payment_id: "nobody" })).toMatchObject({
      status: 422,
      body: { code: "payment_unknown" },
    });
    const amount = inr(100_000);
    expect((await refund(order_id, "back-2", { payment_id, amount })).status).toBe(201);
    const rest = await refund(order_id, "back-3", { payment_id });
    expect(rest).toMatchObject({ status: 201, body: { amount: inr(50_000), payment_id } });
  });
});

describe("a command that says what its caller saw", () => {
  test("is one of two that were asked for on the same sight, and its repeat is answered", async () => {
    const { order_id } = await paidOrder();
    const seen = { amount: inr(50_000), expect: { refundable: inr(150_000) } };
    const both = await Promise.all([
      refund(order_id, "mine", seen),
      refund(order_id, "a-colleagues", seen),
    ]);
    const refused = both.find(({ status }) => status !== 201);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "order_changed", now: inr(100_000) },
    });
    const done = both[0] === refused ? "a-colleagues" : "mine";
    expect(await refund(order_id, done, seen)).toMatchObject({ status: 201 });
    expect(await moves()).toBe(1);
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 50_000 });
  });

  test("leaves its reference free where that was another", async () => {
    const { order_id } = await heldOrder();
    const other = { authorized: inr(140_000) };
    expect(await capture(order_id, "take-1", { expect: other })).toMatchObject({
      status: 409,
      body: { code: "order_changed", now: inr(150_000) },
    });
    expect(await api("POST", `/v1/orders/${order_id}/void`, { expect: other })).toMatchObject({
      status: 409,
      body: { code: "order_changed" },
    });
    expect(await moves()).toBe(0);
    const seen = { expect: { authorized: inr(150_000) } };
    expect((await capture(order_id, "take-1", seen)).status).toBe(201);
    expect((await capture(order_id, "take-1", seen)).status).toBe(201);
    expect(await moves()).toBe(1);
  });

  test("finds a void that was asked for before, whatever it expects", async () => {
    const { order_id } = await heldOrder();
    const seen = { expect: { authorized: inr(150_000) } };
    await api("POST", `/v1/orders/${order_id}/void`, seen);
    const again = await api("POST", `/v1/orders/${order_id}/void`, seen);
    expect(again).toMatchObject({ status: 201, body: { outcome: "done" } });
    expect(await moves()).toBe(1);
  });
});

describe("an account that speaks the other contract", () => {
  test.each([
    ["refund", "guide", "reference"],
    ["refund", "reference", "guide"],
    ["capture", "guide", "reference"],
    ["capture", "reference", "guide"],
  ] as const)("refuses a %s by %s and the answer names the setting", async (kind, ours, theirs) => {
    await speak(ours);
    const { order_id } = await (kind === "refund" ? paidOrder() : heldOrder());
    await turn({ contract: theirs });
    const answer = await (kind === "refund" ? refund : capture)(order_id, "x-1");
    expect(answer).toMatchObject({ status: 422, body: { code: "gateway_refused" } });
    expect(answer.body.detail).toContain(`set PINELABS_CONTRACT to ${theirs}`);
    // Neither contract is ever tried after the other.
    expect(await moves()).toBe(1);
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 0 });
  });
});

describe.each(["guide", "reference"] as const)("split money under %s", (contract) => {
  beforeEach(() => speak(contract));

  const part = (split_merchant_id: string, value: number) => ({
    split_merchant_id,
    amount: inr(value),
  });
  const split = (...split_details: readonly object[]) => ({ split_type: "AMOUNT", split_details });
  const shared = () => paidOrder({ split_info: split(part("7", 100_000), part("8", 50_000)) });

  test.each([
    ["all of it repeats the split", {}, 201],
    [
      "a part brings its own",
      { amount: inr(30_000), split_info: split(part("7", 20_000), part("8", 10_000)) },
      201,
    ],
    [
      "a part of a part may be less than a rupee, or nothing",
      { amount: inr(150), split_info: split(part("7", 150), part("8", 0)) },
      201,
    ],
    ["a part without one", { amount: inr(30_000) }, "split_info_required"],
    [
      "one that does not add up",
      { amount: inr(30_000), split_info: split(part("7", 20_000)) },
      "split_info_differs",
    ],
  ] as const)("%s", async (_, change, expected) => {
    const { order_id } = await shared();
    const answer = await refund(order_id, "back-1", change);
    expect(answer.body.code ?? answer.status).toBe(expected);
    const returned = expected === 201 ? (answer.body.amount?.value ?? 0) : 0;
    expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: returned });
  });

  test("of an order that is not split is refused", async () => {
    const { order_id } = await paidOrder();
    const split_info = split(part("7", 150_000));
    expect(await refund(order_id, "back-1", { split_info })).toMatchObject({
      status: 422,
      body: { code: "split_info_unexpected" },
    });
  });
});

describe("several gateway orders of one link", () => {
  test("are refunded each by itself: together only one by one", async () => {
    await turn({ second_part: "new_order" });
    const { order_id, link_id } = await createLink({ part_payment: true });
    await atGateway(link_id, "pay", { amount: 60_000 });
    const second = await atGateway(link_id, "pay", { amount: 90_000 });
    const other = second.order.order_id;
    await deliverWebhooks();
    await settle(order_id, other, link_id);
    for (const amount of [undefined, inr(100_000)]) {
      const much = await refund(link_id, "back-1", { amount });
      expect(much).toMatchObject({ status: 422, body: { code: "refund_spans_orders" } });
      expect(much.body["orders"]).toHaveLength(2);
    }
    const fits = await refund(link_id, "back-1", { amount: inr(80_000) });
    expect(fits).toMatchObject({ status: 201, body: { order_id: other } });
    const rest = await refund(link_id, "back-2", { amount: inr(60_000) });
    expect(rest).toMatchObject({ status: 201, body: { order_id } });
  });

  test("move no money until each has handed over what it knows", async () => {
    await turn({ second_part: "new_order" });
    const { order_id, link_id } = await createLink({ part_payment: true });
    await atGateway(link_id, "pay", { amount: 60_000 });
    await deliverWebhooks();
    await settle(order_id, link_id);
    const second = await atGateway(link_id, "pay", { amount: 90_000 });
    await deliverWebhooks();
    faults.absorb = (home) => home === order_id;
    await settle(second.order.order_id);
    const payment_id = `${second.order.payments[0]?.id}`;
    const early = await refund(link_id, "back-1", { amount: inr(100), payment_id });
    expect(early).toMatchObject({ status: 503, body: { code: "order_unsettled" } });
    expect(await moves()).toBe(0);
    expect((await refund(link_id, "back-2", { amount: inr(100) })).body).toMatchObject({
      order_id,
    });
    faults.absorb = null;
    const late = await refund(link_id, "back-1", { amount: inr(100), payment_id });
    expect(late.body).toMatchObject({ order_id: second.order.order_id });
  });

  test("stay apart while one has a command that is not over, and then know all commands", async () => {
    await turn({ second_part: "new_order", order_reference: "random" });
    const { payment_link_id } = await linkAtGateway({ part_payment: true });
    const one = await atGateway(payment_link_id, "pay", { amount: 60_000 });
    const two = await atGateway(payment_link_id, "pay", { amount: 40_000 });
    const ids = [one.order.order_id, two.order.order_id] as const;
    // Nothing names their link yet: each speaks for itself.
    for (const id of ids) {
      await api("POST", `/v1/orders/${id}/refresh`);
      await settle(id);
    }
    await turn({ answers: [{ operation: "refund.create", status: 500 }] });
    expect((await refund(ids[1], "back-2")).status).toBe(202);
    for (const order_id of ids) {
      const data = { payment_link_id, order_id, status: "PROCESSED", amount: inr(100_000) };
      await postWebhook({ event: "payment_link.processed", data });
      await settle(order_id, payment_link_id);
    }
    const unsettled = { status: 503, body: { code: "order_unsettled" } };
    expect(await refund(ids[0], "back-1")).toMatchObject(unsettled);
    expect(await refund(ids[1], "back-3")).toMatchObject(unsettled);
    expect(await moves()).toBe(1);
    for (const minutes of [2, 15]) {
      pass(minutes * MINUTE);
      await ring(ids[1]);
    }
    const decision = `/v1/orders/${ids[1]}/commands/refund/back-2/decision`;
    await api("POST", decision, { decision: "not_done", reason: "not in the dashboard" });
    await settle(...ids, payment_link_id);
    expect(await refund(ids[0], "back-1", { amount: inr(60_000) })).toMatchObject({ status: 201 });
    for (const id of ids) {
      const listed = await api<{ readonly data: readonly { readonly reference: string }[] }>(
        "GET",
        `/v1/orders/${id}/commands`,
      );
      const references = listed.body.data.map(({ reference }) => reference);
      expect(references.toSorted()).toEqual(["back-1", "back-2"]);
    }
  });
});
