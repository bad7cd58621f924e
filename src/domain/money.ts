// Money is an integer number of paisa with its currency. No floats, no implicit zero: an amount
// that nobody has told us is null. Rupees with decimals exist only in the settlement report.

declare const paisaBrand: unique symbol;

/** A whole number of paisa (1/100 rupee), or of another currency's minor unit beside its code. */
export type Paisa = number & { readonly [paisaBrand]: true };

export type Amount = { readonly value: Paisa; readonly currency: string };

export const HOME_CURRENCY = "INR";

export const ZERO = paisa(0);

/** Brands a number as paisa. Throws on anything but a safe integer: that is a bug, not bad input. */
export function paisa(value: number): Paisa {
  if (!isPaisa(value)) throw new Error(`not a whole number of paisa: ${value}`);
  return value;
}

function isPaisa(value: number): value is Paisa {
  return Number.isSafeInteger(value);
}

export function inr(value: number): Amount {
  return { value: paisa(value), currency: HOME_CURRENCY };
}

export function sum(values: readonly Paisa[]): Paisa {
  return paisa(values.reduce<number>((total, value) => total + value, 0));
}

export function subtract(from: Paisa, value: Paisa): Paisa {
  return paisa(from - value);
}

export function larger(a: Paisa, b: Paisa): Paisa {
  return a > b ? a : b;
}

export function smaller(a: Paisa, b: Paisa): Paisa {
  return a < b ? a : b;
}
