// The signature of a notification, by the Standard Webhooks scheme: HMAC-SHA256 over id, time and the body
// byte for byte. During a rotation every secret signs, so that a receiver with either of them believes it.

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

export interface Unsigned {
  readonly id: string;
  /** Of this attempt, in whole seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The three headers that a receiver verifies. */
export async function signatureHeaders(
  { id, timestamp, body }: Unsigned,
  keys: readonly Uint8Array[],
): Promise<Readonly<Record<string, string>>> {
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(keys.map((key) => sign(key, content)));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.map((signature) => `v1,${signature}`).join(" "),
  };
}

async function sign(key: Uint8Array, content: Uint8Array): Promise<string> {
  const imported = await crypto.subtle.importKey("raw", key, HMAC, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", imported, content));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
