// Our own rate limits: 429 with Retry-After, for one key, for wrong keys from one address, and for verdicts;
// never for a message whose signature is right.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MINUTE } from "../../src/domain/schedule";
import type { Doors } from "../../src/http/doors";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { closeHouse, createLink, openHouse, pass, postWebhook } from "../actor/house";
import { administrator, expectProblem, knock, visit } from "./door";
import { makeKey } from "./scopes";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

const limiting =
  (limits: Partial<Doors["limits"]>) =>
  (doors: Doors): Doors => ({ ...doors, limits: { ...doors.limits, ...limits } });

async function expectLimited(response: Response): Promise<void> {
  expect(response.headers.get("retry-after")).toBe("60");
  await expectProblem(response, 429, "rate_limited");
}

const bearer = (key: string, address?: string): RequestInit => ({
  headers: {
    authorization: `Bearer ${key}`,
    ...(address === undefined ? {} : { "cf-connecting-ip": address }),
  },
});

test("each key has a rate of its own, by its id; the administrator's too", async () => {
  const { id, key } = await makeKey(["read"]);
  const asked: string[] = [];
  const perKey = async (name: string): Promise<boolean> => {
    asked.push(name);
    return name !== id;
  };
  await expectLimited(await visit(limiting({ perKey }), "/v1/money", bearer(key)));
  const passed = await visit(limiting({ perKey }), "/v1/money", { headers: administrator });
  expect(passed.status).toBe(200);
  expect(asked).toEqual([id, "administrator"]);
});

describe("wrong keys from one address", () => {
  test("are told so twenty times a minute, then none is looked at for a minute", async () => {
    const address = "192.0.2.20";
    const statuses: number[] = [];
    for (let count = 0; count < 21; count += 1) {
      const key = `wrong-key-number-${count}-wrong-key`;
      statuses.push((await knock("/v1/money", bearer(key, address))).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), 429]);
    await expectLimited(await knock("/v1/money", bearer(sandboxDefaults.api_key, address)));
    const elsewhere = bearer(sandboxDefaults.api_key, "192.0.2.21");
    expect((await knock("/v1/money", elsewhere)).status).toBe(200);
    pass(MINUTE);
    expect((await knock("/v1/money", bearer(sandboxDefaults.api_key, address))).status).toBe(200);
  });

  test("are none where no key was sent, or it lacks a scope", async () => {
    const wrongKeys = vi.fn(async () => false);
    const { key } = await makeKey(["links"]);
    expect((await visit(limiting({ wrongKeys }), "/v1/money")).status).toBe(401);
    expect((await visit(limiting({ wrongKeys }), "/v1/money", bearer(key))).status).toBe(403);
    expect(wrongKeys).not.toHaveBeenCalled();
  });
});

describe("verdicts by token", () => {
  test("have a rate for one address and one for one token", async () => {
    const { token } = await createLink();
    const [addresses, tokens]: [string[], string[]] = [[], []];
    const counting = limiting({
      verdictsPerAddress: async (address) => addresses.push(address) < 3,
      verdictsPerToken: async (name) => tokens.push(name) < 2,
    });
    const headers = { "cf-connecting-ip": "192.0.2.30" };
    const ask = () => visit(counting, `/v1/verdicts/${token}`, { headers });
    expect((await ask()).status).toBe(200);
    await expectLimited(await ask());
    await expectLimited(await ask());
    expect([addresses, tokens]).toEqual([Array(3).fill("192.0.2.30"), [token, token]]);
  });

  test("are generous to a shop's own server", async () => {
    const { token } = await createLink();
    const headers = { "cf-connecting-ip": "192.0.2.31" };
    for (let count = 0; count < 60; count += 1) {
      expect((await knock(`/v1/verdicts/${token}`, { headers })).status).toBe(200);
    }
  });
});

test.each([
  ["fails", () => Promise.reject(new Error("planted"))],
  ["hangs", () => new Promise<boolean>(() => {})],
])("a limit that %s keeps nobody out", async (_, perKey) => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const response = await visit(limiting({ perKey }), "/v1/money", { headers: administrator });
  expect(response.status).toBe(200);
  expect(String(logged.mock.calls[0])).toContain("rate_limit_unread");
});

test("no rate refuses a message whose signature is right", async () => {
  const refused = async (): Promise<boolean> => false;
  const all = limiting({
    callbackPerAddress: refused,
    callbackPerDeployment: refused,
    refusals: refused,
    staleMessages: refused,
    perKey: refused,
    wrongKeys: refused,
    verdictsPerAddress: refused,
    verdictsPerToken: refused,
  });
  expect(
    await postWebhook({ event_type: "ORDER_AUTHORIZED" }, {}, (path, init) =>
      visit(all, path, init),
    ),
  ).toMatchObject({ status: 200 });
});
