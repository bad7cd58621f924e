// What people type into the console's forms: phones, days and times, and what they are suggested.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { linkWords, suggestedReference } from "../../src/domain/link-words";
import { inr } from "../../src/domain/money";
import { isReference } from "../../src/domain/ids";
import { parseTypedPhone } from "../../src/domain/typed-phone";
import { momentField, typedDay, typedMoment } from "../../src/domain/typed-time";

test.each([
  ["9000000001", { mobile_number: "9000000001" }],
  [" 90000 00001 ", { mobile_number: "9000000001" }],
  ["90000-00001", { mobile_number: "9000000001" }],
  ["09000000001", { mobile_number: "9000000001" }],
  ["+91 90000 00001", { mobile_number: "9000000001", country_code: "91" }],
  ["+919000000001", { mobile_number: "9000000001", country_code: "91" }],
  ["+44 7700 900123", { mobile_number: "7700900123", country_code: "44" }],
])("the phone %o is read", (text, phone) => {
  expect(parseTypedPhone(text)).toEqual({ ok: true, value: phone });
});

test.each(["", "call me", "+", "+447700900123", "९००००००००१", "9000000001; DROP"])(
  "the phone %o is not guessed",
  (text) => {
    expect(parseTypedPhone(text)).toMatchObject({ ok: false });
  },
);

test.each([
  ["2026-11-03T18:00", "2026-11-03T12:30:00.000Z"],
  ["2026-11-03T18:00:00", "2026-11-03T12:30:00.000Z"],
])("%s in Kolkata is %s", (text, iso) => {
  expect(typedMoment(text, "Asia/Kolkata")).toBe(Date.parse(iso));
});

test.each(["", "2026-11-31T10:00", "2026-11-03", "3.11.2026 10:00", "2026-11-03T25:00"])(
  "%o is no time",
  (text) => {
    expect(typedMoment(text, "Asia/Kolkata")).toBeNull();
  },
);

test("a day begins by the zone's clock", () => {
  expect(typedDay("2026-11-03", "Asia/Kolkata")).toBe(Date.parse("2026-11-02T18:30:00Z"));
  expect(typedDay("2026-02-30", "Asia/Kolkata")).toBeNull();
});

test("what a field shows is read as the same minute", () => {
  const moments = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2090, 0) });
  fc.assert(
    fc.property(moments, (at) => {
      const minute = at - (at % 60_000);
      expect(typedMoment(momentField(at, "Asia/Kolkata"), "Asia/Kolkata")).toBe(minute);
    }),
  );
});

test("a suggested reference is one that the gateway takes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (random) => {
      const reference = suggestedReference(Date.UTC(2026, 10, 3, 20), "Asia/Kolkata", random);
      expect(reference).toMatch(/^link-20261104-/);
      expect(isReference(reference)).toBe(true);
    }),
  );
});

test("the words for a customer name the amount, the shop, the purpose and the end", () => {
  const said = {
    merchant: "Sandbox Shop",
    amount_due: inr(150_000),
    description: "Two kurtas",
    payment_link: "https://pay.example/x",
    expire_by: Date.UTC(2026, 10, 3, 12, 30),
    zone: "Asia/Kolkata",
  };
  expect(linkWords(said)).toBe(
    "Hello. Here is the link for your payment of ₹1,500.00 to Sandbox Shop for “Two kurtas”: https://pay.example/x The link is open until 3 Nov 2026, 18:00.",
  );
  const bare = { ...said, merchant: null, amount_due: null, description: null, expire_by: null };
  expect(linkWords(bare)).toBe("Hello. Here is the link for your payment: https://pay.example/x");
  const long = linkWords({ ...said, description: "😀".repeat(5_000) });
  expect(long.length).toBeLessThan(700);
  expect(long).toContain("https://pay.example/x");
});
