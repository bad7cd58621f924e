// Who may pass: `Authorization: Bearer <key>`, and the scope that a route asks for. The administrator's key
// is a setting (API_KEY), has every scope, and needs nobody to be asked; every other key is kept by the
// deployment's actor (decision 0019). Keys are found here and nowhere else. In this order: the key, its
// rate, its scope. Only wrong keys count towards an address's limit: whoever sends them from where the
// merchant's own server asks does not shut it out.

import type { MiddlewareHandler } from "hono";
import { hashOf } from "../actor/access";
import type { KeyCheck } from "../actor/access-rpc";
import { LONGEST_KEY } from "../config";
import { KEY_MARKS, keyIdIn } from "../domain/access-key";
import { askAccess, unauthorized } from "./access-problem";
import { networkOf } from "./connect";
import { sameSecret } from "./constant-time";
import { type Door, type DoorContext, type Principal, type Scope, SCOPES } from "./doors";
import { problem } from "./problem";
import { addressOf, Guesses, isWithin, rateLimited } from "./rate-limit";
import { vouchedFor } from "./vouched";

/** Of keys of the right form, by their hashes. */
const guesses = new Guesses();

/**
 * Lets a request pass whose key has this scope; 401 without a right key, 403 without the scope. Where
 * the scope follows from the address, it is asked for by a function.
 */
export function requires(asked: Scope | ((c: DoorContext) => Scope)): MiddlewareHandler<Door> {
  return async function checkKey(c, next) {
    const scope = typeof asked === "string" ? asked : asked(c);
    const { doors } = c.var;
    const found = await findCaller(c);
    if (found.kind === "refused") return found.response;
    const { principal, rate = principal.key_id ?? principal.name } = found;
    if (!(await isWithin(c, doors.limits.perKey(rate)))) {
      return rateLimited(
        found.rate === undefined
          ? "This key asks too often."
          : "Too much was asked under your name within a minute.",
      );
    }
    if (!principal.scopes.has(scope)) {
      return problem("scope_missing", { detail: `This needs a key with the scope ${scope}.` });
    }
    c.set("principal", principal);
    return next();
  };
}

type Found =
  /** `rate`: what it counts towards, where that is not the key's own. */
  | { readonly kind: "right"; readonly principal: Principal; readonly rate?: string }
  | { readonly kind: "refused"; readonly response: Response };

async function findCaller(c: DoorContext): Promise<Found> {
  const operator = vouchedFor(c.req.raw);
  if (operator !== null) return { kind: "right", ...operator };
  const key = bearerOf(c.req.header("authorization"));
  return key === null
    ? refused(unauthorized("Send the API key as: Authorization: Bearer <key>."))
    : findPrincipal(c, key);
}

async function findPrincipal(c: DoorContext, key: string): Promise<Found> {
  const { config, limits } = c.var.doors;
  if (await sameSecret(key, config.api_key)) {
    const scopes = new Set(SCOPES);
    const principal = { name: "administrator", key_id: null, scopes, limited: false };
    return { kind: "right", principal };
  }
  const key_id = keyIdIn(key, KEY_MARKS[config.environment]);
  if (key_id !== null) return lookUp(c, { id: key_id, hash: await hashOf(key) });
  // It cost nothing: too many of these shut out nobody whose key may be right.
  const isCounted = await isWithin(c, limits.wrongKeys(`form ${networkOf(addressOf(c))}`));
  return refused(isCounted ? unauthorized(tell("wrong")) : tooManyWrongKeys());
}

/** The one way that costs a question: after too many wrong answers only who was right before may ask. */
async function lookUp(c: DoorContext, { id, hash }: { id: string; hash: string }): Promise<Found> {
  const { access, limits, now } = c.var.doors;
  const address = networkOf(addressOf(c));
  if (guesses.isShutOut(hash, address, now())) return refused(tooManyWrongKeys());
  const check = await askAccess(access.checkKey({ id, hash }));
  if (check.kind === "right") {
    guesses.wasRight(hash);
    const { name, scopes, limited } = check;
    return { kind: "right", principal: { name, key_id: id, scopes: new Set(scopes), limited } };
  }
  guesses.wasWrong(hash);
  if (await isWithin(c, limits.wrongKeys(address))) return refused(unauthorized(tell(check.kind)));
  guesses.shutOut(address, now());
  return refused(tooManyWrongKeys());
}

function refused(response: Response): Found {
  return { kind: "refused", response };
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
  return rateLimited("Too many wrong keys came from this address.");
}

function bearerOf(header: string | undefined): string | null {
  const key = /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  // A longer one is nobody's and not worth hashing.
  return key !== undefined && key.length <= LONGEST_KEY ? key : null;
}
