// People of the console through its pages: a life from the invitation to the last page, and what an administrator
// can and can not do.

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/domain/schedule";
import { api, closeHouse, openHouse, pass } from "../actor/house";
import { faults } from "../worker";
import { findKept, hashed, keepPassword } from "./kept-password";
import { idOf, invite, PASSWORD, signInAsAdministrator, textOf, tokenIn, Visitor } from "./visit";

beforeEach(openHouse);
afterEach(closeHouse);

interface Line {
  readonly by: string;
  readonly action: string;
  readonly reference: string;
  readonly person?: unknown;
}

async function auditLines(): Promise<readonly Line[]> {
  await runDurableObjectAlarm(env.DEPLOYMENT.getByName("access"));
  return (await api<{ data: readonly Line[] }>("GET", "/v1/audit?limit=200")).body.data;
}

const PEOPLE = "/console/settings/people";

let count = 0;
const someName = (): string => `Person ${(count += 1)}x${Date.now() % 1_000}`;

test("is invited, sets a password, works, stands in the audit, is removed, and is out", async () => {
  const administrator = await signInAsAdministrator();
  const made = await administrator.post(`${PEOPLE}/invite`, {
    name: "Asha Rao",
    role: "admin",
    email: "",
  });
  expect(made.status).toBe(201);
  const token = tokenIn(made);

  const asha = new Visitor();
  expect(textOf((await asha.get(`/console/invite/${token}`)).html)).toContain("Welcome, Asha Rao");
  const fields = new URLSearchParams({ password: PASSWORD, again: PASSWORD });
  expect(await asha.send(`/console/invite/${token}`, fields)).toMatchObject({
    status: 303,
    location: "/console",
  });
  expect(textOf((await asha.get("/console")).html)).toContain("Asha Rao");

  const later = new Visitor();
  const signed = await later.post("/console/sign-in", { name: "asha.RAO", password: PASSWORD });
  expect(signed).toMatchObject({ status: 303, location: "/console" });

  const second = await asha.post(`${PEOPLE}/invite`, { name: "Ravi", role: "viewer", email: "" });
  expect(second.status).toBe(201);

  const id = await idOf(administrator, "Asha Rao");
  expect((await administrator.get(`${PEOPLE}/${id}/remove`)).status).toBe(200);
  expect(await administrator.post(`${PEOPLE}/${id}/remove`)).toMatchObject({
    status: 303,
    location: `${PEOPLE}?said=person_removed`,
  });
  for (const gone of [asha, later]) {
    expect((await gone.get("/console")).location).toBe("/console/sign-in");
  }
  const again = await new Visitor().post("/console/sign-in", {
    name: "Asha Rao",
    password: PASSWORD,
  });
  expect(again.status).toBe(401);

  const lines = (await auditLines()).filter(({ action }) => /person|password/.test(action));
  expect(lines.map(({ action, by }) => [action, by])).toEqual([
    ["person_removed", "administrator"],
    ["person_invited", "Asha Rao"],
    ["password_set", "Asha Rao"],
    ["person_invited", "administrator"],
  ]);
  expect(lines[0]).toMatchObject({ reference: id, person: { name: "Asha Rao", role: "admin" } });
  const listed = textOf((await administrator.get(PEOPLE)).html);
  expect(listed).toMatch(/Ravi .*Asha Rao Administrator Removed/);
});

describe("an administrator", () => {
  test("is told beside the field what is wrong, and what was typed stands there", async () => {
    const administrator = await signInAsAdministrator();
    const typed = { name: "<i>Asha</i>", role: "viewer", email: "asha" };
    const shown = await administrator.post(`${PEOPLE}/invite`, typed);
    expect(shown.status).toBe(422);
    expect(shown.html).toContain('value="&lt;i&gt;Asha&lt;/i&gt;"');
    expect(shown.html).toContain('aria-invalid="true"');
    const noRole = await administrator.post(`${PEOPLE}/invite`, { name: "Asha" });
    expect(textOf(noRole.html)).toContain("Choose what they may do.");
  });

  test("gives no name twice, nor one of a key, nor an address twice", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    await invite(administrator, name, "viewer", "one@shop.test");
    const key = `Cart ${count}`;
    await api("POST", "/v1/keys", { name: key, scopes: ["read"] });
    for (const wanted of [
      { name: name.toUpperCase(), email: "" },
      { name: key, email: "" },
      { name: "Administrator", email: "" },
      { name: someName(), email: "ONE@shop.test" },
    ]) {
      const shown = await administrator.post(`${PEOPLE}/invite`, { ...wanted, role: "viewer" });
      expect(shown.status).toBe(422);
    }
    const taken = await api("POST", "/v1/keys", { name: name.toLowerCase(), scopes: ["read"] });
    expect(taken).toMatchObject({ status: 409, body: { code: "key_name_taken" } });
  });

  test("changes a role, which counts at once and signs them out", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    const person = await invite(administrator, name, "admin");
    expect((await person.get(PEOPLE)).status).toBe(200);
    const fields = { role: "viewer", email: "" };
    await administrator.post(`${PEOPLE}/${person.id}`, fields);
    expect((await person.get(PEOPLE)).status).toBe(303);
    await person.post("/console/sign-in", { name, password: PASSWORD });
    expect((await person.get(PEOPLE)).status).toBe(403);
  });

  test.each([
    ["the one of today", null],
    ["another", 1_000],
  ])("changes a role for good while they sign in with %s count of rounds", async (_, rounds) => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    const { id } = await invite(administrator, name, "admin");
    if (rounds !== null) await keepPassword(id, await hashed(PASSWORD, rounds));
    const from = { network: `of ${name}`, device: "", identity: null };
    const by = { name: "administrator", key_id: null };
    await runInDurableObject(env.DEPLOYMENT.getByName("access"), async (actor, { storage }) => {
      const tries = () => storage.sql.exec("SELECT * FROM tries").toArray().length;
      const before = tries();
      const signed = actor.signIn({ ...from, name, password: PASSWORD });
      // The try counts, the person was read, and their password is being hashed.
      while (tries() === before) await crypto.subtle.digest("SHA-256", new Uint8Array(1));
      await actor.changePerson(id, { role: "viewer", email: "new@shop.test" }, by);
      expect(await signed).toMatchObject({ ok: true });
    });
    expect(await findKept(id)).toMatchObject({ role: "viewer", email: "new@shop.test" });
    await administrator.post(`${PEOPLE}/${id}/remove`);
  });

  test("who is a person does none of this to themselves", async () => {
    const administrator = await signInAsAdministrator();
    const person = await invite(administrator, someName(), "admin");
    const own = `${PEOPLE}/${person.id}`;
    expect(textOf((await person.get(own)).html)).toContain("This is you");
    for (const path of [own, `${own}/invite`, `${own}/remove`]) {
      const shown = await person.post(path, { role: "viewer", email: "" });
      expect(shown.status).toBe(422);
      expect(textOf(shown.html)).toContain("Nobody changes, resets or removes themselves");
    }
    expect((await person.get(PEOPLE)).status).toBe(200);
  });

  test("resets a password by a new invitation, which ends the sessions", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    const person = await invite(administrator, name, "operator");
    const anew = await administrator.post(`${PEOPLE}/${person.id}/invite`);
    expect(anew.status).toBe(201);
    expect((await person.get("/console")).status).toBe(303);
    const old = await new Visitor().post("/console/sign-in", { name, password: PASSWORD });
    expect(old.status).toBe(401);
    const other = "another-planted-password";
    const fields = new URLSearchParams({ password: other, again: other });
    await new Visitor().send(`/console/invite/${tokenIn(anew)}`, fields);
    const signed = await new Visitor().post("/console/sign-in", { name, password: other });
    expect(signed.status).toBe(303);
  });

  test("is told to look first when the answer to a change was lost", async () => {
    const administrator = await signInAsAdministrator();
    await administrator.get("/console");
    faults.people = (asked) => asked === "invitePerson";
    const shown = await administrator.post(`${PEOPLE}/invite`, {
      name: someName(),
      role: "viewer",
      email: "",
    });
    expect(shown.status).toBe(503);
    expect(textOf(shown.html)).toContain("Nobody knows whether it was done");
  });
});

describe("an invitation", () => {
  test("works once, for seven days, and for nobody who was removed", async () => {
    const administrator = await signInAsAdministrator();
    const fields = new URLSearchParams({ password: PASSWORD, again: PASSWORD });
    const make = async () => {
      const name = someName();
      const wanted = { name, role: "viewer", email: "" };
      const token = tokenIn(await administrator.post(`${PEOPLE}/invite`, wanted));
      return { name, path: `/console/invite/${token}` };
    };
    const used = await make();
    expect((await new Visitor().send(used.path, fields)).status).toBe(303);
    const removed = await make();
    const id = await idOf(administrator, removed.name);
    await administrator.post(`${PEOPLE}/${id}/remove`);
    const late = await make();
    const replaced = await make();
    await administrator.post(`${PEOPLE}/${await idOf(administrator, replaced.name)}/invite`);
    for (const { path } of [used, removed, replaced]) {
      expect((await new Visitor().send(path, fields)).status).toBe(404);
    }
    pass(7 * DAY);
    for (const path of [late.path, "/console/invite/nobody", `/console/invite/${"A".repeat(48)}`]) {
      const visitor = new Visitor();
      expect((await visitor.get(path)).status).toBe(404);
      expect(await visitor.send(path, fields)).toMatchObject({ status: 404 });
      expect(visitor.cookie).toBe("");
    }
  });

  test("of two tabs at once is taken by one", async () => {
    const administrator = await signInAsAdministrator();
    const wanted = { name: someName(), role: "viewer", email: "" };
    const token = tokenIn(await administrator.post(`${PEOPLE}/invite`, wanted));
    const fields = new URLSearchParams({ password: PASSWORD, again: PASSWORD });
    const both = [new Visitor(), new Visitor()].map(async (tab) =>
      tab.send(`/console/invite/${token}`, fields),
    );
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([303, 404]);
  });

  test.each([
    ["k7#Lq!", "k7#Lq!", "too short"],
    [PASSWORD, "another", "not the same"],
    ["x".repeat(1_000_000), "x".repeat(1_000_000), ""],
    ["Person Person Person", "Person Person Person", ""],
  ])("is not used up by a password that is refused", async (password, again, told) => {
    const administrator = await signInAsAdministrator();
    const wanted = { name: "Person", role: "viewer", email: "" };
    const token = tokenIn(await administrator.post(`${PEOPLE}/invite`, wanted));
    const visitor = new Visitor();
    const path = `/console/invite/${token}`;
    const shown = await visitor.send(path, new URLSearchParams({ password, again }));
    expect(shown.status).toBe(422);
    expect(textOf(shown.html)).toContain(told);
    expect(shown.html).not.toContain(password);
    expect((await visitor.get(path)).status).toBe(200);
    await administrator.post(`${PEOPLE}/${await idOf(administrator, "Person")}/remove`);
  });
});

describe("a person", () => {
  test("changes their own password with the one they have, and is out everywhere else", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    const person = await invite(administrator, name, "viewer");
    const other = new Visitor();
    await other.post("/console/sign-in", { name, password: PASSWORD });
    const password = "a new planted-password";
    const path = "/console/settings/you/password";
    const wrong = await person.post(path, { old: "wrong", password, again: password });
    expect(wrong.status).toBe(422);
    expect(textOf(wrong.html)).toContain("This is not your password.");
    const { cookie } = person;
    const right = await person.post(path, { old: PASSWORD, password, again: password });
    expect(right.location).toBe("/console/settings/you?said=password_changed");
    expect((await person.get("/console")).status).toBe(200);
    expect((await other.get("/console")).status).toBe(303);
    const before = new Visitor();
    before.cookie = cookie;
    expect((await before.get("/console")).status).toBe(303);
  });

  test("sees where they are signed in, and ends one or all others", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    const person = await invite(administrator, name, "viewer");
    const agent = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" };
    const others = [new Visitor(undefined, agent), new Visitor(), new Visitor()];
    for (const other of others) {
      pass(MINUTE);
      await other.post("/console/sign-in", { name, password: PASSWORD });
    }
    const you = "/console/settings/you";
    const shown = await person.get(you);
    expect(textOf(shown.html)).toContain("Firefox on Linux");
    expect(shown.html.match(/aria-label="Sign out /g)).toHaveLength(3);
    const newest = /name="session" value="([0-9a-f]{64})"/.exec(shown.html)?.[1] ?? "";
    await person.post(`${you}/sessions`, { session: newest });
    expect((await others[2]?.get("/console"))?.status).toBe(303);
    expect((await others[1]?.get("/console"))?.status).toBe(200);
    await person.post(`${you}/sessions`, { session: "others" });
    expect((await others[1]?.get("/console"))?.status).toBe(303);
    expect((await person.get(you)).html).not.toContain('aria-label="Sign out ');
  });

  test("does not end somebody else's session by its id", async () => {
    const administrator = await signInAsAdministrator();
    const victim = await invite(administrator, someName(), "viewer");
    const other = new Visitor();
    await other.post("/console/sign-in", {
      name: "administrator",
      password: "test-console-password",
    });
    const { html } = await administrator.get("/console/settings/you");
    const id = /name="session" value="([0-9a-f]{64})"/.exec(html)?.[1] ?? "";
    await victim.post("/console/settings/you/sessions", { session: id });
    expect((await other.get("/console")).status).toBe(200);
  });
});

describe("a session", () => {
  test("ends after two hours without a page, and after twelve with pages", async () => {
    const idle = await signInAsAdministrator();
    pass(2 * HOUR);
    expect((await idle.get("/console")).status).toBe(303);
    const busy = await signInAsAdministrator();
    for (let hour = 1; hour < 12; hour += 1) {
      pass(HOUR);
      expect((await busy.get("/console")).status).toBe(200);
    }
    pass(HOUR);
    expect((await busy.get("/console")).status).toBe(303);
  });

  test("is not kept alive by a page that asks by itself", async () => {
    const visitor = await signInAsAdministrator();
    for (let n = 0; n < 4; n += 1) {
      pass(HOUR / 2);
      await visitor.get("/console", { "x-console-poll": "1" });
    }
    expect((await visitor.get("/console", { "x-console-poll": "1" })).status).toBe(401);
  });

  test("is one of ten: with one more the oldest ends", async () => {
    const administrator = await signInAsAdministrator();
    const name = someName();
    const first = await invite(administrator, name, "viewer");
    for (let n = 0; n < 10; n += 1) {
      pass(1_000);
      expect((await first.get("/console")).status).toBe(200);
      await new Visitor().post("/console/sign-in", { name, password: PASSWORD });
    }
    expect((await first.get("/console")).status).toBe(303);
  });

  test.each([
    ["CONSOLE_PASSWORD", "another-console-password"],
    ["SESSION_SECRET", "another-session-secret-0123456789abcdef"],
  ])("of the administrator ends with another %s", async (setting, value) => {
    const administrator = await signInAsAdministrator();
    faults.settings = { [setting]: value };
    expect((await administrator.get("/console")).status).toBe(303);
  });
});
