// Amounts as people type them: read exactly or refused, never guessed.

import { assert, constantFrom, integer, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { inr, paisa } from "../../src/domain/money";
import { formatAmount, plainAmount } from "../../src/domain/money-format";
import { parseTypedAmount } from "../../src/domain/typed-amount";

const LETTERS = [..."0 1 2 3 4 5 6 7 8 9 . , ₹ -".split(" "), " "];

const range = { least: paisa(100), most: paisa(100_000_000) };

describe("an amount is read", () => {
  test.each([
    ["1500", 150_000],
    ["1,500", 150_000],
    ["1,50,000.00", 15_000_000],
    ["150,000", 15_000_000],
    ["10,00,000", 100_000_000],
    ["1,000,000", 100_000_000],
    ["₹1500.00", 150_000],
    ["₹ 1,500.00", 150_000],
    ["Rs. 1500", 150_000],
    ["rs 1500", 150_000],
    ["INR 1500", 150_000],
    ["1500.5", 150_050],
    ["  12.34  ", 1_234],
    ["007", 700],
    ["1", 100],
  ])("%j as %i paisa", (text, value) => {
    expect(parseTypedAmount(text, range)).toEqual({ ok: true, value });
  });

  test("however we write it ourselves", () => {
    assert(
      property(integer({ min: 100, max: 100_000_000 }), (value) => {
        for (const text of [formatAmount(inr(value)), plainAmount(inr(value))]) {
          expect(parseTypedAmount(text, range)).toEqual({ ok: true, value });
        }
      }),
    );
  });
});

describe("an amount is refused", () => {
  test.each([
    ["", "empty"],
    ["  ", "empty"],
    ["₹", "empty"],
    ["0", "too_small"],
    ["0.00", "too_small"],
    ["0.99", "too_small"],
    ["-5", "negative"],
    ["−5", "negative"],
    ["₹-5", "negative"],
    ["(500)", "negative"],
    ["1.234", "too_exact"],
    ["1,500.001", "too_exact"],
    ["१५००", "other_digits"],
    ["15१०", "other_digits"],
    ["１５００", "other_digits"],
    ["10,00,000.01", "too_large"],
    ["99999999999999999999", "too_large"],
    ["1,5", "not_an_amount"],
    ["15,00", "not_an_amount"],
    ["1,,500", "not_an_amount"],
    [",500", "not_an_amount"],
    ["1.500,00", "not_an_amount"],
    ["1.5.0", "not_an_amount"],
    ["1500.", "not_an_amount"],
    [".5", "not_an_amount"],
    ["1 500", "not_an_amount"],
    ["1e3", "not_an_amount"],
    ["0x10", "not_an_amount"],
    ["Infinity", "not_an_amount"],
    ["$15", "not_an_amount"],
    ["all", "not_an_amount"],
    ["=1+1", "not_an_amount"],
  ])("%j: %s", (text, code) => {
    expect(parseTypedAmount(text, range)).toMatchObject({ ok: false, failure: { code } });
  });

  test("or is within the range, whatever was typed", () => {
    assert(
      property(string({ unit: constantFrom(...LETTERS) }), (text) => {
        const read = parseTypedAmount(text, range);
        if (!read.ok) return;
        expect(read.value).toBeGreaterThanOrEqual(range.least);
        expect(read.value).toBeLessThanOrEqual(range.most);
      }),
    );
  });
});
