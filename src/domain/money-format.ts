// Amounts as a person reads them: ₹1,50,000.00 in the Indian grouping. For pages, receipts and tables;
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
  const { sign, whole, fraction } = partsOf(amount);
  return amount.currency === HOME_CURRENCY
    ? `${sign}₹${groupIndian(whole)}${fraction}`
    : `${sign}${amount.currency} ${groupByThree(whole)}${fraction}`;
}

/** "-1500.00": without its currency and without groups, for a cell of a table. */
export function plainAmount(amount: Amount): string {
  const { sign, whole, fraction } = partsOf(amount);
  return `${sign}${whole}${fraction}`;
}

function partsOf({ value, currency }: Amount) {
  const decimals = DECIMALS[currency] ?? 2;
  const digits = Math.abs(value)
    .toString()
    .padStart(decimals + 1, "0");
  return {
    sign: value < 0 ? "-" : "",
    whole: digits.slice(0, digits.length - decimals),
    fraction: decimals === 0 ? "" : `.${digits.slice(-decimals)}`,
  };
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

/** From the largest on, in rupees: as Indian newspapers write them. */
const SHORT: readonly (readonly [rupees: number, letter: string])[] = [
  [10_000_000, " Cr"],
  [100_000, " L"],
  [1_000, " K"],
  [1, ""],
];

/**
 * "₹1.5 L", "₹2 Cr", "₹50 K": for axes, where a place is narrow and a whole amount stands elsewhere. At most
 * one decimal, never rounded up into the next letter's figures: ₹99,990 is "₹1 L" and not "₹100 K".
 * `paisa` is of the home currency.
 */
export function shortAmount(paisa: number): string {
  const rupees = Math.abs(paisa) / 100;
  const index = SHORT.findIndex(([size]) => rupees >= size);
  const [size, letter] = SHORT[index] ?? [1, ""];
  const [larger, next] = SHORT[index - 1] ?? [Infinity, letter];
  const tenths = Math.round((rupees / size) * 10) / 10;
  const isNext = tenths * size >= larger;
  const sign = paisa < 0 ? "-" : "";
  return isNext ? `${sign}₹1${next}` : `${sign}₹${groupTenths(tenths)}${letter}`;
}

/** Crores may have many digits: "1,234.5". */
function groupTenths(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  return groupIndian(whole) + (fraction === undefined ? "" : `.${fraction}`);
}
