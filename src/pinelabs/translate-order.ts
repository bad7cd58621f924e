// An order as the gateway tells it (docs/gateway.md 3.2–3.4, 4.2) → an observation: the order, its
// payments and its refunds, each with its version (design 3.3). Bare or in `data`. A REFUND order is
// a refund of its parent and nothing else. Total: a malformed part says nothing.

import { isOrderId } from "../domain/ids";
import type { JsonObject } from "../domain/json";
import type { AnyWord, Observation, OrderFields } from "../domain/observation";
import { ORDER_STATUSES } from "../domain/status";
import {
  isList,
  readAmount,
  readFilledObject,
  readFlag,
  readObject,
  readObjects,
  readStatus,
  readText,
  readTime,
  readWord,
  said,
} from "./fields";
import { unwrap } from "./keys";
import { translatePayment } from "./translate-payment";
import { translateRefund } from "./translate-refund";
import { newestInside, versionIn } from "./version";

export const NOTHING: Observation = { words: [], orders_named: [] };

/** `unknown`: a type that is in no table; nothing of it is believed (law 9). */
export type OrderKind = "charge" | "refund" | "unknown";

/** By its `type`; one that states none is a refund if it names a parent, else a charge. */
export function kindOfOrder(order: JsonObject): OrderKind {
  const type = readWord(order.type);
  if (type === "REFUND") return "refund";
  if (type === "CHARGE") return "charge";
  if (type !== undefined) return "unknown";
  return isOrderId(order.parent_order_id) ? "refund" : "charge";
}

/** The order whose actor this belongs to: a refund's parent, else the order itself (design 3.1). */
export function homeOfOrder(order: JsonObject): string | null {
  if (kindOfOrder(order) === "refund" && isOrderId(order.parent_order_id)) {
    return order.parent_order_id;
  }
  return isOrderId(order.order_id) ? order.order_id : null;
}

/** `body` has normalised keys. */
export function translateOrder(body: JsonObject): Observation {
  const order = unwrap(body);
  switch (kindOfOrder(order)) {
    case "charge":
      return translateCharge(order);
    case "refund":
      return translateRefundOrder(order);
    case "unknown":
      return nameOnly(homeOfOrder(order));
  }
}

/** That there is such an order, and nothing about it. */
export function nameOnly(orderId: string | null): Observation {
  return orderId === null ? NOTHING : { words: [], orders_named: [orderId] };
}

function translateCharge(order: JsonObject): Observation {
  const id = order.order_id;
  if (!isOrderId(id)) return NOTHING;
  const snapshot = newestInside(order);
  const fields = fieldsOf(order);
  const silent = Object.keys(fields).length === 0;
  const words: readonly AnyWord[] = [
    ...(silent
      ? []
      : [{ kind: "order", id, version: versionIn(snapshot, snapshot), fields } as const]),
    ...readObjects(order.payments).flatMap(
      (payment) => translatePayment(payment, { order_id: id, snapshot }) ?? [],
    ),
    ...readObjects(order.refunds).flatMap(
      (refund) => translateRefund(refund, { parent: id, snapshot }) ?? [],
    ),
  ];
  return {
    words,
    // The guide's answer to a refund names its order and says nothing more of it.
    orders_named: silent ? [id] : [],
    // The guide's answer to a refund names that refund only: its list is not the order's.
    ...(!silent && isList(order.refunds) ? { refunds_listed: [id] } : {}),
    ...said<Pick<Observation, "pre_auth" | "part_payment">>({
      pre_auth: readFlag(order.pre_auth),
      part_payment: readFlag(order.part_payment),
    }),
  };
}

/** Its `pre_auth` speaks of the refund, not of the order that was paid, so it is not taken over. */
function translateRefundOrder(order: JsonObject): Observation {
  const word = translateRefund(order, { parent: null, snapshot: newestInside(order) });
  const parent = order.parent_order_id;
  return { words: word ? [word] : [], orders_named: isOrderId(parent) ? [parent] : [] };
}

function fieldsOf(order: JsonObject): Partial<OrderFields> {
  const purchase = readObject(order.purchase_details);
  return said<OrderFields>({
    ...readStatus(ORDER_STATUSES, order.status),
    reference: readText(order.merchant_order_reference),
    amount: readAmount(order.order_amount),
    customer: readFilledObject(purchase.customer),
    merchant_metadata: readFilledObject(purchase.merchant_metadata),
    split_info: readFilledObject(purchase.split_info),
    created_at: readTime(order.created_at),
    updated_at: readTime(order.updated_at),
  });
}
