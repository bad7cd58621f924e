// Every route × every scope, whole: the rows are the routes that the app has, so a new one that is not in
// the table below fails, and each is asked with nine keys that have one scope each. An open door is one
// that is named as open.

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Scope, SCOPES } from "../../src/domain/scopes";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { closeHouse, openHouse } from "../actor/house";
import { call, knock, type Problem } from "./door";
import { makeKey } from "./scopes";

beforeEach(openHouse);
afterEach(closeHouse);

/** Which scope lets pass. */
const TABLE: { readonly [route: string]: Scope } = {
  "POST /v1/verify": "read",
  "POST /v1/links": "links",
  "POST /v1/links/track": "links",
  "GET /v1/links": "read",
  "GET /v1/links/:id": "read",
  "POST /v1/links/:id/refresh": "read",
  "POST /v1/links/:id/cancel": "links",
  "POST /v1/links/:id/notify": "links",
  "POST /v1/links/:id/replace": "links",
  "GET /v1/orders": "read",
  "GET /v1/search": "read",
  "GET /v1/orders/:id": "read",
  "GET /v1/orders/reference/:reference": "read",
  "GET /v1/orders/:id/timeline": "read",
  "POST /v1/orders/:id/refresh": "read",
  "GET /v1/orders/:id/receipt": "read",
  "POST /v1/orders/:id/receipt": "fulfill",
  "POST /v1/orders/:id/fulfillment": "fulfill",
  "PUT /v1/orders/:id/checklist/:step": "fulfill",
  "DELETE /v1/orders/:id/personal-data": "admin",
  "GET /v1/payments": "read",
  "GET /v1/refunds": "read",
  "POST /v1/orders/:id/refunds": "refund",
  "GET /v1/orders/:id/refunds": "read",
  "GET /v1/orders/:id/refunds/:reference": "read",
  "POST /v1/orders/:id/capture": "capture",
  "POST /v1/orders/:id/void": "capture",
  "GET /v1/orders/:id/commands": "read",
  "GET /v1/orders/:id/commands/:kind/:reference": "read",
  // Of a refund, as the samples below say; of a capture or void it is `capture` (commands.names.test.ts).
  "POST /v1/orders/:id/commands/:kind/:reference/decision": "refund",
  "GET /v1/messages": "read",
  "GET /v1/messages/refused": "read",
  "GET /v1/messages/:webhook_id": "read",
  "POST /v1/messages/:webhook_id/reapply": "read",
  "POST /v1/doctor/signature": "read",
  "GET /v1/events": "read",
  "GET /v1/notifications": "read",
  "GET /v1/notifications/receiver": "read",
  "GET /v1/notifications/:id": "read",
  "POST /v1/notifications/:id/resend": "admin",
  "POST /v1/notifications/resume": "admin",
  "GET /v1/settlements": "read",
  "GET /v1/settlements/:utr": "read",
  "GET /v1/settlements/refresh": "read",
  "POST /v1/settlements/refresh": "settlements",
  "GET /v1/reconciliation": "read",
  "GET /v1/days": "read",
  "GET /v1/discrepancies": "read",
  "GET /v1/discrepancies/:id": "read",
  "POST /v1/discrepancies/:id/resolve": "settlements",
  "POST /v1/keys": "admin",
  "GET /v1/keys": "admin",
  "DELETE /v1/keys/:id": "admin",
  "GET /v1/money": "read",
  "POST /v1/money/stop": "admin",
  "POST /v1/money/resume": "admin",
  "GET /v1/audit": "admin",
  "GET /v1/settings": "admin",
  "GET /v1/accounting": "read",
  "GET /v1/attention": "read",
  "GET /v1/health": "read",
};

/** Doors that no key opens or shuts: the sender's signature, a token of its own, or nothing to tell. */
const OPEN: readonly string[] = [
  "/healthz",
  "/robots.txt",
  "/assets/page.css",
  "/favicon.ico",
  "/webhooks/pinelabs",
  "/webhooks/pinelabs/",
  "/callback",
  "/callback/:token",
  "/receipt/:token",
  "/v1/verdicts/:token",
];

const isOpen = (route: string): boolean => OPEN.includes(route.slice(route.indexOf(" ") + 1));

/** What stands in the place of a parameter: right in form, and nobody's. */
const SAMPLES: { readonly [parameter: string]: string } = {
  id: "v1-310115060000-aa-Nobody",
  reference: "nobody-1",
  step: "record",
  kind: "refund",
  token: `${"A".repeat(24)}.nobody-1`,
  webhook_id: "msg_nobody",
  utr: "412345678901",
};

const routes = [
  ...new Set(
    createApp(connect)
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`),
  ),
];

const keys = new Map<Scope, string>();

beforeAll(async () => {
  await openHouse();
  for (const scope of SCOPES) keys.set(scope, (await makeKey([scope])).key);
  closeHouse();
});

test("every route is in the table or is an open door, and each of these is a route", () => {
  const guarded = routes.filter((route) => !isOpen(route));
  expect(guarded.toSorted()).toEqual(Object.keys(TABLE).toSorted());
  const paths = routes.map((route) => route.slice(route.indexOf(" ") + 1));
  expect(OPEN.filter((path) => !paths.includes(path))).toEqual([]);
});

function addressOf(route: string): { readonly method: string; readonly path: string } {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => {
    const sample = SAMPLES[name];
    if (sample === undefined) throw new Error(`no sample for :${name} of ${route}`);
    return sample;
  });
  return { method, path };
}

test("no route, whatever its method, changes or removes a line of the audit", async () => {
  await makeKey(["read"]);
  await runDurableObjectAlarm(env.DEPLOYMENT.getByName("access"));
  const lines = async () =>
    (await env.DB.prepare("SELECT * FROM audit ORDER BY at, actor, n").all()).results;
  const before = await lines();
  expect(before.length).toBeGreaterThan(SCOPES.length);
  for (const route of routes.filter((one) => !isOpen(one))) {
    const { path } = addressOf(route);
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) await call(method, path, {});
  }
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const path of ["/v1/audit", "/v1/audit/access", "/v1/audit/access/1"]) {
      expect([404, 405]).toContain((await call(method, path, {})).status);
    }
  }
  expect((await lines()).slice(0, before.length)).toEqual(before);
});

describe.each(routes.filter((route) => !isOpen(route)))("%s", (route) => {
  const ask = async (key: string | null): Promise<Response> => {
    // Only now: a route with a parameter that has no sample fails its own tests, and no others.
    const { method, path } = addressOf(route);
    return knock(path, {
      method,
      headers: {
        "content-type": "application/json",
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(method === "GET" ? {} : { body: "{}" }),
    });
  };

  test("wants a key", async () => {
    const response = await ask(null);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  test.each(SCOPES)("with the scope %s alone passes only if it is its own", async (scope) => {
    const response = await ask(keys.get(scope) ?? "");
    if (scope === TABLE[route]) {
      expect([401, 403, 429, 500]).not.toContain(response.status);
      return;
    }
    const problem: Problem = JSON.parse(await response.text());
    expect([response.status, problem.code]).toEqual([403, "scope_missing"]);
    expect(problem.detail).toContain(TABLE[route]);
  });
});
