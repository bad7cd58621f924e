// "Is it really paid, and is it mine to deliver?", asked by the storefront with a token and by the
// merchant's server with anything that it has.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Doors } from "../../src/http/doors";
import { atGateway, closeHouse, createLink, type Made, openHouse, pass } from "../actor/house";
import { turn } from "../sandbox/gateway";
import { administrator, call, expectProblem, faultsOf, knock, visit } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

const unknownToken = `${"A".repeat(24)}.order_ref_12345`;

interface Verdict {
  readonly verdict: string;
  readonly fulfill: boolean;
  readonly mismatch: readonly string[];
  readonly [member: string]: unknown;
}

async function verify(body: unknown): Promise<Verdict> {
  const response = await call("POST", "/v1/verify", body);
  expect(response.status).toBe(200);
  return response.json();
}

async function paidLink(): Promise<Made> {
  const made = await createLink();
  await atGateway(made.link_id, "pay");
  pass(11_000);
  return made;
}

describe("GET /v1/verdicts/{token}", () => {
  test("asks the gateway and answers exactly the documented members", async () => {
    const made = await paidLink();
    const response = await knock(`/v1/verdicts/${made.token}`);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        verdict: "paid",
        fulfill: true,
        stage: "paid",
        order_id: made.order_id,
        merchant_reference: made.reference,
        amount: { value: 150_000, currency: "INR" },
        amount_due: { value: 0, currency: "INR" },
        captured: { value: 150_000, currency: "INR" },
        refunded: { value: 0, currency: "INR" },
        checked_at: expect.stringMatching(/^2031-01-15T/),
        source: "inquiry",
        signature: "unchecked",
        mismatch: [],
        claim: null,
      },
    ]);
  });

  test("shows no personal data and no token", async () => {
    const made = await paidLink();
    const text = await (await knock(`/v1/verdicts/${made.token}`)).text();
    expect(text).not.toMatch(/asha|9000000001|kurta/);
    expect(text).not.toContain(made.token.split(".")[0]);
  });

  test.each([
    ["that nobody has", unknownToken],
    ["of no form", "token"],
    ["with another actor's name in it", `${"A".repeat(24)}.unrouted:0`],
  ])("a token %s is 404", async (_, token) => {
    await expectProblem(await knock(`/v1/verdicts/${token}`), 404, "token_unknown");
  });

  test("the secret half must be right to the last character", async () => {
    const made = await createLink();
    const last = made.token[23] === "A" ? "B" : "A";
    const forged = `${made.token.slice(0, 23)}${last}.${made.reference}`;
    await expectProblem(await knock(`/v1/verdicts/${forged}`), 404, "token_unknown");
  });

  test("an unknown query parameter is named", async () => {
    const response = await knock(`/v1/verdicts/${unknownToken}?expect=1`);
    const problem = await expectProblem(response, 400, "query_invalid");
    expect(faultsOf(problem)).toEqual({ expect: "is not known" });
  });

  test("answers from the facts, with their age, when the gateway can not be reached", async () => {
    const made = await createLink();
    pass(11_000);
    await turn({ answers: [{ operation: "*", times: -1, status: 500 }] });
    const verdict: Verdict = await (await knock(`/v1/verdicts/${made.token}`)).json();
    expect(verdict).toMatchObject({
      verdict: "pending",
      fulfill: false,
      checked_at: "2031-01-15T06:00:00.000Z",
    });
  });
});

describe("another origin's page", () => {
  const storefront = "https://shop.test";

  const known = (doors: Doors): Doors => ({
    ...doors,
    config: { ...doors.config, storefront_origins: [storefront] },
  });

  test("of a storefront may read verdicts, and errors too, without cookies", async () => {
    const made = await createLink();
    const headers = { origin: storefront };
    for (const token of [made.token, unknownToken]) {
      const response = await visit(known, `/v1/verdicts/${token}`, { headers });
      expect(response.headers.get("access-control-allow-origin")).toBe(storefront);
      expect(response.headers.get("access-control-allow-credentials")).toBeNull();
      expect(response.headers.get("vary")).toBe("origin");
    }
  });

  test("asks first, and a storefront's is told that it may read", async () => {
    const ask = async (from: string) =>
      visit(known, `/v1/verdicts/${unknownToken}`, {
        method: "OPTIONS",
        headers: { origin: from, "access-control-request-method": "GET" },
      });
    const allowed = await ask(storefront);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(storefront);
    expect(allowed.headers.get("access-control-allow-methods")).toBe("GET");
    expect(allowed.headers.get("x-request-id")).toMatch(/./);
    const refused = await ask("https://evil.test");
    expect(refused.status).toBe(204);
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
    expect(refused.headers.get("access-control-allow-methods")).toBeNull();
  });

  test("never reads what wants a key", async () => {
    const headers = { origin: storefront, ...administrator };
    const response = await visit(known, "/v1/orders", { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    const preflight = await visit(known, "/v1/verify", { method: "OPTIONS", headers });
    expect(preflight.status).toBe(405);
  });

  test.each(["https://evil.test", "null", "https://chukta.test.evil.test"])(
    "%s may not read a verdict",
    async (origin) => {
      const made = await createLink();
      const response = await knock(`/v1/verdicts/${made.token}`, { headers: { origin } });
      expect(response.status).toBe(200);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(response.headers.get("vary")).toBe("origin");
    },
  );
});

describe("POST /v1/verify", () => {
  test("answers for an order, a link, a reference, a token, and a redirect's fields", async () => {
    const made = await paidLink();
    const questions = [
      { order_id: made.order_id },
      { payment_link_id: made.link_id },
      { reference: made.reference },
      { token: made.token },
      { fields: { order_id: made.order_id, status: "PROCESSED" } },
      { token: made.token, fields: { order_id: made.order_id, status: "PROCESSED" } },
    ];
    for (const question of questions) {
      expect(await verify(question)).toMatchObject({ verdict: "paid", order_id: made.order_id });
    }
  });

  test("a link that nobody paid is pending, whatever the redirect's fields say", async () => {
    const made = await createLink();
    const fields = { order_id: made.order_id, status: "PROCESSED", signature: "00".repeat(32) };
    expect(await verify({ fields })).toMatchObject({
      verdict: "pending",
      fulfill: false,
      signature: "invalid",
    });
  });

  test("what the storefront expects must fit, or it is not to deliver", async () => {
    const made = await paidLink();
    const right = {
      merchant_reference: made.reference,
      payment_link_id: made.link_id,
      order_id: made.order_id,
      amount: { value: 150_000, currency: "INR" },
    };
    expect(await verify({ token: made.token, expect: right })).toMatchObject({
      fulfill: true,
      mismatch: [],
    });
    const wrong: readonly (readonly [string, unknown])[] = [
      ["merchant_reference", "another-cart"],
      ["payment_link_id", "pl-v1-310115060000-aa-Other"],
      ["order_id", "v1-310115060000-aa-Other"],
      ["amount", { value: 1_000_000, currency: "INR" }],
    ];
    for (const [field, value] of wrong) {
      const verdict = await verify({ token: made.token, expect: { ...right, [field]: value } });
      expect(verdict).toMatchObject({ verdict: "paid", fulfill: false, mismatch: [field] });
    }
  });

  test.each([
    ["order_id", "v1-310115060000-aa-NoBody", "order_unknown"],
    ["payment_link_id", "pl-v1-310115060000-aa-NoBody", "link_unknown"],
    ["reference", "no-such-reference", "order_unknown"],
    ["token", unknownToken, "token_unknown"],
  ])("an unknown %s is 404", async (key, value, code) => {
    await expectProblem(await call("POST", "/v1/verify", { [key]: value }), 404, code);
  });

  test.each([
    ["nothing to ask about", {}, { "": /give one of/ }],
    [
      "two keys",
      { order_id: "v1-x1", reference: "r" },
      { "/order_id": /one of/, "/reference": /one of/ },
    ],
    ["an order id of no form", { order_id: "reference:x" }, { "/order_id": /order id/ }],
    ["a link's id as an order's", { order_id: "pl-v1-x" }, { "/order_id": /order id/ }],
    ["a number as a reference", { reference: 7 }, { "/reference": /string/ }],
    [
      "fields without an order",
      { fields: { status: "PROCESSED" } },
      { "/fields/order_id": /order id/ },
    ],
    ["a field that is no text", { fields: { order_id: 1 } }, { "/fields/order_id": /./ }],
    ["an unknown field", { token: unknownToken, claims: {} }, { "/claims": /not a known field/ }],
    ["an empty expectation", { token: unknownToken, expect: {} }, { "/expect": /expected/ }],
    [
      "an expectation of null",
      { token: unknownToken, expect: { amount: null } },
      { "/expect/amount": /./ },
    ],
    [
      "an unknown expectation",
      { token: unknownToken, expect: { amout: 1 } },
      { "/expect/amout": /not a known field/ },
    ],
    [
      "an amount in rupees",
      { token: unknownToken, expect: { amount: { value: 15.5, currency: "INR" } } },
      { "/expect/amount/value": /./ },
    ],
  ])("%s is 422 with a pointer", async (_, body, faults) => {
    const problem = await expectProblem(
      await call("POST", "/v1/verify", body),
      422,
      "body_invalid",
    );
    const found = faultsOf(problem);
    for (const [pointer, detail] of Object.entries(faults)) expect(found[pointer]).toMatch(detail);
  });

  test("a body that is no JSON object is told so, at any depth", async () => {
    const cases: readonly (readonly [string, number, string])[] = [
      ["", 400, "json_invalid"],
      ["{", 400, "json_invalid"],
      ["token=x", 400, "json_invalid"],
      ["[]", 422, "body_invalid"],
      ["null", 422, "body_invalid"],
      ['"x"', 422, "body_invalid"],
      ["[".repeat(100_000), 422, "body_invalid"],
      [`{"fields":${"[".repeat(50)}${"]".repeat(50)}}`, 422, "body_invalid"],
    ];
    for (const [body, status, code] of cases) {
      await expectProblem(await call("POST", "/v1/verify", body), status, code);
    }
    const large = JSON.stringify({ token: "x".repeat(256 * 1024) });
    await expectProblem(await call("POST", "/v1/verify", large), 413, "body_too_large");
  });

  test("a name that looks like a prototype's is a name like any other", async () => {
    const response = await call(
      "POST",
      "/v1/verify",
      '{"__proto__":{"token":"x"},"constructor":1}',
    );
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(faultsOf(problem)).toMatchObject({ "/constructor": "is not a known field" });
  });
});
