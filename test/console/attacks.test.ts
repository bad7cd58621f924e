// What somebody tries who should not be in, and what each try gets.

import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import { api, closeHouse, openHouse, pass } from "../actor/house";
import { findKept, hashed, keepPassword } from "./kept-password";
import {
  invite,
  PASSWORD,
  type Shown,
  signInAsAdministrator,
  textOf,
  tokenIn,
  Visitor,
} from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

let count = 0;
const someName = (): string => `Somebody ${(count += 1)}`;

/** A network of its own: tries of one test do not count in another. */
const network = (): Record<string, string> => ({
  "cf-connecting-ip": `198.51.100.${(count += 1)}`,
});

const RIGHT = { name: "administrator", password: "test-console-password" };

describe("a cookie", () => {
  test.each([
    ["without a signature", (value: string) => value.split(".")[0] ?? ""],
    [
      "with one letter changed",
      (value: string) => `${value.startsWith("0") ? "1" : "0"}${value.slice(1)}`,
    ],
    [
      "signed by somebody else",
      (value: string) => `${value.split(".")[0]}.${btoa("x".repeat(32))}`,
    ],
    ["that is empty", () => ""],
    ["of a hundred kilobytes", () => "x".repeat(100_000)],
    ["with a null in it", (value: string) => `${value}%00`],
  ])("%s opens nothing", async (_, forge) => {
    const visitor = await signInAsAdministrator();
    const [name = "", value = ""] = visitor.cookie.split("=");
    visitor.cookie = `${name}=${forge(decodeURIComponent(value))}`;
    expect((await visitor.get("/console")).location).toBe("/console/sign-in");
  });

  test("of who was removed opens nothing", async () => {
    const administrator = await signInAsAdministrator();
    const person = await invite(administrator, someName(), "admin");
    await administrator.post(`/console/settings/people/${person.id}/remove`);
    expect((await person.get("/console/settings/people")).status).toBe(303);
    const post = await person.send("/console/settings/people/invite", new URLSearchParams());
    expect(post.status).toBe(401);
  });

  test("that was there before signing in is not the one after it, and is worth nothing", async () => {
    const visitor = await signInAsAdministrator();
    const before = visitor.cookie;
    await visitor.post("/console/sign-in", RIGHT);
    expect(visitor.cookie).not.toBe(before);
    const planted = new Visitor();
    planted.cookie = before;
    expect((await planted.get("/console")).status).toBe(303);
  });
});

describe("a form", () => {
  const fields = { name: "Mallory", role: "admin", email: "" };
  const path = "/console/settings/people/invite";

  const tries: readonly [string, (visitor: Visitor, csrf: string) => Promise<Shown>][] = [
    ["without a token", async (visitor) => visitor.send(path, new URLSearchParams(fields))],
    [
      "with an empty token",
      async (visitor) => visitor.send(path, new URLSearchParams({ ...fields, csrf: "" })),
    ],
    [
      "of another site",
      async (visitor, csrf) =>
        visitor.send(path, new URLSearchParams({ ...fields, csrf }), {
          origin: "https://evil.test",
          "sec-fetch-site": "cross-site",
        }),
    ],
    [
      "of a frame without an origin",
      async (visitor, csrf) =>
        visitor.send(path, new URLSearchParams({ ...fields, csrf }), { origin: "null" }),
    ],
    [
      "as plain text",
      async (visitor, csrf) =>
        visitor.send(path, new URLSearchParams({ ...fields, csrf }), {
          "content-type": "text/plain",
        }),
    ],
    [
      "as JSON",
      async (visitor, csrf) =>
        visitor.send(path, new URLSearchParams({ ...fields, csrf }), {
          "content-type": "application/json",
        }),
    ],
    [
      "of two megabytes",
      async (visitor, csrf) =>
        visitor.send(path, new URLSearchParams({ ...fields, csrf, name: "x".repeat(2_000_000) })),
    ],
  ];

  test.each(tries)("%s does nothing", async (_, send) => {
    const visitor = await signInAsAdministrator();
    await visitor.get("/console");
    expect((await send(visitor, visitor.csrf)).status).toBe(403);
    expect((await visitor.get("/console/settings/people")).html).not.toContain("Mallory");
  });

  test("with the token of the session before does nothing", async () => {
    const visitor = await signInAsAdministrator();
    await visitor.get("/console");
    const old = visitor.csrf;
    await visitor.post("/console/sign-in", RIGHT);
    expect((await visitor.send(path, new URLSearchParams({ ...fields, csrf: old }))).status).toBe(
      403,
    );
  });

  test("of another site signs nobody in, neither by a password nor by an invitation", async () => {
    const administrator = await signInAsAdministrator();
    const wanted = { name: someName(), role: "viewer", email: "" };
    const link = `/console/invite/${tokenIn(await administrator.post(path, wanted))}`;
    const visitor = new Visitor();
    const headers = { origin: "https://evil.test" };
    const password = { password: PASSWORD, again: PASSWORD };
    for (const [to, typed] of [
      ["/console/sign-in", RIGHT],
      [link, password],
    ] as const) {
      const shown = await visitor.send(to, new URLSearchParams({ ...typed }), headers);
      expect(shown.status).toBe(403);
    }
    expect(visitor.cookie).toBe("");
    expect((await visitor.send(link, new URLSearchParams(password))).status).toBe(303);
  });
});

describe("guessing", () => {
  test("from one network is ten tries in a quarter of an hour, the right one included", async () => {
    const visitor = new Visitor(undefined, network());
    const wrong = { ...RIGHT, password: "wrong" };
    for (let n = 0; n < 10; n += 1) {
      expect((await visitor.post("/console/sign-in", wrong)).status).toBe(401);
    }
    const limited = await visitor.post("/console/sign-in", RIGHT);
    expect(limited.status).toBe(429);
    expect(limited.headers.get("retry-after")).toBe("900");
    expect(textOf(limited.html)).toContain("Try again in 15 minutes, at 15 Jan 2031, 11:45.");
    expect(visitor.cookie).toBe("");
    expect((await new Visitor(undefined, network()).post("/console/sign-in", RIGHT)).status).toBe(
      303,
    );
    pass(15 * MINUTE);
    expect((await visitor.post("/console/sign-in", RIGHT)).status).toBe(303);
  });

  test("many at once is no way around it", async () => {
    const own = network();
    const all = Array.from({ length: 25 }, async () =>
      new Visitor(undefined, own).post("/console/sign-in", { ...RIGHT, password: "wrong" }),
    );
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  test("a name from many networks shuts out strangers, and not who signed in from theirs before", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    await invite(administrator, name, "viewer");
    const home = new Visitor(undefined, network());
    expect((await home.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(303);
    const statuses: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      const stranger = new Visitor(undefined, network());
      statuses.push((await stranger.post("/console/sign-in", { name, password: "wrong" })).status);
    }
    expect(statuses.indexOf(429)).toBe(50);
    const elsewhere = new Visitor(undefined, network());
    expect((await elsewhere.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(
      429,
    );
    expect((await home.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(303);
  });

  test("a name that nobody has is counted and answered as one that somebody has", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    await invite(administrator, name, "viewer");
    const shown: string[] = [];
    for (const one of [name, "Nobody at all"]) {
      const visitor = new Visitor(undefined, network());
      const statuses: number[] = [];
      for (let n = 0; n < 11; n += 1) {
        const answer = await visitor.post("/console/sign-in", { name: one, password: "wrong" });
        statuses.push(answer.status);
        shown.push(answer.html.replaceAll(one, "X"));
      }
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
    }
    expect(shown.slice(0, 11)).toEqual(shown.slice(11));
  });

  test("with a password of one's own in between is no way around it either", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    await invite(administrator, name, "viewer");
    const visitor = new Visitor(undefined, network());
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      for (let wrong = 0; wrong < 3; wrong += 1) {
        const guess = { ...RIGHT, password: "wrong" };
        statuses.push((await visitor.post("/console/sign-in", guess)).status);
      }
      await visitor.post("/console/sign-in", { name, password: PASSWORD });
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  });

  test("under ever new names from ever new networks is work for so much a minute, and shuts out nobody known", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    await invite(administrator, name, "viewer");
    const home = new Visitor(undefined, network());
    expect((await home.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(303);
    pass(MINUTE);
    await runInDurableObject(env.DEPLOYMENT.getByName("access"), (_, { storage }) => {
      const full = "INSERT OR REPLACE INTO tries VALUES ('everybody', 300, ?)";
      storage.sql.exec(full, Date.now());
    });
    const stranger = new Visitor(undefined, network());
    const limited = await stranger.post("/console/sign-in", { name, password: PASSWORD });
    expect(limited.status).toBe(429);
    expect(limited.headers.get("retry-after")).toBe("60");
    expect((await home.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(303);
    expect((await stranger.post("/console/sign-in", RIGHT)).status).toBe(303);
    pass(MINUTE);
    expect((await stranger.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(
      303,
    );
  });

  test("with a name of a megabyte of accents keeps nobody waiting", async () => {
    const visitor = new Visitor(undefined, network());
    const name = `a${"\u0301".repeat(160_000)}`;
    expect((await visitor.post("/console/sign-in", { name, password: "wrong" })).status).toBe(401);
  });

  test.each([
    ["of a megabyte", "x".repeat(1_000_000)],
    ["of two hundred and one", "x".repeat(201)],
    ["that is empty", ""],
  ])("a password %s is wrong", async (_, password) => {
    const visitor = new Visitor(undefined, network());
    const shown = await visitor.post("/console/sign-in", { name: "administrator", password });
    expect(shown.status).toBe(401);
    expect(shown.html.length).toBeLessThan(20_000);
  });

  test("keeps neither what was typed nor where from", async () => {
    const typed = "planted-password in the wrong box";
    const visitor = new Visitor(undefined, { "cf-connecting-ip": "203.0.113.77" });
    await visitor.post("/console/sign-in", { name: typed, password: "wrong" });
    const kept = await runInDurableObject(env.DEPLOYMENT.getByName("access"), (_, state) =>
      JSON.stringify([
        state.storage.sql.exec("SELECT * FROM tries").toArray(),
        state.storage.sql.exec("SELECT * FROM known_networks").toArray(),
      ]),
    );
    expect(kept).not.toContain("planted");
    expect(kept).not.toContain("203.0.113.77");
  });
});

describe("what is kept", () => {
  test("has no password, no secret of a session and no token of an invitation", async () => {
    const administrator = await signInAsAdministrator();
    await invite(administrator, someName(), "viewer");
    const secret = /=([0-9a-f]{64})/.exec(administrator.cookie)?.[1] ?? "?";
    const kept = await runInDurableObject(env.DEPLOYMENT.getByName("access"), (_, state) =>
      JSON.stringify([
        state.storage.sql.exec("SELECT * FROM people").toArray(),
        state.storage.sql.exec("SELECT * FROM sessions").toArray(),
      ]),
    );
    expect(kept).toContain("PBKDF2-SHA256");
    expect(kept).toContain('\\"rounds\\":100000');
    for (const hidden of [secret, PASSWORD, "test-console-password"]) {
      expect(kept).not.toContain(hidden);
    }
  });

  test("of a password with another count of rounds is made anew at the next sign-in", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    const person = await invite(administrator, name, "viewer");
    const rounds = 1_000;
    const old = await hashed(PASSWORD, rounds);
    await keepPassword(person.id, old);
    const read = async () => findKept(person.id);
    const visitor = new Visitor();
    expect((await visitor.post("/console/sign-in", { name, password: "wrong" })).status).toBe(401);
    expect((await read()).password.rounds).toBe(rounds);
    expect((await visitor.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(303);
    expect((await read()).password.rounds).toBe(100_000);
    expect((await visitor.post("/console/sign-in", { name, password: PASSWORD })).status).toBe(303);
  });
});

test("an address that names a word of the language's own says nothing", async () => {
  const visitor = await signInAsAdministrator();
  for (const word of ["constructor", "toString", "__proto__"]) {
    const shown = await visitor.get(`/console/settings/you?said=${word}`);
    expect(shown.status).toBe(200);
    expect(shown.html).not.toMatch(/notice good|native code/);
  }
});

test("the person's address is no scope of the API: nobody signs in there with a cookie", async () => {
  const visitor = await signInAsAdministrator();
  const shown = await visitor.get("/v1/orders");
  expect(shown.status).toBe(401);
  expect((await api("GET", "/v1/orders", undefined, visitor.cookie.split("=")[1])).status).toBe(
    401,
  );
});
