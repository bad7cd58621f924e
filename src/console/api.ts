// The console's way to everything: the API itself, asked inside the Worker in the name of who is signed in.
// The same doors check, limit, decide and write the audit for a person as for a key, and every refusal
// comes with the API's own words. The console reads nothing and moves nothing past it (decision 0021).

import type { Hono } from "hono";
import { type Operator, SCOPES_OF } from "../domain/people";
import { failure, type Result, success } from "../domain/result";
import type { Door } from "../http/doors";
import { vouchFor } from "../http/vouched";

/** A problem document (RFC 9457) as the API answered it. */
export interface ApiProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly detail: string;
  }[];
  readonly [member: string]: unknown;
}

/** A list's page as every list of the API answers it. */
export interface Listed<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

export type Query = { readonly [name: string]: string | number | null | undefined };

export interface Api {
  /** `T` is the answer's type where the door builds it (OrderView for GET /v1/orders/{id}). */
  get<T>(path: string, query?: Query): Promise<Result<T, ApiProblem>>;
  /** A change. `key`: the Idempotency-Key that a repeat of the same form has again. */
  send<T>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<Result<T, ApiProblem>>;
  /** The answer as it is: for files that are handed on. */
  raw(
    path: string,
    query?: Query,
    headers?: { readonly [name: string]: string },
  ): Promise<Response>;
}

interface Caller {
  readonly operator: Operator;
  readonly env: Env;
  readonly ctx: ExecutionContext;
  /** Of the request that the console itself got: links in answers begin with it. */
  readonly origin: string;
  /** The caller's own address, for what the API counts by it. */
  readonly address: string | null;
  /** An open page asks by itself: however many there are, their owner can still act. */
  readonly isPoll: boolean;
}

export function openApi(app: Hono<Door>, caller: Caller): Api {
  const { person_id, name, role } = caller.operator;
  const scopes = new Set(SCOPES_OF[role]);
  const principal = { name, key_id: person_id, scopes, limited: false };
  // Beside API_KEY, which has the administrator's name: a shop's server does not shut its people out.
  const rate = `console ${caller.isPoll ? "polls " : ""}${person_id ?? name}`;
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const request = new Request(caller.origin + path, init);
    if (caller.address !== null) request.headers.set("cf-connecting-ip", caller.address);
    return app.fetch(vouchFor(request, { principal, rate }), caller.env, caller.ctx);
  };
  return {
    get: async <T>(path: string, query: Query = {}) =>
      answerOf<T>(await ask(pathWith(path, query), { method: "GET" })),
    send: async <T>(method: string, path: string, body?: unknown, key?: string) => {
      const headers = {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return answerOf<T>(await ask(path, { method, headers, ...sent }));
    },
    raw: async (path, query = {}, headers = {}) =>
      ask(pathWith(path, query), { method: "GET", headers }),
  };
}

/** Where several parts make a path: each part is one segment, whatever it holds. */
export function pathTo(...parts: readonly string[]): string {
  return `/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

/** The path with the parameters that have a value. */
export function pathWith(path: string, query: Query): string {
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
    ),
  );
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

/** The one cast of the console: the type of an answer is the one that its door has. */
async function answerOf<T>(response: Response): Promise<Result<T, ApiProblem>> {
  const text = await response.text();
  if (response.ok) return success((text === "" ? null : JSON.parse(text)) as T);
  return failure(JSON.parse(text) as ApiProblem);
}
