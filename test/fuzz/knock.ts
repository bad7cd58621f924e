// A request to the real Worker's doors without their rate limits, which would answer almost everything here:
// the same app, actors and D1. What it does after its answer is done when this returns, and each answer is held
// against the description of the API.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { success } from "../../src/domain/result";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import type { Connect } from "../../src/http/doors";
import { NO_LIMITS, origin } from "../http/door";
import { hold } from "../openapi/held";

export const unlimited: Connect = (bindings) => {
  const doors = connect(bindings);
  return doors.ok ? success({ ...doors.value, limits: NO_LIMITS }) : doors;
};

const app = createApp(unlimited);

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of a problem document or another answer in JSON; else an empty string. */
  readonly code: string;
}

export async function knock(path: string, init: RequestInit = {}): Promise<Answered> {
  const context = createExecutionContext();
  const request = new Request(`${origin}${path}`, { redirect: "manual", ...init });
  const response = await hold(request, await app.fetch(request, env, context));
  await waitOnExecutionContext(context);
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const code = type.includes("problem+json") ? (JSON.parse(text) as { code: string }).code : "";
  return { status: response.status, headers: response.headers, text, code };
}

/** No bug of ours was answered, and nothing that only trouble of ours explains. */
export function expectAnswer({ status, text }: Answered, allowed: readonly number[] = []): void {
  if (status >= 500 && !allowed.includes(status)) expect.fail(`answered ${status}: ${text}`);
}
