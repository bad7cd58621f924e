/**
 * Split settlement (docs/gateway.md 4.1, 4.2, 10): a refund of an order whose money was
 * shared out has to say of whose shares it is, and a refund of any other must not.
 */
import * as z from "zod";
import { GatewayError } from "./gateway-error";
import { zeroOrMore } from "./link-request";
import type { Order } from "./order";

const share = {
  split_merchant_id: z.string(),
  merchant_settlement_reference: z.string().optional(),
  amount: zeroOrMore,
};

/** `split_info` of a refund's request. */
export const splitSchema = z.strictObject({
  split_type: z.literal("AMOUNT"),
  split_details: z.array(z.strictObject(share)).min(1),
});
export type SplitInfo = z.infer<typeof splitSchema>;

/** What an order carries; it may have more than a refund's request. */
const splitOfOrder = z.object({
  split_type: z.literal("AMOUNT"),
  split_details: z.array(z.object(share)),
});

function refuse(why: string): never {
  throw new GatewayError("INVALID_REQUEST", `split_info: ${why}`, "split_info");
}

/** Refuses a refund whose shares are missing, are too many, or are not its amount. */
export function requireSplit(parent: Order, split: SplitInfo | undefined, amount: number): void {
  if (!("split_info" in parent.purchase_details)) {
    if (split) refuse("the order is not split");
    return;
  }
  if (!split) return refuse("required, the order is split");
  const sum = split.split_details.reduce((total, detail) => total + detail.amount.value, 0);
  if (sum !== amount) refuse(`the parts come to ${sum} and the refund to ${amount}`);
}

/** What the refund's own object shows. */
export function splitOfRefund(split: SplitInfo): Record<string, unknown> {
  const split_details = split.split_details.map((detail) => ({
    ...detail,
    status: "DO_NOT_RECOVER",
  }));
  return { ...split, split_details };
}

/**
 * The shares of a refund that an operator makes with one click: each merchant of the order
 * gives what it got until the amount is reached, and the first gives what is missing then.
 */
export function spreadSplit(parent: Order, amount: number): SplitInfo | undefined {
  const known = splitOfOrder.safeParse(parent.purchase_details["split_info"]);
  if (!known.success) return undefined;
  let left = amount;
  const taken = known.data.split_details.map((detail) => {
    const value = Math.min(left, detail.amount.value);
    left -= value;
    return value;
  });
  const split_details = known.data.split_details.map((detail, index) => ({
    ...detail,
    amount: { value: (taken[index] ?? 0) + (index === 0 ? left : 0), currency: "INR" as const },
  }));
  return { split_type: "AMOUNT", split_details };
}
