// Passwords as the keeper of people has them: another one put into its storage, and what stands there.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { PasswordHash, Person } from "../../src/domain/people";

const actor = () => env.DEPLOYMENT.getByName("access");

export async function findKept(id: string): Promise<Person & { readonly password: PasswordHash }> {
  return runInDurableObject(actor(), (_, state) => {
    const rows = state.storage.sql.exec<{ doc: string }>("SELECT doc FROM people WHERE id = ?", id);
    return JSON.parse(rows.one().doc) as Person & { readonly password: PasswordHash };
  });
}

export async function keepPassword(id: string, password: PasswordHash): Promise<void> {
  const doc = JSON.stringify({ ...(await findKept(id)), password });
  await runInDurableObject(actor(), (_, state) => {
    state.storage.sql.exec("UPDATE people SET doc = ? WHERE id = ?", doc, id);
  });
}

/** As it was made once, with another count of rounds. */
export async function hashed(password: string, rounds: number): Promise<PasswordHash> {
  const salt = new Uint8Array(16).fill(7);
  const raw = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw", raw, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
  const text = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
  return { algorithm: "PBKDF2-SHA256", rounds, salt: text(salt), hash: text(bits) };
}
