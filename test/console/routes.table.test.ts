// Every page and form of the console × everybody who may ask for it: nobody, a viewer, an operator, an
// administrator. The rows are the routes that the console has, so a new one that is not in the table fails.
// To add a page: one line here, and a sample where its address has a new parameter.

import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import type { Role } from "../../src/domain/people";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { api, closeHouse, openHouse } from "../actor/house";
import { heldOrder } from "../actor/money";
import { invite, type Shown, signInAsAdministrator, Visitor } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

/** What a viewer, an operator and an administrator get: of a form, when it is their own and empty. */
const TABLE: { readonly [route: string]: readonly [number, number, number] } = {
  "GET /console": [200, 200, 200],
  "GET /console/discrepancies": [200, 200, 200],
  "GET /console/discrepancies.csv": [200, 200, 200],
  "GET /console/discrepancies/resolve": [404, 404, 404],
  "POST /console/discrepancies/resolve": [403, 404, 404],
  "GET /console/links": [200, 200, 200],
  "GET /console/links/:id": [200, 200, 200],
  "GET /console/links/:id/qr.svg": [200, 200, 200],
  "POST /console/links/:id/refresh": [404, 404, 404],
  "GET /console/links/new": [403, 200, 200],
  "POST /console/links/new": [403, 422, 422],
  "GET /console/links/track": [403, 200, 200],
  "POST /console/links/track": [403, 422, 422],
  "GET /console/messages": [200, 200, 200],
  "GET /console/messages/:webhook_id": [200, 200, 200],
  "GET /console/messages/:webhook_id/raw": [403, 303, 303],
  "POST /console/messages/:webhook_id/reapply": [303, 303, 303],
  "GET /console/messages/refused": [200, 200, 200],
  "POST /console/messages/refused": [422, 422, 422],
  "GET /console/notifications": [200, 200, 200],
  "GET /console/notifications/:id": [200, 200, 200],
  "POST /console/notifications/:id/resend": [403, 403, 409],
  "POST /console/notifications/resume": [403, 403, 303],
  "GET /console/orders": [200, 200, 200],
  "GET /console/orders.csv": [200, 200, 200],
  "GET /console/orders/:id": [200, 200, 200],
  "GET /console/orders/:id/capture": [403, 200, 200],
  "POST /console/orders/:id/capture": [403, 422, 422],
  "POST /console/orders/:id/claim": [403, 422, 422],
  "GET /console/orders/:id/commands/:kind/:reference/decide": [403, 404, 404],
  "POST /console/orders/:id/commands/:kind/:reference/decide": [403, 404, 404],
  "GET /console/orders/:id/link/cancel": [403, 200, 200],
  "POST /console/orders/:id/link/cancel": [403, 409, 409],
  "GET /console/orders/:id/link/notify": [403, 200, 200],
  "POST /console/orders/:id/link/notify": [403, 409, 409],
  "GET /console/orders/:id/link/replace": [403, 200, 200],
  "POST /console/orders/:id/link/replace": [403, 409, 409],
  "POST /console/orders/:id/receipt": [403, 409, 409],
  "POST /console/orders/:id/refresh": [404, 404, 404],
  "GET /console/orders/:id/refund": [403, 200, 200],
  "POST /console/orders/:id/refund": [403, 409, 409],
  "POST /console/orders/:id/steps/:step": [403, 404, 404],
  "GET /console/orders/:id/void": [403, 200, 200],
  "POST /console/orders/:id/void": [403, 303, 303],
  "GET /console/reconciliation": [200, 200, 200],
  "GET /console/reconciliation/:file{(payments|refunds|orders)\\.csv}": [200, 200, 200],
  "GET /console/settings": [200, 200, 200],
  "GET /console/settings/audit": [403, 403, 200],
  "GET /console/settings/health": [200, 200, 200],
  "GET /console/settings/keys": [403, 403, 200],
  "GET /console/settings/keys/:id/revoke": [403, 403, 404],
  "POST /console/settings/keys/:id/revoke": [403, 403, 404],
  "GET /console/settings/keys/new": [403, 403, 200],
  "POST /console/settings/keys/new": [403, 403, 422],
  "GET /console/settings/money": [200, 200, 200],
  "POST /console/settings/money": [403, 403, 422],
  "GET /console/settings/people": [403, 403, 200],
  "GET /console/settings/people/:id": [403, 403, 404],
  "POST /console/settings/people/:id": [403, 403, 404],
  "POST /console/settings/people/:id/invite": [403, 403, 404],
  "GET /console/settings/people/:id/remove": [403, 403, 404],
  "POST /console/settings/people/:id/remove": [403, 403, 404],
  "GET /console/settings/people/invite": [403, 403, 200],
  "POST /console/settings/people/invite": [403, 403, 422],
  "GET /console/settings/you": [200, 200, 200],
  "POST /console/settings/you/password": [422, 422, 422],
  "POST /console/settings/you/sessions": [303, 303, 303],
  "GET /console/settlements": [200, 200, 200],
  "GET /console/settlements.csv": [200, 200, 200],
  "GET /console/settlements/:file{[A-Za-z0-9]{1,50}\\.csv}": [404, 404, 404],
  "GET /console/settlements/:utr": [404, 404, 404],
  "GET /console/settlements/refresh": [303, 303, 303],
  "POST /console/settlements/refresh": [403, 303, 303],
  "POST /console/sign-out": [303, 303, 303],
  "GET /console/uncaptured": [200, 200, 200],
  "POST /console/uncaptured": [403, 303, 303],
  "GET /console/uncaptured/capture": [403, 303, 303],
  "POST /console/uncaptured/capture": [403, 303, 303],
};

/** For whoever comes. */
const OPEN: readonly string[] = [
  "GET /console/sign-in",
  "POST /console/sign-in",
  "GET /console/invite/:token",
  "POST /console/invite/:token",
];

/**
 * What stands in the place of a parameter, by the part of the console. Things that are there, so that a refusal
 * is one; of people, keys and commands nobody's, so that a form that is let pass does nothing.
 */
const samples = new Map<string, string>([
  ["people :id", "person:aaaaaaaaaaaa"],
  ["keys :id", "aaaaaaaaaaaa"],
  ["invite :token", "A".repeat(48)],
  ["steps :step", "never"],
  ["commands :kind", "refund"],
  ["commands :reference", "never"],
  ["settlements :utr", "UTR1"],
  ["settlements :file", "UTR1.csv"],
  ["reconciliation :file", "orders.csv"],
]);

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
  const { order_id, link_id } = await heldOrder();
  samples.set("orders :id", order_id).set("links :id", link_id);
  samples.set("messages :webhook_id", await newest("/v1/messages", "webhook_id"));
  samples.set("notifications :id", await newest("/v1/notifications", "id"));
  closeHouse();
});

async function newest(path: string, member: string): Promise<string> {
  const { data } = (await api<{ data: readonly Record<string, string>[] }>("GET", path)).body;
  const found = data[0]?.[member];
  if (found === undefined) throw new Error(`${path} is empty`);
  return found;
}

test("every route is in the table or is open, and each of these is a route", () => {
  expect(guarded.toSorted()).toEqual(Object.keys(TABLE).toSorted());
  expect(OPEN.filter((route) => !routes.includes(route))).toEqual([]);
});

test("what stands before all methods are guards, no pages", () => {
  const all = createConsole(app, connect).routes.filter(({ method }) => method === "ALL");
  const people = "/console/settings/people";
  expect(new Set(all.map(({ path }) => path))).toEqual(new Set(["/*", people, `${people}/*`]));
});

/** Where a page's links and forms lead that whoever sees it would be refused. */
function deadEnds(html: string, role: Role): readonly string[] {
  const forms = [...html.matchAll(/<form method="post" action="([^"?]+)/g)];
  const links = [...html.matchAll(/href="(\/console[^"?#]*)/g)];
  const asked = [
    ...forms.map(([, path = ""]) => `POST ${path}`),
    ...links.map(([, path = ""]) => `GET ${path}`),
  ];
  return asked.filter((one) => {
    const route = guarded.find((pattern) => new RegExp(`^${formOf(pattern)}$`).test(one));
    return TABLE[route ?? ""]?.[ROLES.indexOf(role)] === 403;
  });
}

function formOf(route: string): string {
  return route.replaceAll(".", String.raw`\.`).replaceAll(/:\w+(?:\{[^/]*\})?/g, "[^/]+");
}

function addressOf(route: string): { readonly method: string; readonly path: string } {
  const [method = "", pattern = ""] = route.split(" ");
  const parts = pattern.split("/").map((part) => {
    const name = /^(:\w+)/.exec(part)?.[1];
    if (name === undefined) return part;
    const found = [...samples].find(([of]) => {
      const [where = "", what] = of.split(" ");
      return what === name && pattern.includes(`/${where}`);
    });
    if (found === undefined) throw new Error(`no sample for ${name} of ${route}`);
    return encodeURIComponent(found[1]);
  });
  return { method, path: parts.join("/") };
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
    expect(status).toBe(TABLE[route]?.[ROLES.indexOf(role)]);
    // A redirect has no page, and a file no heading.
    if (status === 303 || headers.get("content-type")?.startsWith("text/html") !== true) return;
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(deadEnds(html, role)).toEqual([]);
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
