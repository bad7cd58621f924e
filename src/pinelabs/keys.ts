// The gateway's JSON, made safe to read: keys of one spelling, a limit on depth, no key that could
// touch a prototype. Pay-by-Points messages are camelCase or mixed (docs/gateway.md 6.3, 11.10);
// a merchant's own metadata keys are nobody's to change. Meaning is not this file's business.

import { isJsonObject, type Json, type JsonObject } from "../domain/json";
import { failure, type Result, success } from "../domain/result";

/** Objects and lists inside each other. The documented payloads reach seven. */
export const MAX_DEPTH = 32;

export type Unreadable = { readonly code: "not_json" | "not_an_object" | "too_deep" };

/** Reads a body as one JSON object with snake_case keys. Never throws, whatever the text is. */
export function parseObject(text: string): Result<JsonObject, Unreadable> {
  const parsed = parseText(text);
  if (!parsed.ok) return parsed;
  const value = normaliseKeys(parsed.value);
  if (!value.ok) return value;
  return isJsonObject(value.value) ? success(value.value) : failure({ code: "not_an_object" });
}

/**
 * camelCase and mixed keys become snake_case at every level except below `merchant_metadata`. Where
 * both spellings stand side by side, the snake_case one is kept. `__proto__` is left out.
 */
export function normaliseKeys(value: unknown): Result<Json, { readonly code: "too_deep" }> {
  const normal = normalise(value, 0, false);
  return normal === undefined ? failure({ code: "too_deep" }) : success(normal);
}

/** Some answers come in `data`, and some people saw links wrapped too (docs/gateway.md 11.27). */
export function unwrap(body: JsonObject): JsonObject {
  const isBare = "order_id" in body || "payment_link_id" in body || "utr_number" in body;
  return !isBare && isJsonObject(body.data) ? body.data : body;
}

function parseText(text: string): Result<unknown, { readonly code: "not_json" }> {
  try {
    return success(JSON.parse(text));
  } catch {
    return failure({ code: "not_json" });
  }
}

/** Undefined: too deep. The depth is checked before going down, so the stack never grows past it. */
function normalise(value: unknown, depth: number, keepKeys: boolean): Json | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return null;
  if (depth === MAX_DEPTH) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => normalise(item, depth + 1, keepKeys));
    const whole = items.filter((item) => item !== undefined);
    return whole.length === items.length ? whole : undefined;
  }
  const fields = new Map<string, Json>();
  for (const [key, child] of Object.entries(value)) {
    const name = keepKeys ? key : snakeCase(key);
    if (name === "__proto__") continue;
    const normal = normalise(child, depth + 1, keepKeys || name === "merchant_metadata");
    if (normal === undefined) return undefined;
    if (name === key || !fields.has(name)) fields.set(name, normal);
  }
  return Object.fromEntries(fields);
}

/** `last4Digit` → `last4_digit`, `merchantID` → `merchant_id`; what is no identifier stays. */
function snakeCase(key: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key)) return key;
  return key
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
