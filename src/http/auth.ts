// Who may pass: `Authorization: Bearer <key>`, and the scope that a route asks for. The administrator's key
// is a setting (API_KEY), has every scope, and needs nobody to be asked; every other key is kept by the
// deployment's actor (decision 0019). Keys are found here and nowhere else. In this order: an address that
// sent too many wrong keys, the key, its rate, its scope.

import type { MiddlewareHandler } from "hono";
import { hashOf } from "../actor/access";
import type { KeyCheck } from "../actor/access-rpc";
import { LONGEST_KEY } from "../config";
import { KEY_MARKS, keyIdIn } from "../domain/access-key";
import { askAccess, unauthorized } from "./access-problem";
import { networkOf } from "./connect";
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
import { addressOf, isWithin, rateLimited, ShutOut } from "./rate-limit";

const shutOut = new ShutOut();

/**
 * Lets a request pass whose key has this scope; 401 without a right key, 403 without the scope. Where
 * the scope follows from the address, it is asked for by a function.
 */
export function requires(asked: Scope | ((c: DoorContext) => Scope)): MiddlewareHandler<Door> {
  return async function checkKey(c, next) {
    const scope = typeof asked === "string" ? asked : asked(c);
    const { doors } = c.var;
    const key = bearerOf(c.req.header("authorization"));
    if (key === null) return unauthorized("Send the API key as: Authorization: Bearer <key>.");
    const address = networkOf(addressOf(c));
    if (shutOut.has(address, doors.now())) return tooManyWrongKeys();
    const found = await findPrincipal(key, doors);
    if (found.kind !== "right") {
      if (await isWithin(c, doors.limits.wrongKeys(address))) return unauthorized(tell(found.kind));
      shutOut.add(address, doors.now());
      return tooManyWrongKeys();
    }
    const { principal } = found;
    if (!(await isWithin(c, doors.limits.perKey(principal.key_id ?? principal.name)))) {
      return rateLimited("This key asks too often.");
    }
    if (!principal.scopes.has(scope)) {
      return problem("scope_missing", { detail: `This needs a key with the scope ${scope}.` });
    }
    c.set("principal", principal);
    return next();
  };
}

type Found =
  | { readonly kind: "right"; readonly principal: Principal }
  | { readonly kind: Exclude<KeyCheck["kind"], "right"> };

async function findPrincipal(key: string, doors: Doors): Promise<Found> {
  if (await sameSecret(key, doors.config.api_key)) {
    const principal = {
      name: "administrator",
      key_id: null,
      scopes: new Set(SCOPES),
      limited: false,
    };
    return { kind: "right", principal };
  }
  const key_id = keyIdIn(key, KEY_MARKS[doors.config.environment]);
  if (key_id === null) return { kind: "wrong" };
  const check = await askAccess(doors.access.checkKey({ id: key_id, hash: await hashOf(key) }));
  if (check.kind !== "right") return check;
  const { name, scopes, limited } = check;
  return { kind: "right", principal: { name, key_id, scopes: new Set(scopes), limited } };
}

/** Only who had the whole key learns what became of it. */
function tell(kind: Exclude<KeyCheck["kind"], "right">): string {
  switch (kind) {
    case "wrong":
      return "This key is not known here. Send it as: Authorization: Bearer <key>.";
    case "expired":
      return "This key has expired.";
    case "revoked":
      return "This key was revoked.";
  }
}

function tooManyWrongKeys(): Response {
  return rateLimited("Too many wrong keys came from this address: for a minute none is looked at.");
}

function bearerOf(header: string | undefined): string | null {
  const key = /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  // A longer one is nobody's and not worth hashing.
  return key !== undefined && key.length <= LONGEST_KEY ? key : null;
}
