// What is added to a notification on its way to the merchant's own system, and kept nowhere: the customer's
// number in the WhatsApp link, and the address of the receipt (domain/customer-words.ts).

import { customerNumber } from "../domain/customer-contact";
import { addressWords } from "../domain/customer-words";
import { isJsonObject, type JsonObject } from "../domain/json";
import type { Part } from "./part";
import { receiptToken } from "./receipt-token";

/** Events whose sentence may end with the customer's receipt. */
const WITH_RECEIPT: readonly string[] = ["order.paid", "order.part_paid", "order.refunded"];

export function addressed(part: Part, doc: JsonObject): JsonObject {
  const { record } = part.storage.readState();
  const data = doc["data"];
  if (record?.forgotten_at !== null || !isJsonObject(data)) return doc;
  const base = part.config().public_url;
  const isPaid = WITH_RECEIPT.some((type) => type === doc["type"]) && base !== null;
  const receipt_url = isPaid ? `${base}/receipt/${encodeURIComponent(receiptToken(part))}` : null;
  const words = addressWords(data, { number: customerNumber(record.facts), receipt_url });
  return { ...doc, data: { ...data, ...words } };
}
