// An amount as a person types it into a form: "1,500", "₹1500.00", "Rs. 1,50,000.5". What could mean two
// things is refused, never guessed: "1,5" may be one and a half, "1.500" may be one thousand five hundred.

import { type Paisa, paisa, ZERO } from "./money";
import { failure, type Result, success } from "./result";

export type AmountFault =
  | { readonly code: "empty" }
  | { readonly code: "negative" }
  | { readonly code: "too_small"; readonly least: Paisa }
  | { readonly code: "too_large"; readonly most: Paisa }
  /** More than two digits after the point: there is nothing smaller than a paisa. */
  | { readonly code: "too_exact" }
  /** Digits of another script than 0 to 9: told apart, because the person did type an amount. */
  | { readonly code: "other_digits" }
  | { readonly code: "not_an_amount" };

export interface AmountRange {
  readonly least: Paisa;
  readonly most: Paisa;
}

const SIGN = /^(?:₹|INR|Rs\.?)\s*/i;

/** Without commas, or with them where India or the world puts them. */
const WHOLE = /^(?:\d+|\d{1,2}(?:,\d{2})*,\d{3}|\d{1,3}(?:,\d{3})+)$/;

/** More than any payment, and exact as a number of paisa. */
const ANY: AmountRange = { least: ZERO, most: paisa(1e14) };

/** For looking things up; null: it is no amount. */
export function paisaTyped(text: string): Paisa | null {
  const parsed = parseTypedAmount(text);
  return parsed.ok ? parsed.value : null;
}

/** "₹1,500.00", "Rs. 1500", "1,500/-" → paisa within the range. Spaces around it and the rupee's sign before it are not meant. */
export function parseTypedAmount(
  text: string,
  { least, most }: AmountRange = ANY,
): Result<Paisa, AmountFault> {
  const bare = text.trim().replace(SIGN, "").replace(/\/-$/, "").trimEnd();
  if (bare === "") return failure({ code: "empty" });
  if (/^[-−–(]/u.test(bare)) return failure({ code: "negative" });
  if (/(?![0-9])\p{Nd}/u.test(bare)) return failure({ code: "other_digits" });
  const [whole = "", fraction = "", ...more] = bare.split(".");
  const isAmount =
    more.length === 0 && WHOLE.test(whole) && /^\d*$/.test(fraction) && !bare.endsWith(".");
  if (!isAmount) return failure({ code: "not_an_amount" });
  if (fraction.length > 2) return failure({ code: "too_exact" });
  const digits = whole.replaceAll(",", "").replace(/^0+(?=\d)/, "");
  // Beyond this a number of paisa is not exact any more; no amount is anywhere near.
  if (digits.length > 13) return failure({ code: "too_large", most });
  const value = Number(digits) * 100 + Number(fraction.padEnd(2, "0"));
  if (value > most) return failure({ code: "too_large", most });
  if (value < least) return failure({ code: "too_small", least });
  return success(paisa(value));
}
