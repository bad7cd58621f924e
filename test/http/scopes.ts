// Keys that lack a scope, before there are such keys: for as long as `work` takes, the one key that
// there is has all scopes but this one.

import { type Scope, SCOPES } from "../../src/http/doors";

export async function lacking<T>(scope: Scope, work: () => Promise<T>): Promise<T> {
  // Read-only to the house; each key's scopes are read from it when a request comes.
  const scopes: Scope[] = SCOPES as unknown as Scope[];
  const all = [...scopes];
  scopes.splice(scopes.indexOf(scope), 1);
  try {
    return await work();
  } finally {
    scopes.splice(0, scopes.length, ...all);
  }
}
