// Amounts in words, in the Indian system, read back as figures.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { amountInWords } from "../../src/domain/amount-words";
import { inr, paisa } from "../../src/domain/money";

test.each([
  [0, "Rupees zero only"],
  [1, "One paisa only"],
  [50, "Fifty paise only"],
  [100, "Rupee one only"],
  [101, "Rupee one and one paisa only"],
  [1_999, "Rupees nineteen and ninety-nine paise only"],
  [2_000, "Rupees twenty only"],
  [10_000, "Rupees one hundred only"],
  [11_011, "Rupees one hundred ten and eleven paise only"],
  [150_000, "Rupees one thousand five hundred only"],
  [9_999_900, "Rupees ninety-nine thousand nine hundred ninety-nine only"],
  [10_000_000, "Rupees one lakh only"],
  [15_000_050, "Rupees one lakh fifty thousand and fifty paise only"],
  [100_000_000, "Rupees ten lakh only"],
  [1_000_000_000, "Rupees one crore only"],
  [
    1_234_567_891,
    "Rupees one crore twenty-three lakh forty-five thousand six hundred seventy-eight and ninety-one paise only",
  ],
  [100_000_000_000_000, "Rupees one lakh crore only"],
])("%i paisa is “%s”", (value, words) => {
  expect(amountInWords(inr(value))).toBe(words);
});

test("neither another currency nor less than nothing has words", () => {
  expect(amountInWords({ value: paisa(100), currency: "USD" })).toBeNull();
  expect(amountInWords(inr(-1))).toBeNull();
});

test("the words of every amount say that amount and no other", () => {
  const amounts = fc.oneof(
    fc.nat(200_000),
    fc.nat(2_000_000_000),
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  );
  fc.assert(
    fc.property(amounts, (value) => {
      expect(paisaIn(amountInWords(inr(value)) ?? "")).toBe(value);
    }),
    { numRuns: 2_000 },
  );
});

const SMALL: { readonly [word: string]: number } = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};

const LARGE: { readonly [word: string]: number } = { hundred: 100, thousand: 1_000, lakh: 100_000 };

/** How a reader adds the words up, without the writer's own table of units. */
function paisaIn(sentence: string): number {
  const text = sentence.toLowerCase().replace(/ only$/, "");
  const [, rupees = "", paise = ""] =
    /^(?:rupees? (.+?))?(?: and )?(?:(\S+) pais[ae])?$/.exec(text) ?? [];
  return figureOf(rupees) * 100 + figureOf(paise);
}

function figureOf(text: string): number {
  const at = text.lastIndexOf("crore");
  // What stands before it may count crores itself: "nine crore ten crore".
  if (at !== -1) return figureOf(text.slice(0, at)) * 10_000_000 + figureOf(text.slice(at + 5));
  let total = 0;
  let open = 0;
  for (const word of text.split(/[ -]/).filter((one) => one !== "")) {
    const large = LARGE[word];
    if (large === undefined) open += SMALL[word] ?? Number.NaN;
    else if (large === 100) open *= 100;
    else {
      total += open * large;
      open = 0;
    }
  }
  return total + open;
}
