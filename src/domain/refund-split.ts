// How a refund of a split order splits (docs/gateway.md 10): a refund of everything repeats the order's
// own split, any other has to bring one that adds up.

import { type Facts, read, theLink } from "./facts";
import { isJsonObject, type JsonObject } from "./json";
import type { Amount } from "./money";
import type { OrderMoney } from "./order-money";
import { failure, type Result, success } from "./result";

/** The split to send, null where the order has none; or why there is none that would do. */
export function splitOf(
  facts: Facts,
  { order_id, captured }: OrderMoney,
  asked: JsonObject | null,
  amount: Amount,
): Result<
  JsonObject | null,
  { readonly code: "split_info_required" | "split_info_unexpected" | "split_info_differs" }
> {
  const order = facts.order[order_id];
  const link = theLink(facts)?.[1];
  const own = (order && read(order, "split_info")) ?? (link && read(link, "split_info")) ?? null;
  if (own === null) {
    return asked === null ? success(null) : failure({ code: "split_info_unexpected" });
  }
  if (asked !== null) {
    return addsUp(asked, amount) ? success(asked) : failure({ code: "split_info_differs" });
  }
  // Of a capture of a part, the order's own split says more than was taken.
  const repeated = amount.value === captured && addsUp(own, amount);
  return repeated ? success(repeatedSplit(own)) : failure({ code: "split_info_required" });
}

/** Only what a refund's split may say: no hold, no state of the payment's own split. */
function repeatedSplit(own: JsonObject): JsonObject {
  const details = partsOf(own).map((part) => ({
    ...(part["split_merchant_id"] === undefined
      ? {}
      : { split_merchant_id: part["split_merchant_id"] }),
    ...(part["merchant_settlement_reference"] === undefined
      ? {}
      : { merchant_settlement_reference: part["merchant_settlement_reference"] }),
    ...(part["amount"] === undefined ? {} : { amount: part["amount"] }),
  }));
  return { split_type: own["split_type"] ?? "AMOUNT", split_details: details };
}

/** Every part is a whole amount of this currency, and together they are all of it. */
function addsUp(split: JsonObject, { value, currency }: Amount): boolean {
  const details = split["split_details"];
  if (!Array.isArray(details)) return false;
  const values = details.map((part) => {
    const amount = isJsonObject(part) ? part["amount"] : null;
    return isJsonObject(amount) && amount["currency"] === currency ? amount["value"] : null;
  });
  const known = values
    .filter((one) => typeof one === "number")
    .filter((one) => Number.isSafeInteger(one) && one >= 0);
  return known.length === values.length && known.reduce((all, one) => all + one, 0) === value;
}

function partsOf(split: JsonObject): readonly JsonObject[] {
  const details = split["split_details"];
  return Array.isArray(details) ? details.filter((part) => isJsonObject(part)) : [];
}
