// Reads one field of the gateway's JSON leniently: what is absent, empty or malformed says nothing
// (undefined) and never spoils the rest. Small readers instead of schemas, because every field
// stands for itself: one bad field must not cost the others.

import { isJsonObject, type Json, type JsonObject } from "../domain/json";
import { type Amount, paisa } from "../domain/money";
import { instantToMilliseconds, parseInstant, toIso } from "../domain/time";

type Field = Json | undefined;

/** Longer texts are no field of the gateway's. */
const MAX_TEXT = 4096;

const WORD = /^[A-Z][A-Z0-9_]{0,49}$/;

export function readText(value: Field): string | undefined {
  if (typeof value !== "string" || value.length > MAX_TEXT) return undefined;
  return value.trim() === "" ? undefined : value;
}

/** A status, a type or a code: an upper-case word, spelled as the gateway's tables spell it. */
export function readWord(value: Field): string | undefined {
  const word = typeof value === "string" ? value.trim().toUpperCase() : "";
  return WORD.test(word) ? word : undefined;
}

/** Booleans come as strings in link requests and in one refund webhook (docs/gateway.md 11.16). */
export function readFlag(value: Field): boolean | undefined {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (word === "true") return true;
  return word === "false" ? false : undefined;
}

/** A hundred thousand million rupees: thousands of such amounts still add up exactly. */
export const MOST = 10_000_000_000_000;

/** Paisa and a currency; a fraction, a negative or absurd number or a missing currency is no amount. */
export function readAmount(value: Field): Amount | undefined {
  if (!isJsonObject(value)) return undefined;
  const { value: number, currency } = value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) return undefined;
  if (number < 0 || number > MOST) return undefined;
  if (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency)) return undefined;
  return { value: paisa(number), currency };
}

/** A time in our own form: UTC, three digits of milliseconds. Versions are made in version.ts. */
export function readTime(value: Field): string | undefined {
  const instant = parseInstant(value);
  return instant === null ? undefined : toIso(instantToMilliseconds(instant));
}

/** An empty object for anything else, so that a path can be followed without asking at each step. */
export function readObject(value: Field): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The object, if there is one that holds anything. */
export function readFilledObject(value: Field): JsonObject | undefined {
  return isJsonObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

/** The objects of a list; anything else in it is passed over. */
export function readObjects(value: Field): readonly JsonObject[] {
  return isList(value) ? value.filter((item) => isJsonObject(item)) : [];
}

/** The words of a list, such as `allowed_payment_methods`. */
export function readWords(value: Field): readonly string[] | undefined {
  const words = isList(value) ? value.flatMap((item) => readWord(item) ?? []) : [];
  return words.length > 0 ? words : undefined;
}

export function isList(value: Field): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * A known status as `status`, any other word as `unknown_status` (law 9: kept, not guessed), and
 * nothing for what is no word at all.
 */
export function readStatus<S extends string>(
  known: readonly S[],
  value: Field,
): { readonly status?: S; readonly unknown_status?: string } {
  const word = readWord(value);
  const status = known.find((candidate) => candidate === word);
  if (status !== undefined) return { status };
  return word === undefined ? {} : { unknown_status: word };
}

/** Leaves out what says nothing: a field of an observation is never null or undefined. */
export function said<F extends object>(fields: {
  readonly [K in keyof F]?: F[K] | undefined;
}): Partial<F> {
  const spoken = Object.entries(fields).filter(([, value]) => value !== undefined);
  // The only cast: exactly the undefined members were taken out, which is what Partial means here.
  return Object.fromEntries(spoken) as Partial<F>;
}
