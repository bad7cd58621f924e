// What hostile input is made of, for every door: strings, numbers and bodies of a corpus (corpus/*.json; bodies
// in base64, because not all are text), the same by chance, and right things of which a field was changed.

import * as fc from "fast-check";
import { HOSTILE } from "../console/hostile";
import bodies from "./corpus/bodies.json";
import numbers from "./corpus/numbers.json";
import written from "./corpus/strings.json?raw";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Read here: half of a character is JSON, and too much for whoever bundles the tests. */
const corpus = JSON.parse(written) as readonly string[];

const LONG = 300;

/** What somebody outside may put where a text is expected. Not every one is well-formed Unicode. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...corpus) },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE.map(([, text]) => text)) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: LONG }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...corpus), fc.constantFrom(...corpus))
      .map(([one, other]) => one + other),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("A", "9", "<", "é", "\u202e", "%", '"', "[", "\\"), fc.nat(4_000))
      .map(([letter, count]) => letter.repeat(count)),
  },
);

/** The same without halves of characters, for where the platform takes none. */
export const wholeTexts = texts.map((text) => text.toWellFormed());

/** JSON has numbers that are none for a program, such as 1e400: written as they stand here. */
const RAW = "\u0001number:";
/** Arrays in arrays, so many. */
const DEEP = "\u0001deep:";

const values: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: texts },
  { weight: 3, arbitrary: fc.constantFrom(...numbers).map((number) => `${RAW}${number}`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [null], [[]], { "": "" }),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(5, 31, 33, 200, 5_000).map((depth) => `${DEEP}${depth}`),
  },
);

/** One thing that is done to a JSON value; `at` says to which of all its places. */
export interface Change {
  readonly what: "put" | "drop" | "rename" | "add" | "double" | "repeat_key";
  readonly at: number;
  readonly value: Json;
  readonly name: string;
}

export const changes: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom("put", "put", "put", "drop", "rename", "add", "double", "repeat_key"),
  at: fc.nat(10_000),
  value: values,
  name: fc.oneof(
    fc.constantFrom("__proto__", "constructor", "status", "data", "order_id", "id", "payments"),
    fc.constantFrom("amount", "value", "currency", "updated_at", "type", "merchant_metadata"),
    texts,
  ),
});

/** The text of a JSON value after these changes. */
export function changedText(right: Json, todo: readonly Change[]): string {
  let value: Json = structuredClone(right);
  for (const change of todo) value = changeOne(value, change);
  return write(value);
}

export function write(value: Json): string {
  const doubled = JSON.stringify(value) ?? "null";
  return doubled
    .replaceAll(/"\\u0001number:([^"]*)"/g, "$1")
    .replaceAll(/"\\u0001deep:(\d+)"/g, (_, depth: string) => deep(Number(depth)))
    .replaceAll(/\\u0002twice:/g, "");
}

function deep(depth: number): string {
  return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

/** A name that is written twice stands here with a mark in front, which `write` takes away. */
const TWICE = "\u0002twice:";

interface Place {
  readonly holder: Json[] | { [name: string]: Json };
  readonly key: string | number;
}

function changeOne(whole: Json, { what, at, name, ...change }: Change): Json {
  // What was drawn may be drawn again, and changed inside.
  const value = structuredClone(change.value);
  const root: Json[] = [whole];
  const places = placesOf(root);
  const place = places[at % places.length];
  if (place === undefined) return whole;
  const { holder, key } = place;
  const old = Array.isArray(holder) ? holder[Number(key)] : holder[String(key)];
  if (what === "put" || holder === root) put(holder, key, value);
  else if (what === "double") put(holder, key, [old ?? null, old ?? null]);
  else if (what === "add") add(holder, name, value);
  else if (Array.isArray(holder)) holder.splice(Number(key), what === "drop" ? 1 : 0);
  else if (what === "repeat_key") put(holder, `${TWICE}${key}`, value);
  else {
    delete holder[String(key)];
    if (what === "rename") put(holder, name, old ?? null);
  }
  return root[0] ?? null;
}

function put(holder: Json[] | { [name: string]: Json }, key: string | number, value: Json): void {
  // "__proto__" as a name of its own, as a parser makes it.
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function add(holder: Json[] | { [name: string]: Json }, name: string, value: Json): void {
  if (Array.isArray(holder)) holder.push(value);
  else put(holder, name, value);
}

function placesOf(holder: Json[] | { [name: string]: Json }): Place[] {
  return Object.entries(holder).flatMap(([key, value]): Place[] => {
    const inside = typeof value === "object" && value !== null ? placesOf(value) : [];
    return [{ holder, key: Array.isArray(holder) ? Number(key) : key }, ...inside];
  });
}

/** Bodies of every kind: of the corpus, by chance, binary. */
export const anyBodies: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...bodies).map(bytesOf) },
  { weight: 3, arbitrary: fc.json({ maxDepth: 4 }).map(utf8) },
  { weight: 3, arbitrary: values.map((value) => utf8(write(value))) },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
  },
  { weight: 2, arbitrary: texts.map(utf8) },
);

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(text));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A query string: right names and strange ones, escaped, half escaped and not at all. */
export function queries(names: readonly string[], right: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: wholeTexts },
  );
  const value = fc.oneof(
    { weight: 3, arbitrary: wholeTexts },
    { weight: 1, arbitrary: fc.constantFrom(...right) },
  );
  const pair = fc
    .tuple(name, value, fc.constantFrom("escaped", "escaped", "escaped", "raw"))
    .map(([name, value, how]) =>
      how === "raw"
        ? `${rawly(name)}=${rawly(value)}`
        : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
  return fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join("&"));
}

/** As a client writes it that escapes nothing but what ends an address. */
function rawly(text: string): string {
  return text.replaceAll(/[#\s]/g, (character) => encodeURIComponent(character)).slice(0, 500);
}

/** A part of an address. */
export const parts: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: wholeTexts.map(encodeURIComponent) },
  { weight: 1, arbitrary: wholeTexts.map((text) => rawly(text).replaceAll(/[/\\?]/g, "_")) },
);

/** A header's value: what the platform lets through to a program. */
export const headerValues = texts.map((text) =>
  text
    .replaceAll(/[^\t\x20-\x7e]/g, "")
    .slice(0, 2_000)
    .trim(),
);

/** Once in so many times; else null, which is as it should be. */
export function once<T>(inSoMany: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: inSoMany - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}
