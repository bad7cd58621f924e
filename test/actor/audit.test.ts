// Who asked for money and who decided: each once, whatever happens to D1, to the request or to the
// home of the order.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { createLink as linkAtGateway, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import {
  api,
  atGateway,
  closeHouse,
  crash,
  holdGateway,
  holdLedger,
  mend,
  openHouse,
  order,
  pass,
  postWebhook,
  ring,
  settle,
} from "./house";
import { capture, heldOrder, inr, paidOrder, refund, voidOrder } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

interface Line {
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly kind: string;
  readonly reference: string;
  readonly order_id: string;
  readonly amount: { readonly value: number };
  readonly reason: string | null;
  readonly decision: string | null;
}

async function linesOf(order_id: string): Promise<readonly Line[]> {
  const path = `/v1/audit?order_id=${order_id}`;
  const listed = await api<{ readonly data: readonly Line[] }>("GET", path);
  expect(listed.status).toBe(200);
  return listed.body.data;
}

/** "action reference", newest first. */
async function told(order_id: string): Promise<readonly string[]> {
  return (await linesOf(order_id)).map(({ action, reference }) => `${action} ${reference}`);
}

/** A refund that nobody can read the outcome of. */
async function undecided(): Promise<string> {
  const { order_id } = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 500 }] });
  await refund(order_id, "back-1");
  for (const minutes of [1, 2, 15]) {
    pass(minutes * MINUTE);
    await ring(order_id);
  }
  return order_id;
}

describe("the audit has one line for", () => {
  test("a refund, with who asked, for what, and why", async () => {
    const { order_id } = await paidOrder();
    await refund(order_id, "back-1", { amount: inr(50_000), reason: "torn seam" });
    await settle(order_id);
    expect(await linesOf(order_id)).toEqual([
      {
        at: expect.stringMatching(/^2031-01-15T06:00:\d\d/),
        by: "administrator",
        action: "refund",
        kind: "refund",
        reference: "back-1",
        order_id,
        amount: inr(50_000),
        reason: "torn seam",
        decision: null,
      },
    ]);
  });

  test("a capture", async () => {
    const { order_id } = await heldOrder();
    await capture(order_id, "take-1");
    await settle(order_id);
    expect(await told(order_id)).toEqual(["capture take-1"]);
  });

  test("a void, however often it is asked for", async () => {
    const { order_id } = await heldOrder();
    const first = await voidOrder(order_id);
    await voidOrder(order_id);
    await settle(order_id);
    expect(await told(order_id)).toEqual([`void ${first.body.reference}`]);
  });

  test.each(["done", "not_done", "send_again"])("the decision %s", async (decision) => {
    const order_id = await undecided();
    const path = `/v1/orders/${order_id}/commands/refund/back-1/decision`;
    await api("POST", path, { decision, reason: "seen in the dashboard" });
    await settle(order_id);
    const [newest, ...rest] = await linesOf(order_id);
    expect(newest).toMatchObject({
      by: "administrator",
      action: "decision",
      kind: "refund",
      reference: "back-1",
      amount: inr(150_000),
      reason: "seen in the dashboard",
      decision,
    });
    expect(rest.map(({ action }) => action)).toEqual(["refund"]);
  });
});

describe("nothing doubles a line:", () => {
  test("not the same request again, also while it is on its way", async () => {
    const { order_id } = await paidOrder();
    const held = holdGateway(/POST .*refund/);
    const both = [refund(order_id, "back-1"), refund(order_id, "back-1")];
    await held.arrived();
    held.release();
    await Promise.all(both);
    await refund(order_id, "back-1");
    await settle(order_id);
    expect(await told(order_id)).toEqual(["refund back-1"]);
  });

  test.each(["throw", "lost_answer"] as const)("not a D1 that does %s", async (how) => {
    const { order_id } = await paidOrder();
    faults.d1 = how;
    await refund(order_id, "back-1");
    await settle(order_id);
    mend();
    pass(MINUTE);
    await settle(order_id);
    expect(await told(order_id)).toEqual(["refund back-1"]);
  });

  test("not a crash after which the batch is sent again", async () => {
    const { order_id } = await paidOrder();
    faults.d1 = "lost_answer";
    await refund(order_id, "back-1");
    pass(2_000);
    await ring(order_id);
    await crash();
    mend();
    pass(MINUTE);
    await settle(order_id);
    expect(await told(order_id)).toEqual(["refund back-1"]);
  });

  test("not a line that is added while the batch is on its way", async () => {
    const { order_id } = await paidOrder();
    await refund(order_id, "back-1", { amount: inr(10_000) });
    const held = holdLedger();
    pass(2_000);
    const rang = ring(order_id);
    await held.arrived();
    await refund(order_id, "back-2", { amount: inr(20_000) });
    held.release();
    await rang;
    mend();
    await settle(order_id);
    expect(await told(order_id)).toEqual(["refund back-2", "refund back-1"]);
  });

  test("not an order that becomes an alias and hands its commands over", async () => {
    await turn({ second_part: "new_order", order_reference: "random" });
    const { payment_link_id } = await linkAtGateway({ part_payment: true });
    const first = await atGateway(payment_link_id, "pay", { amount: 60_000 });
    const second = await atGateway(payment_link_id, "pay", { amount: 40_000 });
    const orders = [first.order.order_id, second.order.order_id];
    // Nothing names their link yet: each speaks for itself.
    for (const id of orders) {
      await api("POST", `/v1/orders/${id}/refresh`);
      await settle(id);
      expect((await refund(id, `back-${id.slice(-6)}`)).status).toBe(201);
      await settle(id);
    }
    const amount = inr(100_000);
    for (const order_id of orders) {
      const data = { payment_link_id, order_id, status: "PROCESSED", amount };
      await postWebhook({ event: "payment_link.processed", data });
      await settle(order_id, payment_link_id);
    }
    await settle(...orders, payment_link_id);
    const home = await order(payment_link_id);
    expect(home.order_ids.toSorted()).toEqual(orders.toSorted());
    expect(home.refunds).toHaveLength(2);
    for (const id of orders) expect(await told(id)).toEqual([`refund back-${id.slice(-6)}`]);
  });

  test("and no line is missing after more commands than one batch has room for", async () => {
    const { order_id } = await paidOrder();
    const references = Array.from({ length: 45 }, (_, n) => `back-${n + 1}`);
    for (const reference of references) await refund(order_id, reference, { amount: inr(100) });
    await settle(order_id);
    expect(await told(order_id)).toEqual(references.toReversed().map((one) => `refund ${one}`));
  });
});

test("what was refused before anything was sent has no line", async () => {
  const { order_id } = await paidOrder();
  expect((await refund(order_id, "back-1", { amount: inr(150_001) })).status).toBe(422);
  await settle(order_id);
  expect(await told(order_id)).toEqual([]);
});

test("a request that never left has its line, and has another when it is asked again", async () => {
  const { order_id } = await paidOrder();
  await turn({
    answers: [
      { operation: "refund.create", status: 401 },
      { operation: "token", status: 500, times: -1 },
    ],
  });
  expect((await refund(order_id, "back-1")).status).toBe(503);
  await turn({ answers: [] });
  expect((await refund(order_id, "back-1")).status).toBe(201);
  await settle(order_id);
  expect(await told(order_id)).toEqual(["refund back-1", "refund back-1"]);
});
