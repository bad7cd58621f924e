// API keys: how one is written, when it still opens, and what a new one may be (decision 0019). Pure:
// time, chance and the hash of the secret are arguments. A key itself is never kept, only its hash.

import { fnv1a } from "./hash";
import { looksAlike } from "./person-name";
import type { RefundLimit } from "./refund-limit";
import { failure, type Result, success } from "./result";
import type { Scope } from "./scopes";
import { isoOrNull, type Milliseconds, toIso } from "./time";

/** `chk_live_…`, by PINELABS_ENV: a key of another environment is told from ours by its look. */
export const KEY_MARKS = { production: "live", uat: "uat", sandbox: "test" } as const;

export type KeyMark = (typeof KEY_MARKS)[keyof typeof KEY_MARKS];

/** 32 letters that nobody confuses, five bits each. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH = 12;
/** 200 bits: nobody guesses one, so a plain hash of it is as good as a slow one. */
const SECRET_LENGTH = 40;
const CHECK_LENGTH = 7;

/** Random bytes that one key is made of, a letter each. */
export const KEY_BYTES = ID_LENGTH + SECRET_LENGTH;

const FORM = new RegExp(
  `^(chk_(live|uat|test)_([a-z2-7]{${ID_LENGTH}})_[a-z2-7]{${SECRET_LENGTH}})([a-z2-7]{${CHECK_LENGTH}})$`,
);

export interface KeyText {
  readonly id: string;
  /** All of it, as its owner sends it. */
  readonly text: string;
}

/** Throws unless it is given KEY_BYTES bytes: a key of less chance would be a bug. */
export function composeKey(mark: KeyMark, random: Uint8Array): KeyText {
  if (random.length !== KEY_BYTES) throw new Error(`a key takes ${KEY_BYTES} random bytes`);
  const letters = Array.from(random, letterOf).join("");
  const id = letters.slice(0, ID_LENGTH);
  const body = `chk_${mark}_${id}_${letters.slice(ID_LENGTH)}`;
  return { id, text: body + checkOf(body) };
}

/** The id in a key of this environment. Null: it is none, was mistyped, or is another environment's. */
export function keyIdIn(text: string, mark: KeyMark): string | null {
  const [, body = "", found, id = null, check] = FORM.exec(text) ?? [];
  return found === mark && check === checkOf(body) ? id : null;
}

export function isKeyId(text: string): boolean {
  return /^[a-z2-7]{12}$/.test(text);
}

/** Tells a mistyped key, and a scanner of leaked secrets that this is one. Not a protection. */
function checkOf(body: string): string {
  let rest = fnv1a(body);
  let check = "";
  for (let place = 0; place < CHECK_LENGTH; place += 1) {
    check += letterOf(rest);
    rest = Math.floor(rest / LETTERS.length);
  }
  return check;
}

function letterOf(byte: number): string {
  return LETTERS.charAt(byte % LETTERS.length);
}

/** A key as it is kept. */
export interface AccessKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the whole key, lower-case hex. */
  readonly hash: string;
  /** `chk_live_<id>`, and the key's last four letters: enough to find it in a list. */
  readonly prefix: string;
  readonly last_four: string;
  readonly refund_limit: RefundLimit | null;
  readonly created_at: Milliseconds;
  /** The name of the key that made it. */
  readonly created_by: string;
  readonly expires_at: Milliseconds | null;
  readonly revoked_at: Milliseconds | null;
  readonly revoked_by: string | null;
  /** The minute of its last use that was noted. */
  readonly last_used_at: Milliseconds | null;
}

export type KeyState = "live" | "expired" | "revoked";

export function stateOfKey(key: AccessKey, now: Milliseconds): KeyState {
  if (key.revoked_at !== null) return "revoked";
  return key.expires_at !== null && key.expires_at <= now ? "expired" : "live";
}

const MINUTE: Milliseconds = 60_000;

/** The key as used now; the same object while this minute is noted already. */
export function usedAt(key: AccessKey, now: Milliseconds): AccessKey {
  const minute = now - (now % MINUTE);
  return minute > (key.last_used_at ?? -1) ? { ...key, last_used_at: minute } : key;
}

/** Names that stand in the audit for somebody else. */
const TAKEN_NAMES: readonly string[] = ["administrator", "chukta"];

/** All keys that are kept, the ended ones too: the list is one answer. */
export const MOST_KEYS = 1_000;

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expires_at: Milliseconds | null;
  readonly refund_limit: RefundLimit | null;
}

export type KeyRefusal =
  /** A live key, or somebody else in the audit, is called so or looks alike: names tell them apart there. */
  | { readonly code: "key_name_taken" }
  /** The key that asks does not have these itself. */
  | { readonly code: "scope_missing"; readonly scopes: readonly Scope[] }
  | { readonly code: "too_many_keys" };

/**
 * Whether such a key may be made by one that has the scopes `own`, beside the keys there are. `people`: the
 * names of those who work in the console; a key is not mistaken for one of them.
 */
export function checkNewKey(
  wanted: NewKey,
  own: readonly Scope[],
  keys: readonly AccessKey[],
  now: Milliseconds,
  people: readonly string[] = [],
): Result<null, KeyRefusal> {
  const scopes = wanted.scopes.filter((scope) => !own.includes(scope));
  if (scopes.length > 0) return failure({ code: "scope_missing", scopes });
  const live = keys.filter((key) => stateOfKey(key, now) === "live");
  const taken = [...TAKEN_NAMES, ...live.map(({ name }) => name), ...people];
  if (taken.some((name) => looksAlike(wanted.name, name)))
    return failure({ code: "key_name_taken" });
  return keys.length >= MOST_KEYS ? failure({ code: "too_many_keys" }) : success(null);
}

/** A key as the API lists it: never the key itself, nor its hash. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly prefix: string;
  readonly last_four: string;
  readonly state: KeyState;
  /** Paisa. */
  readonly refund_limit: RefundLimit | null;
  readonly created_at: string;
  readonly created_by: string;
  readonly last_used_at: string | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
}

export function viewKey(key: AccessKey, now: Milliseconds): KeyView {
  const { id, name, scopes, prefix, last_four, refund_limit, created_by, revoked_by } = key;
  return {
    id,
    name,
    scopes,
    prefix,
    last_four,
    state: stateOfKey(key, now),
    refund_limit,
    created_at: toIso(key.created_at),
    created_by,
    last_used_at: isoOrNull(key.last_used_at),
    expires_at: isoOrNull(key.expires_at),
    revoked_at: isoOrNull(key.revoked_at),
    revoked_by,
  };
}
