// Somebody at the console, without the rate limits of its doors, and what each of its pages must be.

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { createConsole } from "../../src/console/site";
import { app } from "../../src/http/app";
import { expectOnlyText } from "../console/hostile";
import { type Shown, Visitor } from "../console/visit";
import { origin } from "../http/door";
import { unlimited } from "./knock";

export const site = createConsole(app, unlimited);
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const context = createExecutionContext();
  const request = new Request(`${origin}${path}`, { redirect: "manual", ...init });
  const response = await site.fetch(request, env, context);
  const whole = await response.arrayBuffer();
  await waitOnExecutionContext(context);
  const { status, headers } = response;
  return new Response(whole.byteLength === 0 ? null : whole, { status, headers });
}

let visitor: Visitor | null = null;

/** Somebody who is signed in; anew, where an input signed them out. */
export async function signedIn(): Promise<Visitor> {
  if (visitor !== null && (await visitor.get("/console/settings/you")).status === 200)
    return visitor;
  visitor = new Visitor(ask, { "cf-connecting-ip": "2001:db8::1" });
  const typed = { name: "administrator", password: "test-console-password" };
  expect(await visitor.post("/console/sign-in", typed)).toMatchObject({ status: 303 });
  await visitor.get("/console");
  return visitor;
}

export async function expectRight(path: string, shown: Shown): Promise<string> {
  if (shown.status >= 500) expect.fail(`answered ${shown.status}: ${shown.html.slice(0, 2_000)}`);
  if (shown.location !== null) expect(shown.location).toMatch(/^\/console(?:$|[/?])/);
  if (shown.headers.get("content-type")?.startsWith("text/html") === true) {
    await expectOnlyText(path, shown.html);
  }
  return String(shown.status);
}
