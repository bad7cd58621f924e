// Bytes and texts: UTF-8, strict base64 and hex, and the HMAC that both of the gateway's signatures
// use. Comparing is left to WebCrypto, which does it in constant time.

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

/** Standard base64 with padding and without white space; null for anything else. */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  // Bits left over at the end must be 0: one text per value, as the gateway writes it.
  return encodeBase64(bytes) === text ? bytes : null;
}

export function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Two digits a byte, in either case; null for anything else. */
export function decodeHex(text: string): Uint8Array | null {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Two digits a byte, in lower case. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Null when the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** True if one of the signatures is the HMAC-SHA256 of the content. An empty key matches nothing. */
export async function matchesAny(
  key: Uint8Array,
  content: Uint8Array,
  signatures: readonly Uint8Array[],
): Promise<boolean> {
  if (key.length === 0 || signatures.length === 0) return false;
  const imported = await crypto.subtle.importKey("raw", key, HMAC, false, ["verify"]);
  const checks = signatures.map((signature) =>
    crypto.subtle.verify("HMAC", imported, signature, content),
  );
  return (await Promise.all(checks)).includes(true);
}
