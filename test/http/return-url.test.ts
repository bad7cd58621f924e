// The guide's table "which URL is used", row by row, with what each verdict makes of it.

import { describe, expect, test } from "vitest";
import { chooseReturnUrl, withToken } from "../../src/http/return-url";
import type { Verdict } from "../../src/domain/verdict";

const none = { return_url: null, failure_return_url: null };
const both = { return_url: "https://shop/ok", failure_return_url: "https://shop/bad" };
const one = { return_url: "https://shop/ok", failure_return_url: null };
const settings = { return_url: "https://set/ok", failure_return_url: "https://set/bad" };

const succeeded: readonly Verdict[] = ["paid", "authorized", "refunded"];
const failed: readonly Verdict[] = ["failed", "expired", "cancelled"];
const open: readonly Verdict[] = ["pending", "part_paid"];

describe.each([
  ["the link's pages", both, none, "https://shop/ok", "https://shop/bad"],
  ["the link's one page", one, none, "https://shop/ok", "https://shop/ok"],
  ["the settings' pages", none, settings, "https://set/ok", "https://set/bad"],
  ["no page at all", none, none, null, null],
  ["the link's before the settings'", both, settings, "https://shop/ok", "https://shop/bad"],
  [
    "the link's one page before the settings' failure page",
    one,
    settings,
    "https://shop/ok",
    "https://shop/ok",
  ],
  [
    "a failure page alone",
    { ...none, failure_return_url: "https://shop/bad" },
    none,
    null,
    "https://shop/bad",
  ],
])("with %s", (_, ofLink, ofDeployment, afterSuccess, afterFailure) => {
  test.each(succeeded)("%s goes to the success page", (verdict) => {
    expect(chooseReturnUrl(verdict, ofLink, ofDeployment)).toBe(afterSuccess);
  });
  test.each(failed)("%s goes to the failure page", (verdict) => {
    expect(chooseReturnUrl(verdict, ofLink, ofDeployment)).toBe(afterFailure);
  });
  test.each(open)("%s stays with us: nothing is decided", (verdict) => {
    expect(chooseReturnUrl(verdict, ofLink, ofDeployment)).toBeNull();
  });
});

test.each([
  ["https://shop.test/done", "https://shop.test/done?chukta=tok.ref"],
  ["https://shop.test/done?cart=7", "https://shop.test/done?cart=7&chukta=tok.ref"],
  ["https://shop.test/?a=b%20c&a=d", "https://shop.test/?a=b%20c&a=d&chukta=tok.ref"],
  ["https://shop.test/done?chukta=mine", "https://shop.test/done?chukta=tok.ref"],
  ["https://shop.test/#/done", "https://shop.test/?chukta=tok.ref#/done"],
  ["https://shop.test", "https://shop.test/?chukta=tok.ref"],
])("adds the token to %s", (page, expected) => {
  expect(withToken(page, "tok.ref")).toBe(expected);
});
