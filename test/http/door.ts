// The doors as their tests use them: whole responses, headers included, from the real Worker.

import { env, exports } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect } from "vitest";
import { success } from "../../src/domain/result";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import type { Doors } from "../../src/http/doors";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { hold } from "../openapi/held";
import { hand } from "./hand";

export const origin = "https://chukta.test";

export const administrator = { authorization: `Bearer ${sandboxDefaults.api_key}` };

/** One request to the real Worker; redirects are not followed. */
export async function knock(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(`${origin}${path}`, { redirect: "manual", ...init });
}

/** With the key in hand, the administrator's; a body that is no string is sent as JSON. */
export async function call(method: string, path: string, body?: unknown): Promise<Response> {
  return knock(path, {
    method,
    headers: { authorization: `Bearer ${hand.key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

/** Nobody comes too often. */
export const NO_LIMITS: Doors["limits"] = {
  callbackPerAddress: async () => true,
  callbackPerDeployment: async () => true,
  receiptPerAddress: async () => true,
  refusals: async () => true,
  staleMessages: async () => true,
  perKey: async () => true,
  wrongKeys: async () => true,
  verdictsPerAddress: async () => true,
  verdictsPerToken: async () => true,
};

export interface Problem {
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly detail: string;
  }[];
  readonly [member: string]: unknown;
}

/** The document of a problem, with its shape checked. */
export async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Problem> {
  const document: Problem = JSON.parse(await response.text());
  expect({ status: response.status, code: document.code }).toEqual({ status, code });
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(document).toMatchObject({ type: `urn:chukta:problem:${code}`, status });
  return document;
}

/** What a request was told about its fields, as `pointer: detail`. */
export function faultsOf(problem: Problem): Record<string, string> {
  return Object.fromEntries(
    (problem.errors ?? []).map(({ pointer, parameter, detail }) => [
      pointer ?? parameter ?? "",
      detail,
    ]),
  );
}

/**
 * One request to a Worker of its own whose settings or ports are changed; what it does after the
 * answer is done when this returns.
 */
export async function visit(
  change: (doors: Doors) => Doors,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const app = createApp((bindings) => {
    const doors = connect(bindings);
    return doors.ok ? success(change(doors.value)) : doors;
  });
  const context = createExecutionContext();
  const request = new Request(`${origin}${path}`, init);
  const response = await app.fetch(request, env, context);
  await waitOnExecutionContext(context);
  return hold(request, response);
}

/** The doors with some of the questions to orders answered by the test. */
export function withOrders(doors: Doors, replaced: Partial<Doors["orders"]>): Doors {
  return { ...doors, orders: withReplaced(doors.orders, replaced) };
}

/** The same for the keeper of keys. */
export function withAccess(doors: Doors, replaced: Partial<Doors["access"]>): Doors {
  return { ...doors, access: withReplaced(doors.access, replaced) };
}

function withReplaced<T extends object>(port: T, replaced: Partial<T>): T {
  return new Proxy(port, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(key in replaced ? replaced : target, key);
      return isMethod(value) ? value.bind(target) : value;
    },
  });
}

function isMethod(value: unknown): value is (...given: unknown[]) => unknown {
  return typeof value === "function";
}
