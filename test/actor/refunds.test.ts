import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, turn } from "../sandbox/gateway";
import { MINUTE } from "../../src/domain/schedule";
import {
  api,
  closeHouse,
  deliverWebhooks,
  openHouse,
  order,
  speak,
  pass,
  ring,
  settle,
  told,
} from "./house";
import { gatewayBooks, inr, paidOrder, refund } from "./money";

afterEach(closeHouse);

describe.each(["guide", "reference"] as const)("under the contract %s", (contract) => {
  beforeEach(async () => {
    await openHouse();
    await speak(contract);
  });

  test("refunds all that is left, and the order is refunded", async () => {
    const { order_id } = await paidOrder();
    const answer = await refund(order_id, "back-1");
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ outcome: "done", amount: inr(150_000), sends: 1 });
    expect(await order(order_id)).toMatchObject({
      stage: "refunded",
      refunded: inr(150_000),
      refundable: inr(0),
      refunds: [{ merchant_refund_reference: "back-1", requested_by: "administrator" }],
    });
  });

  test("of fifty full refunds at the same moment exactly one moves money", async () => {
    const { order_id } = await paidOrder();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => refund(order_id, `back-${n}`)),
    );
    const codes = answers.map(({ status, body }) => (status === 201 ? "done" : body.code));
    expect(codes.filter((code) => code === "done")).toHaveLength(1);
    expect(codes.filter((code) => code === "refund_exceeds_captured")).toHaveLength(49);
    const books = await gatewayBooks();
    expect(books.totals[order_id]).toMatchObject({ captured: 150_000, refunded: 150_000 });
    expect(books.refunds).toHaveLength(1);
  });

  test("a refund whose answer is lost is found by reading, and never sent twice", async () => {
    const { order_id } = await paidOrder();
    await turn({ answers: [{ operation: "refund.create", after_work: true, status: 500 }] });
    const answer = await refund(order_id, "back-1", { amount: inr(50_000) });
    expect(answer.status).toBe(202);
    expect(answer.body.outcome).toBe("unknown");
    expect(await order(order_id)).toMatchObject({ refundable: inr(100_000) });
    pass(1_000);
    await ring(order_id);
    const again = await refund(order_id, "back-1", { amount: inr(50_000) });
    expect(again.status).toBe(201);
    const books = await gatewayBooks();
    expect(books.refunds).toHaveLength(1);
    await deliverWebhooks();
    await settle(order_id);
    expect(await order(order_id)).toMatchObject({
      stage: "partially_refunded",
      refunded: inr(50_000),
    });
    const counts = await ask("GET", "/sandbox/requests");
    expect(counts.body.counts["refund.create"]).toBe(1);
  });

  test("a refund that never arrived is read twice before it is sent again", async () => {
    const { order_id } = await paidOrder();
    await turn({
      empty_refund_lists: true,
      answers: [{ operation: "refund.create", status: 500 }],
    });
    expect((await refund(order_id, "back-1")).status).toBe(202);
    pass(1_000);
    await ring(order_id);
    pass(2 * MINUTE);
    await ring(order_id);
    expect((await gatewayBooks()).refunds).toHaveLength(0);
    pass(15 * MINUTE);
    await ring(order_id);
    expect((await gatewayBooks()).refunds).toHaveLength(1);
    expect(await refund(order_id, "back-1")).toMatchObject({ status: 201, body: { sends: 2 } });
  });
});

test("where the order lists no refunds the operator decides, once", async () => {
  await openHouse();
  const { order_id } = await paidOrder();
  await turn({ answers: [{ operation: "refund.create", status: 500 }] });
  await refund(order_id, "back-1");
  for (const minutes of [1, 2, 15]) {
    pass(minutes * MINUTE);
    await ring(order_id);
  }
  const waiting = await refund(order_id, "back-1");
  expect(waiting).toMatchObject({ status: 202, body: { outcome: "needs_decision" } });
  expect(await order(order_id)).toMatchObject({ refundable: inr(0) });
  await settle(order_id);
  const listed = await api<{ data: readonly { id: string }[] }>(
    "GET",
    "/v1/orders?attention=needs_decision",
  );
  expect(listed.body.data.map(({ id }) => id)).toEqual([order_id]);
  expect(await told(order_id)).toContain("order.attention|needs_decision|refund|back-1|1");
  const path = `/v1/orders/${order_id}/commands/refund/back-1/decision`;
  const decided = await api("POST", path, { decision: "send_again", reason: "not in dashboard" });
  expect(decided).toMatchObject({ status: 200, body: { outcome: "done", sends: 2 } });
  const late = await api("POST", path, { decision: "not_done", reason: "second thoughts" });
  expect(late).toMatchObject({ status: 409, body: { code: "decision_not_needed" } });
  expect((await gatewayBooks()).totals[order_id]).toMatchObject({ refunded: 150_000 });
  await settle(order_id);
  const after = await api("GET", "/v1/orders?attention=any");
  expect(after.body).toMatchObject({ data: [] });
});
