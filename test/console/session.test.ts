// Who gets in, and how long: the cookie, the forms, signing out.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config";
import { createConsole } from "../../src/console/site";
import { success } from "../../src/domain/result";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { closeHouse, openHouse } from "../actor/house";
import { origin } from "../http/door";
import { signInAsAdministrator, textOf, Visitor } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

describe("somebody who is not signed in", () => {
  test("is sent to sign in, and back afterwards", async () => {
    const visitor = new Visitor();
    const asked = await visitor.get("/console/orders?stage=paid");
    expect(asked).toMatchObject({
      status: 303,
      location: "/console/sign-in?to=%2Fconsole%2Forders%3Fstage%3Dpaid",
    });
    const signed = await visitor.post("/console/sign-in", {
      name: "administrator",
      password: "test-console-password",
      to: "/console/orders?stage=paid",
    });
    expect(signed).toMatchObject({ status: 303, location: "/console/orders?stage=paid" });
  });

  test.each([
    [
      "to where it stood",
      `${origin}/console/orders/1/refund?what=all`,
      "?to=%2Fconsole%2Forders%2F1%2Frefund%3Fwhat%3Dall",
    ],
    ["to the first page where the browser does not say", "", ""],
    ["to the first page from outside of the console", `${origin}/sandbox`, ""],
    ["to no other host", "https://evil.example//evil.example/console", ""],
    ["to no address that is none", "console", ""],
  ])("has a form that did nothing lead %s", async (_, referer, to) => {
    const form = new URLSearchParams({ step: "confirm" });
    const shown = await new Visitor().send("/console/orders/1/refund", form, { referer });
    expect(shown.status).toBe(401);
    expect(textOf(shown.html)).toContain("Your session has ended Nothing was done.");
    expect(shown.html).toContain(`href="/console/sign-in${to}"`);
  });

  test("is not let in with a wrong password, nor told which part was wrong", async () => {
    const visitor = new Visitor();
    const fields = { name: "administrator", password: "wrong" };
    const shown = await visitor.post("/console/sign-in", fields);
    expect(shown.status).toBe(401);
    expect(shown.headers.get("set-cookie")).toBeNull();
    expect(textOf(shown.html)).toContain("This name and password do not belong together.");
  });

  test.each([
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "/v1/orders",
    "/console/sign-in",
  ])("is never sent on to %s", async (to) => {
    const fields = { name: "administrator", password: "test-console-password", to };
    const shown = await new Visitor().post("/console/sign-in", fields);
    expect(shown).toMatchObject({ status: 303, location: "/console" });
  });
});

describe("somebody who is signed in", () => {
  test("sees the pages, marked as a sandbox's, under a strict policy", async () => {
    const visitor = await signInAsAdministrator();
    const shown = await visitor.get("/console/orders");
    expect(shown.status).toBe(200);
    expect(textOf(shown.html)).toContain("No real money moves here.");
    expect(shown.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(shown.html).not.toMatch(/ style=| on[a-z]+=/);
  });

  test("is out after signing out, with the old cookie too", async () => {
    const visitor = await signInAsAdministrator();
    const { cookie } = visitor;
    await visitor.post("/console/sign-out");
    visitor.cookie = cookie;
    expect(await visitor.get("/console")).toMatchObject({
      status: 303,
      location: "/console/sign-in",
    });
  });

  test("does nothing with a form that is not of this session", async () => {
    const visitor = await signInAsAdministrator();
    await visitor.get("/console");
    const other = await signInAsAdministrator();
    await other.get("/console");
    const csrf = new URLSearchParams({ csrf: other.csrf });
    expect((await visitor.send("/console/sign-out", csrf)).status).toBe(403);
    const foreign = { origin: "https://evil.test" };
    const own = new URLSearchParams({ csrf: visitor.csrf });
    expect((await visitor.send("/console/sign-out", own, foreign)).status).toBe(403);
    expect((await visitor.get("/console")).status).toBe(200);
  });

  test("has a cookie that no script reads and no other site sends", async () => {
    const fields = { name: "administrator", password: "test-console-password" };
    const { headers } = await new Visitor().post("/console/sign-in", fields);
    const set = headers.get("set-cookie") ?? "";
    for (const word of ["HttpOnly", "SameSite=Lax", "Path=/", "Expires="]) {
      expect(set).toContain(word);
    }
  });
});

test("a wrong setting is named on a page, whichever page was asked for", async () => {
  const wrong = readConfig({ ...env, ACCESS_TEAM: "team.cloudflareaccess.com" });
  if (wrong.ok) throw new Error("these settings were accepted");
  const site = createConsole(app, () => wrong);
  for (const path of ["/console", "/console/sign-in", "/console/invite/x"]) {
    const shown = await site.fetch(new Request(origin + path), env);
    const html = await shown.text();
    expect(shown.status).toBe(503);
    expect(shown.headers.get("content-type")).toContain("text/html");
    expect(textOf(html)).toContain("ACCESS_AUD is not set: with ACCESS_TEAM it must be");
  }
});

test("without SESSION_SECRET the console is shut, and says what to set", async () => {
  const config = readConfig({ ...env, SESSION_SECRET: "" });
  const site = createConsole(app, (bindings) => {
    const doors = connect(bindings);
    return doors.ok && config.ok ? success({ ...doors.value, config: config.value }) : doors;
  });
  const shown = await site.fetch(new Request(`${origin}/console`), env);
  expect(shown.status).toBe(503);
  expect(textOf(await shown.text())).toContain("SESSION_SECRET");
});

test("over https the cookie is for this host alone", async () => {
  const config = readConfig({
    ...env,
    PINELABS_ENV: "uat",
    PUBLIC_URL: "https://pay.shop.test",
    PINELABS_BASE_URL: "",
  });
  const site = createConsole(app, (bindings) => {
    const doors = connect(bindings);
    return doors.ok && config.ok ? success({ ...doors.value, config: config.value }) : doors;
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    site.fetch(new Request(`https://pay.shop.test${path}`, { redirect: "manual", ...init }), env);
  const visitor = new Visitor(ask, { origin: "https://pay.shop.test" });
  const fields = { name: "administrator", password: "test-console-password" };
  const { headers } = await visitor.post("/console/sign-in", fields);
  expect(headers.get("set-cookie")).toMatch(/^__Host-chukta=[^;]+;.*; Secure/);
  expect((await visitor.get("/console")).status).toBe(200);
});
