import { beforeEach, describe, expect, test } from "vitest";
import listSample from "../fixtures/settlement-list-response.json";
import detailSample from "../fixtures/settlement-by-utr-response.json";
import {
  act,
  ask,
  askRefund,
  authorizedOrder,
  createLink,
  emptyBooks,
  paidOrder,
  readOrder,
  turn,
} from "./gateway";
import { detail, list, paymentOf, settle } from "./settlement-wire";

beforeEach(emptyBooks);

describe("closing the books", () => {
  test("reports what was captured, less the fee and its tax, in rupees", async () => {
    const link = await createLink({ amount: { value: 123_456, currency: "INR" } });
    const { order } = await act(link.payment_link_id, "pay", { instrument: "card" });
    const utr = await settle();
    expect(utr).toMatch(/^\d{12}$/);
    const { body, text } = await detail(utr);
    expect(body.transactions).toMatchObject([
      {
        transaction_id: order.payments[0]?.id,
        transaction_amount: 1234.56,
        actual_transaction_amount: 1234.56,
        total_deduction_amount: 29.13,
        settled_amount: 1205.43,
        payout_status: "Success",
        utr_number: utr,
      },
    ]);
    expect(body).toMatchObject({
      actual_transaction_amount: 1234.56,
      total_mdr_amount: 24.69,
      total_gst_amount: 4.44,
      total_settled_amount: 1205.43,
      total_transaction_count: 1,
    });
    expect(text).toContain('"settled_amount":1205.43,');
    expect((await list()).body.data).toMatchObject([
      {
        utr_number: utr,
        total_amount: 1205.43,
        actual_transaction_amount: 1234.56,
        total_deduction_amount: 29.13,
        total_transactions_count: 1,
      },
    ]);
  });

  test("has exactly the fields of the gateway's samples", async () => {
    await paidOrder();
    const utr = await settle();
    const { body } = await detail(utr);
    const rows = await list();
    const names = (value: object | undefined): string[] => Object.keys(value ?? {}).toSorted();
    expect(names(body)).toEqual(names(detailSample));
    expect(names(body.transactions[0])).toEqual(names(detailSample.transactions[0]));
    expect(names(rows.body)).toEqual(names(listSample));
    expect(names(rows.body.data[0])).toEqual(names(listSample.data[0]));
    expect(body.pagination).toEqual({ total_pages: 1, current_page: "1" });
    expect(rows.body.data[0]?.settled_date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  });

  test.each([
    ["card", 20],
    ["upi", 4],
    ["netbanking", 15],
    ["wallet", 18],
    ["emi", 18],
  ])("takes the share of its method from a payment by %s", async (instrument, mdr) => {
    const link = await createLink();
    await act(link.payment_link_id, "pay", { instrument });
    const { body } = await detail(await settle());
    expect(body).toMatchObject({ total_mdr_amount: mdr });
    expect(body.transactions[0]?.is_emi).toBe(instrument === "emi");
  });

  test("settles what was captured of a hold, and nothing that is only held", async () => {
    const held = await authorizedOrder();
    const taken = await authorizedOrder();
    await ask("POST", `/sandbox/orders/${taken}/capture`, { amount: 40_000 });
    const { body } = await detail(await settle());
    expect(body.transactions).toMatchObject([
      { transaction_id: await paymentOf(taken), transaction_amount: 400 },
    ]);
    expect(body.transactions[0]?.transaction_id).not.toContain(held);
  });

  test("deducts each refund once, under the refund's own payment", async () => {
    const id = await paidOrder();
    const { body: refund } = await askRefund(id, 25_000, "r1");
    const first = await settle();
    const refund_id = await paymentOf(refund.refunds[0]?.refund_id ?? "");
    const { body } = await detail(first);
    expect(body.transactions).toMatchObject([
      { transaction_id: await paymentOf(id), settled_amount: 976.4 },
      {
        transaction_id: refund_id,
        transaction_amount: -250,
        actual_transaction_amount: -250,
        total_deduction_amount: 0,
        settled_amount: -250,
      },
    ]);
    expect(body).toMatchObject({
      actual_transaction_amount: 1000,
      total_refund: 250,
      total_settled_amount: 726.4,
    });
    await expect(settle()).rejects.toThrow("OPERATION_NOT_ALLOWED");
    const { text } = await ask("GET", "/sandbox/books");
    expect(JSON.parse(text)).toMatchObject({
      settled: { [await paymentOf(id)]: first, [refund_id]: first },
    });
  });

  test("leaves out what is not the gateway's to settle, and the refund of it", async () => {
    await turn({ is_aggregator: false });
    await askRefund(await paidOrder(), 1000, "r1");
    await turn({ is_aggregator: true });
    const ours = await paidOrder();
    const { body } = await detail(await settle());
    expect(body.transactions).toMatchObject([{ transaction_id: await paymentOf(ours) }]);
  });

  test("leaves for later what is held back or came later", async () => {
    const held = await paymentOf(await paidOrder());
    const order_id = await paidOrder();
    const settled = await paymentOf(order_id);
    const paid_ms = Date.parse((await readOrder(order_id)).updated_at);
    const through = new Date(paid_ms + 1000).toISOString();
    await turn({ clock_shift_ms: 60_000 });
    const later = await paymentOf(await paidOrder());
    const first = await detail(await settle({ through, hold: [held] }));
    expect(first.body.transactions).toMatchObject([{ transaction_id: settled }]);
    const second = await detail(await settle());
    expect(second.body.transactions).toMatchObject([
      { transaction_id: held },
      { transaction_id: later },
    ]);
  });

  test("recovers a chargeback from the next transfer, under the payment's id", async () => {
    const payment_id = await paymentOf(await paidOrder());
    await settle();
    const { status } = await ask("POST", "/sandbox/chargebacks", { payment_id, amount: 30_000 });
    expect(status).toBe(200);
    const more = await ask("POST", "/sandbox/chargebacks", { payment_id, amount: 70_001 });
    expect(more.body.code).toBe("AMOUNT_LIMIT_EXCEEDED");
    await paidOrder();
    const { body } = await detail(await settle());
    expect(body.transactions).toMatchObject([
      { settled_amount: 976.4 },
      { transaction_id: payment_id, settled_amount: -300, total_deduction_amount: 0 },
    ]);
    expect(body).toMatchObject({
      total_chargeback_recovery_amount: 300,
      total_settled_amount: 676.4,
    });
  });

  test("keeps a loan back without a line that says so", async () => {
    await paidOrder();
    const utr = await settle();
    await ask("POST", `/sandbox/settlements/${utr}/loan`, { amount: 12_345 });
    const { body } = await detail(utr);
    expect(body).toMatchObject({
      total_loan_recovery_amount: 123.45,
      total_settled_amount: 852.95,
      transactions: [{ settled_amount: 976.4 }],
    });
    expect((await list()).body.data).toMatchObject([
      { total_amount: 852.95, total_deduction_amount: 147.05 },
    ]);
  });

  test("can leave the bank unpaid until it is told to pay", async () => {
    await paidOrder();
    const utr = await settle({ settled: false });
    expect((await list()).body.data).toMatchObject([{ settled_date: null }]);
    expect((await detail(utr)).body.transactions).toMatchObject([{ payout_status: "Pending" }]);
    expect((await ask("POST", `/sandbox/settlements/${utr}/settle`)).status).toBe(200);
    expect((await list()).body.data).toMatchObject([{ settled_date: expect.any(String) }]);
    expect((await detail(utr)).body.transactions).toMatchObject([{ payout_status: "Success" }]);
    expect((await ask("POST", `/sandbox/settlements/${utr}/settle`)).status).toBe(422);
  });

  test("can promise the bank its money for a later day", async () => {
    await paidOrder();
    await settle({ late_days: 3 });
    const { body } = await list();
    const paid = Date.parse(`${String(body.data[0]?.settled_date)}+05:30`);
    expect(paid).toBeGreaterThan(Date.now() + 2 * 86_400_000);
  });
});

describe("the dashboard", () => {
  test("settles by a button and shows the transfer", async () => {
    const link = await createLink();
    await act(link.payment_link_id, "pay");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const path = `/sandbox/dashboard/${link.payment_link_id}`;
    expect((await ask("POST", `${path}/settle`, "", form)).status).toBe(303);
    const { text } = await ask("GET", path);
    expect(text).toContain("₹976.40 = ₹1,000.00 − ₹23.60");
    const again = await ask("POST", `${path}/settle`, "", form);
    expect(again.text).toContain("Nothing to settle");
  });
});
