// JSON as data, and its one canonical text. The canonical text orders values that are otherwise
// equal (joining, design 3.3) and compares request bodies; it is never sent to anybody.

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One text per value: keys sorted by UTF-16 code unit, no white space. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (isJsonObject(value)) {
    const pairs = Object.keys(value)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${pairs.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** A plain object as JSON. There is no undefined in it: a field that was not given is not there. */
export function asJsonObject(value: object): JsonObject {
  const parsed: unknown = JSON.parse(JSON.stringify(value));
  if (!isJsonObject(parsed)) throw new Error("an object became something else");
  return parsed;
}
