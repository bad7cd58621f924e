// Rupees with decimals, which only the settlement report has (docs/gateway.md 5.3) → whole paisa.
// The point is moved in the decimal text; no amount is ever multiplied or rounded as a float.

import type { Json } from "../domain/json";
import { paisa, type Paisa } from "../domain/money";
import { MOST } from "./fields";

const TEXT = /^([+-]?)(\d+)(?:\.(\d+))?$/;
/** A number's own text may have an exponent too: `1e-7`, `1.5e+21`. */
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * Whole paisa of rupees. Takes a JSON number, or a text of plain decimals with an optional sign and
 * white space around it: "-1234.5". No commas, currency signs or exponents, which nobody documents:
 * "1,234.50" may be another country's way to write something else. More than two decimals are rounded
 * half away from zero, because they are a float's noise (19.990000000000002). Null for all else, and
 * beyond `most` paisa: a hundred thousand million rupees.
 */
export function paisaOfRupees(value: Json | undefined, most = MOST): Paisa | null {
  const parts = decimalParts(value);
  if (parts === null) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = parts;
  const amount = wholePaisa(whole + fraction, whole.length + Number(exponent) + 2);
  if (amount > most) return null;
  return paisa(sign === "-" && amount !== 0 ? -amount : amount);
}

function decimalParts(value: Json | undefined): RegExpExecArray | null {
  // The shortest decimal text that is this number: what the gateway wrote, up to 15 digits.
  if (typeof value === "number") return NUMBER.exec(String(value));
  return typeof value === "string" ? TEXT.exec(value.trim()) : null;
}

/** The digits as a whole number that ends after `end` of them; the next digit rounds. */
function wholePaisa(digits: string, end: number): number {
  if (end < 0) return 0;
  const kept = Number(digits.slice(0, end).padEnd(end, "0"));
  return digits.charAt(end) >= "5" ? kept + 1 : kept;
}
