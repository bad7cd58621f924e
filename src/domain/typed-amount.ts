// An amount in rupees as a person types it, as paisa. Only what can be meant in one way is read: a wrong guess
// would be somebody's money.

import { paisa, type Paisa } from "./money";
import { failure, type Result, success } from "./result";

export interface AmountUnreadable {
  readonly code: "amount_unreadable";
}

/** Groups of any width that ends with three digits (1,50,000 and 150,000), and at most two decimals. */
const FORM = /^(?:₹|rs\.?|inr)?\s*((?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,13}))(?:\.(\d{1,2}))?$/i;

/** "1,500", "₹1500.00", "1500.5". */
export function parseTypedAmount(text: string): Result<Paisa, AmountUnreadable> {
  const [, whole, fraction = ""] = FORM.exec(text.trim()) ?? [];
  const rupees = Number(whole?.replaceAll(",", ""));
  const value = rupees * 100 + Number(fraction.padEnd(2, "0"));
  if (whole === undefined || !Number.isSafeInteger(value)) {
    return failure({ code: "amount_unreadable" });
  }
  return success(paisa(value));
}
