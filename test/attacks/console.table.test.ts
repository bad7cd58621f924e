// The console and signing in: what somebody tries who is not let in, or who wants more than their role has.
// Most of it stands where the pages are tested (test/console/attacks.test.ts, routes.table.test.ts and others,
// see docs/attacks.md); here are the deeds that ask by other verbs, other people's names, and the work of a guess.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createConsole } from "../../src/console/site";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { closeHouse, openHouse } from "../actor/house";
import { heldOrder } from "../actor/money";
import {
  invite,
  PASSWORD,
  signInAsAdministrator,
  textOf,
  tokenIn,
  Visitor,
} from "../console/visit";
import { knock, origin } from "../http/door";
import { leavesNothing } from "./traces";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

let count = 0;

/** A network of its own: tries of one test do not count in another. */
const network = (): Record<string, string> => ({
  "cf-connecting-ip": `198.51.100.${(count += 1)}`,
});

const deeds = [
  ...new Set(
    createConsole(app, connect)
      .routes.filter(({ method }) => method === "POST")
      .map(({ path }) => path),
  ),
];

/** Every field that any form has, as somebody would write them behind an address. */
const FIELDS = new URLSearchParams({
  step: "confirm",
  what: "all",
  amount: "1",
  reason: "because",
  reference: "stolen-1",
  name: "Mallory",
  role: "admin",
  password: PASSWORD,
  again: PASSWORD,
  session: "others",
  scopes: "refund",
});

describe("a deed of the console is done by a form alone:", () => {
  test.each(deeds)("%s, asked for by another verb", async (route) => {
    const { order_id } = await heldOrder();
    const visitor = await signInAsAdministrator();
    await visitor.get("/console");
    FIELDS.set("csrf", visitor.csrf);
    const path = route.replaceAll(/:\w+(?:\{[^/]*\})?/g, order_id);
    await leavesNothing(order_id, async () => {
      for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const headers = { cookie: visitor.cookie, origin, "x-http-method-override": "POST" };
        const { status } = await knock(`${path}?_method=POST&${FIELDS.toString()}`, {
          method,
          headers,
        });
        expect([method, status]).toEqual([
          method,
          expect.toBeOneOf([200, 303, 400, 403, 404, 422]),
        ]);
      }
    });
    expect((await visitor.get("/console")).status).toBe(200);
  });
});

describe("in a frame of another site", () => {
  test.each(["/console", "/console/sign-in", "/console/invite/nobody", "/console/nothing"])(
    "%s shows nothing",
    async (path) => {
      const visitor = await signInAsAdministrator();
      const { headers } = await visitor.get(path);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    },
  );

  test("no answer of the console may be read by another origin's script", async () => {
    const visitor = await signInAsAdministrator();
    for (const from of ["https://evil.test", "null", origin]) {
      const { headers } = await visitor.get("/console", { origin: from });
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

describe("a guess at a password costs the same work", () => {
  async function hashesOf(name: string, password: string): Promise<number> {
    const derive = vi.spyOn(crypto.subtle, "deriveBits");
    const visitor = new Visitor(undefined, network());
    expect((await visitor.post("/console/sign-in", { name, password })).status).toBe(401);
    const { length } = derive.mock.calls;
    derive.mockRestore();
    return length;
  }

  test("whether somebody is called so, was invited only, was removed, or nobody ever was", async () => {
    const administrator = await signInAsAdministrator();
    const removed = await invite(administrator, "Somebody removed", "viewer");
    await administrator.post(`/console/settings/people/${removed.id}/remove`);
    await invite(administrator, "Somebody known", "viewer");
    const wanted = { name: "Somebody invited", role: "viewer", email: "" };
    await administrator.post("/console/settings/people/invite", wanted);
    for (const name of ["known", "invited", "removed", "unknown"]) {
      expect([name, await hashesOf(`Somebody ${name}`, "wrong")]).toEqual([name, 1]);
    }
    expect(await hashesOf("constructor", "wrong")).toBe(1);
  });

  test("and none where it is refused before it is looked at", async () => {
    expect(await hashesOf("Somebody known", "x".repeat(201))).toBe(0);
  });
});

describe("a name that looks like", () => {
  const likenesses: readonly (readonly [string, string])[] = [
    ["the administrator's, in capitals", "ADMINISTRATOR"],
    ["the administrator's, with a letter of another alphabet", "аdministrator"],
    ["the administrator's, with a mark that nobody sees", "admin\u200Bistrator"],
    ["the administrator's, wide", "ａｄｍｉｎｉｓｔｒａｔｏｒ"],
    ["the administrator's, spaced", "administrator "],
    ["our own, which the audit uses", "Chukta"],
    ["a colleague's, with another alphabet's letter", "Аsha Rao"],
    ["a colleague's, in capitals", "ASHA RAO"],
    ["a colleague's, with two spaces", "Asha  Rao"],
    ["nothing", "\u200B"],
  ];
  test.each(likenesses)("%s, is given to nobody", async (_, name) => {
    const administrator = await signInAsAdministrator();
    const path = "/console/settings/people/invite";
    const shown = await administrator.get("/console/settings/people");
    if (!shown.html.includes(">Asha Rao<")) {
      await administrator.post(path, { name: "Asha Rao", role: "viewer", email: "" });
    }
    const refused = await leavesNothing(null, async () =>
      administrator.post(path, { name, role: "viewer", email: "" }),
    );
    expect(refused.status).toBe(422);
  });
});

describe("an invitation", () => {
  const guesses: readonly (readonly [string, (token: string) => string])[] = [
    [
      "with its first letter changed",
      (token) => (token.startsWith("A") ? "B" : "A") + token.slice(1),
    ],
    [
      "with its last letter changed",
      (token) => token.slice(0, -1) + (token.endsWith("A") ? "B" : "A"),
    ],
    ["without its last letter", (token) => token.slice(0, -1)],
    ["with a letter more", (token) => `${token}A`],
    ["in another case", (token) => token.replace(/[a-z]/, (letter) => letter.toUpperCase())],
    ["with a null behind it", (token) => `${token}%00`],
    ["as its hash", () => "a".repeat(64)],
  ];
  test.each(guesses)("%s lets nobody in and is not used up", async (_, change) => {
    const administrator = await signInAsAdministrator();
    const wanted = { name: `Guest ${(count += 1)}`, role: "admin", email: "" };
    const token = tokenIn(await administrator.post("/console/settings/people/invite", wanted));
    const fields = new URLSearchParams({ password: PASSWORD, again: PASSWORD });
    const visitor = new Visitor();
    const path = `/console/invite/${change(token)}`;
    await leavesNothing(null, async () => {
      const shown = await visitor.get(path);
      expect(shown.status).toBe(404);
      expect(textOf(shown.html)).not.toContain(wanted.name);
      expect((await visitor.send(path, fields)).status).toBe(404);
    });
    expect(visitor.cookie).toBe("");
    expect((await visitor.send(`/console/invite/${token}`, fields)).status).toBe(303);
  });
});
