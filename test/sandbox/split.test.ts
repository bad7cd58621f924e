import { beforeEach, describe, expect, test } from "vitest";
import { ask, askRefund, emptyBooks, money, paidOrder, readOrder, turn } from "./gateway";

beforeEach(emptyBooks);

const shares = (first: number, second: number) => ({
  split_info: {
    split_type: "AMOUNT",
    split_details: [
      { split_merchant_id: "330918", merchant_settlement_reference: "a", amount: money(first) },
      { split_merchant_id: "330919", amount: money(second) },
    ],
  },
});

describe.each(["guide", "reference"])("under the %s contract", (contract) => {
  beforeEach(() => turn({ contract }));

  test("a refund of a split order says of whose shares it is, and shows it", async () => {
    const id = await paidOrder(shares(60_000, 40_000));
    expect((await askRefund(id, 9000, "r1", shares(5000, 4000))).status).toBe(200);
    const [refund] = (await readOrder(id)).refunds;
    expect((await readOrder(refund?.order_id ?? "")).purchase_details).toMatchObject({
      split_info: {
        split_type: "AMOUNT",
        split_details: [
          {
            split_merchant_id: "330918",
            merchant_settlement_reference: "a",
            amount: money(5000),
            status: "DO_NOT_RECOVER",
          },
          { split_merchant_id: "330919", amount: money(4000), status: "DO_NOT_RECOVER" },
        ],
      },
    });
  });

  const detail = { split_merchant_id: "330918", amount: money(9000) };
  test.each([
    ["none", {}],
    ["shares that come to less", shares(5000, 3999)],
    ["shares that come to more", shares(5000, 4001)],
    ["no shares", { split_info: { split_type: "AMOUNT", split_details: [] } }],
    ["another type", { split_info: { split_type: "PERCENTAGE", split_details: [detail] } }],
    [
      "a share of nobody",
      { split_info: { split_type: "AMOUNT", split_details: [{ amount: money(9000) }] } },
    ],
    [
      "an unknown field",
      { split_info: { split_type: "AMOUNT", split_details: [{ ...detail, on_hold: true }] } },
    ],
  ])("is refused with %s", async (_, more) => {
    const id = await paidOrder(shares(60_000, 40_000));
    const answer = await askRefund(id, 9000, "r1", more);
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(answer.body.message).toContain("split_info");
    expect(await readOrder(id)).not.toHaveProperty("refunds");
  });

  test("an order that is not split takes no shares", async () => {
    const id = await paidOrder();
    const answer = await askRefund(id, 9000, "r1", shares(5000, 4000));
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(answer.body.message).toContain("split_info");
    expect((await askRefund(id, 9000, "r1")).status).toBe(200);
  });
});

test("the operator's click takes the shares in their order", async () => {
  const id = await paidOrder(shares(60_000, 40_000));
  const { body } = await ask("POST", `/sandbox/orders/${id}/refund`, { amount: 70_000 });
  expect(body.order.purchase_details).toMatchObject({
    split_info: { split_details: [{ amount: money(60_000) }, { amount: money(10_000) }] },
  });
  expect((await ask("POST", `/sandbox/orders/${id}/refund`, {})).body.order).toMatchObject({
    order_amount: money(30_000),
  });
});
