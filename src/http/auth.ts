// Who may pass: `Authorization: Bearer <key>`, and the scope that a route asks for. Today there is one
// key, the first administrator's (API_KEY), which may do everything; further keys, with scopes of
// their own, will be found here and nowhere else.

import type { MiddlewareHandler } from "hono";
import { LONGEST_KEY } from "../config";
import { sameSecret } from "./constant-time";
import {
  type Door,
  type DoorContext,
  type Doors,
  type Principal,
  type Scope,
  SCOPES,
} from "./doors";
import { problem } from "./problem";

/**
 * Lets a request pass whose key has this scope; 401 without a right key, 403 without the scope. Where
 * the scope follows from the address, it is asked for by a function.
 */
export function requires(asked: Scope | ((c: DoorContext) => Scope)): MiddlewareHandler<Door> {
  return async function checkKey(c, next) {
    const scope = typeof asked === "string" ? asked : asked(c);
    const key = bearerOf(c.req.header("authorization"));
    const principal = key === null ? null : await findPrincipal(key, c.var.doors);
    if (principal === null) {
      return problem("unauthorized", {
        detail: "Send the API key as: Authorization: Bearer <key>.",
        headers: { "www-authenticate": "Bearer" },
      });
    }
    if (!principal.scopes.has(scope)) {
      return problem("scope_missing", { detail: `This needs a key with the scope ${scope}.` });
    }
    c.set("principal", principal);
    return next();
  };
}

async function findPrincipal(key: string, doors: Doors): Promise<Principal | null> {
  const isAdministrator = await sameSecret(key, doors.config.api_key);
  return isAdministrator ? { name: "administrator", scopes: new Set(SCOPES) } : null;
}

function bearerOf(header: string | undefined): string | null {
  const key = /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  // A longer one is nobody's and not worth hashing.
  return key !== undefined && key.length <= LONGEST_KEY ? key : null;
}
