// What one message, one inquiry or one command's answer told us, in our own words. Produced only by
// translation (src/pinelabs/translate-*.ts) and by our own requests; consumed only by `join`.
// A field that is absent says nothing; no field is ever null.

import type { Amount } from "./money";
import type { JsonObject } from "./json";
import type { EntityKind, LinkStatus, OrderStatus, PaymentStatus, RefundStatus } from "./status";
import type { Version } from "./time";

/** Who spoke. Never part of the facts: the same words from another mouth are the same facts. */
export type Source = "webhook" | "inquiry" | "command" | "request";

export interface LinkFields {
  readonly status: LinkStatus;
  /** A status that is not in our tables, as it came. */
  readonly unknown_status: string;
  readonly amount: Amount;
  readonly amount_due: Amount;
  readonly reference: string;
  readonly payment_link: string;
  readonly description: string;
  /** ISO 8601, as the gateway wrote it when it is readable, in our own form. */
  readonly expire_by: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly customer: JsonObject;
  readonly merchant_metadata: JsonObject;
  readonly allowed_payment_methods: readonly string[];
  readonly split_info: JsonObject;
  /** The link that this one was made in place of: our own word, no gateway's. */
  readonly replaces: string;
}

export interface OrderFields {
  readonly status: OrderStatus;
  readonly unknown_status: string;
  readonly reference: string;
  readonly amount: Amount;
  readonly customer: JsonObject;
  readonly merchant_metadata: JsonObject;
  readonly split_info: JsonObject;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Capture {
  readonly merchant_capture_reference?: string;
  readonly amount: Amount;
  readonly created_at?: string;
}

export interface PaymentFields {
  readonly order_id: string;
  readonly status: PaymentStatus;
  readonly unknown_status: string;
  readonly amount: Amount;
  /** The amount in rupees when the customer paid in another currency. */
  readonly base_amount: Amount;
  readonly payment_method: string;
  readonly merchant_payment_reference: string;
  readonly network: string;
  readonly last4: string;
  readonly rrn: string;
  readonly approval_code: string;
  readonly acquirer_reference: string;
  /** False: the bank settles with the merchant directly, not through the gateway. */
  readonly is_aggregator: boolean;
  readonly error: { readonly code?: string; readonly message?: string };
  /** The whole list of the winning snapshot; never merged entry by entry. */
  readonly captures: readonly Capture[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface RefundPayment {
  readonly id: string;
  readonly parent_payment_id?: string;
  readonly status?: string;
  readonly amount?: Amount;
  readonly rrn?: string;
  readonly acquirer_reference?: string;
}

export interface RefundFields {
  readonly parent_order_id: string;
  readonly status: RefundStatus;
  readonly unknown_status: string;
  readonly reference: string;
  readonly amount: Amount;
  readonly reason: string;
  readonly rrn: string;
  readonly payments: readonly RefundPayment[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface FieldsOf {
  readonly link: LinkFields;
  readonly order: OrderFields;
  readonly payment: PaymentFields;
  readonly refund: RefundFields;
}

/** One entity's part of an observation. `version` is null for a word without a readable time. */
export interface Word<K extends EntityKind = EntityKind> {
  readonly kind: K;
  readonly id: string;
  readonly version: Version | null;
  readonly fields: Partial<FieldsOf[K]>;
}

export type AnyWord = { readonly [K in EntityKind]: Word<K> }[EntityKind];

export interface Observation {
  readonly words: readonly AnyWord[];
  /** Order ids that a link names, also when nothing else is known of them. */
  readonly orders_named: readonly string[];
  readonly pre_auth?: boolean;
  readonly part_payment?: boolean;
  /** Orders whose snapshot lists their refunds, be it none: what is not in it is not there. */
  readonly refunds_listed?: readonly string[];
}

/** Several answers to one question as one observation: none of them is joined without the others. */
export function combine(observations: readonly Observation[]): Observation {
  const preAuth = observations.map((observation) => observation.pre_auth);
  const partPayment = observations.map((observation) => observation.part_payment);
  return {
    words: observations.flatMap((observation) => observation.words),
    orders_named: observations.flatMap((observation) => observation.orders_named),
    ...(preAuth.some((said) => said !== undefined) ? { pre_auth: preAuth.includes(true) } : {}),
    ...(partPayment.some((said) => said !== undefined)
      ? { part_payment: partPayment.includes(true) }
      : {}),
    refunds_listed: observations.flatMap((observation) => observation.refunds_listed ?? []),
  };
}
