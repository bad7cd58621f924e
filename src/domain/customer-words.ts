// What the merchant's systems may pass on to the customer, by WhatsApp or SMS, which are theirs and not
// ours: one sentence with each event that concerns him, and a link that opens WhatsApp with it. As it is
// recorded the link bears no number and the sentence no address of a receipt: an event shows nobody's
// (law 12). Both are added to what is sent to the merchant's own system.

import type { Cause, NotificationType } from "./causes";
import { type Facts, read, theLink } from "./facts";
import type { JsonObject } from "./json";
import { formatAmount } from "./money-format";
import { derivePosition } from "./position";

export interface CustomerWords {
  readonly text: string;
  /** Of a reminder: where to pay. */
  readonly payment_link?: string | null;
  readonly whatsapp: string;
}

interface Occasion {
  readonly facts: Facts;
  readonly entities: readonly string[];
  /** MERCHANT_NAME. */
  readonly merchant: string | null;
}

const SENTENCES: { readonly [type in NotificationType]?: (occasion: Occasion) => string | null } = {
  "order.paid": paid,
  "order.part_paid": partPaid,
  "order.refunded": refunded,
  "link.reminder_due": reminder,
};

/** Null: an event that is the merchant's own business, or of which another one tells the customer. */
export function customerWords(
  { type, entities }: Cause,
  facts: Facts,
  merchant: string | null,
): CustomerWords | null {
  const text = SENTENCES[type]?.({ facts, entities, merchant });
  if (text === undefined || text === null) return null;
  if (type !== "link.reminder_due") return { text, whatsapp: whatsappLink(text) };
  const link = theLink(facts)?.[1];
  const payment_link = (link && read(link, "payment_link")) ?? null;
  const whole = payment_link === null ? text : `${text} ${payment_link}`;
  return { text, payment_link, whatsapp: whatsappLink(whole) };
}

/** Whom the words are for, and where his receipt is; null: not known. */
export interface Addressee {
  /** With its country code, digits alone. */
  readonly number: string | null;
  readonly receipt_url: string | null;
}

/** The members of an event's data with what only its receiver may know; nothing where they have no words. */
export function addressWords(data: JsonObject, { number, receipt_url }: Addressee): JsonObject {
  const { text, whatsapp } = data;
  if (typeof text !== "string" || typeof whatsapp !== "string") return {};
  const said = new URL(whatsapp).searchParams.get("text") ?? text;
  if (receipt_url === null) return { whatsapp: whatsappLink(said, number) };
  const receipt = ` Your receipt: ${receipt_url}`;
  return { text: text + receipt, receipt_url, whatsapp: whatsappLink(said + receipt, number) };
}

/**
 * Opens WhatsApp with this text in the chat of this number; without one it asks whom to send it to. Half of a
 * letter, as JSON allows it, can not stand in an address: it becomes a �.
 */
export function whatsappLink(text: string, number: string | null = null): string {
  return `https://wa.me/${number ?? ""}?text=${encodeURIComponent(text.toWellFormed())}`;
}

function reminder({ facts, merchant }: Occasion): string {
  const due = derivePosition(facts).amount_due;
  const from = merchant === null ? "" : ` from ${merchant}`;
  const what = due === null ? "your payment" : `your payment of ${formatAmount(due)}`;
  return `A friendly reminder${from}: ${what}${purposeOf(facts)} is still open.`;
}

function paid({ facts, merchant }: Occasion): string {
  const { captured } = derivePosition(facts);
  const known = captured !== null && captured.value > 0;
  const what = known ? `your payment of ${formatAmount(captured)}` : "your payment";
  return `Thank you. ${merchant ?? "We"} received ${what}${purposeOf(facts)}.`;
}

/** Null when nothing is due any more: then the order is paid, and the customer is told that. */
function partPaid({ facts, merchant }: Occasion): string | null {
  const { captured, amount_due } = derivePosition(facts);
  if (amount_due?.value === 0) return null;
  const known = captured !== null && captured.value > 0;
  const what = known ? `${formatAmount(captured)} so far` : "a part of your payment";
  const rest = amount_due === null ? "" : ` ${formatAmount(amount_due)} is still due.`;
  return `Thank you. ${merchant ?? "We"} received ${what}${purposeOf(facts)}.${rest}`;
}

function refunded({ facts, entities, merchant }: Occasion): string {
  const id = entities[0];
  const refund = id === undefined ? undefined : facts.refund[id];
  const amount = refund && read(refund, "amount");
  const what = amount === undefined ? shareOf(facts) : formatAmount(amount);
  return `${merchant ?? "We"} refunded ${what}${purposeOf(facts)}.`;
}

/** Of a refund that the gateway has not shown by itself. */
function shareOf(facts: Facts): string {
  const { captured, refunded } = derivePosition(facts);
  const all = captured !== null && refunded !== null && refunded.value >= captured.value;
  return all ? "your payment" : "a part of your payment";
}

function purposeOf(facts: Facts): string {
  const link = theLink(facts)?.[1];
  const description = link && read(link, "description");
  return description === undefined ? "" : ` for “${description}”`;
}
