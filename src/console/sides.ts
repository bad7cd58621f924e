// One side of a discrepancy as a person can read it: amounts as amounts, words as words, known fields by
// their names. What has no known form stays whole, to be unfolded. Pure.

import type { Json } from "../domain/json";
import { type Amount, inr } from "../domain/money";
import { STAGES } from "./words";

export type Side =
  | { readonly kind: "nothing" }
  | { readonly kind: "money"; readonly amount: Amount }
  | { readonly kind: "text"; readonly text: string }
  /** The gateway's own word. */
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "fields"; readonly fields: readonly (readonly [label: string, Side])[] }
  | { readonly kind: "raw"; readonly text: string };

/** Fields that a side may have; numbers are paisa. */
const FIELDS: { readonly [field: string]: string } = {
  amount: "Amount",
  amount_due: "Still due",
  captured: "Captured",
  detail: "On its own page",
  expire_by: "Expires",
  gross: "Collected",
  lines: "Its lines",
  list: "In the list",
  net: "Paid out",
  status: "Status",
};

const LONGEST_TEXT = 200;

export function sideOf(value: Json | undefined): Side {
  if (value === null || value === undefined || value === "") return { kind: "nothing" };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { kind: "money", amount: inr(value) } : rawOf(value);
  }
  if (typeof value === "string") return textSide(value);
  if (typeof value === "boolean") return { kind: "text", text: value ? "Yes" : "No" };
  if (isAmount(value)) {
    return { kind: "money", amount: { ...inr(value.value), currency: value.currency } };
  }
  return fieldsOf(value) ?? rawOf(value);
}

/** "10000 INR" is how an amount in the shop's books is kept: the smallest unit, then the currency. */
const SMALLEST_UNITS = /^(-?\d{1,15}) ([A-Z]{3})$/;

function textSide(text: string): Side {
  const [, units, currency = ""] = SMALLEST_UNITS.exec(text) ?? [];
  if (units !== undefined) {
    return { kind: "money", amount: { ...inr(Number(units)), currency } };
  }
  const stage = Object.entries(STAGES).find(([name]) => name === text);
  if (stage !== undefined) return { kind: "text", text: stage[1].label };
  if (/^[A-Z][A-Z0-9_]{0,49}$/.test(text)) return { kind: "word", word: text };
  const isJson = /^[[{]/.test(text.trimStart());
  return isJson || text.length > LONGEST_TEXT
    ? { kind: "raw", text: prettyText(text) }
    : { kind: "text", text };
}

/** Null: it has a field that is not known, or one that is no plain value. */
function fieldsOf(value: Json): Side | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const fields = entries.flatMap(([field, part]) => {
    const label = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    const side = sideOf(part);
    const isPlain = side.kind !== "fields" && side.kind !== "raw";
    return label !== undefined && isPlain ? [[label, side] as const] : [];
  });
  return fields.length === entries.length && fields.length > 0 ? { kind: "fields", fields } : null;
}

function rawOf(value: Json): Side {
  return { kind: "raw", text: JSON.stringify(value, null, 2) };
}

function prettyText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Cut off, or no JSON at all: it stands as it came.
    return text;
  }
}

function isAmount(value: Json): value is { readonly value: number; readonly currency: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { value: units, currency, ...others } = value as { readonly [field: string]: Json };
  const isCode = typeof currency === "string" && /^[A-Z]{3}$/.test(currency);
  return Number.isSafeInteger(units) && isCode && Object.keys(others).length === 0;
}
