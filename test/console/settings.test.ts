// Settings: secrets that never show, keys that show once, the money switch, and who may see what.

import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KeyView } from "../../src/domain/access-key";
import { api, closeHouse, openHouse, pass } from "../actor/house";
import { knock } from "../http/door";
import { getAs } from "./others";
import { signInAsAdministrator, textOf, type Visitor } from "./visit";

beforeEach(async () => {
  await openHouse();
  await api("POST", "/v1/money/resume", { reason: "a new test" });
});
afterEach(closeHouse);

const SETTINGS = "/console/settings";
const KEYS = `${SETTINGS}/keys`;

describe("the overview", () => {
  test("shows what is configured and where webhooks go, and no secret", async () => {
    const visitor = await signInAsAdministrator();
    const shown = await visitor.get(SETTINGS);
    expect(shown.status).toBe(200);
    const text = textOf(shown.html);
    expect(text).toContain("http://localhost:8787/webhooks/pinelabs");
    expect(text).toContain("MERCHANT_TIME_ZONE");
    expect(text).toContain("Asia/Kolkata");
    expect(text).toContain("PINELABS_CLIENT_SECRET Opens the gateway's API. Set");
    const pages = [shown.html];
    for (const page of ["health", "keys", "money", "audit"]) {
      pages.push((await visitor.get(`${SETTINGS}/${page}`)).html);
    }
    for (const name of SECRETS) {
      const secret = env[name];
      expect(secret.length).toBeGreaterThan(8);
      expect(pages.filter((html) => html.includes(secret))).toEqual([]);
    }
  });

  test("tells a viewer where webhooks go, and nothing of the settings", async () => {
    const shown = await getAs("viewer", SETTINGS);
    expect(shown.status).toBe(200);
    expect(shown.html).toContain("http://localhost:8787/webhooks/pinelabs");
    expect(shown.html).not.toContain("PINELABS_");
    expect(shown.html).not.toContain(`href="${KEYS}"`);
  });
});

/** Those that the tests' own deployment has. */
const SECRETS = [
  "PINELABS_CLIENT_ID",
  "PINELABS_CLIENT_SECRET",
  "PINELABS_WEBHOOK_SECRET",
  "PINELABS_CALLBACK_SECRET",
  "API_KEY",
  "CONSOLE_PASSWORD",
  "SESSION_SECRET",
  "NOTIFY_SECRET",
] as const;

test("health says in words what is wrong, with the times of a person, and counts when asked", async () => {
  const visitor = await signInAsAdministrator();
  await api("POST", "/v1/money/stop", { reason: "look at this" });
  const shown = await visitor.get(`${SETTINGS}/health`);
  expect(shown.status).toBe(200);
  const text = textOf(shown.html);
  expect(text).toContain("Money commands are stopped since 15 Jan 2031, 11:30 by administrator");
  expect(text).not.toMatch(/\d{4}-\d\d-\d\dT|\/v1\/money/);
  expect(text).not.toContain("Received");
  const counted = await visitor.get(`${SETTINGS}/health?count=messages`);
  expect(textOf(counted.html)).toContain("Received");
});

async function keysNamed(name: string): Promise<readonly KeyView[]> {
  const { body } = await api<{ data: readonly KeyView[] }>("GET", "/v1/keys");
  return body.data.filter((key) => key.name === name);
}

const KEY = /chk_test_[a-z2-7]{12}_[a-z2-7]{47}/;

/** The fields of the form as it is shown now. */
async function keyForm(visitor: Visitor, name: string): Promise<Record<string, string>> {
  const { html } = await visitor.get(`${KEYS}/new`);
  const opened = /name="opened" value="([^"]+)"/.exec(html)?.[1] ?? "";
  return { opened, name, scopes: "read" };
}

describe("a new key", () => {
  test("is shown once; a reload or a second press makes no other and shows nothing", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await keyForm(visitor, "Storefront one");
    const fresh = await visitor.post(`${KEYS}/new`, fields);
    expect(fresh.status).toBe(201);
    expect(fresh.headers.get("cache-control")).toBe("no-store");
    const key = KEY.exec(fresh.html)?.[0] ?? "";
    const used = await knock("/v1/money", { headers: { authorization: `Bearer ${key}` } });
    expect(used.status).toBe(200);
    pass(60_000);
    const reloaded = await visitor.post(`${KEYS}/new`, fields);
    expect(reloaded.status).toBe(409);
    expect(textOf(reloaded.html)).toContain("No second key was made.");
    expect(await keysNamed("Storefront one")).toHaveLength(1);
    const list = await visitor.get(KEYS);
    expect(textOf(list.html)).toContain("Storefront one");
    for (const { html } of [reloaded, list]) expect(html).not.toMatch(KEY);
  });

  test("is made once by two presses at the same time", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await keyForm(visitor, "Storefront two");
    const both = await Promise.all([1, 2].map(() => visitor.post(`${KEYS}/new`, fields)));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    expect(await keysNamed("Storefront two")).toHaveLength(1);
  });

  test("is not made anew by a reload after it was revoked", async () => {
    const visitor = await signInAsAdministrator();
    const fields = await keyForm(visitor, "Storefront three");
    await visitor.post(`${KEYS}/new`, fields);
    const [key] = await keysNamed("Storefront three");
    const asked = await visitor.get(`${KEYS}/${key?.id}/revoke`);
    expect(textOf(asked.html)).toContain("Revoke the key “Storefront three”?");
    const revoked = await visitor.post(`${KEYS}/${key?.id}/revoke`);
    expect(revoked).toMatchObject({ status: 303, location: `${KEYS}?said=key_revoked` });
    expect((await visitor.post(`${KEYS}/new`, fields)).status).toBe(409);
    expect(await keysNamed("Storefront three")).toMatchObject([{ state: "revoked" }]);
  });

  test.each([
    [{ name: "" }, "name"],
    [{ name: "administrator" }, "name"],
    [{ expires_at: "2020-01-01T00:00" }, "expires_at"],
    [{ per_refund: "a lot" }, "per_refund"],
    [{ per_day: "500" }, "per_refund"],
  ])("with %o is refused beside %s, and what was typed stays", async (typed, field) => {
    const visitor = await signInAsAdministrator();
    const fields = { ...(await keyForm(visitor, "Storefront four")), ...typed };
    const refused = await visitor.post(`${KEYS}/new`, fields);
    expect([409, 422]).toContain(refused.status);
    expect(refused.html).toContain(`id="field-${field}-fault"`);
    expect(refused.html).toMatch(/value="read" checked/);
    expect(await keysNamed("Storefront four")).toEqual([]);
  });

  test("can be neither seen nor made by who is no administrator", async () => {
    for (const role of ["viewer", "operator"] as const) {
      for (const path of [KEYS, `${KEYS}/new`, `${SETTINGS}/audit`]) {
        expect((await getAs(role, path)).status).toBe(403);
      }
    }
  });
});

describe("the money switch", () => {
  const PATH = `${SETTINGS}/money`;

  test("asks for a reason, asks once more, and then stops; twice is once", async () => {
    const visitor = await signInAsAdministrator();
    const empty = await visitor.post(PATH, { to: "stop", reason: "" });
    expect(empty.status).toBe(422);
    expect(empty.html).toContain('id="field-reason-fault"');
    const asked = await visitor.post(PATH, { to: "stop", reason: "a <key> leaked" });
    expect(textOf(asked.html)).toContain("Stop all money?");
    expect((await api("GET", "/v1/money")).body).toMatchObject({ stopped: false });
    const sure = { to: "stop", reason: "a <key> leaked", sure: "yes" };
    const both = await Promise.all([visitor.post(PATH, sure), visitor.post(PATH, sure)]);
    for (const one of both) {
      expect(one).toMatchObject({ status: 303, location: `${PATH}?said=money_stopped` });
    }
    for (const path of [SETTINGS, PATH]) {
      expect(textOf((await visitor.get(path)).html)).toContain("Money is stopped");
    }
    expect((await visitor.get(PATH)).html).toContain("a &lt;key&gt; leaked");
    await visitor.post(PATH, { to: "resume", reason: "mended", sure: "yes" });
    expect((await api("GET", "/v1/money")).body).toMatchObject({ stopped: false });
  });

  test("shows a viewer how it stands, and no form", async () => {
    const shown = await getAs("viewer", PATH);
    expect(shown.status).toBe(200);
    expect(shown.html).not.toContain(`action="${PATH}"`);
  });
});

test("the audit tells who did what, in words", async () => {
  const visitor = await signInAsAdministrator();
  await visitor.post(`${KEYS}/new`, await keyForm(visitor, "Audited desk"));
  await runDurableObjectAlarm(env.DEPLOYMENT.getByName("access"));
  const shown = await visitor.get(`${SETTINGS}/audit`);
  expect(textOf(shown.html)).toContain("administrator Made an API key Audited desk");
  expect(shown.html).not.toContain("key_created");
  const wrong = await visitor.get(`${SETTINGS}/audit?order_id=a%20b`);
  expect(wrong.status).toBe(400);
  expect(textOf(wrong.html)).toContain("This is not the id of an order.");
});
