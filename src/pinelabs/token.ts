// The access token (docs/gateway.md 1.2): fetched with the client's credentials, kept in the
// shared store under their fingerprint, renewed before its end, forgotten when it is refused.

import type { JsonObject } from "../domain/json";
import { failure, type Result, success } from "../domain/result";
import { instantToMilliseconds, type Milliseconds, parseInstant, toIso } from "../domain/time";
import { readObject } from "./fields";
import { failureOf, parseRetryAfter, unavailable } from "./failure";
import type { GatewayFailure, StoredToken, TokenStore } from "./gateway";
import { exchange, within } from "./http";
import { parseObject } from "./keys";
import { type Attempt, repeat } from "./retry";
import { hexOf, utf8 } from "./secret-bytes";

export interface Tokens {
  /** A token to try: the shared one, else a new one. */
  get(deadline: Milliseconds): Promise<Result<string, GatewayFailure>>;
  /** A new one from the gateway, whatever is kept. */
  renew(deadline: Milliseconds): Promise<Result<string, GatewayFailure>>;
  /** Forgets a token that the gateway refused. */
  drop(token: string, deadline: Milliseconds): Promise<void>;
}

export interface TokenOptions {
  readonly base_url: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly tokens: TokenStore;
  readonly fetch: typeof fetch;
  readonly now: () => Milliseconds;
  readonly random: () => number;
  readonly sleep: (delay: Milliseconds) => Promise<void>;
  readonly request_id: () => string;
}

const EARLY: Milliseconds = 60_000;
const DEFAULT_LIFETIME: Milliseconds = 10 * 60_000;
/** The store is a convenience: it may not use up the call's time. */
const STORE_LIMIT: Milliseconds = 2_000;
/** Wrong credentials have no documented status of their own: any of these may mean them. */
const REFUSED_STATUSES: readonly number[] = [400, 401, 403, 422];

export function createTokens(options: TokenOptions): Tokens {
  const { tokens, now } = options;
  let held: StoredToken | null = null;
  let refused: string | null = null;
  let fingerprint: Promise<string> | null = null;

  async function find(deadline: Milliseconds): Promise<string | null> {
    fingerprint ??= fingerprintOf(options);
    const credential = await fingerprint;
    const isUsable = (known: StoredToken): boolean =>
      known.credential === credential && known.token !== refused && known.expires_at > now();
    if (held !== null && isUsable(held)) return held.token;
    held = await attempt(() => tokens.read(), deadline);
    return held !== null && isUsable(held) ? held.token : null;
  }

  async function renew(deadline: Milliseconds): Promise<Result<string, GatewayFailure>> {
    const fetched = await repeat(() => requestToken(options, deadline), { ...options, deadline });
    if (!fetched.ok) return fetched;
    const { token, expires_at } = fetched.value;
    fingerprint ??= fingerprintOf(options);
    held = { token, expires_at, credential: await fingerprint };
    const kept = held;
    if (expires_at > now()) await attempt(() => tokens.write(kept), deadline);
    return success(token);
  }

  return {
    renew,
    async get(deadline) {
      const known = await find(deadline);
      return known === null ? renew(deadline) : success(known);
    },
    async drop(token, deadline) {
      refused = token;
      if (held?.token === token) held = null;
      await attempt(() => tokens.drop(token), deadline);
    },
  };

  /** Without the store a token costs one request more; that is no reason to fail. */
  async function attempt<T>(step: () => Promise<T>, deadline: Milliseconds): Promise<T | null> {
    return within(Math.min(STORE_LIMIT, deadline - now()), step);
  }
}

async function requestToken(
  options: TokenOptions,
  deadline: Milliseconds,
): Promise<Attempt<Omit<StoredToken, "credential">>> {
  const asked_at = options.now();
  const request_id = options.request_id();
  const { client_id, client_secret } = options;
  const answer = await exchange(
    options.fetch,
    {
      method: "POST",
      url: `${options.base_url}/api/auth/v1/token`,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        "request-id": request_id,
        "request-timestamp": toIso(asked_at),
      },
      body: JSON.stringify({ client_id, client_secret, grant_type: "client_credentials" }),
    },
    deadline - asked_at,
  );
  if (!answer.ok) {
    const message = `token: ${answer.failure.message}`;
    return { result: failure(unavailable(request_id, message)), again: { after: null } };
  }
  const { status, text } = answer.value;
  if (status >= 200 && status < 300) {
    const token = parseToken(text, asked_at);
    if (token !== null) return { result: success(token), again: null };
    const message = "token: unreadable answer";
    return { result: failure(unavailable(request_id, message)), again: null };
  }
  const failed = failureOf(answer.value, {
    request_id,
    now: options.now(),
    secrets: [client_secret],
  });
  const again =
    status === 429 || status >= 500
      ? { after: parseRetryAfter(answer.value.retry_after, options.now()) }
      : null;
  if (failed.code === "gateway_rate_limited") return { result: failure(failed), again };
  const { message } = failed;
  if (REFUSED_STATUSES.includes(status)) {
    const gateway_code = "gateway_code" in failed ? failed.gateway_code : null;
    const unauthorized = {
      code: "gateway_unauthorized",
      request_id,
      gateway_code,
      message,
    } as const;
    return { result: failure(unauthorized), again };
  }
  return { result: failure(unavailable(request_id, `token: ${message}`)), again };
}

/** Bare or in `data`, with its end (docs/gateway.md 1.2) less the time by which we renew early. */
function parseToken(
  text: string | null,
  asked_at: Milliseconds,
): Omit<StoredToken, "credential"> | null {
  const parsed = parseObject(text ?? "");
  if (!parsed.ok) return null;
  const body = "access_token" in parsed.value ? parsed.value : readObject(parsed.value.data);
  const { access_token } = body;
  // It becomes a header: printable ASCII only, and within the documented length.
  if (typeof access_token !== "string" || !/^[\x21-\x7e]{1,8192}$/.test(access_token)) return null;
  const lifetime = Math.max(0, lifetimeOf(body, asked_at));
  const early = Math.min(EARLY, lifetime / 2);
  return { token: access_token, expires_at: asked_at + Math.floor(lifetime - early) };
}

function lifetimeOf(body: JsonObject, asked_at: Milliseconds): Milliseconds {
  const end = parseInstant(body.expires_at);
  if (end !== null) return instantToMilliseconds(end) - asked_at;
  const seconds = Number(body.expires_in ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : DEFAULT_LIFETIME;
}

/** Enough of a hash to tell credentials apart, and nothing to find them by. */
async function fingerprintOf(options: TokenOptions): Promise<string> {
  const { base_url, client_id, client_secret } = options;
  const text = JSON.stringify([base_url, client_id, client_secret]);
  const digest = await crypto.subtle.digest("SHA-256", utf8(text));
  return hexOf(new Uint8Array(digest).slice(0, 8));
}
