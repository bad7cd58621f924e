import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHexSecret, verifyRedirect } from "../../src/pinelabs/callback-signature";
import { fixture } from "./fixture";

const published = fixture("callback-signature-vectors.json") as {
  secret_hex: string;
  vectors: { fields: { [name: string]: string }; signature_uppercase_hex: string }[];
};
const key = keyOf(published.secret_hex);

function keyOf(hex: string): Uint8Array {
  const decoded = decodeHexSecret(hex);
  if (!decoded.ok) throw new Error(decoded.failure.code);
  return decoded.value;
}

function sign(fields: { readonly [name: string]: string }): string {
  const text = Object.keys(fields)
    .toSorted()
    .map((name) => `${name}=${fields[name]}`)
    .join("&");
  return createHmac("sha256", key).update(text).digest("hex").toUpperCase();
}

const fields = { order_id: "v1-4405071524-aa-qlAtAf", status: "AUTHORIZED" };

describe("a redirect's signature", () => {
  it.each(published.vectors)("agrees with the vector $signature_uppercase_hex", async (vector) => {
    const signature = vector.signature_uppercase_hex;
    expect(await verifyRedirect({ ...vector.fields, signature }, key)).toBe("valid");
    const lower = signature.toLowerCase();
    expect(await verifyRedirect({ ...vector.fields, signature: lower }, key)).toBe("valid");
  });

  it("covers values as they are, not encoded", async () => {
    const odd = { ...fields, error_message: "a&b=c d% ü₹" };
    expect(await verifyRedirect({ ...odd, signature: sign(odd) }, key)).toBe("valid");
  });

  it("does not mind the order in which the fields came", async () => {
    const reversed = Object.fromEntries(Object.entries(fields).toReversed());
    expect(await verifyRedirect({ signature: sign(fields), ...reversed }, key)).toBe("valid");
  });

  it("may cover our own query parameters, or not", async () => {
    const withOurs = { ...fields, token: "abc" };
    expect(await verifyRedirect({ ...withOurs, signature: sign(withOurs) }, key)).toBe("valid");
    expect(await verifyRedirect({ ...withOurs, signature: sign(fields) }, key)).toBe("valid");
  });

  it("does not cover what the gateway did not sign", async () => {
    const added = { ...fields, payment_status: "PROCESSED", signature: sign(fields) };
    expect(await verifyRedirect(added, key)).toBe("invalid");
    expect(await verifyRedirect({ token: "a", signature: sign({}) }, key)).toBe("invalid");
  });

  it.each([
    [
      "the documentation's dummy",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ],
    ["no hex", "not hex"],
    ["half a byte", sign(fields).slice(1)],
    ["cut short", sign(fields).slice(2)],
    ["base64", createHmac("sha256", key).update("order_id=a").digest("base64")],
  ])("is invalid when it is %s", async (_, signature) => {
    expect(await verifyRedirect({ ...fields, signature }, key)).toBe("invalid");
  });

  it("is absent when there is none, and unchecked without a secret", async () => {
    expect(await verifyRedirect(fields, key)).toBe("absent");
    expect(await verifyRedirect({ ...fields, signature: "" }, key)).toBe("absent");
    expect(await verifyRedirect({ ...fields, signature: sign(fields) }, null)).toBe("unchecked");
    expect(await verifyRedirect(fields, null)).toBe("unchecked");
  });

  it("fails for any changed field, and never throws", async () => {
    const some = fc.dictionary(fc.string({ maxLength: 20 }), fc.string(), { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(some, fc.string(), async (given, value) => {
        const { signature: _, ...signed } = given;
        const [name] = Object.keys(signed);
        if (name === undefined || signed[name] === value) return;
        const signature = sign(signed);
        expect(await verifyRedirect({ ...signed, signature }, key)).toBe("valid");
        expect(await verifyRedirect({ ...signed, [name]: value, signature }, key)).toBe("invalid");
      }),
    );
  });
});

describe("the callback secret", () => {
  it.each([
    ["", "secret_empty"],
    ["  ", "secret_empty"],
    ["fgwei7egyhuggwp39w8rh", "secret_not_hex"],
    ["abc", "secret_not_hex"],
    ["ab cd", "secret_not_hex"],
  ])("%j is no key: %s", (text, code) => {
    expect(decodeHexSecret(text)).toEqual({ ok: false, failure: { code } });
  });

  it("is read in either case", () => {
    expect(keyOf("00fFaB")).toEqual(Uint8Array.from([0, 255, 171]));
  });
});
