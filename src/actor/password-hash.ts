// Passwords as they are kept: PBKDF2 with SHA-256 and a salt of each one's own, by the platform's own WebCrypto.
// 100,000 rounds are the most that the platform allows in production (a greater count is refused there, and
// only there). Checking one takes about as long as checking nobody's.

import type { PasswordHash } from "../domain/people";
import { normalPassword } from "../domain/password-rule";

export const ROUNDS = 100_000;

const SALT_BYTES = 16;
const HASH_BITS = 256;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const hash = await derive(password, salt, ROUNDS);
  return { algorithm: "PBKDF2-SHA256", rounds: ROUNDS, salt: toBase64(salt), hash: toBase64(hash) };
}

/** `kept` null: there is nobody, and it costs the same work to say so. */
export async function isPassword(password: string, kept: PasswordHash | null): Promise<boolean> {
  const { rounds, salt, hash } = kept ?? NOBODY;
  const derived = await derive(password, fromBase64(salt), rounds);
  const expected = fromBase64(hash);
  const isSame =
    derived.length === expected.length && crypto.subtle.timingSafeEqual(derived, expected);
  return kept !== null && isSame;
}

/** It was made with another count than the one of today. */
export function isOutdated({ rounds }: PasswordHash): boolean {
  return rounds !== ROUNDS;
}

const NOBODY: PasswordHash = {
  algorithm: "PBKDF2-SHA256",
  rounds: ROUNDS,
  salt: toBase64(new Uint8Array(SALT_BYTES)),
  hash: toBase64(new Uint8Array(HASH_BITS / 8)),
};

async function derive(password: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  const text = new TextEncoder().encode(normalPassword(password));
  const key = await crypto.subtle.importKey("raw", text, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, HASH_BITS));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
