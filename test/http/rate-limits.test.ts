// Our own rate limits: 429 with Retry-After, for one key, for wrong keys from one address, and for verdicts;
// never for a message whose signature is right.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { composeKey, KEY_BYTES } from "../../src/domain/access-key";
import { MINUTE } from "../../src/domain/schedule";
import type { Doors } from "../../src/http/doors";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { closeHouse, createLink, openHouse, pass, postWebhook } from "../actor/house";
import { faults } from "../worker";
import { administrator, call, expectProblem, knock, visit } from "./door";
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
  /** Right in form and checksum, and nobody's. */
  const madeUp = (): string =>
    composeKey("test", crypto.getRandomValues(new Uint8Array(KEY_BYTES))).text;

  async function statusesOf(count: number, key: () => string, address: string): Promise<number[]> {
    const statuses: number[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      statuses.push((await knock("/v1/money", bearer(key(), address))).status);
    }
    return statuses;
  }

  const twentyAndMore = (more: number): number[] => [
    ...Array.from({ length: 20 }, () => 401),
    ...Array.from({ length: more }, () => 429),
  ];

  test("of no right form are told so twenty times a minute, ask nobody, and shut out no right key", async () => {
    const address = "192.0.2.20";
    const { key } = await makeKey(["read"]);
    const asked = vi.fn(() => null);
    faults.access = asked;
    const wrong = (): string => `wrong-key-${crypto.randomUUID()}`;
    expect(await statusesOf(23, wrong, address)).toEqual(twentyAndMore(3));
    expect(asked).not.toHaveBeenCalled();
    await expectLimited(await knock("/v1/money", bearer(wrong(), address)));
    for (const right of [sandboxDefaults.api_key, key]) {
      expect((await knock("/v1/money", bearer(right, address))).status).toBe(200);
    }
    expect((await knock("/v1/money", bearer(wrong(), "192.0.2.21"))).status).toBe(401);
  });

  test("of the right form cost a question each until the limit, and none after it", async () => {
    const address = "192.0.2.22";
    const { key } = await makeKey(["read"]);
    expect((await knock("/v1/money", bearer(key, "192.0.2.23"))).status).toBe(200);
    const asked = vi.fn(() => null);
    faults.access = asked;
    expect(await statusesOf(25, madeUp, address)).toEqual(twentyAndMore(5));
    expect(asked).toHaveBeenCalledTimes(21);
    for (const right of [sandboxDefaults.api_key, key]) {
      expect((await knock("/v1/money", bearer(right, address))).status).toBe(200);
    }
    pass(MINUTE);
    asked.mockClear();
    await knock("/v1/money", bearer(madeUp(), address));
    expect(asked).toHaveBeenCalled();
  });

  test("count that was right once, and is revoked", async () => {
    const wrongKeys = vi.fn(async () => true);
    const { id, key } = await makeKey(["read"]);
    expect((await visit(limiting({ wrongKeys }), "/v1/money", bearer(key))).status).toBe(200);
    await call("DELETE", `/v1/keys/${id}`);
    expect((await visit(limiting({ wrongKeys }), "/v1/money", bearer(key))).status).toBe(401);
    expect(wrongKeys).toHaveBeenCalledTimes(1);
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
  test("have a rate for each token", async () => {
    const { token } = await createLink();
    const [addresses, tokens]: [string[], string[]] = [[], []];
    const counting = limiting({
      verdictsPerAddress: async (address) => addresses.push(address) < 1,
      verdictsPerToken: async (name) => tokens.push(name) < 3,
    });
    const headers = { "cf-connecting-ip": "192.0.2.30" };
    const ask = () => visit(counting, `/v1/verdicts/${token}`, { headers });
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
    await expectLimited(await ask());
    expect([addresses, tokens]).toEqual([[], [token, token, token]]);
  });

  test("have a rate for wrong tokens of one address, and right ones pass from there", async () => {
    const { token, reference } = await createLink();
    const headers = { "cf-connecting-ip": "2001:db8:1:2::9" };
    const addresses: string[] = [];
    const counting = limiting({
      verdictsPerAddress: async (address) => addresses.push(address) < 3,
      verdictsPerToken: async () => true,
    });
    const ask = (asked: string) => visit(counting, `/v1/verdicts/${asked}`, { headers });
    const wrong = `${"A".repeat(24)}.${reference}`;
    expect((await ask(token)).status).toBe(200);
    expect((await ask(wrong)).status).toBe(404);
    expect((await ask(wrong)).status).toBe(404);
    await expectLimited(await ask(wrong));
    // By now it is not even looked at.
    await expectLimited(await ask(wrong));
    expect(addresses).toEqual(Array(3).fill("2001:db8:1:2::/64"));
    expect((await ask(token)).status).toBe(200);
    pass(MINUTE);
    await expectLimited(await ask(wrong));
    expect(addresses).toHaveLength(4);
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
    receiptPerAddress: refused,
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
