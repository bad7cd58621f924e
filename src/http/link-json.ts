// A link as the API shows it: the gateway's object, what its order has come to, and the ways to
// follow it. The token is shown to the merchant only: it is the customer's proof to the storefront.

import type { LinkAnswer } from "../actor/rpc";
import { type Config, publicUrl } from "../config";
import type { LinkListing } from "../ledger/orders";

/** `requestUrl` names our own address where PUBLIC_URL does not: an authenticated request's only. */
export function linkJson(answer: LinkAnswer, config: Config, requestUrl: string) {
  const { link, order, token, receipt_token } = answer;
  const address = (path: string, secret: string | null): string | null =>
    secret === null
      ? null
      : `${publicUrl(config, requestUrl)}${path}/${encodeURIComponent(secret)}`;
  return {
    ...link,
    order_id: order.order_id,
    stage: order.stage,
    reminders: order.reminders,
    token,
    verdict_url: address("/v1/verdicts", token),
    receipt_url: address("/receipt", receipt_token),
  };
}

/** A link in a list. The ledger holds no tokens: ask for the link itself. */
export function listedLinkJson(listed: LinkListing) {
  return { ...listed.link, order_id: listed.order_id, stage: listed.stage };
}
