// Who may be called what, which passwords may be chosen, how often one may try, and what is seen of a device.

import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { checkNewKey } from "../../src/domain/access-key";
import { roughDevice } from "../../src/domain/device";
import { checkPassword } from "../../src/domain/password-rule";
import {
  checkEmail,
  checkWanted,
  composePersonId,
  isPersonId,
  MOST_PEOPLE,
  parseEmail,
} from "../../src/domain/people";
import { isTakenName, nameSkeleton, parsePersonName } from "../../src/domain/person-name";
import { isKeyId } from "../../src/domain/access-key";
import { MINUTE } from "../../src/domain/schedule";
import { SCOPES } from "../../src/domain/scopes";
import { admitTry, type Tries, withoutTry } from "../../src/domain/sign-in-tries";

describe("a name", () => {
  it.each([
    ["Asha Rao"],
    ["asha.rao"],
    ["O'Brien-Mehta"],
    ["José"],
    ["Desk 2"],
    ["आशा राव"],
    ["ராம்"],
    ["রবি"],
    ["श्रीकृष्ण ज़ाँ"],
    ["  Asha  ", "Asha"],
    ["Jose\u0301", "José"],
  ])("%j is one", (text, kept = text) => {
    expect(parsePersonName(text)).toBe(kept);
  });

  it.each([
    [""],
    ["   "],
    ["a".repeat(51)],
    ["a".repeat(10_240)],
    ["Аsha"], // A Cyrillic A.
    ["αsha"],
    ["ash\u0131"], // A dotless i.
    ["Asha\u202eoaR"], // The rest runs from right to left.
    ["\u2066Asha\u2069"],
    ["As\u200bha"],
    ["As\u00adha"],
    ["Ａsha"],
    ["Asha\nRao"],
    ["Asha  Rao"],
    ["=cmd"],
    ["<b>Asha</b>"],
    ["Asha आशा"],
    ["a\u0301\u0302\u0303\u0304sha"],
    ["Asha\u0000"],
    ["@asha"],
    ["-asha"],
  ])("%j is none", (text) => {
    expect(parsePersonName(text)).toBeNull();
  });

  it.each([
    ["Asha Rao", "asha.rao"],
    ["Asha Rao", "ASHARAO"],
    ["José", "jose"],
    ["Iris", "lris"],
    ["Ali", "A1i"],
    ["Otto", "0tt0"],
    ["Varna", "Vama"],
    ["administrator", "Admini5trator"],
  ])("%j is taken where there is %j", (name, other) => {
    expect(isTakenName(name, [other])).toBe(true);
    expect(nameSkeleton(name)).toBe(nameSkeleton(other));
  });

  it.each(["Administrator", "chukta", "Chu kta", "GATEWAY", "a.d.m.i.n"])(
    "%j stands for something else",
    (name) => {
      expect(isTakenName(name, [])).toBe(true);
    },
  );

  it("that a person has is not given to a key, and the other way round", () => {
    const key = {
      name: "asha-rao",
      scopes: ["read"],
      expires_at: null,
      refund_limit: null,
    } as const;
    expect(checkNewKey(key, SCOPES, [], 0, ["Asha Rao"])).toMatchObject({
      failure: { code: "key_name_taken" },
    });
    const wanted = { name: "Asha Rao", email: "", role: "viewer" } as const;
    expect(checkWanted(wanted, [], ["asha-rao"])).toMatchObject({
      failure: { code: "person_name_taken" },
    });
    expect(checkWanted(wanted, [], ["asha-raj"])).toMatchObject({ ok: true });
  });

  // Each of these took minutes, and longer than there is time.
  it("is answered at once, whatever is stacked upon it", () => {
    expect(parsePersonName(`क${"ा".repeat(45)}!`)).toBeNull();
    expect(nameSkeleton(`a${"\u0301".repeat(200_000)}`)).toBe("a");
    expect(nameSkeleton("\u0301".repeat(200_000))).toHaveLength(200_000);
  });

  it("of an Indian script is told from another by its vowels", () => {
    expect(nameSkeleton("राम")).not.toBe(nameSkeleton("रमा"));
    expect(isTakenName("रीना", ["रिना"])).toBe(false);
  });
});

test("an e-mail address is kept in lower case, and none that only becomes one is taken", () => {
  expect(parseEmail(" Asha@Shop.Example ")).toBe("asha@shop.example");
  const kelvin = "as\u212aa@shop.example";
  for (const none of [
    "asha",
    "asha@",
    "@shop.example",
    "a b@shop.example",
    kelvin,
    `${"a".repeat(65)}@shop.example`,
    "asha@shop",
  ]) {
    expect(parseEmail(none)).toBeNull();
  }
  expect(checkEmail("ASHA@shop.example", [{ email: "asha@shop.example" }])).toMatchObject({
    failure: { code: "person_email_taken" },
  });
  expect(checkEmail("  ", [{ email: null }])).toMatchObject({ value: null });
});

test("five hundred people are enough", () => {
  const people = Array.from({ length: MOST_PEOPLE }, (_, n) => ({
    name: `p ${n + 1_000}`,
    email: null,
  }));
  const wanted = { name: "Asha", email: "", role: "viewer" } as const;
  expect(checkWanted(wanted, people, [])).toMatchObject({ failure: { code: "too_many_people" } });
  expect(checkWanted(wanted, people.slice(1), [])).toMatchObject({ ok: true });
});

test("the id of a person is never that of a key", () => {
  const id = composePersonId(new Uint8Array(12).fill(200));
  expect([isPersonId(id), isKeyId(id), isPersonId(id.slice("person:".length))]).toEqual([
    true,
    false,
    false,
  ]);
  expect(() => composePersonId(new Uint8Array(11))).toThrow();
});

describe("a password", () => {
  const asha = { name: "Asha Rao", email: "asha.rao@shop.example" };

  it.each([
    "four blue kites fly",
    "xK9#pq2!mmLz",
    "नमस्ते दुनिया आज",
    "Asha Rao likes mangoes",
    "a".repeat(99) + "b".repeat(101),
  ])("%j may be chosen", (password) => {
    expect(checkPassword(password, asha)).toBeNull();
  });

  it.each([
    ["", "password_short"],
    ["elevenchars", "password_short"],
    ["x".repeat(201), "password_long"],
    ["x".repeat(1_048_576), "password_long"],
    ["Asha Rao Asha Rao", "password_personal"],
    ["asha.rao@shop.example", "password_personal"],
    ["asha-rao-123", "password_personal"],
    ["Password 1234", "password_common"],
    ["administrator", "password_common"],
    ["111111111111", "password_common"],
    ["abcabcabcabc", "password_common"],
    ["!!!!!!!!!!!!", "password_common"],
  ])("%j may not: %s", (password, fault) => {
    expect(checkPassword(password, asha)).toBe(fault);
  });
});

describe("trying to sign in", () => {
  const limit = { most: 3, within: 15 * MINUTE };
  const START = Date.UTC(2031, 0, 15);

  it.each<[string, Tries | null, number, Tries | number]>([
    ["the first", null, 0, { count: 1, since: START }],
    ["the third", { count: 2, since: START }, 1, { count: 3, since: START }],
    [
      "the fourth waits until the first is forgotten",
      { count: 3, since: START },
      1,
      START + limit.within,
    ],
    ["just before the end", { count: 3, since: START }, limit.within - 1, START + limit.within],
    [
      "at the end all begins anew",
      { count: 3, since: START },
      limit.within,
      { count: 1, since: START + limit.within },
    ],
    [
      "a clock that went back shuts nobody out",
      { count: 3, since: START + MINUTE },
      0,
      { count: 1, since: START },
    ],
  ])("%s", (_, tries, later, expected) => {
    const admitted = admitTry(tries, limit, START + later);
    expect(admitted.ok ? admitted.value : admitted.failure.retry_at).toEqual(expected);
  });

  it("gives one back that was right, and no more than there are", () => {
    expect(withoutTry({ count: 2, since: START })).toEqual({ count: 1, since: START });
    expect([withoutTry({ count: 1, since: START }), withoutTry(null)]).toEqual([null, null]);
  });

  it("is never looked at more often than the limit within one window, whenever tries come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10 * MINUTE }), { maxLength: 60 }),
        (pauses) => {
          let [now, tries]: [number, Tries | null] = [START, null];
          const looked: number[] = [];
          for (const pause of pauses) {
            now += pause;
            const admitted = admitTry(tries, limit, now);
            if (admitted.ok) {
              looked.push(now);
              tries = admitted.value;
            } else {
              expect(admitted.failure.retry_at).toBeGreaterThan(now);
            }
          }
          // Two windows may touch: twice the limit is the most that any stretch of its length has.
          for (const at of looked) {
            const near = looked.filter((other) => other >= at && other < at + limit.within);
            expect(near.length).toBeLessThanOrEqual(2 * limit.most);
          }
        },
      ),
    );
  });
});

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
    "Chrome on Windows",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari on an iPhone",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
    "Chrome on Android",
  ],
  ["<script>alert(1)</script>", "An unknown device"],
  ["", "An unknown device"],
])("the browser that says %j is shown as %j", (agent, shown) => {
  expect(roughDevice(agent)).toBe(shown);
});
