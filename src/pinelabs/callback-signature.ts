// The signature of the customer's redirect (docs/gateway.md 7.2): HMAC-SHA256 over the sorted
// fields, in hex. A valid one proves only that the gateway wrote the fields once; no stage changes
// because of a redirect, whatever this says (law 5).

import { failure, type Result, success } from "../domain/result";
import { decodeHex, matchesAny, utf8 } from "./secret-bytes";

/** `unchecked`: the account has no callback secret configured. */
export type RedirectSignature = "valid" | "invalid" | "absent" | "unchecked";

type Fields = { readonly [name: string]: string };

/** What the gateway itself sends (docs/gateway.md 7.1). */
const GATEWAY_FIELDS: readonly string[] = [
  "order_id",
  "status",
  "payment_status",
  "error_code",
  "error_message",
];

/**
 * Checks all received fields as one signed set, then the gateway's own alone: our callback URL may
 * carry query parameters of ours, and nobody documents whether they are signed.
 */
export async function verifyRedirect(
  fields: Fields,
  key: Uint8Array | null,
): Promise<RedirectSignature> {
  if (key === null) return "unchecked";
  const given = fields.signature;
  if (given === undefined || given === "") return "absent";
  const signature = decodeHex(given.trim());
  if (signature === null) return "invalid";
  const all = Object.keys(fields).filter((name) => name !== "signature");
  const theirs = all.filter((name) => GATEWAY_FIELDS.includes(name));
  if (await matchesAny(key, signedFields(fields, all), [signature])) return "valid";
  // An empty set signs nothing.
  if (theirs.length === 0 || theirs.length === all.length) return "invalid";
  return (await matchesAny(key, signedFields(fields, theirs), [signature])) ? "valid" : "invalid";
}

/** The key of a configured callback secret; empty or not hex is a wrong setting (law 12). */
export function decodeHexSecret(
  text: string,
): Result<Uint8Array, { readonly code: "secret_empty" | "secret_not_hex" }> {
  if (text.trim() === "") return failure({ code: "secret_empty" });
  const bytes = decodeHex(text);
  return bytes === null ? failure({ code: "secret_not_hex" }) : success(bytes);
}

/** `key=value` sorted by key, joined by `&`, nothing encoded. */
function signedFields(fields: Fields, names: readonly string[]): Uint8Array {
  const pairs = names.toSorted().map((name) => `${name}=${fields[name] ?? ""}`);
  return utf8(pairs.join("&"));
}
