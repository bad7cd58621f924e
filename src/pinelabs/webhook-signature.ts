// Whether a webhook comes from the gateway: the Standard Webhooks scheme (docs/gateway.md 6.2). The
// checks in their order: the three headers, the timestamp, the signature's form, the signature, the
// tolerance. Nothing here answers anybody: the door says 401 and no more, the operator sees the code.

import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import { concat, decodeBase64, matchesAny, utf8 } from "./secret-bytes";

export type WebhookHeader = "webhook-id" | "webhook-timestamp" | "webhook-signature";

/** The headers as received, null when absent, and the body byte for byte. */
export interface SignedMessage {
  readonly id: string | null;
  readonly timestamp: string | null;
  readonly signature: string | null;
  readonly body: Uint8Array;
}

export interface WebhookSecret {
  readonly name: "current" | "previous";
  readonly key: Uint8Array;
}

export interface SignatureRules {
  readonly secrets: readonly WebhookSecret[];
  /** How far the timestamp may lie from our clock, either way. */
  readonly tolerance: Milliseconds;
  readonly now: Milliseconds;
}

export type Refusal =
  | { readonly code: "missing_header"; readonly header: WebhookHeader }
  /** Not a decimal number of seconds. */
  | { readonly code: "timestamp_unreadable" }
  /** Too old. With a right signature it is a late truth: worth one inquiry, nothing more. */
  | {
      readonly code: "timestamp_stale";
      readonly skew_seconds: number;
      readonly signature: "valid" | "invalid";
    }
  | {
      readonly code: "timestamp_future";
      readonly skew_seconds: number;
      readonly signature: "valid" | "invalid";
    }
  /** No `v1,` value that is base64 of 32 bytes. */
  | { readonly code: "signature_unreadable" }
  | { readonly code: "signature_mismatch" };

/** Svix sends one signature per secret in rotation; more than this is nobody's rotation. */
const MAX_SIGNATURES = 16;
const SIGNATURE_BYTES = 32;

/** Says which secret matched, or the first check that failed. */
export async function verifyWebhook(
  message: SignedMessage,
  rules: SignatureRules,
): Promise<Result<{ readonly secret: WebhookSecret["name"] }, Refusal>> {
  const { id, timestamp, signature } = message;
  if (!id) return missing("webhook-id");
  if (!timestamp) return missing("webhook-timestamp");
  if (!signature) return missing("webhook-signature");
  const sentAt = parseTimestamp(timestamp);
  if (sentAt === null) return failure({ code: "timestamp_unreadable" });
  const signatures = parseSignatures(signature);
  if (signatures.length === 0) return failure({ code: "signature_unreadable" });
  const content = signedContent(id, timestamp, message.body);
  const secret = await findSecret(rules.secrets, content, signatures);
  const skew = rules.now - sentAt;
  if (Math.abs(skew) > rules.tolerance) {
    return failure({
      code: skew > 0 ? "timestamp_stale" : "timestamp_future",
      skew_seconds: Math.round(Math.abs(skew) / 1000),
      signature: secret === null ? "invalid" : "valid",
    });
  }
  return secret === null ? failure({ code: "signature_mismatch" }) : success({ secret });
}

/** Unix seconds in decimal digits and nothing else, in our milliseconds; null otherwise. */
export function parseTimestamp(text: string): Milliseconds | null {
  return /^\d{1,13}$/.test(text) ? Number(text) * 1000 : null;
}

/** Every `v1,` and `v1=` value of the header that can be one; other versions are passed over. */
export function parseSignatures(header: string): readonly Uint8Array[] {
  const tokens = new Set(header.split(" ").filter((token) => /^v1[,=]/.test(token)));
  return [...tokens].slice(0, MAX_SIGNATURES).flatMap((token) => {
    const bytes = decodeBase64(token.slice("v1,".length));
    return bytes?.length === SIGNATURE_BYTES ? [bytes] : [];
  });
}

/** `id.timestamp.body`, the body as it came: one byte more or less is another message. */
export function signedContent(id: string, timestamp: string, body: Uint8Array): Uint8Array {
  return concat([utf8(`${id}.${timestamp}.`), body]);
}

export type SecretEncoding = "raw" | "base64";

/**
 * The key that a configured secret stands for. An empty or undecodable secret is a wrong setting,
 * never a key (law 12). `whsec_` is Svix's prefix of a base64 secret.
 */
export function decodeSecret(
  text: string,
  encoding: SecretEncoding,
): Result<Uint8Array, { readonly code: "secret_empty" | "secret_not_base64" }> {
  if (text.trim() === "") return failure({ code: "secret_empty" });
  if (encoding === "raw") return success(utf8(text));
  const bytes = decodeBase64(text.replace(/^whsec_/, ""));
  if (bytes === null) return failure({ code: "secret_not_base64" });
  return bytes.length === 0 ? failure({ code: "secret_empty" }) : success(bytes);
}

async function findSecret(
  secrets: readonly WebhookSecret[],
  content: Uint8Array,
  signatures: readonly Uint8Array[],
): Promise<WebhookSecret["name"] | null> {
  const matches = await Promise.all(secrets.map(({ key }) => matchesAny(key, content, signatures)));
  return secrets.find((_, index) => matches[index])?.name ?? null;
}

function missing(header: WebhookHeader): Result<never, Refusal> {
  return failure({ code: "missing_header", header });
}
