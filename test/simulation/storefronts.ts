// The shop's own pages: they make links, ask whether an order is paid, and deliver what they were granted, in
// several tabs at once that may lose every answer. What a verdict promises is held against the books.

import type { FulfillmentView } from "../../src/domain/fulfillment-view";
import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import { ask } from "../sandbox/gateway";
import type { Problem } from "../http/door";
import type { Verdict } from "../actor/delivering";
import type { Act } from "./history";
import { ordersOf } from "./customers";
import { addressOf } from "./mailbox";
import { count } from "./tally";
import { type Deal, dealOf, type Grant, nameOf, readBooks, request, type Town } from "./town";

const LEASE_SECONDS = 60;

export async function beStorefront(
  town: Town,
  act: Extract<Act, { who: "storefront" }>,
): Promise<void> {
  const deal = dealOf(town, act.of);
  switch (act.do) {
    case "create":
      return create(town, deal);
    case "look":
      await verify(town, deal, {});
      return;
    case "expect_wrong": {
      const expect = { amount: { value: deal.plan.amount + 1, currency: "INR" } };
      const heard = await verify(town, deal, { expect });
      if (heard?.fulfill === true) {
        town.broken.push(`order ${deal.n} may be delivered for another amount than expected`);
      }
      return;
    }
    case "claim":
      return claim(town, deal);
    case "claim_twice":
      await Promise.all([claim(town, deal), claim(town, deal), claim(town, deal)]);
      return;
    case "deliver":
      return end(town, deal, "done");
    case "give_back":
      return end(town, deal, "released");
  }
}

/** The same request again, as often as it takes: the shop's own reference makes it one link. */
export async function create(town: Town, deal: Deal): Promise<void> {
  const { kind, amount } = deal.plan;
  if (kind === "stranger" || kind === "held_stranger") return createByHand(deal);
  const made = await request<{ payment_link_id?: string; token?: string }>(
    town,
    "POST",
    "/v1/links",
    {
      amount: { value: amount, currency: "INR" },
      merchant_payment_link_reference: deal.reference,
      customer: { email_id: addressOf(deal), mobile_number: "9000000001" },
      description: "Two kurtas",
      ...(kind === "parts" ? { part_payment: true } : {}),
      ...(kind === "held" ? { pre_auth: true, allowed_payment_methods: ["CARD"] } : {}),
    },
  );
  if (made?.status !== 201) return;
  const { payment_link_id = null, token = null } = made.body;
  if (deal.link_id !== null && deal.link_id !== payment_link_id) {
    town.broken.push(`one reference, two links: ${deal.link_id} and ${payment_link_id}`);
  }
  deal.link_id = payment_link_id;
  deal.token = token;
}

async function createByHand(deal: Deal): Promise<void> {
  if (deal.order_id !== null) return;
  const made = await ask("POST", "/sandbox/orders", {
    amount: deal.plan.amount,
    pre_auth: deal.plan.kind === "held_stranger",
    reference: deal.reference,
  }).catch(() => null);
  if (made?.status === 200) deal.order_id = made.body.order.order_id;
}

export async function verify(town: Town, deal: Deal, more: object): Promise<Verdict | null> {
  const named = nameForVerify(deal);
  if (named === null) return null;
  const before = await isGivenBack(deal);
  const heard = await request<Verdict & Problem>(town, "POST", "/v1/verify", { ...named, ...more });
  if (heard?.status !== 200) return null;
  count(`verdict: ${heard.body.verdict}${heard.body.fulfill ? ", deliver" : ""}`);
  if (heard.body.fulfill) await believe(town, deal);
  if (heard.body.fulfill && before && (await isGivenBack(deal))) {
    town.broken.push(`order ${deal.n} may be delivered, and all its money is on its way back`);
  }
  return heard.body;
}

function nameForVerify({ token, order_id, link_id }: Deal): object | null {
  if (token !== null) return { token };
  if (link_id !== null) return { payment_link_id: link_id };
  return order_id === null ? null : { order_id };
}

/** By our own word, before and after a verdict: so it was all the time. */
async function isGivenBack(deal: Deal): Promise<boolean> {
  const name = nameOf(deal);
  const read = name && (await api<OrderView>("GET", `/v1/orders/${name}`).catch(() => null));
  if (!read || read.status !== 200) return false;
  const { captured, authorized, refunds } = read.body;
  const back = refunds
    .filter(({ outcome }) => !["refused", "failed"].includes(outcome))
    .reduce((sum, { amount }) => sum + (amount?.value ?? 0), 0);
  return (
    authorized.value === 0 && captured !== null && captured.value > 0 && back >= captured.value
  );
}

/** Nothing may be delivered for money that the gateway has never had. */
async function believe(town: Town, deal: Deal): Promise<void> {
  const books = await readBooks(town);
  const had = ordersOf(deal, books).map((id) => town.ever.get(id));
  const secured = had.some(
    (ever) =>
      (ever?.captured ?? 0) > 0 ||
      (town.merchant.fulfill_on === "authorized" && (ever?.authorized ?? 0) > 0),
  );
  if (!secured) town.broken.push(`order ${deal.n} may be delivered, and nobody has paid`);
}

let tabs = 0;

async function claim(town: Town, deal: Deal): Promise<void> {
  tabs += 1;
  const by = `tab ${tabs}`;
  const expect = { amount: { value: deal.plan.amount, currency: "INR" } };
  const heard = await verify(town, deal, { expect, claim: { by, lease_seconds: LEASE_SECONDS } });
  if (heard?.claim?.state !== "granted") return;
  const now = Date.now();
  const grant: Grant = {
    claim_id: heard.claim.claim_id,
    at: now,
    until: Date.parse(heard.claim.until),
    ended: null,
  };
  if (deal.grants.some(({ ended }) => ended === "done")) {
    town.broken.push(`order ${deal.n} was delivered, and is granted to ${by} again`);
  }
  deal.grants.push(grant);
  count("claims granted");
}

/** The tab that was granted the order last says how it went. */
async function end(town: Town, deal: Deal, state: "done" | "released"): Promise<void> {
  const grant = deal.grants.findLast(({ ended }) => ended === null);
  const id = deal.order_id ?? deal.link_id;
  if (grant === undefined || id === null) return;
  const body = { claim_id: grant.claim_id, state };
  const path = `/v1/orders/${id}/fulfillment`;
  const heard = await request<FulfillmentView>(town, "POST", path, body);
  if (heard?.status !== 200) return;
  grant.ended = state;
  count(`claims ${state}`);
}
