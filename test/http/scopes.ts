// Keys of one's own, made through the API, and requests that are made with them.

import { type Scope, SCOPES } from "../../src/domain/scopes";
import { api } from "../actor/house";
import { hand } from "./hand";

export interface MadeKey {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

let count = 0;

/** A key with these scopes, named by a number unless the change says otherwise. */
export async function makeKey(
  scopes: readonly Scope[],
  change: Record<string, unknown> = {},
): Promise<MadeKey> {
  count += 1;
  const body = { name: `shop ${Date.now()} ${count}`, scopes, ...change };
  const made = await api<MadeKey>("POST", "/v1/keys", body);
  if (made.status !== 201) throw new Error(`no key: ${JSON.stringify(made)}`);
  return made.body;
}

/** Requests of `api` and `call` bear this key for as long as `work` takes: one after the other only. */
export async function using<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = hand.key;
  hand.key = key;
  try {
    return await work();
  } finally {
    hand.key = before;
  }
}

/** The same with a key that has all scopes but this one. */
export async function lacking<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
  const { key } = await makeKey(SCOPES.filter((other) => other !== scope));
  return using(key, work);
}
