// An order, a link and a verdict as the API shows them (design section 4), derived from the record.
// `snake_case` and the gateway's own field names: this is the public contract.

import { attentionOf } from "./attention";
import { type StepView, viewChecklist } from "./checklist";
import { chainOf, rootLink } from "./chain";
import { type RefundView, viewRefunds } from "./command-view";
import { type VoidedBy, voidedBy } from "./lapse";
import { captureBy, type AuthWindow } from "./window";
import { type Entity, entries, type Facts, linkStatus, newestWord, read, theLink } from "./facts";
import { type FulfillmentView, viewFulfillment } from "./fulfillment-view";
import type { Json, JsonObject } from "./json";
import type { Amount } from "./money";
import { proposedRefundOf } from "./overpaid";
import { capturedOfPayment } from "./order-money";
import type { Position } from "./position";
import { type OrderRecord, type Origin, positionOf, type Terms } from "./record";
import { type ReminderView, viewReminders } from "./reminders";
import { matchSettlement } from "./settlement";
import { NO_BOOKS, type PaymentBooks } from "./settlement-books";
import { type SettlementView, viewSettlement } from "./settlement-view";
import { deriveStage, type Stage } from "./stage";
import { toIso } from "./time";
import { deriveVerdict, type FulfillOn, mayFulfill, type Verdict } from "./verdict";
import { verifiedBy } from "./verified-by";
import type { Discrepancy } from "./discrepancy";

export interface PaymentView {
  readonly id: string;
  readonly order_id: string | null;
  readonly status: string | null;
  readonly payment_method: string | null;
  readonly payment_amount: Amount | null;
  readonly base_amount: Amount | null;
  readonly captured: Amount;
  readonly network: string | null;
  readonly last4: string | null;
  readonly rrn: string | null;
  readonly is_aggregator: boolean | null;
  readonly error: { readonly code?: string; readonly message?: string } | null;
  /** Where its captured money is; whole paisa of INR. */
  readonly books: PaymentBooks;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

export interface LinkView {
  readonly payment_link_id: string;
  readonly merchant_payment_link_reference: string | null;
  readonly status: string | null;
  readonly payment_link: string | null;
  readonly amount: Amount | null;
  readonly amount_due: Amount | null;
  readonly expire_by: string | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

export interface DiscrepancyView {
  readonly type: string;
  readonly subject: string;
  readonly ours: Json;
  readonly theirs: Json;
  readonly amount: number | null;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly closed_at: string | null;
  /** What a person said of it; null: it stands, or it closed by itself. */
  readonly resolution: ResolutionView | null;
}

export interface ResolutionView {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export interface OrderView {
  /** The home's own id: an order id, or a payment_link_id while no order is known. */
  readonly id: string;
  readonly order_id: string | null;
  readonly order_ids: readonly string[];
  readonly merchant_reference: string | null;
  readonly stage: Stage;
  readonly status: string | null;
  readonly verified_by: "webhook" | "inquiry" | null;
  readonly origin: Origin;
  readonly amount: Amount | null;
  readonly amount_due: Amount | null;
  readonly authorized: Amount;
  readonly captured: Amount | null;
  readonly refunded: Amount | null;
  readonly refundable: Amount;
  /** Taken beyond the amount, less what went back or is on its way: the refund that we propose. */
  readonly overpaid: Amount | null;
  /** What a person should look at: stable codes, in the order of the alphabet. */
  readonly attention: readonly string[];
  /** Held once and given back without a capture. */
  readonly released: Amount;
  readonly pre_auth: boolean | null;
  readonly part_payment: boolean | null;
  readonly capture_by: string | null;
  /** Who let go of the held money, by the gateway's word; null too while nobody can say. */
  readonly voided_by: VoidedBy | null;
  readonly description: string | null;
  readonly merchant_metadata: JsonObject;
  readonly customer: JsonObject | null;
  readonly link: LinkView | null;
  /** All links of the order, each after the one that it replaces. */
  readonly links: readonly LinkView[];
  readonly payments: readonly PaymentView[];
  readonly refunds: readonly RefundView[];
  /** Where its money is on its way to the bank; null: there is nothing to settle. */
  readonly settlement: SettlementView | null;
  /** The post-payment checklist; empty for somebody else's business (ORDERS_WITHOUT_LINK). */
  readonly checklist: readonly StepView[];
  /** Who delivers it, or did. */
  readonly fulfillment: FulfillmentView;
  readonly reminders: readonly ReminderView[];
  readonly discrepancies: readonly DiscrepancyView[];
  /** Not all of its payments, refunds, discrepancies and settlement lines are here (order-short.ts). */
  readonly shortened?: true;
  readonly checked_at: string | null;
  /** When personal data was removed; null: it is here. */
  readonly forgotten_at: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ViewSettings {
  readonly auth_window: AuthWindow;
  readonly fulfill_on: FulfillOn;
  /** False: neither notified nor checked off. */
  readonly ours: boolean;
}

/** `id` is the home's name. The customer is whole: the door masks it (`maskCustomer`). */
export function viewOrder(id: string, record: OrderRecord, settings: ViewSettings): OrderView {
  const facts = record.facts;
  const position = positionOf(record);
  const stage = deriveStage(facts, position);
  const link = theLink(facts);
  const word = position.word;
  const order = word ? facts.order[word.order_id] : undefined;
  const deadline = captureBy(facts, settings.auth_window);
  const match = matchSettlement(facts, record.settled);
  return {
    id,
    order_id: word?.order_id ?? null,
    order_ids: Object.keys(facts.order).toSorted(),
    merchant_reference: referenceOf(facts, record.terms),
    stage,
    status: (order && newestWord(order)) ?? null,
    verified_by: verifiedBy(record.witness, stage),
    origin: record.origin,
    amount: position.amount,
    amount_due: position.amount_due,
    authorized: position.authorized,
    captured: position.captured,
    refunded: position.refunded,
    refundable: position.refundable,
    overpaid: proposedRefundOf(facts, position),
    attention: attentionOf(facts, position, stage, record),
    released: position.released,
    pre_auth: facts.pre_auth ?? null,
    part_payment: facts.part_payment ?? null,
    capture_by: deadline === null ? null : toIso(deadline),
    voided_by:
      stage === "voided" && word
        ? voidedBy(facts, record.commands, word.order_id, settings.auth_window)
        : null,
    description: descriptionOf(facts),
    merchant_metadata: metadataOf(facts),
    customer: customerOf(facts),
    link: link && viewLink(link[0], link[1]),
    links: chainOf(facts).map(([linkId, one]) => viewLink(linkId, one)),
    payments: entries(facts, "payment")
      .map(([paymentId, payment]) =>
        viewPayment(paymentId, payment, position, match.books[paymentId] ?? NO_BOOKS),
      )
      .toSorted(byCreation),
    refunds: viewRefunds(facts, record.commands),
    settlement: viewSettlement(match),
    checklist: settings.ours ? viewChecklist(record, settings.fulfill_on) : [],
    fulfillment: viewFulfillment(record.handling, mayFulfill(facts, position, "authorized")),
    reminders: viewReminders(record),
    discrepancies: Object.values(record.discrepancies).map(viewDiscrepancy),
    checked_at: record.heard_at === null ? null : toIso(record.heard_at),
    forgotten_at: record.forgotten_at === null ? null : toIso(record.forgotten_at),
    version: record.version,
    created_at: toIso(record.created_at),
    updated_at: toIso(record.updated_at),
  };
}

export interface VerdictView {
  readonly verdict: Verdict;
  readonly fulfill: boolean;
  readonly stage: Stage;
  readonly order_id: string | null;
  readonly merchant_reference: string | null;
  readonly amount: Amount | null;
  readonly amount_due: Amount | null;
  readonly captured: Amount | null;
  readonly refunded: Amount | null;
  readonly checked_at: string | null;
  readonly source: "webhook" | "inquiry" | null;
}

/** The verdict from the facts as they are; who asks the gateway first is the door's business. */
export function viewVerdict(record: OrderRecord, fulfillOn: FulfillOn): VerdictView {
  const facts = record.facts;
  const position = positionOf(record);
  const stage = deriveStage(facts, position);
  const on = record.terms?.fulfill_on ?? fulfillOn;
  return {
    verdict: deriveVerdict(facts, position),
    fulfill: mayFulfill(facts, position, on),
    stage,
    order_id: position.word?.order_id ?? null,
    merchant_reference: referenceOf(facts, record.terms),
    amount: position.amount,
    amount_due: position.amount_due,
    captured: position.captured,
    refunded: position.refunded,
    checked_at: record.heard_at === null ? null : toIso(record.heard_at),
    source: verifiedBy(record.witness, stage),
  };
}

/** The merchant's own reference: the first link's, else what we were asked with, else the order's. */
export function referenceOf(facts: Facts, terms: Terms | null): string | null {
  const link = rootLink(facts)?.[1];
  const ofLink = link && read(link, "reference");
  if (ofLink) return ofLink;
  if (terms) return terms.reference;
  const orders = entries(facts, "order").map(([, order]) => read(order, "reference"));
  return orders.find((reference) => reference !== undefined) ?? null;
}

function descriptionOf(facts: Facts): string | null {
  const link = rootLink(facts)?.[1];
  return (link && read(link, "description")) ?? null;
}

function metadataOf(facts: Facts): JsonObject {
  const link = rootLink(facts)?.[1];
  const ofLink = link && read(link, "merchant_metadata");
  if (ofLink) return ofLink;
  const orders = entries(facts, "order").map(([, order]) => read(order, "merchant_metadata"));
  return orders.find((metadata) => metadata !== undefined) ?? {};
}

/** Customer details, from the link if it has them, else from an order that does. */
export function customerOf(facts: Facts): JsonObject | null {
  const link = rootLink(facts)?.[1];
  const ofLink = link && read(link, "customer");
  if (ofLink) return ofLink;
  const orders = entries(facts, "order").map(([, order]) => read(order, "customer"));
  return orders.find((customer) => customer !== undefined) ?? null;
}

export function viewLink(id: string, link: Entity<"link">): LinkView {
  return {
    payment_link_id: id,
    merchant_payment_link_reference: read(link, "reference") ?? null,
    status: linkStatus(link) === "PROCESSED" ? "PROCESSED" : (newestWord(link) ?? null),
    payment_link: read(link, "payment_link") ?? null,
    amount: read(link, "amount") ?? null,
    amount_due: read(link, "amount_due") ?? null,
    expire_by: read(link, "expire_by") ?? null,
    created_at: read(link, "created_at") ?? null,
    updated_at: read(link, "updated_at") ?? null,
  };
}

function viewPayment(
  id: string,
  payment: Entity<"payment">,
  position: Position,
  books: PaymentBooks,
): PaymentView {
  const currency = position.authorized.currency;
  return {
    id,
    order_id: read(payment, "order_id") ?? null,
    status: newestWord(payment) ?? null,
    payment_method: read(payment, "payment_method") ?? null,
    payment_amount: read(payment, "amount") ?? null,
    base_amount: read(payment, "base_amount") ?? null,
    captured: { value: capturedOfPayment(payment, currency), currency },
    network: read(payment, "network") ?? null,
    last4: read(payment, "last4") ?? null,
    rrn: read(payment, "rrn") ?? null,
    is_aggregator: read(payment, "is_aggregator") ?? null,
    error: read(payment, "error") ?? null,
    books,
    created_at: read(payment, "created_at") ?? null,
    updated_at: read(payment, "updated_at") ?? null,
  };
}

export function viewDiscrepancy(row: Discrepancy): DiscrepancyView {
  return {
    type: row.type,
    subject: row.subject,
    ours: row.ours,
    theirs: row.theirs,
    amount: row.amount,
    first_seen_at: toIso(row.first_seen_at),
    last_seen_at: toIso(row.last_seen_at),
    closed_at: row.closed_at === null ? null : toIso(row.closed_at),
    resolution: row.resolution ? { ...row.resolution, at: toIso(row.resolution.at) } : null,
  };
}

function byCreation(
  a: { readonly created_at: string | null },
  b: { readonly created_at: string | null },
): number {
  return (a.created_at ?? "").localeCompare(b.created_at ?? "");
}
