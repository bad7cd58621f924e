// Why a webhook was refused: looks at the headers and the body of one and says which check fails and
// what to change (`POST /v1/doctor/signature`). Silent 401s are the commonest failure of every
// webhook integration. Never says a secret, a key or the signature that would have been right.

import type { Milliseconds } from "../domain/time";
import { type ConfiguredSignature, findMatch, type Match } from "./doctor-match";
import {
  parseSignatures,
  parseTimestamp,
  type SecretEncoding,
  type WebhookHeader,
} from "./webhook-signature";

export interface SuspectMessage {
  /** As received; names in any case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

export type CheckName = "headers" | "timestamp" | "signature_form" | "signature" | "body";

export interface Check {
  readonly check: CheckName;
  readonly ok: boolean;
  /** One sentence: what was found. */
  readonly finding: string;
  /** One sentence: what to change; null when nothing is. */
  readonly change: string | null;
}

export interface Diagnosis {
  /** Whether the message would be accepted as it is. */
  readonly accepted: boolean;
  readonly checks: readonly Check[];
}

/** `now`: when the message arrived, if that is known; a message is old when it is diagnosed later. */
export async function diagnoseSignature(
  message: SuspectMessage,
  configured: ConfiguredSignature,
  now: Milliseconds,
): Promise<Diagnosis> {
  const headers = readHeaders(message.headers);
  const checks: Check[] = [checkHeaders(headers)];
  const { id, timestamp, signature } = headers;
  if (timestamp !== null) checks.push(checkTimestamp(timestamp, configured.tolerance, now));
  if (signature !== null) checks.push(checkForm(signature));
  const signatures = parseSignatures(signature ?? "");
  if (id !== null && timestamp !== null && signatures.length > 0) {
    const found = await findMatch({ id, timestamp, body: message.body, signatures }, configured);
    checks.push(checkSignature(found, configured.encoding));
    if (found !== null) checks.push(checkBody(found.body));
  }
  return { accepted: checks.every(({ ok }) => ok), checks };
}

interface Headers {
  readonly id: string | null;
  readonly timestamp: string | null;
  readonly signature: string | null;
}

function readHeaders(given: SuspectMessage["headers"]): Headers {
  const find = (wanted: WebhookHeader): string | null =>
    Object.entries(given).find(([name]) => name.trim().toLowerCase() === wanted)?.[1] || null;
  return {
    id: find("webhook-id"),
    timestamp: find("webhook-timestamp"),
    signature: find("webhook-signature"),
  };
}

function checkHeaders({ id, timestamp, signature }: Headers): Check {
  const missing = [
    ...(id === null ? ["webhook-id"] : []),
    ...(timestamp === null ? ["webhook-timestamp"] : []),
    ...(signature === null ? ["webhook-signature"] : []),
  ];
  if (missing.length === 0) return pass("headers", "All three webhook headers are there.");
  return fail(
    "headers",
    `The header ${missing.join(" and ")} is missing.`,
    "Let every proxy in front of the Worker pass the webhook headers on, and give the dashboard this webhook's address, not that of an older version.",
  );
}

function checkTimestamp(text: string, tolerance: Milliseconds, now: Milliseconds): Check {
  const sentAt = parseTimestamp(text);
  if (sentAt === null) {
    return fail(
      "timestamp",
      "webhook-timestamp is not a decimal number of seconds.",
      "Pass the header on unchanged: the gateway writes Unix seconds.",
    );
  }
  const seconds = Math.round((now - sentAt) / 1000);
  const allowed = tolerance / 1000;
  const where = seconds >= 0 ? `${seconds} seconds old` : `${-seconds} seconds in the future`;
  if (Math.abs(now - sentAt) <= tolerance) {
    return pass("timestamp", `The message is ${where}; ${allowed} seconds are allowed.`);
  }
  return fail(
    "timestamp",
    `The message is ${where}; ${allowed} seconds are allowed.`,
    seconds > 0
      ? "Nothing, if it was simply kept until now; if it was this old on arrival, remove the queue that held it back or raise WEBHOOK_TOLERANCE_SECONDS."
      : "Set the sender's clock right: only seconds count, not milliseconds.",
  );
}

function checkForm(header: string): Check {
  const count = parseSignatures(header).length;
  if (count > 0) return pass("signature_form", `webhook-signature holds ${count} v1 value(s).`);
  return fail(
    "signature_form",
    "webhook-signature holds no v1 value that is base64 of 32 bytes.",
    "Pass the header on unchanged: it reads `v1,` and 44 characters; a header of the gateway's older API (X-VERIFY) does not belong here.",
  );
}

function checkSignature(match: Match | null, encoding: SecretEncoding): Check {
  if (match === null) {
    return fail(
      "signature",
      "No configured secret made this signature, in any encoding, nor with the body's usual accidents.",
      "Copy the secret from the dashboard of the same environment again and set it as PINELABS_WEBHOOK_SECRET.",
    );
  }
  const { kind, owner } = match.key;
  const secret = OWNERS[owner];
  switch (kind) {
    case "configured":
      return owner === "client"
        ? fail(
            "signature",
            "It was signed with the client secret, not with the webhook secret.",
            encoding === "raw"
              ? "Unset PINELABS_WEBHOOK_SECRET: the client secret then stands in for it."
              : "Unset PINELABS_WEBHOOK_SECRET and set WEBHOOK_SECRET_ENCODING=raw.",
          )
        : pass("signature", `It was signed with ${secret}, as it is configured.`);
    case "raw":
      return fail(
        "signature",
        `It was signed with ${secret}, read as plain text.`,
        "Set WEBHOOK_SECRET_ENCODING=raw.",
      );
    case "base64":
      return fail(
        "signature",
        `It was signed with ${secret}, decoded from base64.`,
        "Set WEBHOOK_SECRET_ENCODING=base64.",
      );
    case "hex":
      return fail(
        "signature",
        `It was signed with ${secret}, decoded from hexadecimal.`,
        "Encode the secret's bytes as base64, set that as the secret, and set WEBHOOK_SECRET_ENCODING=base64.",
      );
    case "base64_text":
      return fail(
        "signature",
        `It was signed with the base64 text of ${secret} instead of the secret itself.`,
        "Let the sender use the secret's own bytes as the key; the gateway does.",
      );
    case "trimmed":
      return fail(
        "signature",
        `It was signed with ${secret} without the white space around it.`,
        "Set the secret again without a space or a line break at its ends.",
      );
  }
}

function checkBody(name: Match["body"]): Check {
  if (name === "as_received") return pass("body", "The body is the one that was signed.");
  return fail(
    "body",
    `The signature fits the body ${BODY_CHANGES[name]}: it was changed on its way.`,
    "Check the raw bytes as they arrive: nothing before the check may parse, re-write or re-encode the body.",
  );
}

const OWNERS: { readonly [owner in Match["key"]["owner"]]: string } = {
  current: "PINELABS_WEBHOOK_SECRET",
  previous: "PINELABS_WEBHOOK_SECRET_PREVIOUS",
  client: "PINELABS_CLIENT_SECRET",
};

const BODY_CHANGES: {
  readonly [name in Exclude<Match["body"], "as_received">]: string;
} = {
  trimmed: "without the white space around it",
  newline_added: "with a line break at its end",
  compact: "as JSON without white space",
  indented: "as indented JSON",
  crlf: "with Windows line breaks",
  lf: "with Unix line breaks",
};

function pass(check: CheckName, finding: string): Check {
  return { check, ok: true, finding, change: null };
}

function fail(check: CheckName, finding: string, change: string): Check {
  return { check, ok: false, finding, change };
}
