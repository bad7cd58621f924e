// Amounts as a person reads them: ₹1,50,000.00 in the Indian grouping. Only for pages and receipts;
// on the wire an amount is always whole paisa beside its currency.

import { type Amount, HOME_CURRENCY } from "./money";

/** Minor units per unit where it is not 100; what is not listed has two decimals (ISO 4217). */
const DECIMALS: { readonly [currency: string]: number } = {
  BHD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  OMR: 3,
  TND: 3,
  VND: 0,
};

/** "₹1,50,000.00"; another currency is named before the figure: "USD 1,500.00". */
export function formatAmount(amount: Amount): string {
  const decimals = DECIMALS[amount.currency] ?? 2;
  const digits = Math.abs(amount.value)
    .toString()
    .padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  const sign = amount.value < 0 ? "-" : "";
  return amount.currency === HOME_CURRENCY
    ? `${sign}₹${groupIndian(whole)}${fraction}`
    : `${sign}${amount.currency} ${groupByThree(whole)}${fraction}`;
}

/** The last three digits stand alone, the others in pairs: 1,50,000. */
function groupIndian(digits: string): string {
  const last = digits.slice(-3);
  const rest = digits.slice(0, -3);
  return rest === "" ? last : `${rest.replaceAll(/\B(?=(\d{2})+$)/g, ",")},${last}`;
}

function groupByThree(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
