// Cloudflare Access in front of the console: who it says comes, by the token that it adds to each request. The
// token is believed only if the team's own key signed it (RS256), for this application, and it has not run out;
// whatever can not be checked is not believed. The keys are kept in the isolate for an hour.

import { decode, verifyWithJwks } from "hono/jwt";
import * as z from "zod/mini";
import type { CloudflareAccess } from "../config";
import { parseEmail } from "../domain/people";
import { failure, type Result, success } from "../domain/result";
import { HOUR, MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import { reasonOf } from "../domain/redact";

export const TOKEN_HEADER = "cf-access-jwt-assertion";

const ANSWER_LIMIT: Milliseconds = 5_000;
const KEYS_GOOD_FOR: Milliseconds = HOUR;

/** A key that we do not know may be a new one: asked for again, but not for each made-up token. */
const ASKED_AGAIN_AFTER: Milliseconds = MINUTE;

/** By how much clocks may differ for what says when it begins. None for when it ends. */
const CLOCKS_DIFFER: Milliseconds = MINUTE;

const LONGEST_TOKEN = 16_384;
const LONGEST_KEYS = 65_536;

const keySet = z.object({
  keys: z
    .array(z.object({ kid: z.string(), kty: z.string(), n: z.string(), e: z.string() }))
    .check(z.maxLength(20)),
});

const claims = z.object({
  exp: z.number(),
  iat: z.number(),
  /** Optional in RFC 7519, and binding where it stands. */
  nbf: z.optional(z.number()),
  email: z.string(),
});

type Key = z.infer<typeof keySet>["keys"][number] & { readonly alg: "RS256" };

interface Kept {
  readonly team: string;
  readonly keys: readonly Key[];
  readonly fetched_at: Milliseconds;
}

/** The one team of this deployment. */
let kept: Kept | null = null;

export type AccessFailure =
  /** It is not a token that we believe, for whatever reason. */
  | { readonly code: "access_token_invalid" }
  /** The team's keys could not be had. */
  | { readonly code: "access_keys_unavailable"; readonly reason: string };

/** The e-mail that the token vouches for, lower case. */
export async function identityOf(
  token: string,
  access: CloudflareAccess,
  now: Milliseconds,
): Promise<Result<string, AccessFailure>> {
  const kid = token.length > LONGEST_TOKEN ? null : kidOf(token);
  if (kid === null) return invalid();
  const keys = await keysFor(access.team, kid, now);
  if (!keys.ok) return keys;
  try {
    const payload: unknown = await verifyWithJwks(token, {
      keys: [...keys.value],
      allowedAlgorithms: ["RS256"],
      // Times are checked below: the library takes a token that says no end, and clocks that agree.
      verification: {
        iss: `https://${access.team}`,
        aud: access.audience,
        exp: true,
        nbf: false,
        iat: false,
      },
    });
    return emailOf(payload, now);
  } catch (error) {
    // Which check failed is nobody's business out there; a fault of the library's looks the same.
    if (error instanceof Error) return invalid();
    throw error;
  }
}

function emailOf(payload: unknown, now: Milliseconds): Result<string, AccessFailure> {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) return invalid();
  const { exp, iat, nbf = iat, email } = parsed.data;
  const isInTime = exp * 1_000 > now && Math.max(iat, nbf) * 1_000 <= now + CLOCKS_DIFFER;
  const address = parseEmail(email);
  return isInTime && address !== null ? success(address) : invalid();
}

function kidOf(token: string): string | null {
  try {
    const { header } = decode(token);
    const parsed = z.object({ kid: z.string(), alg: z.literal("RS256") }).safeParse(header);
    return parsed.success ? parsed.data.kid : null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** Asks anew when they are too old, and once for a key that is not among them. */
async function keysFor(
  team: string,
  kid: string,
  now: Milliseconds,
): Promise<Result<readonly Key[], AccessFailure>> {
  const age = kept?.team === team ? Math.abs(now - kept.fetched_at) : Infinity;
  const isKnown = kept?.keys.some((key) => key.kid === kid) ?? false;
  if (kept !== null && age < (isKnown ? KEYS_GOOD_FOR : ASKED_AGAIN_AFTER)) {
    return success(kept.keys);
  }
  const fetched = await fetchKeys(team);
  if (fetched.ok) kept = { team, keys: fetched.value, fetched_at: now };
  return fetched;
}

async function fetchKeys(team: string): Promise<Result<readonly Key[], AccessFailure>> {
  try {
    const response = await fetch(`https://${team}/cdn-cgi/access/certs`, {
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_LIMIT),
    });
    if (response.status !== 200) return unavailable(`status ${response.status}`);
    const text = await response.text();
    if (text.length > LONGEST_KEYS) return unavailable("too long");
    const parsed = keySet.safeParse(JSON.parse(text));
    if (!parsed.success) return unavailable("not a set of keys");
    const keys = parsed.data.keys.filter(({ kty }) => kty === "RSA");
    return success(keys.map((key) => ({ ...key, alg: "RS256" as const })));
  } catch (error) {
    return unavailable(reasonOf(error));
  }
}

function invalid(): Result<never, AccessFailure> {
  return failure({ code: "access_token_invalid" });
}

function unavailable(reason: string): Result<never, AccessFailure> {
  return failure({ code: "access_keys_unavailable", reason });
}
