// One of an order's payments (docs/gateway.md 3.3, 3.4) → a word about the payment. It belongs to the
// order that lists it: in several documented samples its id has another order's prefix.

import { isEntityId } from "../domain/ids";
import type { Json, JsonObject } from "../domain/json";
import type { Capture, PaymentFields, Word } from "../domain/observation";
import { PAYMENT_STATUSES } from "../domain/status";
import type { Instant } from "../domain/time";
import {
  isList,
  readAmount,
  readFlag,
  readObject,
  readStatus,
  readText,
  readTime,
  readWord,
  said,
} from "./fields";
import { safeCode, safeMessage } from "./failure";
import { ownTime, versionIn } from "./version";

export interface PaymentContext {
  readonly order_id: string;
  readonly snapshot: Instant | null;
}

/** Null when it has no valid id. */
export function translatePayment(
  payment: JsonObject,
  { order_id, snapshot }: PaymentContext,
): Word<"payment"> | null {
  if (!isEntityId(payment.id)) return null;
  return {
    kind: "payment",
    id: payment.id,
    version: versionIn(snapshot, ownTime(payment)),
    fields: fieldsOf(payment, order_id),
  };
}

function fieldsOf(payment: JsonObject, order_id: string): Partial<PaymentFields> {
  const card = readObject(readObject(payment.payment_option).card_data);
  const acquirer = readObject(payment.acquirer_data);
  return said<PaymentFields>({
    order_id,
    ...readStatus(PAYMENT_STATUSES, payment.status),
    amount: readAmount(payment.payment_amount),
    base_amount: readAmount(payment.base_amount),
    payment_method: readWord(payment.payment_method),
    merchant_payment_reference: readText(payment.merchant_payment_reference),
    network: readText(card.network_name),
    last4: readLast4(card.last4_digit),
    rrn: readText(acquirer.rrn),
    approval_code: readText(acquirer.approval_code),
    acquirer_reference: readText(acquirer.acquirer_reference),
    is_aggregator: readFlag(acquirer.is_aggregator),
    error: readError(payment.error_detail),
    captures: readCaptures(payment.capture_data),
    created_at: readTime(payment.created_at),
    updated_at: readTime(payment.updated_at),
  });
}

/** Never more than the last four digits, whatever stands there. */
function readLast4(value: Json | undefined): string | undefined {
  return typeof value === "string" && /^\d{4}$/.test(value) ? value : undefined;
}

/** The gateway's free text, as banks write it: whose account it was stands in it, and is not kept. */
function readError(value: Json | undefined): PaymentFields["error"] | undefined {
  const given = readObject(value);
  const [code, message] = [readText(given.code), readText(given.message)];
  const error = said<PaymentFields["error"]>({
    code: code === undefined ? undefined : safeCode(code, []),
    message: message === undefined ? undefined : safeMessage(message, []),
  });
  return Object.keys(error).length > 0 ? error : undefined;
}

/**
 * The captures are one field: with an entry that has no readable amount the list as a whole says
 * nothing, because a sum of what is left of it would be wrong.
 */
function readCaptures(value: Json | undefined): readonly Capture[] | undefined {
  if (!isList(value) || value.length === 0) return undefined;
  const captures = value.flatMap((entry) => captureOf(readObject(entry)) ?? []);
  return captures.length === value.length ? captures : undefined;
}

function captureOf(entry: JsonObject): Capture | null {
  const amount = readAmount(entry.capture_amount);
  if (amount === undefined) return null;
  return {
    amount,
    ...said<Omit<Capture, "amount">>({
      merchant_capture_reference: readText(entry.merchant_capture_reference),
      created_at: readTime(entry.created_at),
    }),
  };
}
