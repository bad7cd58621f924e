// Stands for the network in the client's tests: answers by script, keeps every request, and lets the
// clock run only when somebody sleeps. It is our own port (`fetch` is an argument), not the platform.
import type { GatewayOptions } from "../../src/pinelabs/client";
import type { StoredToken, TokenStore } from "../../src/pinelabs/gateway";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | null;
}

/** One answer: a status and a body, or anything else that a network does. */
export type Reply = (seen: Seen, signal: AbortSignal) => Response | Promise<Response>;

export function answers(
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): Reply {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  // A Response with status 204 or 304 may have no body.
  return () => new Response(status === 204 ? null : text, { status, headers: { ...headers } });
}

export const breaks: Reply = () => Promise.reject(new TypeError("fetch failed: secret.internal"));

/** Never answers, and does not listen to the signal either. */
export const hangs: Reply = () => new Promise<Response>(() => undefined);

/** Begins an answer and never ends it. */
export const stalls: Reply = () =>
  new Response(new ReadableStream({ start: (stream) => stream.enqueue(Uint8Array.of(123)) }));

export function memoryTokens(initial: StoredToken | null = null): TokenStore & {
  kept: StoredToken | null;
  readonly dropped: string[];
} {
  const store = {
    kept: initial,
    dropped: [] as string[],
    read: async () => store.kept,
    write: async (token: StoredToken) => {
      store.kept = token;
    },
    drop: async (token: string) => {
      store.dropped.push(token);
      if (store.kept?.token === token) store.kept = null;
    },
  };
  return store;
}

export const START = Date.parse("2026-01-18T06:00:00.000Z");
export const CLIENT_SECRET = "client-secret-fgwei7egyhug";

export interface FakeGateway {
  readonly options: GatewayOptions;
  /** All requests but those for a token. */
  readonly calls: Seen[];
  readonly tokenCalls: Seen[];
  readonly slept: number[];
  now: number;
}

/**
 * `script` answers the calls one after the other, the last one for ever; `tokenScript` likewise, by
 * default with the tokens token-1, token-2 … that live an hour.
 */
export function fakeGateway(
  script: readonly Reply[],
  change: {
    readonly tokens?: TokenStore;
    readonly tokenScript?: readonly Reply[];
    readonly base_url?: string;
    readonly contract?: GatewayOptions["contract"];
    readonly random?: number;
  } = {},
): FakeGateway {
  const fake: FakeGateway = {
    calls: [],
    tokenCalls: [],
    slept: [],
    now: START,
    options: {
      contract: change.contract ?? "guide",
      settlement_zone: "Asia/Kolkata",
      base_url: change.base_url ?? "https://gateway.example",
      client_id: "client-1",
      client_secret: CLIENT_SECRET,
      tokens: change.tokens ?? memoryTokens(),
      now: () => fake.now,
      random: () => change.random ?? 1,
      sleep: async (delay) => {
        fake.slept.push(delay);
        fake.now += delay;
      },
      request_id: () => `request-${fake.calls.length + fake.tokenCalls.length + 1}`,
      fetch: async (input, init) => {
        const request = init ?? {};
        const seen = {
          method: request.method ?? "GET",
          url: urlOf(input),
          headers: new Headers(request.headers as { [name: string]: string }),
          body: typeof request.body === "string" ? request.body : null,
        };
        if (request.redirect !== "manual") throw new Error("would follow a redirect");
        const isToken = seen.url.endsWith("/api/auth/v1/token");
        const made = isToken ? fake.tokenCalls : fake.calls;
        made.push(seen);
        const replies = isToken ? (change.tokenScript ?? [newToken(made.length)]) : script;
        const reply = replies[Math.min(made.length, replies.length) - 1];
        if (!reply) throw new Error(`no answer for ${seen.url}`);
        return reply(seen, request.signal ?? new AbortController().signal);
      },
    },
  };
  return fake;
}

function newToken(n: number): Reply {
  return answers(200, { access_token: `token-${n}`, expires_in: 3600 });
}

function urlOf(input: RequestInfo | URL): string {
  if (typeof input === "string") return input;
  return input instanceof URL ? input.href : input.url;
}
