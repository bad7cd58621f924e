// Every page and form of the console × everybody who may ask for it: nobody, a viewer, an operator, an
// administrator. The rows are the routes that the console has, so a new one that is not in the table fails.
// To add a page: one line here, and a sample where its address has a new parameter.

import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import type { Role } from "../../src/domain/people";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { closeHouse, openHouse } from "../actor/house";
import { invite, type Shown, signInAsAdministrator, Visitor } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

/** The least role that it is for; the others are told so (403). */
const TABLE: { readonly [route: string]: Role } = {
  "GET /console": "viewer",
  "GET /console/orders": "viewer",
  "POST /console/sign-out": "viewer",
  "GET /console/settings/you": "viewer",
  "POST /console/settings/you/password": "viewer",
  "POST /console/settings/you/sessions": "viewer",
  "GET /console/settings/people": "admin",
  "GET /console/settings/people/invite": "admin",
  "POST /console/settings/people/invite": "admin",
  "GET /console/settings/people/:id": "admin",
  "POST /console/settings/people/:id": "admin",
  "POST /console/settings/people/:id/invite": "admin",
  "GET /console/settings/people/:id/remove": "admin",
  "POST /console/settings/people/:id/remove": "admin",
};

/** For whoever comes. */
const OPEN: readonly string[] = [
  "GET /console/sign-in",
  "POST /console/sign-in",
  "GET /console/invite/:token",
  "POST /console/invite/:token",
];

/** What stands in the place of a parameter: right in form, and nobody's. */
const SAMPLES: { readonly [parameter: string]: string } = {
  id: "person:aaaaaaaaaaaa",
  token: "A".repeat(48),
};

const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

const routes = [
  ...new Set(
    createConsole(app, connect)
      .routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`),
  ),
];

const guarded = routes.filter((route) => !OPEN.includes(route));

const visitors = new Map<Role, Visitor>();

beforeAll(async () => {
  await openHouse();
  const administrator = await signInAsAdministrator();
  for (const role of ROLES) {
    visitors.set(role, await invite(administrator, `One ${role}`, role));
  }
  closeHouse();
});

test("every route is in the table or is open, and each of these is a route", () => {
  expect(guarded.toSorted()).toEqual(Object.keys(TABLE).toSorted());
  expect(OPEN.filter((route) => !routes.includes(route))).toEqual([]);
});

function addressOf(route: string): { readonly method: string; readonly path: string } {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, (_, name: string) => {
    const sample = SAMPLES[name];
    if (sample === undefined) throw new Error(`no sample for :${name} of ${route}`);
    return encodeURIComponent(sample);
  });
  return { method, path };
}

/** One who has the cookie, and uses it for this alone. */
function twin(visitor: Visitor): Visitor {
  const { cookie, csrf } = visitor;
  return Object.assign(new Visitor(), { cookie, csrf });
}

async function ask(visitor: Visitor, route: string): Promise<Shown> {
  const { method, path } = addressOf(route);
  return method === "GET" ? visitor.get(path) : visitor.post(path);
}

describe.each(guarded)("%s", (route) => {
  test("sends nobody to sign in, and does nothing for them", async () => {
    const { method, path } = addressOf(route);
    const shown = await ask(new Visitor(), route);
    const back = path === "/console" ? "" : `?to=${encodeURIComponent(path)}`;
    expect([shown.status, shown.location]).toEqual(
      method === "GET" ? [303, `/console/sign-in${back}`] : [401, null],
    );
  });
});

describe.each(guarded.filter((route) => !route.startsWith("GET ")))("%s", (route) => {
  test.each(ROLES)("does nothing for a %s without the token of a form", async (role) => {
    const visitor = twin(visitors.get(role) ?? new Visitor());
    const shown = await visitor.send(addressOf(route).path, new URLSearchParams());
    expect(shown.status).toBe(403);
  });
});

// Signing out would end what the other rows are asked with.
describe.each(guarded.filter((route) => route !== "POST /console/sign-out"))("%s", (route) => {
  test.each(ROLES)("is for a %s, or says that it is not", async (role) => {
    const visitor = twin(visitors.get(role) ?? new Visitor());
    const { status, html, headers } = await ask(visitor, route);
    if (ROLES.indexOf(role) < ROLES.indexOf(TABLE[route] ?? "admin")) {
      expect(status).toBe(403);
      return;
    }
    expect([401, 403, 429, 500, 503]).not.toContain(status);
    // A redirect has no page, and a file no heading.
    if (status >= 300 || headers.get("content-type")?.startsWith("text/html") !== true) return;
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });
});

describe.each(OPEN)("%s", (route) => {
  test("answers whoever comes, and lets nobody in", async () => {
    const visitor = new Visitor();
    const { status } = await ask(visitor, route);
    expect([200, 401, 404]).toContain(status);
    expect(visitor.cookie).toBe("");
  });
});
