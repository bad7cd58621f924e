// How much a key may refund: at once, and on one calendar day of the merchant. Pure; the sum of a day is
// counted where all keys are kept, so that two refunds at once never pass it together.

import { formatAmount } from "./money-format";
import { type Amount, HOME_CURRENCY, inr, type Paisa } from "./money";
import { failure, type Result, success } from "./result";

/** Paisa; null: no such limit. */
export interface RefundLimit {
  readonly per_refund: number | null;
  readonly per_day: number | null;
}

export type LimitRefusal =
  /** Paisa. */
  | { readonly code: "key_limit_refund"; readonly limit: number; readonly asked: number }
  | {
      /** `used`: by other refunds of the day. Paisa. */
      readonly code: "key_limit_day";
      readonly limit: number;
      readonly used: number;
      readonly asked: number;
    }
  /** Limits are in rupees, and say nothing about another currency. */
  | { readonly code: "key_limit_currency"; readonly currency: string };

/** `used`: what the key's other refunds of the day add up to, in paisa. */
export function checkRefundLimit(
  limit: RefundLimit,
  amount: Amount,
  used: Paisa,
): Result<null, LimitRefusal> {
  const { per_refund, per_day } = limit;
  const asked = amount.value;
  if (amount.currency !== HOME_CURRENCY) {
    return failure({ code: "key_limit_currency", currency: amount.currency });
  }
  if (per_refund !== null && asked > per_refund) {
    return failure({ code: "key_limit_refund", limit: per_refund, asked });
  }
  if (per_day !== null && used + asked > per_day) {
    return failure({ code: "key_limit_day", limit: per_day, used, asked });
  }
  return success(null);
}

/** The refusal in one sentence. */
export function tellLimit(refused: LimitRefusal): string {
  switch (refused.code) {
    case "key_limit_refund":
      return `This key may refund at most ${rupees(refused.limit)} at once. Ask for less, or use a key that may refund more.`;
    case "key_limit_day":
      return `This key may refund at most ${rupees(refused.limit)} a day, and ${rupees(refused.used)} of it is used. Ask for less, wait until tomorrow, or use a key that may refund more.`;
    case "key_limit_currency":
      return `This key's limits are in rupees: it can not refund ${refused.currency}.`;
  }
}

function rupees(value: number): string {
  return formatAmount(inr(value));
}
