// Money under a person's name: what a role may move, and that somebody who was removed, or may less, between the
// door and the commit moves nothing.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openApi } from "../../src/console/api";
import type { Role } from "../../src/domain/people";
import { app } from "../../src/http/app";
import { origin } from "../http/door";
import { invite, signInAsAdministrator, type Visitor } from "../console/visit";
import { faults } from "../worker";
import { api, closeHouse, openHouse, pass, settle } from "./house";
import { inr, moves, paidOrder } from "./money";

beforeEach(openHouse);
afterEach(async () => {
  faults.access = null;
  await api("POST", "/v1/money/resume", { reason: "all is well" });
  closeHouse();
});

const context = {
  waitUntil: () => {},
  passThroughOnException: () => {},
} as unknown as ExecutionContext;

/** The API as the console asks it for this person; the role is the one that the door saw. */
function apiOf(id: string, name: string, role: Role) {
  const operator = { person_id: id, name, role };
  return openApi(app, { operator, env, ctx: context, origin, address: null, isPoll: false });
}

let count = 0;

async function person(role: Role) {
  const administrator = await signInAsAdministrator();
  const name = `Cashier ${(count += 1)}`;
  const { id } = await invite(administrator, name, role);
  return { administrator, id, name, api: apiOf(id, name, role) };
}

const remove = async (administrator: Visitor, id: string): Promise<void> => {
  const shown = await administrator.post(`/console/settings/people/${id}/remove`);
  expect(shown.status).toBe(303);
};

const demote = async (administrator: Visitor, id: string): Promise<void> => {
  const shown = await administrator.post(`/console/settings/people/${id}`, {
    role: "viewer",
    email: "",
  });
  expect(shown.status).toBe(303);
};

const body = { merchant_refund_reference: "back-1", amount: inr(1_000), reason: "Came back" };

test("an operator's refund stands in the audit under their name and id", async () => {
  const { order_id } = await paidOrder();
  const { id, name, api: asked } = await person("operator");
  const made = await asked.send("POST", `/v1/orders/${order_id}/refunds`, body);
  expect(made).toMatchObject({ ok: true, value: { requested_by: name } });
  await settle(order_id);
  const { data } = (await api<{ data: readonly object[] }>("GET", `/v1/audit?order_id=${order_id}`))
    .body;
  expect(data[0]).toMatchObject({ action: "refund", by: name, key_id: id });
});

test("a viewer is refused at the door", async () => {
  const { order_id } = await paidOrder();
  const { api: asked } = await person("viewer");
  const made = await asked.send("POST", `/v1/orders/${order_id}/refunds`, body);
  expect(made).toMatchObject({ ok: false, failure: { status: 403, code: "scope_missing" } });
});

describe.each([
  ["removed", remove],
  ["made a viewer", demote],
])("somebody who is %s after the door saw them", (_, change) => {
  test("begins no refund", async () => {
    const { order_id } = await paidOrder();
    const { administrator, id, api: asked } = await person("operator");
    await change(administrator, id);
    const made = await asked.send("POST", `/v1/orders/${order_id}/refunds`, body);
    expect(made).toMatchObject({ ok: false, failure: { status: 401 } });
    expect(await moves()).toBe(0);
  });

  test("begins none with a permit that is older than two seconds", async () => {
    const { order_id } = await paidOrder();
    const { administrator, id, api: asked } = await person("operator");
    faults.access = (question) => {
      if (question !== "permitMoney") return null;
      faults.access = null;
      return async () => {
        await change(administrator, id);
        pass(2_001);
      };
    };
    const made = await asked.send("POST", `/v1/orders/${order_id}/refunds`, body);
    expect(made).toMatchObject({ ok: false, failure: { status: 401 } });
    expect(await moves()).toBe(0);
  });

  test("makes and revokes no key, and throws no switch", async () => {
    const key = await api<{ id: string }>("POST", "/v1/keys", {
      name: `Till ${(count += 1)}`,
      scopes: ["read"],
    });
    const { administrator, id, api: asked } = await person("admin");
    await change(administrator, id);
    const refused = { ok: false, failure: { status: 401 } };
    const wanted = { name: `Back door ${count}`, scopes: ["read"] };
    expect(await asked.send("POST", "/v1/keys", wanted)).toMatchObject(refused);
    expect(await asked.send("DELETE", `/v1/keys/${key.body.id}`)).toMatchObject(refused);
    expect(await asked.send("POST", "/v1/money/stop", { reason: "because" })).toMatchObject(
      refused,
    );
    expect((await api<{ stopped: boolean }>("GET", "/v1/money")).body.stopped).toBe(false);
  });
});

test("an administrator makes keys and throws the switch under their own name", async () => {
  const { name, api: asked } = await person("admin");
  const made = await asked.send("POST", "/v1/keys", {
    name: `Till ${(count += 1)}`,
    scopes: ["read", "admin"],
  });
  expect(made).toMatchObject({ ok: true, value: { created_by: name } });
  const stopped = await asked.send("POST", "/v1/money/stop", { reason: "a key has leaked" });
  expect(stopped).toMatchObject({ ok: true, value: { stopped: true, by: name } });
});

test("nobody gives a key more than they have themselves now", async () => {
  const { administrator, id, name } = await person("admin");
  const shown = await administrator.post(`/console/settings/people/${id}`, {
    role: "operator",
    email: "",
  });
  expect(shown.status).toBe(303);
  const made = await apiOf(id, name, "admin").send("POST", "/v1/keys", {
    name: "More",
    scopes: ["admin"],
  });
  expect(made).toMatchObject({ ok: false, failure: { status: 401 } });
});
