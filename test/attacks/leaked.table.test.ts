// What somebody gets who has a secret of ours: the rows are what SECURITY.md says of each. A webhook's secret is
// worth a lie: a message that it signs is believed, as it must be (law 3), until the gateway is asked; its answer
// is kept beside it, and nothing is delivered as long as the two differ. It moves no money.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  api,
  atGateway,
  closeHouse,
  createLink,
  type Made,
  openHouse,
  order,
  pass,
  postWebhook,
  settle,
} from "../actor/house";
import { gatewayBooks, refund } from "../actor/money";

beforeEach(openHouse);
afterEach(closeHouse);

/** "Paid", signed as the gateway signs, about a link that nobody paid: of the order and of the link. */
async function lie(made: Made): Promise<void> {
  const at = new Date(Date.now()).toISOString();
  const amount = { value: 150_000, currency: "INR" };
  const times = { created_at: at, updated_at: at };
  const payment = {
    id: `${made.order_id}-cc-A`,
    status: "PROCESSED",
    payment_method: "CARD",
    payment_amount: amount,
    capture_data: [{ merchant_capture_reference: "lie-1", capture_amount: amount, ...times }],
    ...times,
  };
  const order = {
    order_id: made.order_id,
    merchant_order_reference: made.reference,
    status: "PROCESSED",
    order_amount: amount,
    payments: [payment],
    ...times,
  };
  const link = {
    payment_link_id: made.link_id,
    merchant_payment_link_reference: made.reference,
    order_id: made.order_id,
    status: "PROCESSED",
    amount,
    amount_due: { value: 0, currency: "INR" },
    ...times,
  };
  for (const message of [
    { event_type: "ORDER_PROCESSED", data: order },
    { event: "payment_link.processed", data: link },
  ]) {
    expect(await postWebhook(message)).toEqual({ status: 200, body: { status: "accepted" } });
  }
}

const ask = async (made: Made) =>
  api<Answer>("POST", "/v1/verify", {
    token: made.token,
    claim: { by: "thief", lease_seconds: 60 },
  });

interface Answer {
  readonly verdict: string;
  readonly source: string;
  readonly fulfill: boolean;
  readonly claim: { readonly state: string };
}

describe("the webhook's secret", () => {
  test("makes an unpaid order look paid, until the gateway is asked: then a discrepancy says so", async () => {
    const made = await createLink();
    await lie(made);
    expect(await order(made.order_id)).toMatchObject({ stage: "paid", discrepancies: [] });
    pass(11_000);
    expect((await ask(made)).body).toMatchObject({
      verdict: "paid",
      source: "webhook",
      fulfill: false,
      claim: { state: "refused" },
    });
    const types = (await order(made.order_id)).discrepancies.map(({ type }) => type);
    expect(types).toContain("gateway_disagrees");
    await settle(made.order_id, made.link_id);
    const listed = await api<{ data: readonly { order_id: string; type: string }[] }>(
      "GET",
      "/v1/discrepancies",
    );
    expect(listed.body.data).toContainEqual(
      expect.objectContaining({ order_id: made.order_id, type: "gateway_disagrees" }),
    );
  });

  test("delays nothing once the customer has paid: the gateway agrees, and the order is released", async () => {
    const made = await createLink();
    await lie(made);
    pass(11_000);
    await ask(made);
    await atGateway(made.link_id, "pay");
    pass(11_000);
    expect((await ask(made)).body).toMatchObject({ fulfill: true, claim: { state: "granted" } });
  });

  test("moves no rupee out: a refund of what was never paid is refused by the gateway", async () => {
    const made = await createLink();
    await lie(made);
    const answer = await refund(made.order_id, "out-1", {
      amount: { value: 100, currency: "INR" },
    });
    expect(answer.status).not.toBe(201);
    expect(answer.body.status).not.toBe("done");
    const { totals, refunds } = await gatewayBooks();
    expect(totals[made.order_id]?.refunded ?? 0).toBe(0);
    expect(refunds.filter(({ order_id }) => order_id === made.order_id)).toEqual([]);
  });
});
