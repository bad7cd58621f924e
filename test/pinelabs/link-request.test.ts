import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/domain/json";
import { linkRequestBody, withCallbacks } from "../../src/pinelabs/link-request";

const amount = { value: 50_000, currency: "INR" };
const ours = {
  callback_url: "https://shop.example.com/callback/abc",
  failure_callback_url: "https://shop.example.com/callback/abc",
  chukta_reference: "KILN-1",
};

describe("the body of a link request", () => {
  it("writes two booleans as the gateway's strings, and one as a boolean", () => {
    const terms = { pre_auth: true, is_mcc_transaction: false, part_payment: true };
    expect(linkRequestBody({ amount }, terms)).toEqual({
      amount,
      pre_auth: "true",
      is_mcc_transaction: "false",
      part_payment: true,
    });
  });

  it("leaves out what nobody asked for", () => {
    expect(linkRequestBody({ amount }, {})).toEqual({ amount });
  });

  it("writes the end of a link whole and never later than asked", () => {
    const expire_by = Date.parse("2026-10-28T13:26:06.909Z");
    expect(linkRequestBody({}, { expire_by })).toEqual({ expire_by: "2026-10-28T13:26:06Z" });
  });

  it("passes every other field through, and keeps the merchant's own pages to itself", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.constantFrom("a", 1, null)), (fields) => {
        const { callback_url: _, failure_callback_url: __, ...rest } = fields;
        const body = linkRequestBody({ ...fields, callback_url: "https://shop.example.com" }, {});
        expect(body).toEqual(rest);
      }),
    );
  });
});

describe("what we add to it", () => {
  it.each<JsonObject>([{}, { merchant_metadata: { shelf: "B4" } }, { merchant_metadata: null }])(
    "callbacks and our mark beside %j",
    (body) => {
      const metadata = (body.merchant_metadata ?? {}) as JsonObject;
      expect(withCallbacks({ amount, ...body }, ours)).toEqual({
        amount,
        callback_url: ours.callback_url,
        failure_callback_url: ours.failure_callback_url,
        merchant_metadata: { ...metadata, chukta_reference: "KILN-1" },
      });
    },
  );

  it("our mark is ours, whatever the merchant wrote there", () => {
    const body = { merchant_metadata: { chukta_reference: "theirs" } };
    expect(withCallbacks(body, ours).merchant_metadata).toEqual({ chukta_reference: "KILN-1" });
  });
});
