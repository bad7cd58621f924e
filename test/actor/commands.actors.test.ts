// What once went wrong between actors and in their alarms: money of orders that do not hand over, and
// jobs that rang for ever.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { MINUTE } from "../../src/domain/schedule";
import { readOrder, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import {
  api,
  armed,
  atGateway,
  closeHouse,
  createLink,
  deliverWebhooks,
  openHouse,
  order,
  pass,
  ring,
  settle,
} from "./house";
import { inr, moves, paidOrder, refund, requests } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

const amount = inr(50_000);

describe("an order of the link that does not hand over", () => {
  test("stops its own money and every sum, and no other's", async () => {
    await turn({ second_part: "new_order" });
    const { link_id, order_id } = await createLink({ part_payment: true });
    await atGateway(link_id, "pay", { amount: 50_000 });
    await deliverWebhooks();
    await settle(order_id, link_id);
    const second = (await atGateway(link_id, "pay", { amount: 100_000 })).order.order_id;
    await deliverWebhooks();
    faults.absorb = (home) => home === order_id;
    await settle(second);
    const unsettled = { status: 503, body: { code: "order_unsettled" } };
    expect(await refund(order_id, "theirs", { amount: inr(60_000) })).toMatchObject(unsettled);
    expect(await refund(order_id, "all")).toMatchObject(unsettled);
    expect(await refund(order_id, "ours", { amount: inr(10_000) })).toMatchObject({
      status: 201,
      body: { order_id },
    });
    faults.absorb = null;
    expect((await refund(order_id, "theirs", { amount: inr(60_000) })).body.order_id).toBe(second);
  });

  test("because it is a home itself keeps its money to itself", async () => {
    const ours = await paidOrder();
    const theirs = await paidOrder();
    expect(await orderActor(env, theirs.order_id).meetHome(ours.order_id)).toBe("other_home");
    expect((await order(theirs.order_id)).id).toBe(theirs.order_id);
    // Our link says that it was paid by their order.
    const wire = await api<{ readonly link: object }>("GET", `/v1/orders/${ours.order_id}`);
    const link = { ...wire.body.link, order_id: theirs.order_id, status: "PROCESSED" };
    await turn({
      answers: [{ operation: "link.get", status: 200, times: -1, body: JSON.stringify(link) }],
    });
    await api("POST", `/v1/orders/${ours.order_id}/refresh`);
    await settle(ours.order_id, theirs.order_id);
    const payment_id = (await readOrder(theirs.order_id)).payments[0]?.id;
    expect(await refund(ours.order_id, "back-1", { payment_id })).toMatchObject({
      status: 503,
      body: { code: "order_unsettled" },
    });
    expect(await moves()).toBe(0);
    await turn({ answers: [] });
    expect((await refund(theirs.order_id, "back-1")).body.order_id).toBe(theirs.order_id);
  });
});

describe("a bug of ours", () => {
  /** Commits of this actor that this function of ours asks for fail. */
  function strike(order_id: string, where: string): void {
    faults.storage = (actor, statement) =>
      actor === order_id &&
      statement === "COMMIT" &&
      (new Error("where").stack?.includes(where) ?? false);
  }

  test("after a second send does not ring for ever", async () => {
    const { order_id } = await paidOrder();
    await turn({
      empty_refund_lists: true,
      answers: [{ operation: "refund.create", status: 500 }],
    });
    await refund(order_id, "back-1", { amount });
    for (const minutes of [1, 2]) {
      pass(minutes * MINUTE);
      await ring(order_id);
    }
    pass(15 * MINUTE);
    strike(order_id, "sendAndKeep");
    await ring(order_id);
    faults.storage = null;
    expect(await requests("refund.create")).toBe(2);
    pass(2_001);
    let rings = 0;
    while (rings < 30 && (await ring(order_id))) {
      rings += 1;
      if (((await armed(order_id)) ?? Infinity) > Date.now()) break;
    }
    expect(rings).toBeLessThan(30);
    expect((await armed(order_id)) ?? Infinity).toBeGreaterThan(Date.now());
    pass(2 * MINUTE);
    await ring(order_id);
    expect(await refund(order_id, "back-1", { amount })).toMatchObject({
      status: 201,
      body: { outcome: "done", sends: 2 },
    });
  });

  test("in reading a command is tried more and more rarely", async () => {
    const { order_id } = await paidOrder();
    await turn({ answers: [{ operation: "refund.create", status: 500 }] });
    await refund(order_id, "back-1", { amount });
    strike(order_id, "readCommand");
    for (let count = 0; count < 120; count += 1) {
      pass(1_000);
      await ring(order_id);
    }
    faults.storage = null;
    expect(await requests("order.get_by_reference")).toBe(2);
    const next = (await refund(order_id, "back-1", { amount })).body.next_reading_at;
    expect(Date.parse(next ?? "")).toBeGreaterThan(Date.now());
  });
});
