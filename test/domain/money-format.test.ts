// Amounts as a person reads them.

import { expect, test } from "vitest";
import { paisa } from "../../src/domain/money";
import { formatAmount, shortAmount } from "../../src/domain/money-format";

test.each([
  [0, "₹0.00"],
  [1, "₹0.01"],
  [99, "₹0.99"],
  [100, "₹1.00"],
  [99_900, "₹999.00"],
  [100_000, "₹1,000.00"],
  [1_234_567, "₹12,345.67"],
  [15_000_000, "₹1,50,000.00"],
  [100_000_000, "₹10,00,000.00"],
  [1_234_567_890_123, "₹12,34,56,78,901.23"],
  [-15_000_000, "-₹1,50,000.00"],
])("%i paisa is %s", (value, text) => {
  expect(formatAmount({ value: paisa(value), currency: "INR" })).toBe(text);
});

test("another currency is named, grouped by thousands, with its own decimals", () => {
  expect(formatAmount({ value: paisa(123_456_789), currency: "USD" })).toBe("USD 1,234,567.89");
  expect(formatAmount({ value: paisa(123_456), currency: "JPY" })).toBe("JPY 123,456");
  expect(formatAmount({ value: paisa(1_234), currency: "KWD" })).toBe("KWD 1.234");
});

test.each([
  [0, "₹0"],
  [50, "₹0.5"],
  [99_900, "₹999"],
  [99_999, "₹1 K"],
  [100_000, "₹1 K"],
  [150_000, "₹1.5 K"],
  [5_000_000, "₹50 K"],
  [9_999_000, "₹1 L"],
  [15_000_000, "₹1.5 L"],
  [123_400_000, "₹12.3 L"],
  [999_999_999, "₹1 Cr"],
  [2_000_000_000, "₹2 Cr"],
  [1_234_567_890_000_000, "₹12,34,567.9 Cr"],
  [-15_000_000, "-₹1.5 L"],
])("%i paisa is %s for short", (value, text) => {
  expect(shortAmount(value)).toBe(text);
});
