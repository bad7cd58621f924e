// The request for a link that replaces another: everything that the first link of the chain was asked
// for, but for its amount, its reference and its end. Of a link that we made its own request is known;
// of one that was taken over, what the gateway says of it.

import { rootLink } from "../domain/chain";
import { type Facts, read } from "../domain/facts";
import { CHUKTA_REFERENCE, isReference, referenceActor } from "../domain/ids";
import { isJsonObject, type JsonObject } from "../domain/json";
import type { Amount } from "../domain/money";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import { LINK_LIMITS, linkRequestBody } from "../pinelabs/link-request";
import type { Part } from "./part";
import type { LinkRequest } from "./rpc";

export interface Successor {
  readonly home: string;
  /** The link that is replaced. */
  readonly payment_link_id: string;
  readonly reference: string;
  readonly amount: Amount;
  readonly expire_by: Milliseconds | null;
}

type Reason = { readonly code: "link_not_replaceable"; readonly reason: string };

export async function requestFor(
  part: Part,
  facts: Facts,
  successor: Successor,
): Promise<Result<LinkRequest, Reason>> {
  const root = rootLink(facts)?.[1];
  const reference = root && read(root, "reference");
  const made = isReference(reference)
    ? await part.peer(referenceActor(reference)).requestOfReference()
    : null;
  const original = made ?? fromFacts(facts);
  const changed = made === null || made.amount.value !== successor.amount.value;
  const fixed = FIXED_TO_AMOUNT.find((field) => original.body[field] !== undefined);
  if (changed && fixed !== undefined) {
    const reason = `its ${fixed} is made for another amount`;
    return failure({ code: "link_not_replaceable", reason });
  }
  return success(successorOf(original, successor));
}

/** What splits or explains an amount does not fit another; of a link taken over it is not known whole. */
const FIXED_TO_AMOUNT = [
  "split_info",
  "product_details",
  "cart_details",
  "cart_coupon_discount_amount",
] as const;

/** Not the reminders: those of the order, which are still to come, are sent for its current link. */
function successorOf(original: Omit<LinkRequest, "reference">, to: Successor): LinkRequest {
  const { reminders: __, ...terms } = original;
  const { expire_by: _, ...kept } = original.body;
  const { value, currency } = to.amount;
  const fields = {
    ...kept,
    amount: { value, currency },
    merchant_payment_link_reference: to.reference,
  };
  return {
    ...terms,
    reference: to.reference,
    amount: { value, currency },
    body: linkRequestBody(fields, to.expire_by === null ? {} : { expire_by: to.expire_by }),
    replaces: { home: to.home, payment_link_id: to.payment_link_id },
  };
}

/** The customer as the gateway takes him; it may say more of him than it takes. */
const CUSTOMER_FIELDS = [
  "email_id",
  "mobile_number",
  "country_code",
  "first_name",
  "last_name",
  "customer_id",
  "merchant_customer_reference",
  "gstin",
  "billing_address",
  "shipping_address",
] as const;

/** A link that was taken over, as if it had been asked for here. */
function fromFacts(facts: Facts): Omit<LinkRequest, "reference"> {
  const root = rootLink(facts)?.[1];
  const { [CHUKTA_REFERENCE]: _, ...metadata } = (root && read(root, "merchant_metadata")) ?? {};
  const fields = {
    customer: customerOf((root && read(root, "customer")) ?? {}),
    description: root && read(root, "description"),
    merchant_metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
    // Without a list the gateway would offer every method, those too that can not hold money.
    allowed_payment_methods:
      (root && read(root, "allowed_payment_methods")) ??
      (facts.pre_auth === true ? [...LINK_LIMITS.holding_methods] : undefined),
    split_info: root && read(root, "split_info"),
  };
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  const { pre_auth, part_payment } = facts;
  return {
    body: linkRequestBody(Object.fromEntries(said) as JsonObject, {
      ...(pre_auth === undefined ? {} : { pre_auth }),
      ...(part_payment === undefined ? {} : { part_payment }),
    }),
    amount: { value: 0, currency: "" },
    pre_auth: pre_auth ?? false,
    part_payment: part_payment ?? false,
    return_url: null,
    failure_return_url: null,
    fulfill_on: null,
    auto_capture: null,
    auto_capture_amount: null,
  };
}

function customerOf(customer: JsonObject): JsonObject {
  const kept = CUSTOMER_FIELDS.flatMap((field) => {
    const value = customer[field];
    const empty = value === undefined || value === null || value === "";
    return empty || (isJsonObject(value) && Object.keys(value).length === 0)
      ? []
      : [[field, value]];
  });
  return Object.fromEntries(kept) as JsonObject;
}
