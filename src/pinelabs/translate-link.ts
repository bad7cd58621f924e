// A payment link as the gateway tells it (docs/gateway.md 0, 2.3) → an observation. Bare or in
// `data`. Total: a malformed field says nothing.

import { isLinkId, isOrderId } from "../domain/ids";
import type { JsonObject } from "../domain/json";
import type { AnyWord, LinkFields, Observation } from "../domain/observation";
import { LINK_STATUSES } from "../domain/status";
import {
  readAmount,
  readFilledObject,
  readFlag,
  readStatus,
  readText,
  readTime,
  readWords,
  said,
} from "./fields";
import { unwrap } from "./keys";
import { newestInside, versionIn } from "./version";

/** `body` has normalised keys. Without a valid `payment_link_id` only the order it names remains. */
export function translateLink(body: JsonObject): Observation {
  const link = unwrap(body);
  const id = link.payment_link_id;
  const snapshot = newestInside(link);
  const words: readonly AnyWord[] = isLinkId(id)
    ? [{ kind: "link", id, version: versionIn(snapshot, snapshot), fields: fieldsOf(link) }]
    : [];
  return {
    words,
    orders_named: isOrderId(link.order_id) ? [link.order_id] : [],
    ...said<Pick<Observation, "pre_auth" | "part_payment">>({
      pre_auth: readFlag(link.pre_auth),
      part_payment: readFlag(link.part_payment),
    }),
  };
}

function fieldsOf(link: JsonObject): Partial<LinkFields> {
  return said<LinkFields>({
    ...readStatus(LINK_STATUSES, link.status),
    amount: readAmount(link.amount),
    amount_due: readAmount(link.amount_due),
    reference: readText(link.merchant_payment_link_reference),
    payment_link: readWebAddress(link.payment_link),
    description: readText(link.description),
    expire_by: readTime(link.expire_by),
    created_at: readTime(link.created_at),
    updated_at: readTime(link.updated_at),
    customer: readFilledObject(link.customer),
    merchant_metadata: readFilledObject(link.merchant_metadata),
    allowed_payment_methods: readWords(link.allowed_payment_methods),
    split_info: readFilledObject(link.split_info),
  });
}

/** Pages show it as a button's target: nothing but http and https may stand there. */
function readWebAddress(value: JsonObject[string] | undefined): string | undefined {
  const text = readText(value);
  return text !== undefined && /^https?:\/\/\S+$/i.test(text) ? text : undefined;
}
