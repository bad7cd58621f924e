// Held money: let go once, whoever asks and however often, and of the order that is meant.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { turn } from "../sandbox/gateway";
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
import { capture, gatewayBooks, heldOrder, inr, moves, voidOrder } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

describe.each(["guide", "reference"] as const)("under the contract %s", (contract) => {
  beforeEach(() => speak(contract));

  test("of ten voids at the same moment one is sent, and all get its outcome", async () => {
    const { order_id } = await heldOrder();
    const answers = await Promise.all(Array.from({ length: 10 }, () => voidOrder(order_id)));
    const [first] = answers;
    expect(first).toMatchObject({ status: 201, body: { outcome: "done" } });
    for (const answer of answers) expect(answer).toEqual(first);
    expect(await moves()).toBe(1);
  });

  test("a void and a capture at the same moment: one is done and the other is refused", async () => {
    const { order_id } = await heldOrder();
    const answers = await Promise.all([voidOrder(order_id), capture(order_id, "take-1")]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    const { authorized, captured } = (await gatewayBooks()).totals[order_id] ?? {};
    expect(authorized).toBe(0);
    expect([0, 150_000]).toContain(captured);
    expect(await moves()).toBe(1);
  });

  test.each([
    ["void", true, 1],
    ["void", false, 2],
    ["capture", true, 1],
    ["capture", false, 2],
  ] as const)(
    "a %s whose answer is lost is found by reading (done: %s) and sent so often: %i",
    async (kind, after_work, sends) => {
      const { order_id } = await heldOrder();
      const operation = kind === "void" ? "order.cancel" : "order.capture";
      await turn({ answers: [{ operation, status: 500, after_work }] });
      const ask = () => (kind === "void" ? voidOrder(order_id) : capture(order_id, "take-1"));
      expect(await ask()).toMatchObject({ status: 202, body: { outcome: "unknown" } });
      for (const minutes of [1, 2, 15]) {
        pass(minutes * MINUTE);
        await ring(order_id);
      }
      expect(await ask()).toMatchObject({ status: 201, body: { outcome: "done", sends } });
      expect(await moves()).toBe(sends);
    },
  );

  test("a void that the gateway refused may be asked for again", async () => {
    const { order_id } = await heldOrder();
    const body = JSON.stringify({ code: "INVALID_REQUEST", message: "Not today" });
    await turn({ answers: [{ operation: "order.cancel", status: 400, body }] });
    expect(await voidOrder(order_id)).toMatchObject({
      status: 422,
      body: { code: "gateway_refused", detail: "Not today" },
    });
    expect(await voidOrder(order_id)).toMatchObject({ status: 201, body: { outcome: "done" } });
  });
});

describe("two gateway orders of one link that hold money", () => {
  /** A link, and its two orders that hold ₹600 and ₹900. */
  async function twice() {
    await turn({ second_part: "new_order" });
    const { link_id, order_id } = await createLink({
      pre_auth: true,
      part_payment: true,
      allowed_payment_methods: ["CARD"],
    });
    await atGateway(link_id, "authorize", { amount: 60_000 });
    const second = await atGateway(link_id, "authorize", { amount: 90_000 });
    const other = second.order.order_id;
    await deliverWebhooks();
    await settle(order_id, other, link_id);
    return { link_id, order_id, other };
  }

  test("have to be named, each in the address", async () => {
    const { link_id, order_id, other } = await twice();
    for (const door of [() => capture(link_id, "take-1"), () => voidOrder(link_id)]) {
      expect(await door()).toMatchObject({
        status: 422,
        body: { code: "order_ambiguous", order_ids: expect.arrayContaining([order_id, other]) },
      });
    }
    expect(await moves()).toBe(0);
    expect(await capture(other, "take-1")).toMatchObject({
      status: 201,
      body: { order_id: other, amount: inr(90_000) },
    });
    expect(await voidOrder(order_id)).toMatchObject({
      status: 201,
      body: { order_id, amount: inr(60_000) },
    });
    expect(await order(link_id)).toMatchObject({ captured: inr(90_000), released: inr(60_000) });
  });

  test("are voided one after the other, and a repeat answers for the one that it names", async () => {
    const { order_id, other } = await twice();
    const first = await voidOrder(order_id);
    const second = await voidOrder(other);
    expect([first.body.order_id, second.body.order_id]).toEqual([order_id, other]);
    expect(await voidOrder(order_id)).toEqual(first);
    expect(await voidOrder(other)).toEqual(second);
    expect(await moves()).toBe(2);
  });

  test("of which one was voided and the other captured: the void says to refund", async () => {
    const { link_id, order_id, other } = await twice();
    await voidOrder(order_id);
    await capture(other, "take-1");
    expect(await voidOrder(link_id)).toMatchObject({
      status: 422,
      body: { code: "already_captured" },
    });
  });
});

test("what was delivered while its money was held and is voided then was given away, and it is said", async () => {
  const { order_id } = await heldOrder();
  const ticked = await api("PUT", `/v1/orders/${order_id}/checklist/fulfill`, {});
  expect(ticked.status).toBe(200);
  expect(await voidOrder(order_id)).toMatchObject({ status: 201 });
  await settle(order_id);
  const { stage, discrepancies } = await order(order_id);
  expect(stage).toBe("voided");
  const given = discrepancies.filter(({ type }) => type === "delivered_unpaid");
  expect(given).toMatchObject([{ subject: "", amount: 150_000, closed_at: null }]);
});
