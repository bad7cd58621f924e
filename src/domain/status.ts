// The gateway's statuses, as far as we know them, in the order in which one may come after another
// (design 3.3). The rank decides ties of version only. A status that is not in these lists is kept
// and shown, but never decides anything (law 9).

export const LINK_STATUSES = [
  "CREATED",
  "CLICKED",
  "PAYMENT_INITIATED",
  "PARTIAL_PROCESSED",
  "CANCELLED",
  "EXPIRED",
  "PROCESSED",
] as const;

export const ORDER_STATUSES = [
  "CREATED",
  "PENDING",
  "ATTEMPTED",
  "AUTHORIZED",
  "FAILED",
  "PARTIALLY_CAPTURED",
  "PROCESSED",
  "CANCELLED",
  "PARTIALLY_REFUNDED",
  "FULLY_REFUNDED",
] as const;

export const PAYMENT_STATUSES = [
  "PENDING",
  "AUTHORIZED",
  "FAILED",
  "PROCESSED",
  "CANCELLED",
] as const;

export const REFUND_STATUSES = ["CREATED", "PENDING", "FAILED", "PROCESSED"] as const;

export type LinkStatus = (typeof LINK_STATUSES)[number];
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];
export type RefundStatus = (typeof REFUND_STATUSES)[number];

const KNOWN: { readonly [kind in EntityKind]: readonly string[] } = {
  link: LINK_STATUSES,
  order: ORDER_STATUSES,
  payment: PAYMENT_STATUSES,
  refund: REFUND_STATUSES,
};

export const ENTITY_KINDS = ["link", "order", "payment", "refund"] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** 1 for the earliest known status; 0 for an unknown one or none. */
export function rankOf(kind: EntityKind, status: string | undefined): number {
  return status === undefined ? 0 : KNOWN[kind].indexOf(status) + 1;
}

/** Orders in these states have taken money. */
export const PAID_ORDER_STATUSES: readonly OrderStatus[] = [
  "PROCESSED",
  "PARTIALLY_CAPTURED",
  "PARTIALLY_REFUNDED",
  "FULLY_REFUNDED",
];
