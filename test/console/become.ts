// Whoever is signed in has another role from now on, as if an administrator had just changed it.

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Role } from "../../src/domain/people";

interface Kept {
  readonly operator: { readonly role: Role };
}

export async function become(role: Role): Promise<void> {
  await runInDurableObject(env.DEPLOYMENT.getByName("access"), (_, { storage }) => {
    for (const [key, session] of storage.kv.list<Kept>({ prefix: "session:" })) {
      storage.kv.put(key, { ...session, operator: { ...session.operator, role } });
    }
  });
}
