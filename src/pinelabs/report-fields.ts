// Reads one field of the settlement report leniently, as fields.ts does for the rest of the gateway:
// numbers written as texts and texts written as numbers are read, and one bad field is null and costs
// nothing else. Account numbers never leave this file whole.

import { isEntityId } from "../domain/ids";
import { isJsonObject, type Json } from "../domain/json";
import { isList } from "./fields";

type Field = Json | undefined;

/** Names of banks, programs and acquirers are short; longer ones are none. */
const LONGEST_NAME = 200;

/** A text without the white space around it, or a whole number as text. */
function plainText(value: Field): string {
  if (typeof value === "string") return value.trim();
  // A number past 2^53 lost digits when it was read: it is not the one that was sent.
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : "";
}

export function readName(value: Field): string | null {
  const text = plainText(value);
  return text !== "" && text.length <= LONGEST_NAME ? text : null;
}

/** The names of a list; anything else in it is passed over. */
export function readNames(value: Field): readonly string[] {
  return isList(value) ? value.flatMap((item) => readName(item) ?? []) : [];
}

/** A whole number that is not negative, in at most nine digits. */
export function readCount(value: Field): number | null {
  const text = plainText(value);
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** 1 to 50 letters and digits: 16 at least are documented, the samples have 12. */
export function readUtr(value: Field): string | null {
  const text = plainText(value);
  return /^[A-Za-z0-9]{1,50}$/.test(text) ? text : null;
}

/** The id of a payment or refund, "" when there is none that could be one. */
export function readTransactionId(value: Field): string {
  const text = plainText(value);
  return isEntityId(text) ? text : "";
}

/** "••••4680": never more than the last four characters, and none of a number that has only those. */
export function readAccount(value: Field): string | null {
  const text = plainText(value);
  if (text === "") return null;
  return text.length > 4 ? `••••${text.slice(-4)}` : "••••";
}

/**
 * The same value without account numbers: what a field named like one holds, and, where no field's
 * name tells what it is, every long run of digits.
 */
export function withoutAccounts(value: Json): Json {
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, fieldWithoutAccounts(name, field)]),
    );
  }
  if (isList(value)) return value.map(withoutAccounts);
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return value;
  const masked = text.replace(/\d[\d -]{3,}\d/g, (run) => `••••${run.slice(-4)}`);
  return masked === text ? value : masked;
}

function fieldWithoutAccounts(name: string, field: Json): Json {
  if (/acc(?!ept|ess)|iban/i.test(name)) return hidden(field);
  return typeof field === "object" && field !== null ? withoutAccounts(field) : field;
}

/** Everything in a field that is an account's. */
function hidden(field: Json): Json {
  if (isList(field)) return field.map(hidden);
  if (isJsonObject(field)) {
    return Object.fromEntries(Object.entries(field).map(([name, child]) => [name, hidden(child)]));
  }
  if (typeof field === "boolean" || field === null) return field;
  return readAccount(field) ?? "••••";
}
