import { beforeEach, expect, test } from "vitest";
import {
  ask,
  askRefund,
  authorizedOrder,
  emptyBooks,
  money,
  paidOrder,
  signIn,
  turn,
} from "./gateway";

beforeEach(emptyBooks);

test("the books know the sums of each order", async () => {
  const held = await authorizedOrder();
  const paid = await paidOrder();
  await askRefund(paid, 25_000, "r1");
  await turn({ refunds: "pending" });
  await askRefund(paid, 5000, "r2");
  const { body } = await ask("GET", "/sandbox/books");
  expect(body.totals).toEqual({
    [held]: { authorized: 100_000, captured: 0, refunded: 0, refunds_pending: 0 },
    [paid]: { authorized: 0, captured: 100_000, refunded: 25_000, refunds_pending: 5000 },
  });
});

test("the books list each refund, whatever the parent shows", async () => {
  const id = await paidOrder();
  const made = [(await askRefund(id, 25_000, "r1")).body.refunds[0]?.refund_id];
  await turn({ refunds: "fail", refunds_on_parent: false });
  made.push((await askRefund(id, 5000, "r2")).body.refunds[0]?.refund_id);
  const { body } = await ask("GET", "/sandbox/books");
  const same = { parent_order_id: id };
  expect(body.refunds).toEqual([
    { ...same, order_id: made[1], reference: "r2", status: "FAILED", amount: 5000 },
    { ...same, order_id: made[0], reference: "r1", status: "PROCESSED", amount: 25_000 },
  ]);
});

test("the books count how often a reference moved money", async () => {
  await turn({ contract: "reference", duplicate_refund: "second" });
  const api = await signIn();
  const capture = async (instrument: string, reference: string): Promise<string> => {
    const id = await authorizedOrder(instrument);
    await api("PUT", `/orders/${id}/capture`, { merchant_capture_reference: reference });
    return id;
  };
  const id = await capture("points", "c1");
  await turn({ captures: "fail" });
  await capture("card", "c2");
  await askRefund(id, 1000, "r1");
  await askRefund(id, 1000, "r1");
  await turn({ refunds: "pending" });
  await askRefund(id, 1000, "r1");
  await turn({ refunds: "fail" });
  await askRefund(id, 1000, "r2");
  const refused = await api("POST", `/refunds/${id}`, {
    merchant_order_reference: "r3",
    order_amount: money(100_000),
  });
  expect(refused.status).toBe(422);
  const { body } = await ask("GET", "/sandbox/books");
  expect(body.references).toEqual({
    c1: { moved: 1, pending: 0, failed: 0 },
    c2: { moved: 0, pending: 0, failed: 1 },
    r1: { moved: 2, pending: 1, failed: 0 },
    r2: { moved: 0, pending: 0, failed: 1 },
  });
});
