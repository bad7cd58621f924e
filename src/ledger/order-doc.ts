// The one place where JSON of the ledger becomes a type again. Only `project` writes it, from the
// very types that are read here, so it is taken at its word; the ledger is a copy that an actor
// can always write anew.

import { viewFulfillment } from "../domain/fulfillment-view";
import { NOTHING_HANDLED } from "../domain/handling";
import type { Json, JsonObject } from "../domain/json";
import type { RefundView } from "../domain/command-view";
import type { OrderView, PaymentView } from "../domain/order-view";
import type { PaymentBooks } from "../domain/settlement-books";
import type { SettlementLineView } from "../domain/settlement-view";

/** What rows lack that an earlier release wrote, until their order changes. */
const NOT_KNOWN_THEN = {
  overpaid: null,
  attention: [],
  links: [],
  settlement: null,
  checklist: [],
  fulfillment: viewFulfillment(NOTHING_HANDLED, false),
  forgotten_at: null,
  reminders: [],
} satisfies Partial<OrderView>;

export function orderOf(doc: string): OrderView {
  return { ...NOT_KNOWN_THEN, ...(JSON.parse(doc) as OrderView) };
}

/** `books` is null in a row that an earlier release wrote. */
export type StoredPayment = Omit<PaymentView, "books"> & { readonly books: PaymentBooks | null };

export function paymentOf(doc: string): StoredPayment {
  return { books: null, ...(JSON.parse(doc) as Omit<PaymentView, "books">) };
}

export function refundOf(doc: string): RefundView {
  return JSON.parse(doc) as RefundView;
}

/** Those of an order; null: it has no settlement. */
export function settlementLinesOf(doc: string | null): readonly SettlementLineView[] {
  return doc === null ? [] : (JSON.parse(doc) as readonly SettlementLineView[]);
}

export function jsonOf(doc: string): Json {
  return JSON.parse(doc) as Json;
}

export function jsonObjectOf(doc: string): JsonObject {
  return JSON.parse(doc) as JsonObject;
}
