// Rupees with decimals become whole paisa exactly: every amount up to a lakh, and large ones by chance.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paisaOfRupees } from "../../src/pinelabs/rupees";

/** The paisa as the gateway writes them: by digits, so that this test has no arithmetic to share. */
function rupeesText(paisa: number): string {
  const digits = Math.abs(paisa).toString().padStart(3, "0");
  return `${paisa < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

describe("rupees", () => {
  it("are exact for every amount from 0.00 to 99,999.99, as number and as text", () => {
    const wrong: string[] = [];
    for (let paisa = 0; paisa < 10_000_000; paisa += 1) {
      const text = rupeesText(paisa);
      if (paisaOfRupees(text) !== paisa || paisaOfRupees(Number(text)) !== paisa) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  it("are exact for any amount up to a hundred thousand million, taken back or not", () => {
    const amount = fc.integer({ min: -10_000_000_000_000, max: 10_000_000_000_000 });
    fc.assert(
      fc.property(amount, (paisa) => {
        const text = rupeesText(paisa);
        expect(paisaOfRupees(text)).toBe(paisa);
        expect(paisaOfRupees(Number(text))).toBe(paisa);
      }),
      { numRuns: 20_000 },
    );
  });

  it("are free of the noise of a float that was computed", () => {
    const amount = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        const noisy = Number(rupeesText(one)) + Number(rupeesText(other));
        expect(paisaOfRupees(noisy)).toBe(one + other);
        const text = noisy.toFixed(9);
        expect(paisaOfRupees(text)).toBe(one + other);
      }),
      { numRuns: 20_000 },
    );
  });

  it("beyond two decimals are rounded half away from zero, by their decimal digits", () => {
    const decimals = fc.stringMatching(/^\d{1,6}\.\d{3,9}$/);
    fc.assert(
      fc.property(decimals, (text) => {
        const [whole = "", fraction = ""] = text.split(".");
        const scale = 10n ** BigInt(fraction.length - 2);
        const expected = Number((BigInt(whole + fraction) * 2n + scale) / (scale * 2n));
        expect(paisaOfRupees(text)).toBe(expected);
        expect(paisaOfRupees(`-${text}`)).toBe(expected === 0 ? 0 : -expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    [19.990000000000002, 1999],
    [19.989999999999998, 1999],
    [0.1 + 0.2, 30],
    [1.005, 101],
    [-1.005, -101],
    ["0.005", 1],
    ["-0.005", -1],
    ["0.0049999999", 0],
    ["-0.004", 0],
    [-0, 0],
    ["-0.00", 0],
    [1e-7, 0],
    [5e-324, 0],
    [1.5e3, 150_000],
    [-506.64, -50_664],
    [0, 0],
    [259, 25_900],
    ["259", 25_900],
    [" \t+259.5\n", 25_950],
    ["007.10", 710],
    [100_000_000_000, 10_000_000_000_000],
    ["-100000000000.00", -10_000_000_000_000],
  ])("%j are %j paisa", (value, paisa) => {
    expect(paisaOfRupees(value)).toBe(paisa);
  });

  it.each([
    undefined,
    null,
    true,
    "",
    "  ",
    "-",
    ".",
    ".5",
    "5.",
    "1,234.50",
    "1.234,50",
    "1.2.3",
    "₹5",
    "5 INR",
    "1e3",
    "0x10",
    "--5",
    "- 5",
    "1 000",
    "١٢",
    "NaN",
    "Infinity",
    1e21,
    -1e300,
    Number.MAX_VALUE,
    100_000_000_000.01,
    "100000000000.005",
    "9".repeat(10_000),
    [5],
    { value: 5 },
  ])("%j is no amount", (value) => {
    expect(paisaOfRupees(value)).toBeNull();
  });
});
