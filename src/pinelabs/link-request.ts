// The body of "create payment link" (docs/gateway.md 2.2) as the gateway wants it. Whether a
// request is within its limits is decided at our API's door, which takes them from here; callbacks
// and our own mark are added by the link's actor.

import { CHUKTA_REFERENCE } from "../domain/ids";
import { isJsonObject, type JsonObject } from "../domain/json";
import { type Milliseconds, toIso } from "../domain/time";

/** The documented limits (docs/gateway.md 2.2). Lengths in characters. */
export const LINK_LIMITS = {
  /** Paisa: ₹1 to ₹10 lakh. An account's own limit may be lower (docs/gateway.md 11.25). */
  amount_min: 100,
  amount_max: 100_000_000,
  currencies: ["INR"],
  /** `A-Z a-z 0-9 - _`, see isReference in domain/ids.ts. */
  reference_max: 50,
  expire_days_max: 180,
  payment_methods: [
    "CARD",
    "UPI",
    "POINTS",
    "NETBANKING",
    "WALLET",
    "CREDIT_EMI",
    "DEBIT_EMI",
    "BNPL",
  ],
  /** Money can be held on these only. */
  holding_methods: ["CARD", "POINTS"],
  /** The gateway takes ten; one of them is ours. */
  metadata_pairs_max: 9,
  metadata_text_max: 256,
  customer: {
    email_id_max: 50,
    first_name_max: 50,
    last_name_max: 50,
    customer_id_max: 19,
    mobile_number_min: 10,
    mobile_number_max: 20,
    country_code_max: 5,
    merchant_customer_reference_max: 50,
  },
  address: {
    line_max: 100,
    city_max: 50,
    state_max: 50,
    country_max: 50,
    pincode_min: 6,
    pincode_max: 10,
    types: ["HOME", "WORK", "OTHER"],
  },
} as const;

/** What differs between a request in our words and the gateway's; all other fields pass through. */
export interface LinkTerms {
  readonly pre_auth?: boolean;
  readonly is_mcc_transaction?: boolean;
  readonly part_payment?: boolean;
  readonly expire_by?: Milliseconds;
}

export interface OurCallbacks {
  readonly callback_url: string;
  readonly failure_callback_url: string;
  readonly chukta_reference: string;
}

/**
 * A validated request as the gateway's body: two of its booleans are strings, and a time is sent
 * whole (docs/gateway.md 11.16, 11.24). `fields` holds everything else; callbacks in it are the
 * merchant's own pages, not the gateway's business.
 */
export function linkRequestBody(fields: JsonObject, terms: LinkTerms): JsonObject {
  const { callback_url: _, failure_callback_url: __, ...rest } = fields;
  const { pre_auth, is_mcc_transaction, part_payment, expire_by } = terms;
  return {
    ...rest,
    ...(pre_auth === undefined ? {} : { pre_auth: String(pre_auth) }),
    ...(is_mcc_transaction === undefined ? {} : { is_mcc_transaction: String(is_mcc_transaction) }),
    ...(part_payment === undefined ? {} : { part_payment }),
    ...(expire_by === undefined ? {} : { expire_by: toWireTime(expire_by) }),
  };
}

/** Adds where the customer comes back to, and our mark beside the merchant's own metadata. */
export function withCallbacks(body: JsonObject, ours: OurCallbacks): JsonObject {
  const metadata = isJsonObject(body.merchant_metadata) ? body.merchant_metadata : {};
  return {
    ...body,
    callback_url: ours.callback_url,
    failure_callback_url: ours.failure_callback_url,
    merchant_metadata: { ...metadata, [CHUKTA_REFERENCE]: ours.chukta_reference },
  };
}

/** `YYYY-MM-DDTHH:mm:ssZ`. Parts of a second are cut: the link never lives longer than asked. */
function toWireTime(at: Milliseconds): string {
  return `${toIso(at).slice(0, 19)}Z`;
}
