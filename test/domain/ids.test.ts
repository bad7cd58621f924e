// Ids from outside name actors, so what is not an id must never pass for one.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatToken,
  isEntityId,
  isLinkId,
  isOrderId,
  isReference,
  roleOf,
  parseToken,
  referenceActor,
  unroutedActor,
} from "../../src/domain/ids";

const HOSTILE: readonly unknown[] = [
  "",
  " ",
  "__proto__",
  "reference:x",
  "unrouted:a",
  "a:b",
  "../../etc/passwd",
  "v1/orders/1",
  "v1-1?x=1",
  "v1-1#x",
  "v1-1%2f",
  "v1 1",
  "v1-1\n",
  "\nv1-1",
  "v1-1\u0000",
  "v1-é",
  "ｖ1-1234",
  "-v1-1",
  ".v1-1",
  "x".repeat(51),
  `pl-${"x".repeat(48)}`,
  null,
  undefined,
  42,
  true,
  {},
  [],
  ["v1-260301100000-aa-Qm7BxC"],
];

describe("an id from outside", () => {
  it.each(["v1-250131113650-aa-TUzeRY", "v1-5757575757-aa-hU1rUd", "v1.2-a_b", "x".repeat(50)])(
    "may be the order %s",
    (id) => {
      expect([isOrderId(id), isLinkId(id)]).toEqual([true, false]);
    },
  );

  it.each(["pl-v1-250306082755-aa-uT0noy", "pl-v1.2-x", `pl-${"x".repeat(47)}`])(
    "may be the link %s",
    (id) => {
      expect([isLinkId(id), isOrderId(id)]).toEqual([true, false]);
    },
  );

  it.each(HOSTILE)("is neither an order nor a link when it is %j", (value) => {
    expect([isOrderId(value), isLinkId(value)]).toEqual([false, false]);
  });

  it.each(["order_ref_12345", "a", "A-1_b", "x".repeat(50)])(
    "may be the reference %s",
    (reference) => {
      expect(isReference(reference)).toBe(true);
    },
  );

  it.each(["", "a b", "a:b", "a/b", "a.b", "é", "a\n", "x".repeat(51), null, 1, ["a"]])(
    "is no reference when it is %j",
    (value) => {
      expect(isReference(value)).toBe(false);
    },
  );

  it.each(["v1-1-aa-x-cc-1", "V1-1:2/3"])("may be the payment %s", (id) => {
    expect(isEntityId(id)).toBe(true);
  });

  it.each(["", "__proto__", " a", "a b", "a\n", "é", "x".repeat(65), null, 7, {}])(
    "is no payment when it is %j",
    (value) => {
      expect(isEntityId(value)).toBe(false);
    },
  );

  it("never takes the name of an actor of ours", () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[0-9a-f]{8}$/), (text, hash) => {
        expect(isOrderId(referenceActor(text)) || isLinkId(referenceActor(text))).toBe(false);
        expect(isOrderId(unroutedActor(hash)) || isLinkId(unroutedActor(hash))).toBe(false);
        expect(roleOf(unroutedActor(hash))).toBe("unrouted");
        if (isOrderId(text) || isLinkId(text)) expect(["order", "link"]).toContain(roleOf(text));
      }),
    );
  });

  it("one without a home is kept by one of sixteen actors, the same one each time", () => {
    const hashes = Array.from("0123456789abcdef", (digit) => `${digit}0ffee`);
    expect(new Set(hashes.map(unroutedActor)).size).toBe(16);
    expect(unroutedActor("a123")).toBe("unrouted:a");
  });
});

describe("a link's token", () => {
  const secrets = fc.stringMatching(/^[A-Za-z0-9_-]{24}$/);
  const references = fc.stringMatching(/^[A-Za-z0-9_-]{1,50}$/);

  it("names its reference and its secret, and nothing is lost on the way", () => {
    fc.assert(
      fc.property(secrets, references, (secret, reference) => {
        expect(parseToken(formatToken({ secret, reference }))).toEqual({ secret, reference });
      }),
    );
  });

  const secret = "a".repeat(24);
  it.each([
    "",
    ".",
    secret,
    `${secret}.`,
    `.${secret}`,
    `${secret.slice(1)}.ref`,
    `${secret}a.ref`,
    `${secret}.a/b`,
    `${secret}.a:b`,
    `${secret}.a b`,
    `${secret}.${"x".repeat(51)}`,
    `${secret}.ref\n`,
    ` ${secret}.ref`,
    `${secret}.__proto__\u0000`,
    null,
    undefined,
    5,
    {},
    [`${secret}.ref`],
  ])("is none when it is %j", (value) => {
    expect(parseToken(value)).toBeNull();
  });

  it("is read or refused, but never throws", () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseToken(value)));
  });
});
