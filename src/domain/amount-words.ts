// Amounts in words, as a receipt writes them beside the figures: in the Indian system of lakh and crore,
// rupees and paise. Only for the home currency: how another counts its minor units is not ours to say.

import { type Amount, HOME_CURRENCY } from "./money";

const ONES = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
  "eighteen",
  "nineteen",
] as const;

const TENS = [
  "",
  "",
  "twenty",
  "thirty",
  "forty",
  "fifty",
  "sixty",
  "seventy",
  "eighty",
  "ninety",
] as const;

/** The greatest first; what is left below a hundred is said by itself. */
const UNITS = [
  { worth: 10_000_000, word: "crore" },
  { worth: 100_000, word: "lakh" },
  { worth: 1_000, word: "thousand" },
  { worth: 100, word: "hundred" },
] as const;

/** "Rupees one lakh fifty thousand and fifty paise only"; null for another currency or below zero. */
export function amountInWords({ value, currency }: Amount): string | null {
  if (currency !== HOME_CURRENCY || value < 0) return null;
  const rupees = Math.floor(value / 100);
  const paise = value % 100;
  const fraction = `${wordsOf(paise)} ${paise === 1 ? "paisa" : "paise"}`;
  if (rupees === 0 && paise > 0) return `${capitalised(fraction)} only`;
  const unit = rupees === 1 ? "Rupee" : "Rupees";
  return `${unit} ${wordsOf(rupees)}${paise === 0 ? "" : ` and ${fraction}`} only`;
}

/** A whole number from 0; crores are counted in words themselves: "one lakh crore". */
function wordsOf(whole: number): string {
  const unit = UNITS.find(({ worth }) => whole >= worth);
  if (unit === undefined) return belowHundred(whole);
  const count = wordsOf(Math.floor(whole / unit.worth));
  const rest = whole % unit.worth;
  return `${count} ${unit.word}${rest === 0 ? "" : ` ${wordsOf(rest)}`}`;
}

function belowHundred(whole: number): string {
  const alone = ONES[whole];
  if (alone !== undefined) return alone;
  const ten = TENS[Math.floor(whole / 10)] ?? "";
  const one = ONES[whole % 10];
  return whole % 10 === 0 || one === undefined ? ten : `${ten}-${one}`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
