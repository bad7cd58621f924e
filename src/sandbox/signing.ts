/**
 * The two signatures of the gateway. A webhook: Standard Webhooks over the raw bytes
 * of the secret. A redirect: upper-case hex over sorted `key=value` pairs, with the
 * hex-decoded secret.
 */
async function hmac(key: Uint8Array, text: string): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
}

/** The value of `webhook-signature`. `timestamp` is in seconds. */
export async function signWebhook(message: {
  readonly secret: string;
  readonly id: string;
  readonly timestamp: string;
  readonly body: string;
}): Promise<string> {
  const signed = `${message.id}.${message.timestamp}.${message.body}`;
  const mac = await hmac(new TextEncoder().encode(message.secret), signed);
  return `v1,${btoa(String.fromCharCode(...mac))}`;
}

/** The field `signature` of a redirect; the fields are everything else in it. */
export async function signCallback(
  secret_hex: string,
  fields: Readonly<Record<string, string>>,
): Promise<string> {
  const key = Uint8Array.from(secret_hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const signed = Object.keys(fields)
    .toSorted()
    .map((name) => `${name}=${fields[name] ?? ""}`)
    .join("&");
  const mac = await hmac(key, signed);
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}
