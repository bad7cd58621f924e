// API keys through the API: made, shown once, listed, revoked, refused; and what becomes of all that
// while D1 or the keeper of keys gives no answer.

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { KeyView } from "../../src/domain/access-key";
import { SCOPES } from "../../src/domain/scopes";
import { closeHouse, crash, openHouse, pass } from "../actor/house";
import { faults } from "../worker";
import type { Doors } from "../../src/http/doors";
import { administrator, call, expectProblem, faultsOf, visit } from "./door";
import { makeKey, using } from "./scopes";

beforeEach(async () => {
  await openHouse();
  await env.DB.prepare("DELETE FROM audit").run();
});
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

const keeper = () => env.DEPLOYMENT.getByName("access");

async function listed(): Promise<readonly KeyView[]> {
  const response = await call("GET", "/v1/keys");
  expect(response.status).toBe(200);
  const { data }: { data: readonly KeyView[] } = await response.json();
  return data;
}

async function audited(): Promise<readonly Record<string, unknown>[]> {
  const { data }: { data: readonly Record<string, unknown>[] } = await (
    await call("GET", "/v1/audit")
  ).json();
  return data;
}

const read = (key: string): Promise<Response> => using(key, () => call("GET", "/v1/money"));

test("the first key works on a fresh deployment, and needs nobody to be asked", async () => {
  await runInDurableObject(keeper(), (_, { storage }) => storage.deleteAll());
  await crash();
  faults.access = () => "throw";
  expect((await call("GET", "/v1/orders")).status).toBe(200);
  faults.access = null;
  expect(await listed()).toEqual([]);
  const { key } = await makeKey(["read"]);
  expect((await read(key)).status).toBe(200);
});

test("a key is shown once, and nothing that is kept or shown later opens anything", async () => {
  const made = await makeKey(["read", "admin"], {
    name: "Returns desk",
    expires_at: "2031-02-01T00:00:00+05:30",
  });
  expect(made.key).toMatch(/^chk_test_[a-z2-7]{12}_[a-z2-7]{47}$/);
  const view = (await listed()).find(({ id }) => id === made.id);
  expect(view).toEqual({
    id: made.id,
    name: "Returns desk",
    scopes: ["read", "admin"],
    prefix: `chk_test_${made.id}`,
    last_four: made.key.slice(-4),
    state: "live",
    refund_limit: null,
    created_at: "2031-01-15T06:00:00.000Z",
    created_by: "administrator",
    last_used_at: null,
    expires_at: "2031-01-31T18:30:00.000Z",
    revoked_at: null,
    revoked_by: null,
  });
  const kept = await runInDurableObject(keeper(), (_, { storage }) =>
    JSON.stringify([...storage.kv.list()]),
  );
  const secret = made.key.split("_").at(-1) ?? "";
  expect(kept).toContain("Returns desk");
  expect(kept).not.toContain(secret.slice(0, 40));
});

test("its use is noted by the minute", async () => {
  const { id, key } = await makeKey(["read"]);
  pass(59_000);
  await read(key);
  pass(500);
  await read(key);
  const used = async () => (await listed()).find((view) => view.id === id)?.last_used_at;
  expect(await used()).toBe("2031-01-15T06:00:00.000Z");
  pass(500);
  await read(key);
  expect(await used()).toBe("2031-01-15T06:01:00.000Z");
});

describe("a key that is over", () => {
  test("is 401, and only who has all of it learns why", async () => {
    const [old, gone] = [
      await makeKey(["read"], { expires_at: "2031-01-15T06:10:00Z" }),
      await makeKey(["read"]),
    ];
    expect((await call("DELETE", `/v1/keys/${gone.id}`)).status).toBe(200);
    pass(600_000);
    const details = async (key: string) =>
      (await expectProblem(await read(key), 401, "unauthorized")).detail;
    expect(await details(old.key)).toBe("This key has expired.");
    expect(await details(gone.key)).toBe("This key was revoked.");
    const unknown = (await details("not-the-key-not-the-key-not-the-key")) ?? "";
    // Of another key, with a right checksum: its id is known, its secret is not.
    const other = await makeKey(["read"]);
    await runInDurableObject(keeper(), (_, { storage }) => {
      const kept = storage.kv.get<object>(`key:${gone.id}`);
      storage.kv.put(`key:${other.id}`, { ...kept, id: other.id });
    });
    for (const key of [other.key, other.key.replace("chk_test", "chk_live"), `${gone.key}a`]) {
      expect(await details(key)).toBe(unknown);
    }
  });

  test("is revoked at once, once, and stays in the list", async () => {
    const { id, key } = await makeKey(["read"]);
    expect((await read(key)).status).toBe(200);
    const first = await call("DELETE", `/v1/keys/${id}`);
    expect(await first.json()).toMatchObject({ state: "revoked", revoked_by: "administrator" });
    await expectProblem(await read(key), 401, "unauthorized");
    pass(60_000);
    const again: KeyView = await (await call("DELETE", `/v1/keys/${id}`)).json();
    expect(again.revoked_at).toBe("2031-01-15T06:00:00.000Z");
    expect((await listed()).map((view) => view.id)).toContain(id);
    await expectProblem(await call("DELETE", "/v1/keys/aaaaaaaaaaaa"), 404, "key_unknown");
    await expectProblem(await call("DELETE", "/v1/keys/nothing"), 404, "key_unknown");
  });

  test("ends nothing but itself, not even what it made", async () => {
    const maker = await makeKey(["read", "admin"]);
    const made = await using(maker.key, () => makeKey(["read"]));
    await using(maker.key, () => call("DELETE", `/v1/keys/${maker.id}`));
    expect((await read(maker.key)).status).toBe(401);
    expect((await read(made.key)).status).toBe(200);
    expect((await listed()).find(({ id }) => id === made.id)?.created_by).toBe(maker.name);
  });
});

describe("a new key", () => {
  test("has no scope that its maker lacks", async () => {
    const { key } = await makeKey(["admin", "read"]);
    const body = { name: "More", scopes: ["read", "refund", "capture"] };
    const refused = await using(key, () => call("POST", "/v1/keys", body));
    const problem = await expectProblem(refused, 403, "scope_missing");
    expect(problem.detail).toContain("refund, capture");
    const made = await using(key, () => call("POST", "/v1/keys", { ...body, scopes: ["read"] }));
    expect(made.status).toBe(201);
  });

  test("has a name of its own", async () => {
    const first = await makeKey(["read"], { name: "Till 1" });
    const again = { name: "till 1", scopes: ["read"] };
    const taken = await expectProblem(await call("POST", "/v1/keys", again), 409, "key_name_taken");
    expect(faultsOf(taken)).toEqual({ "/name": "is taken" });
    await call("DELETE", `/v1/keys/${first.id}`);
    expect((await call("POST", "/v1/keys", again)).status).toBe(201);
    const administrator = { name: "Administrator", scopes: ["read"] };
    await expectProblem(await call("POST", "/v1/keys", administrator), 409, "key_name_taken");
  });

  test.each([
    [{ name: "" }, "/name"],
    [{ name: " a" }, "/name"],
    [{ name: "x".repeat(51) }, "/name"],
    [{ scopes: [] }, "/scopes"],
    [{ scopes: ["read", "read"] }, "/scopes"],
    [{ scopes: ["everything"] }, "/scopes/0"],
    [{ expires_at: "2031-01-15T06:00:00Z" }, "/expires_at"],
    [{ expires_at: "2031-01-16" }, "/expires_at"],
    [{ scopes: ["refund"], refund_limit: {} }, "/refund_limit"],
    [{ scopes: ["refund"], refund_limit: { per_refund: 99 } }, "/refund_limit/per_refund"],
    [{ scopes: ["read"], refund_limit: { per_day: 100 } }, "/refund_limit"],
    [{ scopes: ["refund", "admin"], refund_limit: { per_day: 100 } }, "/refund_limit"],
    [{ secret: "mine" }, "/secret"],
  ])("with %j is 422 and names the field", async (change, pointer) => {
    const response = await call("POST", "/v1/keys", { name: "a", scopes: ["read"], ...change });
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([pointer]);
  });
});

describe("the keeper of keys", () => {
  test("that gives no answer lets nobody pass, and is no wrong key", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { key } = await makeKey([...SCOPES]);
    faults.access = () => "throw";
    const response = await read(key);
    await expectProblem(response, 503, "access_unavailable");
    expect(response.headers.get("retry-after")).toBe("5");
    faults.access = null;
    expect((await read(key)).status).toBe(200);
  });

  test("keeps keys through a crash", async () => {
    const { key } = await makeKey(["read"]);
    await crash();
    expect((await read(key)).status).toBe(200);
  });
});

describe("the audit", () => {
  test("has a line of each change, with what was given, and by whom", async () => {
    const maker = await makeKey(["read", "admin", "refund"], { name: "Head office" });
    const limit = { per_refund: 50_000, per_day: 100_000 };
    const made = await using(maker.key, () =>
      makeKey(["refund"], { name: "Desk 4", refund_limit: limit }),
    );
    pass(1_000);
    await call("DELETE", `/v1/keys/${made.id}`);
    await call("DELETE", `/v1/keys/${made.id}`);
    await runDurableObjectAlarm(keeper());
    const lines = await audited();
    expect(lines.filter(({ reference }) => reference === made.id)).toEqual([
      expect.objectContaining({ action: "key_revoked", by: "administrator" }),
      {
        at: "2031-01-15T06:00:00.000Z",
        by: "Head office",
        action: "key_created",
        kind: "key",
        reference: made.id,
        order_id: null,
        amount: null,
        reason: null,
        decision: null,
        key: { name: "Desk 4", scopes: ["refund"], expires_at: null, refund_limit: limit },
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(made.key);
  });

  test("gets its lines when D1 is back, each once; a revoked key is revoked all the while", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { id, key } = await makeKey(["read"]);
    faults.d1 = "throw";
    await call("DELETE", `/v1/keys/${id}`);
    await runDurableObjectAlarm(keeper());
    await expectProblem(await read(key), 401, "unauthorized");
    expect(await audited()).toEqual([]);
    faults.d1 = "lost_answer";
    pass(60_000);
    await runDurableObjectAlarm(keeper());
    await crash();
    faults.d1 = "ok";
    pass(60_000);
    await runDurableObjectAlarm(keeper());
    const lines = (await audited()).filter(({ reference }) => reference === id);
    expect(lines.map(({ action }) => action)).toEqual(["key_revoked", "key_created"]);
    expect(await runDurableObjectAlarm(keeper())).toBe(false);
  });
});

test("a change whose answer was lost is not said to be undone, and the answer says where to look", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { id } = await makeKey(["read"]);
  const name = `lost ${id}`;
  /** Done, and the answer does not arrive. */
  const losing =
    <Given extends readonly unknown[]>(work: (...given: Given) => Promise<unknown>) =>
    async (...given: Given): Promise<never> => {
      await work(...given);
      throw new Error("planted: the answer was lost");
    };
  const lose = (doors: Doors): Doors => {
    const { createKey, revokeKey, throwSwitch } = doors.access;
    const lost = {
      createKey: losing(createKey),
      revokeKey: losing(revokeKey),
      throwSwitch: losing(throwSwitch),
    };
    return { ...doors, access: { ...doors.access, ...lost } };
  };
  const headers = { ...administrator, "content-type": "application/json" };
  const changes = [
    ["POST", "/v1/keys", { name, scopes: ["read"] }, "GET /v1/keys"],
    ["DELETE", `/v1/keys/${id}`, undefined, "GET /v1/keys"],
    ["POST", "/v1/money/stop", { reason: "leaked" }, "GET /v1/money"],
    ["POST", "/v1/money/resume", { reason: "all is well" }, "GET /v1/money"],
  ] as const;
  for (const [method, path, body, where] of changes) {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await visit(lose, path, { method, headers, ...init });
    const { detail } = await expectProblem(response, 503, "access_unavailable");
    expect(detail).toBe(`Nobody knows whether it was done. Look at ${where} before you try again.`);
  }
  const data = await listed();
  expect(data.find((key) => key.id === id)?.state).toBe("revoked");
  expect(data.some((key) => key.name === name)).toBe(true);
});
