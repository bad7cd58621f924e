// Cloudflare Access in front of the console: whom its token names, and every token that is not believed. The
// team's keys are made here and answered in the place of the team.

import { env } from "cloudflare:workers";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import { HOUR, MINUTE } from "../../src/domain/schedule";
import { success } from "../../src/domain/result";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { closeHouse, openHouse, pass } from "../actor/house";
import { origin } from "../http/door";
import { faults } from "../worker";
import { signInAsAdministrator, textOf, Visitor } from "./visit";

const audience = "ab".repeat(32);

let teams = 0;
/** A team of each test's own: the isolate remembers the keys of one. */
let team = "";
let fetched = 0;

const site = createConsole(app, (bindings) => {
  const doors = connect(bindings);
  if (!doors.ok) return doors;
  const config = { ...doors.value.config, access: { team, audience } };
  return success({ ...doors.value, config });
});

const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const context = createExecutionContext();
  const request = new Request(`${origin}${path}`, { redirect: "manual", ...init });
  const response = await site.fetch(request, env, context);
  await waitOnExecutionContext(context);
  return response;
};

interface Signer {
  readonly kid: string;
  readonly jwk: JsonWebKey;
  readonly privateKey: CryptoKey;
}

let own: Signer;
let other: Signer;
let published: readonly Signer[] = [];

async function makeSigner(kid: string): Promise<Signer> {
  const how = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: "SHA-256",
  };
  const pair = (await crypto.subtle.generateKey(how, true, ["sign", "verify"])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
  return { kid, jwk, privateKey: pair.privateKey };
}

beforeAll(async () => {
  [own, other] = [await makeSigner("key-1"), await makeSigner("key-2")];
});

beforeEach(async () => {
  await openHouse();
  teams += 1;
  team = `team-${teams}.cloudflareaccess.com`;
  published = [own];
  fetched = 0;
  faults.certs = async (request) => {
    fetched += 1;
    expect(request.url).toBe(`https://${team}/cdn-cgi/access/certs`);
    const keys = published.map(({ kid, jwk }) => ({ ...jwk, kid, alg: "RS256", use: "sig" }));
    return Response.json({ keys, public_cert: {}, public_certs: [] });
  };
});
afterEach(closeHouse);

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

const part = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));

interface TokenOptions {
  readonly signer?: Signer;
  readonly header?: object;
  readonly claims?: object;
  readonly sign?: (text: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;
}

async function token(
  email: string,
  { signer = own, header = {}, claims = {}, sign }: TokenOptions = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const body = {
    aud: [audience],
    iss: `https://${team}`,
    email,
    exp: now + 3_600,
    iat: now,
    nbf: now,
    sub: "b1946ac9-2c1c-4d4c-a4f7-2d3a6e1d9a11",
    type: "app",
    ...claims,
  };
  const text = `${part({ alg: "RS256", kid: signer.kid, typ: "JWT", ...header })}.${part(body)}`;
  const bytes = new Uint8Array(new TextEncoder().encode(text));
  const signature = await (sign?.(bytes) ??
    crypto.subtle.sign("RSASSA-PKCS1-v1_5", signer.privateKey, bytes));
  return `${text}.${base64url(new Uint8Array(signature))}`;
}

const bearing = (jwt: string): Record<string, string> => ({ "cf-access-jwt-assertion": jwt });

let count = 0;

/** Invited by an administrator, and never had a password. */
async function invited(
  role = "viewer",
): Promise<{ readonly name: string; readonly email: string }> {
  const administrator = await signInAsAdministrator();
  count += 1;
  const [name, email] = [`Colleague ${count}`, `colleague.${count}@shop.test`];
  const wanted = { name, email, role };
  await administrator.post("/console/settings/people/invite", wanted);
  return { name, email };
}

describe("whoever the token names", () => {
  test("is in without a password, whatever the case of their address", async () => {
    const { name, email } = await invited();
    const visitor = new Visitor(ask);
    const shown = await visitor.get("/console", bearing(await token(email.toUpperCase())));
    expect(shown.status).toBe(200);
    expect(textOf(shown.html)).toContain(name);
    expect(visitor.cookie).not.toBe("");
    const { cookie } = visitor;
    const you = await visitor.get("/console/settings/you", bearing(await token(email)));
    expect(textOf(you.html)).toContain("Cloudflare Access");
    expect(visitor.cookie).toBe(cookie);
  });

  test.each([["one of several"], ["the only one"]])(
    "is in when this application is %s that it is for",
    async (which) => {
      const { email } = await invited();
      const aud = which === "the only one" ? audience : ["cd".repeat(32), audience];
      const visitor = new Visitor(ask, bearing(await token(email, { claims: { aud } })));
      expect((await visitor.get("/console")).status).toBe(200);
    },
  );

  test("is told to be invited when nobody knows them, and nothing of others", async () => {
    const visitor = new Visitor(ask);
    const shown = await visitor.get("/console", bearing(await token("stranger@shop.test")));
    expect(shown.status).toBe(403);
    expect(textOf(shown.html)).toContain("You are stranger@shop.test");
    expect(visitor.cookie).toBe("");
  });

  test("is out when they are removed", async () => {
    const { name, email } = await invited();
    const visitor = new Visitor(ask, bearing(await token(email)));
    await visitor.get("/console");
    const administrator = await signInAsAdministrator();
    const { html } = await administrator.get("/console/settings/people");
    const id = new RegExp(`people/(person%3A[a-z2-7]+)"[^>]*>${name}<`).exec(html)?.[1] ?? "";
    await administrator.post(`/console/settings/people/${id}/remove`);
    expect((await visitor.get("/console")).status).toBe(403);
  });

  test("ends the session of another identity in the same browser", async () => {
    const [one, two] = [await invited("admin"), await invited()];
    const visitor = new Visitor(ask);
    await visitor.get("/console", bearing(await token(one.email)));
    const { cookie } = visitor;
    const shown = await visitor.get("/console", bearing(await token(two.email)));
    expect(textOf(shown.html)).toContain(two.name);
    visitor.cookie = cookie;
    const back = await visitor.get("/console", bearing(await token(one.email)));
    expect(visitor.cookie).not.toBe(cookie);
    expect(back.status).toBe(200);
  });

  test.each([
    ["says nothing of when it begins", { nbf: undefined }],
    ["begins within what two clocks may differ by", { nbf: 30 }],
  ])("is in by a token that %s", async (_, { nbf }) => {
    const { email } = await invited();
    const claims = { nbf: nbf === undefined ? undefined : Math.floor(Date.now() / 1000) + nbf };
    const visitor = new Visitor(ask);
    expect((await visitor.get("/console", bearing(await token(email, { claims })))).status).toBe(
      200,
    );
  });

  test("does not come in by the cookie alone", async () => {
    const { email } = await invited();
    const visitor = new Visitor(ask);
    await visitor.get("/console", bearing(await token(email)));
    expect((await visitor.get("/console")).location).toBe("/console/sign-in");
  });

  test("is let in by no page that asks by itself, nor by a form of a session that is over", async () => {
    const { email } = await invited();
    const visitor = new Visitor(ask, bearing(await token(email)));
    expect((await visitor.get("/console", { "x-console-poll": "1" })).status).toBe(401);
    expect((await visitor.send("/console/sign-out", new URLSearchParams())).status).toBe(401);
    expect(visitor.cookie).toBe("");
    expect((await visitor.get("/console")).status).toBe(200);
  });

  test("may sign in with the console's password instead, and has a session of that", async () => {
    const visitor = new Visitor(ask, bearing(await token("boss@shop.test")));
    const fields = { name: "administrator", password: "test-console-password" };
    expect((await visitor.post("/console/sign-in", fields)).status).toBe(303);
    expect((await visitor.get("/console")).status).toBe(200);
    const another = bearing(await token("another@shop.test"));
    expect((await visitor.get("/console", another)).status).toBe(403);
  });
});

describe("a token is not believed", () => {
  const now = (): number => Math.floor(Date.now() / 1000);
  const hmac = async (text: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> => {
    const secret = new TextEncoder().encode(JSON.stringify(own.jwk));
    const how = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", secret, how, false, ["sign"]);
    return crypto.subtle.sign("HMAC", key, text);
  };

  const bad: readonly [string, () => TokenOptions][] = [
    ["with alg none", () => ({ header: { alg: "none" }, sign: async () => new ArrayBuffer(0) })],
    [
      "with HS256 and the public key as its secret",
      () => ({ header: { alg: "HS256" }, sign: hmac }),
    ],
    ["with RS512", () => ({ header: { alg: "RS512" } })],
    ["of another application", () => ({ claims: { aud: ["cd".repeat(32)] } })],
    ["of an application that begins like ours", () => ({ claims: { aud: `${audience}ab` } })],
    ["of no application", () => ({ claims: { aud: undefined } })],
    ["of another team", () => ({ claims: { iss: "https://evil.cloudflareaccess.com" } })],
    ["of no team", () => ({ claims: { iss: undefined } })],
    ["that has run out", () => ({ claims: { exp: now() } })],
    ["that never runs out", () => ({ claims: { exp: undefined } })],
    ["that runs out at a word", () => ({ claims: { exp: "tomorrow" } })],
    ["from tomorrow", () => ({ claims: { iat: now() + 86_400 } })],
    ["that is not valid before tomorrow", () => ({ claims: { nbf: now() + 86_400 } })],
    ["that is valid from a word on", () => ({ claims: { nbf: "yesterday" } })],
    ["without an e-mail", () => ({ claims: { email: undefined } })],
    [
      "with an e-mail that only looks like one",
      () => ({ claims: { email: "boss\u212a@shop.test" } }),
    ],
    ["signed by a key that is not the team's", () => ({ signer: other })],
    ["signed by another key under the team's name", () => ({ signer: { ...other, kid: own.kid } })],
    ["without the name of a key", () => ({ header: { kid: undefined } })],
    ["with what must be understood and is not", () => ({ header: { crit: ["x"], x: 1 } })],
  ];

  test.each(bad)("%s", async (_, options) => {
    const { email } = await invited("admin");
    const visitor = new Visitor(ask);
    const shown = await visitor.get("/console", bearing(await token(email, options())));
    expect(shown.status).toBe(403);
    expect(visitor.cookie).toBe("");
    expect((await visitor.get("/console", bearing(await token(email)))).status).toBe(200);
  });

  test.each(["", "x", "a.b.c", "..", "x".repeat(100_000)])("that is %j", async (jwt) => {
    const shown = await new Visitor(ask).get("/console", bearing(jwt));
    expect([303, 403]).toContain(shown.status);
  });

  test("nor does one that was changed let a session pass that is there", async () => {
    const { email } = await invited();
    const visitor = new Visitor(ask);
    const right = await token(email);
    await visitor.get("/console", bearing(right));
    const changed = `${right.slice(0, -8)}AAAAAAAA`;
    expect((await visitor.get("/console", bearing(changed))).status).toBe(403);
  });
});

describe("the team's keys", () => {
  test("are asked for once an hour", async () => {
    const { email } = await invited();
    const visitor = new Visitor(ask);
    for (let n = 0; n < 3; n += 1) await visitor.get("/console", bearing(await token(email)));
    expect(fetched).toBe(1);
    pass(HOUR);
    await visitor.get("/console", bearing(await token(email)));
    expect(fetched).toBe(2);
  });

  test("are asked for again for a new key, and not for each made-up one", async () => {
    const { email } = await invited();
    await new Visitor(ask).get("/console", bearing(await token(email)));
    published = [own, other];
    pass(MINUTE);
    const rotated = bearing(await token(email, { signer: other }));
    expect((await new Visitor(ask).get("/console", rotated)).status).toBe(200);
    expect(fetched).toBe(2);
    for (let n = 0; n < 5; n += 1) {
      const made = bearing(await token(email, { signer: { ...other, kid: `made-up-${n}` } }));
      expect((await new Visitor(ask).get("/console", made)).status).toBe(403);
    }
    expect(fetched).toBe(2);
  });

  test.each([
    ["a failure", async () => new Response("no", { status: 500 })],
    ["something else", async () => new Response("<html>")],
    ["no keys", async () => Response.json({ certs: [] })],
    [
      "a detour",
      async () => new Response(null, { status: 302, headers: { location: "https://evil.test" } }),
    ],
  ])("that are answered by %s let nobody pass", async (_, certs) => {
    const { email } = await invited();
    faults.certs = certs;
    const visitor = new Visitor(ask);
    const shown = await visitor.get("/console", bearing(await token(email)));
    expect(shown.status).toBe(503);
    expect(textOf(shown.html)).toContain("Cloudflare Access can not be asked");
    expect(visitor.cookie).toBe("");
  });
});

test("where Access is not set up a token says nothing", async () => {
  const { email } = await invited();
  const shown = await new Visitor().get("/console", bearing(await token(email)));
  expect(shown.location).toBe("/console/sign-in");
});
