// A refund → a word about the refund. One reader for its three shapes: an order of type REFUND, an
// entry of its parent's `refunds`, and the guide contract's answer (docs/gateway.md 4.2, 11.8,
// 11.9). Its payments belong to it, never to the order.

import { isEntityId, isOrderId } from "../domain/ids";
import type { JsonObject } from "../domain/json";
import type { RefundFields, RefundPayment, Word } from "../domain/observation";
import { REFUND_STATUSES } from "../domain/status";
import type { Instant } from "../domain/time";
import {
  readAmount,
  readObject,
  readObjects,
  readStatus,
  readText,
  readTime,
  readWord,
  said,
} from "./fields";
import { newestInside, versionIn } from "./version";

export interface RefundContext {
  /** The order around it, if it stands in one. */
  readonly parent: string | null;
  /** The newest time of the whole snapshot. */
  readonly snapshot: Instant | null;
}

/**
 * Null when it has no valid id of its own. Its own time is the newest inside it, so that the same
 * refund told alone and told by its parent has the same one.
 */
export function translateRefund(
  refund: JsonObject,
  { parent, snapshot }: RefundContext,
): Word<"refund"> | null {
  const id = refund.refund_id ?? refund.order_id;
  const parentId = isOrderId(refund.parent_order_id) ? refund.parent_order_id : parent;
  if (!isOrderId(id) || id === parentId) return null;
  return {
    kind: "refund",
    id,
    version: versionIn(snapshot, newestInside(refund)),
    fields: fieldsOf(refund, parentId),
  };
}

function fieldsOf(refund: JsonObject, parent: string | null): Partial<RefundFields> {
  const payments = readObjects(refund.payments);
  const known = payments.flatMap((payment) => paymentOf(payment) ?? []);
  return said<RefundFields>({
    parent_order_id: parent ?? undefined,
    ...readStatus(REFUND_STATUSES, refund.status),
    reference:
      readText(refund.merchant_refund_reference) ?? readText(refund.merchant_order_reference),
    amount: readAmount(refund.refund_amount) ?? readAmount(refund.order_amount),
    reason: readText(refund.refund_reason) ?? readText(refund.reason),
    rrn: known.find((payment) => payment.rrn !== undefined)?.rrn,
    payments: known.length > 0 ? known : undefined,
    created_at: readTime(refund.created_at),
    updated_at: readTime(refund.updated_at),
  });
}

function paymentOf(payment: JsonObject): RefundPayment | null {
  if (!isEntityId(payment.id)) return null;
  const acquirer = readObject(payment.acquirer_data);
  const parent = payment.parent_payment_id;
  return {
    id: payment.id,
    ...said<Omit<RefundPayment, "id">>({
      parent_payment_id: isEntityId(parent) ? parent : undefined,
      status: readWord(payment.status),
      amount: readAmount(payment.payment_amount),
      rrn: readText(acquirer.rrn),
      acquirer_reference: readText(acquirer.acquirer_reference),
    }),
  };
}
