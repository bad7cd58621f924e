// The gateway's answers, under both contracts. Whatever stands in the place of one, what was asked of us is
// answered in time, with a problem where there is nothing better to say, and nothing breaks. When the gateway
// speaks the truth again, our order is what its books say; where an answer could be taken for its word and said
// otherwise, it may be that it is not, and then the order says that somebody should look.

import * as fc from "fast-check";
import { expect } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { MINUTE } from "../../src/domain/schedule";
import { createLink, type Made, openHouse, pass, settle, speak } from "../actor/house";
import { paidOrder } from "../actor/money";
import { administrator } from "../http/door";
import { ask, signIn } from "../sandbox/gateway";
import { besiege, type ClosedDoor, door } from "./campaign";
import { isBelievable, type Lie, lies, tellLie, tellTruth } from "./lies";
import { type Answered, expectAnswer, knock } from "./knock";
import { expectSane, gatewayTotals } from "./ours";

const OPERATIONS = [
  "*",
  "token",
  "link.create",
  "link.get",
  "link.get_by_reference",
  "link.cancel",
  "link.notify",
  "order.get",
  "order.get",
  "order.get_by_reference",
  "refund.create",
];

const DEEDS = [
  "refresh_order",
  "refresh_order",
  "refresh_link",
  "verdict",
  "refund",
  "create",
  "track",
  "notify",
  "cancel",
] as const;

interface Asked {
  readonly lie: Lie;
  readonly deed: (typeof DEEDS)[number];
}

/** What the gateway would say of this order where the operation is of one. */
async function truthOf(operation: string, { order_id, link_id }: Made): Promise<string> {
  const api = await signIn();
  const path = operation.startsWith("link") ? `/paymentlink/${link_id}` : `/orders/${order_id}`;
  return (await api("GET", path)).text;
}

async function post(path: string, body?: unknown): Promise<Answered> {
  return knock(path, {
    method: "POST",
    headers: { ...administrator, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

let numbers = 0;

async function act(deed: Asked["deed"], paid: Made, unpaid: Made): Promise<Answered> {
  numbers += 1;
  const amount = { value: 1_000, currency: "INR" };
  const customer = { email_id: "asha@example.com" };
  switch (deed) {
    case "refresh_order":
      return post(`/v1/orders/${paid.order_id}/refresh`);
    case "refresh_link":
      return post(`/v1/links/${unpaid.link_id}/refresh`);
    case "verdict":
      return post("/v1/verify", { order_id: paid.order_id });
    case "refund":
      return post(`/v1/orders/${paid.order_id}/refunds`, {
        merchant_refund_reference: `lie-${numbers}`,
        amount,
      });
    case "create":
      return post("/v1/links", {
        amount,
        customer,
        merchant_payment_link_reference: `lie-${numbers}`,
      });
    case "track":
      return post("/v1/links/track", { payment_link_id: unpaid.link_id });
    case "notify":
      return post(`/v1/links/${unpaid.link_id}/notify`);
    case "cancel":
      return post(`/v1/links/${unpaid.link_id}/cancel`);
  }
}

function underContract(contract: "guide" | "reference"): ClosedDoor {
  return door<Asked>({
    name: `gateway.${contract}`,
    usual: 40,
    batch: 16,
    gets: ["200", "503"],
    input: fc.record({ lie: lies(OPERATIONS), deed: fc.constantFrom(...DEEDS) }),
    begin: async () => {
      await openHouse();
      await speak(contract);
      const paid = await paidOrder();
      const unpaid = await createLink();
      let isBelieved = false;
      return {
        strike: async ({ lie, deed }) => {
          const right = await truthOf(lie.operation, paid);
          if (lie.operation === "token") await ask("POST", "/sandbox/tokens/revoke");
          await tellLie(lie, right);
          isBelieved ||= isBelievable(lie);
          const answered = await act(deed, paid, unpaid);
          expectAnswer(answered, [503]);
          await settle(paid.order_id, unpaid.order_id);
          await tellTruth();
          // Who was told to wait waits.
          pass(11 * MINUTE);
          return answered.status === 503 ? "503" : String(answered.status);
        },
        end: async () => {
          for (let round = 0; round < 3; round += 1) {
            pass(30 * MINUTE);
            await settle(paid.order_id, unpaid.order_id);
          }
          await expectTrue(paid, isBelieved);
          await expectTrue(unpaid, isBelieved);
        },
      };
    },
  });
}

/** Our order is what the gateway's books say, or says itself that something is wrong. */
async function expectTrue({ order_id, link_id }: Made, isBelieved: boolean): Promise<void> {
  const asked = await post(`/v1/orders/${order_id}/refresh`);
  expect(asked.status).toBe(200);
  const order = JSON.parse(asked.text) as OrderView;
  expectSane(order);
  const books = (await gatewayTotals())[order_id] as { captured: number; refunded: number };
  const ours = { captured: order.captured?.value, refunded: order.refunded?.value };
  const isTrue = ours.captured === books.captured && ours.refunded === books.refunded;
  const isFlagged = order.attention.length > 0 || order.discrepancies.length > 0;
  if (isTrue || (isBelieved && isFlagged)) return;
  expect({ link_id, isFlagged, ...ours }).toEqual({
    link_id,
    isFlagged,
    captured: books.captured,
    refunded: books.refunded,
  });
}

besiege([underContract("guide"), underContract("reference")]);
