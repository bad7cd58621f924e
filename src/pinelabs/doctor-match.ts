// Which secret, read in which way, over which form of the body makes a given signature: everything
// that people get wrong, tried one after the other. For doctor.ts, which puts it into words.

import type { Milliseconds } from "../domain/time";
import { decodeBase64, decodeHex, encodeBase64, matchesAny, textOf, utf8 } from "./secret-bytes";
import { type SecretEncoding, signedContent, type WebhookSecret } from "./webhook-signature";

export interface ConfiguredSignature {
  readonly secrets: readonly WebhookSecret[];
  readonly encoding: SecretEncoding;
  readonly tolerance: Milliseconds;
  /** The gateway's own plugins sign with it: worth a try when no webhook secret matches. */
  readonly client_secret?: string;
}

/** The first reading that fits, with the body as received tried before any other. */
export interface Match {
  readonly key: Candidate;
  readonly body: BodyVariant["name"];
}

/** Each is tried with every reading of every secret over every form of the body. */
const MAX_SIGNATURES = 4;

/** Null when nothing that people get wrong explains the signature. */
export async function findMatch(
  message: {
    readonly id: string;
    readonly timestamp: string;
    readonly body: Uint8Array;
    readonly signatures: readonly Uint8Array[];
  },
  configured: ConfiguredSignature,
): Promise<Match | null> {
  const keys = candidatesOf(configured);
  const signatures = message.signatures.slice(0, MAX_SIGNATURES);
  for (const { name, body } of bodyVariants(message.body)) {
    const content = signedContent(message.id, message.timestamp, body);
    const matches = await Promise.all(keys.map(({ key }) => matchesAny(key, content, signatures)));
    const key = keys.find((_, index) => matches[index]);
    if (key !== undefined) return { key, body: name };
  }
  return null;
}

export interface Candidate {
  readonly owner: WebhookSecret["name"] | "client";
  readonly kind: "configured" | SecretEncoding | "hex" | "base64_text" | "trimmed";
  readonly key: Uint8Array;
}

/** Every reading of the configured secrets that people get wrong, the configured one first. */
function candidatesOf(configured: ConfiguredSignature): readonly Candidate[] {
  const { secrets, encoding, client_secret } = configured;
  const owners = secrets.map(({ name, key }) => readingsOf(name, key, encoding));
  const client: readonly Candidate[] = client_secret
    ? [{ owner: "client", kind: "configured", key: utf8(client_secret) }]
    : [];
  const all = [...owners.flat(), ...client];
  return [
    ...all.filter(({ kind }) => kind === "configured"),
    ...all.filter(({ kind }) => kind !== "configured"),
  ];
}

function readingsOf(
  owner: Candidate["owner"],
  key: Uint8Array,
  encoding: SecretEncoding,
): readonly Candidate[] {
  const asConfigured: Candidate = { owner, kind: "configured", key };
  if (encoding === "base64") {
    // The text that was configured, with and without the prefix that decoding takes off.
    const text = encodeBase64(key);
    return [
      asConfigured,
      { owner, kind: "raw", key: utf8(text) },
      { owner, kind: "raw", key: utf8(`whsec_${text}`) },
    ];
  }
  const text = textOf(key) ?? "";
  const optional = (kind: Candidate["kind"], found: Uint8Array | null): readonly Candidate[] =>
    found === null || found.length === 0 ? [] : [{ owner, kind, key: found }];
  return [
    asConfigured,
    ...optional("base64", decodeBase64(text.trim().replace(/^whsec_/, ""))),
    ...optional("hex", decodeHex(text.trim())),
    ...optional("base64_text", utf8(encodeBase64(key))),
    ...optional("trimmed", text.trim() === text ? null : utf8(text.trim())),
  ];
}

export interface BodyVariant {
  readonly name:
    | "as_received"
    | "trimmed"
    | "newline_added"
    | "compact"
    | "indented"
    | "crlf"
    | "lf";
  readonly body: Uint8Array;
}

/** The accidents that happen to a body between the gateway and the check, each form once. */
function bodyVariants(body: Uint8Array): readonly BodyVariant[] {
  const text = textOf(body);
  if (text === null) return [{ name: "as_received", body }];
  const lf = text.replace(/\r\n/g, "\n");
  const forms: readonly (readonly [BodyVariant["name"], string | null])[] = [
    ["as_received", text],
    ["trimmed", text.trim()],
    ["newline_added", `${text}\n`],
    ["lf", lf],
    ["crlf", lf.replace(/\n/g, "\r\n")],
    ["compact", rewriteJson(text, 0)],
    ["indented", rewriteJson(text, 2)],
  ];
  const seen = new Set<string | null>([null]);
  return forms.flatMap(([name, form]) => {
    if (form === null || seen.has(form)) return [];
    seen.add(form);
    return [{ name, body: utf8(form) }];
  });
}

/** Null when it is not JSON, or nested too deeply to be written again. */
function rewriteJson(text: string, indent: number): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, indent);
  } catch {
    return null;
  }
}
