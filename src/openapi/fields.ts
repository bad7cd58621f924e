// What a schema checks by a function (`refine`, `transform`) it can not say in JSON Schema: forms of ids,
// references, times and pages are said here, by the name of the field. Names mean the same everywhere in
// requests. The patterns are those by which the ids are checked.

import { STEPS } from "../domain/checklist";
import { LINK_ID, OUTSIDE_ID, REFERENCE, TOKEN } from "../domain/ids";

export interface FieldWords {
  readonly description?: string;
  /** Null: the pattern of the schema is about digits of a number, which `type` says. */
  readonly pattern?: string | null;
  readonly [keyword: string]: unknown;
}

const orderId: FieldWords = {
  description: "an order id of the gateway",
  pattern: OUTSIDE_ID.source,
  not: { pattern: LINK_ID.source },
};

const linkId: FieldWords = {
  description: "a payment_link_id of the gateway",
  pattern: LINK_ID.source,
};

const ownReference: FieldWords = {
  description: "your own reference: 1 to 50 of A-Z a-z 0-9 - _",
  pattern: REFERENCE.source,
};

const moment = (description: string): FieldWords => ({
  type: "string",
  format: "date-time",
  description: `${description}; ISO 8601 with a zone`,
});

const dayOf = (description: string): FieldWords => ({ description, format: "date" });

const paisaOf = (description: string): FieldWords => ({
  type: "integer",
  minimum: 0,
  maximum: 999_999_999_999_999,
  pattern: null,
  description,
});

const page = (description: string): FieldWords => ({
  description: `${description}: https, or http on this machine`,
  format: "uri",
});

/** Of a query or a body, by the field's name; added to what the schema says, and before it. */
export const FIELDS: { readonly [name: string]: FieldWords } = {
  order_id: orderId,
  payment_link_id: linkId,
  merchant_payment_link_reference: ownReference,
  merchant_refund_reference: ownReference,
  merchant_capture_reference: ownReference,
  reference: ownReference,
  token: { description: "the link's token", pattern: TOKEN.source },
  payment_id: {
    description: "the id of a payment",
    pattern: "^[A-Za-z0-9][\\x21-\\x7e]{0,63}$",
  },
  value: { description: "whole paisa" },
  expire_by: moment("when the link ends: in the future, at most 180 days ahead"),
  received_at: moment("when it arrived; now, if not given"),
  created_from: moment("created from this moment on"),
  created_to: moment("created before this moment"),
  amount_from: paisaOf("the amount, at least; in whole paisa"),
  amount_to: paisaOf("the amount, at most; in whole paisa"),
  updated_after: moment("updated later than this; the list then goes by update"),
  from: dayOf("the first day, included"),
  to: dayOf("the last day, included"),
  callback_url: page("your page after a payment"),
  failure_callback_url: page("your page after one that failed, or a link that ended unpaid"),
  q: { description: "what a person has in hand" },
  limit: {
    type: "integer",
    minimum: 1,
    maximum: 200,
    default: 50,
    pattern: null,
    description: "how many rows a page has",
  },
  cursor: { description: "the next_cursor of the page before, with the same filters" },
  after: {
    type: "integer",
    minimum: 0,
    default: 0,
    pattern: null,
    description: "the seq of the last event that you have",
  },
  merchant_metadata: {
    maxProperties: 9,
    description: "at most 9 pairs, keys of 1 to 256 characters, without chukta_reference",
  },
  customer: { description: "with an email_id or a mobile_number" },
  fields: { maxProperties: 50, description: "the fields of a redirect as they came" },
  expect: { minProperties: 1, description: "what your own books say" },
  note: { description: "for your own people, in the timeline" },
  claim: { description: "you want to deliver the order; `by` names who" },
  lease_seconds: { description: "how long you need" },
  expires_at: { description: "when the key ends: in the future; null, or nothing: never" },
  scopes: { uniqueItems: true },
  refund_limit: { description: "for a key with refund and without admin" },
  per_refund: { description: "of one refund, in paisa" },
  per_day: { description: "of all refunds of a day of MERCHANT_TIME_ZONE, in paisa" },
  headers: { maxProperties: 100, description: "the request's headers" },
  reminders: {
    description: "each with one of before_expiry_minutes and after_creation_minutes",
  },
};

/** Parts of addresses, by name. */
const PATH_PARTS: { readonly [name: string]: FieldWords } = {
  id: { description: "an order_id, another id of the same order, or its payment_link_id" },
  reference: { description: "your reference", pattern: REFERENCE.source },
  kind: { description: "what was asked for", enum: ["refund", "capture", "void"] },
  webhook_id: { description: "the header webhook-id of the message" },
  utr: { description: "the transfer's UTR", pattern: "^[A-Za-z0-9]{1,50}$" },
  token: { description: "a token from a link's answer" },
  step: { description: "a step of the checklist", enum: STEPS },
};

const listed: FieldWords = { description: "its id, from the list" };

/** What {id} is, by what comes before it; anywhere else it is an order's. */
const IDS: { readonly [before: string]: FieldWords } = {
  "/v1/discrepancies/": listed,
  "/v1/keys/": { ...listed, pattern: "^[a-z2-7]{12}$" },
  "/v1/notifications/": listed,
};

/** Of `{name}` in this path; empty when nothing is said of it. */
export function wordsOfPart(path: string, name: string): FieldWords {
  const before = path.slice(0, path.indexOf(`{${name}}`));
  return (name === "id" ? IDS[before] : undefined) ?? PATH_PARTS[name] ?? {};
}
