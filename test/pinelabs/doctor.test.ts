import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Diagnosis, diagnoseSignature } from "../../src/pinelabs/doctor";
import type { ConfiguredSignature } from "../../src/pinelabs/doctor-match";

const encoder = new TextEncoder();
const SENT = 1_767_000_000;
const now = SENT * 1000;
const TEXT = '{"event_type": "ORDER_PROCESSED",\n  "data": {"order_id": "v1-1"}}';

function sign(key: string | Uint8Array, body = TEXT): string {
  const mac = createHmac("sha256", key).update(`msg_1.${SENT}.${body}`);
  return `v1,${mac.digest("base64")}`;
}

function headers(signature: string) {
  return {
    "Webhook-Id": "msg_1",
    "webhook-timestamp": `${SENT}`,
    "WEBHOOK-SIGNATURE": signature,
  };
}

function configured(secret: string, change: Partial<ConfiguredSignature> = {}) {
  return {
    secrets: [{ name: "current", key: encoder.encode(secret) }],
    encoding: "raw",
    tolerance: 300_000,
    ...change,
  } satisfies ConfiguredSignature as ConfiguredSignature;
}

function diagnose(
  signature: string,
  rules: ConfiguredSignature,
  body: Uint8Array = encoder.encode(TEXT),
  at = now,
): Promise<Diagnosis> {
  return diagnoseSignature({ headers: headers(signature), body }, rules, at);
}

/** The changes that are asked for, one after the other. */
function changes(diagnosis: Diagnosis): string {
  return diagnosis.checks.flatMap(({ change }) => change ?? []).join(" | ");
}

function failed(diagnosis: Diagnosis): readonly string[] {
  return diagnosis.checks.flatMap(({ check, ok }) => (ok ? [] : [check]));
}

const base64 = (text: string) => btoa(text);

describe("the doctor", () => {
  it("finds nothing wrong with a right message", async () => {
    const diagnosis = await diagnose(sign("kiln"), configured("kiln"));
    expect(diagnosis.accepted).toBe(true);
    expect(changes(diagnosis)).toBe("");
    expect(diagnosis.checks.map(({ check }) => check)).toEqual([
      "headers",
      "timestamp",
      "signature_form",
      "signature",
      "body",
    ]);
  });

  it.each([
    ["base64 instead of raw", base64("kiln"), {}, sign("kiln"), "WEBHOOK_SECRET_ENCODING=base64"],
    [
      "whsec_ in raw mode",
      `whsec_${base64("kiln")}`,
      {},
      sign("kiln"),
      "WEBHOOK_SECRET_ENCODING=base64",
    ],
    [
      "raw instead of base64",
      "kiln",
      { encoding: "base64" },
      sign(base64("kiln")),
      "WEBHOOK_SECRET_ENCODING=raw",
    ],
    [
      "a prefix that belongs to it",
      "kiln",
      { encoding: "base64" },
      sign(`whsec_${base64("kiln")}`),
      "WEBHOOK_SECRET_ENCODING=raw",
    ],
    ["hex", "6b696c6e", {}, sign("kiln"), "as base64"],
    ["the base64 text as key", "kiln", {}, sign(base64("kiln")), "the secret's own bytes"],
    ["a line break after it", "kiln\n", {}, sign("kiln"), "without a space or a line break"],
    [
      "the client's",
      "kiln",
      { client_secret: "client" },
      sign("client"),
      "Unset PINELABS_WEBHOOK_SECRET",
    ],
    ["nobody's", "kiln", { client_secret: "client" }, sign("stranger"), "Copy the secret"],
  ] as const)("knows a secret that is %s", async (_, secret, change, signature, advice) => {
    const diagnosis = await diagnose(signature, configured(secret, change));
    expect(diagnosis.accepted).toBe(false);
    expect(failed(diagnosis)).toEqual(["signature"]);
    expect(changes(diagnosis)).toContain(advice);
  });

  it("accepts the previous secret and names it", async () => {
    const secrets = [
      { name: "current", key: encoder.encode("new") },
      { name: "previous", key: encoder.encode("old") },
    ] as const;
    const diagnosis = await diagnose(sign("old"), configured("", { secrets }));
    expect(diagnosis.accepted).toBe(true);
    expect(diagnosis.checks[3]?.finding).toContain("PINELABS_WEBHOOK_SECRET_PREVIOUS");
  });

  it.each([
    ["a line break was added", TEXT, `${TEXT}\n`, "without the white space"],
    ["its line break was lost", `${TEXT}\n`, TEXT, "with a line break at its end"],
    ["it was parsed and written again", TEXT, JSON.stringify(JSON.parse(TEXT), null, 4), null],
    ["its white space was added", JSON.stringify(JSON.parse(TEXT)), TEXT, "without white space"],
    [
      "its indentation was lost",
      JSON.stringify(JSON.parse(TEXT), null, 2),
      JSON.stringify(JSON.parse(TEXT)),
      "indented",
    ],
    ["its line breaks became Windows'", TEXT, TEXT.replace(/\n/g, "\r\n"), "Unix line breaks"],
    ["its line breaks became Unix'", TEXT.replace(/\n/g, "\r\n"), TEXT, "Windows line breaks"],
  ])("sees that %s", async (_, signed, received, finding) => {
    const diagnosis = await diagnose(
      sign("kiln", signed),
      configured("kiln"),
      encoder.encode(received),
    );
    expect(diagnosis.accepted).toBe(false);
    // A body written again with other white space than these can not be told from a wrong secret.
    expect(failed(diagnosis)).toEqual([finding === null ? "signature" : "body"]);
    if (finding !== null) expect(diagnosis.checks.at(-1)?.finding).toContain(finding);
  });

  it("says how old or how early a message is", async () => {
    const body = encoder.encode(TEXT);
    const old = await diagnose(sign("kiln"), configured("kiln"), body, now + 3_600_000);
    expect(failed(old)).toEqual(["timestamp"]);
    expect(old.checks[1]?.finding).toBe(
      "The message is 3600 seconds old; 300 seconds are allowed.",
    );
    const early = await diagnose(sign("kiln"), configured("kiln"), body, now - 301_000);
    expect(early.checks[1]?.finding).toContain("301 seconds in the future");
  });

  it("names the headers that are missing", async () => {
    const message = { headers: { "Webhook-Id": "msg_1" }, body: encoder.encode(TEXT) };
    const diagnosis = await diagnoseSignature(message, configured("kiln"), now);
    expect(diagnosis.accepted).toBe(false);
    expect(diagnosis.checks).toHaveLength(1);
    expect(diagnosis.checks[0]?.finding).toContain("webhook-timestamp and webhook-signature");
  });

  it.each(["x-verify", "v1=", "v2,abc"])("knows %j is no signature", async (signature) => {
    const diagnosis = await diagnose(signature, configured("kiln"));
    expect(failed(diagnosis)).toEqual(["signature_form"]);
  });

  it("never repeats a secret, a key or a signature", async () => {
    const secretText = fc.stringMatching(/^[A-Za-z0-9+/]{12,40}$/);
    const options = fc.record({ secret: secretText, client: secretText, raw: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(options, async ({ secret, client, raw }) => {
        const rules = configured(secret, {
          encoding: raw ? "raw" : "base64",
          client_secret: client,
        });
        for (const signature of [sign(secret), sign(client), sign(base64(secret)), sign("x")]) {
          const text = JSON.stringify(await diagnose(signature, rules));
          for (const hidden of [secret, client, base64(secret), sign(secret).slice(3)]) {
            expect(text).not.toContain(hidden);
          }
        }
      }),
    );
  });

  it("never throws, whatever is brought to it", async () => {
    const given = fc.dictionary(
      fc.constantFrom("webhook-id", "webhook-timestamp", "webhook-signature", "x"),
      fc.string({ unit: "binary" }),
    );
    const deep = encoder.encode("[".repeat(50_000) + "]".repeat(50_000));
    await fc.assert(
      fc.asyncProperty(
        given,
        fc.oneof(fc.uint8Array(), fc.constant(deep)),
        async (headers, body) => {
          const diagnosis = await diagnoseSignature({ headers, body }, configured("kiln"), now);
          expect(diagnosis.accepted).toBe(false);
        },
      ),
    );
  });
});
