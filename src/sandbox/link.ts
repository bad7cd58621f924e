/**
 * A payment link in the gateway's books, and the object that the API answers with
 * (bare, docs/gateway.md 2.3). Statuses change only through `payments.ts` and `gateway-links.ts`.
 */
import { formatTime, type Micros } from "./clock";

export interface Amount {
  readonly value: number;
  readonly currency: string;
}

export type LinkStatus =
  | "CREATED"
  | "CLICKED"
  | "PAYMENT_INITIATED"
  | "PARTIAL_PROCESSED"
  | "PROCESSED"
  | "EXPIRED"
  | "CANCELLED";

export interface Link {
  readonly id: string;
  readonly reference: string;
  readonly amount: Amount;
  /** Paisa received or held so far, a discount of the bank included. */
  credited: number;
  status: LinkStatus;
  /** Newest last; empty until the checkout is opened if the knob says so. */
  order_ids: string[];
  readonly part_payment: boolean;
  readonly pre_auth: boolean;
  readonly is_mcc_transaction: boolean;
  readonly callback_url: string | null;
  readonly failure_callback_url: string | null;
  expire_by: Micros;
  /** As the request wrote it. */
  expire_by_text: string;
  readonly allowed_payment_methods: readonly string[];
  /** Fields of the request that the answer repeats. */
  readonly echo: Readonly<Record<string, unknown>>;
  readonly url: string;
  readonly created_at: Micros;
  updated_at: Micros;
}

/** Whether the customer can still pay it. */
export function isOpen(link: Link): boolean {
  return !["PROCESSED", "EXPIRED", "CANCELLED"].includes(link.status);
}

/** Paisa still to pay, never below zero. */
export function amountDue(link: Link): number {
  return Math.max(0, link.amount.value - link.credited);
}

/** The link as the API shows it. `callback_url` and `part_payment` are not echoed. */
export function linkObject(link: Link): Record<string, unknown> {
  return {
    payment_link: link.url,
    payment_link_id: link.id,
    status: link.status,
    amount: link.amount,
    amount_due: { value: amountDue(link), currency: link.amount.currency },
    ...(link.order_ids.length > 0 ? { order_id: link.order_ids.at(-1) } : {}),
    merchant_payment_link_reference: link.reference,
    expire_by: link.expire_by_text,
    allowed_payment_methods: link.allowed_payment_methods,
    pre_auth: link.pre_auth,
    is_mcc_transaction: link.is_mcc_transaction,
    failure_callback_url: link.failure_callback_url,
    ...link.echo,
    created_at: formatTime(link.created_at, "link"),
    updated_at: formatTime(link.updated_at, "link"),
  };
}
