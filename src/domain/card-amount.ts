// The last four digits of a card with an amount, as a customer has them from the bank's message: "4242
// 1500", "xx4242 ₹1,500.00". Four digits alone are on thousands of orders, and so is an amount. Pure.

import type { Amount } from "./money";
import { plainAmount } from "./money-format";

export interface CardAmount {
  readonly last4: string;
  /** In units, without what does not count: "1500", "1499.5". */
  readonly amount: string;
}

export function cardTermsOf(
  last4: string | null,
  amounts: readonly (Amount | null)[],
): readonly CardAmount[] {
  if (last4 === null || !/^\d{4}$/.test(last4)) return [];
  return amounts.flatMap((amount) =>
    amount === null ? [] : [{ last4, amount: shortest(plainAmount(amount)) }],
  );
}

const CARD = "(?:[x*•. ]*)(?<last4>\\d{4})";
const AMOUNT = "(?:₹|rs\\.?|inr)? ?(?<amount>\\d[\\d,]{0,14}(?:\\.\\d{1,3})?)(?:/-)?";

/** Either may come first; where both have four digits, both are meant. */
const FORMS = [
  new RegExp(`^${CARD}[ ,:/-]+${AMOUNT}$`),
  new RegExp(`^${AMOUNT}[ ,:/-]+${CARD}$`),
] as const;

/** `text` in small letters, its white space single. */
export function cardAmountsIn(text: string): readonly CardAmount[] {
  if (text.length > 50) return [];
  return FORMS.flatMap((form) => {
    const { last4, amount } = form.exec(text)?.groups ?? {};
    if (last4 === undefined || amount === undefined) return [];
    return [{ last4, amount: shortest(amount.replaceAll(",", "")) }];
  });
}

/** "01500.00" → "1500". */
function shortest(decimal: string): string {
  const whole = decimal.replace(/^0+(?=\d)/, "");
  return whole.includes(".") ? whole.replace(/\.?0+$/, "") : whole;
}
