// API keys as text and as rules: form, checksum, end of life, and what a new one may be.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AccessKey,
  checkNewKey,
  composeKey,
  isKeyId,
  KEY_BYTES,
  keyIdIn,
  KEY_MARKS,
  MOST_KEYS,
  stateOfKey,
  usedAt,
  viewKey,
} from "../../src/domain/access-key";
import { type Scope, SCOPES } from "../../src/domain/scopes";

const NOW = Date.UTC(2031, 0, 15, 6, 0, 30);

const chance = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES });
const mark = fc.constantFrom(...Object.values(KEY_MARKS));

function key(fields: Partial<AccessKey> = {}): AccessKey {
  return {
    id: "aaaaaaaaaaaa",
    name: "shop",
    scopes: ["read"],
    hash: "0".repeat(64),
    prefix: "chk_live_aaaaaaaaaaaa",
    last_four: "wxyz",
    refund_limit: null,
    created_at: NOW,
    created_by: "administrator",
    expires_at: null,
    revoked_at: null,
    revoked_by: null,
    last_used_at: null,
    ...fields,
  };
}

describe("a key's text", () => {
  test("names its environment and id, and is read back by its own environment only", () => {
    fc.assert(
      fc.property(chance, mark, mark, (random, own, other) => {
        const { id, text } = composeKey(own, random);
        expect(text).toMatch(new RegExp(`^chk_${own}_${id}_[a-z2-7]{47}$`));
        expect(isKeyId(id)).toBe(true);
        expect(keyIdIn(text, own)).toBe(id);
        if (other !== own) expect(keyIdIn(text, other)).toBeNull();
      }),
    );
  });

  test("with one letter changed is no key", () => {
    fc.assert(
      fc.property(
        chance,
        fc.nat(),
        fc.constantFrom("a", "b", "y", "z", "2", "7"),
        (random, at, letter) => {
          const { text } = composeKey("live", random);
          const place = at % text.length;
          const changed = text.slice(0, place) + letter + text.slice(place + 1);
          fc.pre(changed !== text);
          expect(keyIdIn(changed, "live")).toBeNull();
        },
      ),
    );
  });

  test("holds all its chance: 60 bits of id, 200 of secret, and no letter is likelier", () => {
    const letters = Array.from({ length: 256 }, (_, byte) =>
      composeKey("live", new Uint8Array(KEY_BYTES).fill(byte)).id.charAt(0),
    );
    const counts = Object.groupBy(letters, (letter) => letter);
    expect(Object.values(counts).map((all) => all?.length)).toEqual(
      Array.from({ length: 32 }, () => 8),
    );
    expect(() => composeKey("live", new Uint8Array(KEY_BYTES - 1))).toThrow();
  });

  test("any other text is no key", () => {
    fc.assert(fc.property(fc.string(), mark, (text, own) => keyIdIn(text, own) === null));
  });
});

describe("a key's life", () => {
  test("ends at its very moment, and for ever when it is revoked", () => {
    expect(stateOfKey(key({ expires_at: NOW + 1 }), NOW)).toBe("live");
    expect(stateOfKey(key({ expires_at: NOW }), NOW)).toBe("expired");
    expect(stateOfKey(key({ expires_at: NOW, revoked_at: NOW - 5 }), NOW)).toBe("revoked");
    expect(stateOfKey(key(), NOW)).toBe("live");
  });

  test("its use is noted once a minute, and never goes back", () => {
    const used = usedAt(key(), NOW);
    expect(used.last_used_at).toBe(NOW - 30_000);
    expect(usedAt(used, NOW + 29_999)).toBe(used);
    expect(usedAt(used, NOW - 120_000)).toBe(used);
    expect(usedAt(used, NOW + 30_000).last_used_at).toBe(NOW + 30_000);
  });

  test("is shown without its hash", () => {
    expect(JSON.stringify(viewKey(key(), NOW))).not.toContain("0".repeat(64));
  });
});

describe("a new key", () => {
  const wanted = { name: "Returns desk", expires_at: null, refund_limit: null };
  const scopes = fc.subarray([...SCOPES], { minLength: 1 });

  test("never has a scope that the one who makes it lacks", () => {
    fc.assert(
      fc.property(scopes, scopes, (own: Scope[], given: Scope[]) => {
        const checked = checkNewKey({ ...wanted, scopes: given }, own, [], NOW);
        const missing = given.filter((scope) => !own.includes(scope));
        expect(checked).toEqual(
          missing.length === 0
            ? { ok: true, value: null }
            : { ok: false, failure: { code: "scope_missing", scopes: missing } },
        );
      }),
    );
  });

  test.each([
    ["a live key's", key({ name: "returns DESK" }), false],
    ["a name that looks like a live key's", key({ name: "Retums-desk" }), false],
    ["a revoked one's", key({ name: "Returns desk", revoked_at: NOW }), true],
    ["an expired one's", key({ name: "Returns desk", expires_at: NOW }), true],
    ["nobody's", key(), true],
  ])("may be called by %s name: %o → %s", (_, other, may) => {
    const checked = checkNewKey({ ...wanted, scopes: ["read"] }, SCOPES, [other], NOW);
    expect(checked.ok).toBe(may);
  });

  test.each([
    "administrator",
    "Chukta",
    "Adm1nistrator",
    "adrninistrator",
    "admin.istrator",
    "C hukta",
  ])("is never called %s", (name) => {
    const checked = checkNewKey({ ...wanted, name, scopes: ["read"] }, SCOPES, [], NOW);
    expect(checked).toEqual({ ok: false, failure: { code: "key_name_taken" } });
  });

  test("is refused when there are too many", () => {
    const all = Array.from({ length: MOST_KEYS }, (_, n) => key({ name: `k${n}`, revoked_at: 1 }));
    const checked = checkNewKey({ ...wanted, scopes: ["read"] }, SCOPES, all, NOW);
    expect(checked).toEqual({ ok: false, failure: { code: "too_many_keys" } });
  });
});
