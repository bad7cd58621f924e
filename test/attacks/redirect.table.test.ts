// The customer's redirect and the tokens in addresses: what somebody sends who wants goods for nothing, or to
// see what another person bought. A redirect proves nothing (law 5): whatever it says, the gateway is asked, and
// its word is told. What each kind of lie shows the customer: test/http/callback.test.ts; the rest: docs/attacks.md.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { signCallback } from "../../src/sandbox/signing";
import { api, closeHouse, createLink, type Made, openHouse, order } from "../actor/house";
import { paidOrder } from "../actor/money";
import { NO_LIMITS, visit } from "../http/door";
import { leavesNothing } from "./traces";

beforeEach(openHouse);
afterEach(closeHouse);

type Pairs = readonly (readonly [string, string])[];

/** What the gateway would say of a success, to be signed or spoilt. */
const success = (made: Made): Record<string, string> => ({
  order_id: made.order_id,
  status: "PROCESSED",
});

const sign = async (fields: Record<string, string>): Promise<string> =>
  signCallback(sandboxDefaults.callback_secret, fields);

/** From wherever somebody likes: how often one address may come is tested elsewhere. */
async function come(path: string, init: RequestInit = {}): Promise<Response> {
  return visit((doors) => ({ ...doors, limits: NO_LIMITS }), path, init);
}

/** A form can hold a name twice. */
async function arrive(path: string, pairs: Pairs): Promise<Response> {
  const body = new URLSearchParams(pairs.map(([name, value]) => [name, value]));
  return come(path, { method: "POST", body });
}

const signatures: readonly (readonly [
  string,
  "valid" | "invalid" | "absent",
  (made: Made) => Promise<Pairs>,
])[] = [
  ["none at all", "absent", async (made) => Object.entries(success(made))],
  ["an empty one", "absent", async (made) => [...Object.entries(success(made)), ["signature", ""]]],
  [
    "one of another secret",
    "invalid",
    async (made) => [
      ...Object.entries(success(made)),
      ["signature", await signCallback("00".repeat(32), success(made))],
    ],
  ],
  [
    "one of no secret: every key of zeros is the same",
    "invalid",
    async (made) => [
      ...Object.entries(success(made)),
      ["signature", await signCallback("00", success(made))],
    ],
  ],
  [
    "one of a failure, with the status made a success",
    "invalid",
    async (made) => [
      ...Object.entries(success(made)),
      ["signature", await sign({ ...success(made), status: "FAILED" })],
    ],
  ],
  [
    "one of another order",
    "invalid",
    async (made) => [
      ...Object.entries(success(made)),
      ["signature", await sign(success(await createLink()))],
    ],
  ],
  [
    "one over fewer fields than were sent",
    "invalid",
    async (made) => [
      ...Object.entries(success(made)),
      ["signature", await sign({ order_id: made.order_id })],
    ],
  ],
  [
    "one over nothing",
    "invalid",
    async (made) => [...Object.entries(success(made)), ["signature", await sign({})]],
  ],
  [
    "the first value of a status that comes twice, the second signed",
    "invalid",
    async (made) => [
      ["status", "FAILED"],
      ...Object.entries(success(made)),
      ["signature", await sign(success(made))],
    ],
  ],
  [
    "two signatures, the second one right",
    "invalid",
    async (made) => [
      ...Object.entries(success(made)),
      ["signature", "00".repeat(32)],
      ["signature", await sign(success(made))],
    ],
  ],
  [
    "a right one in another case and order, which proves nothing either",
    "valid",
    async (made) => [
      ["signature", (await sign(success(made))).toLowerCase()],
      ...Object.entries(success(made)).toReversed(),
    ],
  ],
  [
    "a right one over one field that is written as two: the gateway signs both alike",
    "valid",
    async (made) => [
      ["order_id", `${made.order_id}&status=PROCESSED`],
      ["signature", await sign(success(made))],
    ],
  ],
  [
    "a right one beside names that every object has",
    "valid",
    async (made) => [
      ...Object.entries(success(made)),
      ["__proto__", "x"],
      ["constructor", "x"],
      ["signature", await sign(success(made))],
    ],
  ],
];

describe("the redirect of a link that nobody paid says that it was, and bears", () => {
  test.each(signatures)("%s (%s)", async (_, signature, forge) => {
    const made = await createLink({ callback_url: "https://shop.test/thanks" });
    const pairs = await forge(made);
    const response = await arrive(`/callback/${made.token}`, pairs);
    expect(response.status).toBe(200);
    expect(response.headers.get("location")).toBeNull();
    expect(await response.text()).not.toContain("Payment received");
    const now = await order(made.order_id);
    expect(now).toMatchObject({ stage: "awaiting_payment", captured: { value: 0 } });
    const types = now.discrepancies.map(({ type }) => type);
    expect(types.includes("redirect_signature_invalid")).toBe(signature === "invalid");
    const fields = Object.fromEntries(pairs);
    const verdict = await api("POST", "/v1/verify", { token: made.token, fields });
    expect(verdict.body).toMatchObject({ verdict: "pending", fulfill: false });
  });
});

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The letter beside it, and never the same. */
const beside = (letter: string): string =>
  letters[(letters.indexOf(letter) + 1) % letters.length] ?? "A";

const at = (text: string, place: number, change: (letter: string) => string): string =>
  text.slice(0, place) + change(text.charAt(place)) + text.slice(place + 1);

/** The secret and what follows it, whatever stands between them. */
const secretOf = (token: string): string => token.slice(0, 24);

const guesses: readonly (readonly [string, (token: string, other: string) => string])[] = [
  ["a guess of the right form", (token) => `${"A".repeat(24)}${token.slice(24)}`],
  ["the first character changed", (token) => at(token, 0, beside)],
  ["the last character of the secret changed", (token) => at(token, 23, beside)],
  ["the case of a letter changed", (token) => token.replace(/[a-z]/, (one) => one.toUpperCase())],
  ["the secret of another link", (token, other) => secretOf(other) + token.slice(24)],
  ["one character too few", (token) => token.slice(1)],
  ["one character too many", (token) => `A${token}`],
  ["no reference", (token) => token.slice(0, 25)],
  ["no secret", (token) => token.slice(24)],
  ["another dot", (token) => token.replace(".", "..")],
  ["a tilde for the dot", (token) => token.replace(".", "~")],
  ["a slash for the dot", (token) => token.replace(".", "/")],
  ["an escaped dot", (token) => token.replace(".", "%252E")],
  ["a null at its end", (token) => `${token}%00`],
  ["a space at its end", (token) => `${token}%20`],
  ["a line's end at its end", (token) => `${token}%0A`],
  ["a way up at its end", (token) => `${token}%2F..%2F..`],
  ["the name of an actor for the reference", (token) => `${secretOf(token)}.reference:x`],
  ["a name that every object has", (token) => `${secretOf(token)}.constructor`],
  ["ten thousand characters", (token) => token + "x".repeat(10_000)],
];

describe("a token of a paid link with", () => {
  test.each(guesses)("%s opens nothing", async (_, change) => {
    const made = await paidOrder({ callback_url: "https://shop.test/thanks" });
    const other = await createLink();
    const receipt = await receiptTokenOf(made);
    await leavesNothing(made.order_id, async () => {
      for (const [door, token] of [
        ["/v1/verdicts/", change(made.token, other.token)],
        ["/callback/", change(made.token, other.token)],
        ["/receipt/", change(receipt, other.token)],
      ] as const) {
        const response = await come(door + token);
        const text = await response.text();
        expect([door, response.status]).toEqual([door, 404]);
        expect(response.headers.get("location")).toBeNull();
        expect(text).not.toContain(made.reference);
        expect(text).not.toMatch(/1,500|150000|asha/);
      }
    });
  });

  test("nothing changed opens it: the rows above are about this one", async () => {
    const made = await paidOrder();
    expect((await come(`/v1/verdicts/${made.token}`)).status).toBe(200);
    expect((await come(`/callback/${made.token}`)).status).toBe(200);
    expect((await come(`/receipt/${await receiptTokenOf(made)}`)).status).toBe(200);
  });

  test.each(["/v1/orders/", "/v1/links/"])(
    "all of it right is no key: %s asks for one",
    async (door) => {
      const made = await paidOrder();
      const headers = { authorization: `Bearer ${made.token}` };
      expect((await come(door + made.order_id, { headers })).status).toBe(401);
      expect((await come(`${door}${made.token}`)).status).toBe(401);
    },
  );
});

async function receiptTokenOf(made: Made): Promise<string> {
  const found = await api<{ receipt_url: string }>("GET", `/v1/orders/${made.order_id}/receipt`);
  return new URL(found.body.receipt_url).pathname.replace("/receipt/", "");
}

describe("the customer is sent nowhere but to the merchant's page", () => {
  const evil = "https://evil.test/";
  const ways: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ["return_url in the query", `?return_url=${evil}`, {}],
    ["chukta in the query", `?chukta=${evil}`, {}],
    ["redirect, next, url and to", `?redirect=${evil}&next=${evil}&url=${evil}&to=${evil}`, {}],
    ["a host of one's own", "", { "x-forwarded-host": "evil.test", "x-original-url": evil }],
    ["a way back", "", { referer: evil }],
  ];
  test.each(ways)("%s", async (_, query, headers) => {
    const page = "https://shop.test/thanks?cart=7";
    const made = await paidOrder({ callback_url: page });
    const response = await come(`/callback/${made.token}${query}`, { headers });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${page}&chukta=${made.token}`);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "http://shop.test/",
    "//evil.test/",
    "/\\evil.test",
    "https://shop.test@evil.test/",
    "https:///",
    "https://shop.test/\r\nset-cookie: a=b",
  ])("a link with the page %j is not made", async (callback_url) => {
    const made = await api("POST", "/v1/links", {
      amount: { value: 100, currency: "INR" },
      callback_url,
    });
    expect(made).toMatchObject({ status: 422, body: { code: "body_invalid" } });
  });
});
