import { describe, expect, it } from "vitest";
import { createGateway } from "../../src/pinelabs/client";
import { answers, breaks, CLIENT_SECRET, fakeGateway, memoryTokens, START } from "./fake-gateway";
import { fixture } from "./fixture";

const ORDER_ID = "v1-260118000000-aa-Order1";
const order = { order_id: ORDER_ID, type: "CHARGE", status: "PROCESSED" };
const good = answers(200, order);
const denied = answers(401, { code: "UNAUTHORIZED", message: "token expired" });
const LIMIT = 15_000;
const MINUTE = 60_000;

function bearers(fake: ReturnType<typeof fakeGateway>): readonly (string | null)[] {
  return fake.calls.map(({ headers }) => headers.get("authorization"));
}

describe("the token", () => {
  it("is asked for as documented", async () => {
    const fake = fakeGateway([good]);
    await createGateway(fake.options).getOrder(ORDER_ID, LIMIT);
    const [seen] = fake.tokenCalls;
    expect(seen?.method).toBe("POST");
    expect(seen?.url).toBe("https://gateway.example/api/auth/v1/token");
    expect(JSON.parse(seen?.body ?? "")).toEqual({
      client_id: "client-1",
      client_secret: CLIENT_SECRET,
      grant_type: "client_credentials",
    });
    expect(seen?.headers.has("authorization")).toBe(false);
  });

  it("is used for every call, and shared by all gateways of one account", async () => {
    const tokens = memoryTokens();
    const first = fakeGateway([good], { tokens });
    const gateway = createGateway(first.options);
    await gateway.getOrder(ORDER_ID, LIMIT);
    await gateway.getOrder(ORDER_ID, LIMIT);
    expect(first.tokenCalls).toHaveLength(1);
    const second = fakeGateway([good], { tokens });
    await createGateway(second.options).getOrder(ORDER_ID, LIMIT);
    expect(second.tokenCalls).toHaveLength(0);
    expect(bearers(second)).toEqual(["Bearer token-1"]);
  });

  it("is never another account's", async () => {
    const tokens = memoryTokens();
    const first = fakeGateway([good], { tokens });
    await createGateway(first.options).getOrder(ORDER_ID, LIMIT);
    for (const change of [
      { client_secret: "rotated" },
      { client_id: "client-2" },
      { base_url: "https://uat.example" },
    ]) {
      const other = fakeGateway([good], { tokens });
      await createGateway({ ...other.options, ...change }).getOrder(ORDER_ID, LIMIT);
      expect(other.tokenCalls).toHaveLength(1);
    }
  });

  it("is kept without the credentials", async () => {
    const tokens = memoryTokens();
    await createGateway(fakeGateway([good], { tokens }).options).getOrder(ORDER_ID, LIMIT);
    expect(JSON.stringify(tokens.kept)).not.toContain(CLIENT_SECRET);
    expect(JSON.stringify(tokens.kept)).not.toContain("client-1");
  });

  it.each([
    ["expires_in: an hour", { expires_in: 3600 }, 59 * MINUTE],
    ["expires_in as text", { expires_in: "3600" }, 59 * MINUTE],
    [
      "expires_at, with microseconds",
      { expires_at: "2026-01-18T07:00:00.604315Z" },
      59 * MINUTE + 604,
    ],
    ["both: the time counts", { expires_at: "2026-01-18T06:10:00Z", expires_in: 3600 }, 9 * MINUTE],
    ["neither", {}, 9 * MINUTE],
    ["an unreadable time", { expires_at: "later", expires_in: 600 }, 9 * MINUTE],
    ["nonsense", { expires_in: -5 }, 9 * MINUTE],
    ["five minutes", { expires_in: 300 }, 4 * MINUTE],
    ["a minute and a half", { expires_in: 90 }, 45_000],
    ["two seconds", { expires_in: 2 }, 1000],
  ])("is renewed early: %s", async (_, answer, useful) => {
    const tokenScript = [
      answers(200, { access_token: "first", ...answer }),
      answers(200, { data: { access_token: "second", expires_in: 3600 } }),
    ];
    const fake = fakeGateway([good], { tokenScript });
    const gateway = createGateway(fake.options);
    await gateway.getOrder(ORDER_ID, LIMIT);
    fake.now = START + useful - 1;
    await gateway.getOrder(ORDER_ID, LIMIT);
    fake.now = START + useful;
    await gateway.getOrder(ORDER_ID, LIMIT);
    expect(bearers(fake)).toEqual(["Bearer first", "Bearer first", "Bearer second"]);
  });

  it("that ended before it came is used once and not kept", async () => {
    const tokens = memoryTokens();
    const tokenScript = [answers(200, { access_token: "t", expires_at: "2020-01-01T00:00:00Z" })];
    const fake = fakeGateway([good], { tokens, tokenScript });
    expect((await createGateway(fake.options).getOrder(ORDER_ID, LIMIT)).ok).toBe(true);
    expect(tokens.kept).toBeNull();
  });

  it.each([
    "token-response-expires_at.json",
    "token-response-expires_in.json",
    "token-response-wrapped.json",
  ])("is read from %s", async (name) => {
    const fake = fakeGateway([good], { tokenScript: [answers(200, fixture(name))] });
    expect((await createGateway(fake.options).getOrder(ORDER_ID, LIMIT)).ok).toBe(true);
    expect(bearers(fake)[0]).toMatch(/^Bearer eyJ/);
  });
});

describe("a refused token", () => {
  it("is dropped, and the call repeated once with a new one, a write too", async () => {
    const tokens = memoryTokens();
    const fake = fakeGateway([denied, good], { tokens });
    expect((await createGateway(fake.options).getOrder(ORDER_ID, LIMIT)).ok).toBe(true);
    expect(bearers(fake)).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect(tokens.dropped).toEqual(["token-1"]);
    expect(tokens.kept?.token).toBe("token-2");

    const link = { payment_link_id: "pl-v1-1" };
    const write = fakeGateway([denied, answers(200, link)]);
    const answer = await createGateway(write.options).cancelLink("pl-v1-1", "key-1", LIMIT);
    expect(answer.ok).toBe(true);
    expect(write.calls.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
      "key-1",
      "key-1",
    ]);
  });

  it("is the credentials' fault when a new one is refused too", async () => {
    const fake = fakeGateway([denied]);
    const answer = await createGateway(fake.options).getOrder(ORDER_ID, LIMIT);
    expect(answer).toMatchObject({
      failure: { code: "gateway_unauthorized", message: "token expired" },
    });
    expect(fake.calls).toHaveLength(2);
  });

  it("leaves a newer one that somebody else fetched meanwhile", async () => {
    const tokens = memoryTokens();
    await createGateway(fakeGateway([good], { tokens }).options).getOrder(ORDER_ID, LIMIT);
    const kept = tokens.kept;
    if (kept === null) throw new Error("nothing kept");
    const fake = fakeGateway(
      [
        () => {
          tokens.kept = { ...kept, token: "newer" };
          return new Response("", { status: 401 });
        },
        good,
      ],
      { tokens },
    );
    expect((await createGateway(fake.options).getOrder(ORDER_ID, LIMIT)).ok).toBe(true);
    expect(bearers(fake)).toEqual(["Bearer token-1", "Bearer newer"]);
    expect(fake.tokenCalls).toHaveLength(0);
  });
});

describe("asking for a token", () => {
  it.each([400, 401, 403, 422])("with %d means that the credentials are wrong", async (status) => {
    const refused = answers(status, { code: "INVALID_REQUEST", message: `bad ${CLIENT_SECRET}` });
    const fake = fakeGateway([good], { tokenScript: [refused] });
    const answer = await createGateway(fake.options).getOrder(ORDER_ID, LIMIT);
    expect(answer).toMatchObject({ failure: { code: "gateway_unauthorized", message: "bad •••" } });
    expect(fake.tokenCalls).toHaveLength(1);
    expect(fake.calls).toHaveLength(0);
  });

  it.each([
    ["a server error", answers(500, "")],
    ["a broken connection", breaks],
    ["a request too many", answers(429, "")],
  ])("is repeated after %s, for a write too", async (_, trouble) => {
    const token = answers(200, { access_token: "t" });
    const fake = fakeGateway([answers(200, { payment_link_id: "pl-v1-1" })], {
      tokenScript: [trouble, trouble, token],
    });
    expect((await createGateway(fake.options).cancelLink("pl-v1-1", "k", LIMIT)).ok).toBe(true);
    expect(fake.tokenCalls).toHaveLength(3);
    expect(fake.calls).toHaveLength(1);
  });

  it.each([
    ["a page", answers(200, "<html>")],
    ["no token", answers(200, { token: "x" })],
    ["an empty token", answers(200, { access_token: "" })],
    ["a token that is no header", answers(200, { access_token: "a\r\nx-evil: 1" })],
    ["a redirect", answers(302, "", { location: "https://elsewhere.example" })],
    ["no such route", answers(404, { code: "NOT_FOUND", message: "no" })],
    ["a server error", answers(503, "")],
  ])("ends with %s as unavailable", async (_, reply) => {
    const fake = fakeGateway([good], { tokenScript: [reply] });
    const answer = await createGateway(fake.options).getOrder(ORDER_ID, LIMIT);
    expect(answer).toMatchObject({ failure: { code: "gateway_unavailable" } });
    expect(fake.calls).toHaveLength(0);
  });

  it("does without a store that fails", async () => {
    const broken = () => Promise.reject(new Error("no store"));
    const fake = fakeGateway([denied, good], {
      tokens: { read: broken, write: broken, drop: broken },
    });
    expect((await createGateway(fake.options).getOrder(ORDER_ID, LIMIT)).ok).toBe(true);
    const thrower = () => {
      throw new Error("no store");
    };
    const worse = fakeGateway([good], { tokens: { read: thrower, write: thrower, drop: thrower } });
    expect((await createGateway(worse.options).getOrder(ORDER_ID, LIMIT)).ok).toBe(true);
  });
});

describe("checking the credentials", () => {
  it("asks for a new token and nothing else, whatever is kept", async () => {
    const tokens = memoryTokens();
    const fake = fakeGateway([good], { tokens });
    const gateway = createGateway(fake.options);
    expect(await gateway.checkCredentials(LIMIT)).toEqual({ ok: true, value: null });
    expect(await gateway.checkCredentials(LIMIT)).toEqual({ ok: true, value: null });
    expect(fake.tokenCalls).toHaveLength(2);
    expect(fake.calls).toHaveLength(0);
    expect(tokens.kept?.token).toBe("token-2");
  });

  it("says that they are wrong", async () => {
    const fake = fakeGateway([], { tokenScript: [answers(401, "")] });
    expect(await createGateway(fake.options).checkCredentials(LIMIT)).toMatchObject({
      failure: { code: "gateway_unauthorized" },
    });
  });
});
