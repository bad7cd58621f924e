import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import {
  decodeSecret,
  parseSignatures,
  parseTimestamp,
  type SignatureRules,
  verifyWebhook,
} from "../../src/pinelabs/webhook-signature";
import { fixture } from "./fixture";

const encoder = new TextEncoder();
const SENT = 1_767_000_000;
const now = SENT * 1000;
const secret = encoder.encode("kiln-webhook-secret");
const other = encoder.encode("another-secret");

interface Signed {
  readonly id?: string;
  readonly timestamp?: string;
  readonly body?: Uint8Array;
  readonly key?: Uint8Array;
}

function sign({ id = "msg_1", timestamp = `${SENT}`, body = BODY, key = secret }: Signed = {}) {
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${mac.digest("base64")}`;
}

const BODY = encoder.encode('{"event_type":"ORDER_PROCESSED","data":{}}');

function message(change: Partial<Parameters<typeof verifyWebhook>[0]> = {}) {
  return { id: "msg_1", timestamp: `${SENT}`, signature: sign(), body: BODY, ...change };
}

function rules(change: Partial<SignatureRules> = {}): SignatureRules {
  return { secrets: [{ name: "current", key: secret }], tolerance: 300_000, now, ...change };
}

const accepted = { ok: true, value: { secret: "current" } };

function refused(code: string, rest: object = {}) {
  return { ok: false, failure: { code, ...rest } };
}

describe("the documented vector", () => {
  const vector = fixture("webhook-signature-vector.json") as {
    documented: {
      secret_from_dashboard: string;
      secret_base64: string;
      headers: { [name: string]: string };
      raw_body: string;
    };
    negative_check: { signature: string };
  };
  const { headers, raw_body } = vector.documented;
  const documented = {
    id: headers["webhook-id"] ?? null,
    timestamp: headers["webhook-timestamp"] ?? null,
    signature: headers["webhook-signature"] ?? null,
    body: encoder.encode(raw_body),
  };
  const at = Number(headers["webhook-timestamp"]) * 1000;

  it.each([
    ["raw", vector.documented.secret_from_dashboard],
    ["base64", vector.documented.secret_base64],
    ["base64", `whsec_${vector.documented.secret_base64}`],
  ] as const)("verifies with the %s secret", async (encoding, text) => {
    const key = decodeSecret(text, encoding);
    if (!key.ok) throw new Error(key.failure.code);
    const secrets = [{ name: "current", key: key.value }] as const;
    expect(await verifyWebhook(documented, rules({ secrets, now: at }))).toEqual(accepted);
  });

  it("does not verify when the base64 text is taken for the key", async () => {
    const wrong = { ...documented, signature: vector.negative_check.signature };
    const key = encoder.encode(vector.documented.secret_from_dashboard);
    const secrets = [{ name: "current", key }] as const;
    expect(await verifyWebhook(wrong, rules({ secrets, now: at }))).toEqual(
      refused("signature_mismatch"),
    );
  });
});

describe("a webhook's signature", () => {
  it.each([
    ["with a comma", sign()],
    ["with an equals sign", sign().replace("v1,", "v1=")],
    ["after another's", `${sign({ key: other })} ${sign()}`],
    ["before another's", `${sign()} ${sign({ key: other })}`],
    ["beside another version", `v1a,abc v2,def  ${sign()}`],
    ["as the sixteenth", `${distinct(15).join(" ")} ${sign()}`],
  ])("is found %s", async (_, signature) => {
    expect(await verifyWebhook(message({ signature }), rules())).toEqual(accepted);
  });

  it.each([
    ["another secret's", sign({ key: other }), "signature_mismatch"],
    ["another message's", sign({ id: "msg_2" }), "signature_mismatch"],
    ["another time's", sign({ timestamp: `${SENT + 1}` }), "signature_mismatch"],
    ["as the seventeenth", `${distinct(16).join(" ")} ${sign()}`, "signature_mismatch"],
    ["without a version", sign().slice(3), "signature_unreadable"],
    ["of another version", sign().replace("v1,", "v2,"), "signature_unreadable"],
    ["without padding", sign().replace("=", ""), "signature_unreadable"],
    ["in hex", `v1,${"ab".repeat(32)}`, "signature_unreadable"],
    ["of fewer bytes", "v1,AAAA", "signature_unreadable"],
    ["in base64url", `v1,${"-_".repeat(21)}A=`, "signature_unreadable"],
    ["of nothing", "v1,", "signature_unreadable"],
  ])("is refused when it is %s", async (_, signature, code) => {
    expect(await verifyWebhook(message({ signature }), rules())).toEqual(refused(code));
  });

  it("is refused after one bit of the body flipped, wherever", async () => {
    const flip = fc.record({ byte: fc.nat(BODY.length - 1), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(flip, async ({ byte, bit }) => {
        const body = BODY.map((value, index) => (index === byte ? value ^ (1 << bit) : value));
        expect(await verifyWebhook(message({ body }), rules())).toEqual(
          refused("signature_mismatch"),
        );
      }),
    );
  });

  it("covers bodies that are not text", async () => {
    const body = Uint8Array.from([0xff, 0x00, 0xfe]);
    const signature = sign({ body });
    expect(await verifyWebhook(message({ body, signature }), rules())).toEqual(accepted);
  });

  it("says which of two secrets made it", async () => {
    const secrets = [
      { name: "current", key: other },
      { name: "previous", key: secret },
    ] as const;
    expect(await verifyWebhook(message(), rules({ secrets }))).toEqual({
      ok: true,
      value: { secret: "previous" },
    });
    const signature = `${sign()} ${sign({ key: other })}`;
    expect(await verifyWebhook(message({ signature }), rules({ secrets }))).toEqual(accepted);
  });

  it("is never made by an empty secret, nor by none", async () => {
    const key = new Uint8Array();
    const signature = sign({ key });
    const secrets = [{ name: "current", key }] as const;
    const mismatch = refused("signature_mismatch");
    expect(await verifyWebhook(message({ signature }), rules({ secrets }))).toEqual(mismatch);
    expect(await verifyWebhook(message(), rules({ secrets: [] }))).toEqual(mismatch);
  });
});

describe("a webhook's headers", () => {
  it.each([
    ["webhook-id", "id"],
    ["webhook-timestamp", "timestamp"],
    ["webhook-signature", "signature"],
  ] as const)("%s must be there", async (header, field) => {
    const missing = refused("missing_header", { header });
    expect(await verifyWebhook(message({ [field]: null }), rules())).toEqual(missing);
    expect(await verifyWebhook(message({ [field]: "" }), rules())).toEqual(missing);
  });

  it.each([
    "soon",
    "-1767000000",
    "+1767000000",
    "1767000000.5",
    " 1767000000",
    "0x10",
    "1e9",
    "１７",
  ])("the timestamp %j is unreadable", async (timestamp) => {
    const signature = sign({ timestamp });
    expect(await verifyWebhook(message({ timestamp, signature }), rules())).toEqual(
      refused("timestamp_unreadable"),
    );
  });

  it.each([
    [0, null],
    [300, null],
    [301, "timestamp_stale"],
    [86_400, "timestamp_stale"],
    [-300, null],
    [-301, "timestamp_future"],
  ])("a message %d seconds old", async (age, code) => {
    const when = rules({ now: now + age * 1000 });
    const expected = (signature: string) =>
      code === null ? accepted : refused(code, { skew_seconds: Math.abs(age), signature });
    expect(await verifyWebhook(message(), when)).toEqual(expected("valid"));
    const forged = message({ signature: sign({ key: other }) });
    expect(await verifyWebhook(forged, when)).toEqual(
      code === null ? refused("signature_mismatch") : expected("invalid"),
    );
  });

  it("a timestamp in milliseconds is far in the future, not a wrong signature", async () => {
    const timestamp = `${now}`;
    const signature = sign({ timestamp });
    expect(await verifyWebhook(message({ timestamp, signature }), rules())).toMatchObject(
      refused("timestamp_future", { signature: "valid" }),
    );
  });
});

describe("a secret", () => {
  it.each([
    ["raw", "abc1234", "abc1234"],
    ["raw", "whsec_YWJj", "whsec_YWJj"],
    ["base64", "YWJjMTIzNA==", "abc1234"],
    ["base64", "whsec_YWJjMTIzNA==", "abc1234"],
  ] as const)("%s %s is the key %s", (encoding, text, key) => {
    expect(decodeSecret(text, encoding)).toEqual({ ok: true, value: encoder.encode(key) });
  });

  it.each([
    ["raw", "", "secret_empty"],
    ["raw", " \n", "secret_empty"],
    ["base64", "", "secret_empty"],
    ["base64", "whsec_", "secret_empty"],
    ["base64", "not base64!", "secret_not_base64"],
    ["base64", "YWJjMTIzNA", "secret_not_base64"],
    ["base64", "YWJj\n", "secret_not_base64"],
    ["base64", "YWJjMTIzNB==", "secret_not_base64"],
    ["base64", "=", "secret_not_base64"],
  ] as const)("%s %j is no key: %s", (encoding, text, code) => {
    expect(decodeSecret(text, encoding)).toEqual({ ok: false, failure: { code } });
  });
});

describe("agreement with the standardwebhooks package", () => {
  const random = fc.record({
    key: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    id: fc.stringMatching(/^msg_[A-Za-z0-9]{1,27}$/),
    body: fc.oneof(fc.string({ unit: "binary" }), fc.json()),
    flip: fc.boolean(),
  });

  it("on what it signed", async () => {
    await fc.assert(
      fc.asyncProperty(random, async ({ key, id, body, flip }) => {
        const text = `whsec_${base64(key)}`;
        const decoded = decodeSecret(text, "base64");
        if (!decoded.ok) throw new Error(decoded.failure.code);
        const signature = new Webhook(text).sign(id, new Date(now), body);
        const given = flip ? `${body} ` : body;
        const result = await verifyWebhook(
          message({ id, signature, body: encoder.encode(given) }),
          rules({ secrets: [{ name: "current", key: decoded.value }] }),
        );
        expect(result).toEqual(flip ? refused("signature_mismatch") : accepted);
      }),
    );
  });

  it("on what it verifies", async () => {
    const header = fc.oneof(
      fc.constantFrom("right", "wrong", "both", "other version"),
      fc.string({ maxLength: 60 }).filter((text) => text.trim() !== "" && /^[ -~]+$/.test(text)),
    );
    await fc.assert(
      fc.asyncProperty(random, header, async ({ key, id, body }, kind) => {
        const seconds = Math.floor(Date.now() / 1000);
        const timestamp = `${seconds}`;
        const bytes = encoder.encode(body);
        const right = sign({ id, timestamp, body: bytes, key });
        const wrong = sign({ id, timestamp, body: bytes, key: other });
        const headers = new Map([
          ["right", right],
          ["wrong", wrong],
          ["both", `${wrong} ${right}`],
          ["other version", right.replace("v1", "v3")],
        ]);
        const signature = headers.get(kind) ?? kind;
        const oracle = new Webhook(base64(key));
        const theirs = verifies(() =>
          oracle.verify(
            body,
            {
              "webhook-id": id,
              "webhook-timestamp": timestamp,
              "webhook-signature": signature,
            },
            { jsonParse: false },
          ),
        );
        const ours = await verifyWebhook(
          { id, timestamp, signature, body: bytes },
          rules({ secrets: [{ name: "current", key }], now: seconds * 1000 }),
        );
        expect(ours.ok).toBe(theirs);
      }),
    );
  });
});

describe("what anybody may send", () => {
  it("never throws", async () => {
    const text = fc.option(fc.string({ unit: "binary", maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.uint8Array(),
        async (id, timestamp, signature, body) => {
          const result = await verifyWebhook({ id, timestamp, signature, body }, rules());
          expect(result.ok).toBe(false);
        },
      ),
    );
  });

  it("is bounded: a header of thousands of values is cut", () => {
    expect(parseSignatures(distinct(5000).join(" "))).toHaveLength(16);
    expect(parseTimestamp("9".repeat(14))).toBeNull();
  });
});

/** Signatures of the right form that no secret of ours made, all different. */
function distinct(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => sign({ key: other, id: `msg_${index + 2}` }));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function verifies(step: () => unknown): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
