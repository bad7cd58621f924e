// What the money doors take: every field's rule. Nothing that is refused here reaches the gateway.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { closeHouse, openHouse } from "../actor/house";
import { inr, moves } from "../actor/money";
import { administrator, call, expectProblem, faultsOf, knock } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

const ORDER = "/v1/orders/v1-310115060000-aa-NoBody";
const REFERENCE = "must have 1 to 50 of the characters A-Z a-z 0-9 - _";
const UNKNOWN = "is not a known field";

const part = { split_merchant_id: "7", amount: inr(100) };
const split = (change: object) => ({
  split_info: { split_type: "AMOUNT", split_details: [part], ...change },
});

const references: readonly (readonly [unknown, string])[] = [
  ["", REFERENCE],
  ["a".repeat(51), REFERENCE],
  ["back 1", REFERENCE],
  ["back.1", REFERENCE],
  ["zurück", REFERENCE],
  [1, "Invalid input: expected string, received number"],
];

const amounts: readonly (readonly [unknown, string])[] = [
  [{ value: 99, currency: "INR" }, "/value"],
  [{ value: 0, currency: "INR" }, "/value"],
  [{ value: -100, currency: "INR" }, "/value"],
  [{ value: 100.5, currency: "INR" }, "/value"],
  [{ value: "100", currency: "INR" }, "/value"],
  [{ value: 100_000_001, currency: "INR" }, "/value"],
  [{ value: 100 }, "/currency"],
  [{ value: 100, currency: "USD" }, "/currency"],
  [{ value: 100, currency: "inr" }, "/currency"],
  [{ currency: "INR" }, "/value"],
  [{ value: 100, currency: "INR", rupees: 1 }, "/rupees"],
  [100, ""],
  [null, ""],
];

const reasons: readonly unknown[] = ["", "  ", "r".repeat(501), 7, null];

describe("a field that breaks its rule is 422 with its pointer, and nothing is sent:", () => {
  const refundFields: readonly (readonly [object, string])[] = [
    ...amounts.map(([amount, at]) => [{ amount }, `/amount${at}`] as const),
    ...reasons.map((reason) => [{ reason }, "/reason"] as const),
    ...["", "two words", "p".repeat(65), "constructor", 5].map(
      (payment_id) => [{ payment_id }, "/payment_id"] as const,
    ),
    [{ split_info: [] }, "/split_info"],
    [split({ split_type: "PERCENT" }), "/split_info/split_type"],
    [split({ split_details: [] }), "/split_info/split_details"],
    [
      split({ split_details: Array.from({ length: 101 }, () => part) }),
      "/split_info/split_details",
    ],
    [
      split({ split_details: [{ amount: inr(100) }] }),
      "/split_info/split_details/0/split_merchant_id",
    ],
    [
      split({ split_details: [part, { ...part, split_merchant_id: "m".repeat(51) }] }),
      "/split_info/split_details/1/split_merchant_id",
    ],
    [split({ split_details: [{ split_merchant_id: "7" }] }), "/split_info/split_details/0/amount"],
    [
      split({ split_details: [{ ...part, amount: inr(-1) }] }),
      "/split_info/split_details/0/amount/value",
    ],
    [
      split({ split_details: [{ ...part, merchant_settlement_reference: "" }] }),
      "/split_info/split_details/0/merchant_settlement_reference",
    ],
    [split({ split_details: [{ ...part, on_hold: true }] }), "/split_info/split_details/0/on_hold"],
    [split({ on_hold: true }), "/split_info/on_hold"],
    [{ order_amount: inr(100) }, "/order_amount"],
    [{ "~a/b": 1 }, "/~0a~1b"],
  ];

  test.each(refundFields)("a refund with %j", async (fields, pointer) => {
    const body = { merchant_refund_reference: "back-1", ...fields };
    const response = await call("POST", `${ORDER}/refunds`, body);
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([pointer]);
    expect(await moves()).toBe(0);
  });

  test.each(references)(
    "a refund with the reference %j",
    async (merchant_refund_reference, why) => {
      const response = await call("POST", `${ORDER}/refunds`, { merchant_refund_reference });
      const problem = await expectProblem(response, 422, "body_invalid");
      expect(faultsOf(problem)).toEqual({ "/merchant_refund_reference": why });
    },
  );

  const captureFields: readonly (readonly [object, string])[] = [
    ...amounts.map(([amount, at]) => [{ amount }, `/amount${at}`] as const),
    ...reasons.map((reason) => [{ reason }, "/reason"] as const),
    [{ payment_id: "p-1" }, "/payment_id"],
    [{ capture_amount: inr(100) }, "/capture_amount"],
  ];

  test.each(captureFields)("a capture with %j", async (fields, pointer) => {
    const body = { merchant_capture_reference: "take-1", ...fields };
    const response = await call("POST", `${ORDER}/capture`, body);
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([pointer]);
    expect(await moves()).toBe(0);
  });

  test.each(references)("a capture with the reference %j", async (reference, why) => {
    const body = { merchant_capture_reference: reference };
    const response = await call("POST", `${ORDER}/capture`, body);
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(faultsOf(problem)).toEqual({ "/merchant_capture_reference": why });
  });

  test.each([
    [{ reason: "" }, { "/reason": "must not be empty" }],
    [{ reason: "r".repeat(501) }, { "/reason": "must have at most 500 characters" }],
    [{ amount: inr(100) }, { "/amount": UNKNOWN }],
    [{ merchant_void_reference: "x" }, { "/merchant_void_reference": UNKNOWN }],
  ])("a void with %j", async (body, faults) => {
    const problem = await expectProblem(
      await call("POST", `${ORDER}/void`, body),
      422,
      "body_invalid",
    );
    expect(faultsOf(problem)).toEqual(faults);
  });

  const words = "must be one of done, not_done, send_again";
  test.each([
    [{ reason: "seen" }, { "/decision": words }],
    [{ decision: "yes", reason: "seen" }, { "/decision": words }],
    [{ decision: "done", reason: " " }, { "/reason": "must not be empty" }],
    [{ decision: "done" }, { "/reason": "Invalid input: expected string, received undefined" }],
    [{ decision: "done", reason: "seen", amount: inr(1) }, { "/amount": UNKNOWN }],
  ])("a decision with %j", async (body, faults) => {
    const path = `${ORDER}/commands/refund/back-1/decision`;
    const problem = await expectProblem(await call("POST", path, body), 422, "body_invalid");
    expect(faultsOf(problem)).toEqual(faults);
  });
});

describe("a body", () => {
  test.each([
    ["refunds", "{", 400, "json_invalid"],
    ["refunds", "[]", 422, "body_invalid"],
    ["refunds", "", 400, "json_invalid"],
    ["capture", "{", 400, "json_invalid"],
    ["capture", "null", 422, "body_invalid"],
    ["void", "[]", 422, "body_invalid"],
    ["commands/refund/back-1/decision", "", 400, "json_invalid"],
  ])("of %s that is %j", async (door, body, status, code) => {
    await expectProblem(await call("POST", `${ORDER}/${door}`, body), status, code);
  });

  test("may be absent where nothing in it is needed", async () => {
    await expectProblem(await call("POST", `${ORDER}/void`), 404, "order_unknown");
    const headers = { ...administrator, "idempotency-key": "take-1" };
    const captured = await knock(`${ORDER}/capture`, { method: "POST", headers });
    await expectProblem(captured, 404, "order_unknown");
  });
});
