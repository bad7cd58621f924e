// Two gateway orders of one link, of which one can not become an alias yet: a refund of its own is not over.
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { reconciliation } from "../../src/ledger/reconciliation";
import { createLink as createLinkAtGateway, turn } from "../sandbox/gateway";
import { api, atGateway, closeHouse, deliverWebhooks, openHouse, settle } from "./house";
import { inr, refund } from "./money";

beforeEach(openHouse);
afterEach(closeHouse);

test("what both know is counted once by payment date", async () => {
  await env.DB.prepare("DELETE FROM payments").run();
  await turn({ second_part: "new_order", empty_refund_lists: true, order_reference: "random" });
  const link = await createLinkAtGateway({ part_payment: true, amount: inr(150_000) });
  await api("POST", "/v1/links/track", { payment_link_id: link.payment_link_id });
  await atGateway(link.payment_link_id, "pay", { amount: 50_000 });
  await deliverWebhooks();
  await settle(link.order_id);
  const paid = await atGateway(link.payment_link_id, "pay", { amount: 100_000 });
  const second = paid.order.order_id;
  await api("POST", `/v1/orders/${second}/refresh`);
  await settle(second);
  await turn({ answers: [{ operation: "refund.create", after_work: true, status: 500 }] });
  expect((await refund(second, "early", { amount: inr(30_000) })).status).toBe(202);
  await api("POST", `/v1/orders/${link.order_id}/refresh`);
  await settle(link.order_id);
  const { results } = await env.DB.prepare("SELECT id, home FROM payments ORDER BY id").all();
  expect(results).toHaveLength(3);
  expect(new Set(results.map(({ home }) => home))).toEqual(new Set([link.order_id, second]));
  const range = { from: 0, before: Date.UTC(2100, 0, 1) };
  for (const orders_without_link of [true, false]) {
    expect(
      await reconciliation(env.DB, { ...range, by: "payment_date", orders_without_link }),
    ).toMatchObject({ collected: 150_000, other_business: 0, counts: { payments: 2 } });
  }
});
