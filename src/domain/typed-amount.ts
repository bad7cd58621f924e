// Rupees as a person types them → whole paisa: "1500", "₹1,500.00", "Rs. 1,50,000/-". Read digit by digit;
// a float never stands between. Pure.

import { type Paisa, paisa } from "./money";

const RUPEES = /^(?:₹|rs\.?|inr)?(?<whole>\d[\d,]*)(?:\.(?<part>\d{1,2}))?(?:\/-)?$/i;

/** More than any payment, and far below where numbers stop to be exact. */
const WHOLE_DIGITS = 12;

/** Null: not an amount. Commas may stand anywhere: some count in lakh, some in thousands. */
export function paisaTyped(text: string): Paisa | null {
  const { whole, part = "" } = RUPEES.exec(text.replaceAll(/\s/g, ""))?.groups ?? {};
  const digits = whole?.replaceAll(",", "").replace(/^0+(?=\d)/, "") ?? "";
  if (digits === "" || digits.length > WHOLE_DIGITS) return null;
  return paisa(Number(digits) * 100 + Number(part.padEnd(2, "0")));
}
