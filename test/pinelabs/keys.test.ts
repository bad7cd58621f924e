import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_DEPTH, normaliseKeys, parseObject, unwrap } from "../../src/pinelabs/keys";

function normal(value: unknown): unknown {
  const result = normaliseKeys(value);
  return result.ok ? result.value : result.failure.code;
}

/** Lists inside each other, `depth` of them. */
function nest(depth: number): unknown {
  return depth === 0 ? "x" : [nest(depth - 1)];
}

describe("the keys of a message", () => {
  it.each([
    ["orderId", "order_id"],
    ["order_id", "order_id"],
    ["OrderId", "order_id"],
    ["merchantID", "merchant_id"],
    ["last4Digit", "last4_digit"],
    ["isDomesticTxnForRiskEnabled", "is_domestic_txn_for_risk_enabled"],
    ["address1", "address1"],
    ["not a Name", "not a Name"],
  ])("reads %s as %s", (key, expected) => {
    expect(normal({ [key]: 1 })).toEqual({ [expected]: 1 });
  });

  it("reads mixed keys at every level, in lists too", () => {
    expect(normal({ paymentOption: [{ cardData: { network_name: "VISA" } }] })).toEqual({
      payment_option: [{ card_data: { network_name: "VISA" } }],
    });
  });

  it.each(["merchantMetadata", "merchant_metadata"])("leaves the keys below %s alone", (key) => {
    const metadata = { giftWrap: "YES", Shelf_No: { boxNo: [{ innerKey: 1 }] } };
    expect(normal({ purchaseDetails: { [key]: metadata } })).toEqual({
      purchase_details: { merchant_metadata: metadata },
    });
  });

  it("keeps the snake_case spelling where both stand side by side, in either order", () => {
    expect(normal({ orderId: "a", order_id: "b" })).toEqual({ order_id: "b" });
    expect(normal({ order_id: "b", orderId: "a" })).toEqual({ order_id: "b" });
  });

  it("takes no key that could reach a prototype", () => {
    const parsed = parseObject('{"__proto__":{"polluted":true},"a":{"__proto__":{"b":1},"c":2}}');
    expect(parsed).toEqual({ ok: true, value: { a: { c: 2 } } });
    expect(Object.hasOwn({}, "polluted")).toBe(false);
    expect(parsed.ok && "polluted" in parsed.value).toBe(false);
  });

  it("takes a depth of 32 and refuses 33, in metadata too", () => {
    expect(normaliseKeys(nest(MAX_DEPTH)).ok).toBe(true);
    expect(normal(nest(MAX_DEPTH + 1))).toBe("too_deep");
    expect(normal({ merchant_metadata: nest(MAX_DEPTH) })).toBe("too_deep");
  });

  it("answers absurd depth without overflowing the stack", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(parseObject(`{"a":${deep}}`)).toEqual({ ok: false, failure: { code: "too_deep" } });
    const objects = '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000);
    expect(parseObject(objects)).toEqual({ ok: false, failure: { code: "too_deep" } });
  });

  it.each([
    ["", "not_json"],
    ["{", "not_json"],
    ["undefined", "not_json"],
    ["null", "not_an_object"],
    ["[]", "not_an_object"],
    ['"text"', "not_an_object"],
    ["1", "not_an_object"],
  ])("says why %j is no message", (text, code) => {
    expect(parseObject(text)).toEqual({ ok: false, failure: { code } });
  });

  it("is total, and normal once it was normalised", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const once = normaliseKeys(value);
        if (!once.ok) return;
        expect(normaliseKeys(once.value)).toEqual(once);
      }),
    );
  });
});

describe("the wrapper of an answer", () => {
  it.each([
    [{ data: { order_id: "a" } }, { order_id: "a" }],
    [{ status: "success", data: { payment_link_id: "a" } }, { payment_link_id: "a" }],
    [
      { order_id: "a", data: { order_id: "b" } },
      { order_id: "a", data: { order_id: "b" } },
    ],
    [{ order_id: "a" }, { order_id: "a" }],
    [{ data: "text" }, { data: "text" }],
  ])("%j is read as %j", (body, expected) => {
    expect(unwrap(body)).toEqual(expected);
  });
});
