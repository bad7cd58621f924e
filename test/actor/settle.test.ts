// An order and the lines of settlement reports that name it: what it records, what it asks first, and
// what it says afterwards.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderActor } from "../../src/actor/peers";
import { inr } from "../../src/domain/money";
import { ask, turn } from "../sandbox/gateway";
import { faults } from "../worker";
import { orderEvent, paidEvent } from "./events";
import {
  atGateway,
  closeHouse,
  createLink,
  openHouse,
  order,
  postWebhook,
  settle,
  tables,
  told,
} from "./house";
import { paidOrder, refund } from "./money";
import {
  attributions,
  calls,
  gatewayPayment,
  give,
  line,
  lines,
  paymentOf,
  timeline,
  UTR,
} from "./settling";

beforeEach(openHouse);
afterEach(closeHouse);

describe("a line of a payment that is known", () => {
  test("is recorded with its gross, deductions and net, and told once", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    expect(await order(order_id)).toMatchObject({ settlement: { stage: "captured", utrs: [] } });
    const before = await calls();
    const answer = await give(order_id, lines(payment, [line(150_000)]));
    expect(answer).toMatchObject({
      kind: "found",
      value: { ok: true, value: [{ role: "payment", payment_id: payment, order_id, ours: true }] },
    });
    expect(await calls()).toBe(before);
    expect(await order(order_id)).toMatchObject({
      settlement: {
        stage: "completed",
        utrs: [UTR],
        gross: inr(150_000),
        deductions: inr(3_000),
        settled: inr(147_000),
        pending: inr(0),
        unexplained: inr(0),
        lines: [{ utr: UTR, transaction_id: payment, role: "payment", completed: true }],
      },
      discrepancies: [],
    });
    expect(await told(order_id)).toContain(`order.settled|${UTR}`);
    expect(await timeline(order_id)).toContain(
      `Settlement ${UTR}: ₹1,500.00 less ₹30.00 of payment ${payment} is at the bank.`,
    );
  });

  test("given again, or by an older reading, changes nothing", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    const pending = line(150_000, { completed: false, settled_at: null });
    await give(order_id, lines(payment, [pending]));
    expect(await order(order_id)).toMatchObject({ settlement: { stage: "initiated" } });
    expect(await told(order_id)).not.toContain(`order.settled|${UTR}`);
    await give(order_id, lines(payment, [line(150_000)], { read: 2 }));
    const after = await order(order_id);
    await give(order_id, lines(payment, [line(150_000)], { read: 2 }));
    await give(order_id, lines(payment, [pending]));
    expect(await order(order_id)).toEqual(after);
    expect(after.settlement?.stage).toBe("completed");
  });

  test("is forgotten when a later reading does not have it any more", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    await give(order_id, lines(payment, [line(150_000)]));
    await give(order_id, lines(payment, [], { read: 2 }));
    expect(await order(order_id)).toMatchObject({ settlement: { stage: "captured", lines: [] } });
    expect(await timeline(order_id)).toContain(`Settlement ${UTR} no longer names ${payment}.`);
  });

  test("of another amount is a discrepancy until it is right", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    await give(order_id, lines(payment, [line(140_000)]));
    expect(await order(order_id)).toMatchObject({
      discrepancies: [
        {
          type: "amount_differs",
          subject: payment,
          ours: 150_000,
          theirs: 140_000,
          amount: 10_000,
        },
      ],
      settlement: { unexplained: inr(10_000) },
    });
    await give(order_id, lines(payment, [line(150_000)], { read: 2 }));
    const { discrepancies } = await order(order_id);
    expect(discrepancies).toMatchObject([{ type: "amount_differs" }]);
    expect(discrepancies[0]?.closed_at).not.toBeNull();
  });

  test("given to an alias goes to its home", async () => {
    const { order_id, link_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    expect(await give(link_id, lines(payment, [line(150_000)]))).toEqual({
      kind: "alias",
      home: order_id,
    });
  });
});

describe("a line that nobody expected", () => {
  test("adopts a payment whose webhooks were all lost, and says so", async () => {
    const made = await createLink();
    await atGateway(made.link_id, "pay", { instrument: "upi" });
    const payment = await gatewayPayment(made.order_id);
    expect(await order(made.link_id)).toMatchObject({ stage: "awaiting_payment", payments: [] });
    const answer = await give(made.order_id, lines(payment, [line(150_000)]));
    expect(attributions(answer)).toMatchObject([{ role: "payment", payment_id: payment }]);
    const view = await order(made.order_id);
    expect(view).toMatchObject({ stage: "paid", settlement: { stage: "completed" } });
    expect(await timeline(made.order_id)).toContain(
      `A settlement names ${payment}, which was not known like this: the gateway was asked.`,
    );
  });

  test("about an order that came without us has the origin settlement", async () => {
    const id = "v1-unheard-aa-9";
    const body = JSON.stringify({ data: paidEvent(id).data });
    await turn({ answers: [{ operation: "order.get", times: -1, status: 200, body }] });
    await give(id, lines(`${id}-up-a`, [line(50_000)]));
    expect(await order(id)).toMatchObject({
      origin: "settlement",
      stage: "paid",
      settlement: { stage: "completed" },
      discrepancies: [],
    });
  });

  test("and that the gateway does not know either leaves nothing behind", async () => {
    const id = "v1-nobody-aa-1";
    expect(await give(id, lines(`${id}-up-a`, [line(50_000)]))).toEqual({ kind: "absent" });
    expect(await tables(id)).toEqual([]);
  });

  test("waits while the gateway gives no answer, and is recorded later", async () => {
    const id = "v1-silent-aa-1";
    await postWebhook(orderEvent("ORDER_PENDING", { order_id: id, status: "PENDING" }));
    await settle(id);
    await turn({ answers: [{ operation: "order.get", times: -1, status: 500 }] });
    const failed = await give(id, lines(`${id}-up-a`, [line(50_000)]));
    expect(failed).toMatchObject({ kind: "found", value: { ok: false } });
    expect(await order(id)).toMatchObject({ settlement: null });
    const body = JSON.stringify({ data: paidEvent(id, { minute: 3 }).data });
    await turn({ answers: [{ operation: "order.get", times: -1, status: 200, body }] });
    await give(id, lines(`${id}-up-a`, [line(50_000)]));
    expect(await order(id)).toMatchObject({ stage: "paid", settlement: { stage: "completed" } });
  });

  test("for a payment that the gateway calls failed is settled_but_not_paid", async () => {
    const id = "v1-failed-aa-1";
    const failed = { order_id: id, status: "FAILED", payment: "FAILED" };
    await postWebhook(orderEvent("ORDER_FAILED", failed));
    await settle(id);
    const body = JSON.stringify({ data: orderEvent("", failed).data });
    await turn({ answers: [{ operation: "order.get", times: -1, status: 200, body }] });
    await give(id, lines(`${id}-up-a`, [line(50_000)]));
    expect(await order(id)).toMatchObject({
      stage: "failed",
      discrepancies: [{ type: "settled_but_not_paid", subject: `${id}-up-a`, amount: 50_000 }],
    });
  });

  test("of an id that the order does not have is not the order's", async () => {
    const { order_id } = await paidOrder();
    const answer = await give(order_id, lines(`${order_id}-zz-9`, [line(1_000)]));
    expect(attributions(answer)).toMatchObject([{ role: "unknown", payment_id: null }]);
    expect(await order(order_id)).toMatchObject({ settlement: { stage: "captured", lines: [] } });
  });
});

describe("what a transfer takes back", () => {
  test("is the refund that we know, without a question", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    await refund(order_id, "back-1", { amount: inr(50_000) });
    const before = await calls();
    await give(order_id, lines(payment, [line(150_000), line(-50_000)]));
    expect(await calls()).toBe(before);
    expect(await order(order_id)).toMatchObject({
      settlement: { settled: inr(97_000), pending: inr(0), unexplained: inr(0) },
      discrepancies: [],
    });
  });

  test("is asked about first when we know no refund: one made elsewhere is no chargeback", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    await ask("POST", `/sandbox/orders/${order_id}/refund`, { amount: 50_000 });
    await give(order_id, lines(payment, [line(150_000), line(-50_000)]));
    expect(await order(order_id)).toMatchObject({
      stage: "partially_refunded",
      settlement: { lines: [{ role: "payment" }, { role: "refund" }] },
      discrepancies: [],
    });
  });

  test("and that no refund explains is a chargeback", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    await give(order_id, lines(payment, [line(150_000), line(-150_000)]));
    expect(await order(order_id)).toMatchObject({
      stage: "paid",
      settlement: { recovered: inr(150_000) },
      discrepancies: [{ type: "chargeback", subject: payment, amount: 150_000 }],
    });
  });
});

test("an order of the account's other business is kept and counted apart", async () => {
  faults.settings = { ORDERS_WITHOUT_LINK: "off" };
  const id = "v1-other-aa-1";
  await postWebhook(paidEvent(id));
  await settle(id);
  const answer = await give(id, lines(`${id}-up-a`, [line(40_000)]));
  expect(attributions(answer)).toMatchObject([{ role: "payment", ours: false }]);
  expect(await order(id)).toMatchObject({ settlement: { stage: "captured" }, discrepancies: [] });
  expect(await told(id)).toEqual([]);
});

describe("a person who closes a discrepancy", () => {
  test("keeps it closed for the same difference, and not for another", async () => {
    const { order_id } = await paidOrder();
    const payment = await paymentOf(order_id);
    await give(order_id, lines(payment, [line(140_000)]));
    const key = `amount_differs:${payment}`;
    const asked = { key, reason: "agreed by phone", resolved_by: "asha" };
    expect(await orderActor(env, order_id).resolveDiscrepancy(asked)).toMatchObject({
      kind: "found",
      value: {
        ok: true,
        value: {
          home: order_id,
          row: { resolution: { by: "asha", reason: "agreed by phone" } },
        },
      },
    });
    expect(await orderActor(env, order_id).resolveDiscrepancy(asked)).toMatchObject({
      value: { ok: false, failure: { code: "discrepancy_closed" } },
    });
    await give(order_id, lines(payment, [line(140_000)], { read: 2 }));
    expect((await order(order_id)).discrepancies[0]?.closed_at).not.toBeNull();
    await give(order_id, lines(payment, [line(130_000)], { read: 3 }));
    expect(await order(order_id)).toMatchObject({
      discrepancies: [
        { type: "amount_differs", amount: 20_000, closed_at: null, resolution: null },
      ],
    });
    expect(await timeline(order_id)).toContain(
      `asha closed amount_differs of ${payment}: agreed by phone`,
    );
  });

  test("can not close what is not there", async () => {
    const { order_id } = await paidOrder();
    const asked = { key: "overpaid", reason: "x", resolved_by: "asha" };
    expect(await orderActor(env, order_id).resolveDiscrepancy(asked)).toMatchObject({
      value: { ok: false, failure: { code: "discrepancy_unknown" } },
    });
  });
});
