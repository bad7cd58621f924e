// What every row of the settlement report has, whatever is in it: its fingerprint, by which two rows
// are the same only if every field is, and, if it can not be used, a text to look at. Of a row as it
// came, also of one that is no object.

import { canonicalJson, type Json } from "../domain/json";
import type { UnreadableRow } from "../domain/settlement-report";
import { withoutAccounts } from "./report-fields";
import { hexOf, utf8 } from "./secret-bytes";

/** Bytes of UTF-8. */
const LONGEST_RAW = 1024;

/** Half of a SHA-256 in hexadecimal, 32 characters: of each field, those too that nobody knows. */
export async function fingerprintOf(row: Json): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(canonicalJson(row)));
  return hexOf(new Uint8Array(digest).slice(0, 16));
}

/** `reason`: what is wrong with it, in a few words. */
export async function unreadableRow(row: Json, reason: string): Promise<UnreadableRow> {
  return {
    fingerprint: await fingerprintOf(row),
    reason,
    raw: cut(canonicalJson(withoutAccounts(row))),
  };
}

/** The beginning that fits, without half a character at its end. */
function cut(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(LONGEST_RAW));
  return text.slice(0, read);
}
