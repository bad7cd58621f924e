// Links that are replaced, as the tests of replacement need them, and what the gateway's own books have.

import { env } from "cloudflare:workers";
import { ask } from "../sandbox/gateway";
import { api, atGateway, createLink, deliverWebhooks, type Made, settle } from "./house";

export interface LinkAtGateway {
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string;
  readonly order_id?: string;
  readonly status: string;
}

export async function linksAtGateway(reference: string): Promise<readonly LinkAtGateway[]> {
  const { body } = await ask("GET", "/sandbox/books");
  const { links } = body as unknown as { links: readonly LinkAtGateway[] };
  const nameOf = (link: LinkAtGateway) => link.merchant_payment_link_reference;
  return links
    .filter((link) => nameOf(link).startsWith(reference))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

export interface Replacement {
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string;
  readonly amount: { readonly value: number };
  readonly order_id: string;
  readonly token: string;
  readonly expire_by: string;
  readonly stage: string;
  readonly code: string;
}

export const replace = (id: string, body?: unknown) =>
  api<Replacement>("POST", `/v1/links/${id}/replace`, body);

/** The gateway order behind a link, as the gateway's own books have it. */
export async function orderOf(link: string): Promise<string> {
  const { body } = await ask("GET", "/sandbox/books");
  const { links } = body as unknown as { links: readonly LinkAtGateway[] };
  return links.find(({ payment_link_id }) => payment_link_id === link)?.order_id ?? "";
}

/** A link of ₹1000 in parts, of which ₹400 were paid before it expired. */
export async function partPaidAndExpired(): Promise<Made> {
  const made = await createLink({
    part_payment: true,
    amount: { value: 100_000, currency: "INR" },
    merchant_metadata: { cart: "77" },
    callback_url: "https://shop.test/thanks",
  });
  await atGateway(made.link_id, "pay", { instrument: "upi", amount: 40_000 });
  await atGateway(made.link_id, "expire");
  await deliverWebhooks();
  // No message says that a link has expired.
  await api("POST", `/v1/orders/${made.order_id}/refresh`);
  await settle(made.order_id, made.link_id);
  return made;
}

export async function expired(change: Record<string, unknown> = {}): Promise<Made> {
  const made = await createLink(change);
  await atGateway(made.link_id, "expire");
  return made;
}

/** Everything that one home may have to do, its second link's actors included. */
export async function settleAll(made: Made, link: string): Promise<void> {
  const second = await orderOf(link);
  await settle(made.order_id, made.link_id, second || made.order_id, link);
  await settle(made.order_id);
}

export async function rows(): Promise<readonly { id: string; stage: string; captured: number }[]> {
  const query = "SELECT id, stage, captured FROM orders ORDER BY id";
  const found = await env.DB.prepare(query).all<{ id: string; stage: string; captured: number }>();
  return found.results;
}
