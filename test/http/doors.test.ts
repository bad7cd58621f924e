// What all doors have in common: request ids, the form of keys (which scope each route asks for:
// scopes.table.test.ts), unknown addresses and methods, a wrong setting, a
// ledger of another environment, and errors that nobody expected.

import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import type { Connect } from "../../src/http/doors";
import { redact } from "../../src/domain/redact";
import { failure } from "../../src/domain/result";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { closeHouse, openHouse } from "../actor/house";
import { hold } from "../openapi/held";
import { administrator, call, expectProblem, knock, origin, withOrders } from "./door";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

/** A Worker of its own, whose doors open as the test says. */
function worker(open: Connect) {
  const app = createApp(open);
  return async (path: string, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(`${origin}${path}`, init);
    return hold(request, await app.fetch(request, env, createExecutionContext()));
  };
}

test.each([
  ["nothing", undefined],
  ["a wrong key", "Bearer not-the-key-not-the-key-not-the-key"],
  ["the key of another scheme", `Basic ${btoa(`x:${sandboxDefaults.api_key}`)}`],
  ["the key's beginning", `Bearer ${sandboxDefaults.api_key.slice(0, -1)}`],
  ["the key and more", `Bearer ${sandboxDefaults.api_key}x`],
  ["an empty key", "Bearer "],
  ["an enormous key", `Bearer ${"k".repeat(5_000)}`],
])("refuses %s as a key", async (_, authorization) => {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const problem = await expectProblem(await knock("/v1/orders", { headers }), 401, "unauthorized");
  expect(JSON.stringify(problem)).not.toContain(sandboxDefaults.api_key);
});

test("takes the key whatever the case of the scheme's name", async () => {
  const authorization = `bearer ${sandboxDefaults.api_key}`;
  const response = await knock("/v1/orders", { headers: { authorization } });
  expect(response.status).toBe(200);
});

test("names each answer by an id of its own, never by the caller's", async () => {
  const theirs = "00000000-0000-4000-8000-000000000000";
  const responses = await Promise.all(
    ["/healthz", "/v1/orders", "/nothing", "/webhooks/pinelabs", "/callback", "/robots.txt"].map(
      (path) => knock(path, { headers: { "x-request-id": theirs } }),
    ),
  );
  const ids = responses.map((response) => response.headers.get("x-request-id"));
  expect(new Set(ids).size).toBe(responses.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(ids).not.toContain(theirs);
});

test("an unknown address is 404, a known one with another method is 405 and says which it takes", async () => {
  await expectProblem(await call("GET", "/v1/nothing"), 404, "not_found");
  await expectProblem(await call("GET", "/"), 404, "not_found");
  await expectProblem(await call("GET", "/v1/orders/"), 404, "not_found");
  const removal = await call("DELETE", "/v1/orders/v1-250131113650-aa-TUzeRY");
  await expectProblem(removal, 405, "method_not_allowed");
  expect(removal.headers.get("allow")).toBe("GET, HEAD");
  const links = await call("PUT", "/v1/links");
  await expectProblem(links, 405, "method_not_allowed");
  expect(links.headers.get("allow")).toBe("GET, HEAD, POST");
  const page = await knock("/callback/x", { method: "DELETE" });
  expect(page.headers.get("allow")).toBe("GET, HEAD, POST");
});

test("HEAD takes the query that GET takes, and no other", async () => {
  const statuses = await Promise.all(
    ["?limit=2&stage=paid", "?status=NEW_2FA_WORD", "?nothing=1"].flatMap((query) =>
      ["GET", "HEAD"].map(async (method) => (await call(method, `/v1/orders${query}`)).status),
    ),
  );
  expect(statuses).toEqual([200, 200, 200, 200, 400, 400]);
});

test("a token is blotted out whatever it begins with", () => {
  for (const first of ["A", "-", "_", "9"]) {
    const token = `${first}${"Ab-_3".repeat(5).slice(0, 23)}.shop-1`;
    expect(redact(`GET /callback/${token}`)).toBe("GET /callback/[token]");
    expect(redact(`no order for ${token}`)).toBe("no order for [token]");
  }
});

test("shows that it lives, and keeps robots out", async () => {
  const alive = await knock("/healthz");
  expect([alive.status, await alive.json()]).toEqual([200, { ok: true }]);
  expect(await (await knock("/robots.txt")).text()).toContain("Disallow: /");
});

test("a wrong setting shuts every door but /healthz, names itself, and is logged once", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const visit = worker(() =>
    failure({ code: "setting_invalid", setting: "PUBLIC_URL", message: "PUBLIC_URL must be …" }),
  );
  const doors = [
    "/v1/orders",
    "/webhooks/pinelabs",
    "/callback",
    "/v1/health",
    "/robots.txt",
    "/x",
  ];
  for (const path of doors) {
    const problem = await expectProblem(await visit(path), 503, "setting_invalid");
    expect(problem).toMatchObject({ setting: "PUBLIC_URL", detail: "PUBLIC_URL must be …" });
  }
  const webhook = await visit("/webhooks/pinelabs", { method: "POST", body: "{}" });
  await expectProblem(webhook, 503, "setting_invalid");
  expect((await visit("/healthz")).status).toBe(200);
  expect(logged).toHaveBeenCalledTimes(1);
});

test("a ledger of another environment shuts the API, not the webhooks and not the customers", async () => {
  const stamped: { environment: string } | null = await env.DB.prepare(
    "SELECT environment FROM ledger_stamp",
  ).first();
  await env.DB.prepare(
    "INSERT OR REPLACE INTO ledger_stamp (id, environment) VALUES (1, 'uat')",
  ).run();
  try {
    const visit = worker(connect);
    const problem = await expectProblem(
      await visit("/v1/orders", { headers: administrator }),
      503,
      "environment_mismatch",
    );
    expect(problem.detail).toMatch(/uat.*sandbox/);
    expect((await visit("/webhooks/pinelabs", { method: "POST", body: "{}" })).status).toBe(401);
    expect((await visit("/callback")).status).toBe(404);
  } finally {
    await env.DB.prepare("UPDATE ledger_stamp SET environment = ?")
      .bind(stamped?.environment ?? "sandbox")
      .run();
  }
});

/** The real doors with a D1 that fails as the test says. */
function withDatabase(answer: () => Promise<never>): Connect {
  const broken = new Proxy(env.DB, {
    get: (_, key) => (key === "prepare" ? () => statement : () => answer()),
  });
  const statement = {
    bind: () => statement,
    all: answer,
    first: answer,
    raw: answer,
    run: answer,
  };
  return (bindings) => {
    const doors = connect(bindings);
    return doors.ok ? { ok: true, value: { ...doors.value, db: broken } } : doors;
  };
}

test("a ledger that fails is a 503 for lists and stops nothing that needs no list", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const visit = worker(withDatabase(() => Promise.reject(new Error("D1_ERROR: planted"))));
  const list = await visit("/v1/orders", { headers: administrator });
  await expectProblem(list, 503, "ledger_unavailable");
  expect(list.headers.get("retry-after")).toBe("10");
  const order = "/v1/orders/v1-250131113650-aa-NoBody";
  await expectProblem(await visit(order, { headers: administrator }), 404, "order_unknown");
  const health = await visit("/v1/health", { headers: administrator });
  expect(await health.json()).toMatchObject({ ok: false, ledger: { ok: false } });
  expect(logged).toHaveBeenCalled();
});

test("an error that nobody expected is a 500 without a word of it, logged without private data", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const visit = worker((bindings) => {
    const doors = connect(bindings);
    if (!doors.ok) return doors;
    const find = () =>
      Promise.reject(
        new Error("planted for asha@example.com, +91 90000 00001, Bearer abcdefgh, v1,c2ln"),
      );
    return { ok: true, value: withOrders(doors.value, { find }) };
  });
  const path = "/v1/orders/v1-250131113650-aa-TUzeRY";
  const response = await visit(path, { headers: administrator });
  const problem = await expectProblem(response, 500, "internal_error");
  expect(Object.keys(problem).toSorted()).toEqual(["code", "detail", "status", "title", "type"]);
  // The same sentence whatever it was.
  expect(problem.detail).toMatch(/^It is our mistake and not your request's\. Try again/);
  const lines = logged.mock.calls.map(([line]) => String(line));
  expect(lines).toHaveLength(1);
  const line: Record<string, string> = JSON.parse(lines[0] ?? "");
  expect(line).toMatchObject({
    event: "internal_error",
    method: "GET",
    path,
    request_id: response.headers.get("x-request-id"),
  });
  expect(line["stack"]).toContain("planted for");
  expect(lines[0]).not.toMatch(/asha|90000|abcdefgh/);
});
