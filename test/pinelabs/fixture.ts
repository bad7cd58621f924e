// Reads the fixtures as text and as JSON, and makes messages that no gateway would send out of them.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../src/domain/json";

const folder = fileURLToPath(new URL("../fixtures/", import.meta.url).href);

export function fixtureText(name: string): string {
  return readFileSync(`${folder}${name}`, "utf8");
}

function fixtureJson(name: string): Json {
  // JSON.parse gives JSON, and TypeScript does not say so.
  return JSON.parse(fixtureText(name)) as Json;
}

export function fixture(name: string): JsonObject {
  const value = fixtureJson(name);
  if (!isJsonObject(value)) throw new Error(`${name} is not an object`);
  return value;
}

/** The names of all fixtures that begin with one of these. */
export function fixtureNames(...prefixes: readonly string[]): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && name !== "expected.json")
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
    .toSorted();
}

/** A fixture in which up to four values, anywhere, were replaced by any JSON value. */
export function mutated(names: readonly string[]): fc.Arbitrary<Json> {
  const change = fc.record({ at: fc.nat(), to: fc.jsonValue() });
  return fc
    .record({ name: fc.constantFrom(...names), changes: fc.array(change, { maxLength: 4 }) })
    .map(({ name, changes }) =>
      changes.reduce<Json>((value, { at, to }) => {
        const places = countPlaces(value);
        // fast-check's JSON values are JSON, but its types say unknown.
        return replacePlace(value, at % places, to as Json);
      }, fixtureJson(name)),
    );
}

function children(value: Json): readonly Json[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function countPlaces(value: Json): number {
  return 1 + children(value).reduce<number>((sum, child) => sum + countPlaces(child), 0);
}

function replacePlace(value: Json, place: number, to: Json): Json {
  if (place === 0) return to;
  let left = place - 1;
  const visit = (child: Json): Json => {
    const size = countPlaces(child);
    const mine = left >= 0 && left < size;
    const next = mine ? replacePlace(child, left, to) : child;
    left -= size;
    return next;
  };
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
  }
  return Array.isArray(value) ? value.map(visit) : value;
}
