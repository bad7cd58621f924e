// What a key may refund, and the switch: pure rules.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { inr, paisa, sum } from "../../src/domain/money";
import { NEVER_STOPPED, throwSwitch, viewSwitch } from "../../src/domain/money-switch";
import { checkRefundLimit, tellLimit } from "../../src/domain/refund-limit";

const amount = fc.integer({ min: 1, max: 5_000 });
const limit = fc.option(fc.integer({ min: 100, max: 10_000 }));

test("whatever is asked in whatever order, what is allowed never passes either limit", () => {
  fc.assert(
    fc.property(fc.array(amount), limit, limit, (asked, per_refund, per_day) => {
      const allowed: number[] = [];
      for (const value of asked) {
        const used = sum(allowed.map(paisa));
        if (checkRefundLimit({ per_refund, per_day }, inr(value), used).ok) allowed.push(value);
        else
          expect(value > (per_refund ?? Infinity) || used + value > (per_day ?? Infinity)).toBe(
            true,
          );
      }
      for (const value of allowed) expect(value).toBeLessThanOrEqual(per_refund ?? Infinity);
      expect(sum(allowed.map(paisa))).toBeLessThanOrEqual(per_day ?? Infinity);
    }),
  );
});

test("a refusal says the limit, what is used and what was asked, and in words", () => {
  const day = checkRefundLimit({ per_refund: null, per_day: 10_000 }, inr(4_001), paisa(6_000));
  expect(day).toEqual({
    ok: false,
    failure: { code: "key_limit_day", limit: 10_000, used: 6_000, asked: 4_001 },
  });
  expect(day.ok ? "" : tellLimit(day.failure)).toBe(
    "This key may refund at most ₹100.00 a day, and ₹60.00 of it is used. Ask for less, wait until tomorrow, or use a key that may refund more.",
  );
});

test("a limit in rupees lets no other currency pass", () => {
  const dollars = { value: paisa(1), currency: "USD" };
  expect(checkRefundLimit({ per_refund: 100, per_day: null }, dollars, paisa(0))).toEqual({
    ok: false,
    failure: { code: "key_limit_currency", currency: "USD" },
  });
});

test("the switch keeps its first reason until it is thrown the other way", () => {
  const stop = (reason: string) => ({ stopped: true, by: "asha", reason });
  const stopped = throwSwitch(NEVER_STOPPED, stop("a leaked key"), 1_000);
  expect(throwSwitch(stopped, stop("again"), 2_000)).toBe(stopped);
  expect(throwSwitch(NEVER_STOPPED, { ...stop("no need"), stopped: false }, 1)).toBe(NEVER_STOPPED);
  expect(viewSwitch(stopped)).toEqual({
    stopped: true,
    since: "1970-01-01T00:00:01.000Z",
    by: "asha",
    reason: "a leaked key",
  });
});
