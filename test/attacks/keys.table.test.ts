// API keys: what somebody sends who has none, has a part of one, or has one that may do less than they want.
// A key that is over, the form of a key, its rate and its scope for each route: docs/attacks.md.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Scope, SCOPES } from "../../src/domain/scopes";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { api, closeHouse, openHouse } from "../actor/house";
import { gatewayBooks, inr, moves, paidOrder } from "../actor/money";
import { administrator, expectProblem, NO_LIMITS, visit } from "../http/door";
import { makeKey } from "../http/scopes";
import { leavesNothing } from "./traces";

beforeEach(openHouse);
afterEach(closeHouse);

/** From wherever somebody likes: how many wrong keys one address may send is tested elsewhere. */
async function come(path: string, init: RequestInit): Promise<Response> {
  return visit((doors) => ({ ...doors, limits: NO_LIMITS }), path, init);
}

const RIGHT = sandboxDefaults.api_key;

/** A key's own letters again, one of them another. */
const spoilt = (key: string, at: number): string =>
  key.slice(0, at) + (key[at] === "a" ? "b" : "a") + key.slice(at + 1);

/** The headers that are sent, made from a right key of the scope refund and from another one. */
type Headers_ = (key: string, other: string) => HeadersInit;

const bearer = (key: string): HeadersInit => ({ authorization: `Bearer ${key}` });

const refused: readonly (readonly [string, Headers_])[] = [
  ["no key", () => ({})],
  ["the scheme and no key", () => ({ authorization: "Bearer" })],
  ["the key without the scheme", (key) => ({ authorization: key })],
  ["the key as a password", (key) => ({ authorization: `Basic ${btoa(`:${key}`)}` })],
  ["the key as a digest", (key) => ({ authorization: `Digest ${key}` })],
  ["two keys in one header", (key, other) => bearer(`${other} ${key}`)],
  [
    "two headers, the right one last",
    (key, other) => [
      ["authorization", `Bearer ${other}`],
      ["authorization", `Bearer ${key}`],
    ],
  ],
  ["a list of keys", (key, other) => bearer(`${other},${key}`)],
  ["the key between quotes", (key) => bearer(`"${key}"`)],
  ["the key in another header", (key) => ({ "x-api-key": key })],
  ["the key in a cookie", (key) => ({ cookie: `authorization=Bearer ${key}; chukta=${key}` })],
  ["the key's beginning, as lists show it", (key) => bearer(key.slice(0, 21))],
  ["the key without its last letter", (key) => bearer(key.slice(0, -1))],
  ["the key and a letter more", (key) => bearer(`${key}a`)],
  ["the key in capitals", (key) => bearer(key.toUpperCase())],
  ["the key with one letter of the id changed", (key) => bearer(spoilt(key, 12))],
  ["the key with one letter of the secret changed", (key) => bearer(spoilt(key, 30))],
  ["the right id with the secret of another key", (key, other) => bearer(mixed(key, other))],
  ["the key of production", (key) => bearer(key.replace("chk_test_", "chk_live_"))],
  ["the key of uat", (key) => bearer(key.replace("chk_test_", "chk_uat_"))],
  ["the key as it is kept: its hash", () => bearer("0".repeat(64))],
  ["a key of ten kilobytes", (key) => bearer(key + "a".repeat(10_000))],
  ["a name that every object has", () => bearer("constructor")],
  ["the administrator's name", () => bearer("administrator")],
  ["the administrator's key without its end", () => bearer(RIGHT.slice(0, -1))],
  ["the administrator's key in another case", () => bearer(RIGHT.toUpperCase())],
  ["an empty key, as unset settings are", () => bearer("undefined")],
  ["the console's password", () => bearer("test-console-password")],
  ["the client secret of the gateway", () => bearer(sandboxDefaults.client_secret)],
  [
    "the word of our own console",
    () => ({ "x-vouched": "administrator", "cf-access-jwt-assertion": "x" }),
  ],
];

/** The id of the one and the secret of the other; the checksum fits neither. */
function mixed(key: string, other: string): string {
  const place = "chk_test_".length + 12;
  return key.slice(0, place) + other.slice(place);
}

describe("a refund with", () => {
  test.each(refused)("%s gets 401 unauthorized and moves nothing", async (_, headersOf) => {
    const made = await paidOrder();
    const [{ key }, { key: other }] = [await makeKey(["refund"]), await makeKey(["read"])];
    const body = JSON.stringify({ merchant_refund_reference: "stolen-1" });
    const headers = new Headers(headersOf(key, other));
    headers.set("content-type", "application/json");
    const response = await leavesNothing(made.order_id, async () =>
      come(`/v1/orders/${made.order_id}/refunds`, { method: "POST", headers, body }),
    );
    const problem = await expectProblem(response, 401, "unauthorized");
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    for (const secret of [key, RIGHT]) expect(JSON.stringify(problem)).not.toContain(secret);
  });

  test("nothing changed is done: the rows above are about this key", async () => {
    const made = await paidOrder();
    const { key } = await makeKey(["refund"]);
    const done = await refundBy(key, made.order_id, "own-1", 100);
    expect(done.status).toBe(201);
  });

  test.each(["?key=", "?api_key=", "?access_token=", "?authorization=Bearer%20"])(
    "the key in the address (%s) gets 401, and nothing else is said of it",
    async (query) => {
      const made = await paidOrder();
      const { key } = await makeKey(["refund"]);
      const path = `/v1/orders/${made.order_id}${query}${key}`;
      const response = await leavesNothing(made.order_id, async () => come(path, {}));
      const problem = await expectProblem(response, 401, "unauthorized");
      expect(JSON.stringify(problem)).not.toContain(key);
    },
  );
});

const refundBy = async (key: string, id: string, reference: string, value?: number) =>
  api<{ readonly code?: string }>(
    "POST",
    `/v1/orders/${id}/refunds`,
    {
      merchant_refund_reference: reference,
      ...(value === undefined ? {} : { amount: inr(value) }),
    },
    key,
  );

/** What a thief of a key of these scopes wants, and what they get. */
const wishes: readonly (readonly [
  string,
  readonly Scope[],
  number,
  string,
  (key: string, id: string) => readonly [string, string, unknown],
])[] = [
  [
    "everything, for a new key of their own",
    SCOPES.filter((scope) => scope !== "admin"),
    403,
    "scope_missing",
    () => ["POST", "/v1/keys", { name: "Mine", scopes: ["admin"] }],
  ],
  [
    "money, for a key that may make keys and no refunds",
    ["admin"],
    403,
    "scope_missing",
    () => ["POST", "/v1/keys", { name: "Mine", scopes: ["refund"] }],
  ],
  [
    "the bodies of messages and the customers, for a key that reads",
    ["admin", "read"],
    403,
    "scope_missing",
    () => ["POST", "/v1/keys", { name: "Mine", scopes: ["read", "customer", "messages:raw"] }],
  ],
  [
    "the name of the administrator in the audit",
    ["admin", "read"],
    409,
    "key_name_taken",
    () => ["POST", "/v1/keys", { name: "ADMINISTRATOR", scopes: ["read"] }],
  ],
  [
    "a name that looks like the administrator's",
    ["admin", "read"],
    409,
    "key_name_taken",
    () => ["POST", "/v1/keys", { name: "adm1n-istrator", scopes: ["read"] }],
  ],
  [
    "a scope that is none",
    ["admin"],
    422,
    "body_invalid",
    () => ["POST", "/v1/keys", { name: "Mine", scopes: ["*"] }],
  ],
  [
    "another's name under the refund",
    ["refund"],
    422,
    "body_invalid",
    (_, id) => [
      "POST",
      `/v1/orders/${id}/refunds`,
      { merchant_refund_reference: "x", requested_by: "administrator" },
    ],
  ],
  [
    "money through a key that only reads",
    ["read", "customer", "messages:raw"],
    403,
    "scope_missing",
    (_, id) => ["POST", `/v1/orders/${id}/refunds`, { merchant_refund_reference: "x" }],
  ],
  [
    "money through a key for links",
    ["read", "links", "fulfill", "settlements"],
    403,
    "scope_missing",
    (_, id) => ["POST", `/v1/orders/${id}/refunds`, { merchant_refund_reference: "x" }],
  ],
  [
    "to start the money again that somebody stopped",
    ["read", "refund", "capture"],
    403,
    "scope_missing",
    () => ["POST", "/v1/money/resume", { reason: "all is well" }],
  ],
  [
    "to read what the audit says of them",
    ["refund", "read"],
    403,
    "scope_missing",
    () => ["GET", "/v1/audit", undefined],
  ],
  [
    "a refund of less than nothing",
    ["refund"],
    422,
    "body_invalid",
    (_, id) => [
      "POST",
      `/v1/orders/${id}/refunds`,
      { merchant_refund_reference: "x", amount: inr(-100) },
    ],
  ],
];

describe("somebody with a key wants", () => {
  test.each(wishes)("%s (%j): %d %s", async (_, scopes, status, code, wish) => {
    const made = await paidOrder();
    const { key } = await makeKey(scopes);
    const [method, path, body] = wish(key, made.order_id);
    const answer = await leavesNothing(made.order_id, async () =>
      api<{ readonly code: string }>(method, path, body, key),
    );
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test("more than one refund may be, in many small ones: each passes, the limit of a day does not", async () => {
    const made = await paidOrder();
    const refund_limit = { per_refund: 10_000, per_day: 25_000 };
    const { key } = await makeKey(["refund"], { refund_limit });
    const answers: (readonly [number, string | undefined])[] = [];
    for (const reference of ["slice-1", "slice-2", "slice-3"]) {
      const { status, body } = await refundBy(key, made.order_id, reference, 10_000);
      answers.push([status, body.code]);
    }
    expect(answers).toEqual([
      [201, undefined],
      [201, undefined],
      [422, "key_limit_day"],
    ]);
    expect((await gatewayBooks()).totals[made.order_id]).toMatchObject({ refunded: 20_000 });
  });

  test("more than one refund may be, in one refund of everything that is left", async () => {
    const made = await paidOrder();
    const { key } = await makeKey(["refund"], { refund_limit: { per_refund: 10_000 } });
    const before = await moves();
    const answer = await refundBy(key, made.order_id, "all-of-it");
    expect([answer.status, answer.body.code]).toEqual([422, "key_limit_refund"]);
    expect(await moves()).toBe(before);
  });

  test("the refund of another again, under its reference with another amount", async () => {
    const made = await paidOrder();
    const { key } = await makeKey(["refund"]);
    expect((await refundBy(key, made.order_id, "once", 10_000)).status).toBe(201);
    const before = await moves();
    expect((await refundBy(key, made.order_id, "once", 20_000)).status).toBe(409);
    expect((await refundBy(key, made.order_id, "once", 10_000)).status).toBe(201);
    expect(await moves()).toBe(before);
  });
});

test("whoever has the administrator's key has everything: the row that no other row contradicts", async () => {
  const response = await come("/v1/audit", { headers: administrator });
  expect(response.status).toBe(200);
});
