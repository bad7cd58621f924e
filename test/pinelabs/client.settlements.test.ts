// How the settlement report is asked for: its routes, its time zone, and that it is read with the same
// patience and the same distrust as everything else of the gateway's.
import { describe, expect, it } from "vitest";
import { createGateway } from "../../src/pinelabs/client";
import type { Gateway, GatewayFailure } from "../../src/pinelabs/gateway";
import type { Result } from "../../src/domain/result";
import { answers, breaks, fakeGateway, hangs, type Reply, START } from "./fake-gateway";
import { fixture } from "./fixture";

const LIMIT = 15_000;
const UTR = "602009155310";
const DAYS = { from: "2026-11-01", to: "2026-11-03" };

type Ask = (gateway: Gateway, limit?: number) => Promise<Result<object, GatewayFailure>>;

const reads: readonly (readonly [string, Ask, object, string])[] = [
  [
    "listSettlements",
    (g, limit = LIMIT) => g.listSettlements(DAYS, 1, limit),
    fixture("settlement-list-response.json"),
    "/list?start_date=2026-11-01T00:00:00&end_date=2026-11-03T23:59:59&page=1&per_page=10",
  ],
  [
    "getSettlement",
    (g, limit = LIMIT) => g.getSettlement(UTR, 3, limit),
    fixture("settlement-by-utr-response.json"),
    `/detail/${UTR}?page=3&per_page=10`,
  ],
];

async function run(ask: Ask, script: readonly Reply[], limit = LIMIT) {
  const fake = fakeGateway(script);
  const answer = await ask(createGateway(fake.options), limit);
  return { answer, code: answer.ok ? "ok" : answer.failure.code, fake };
}

describe.each(reads)("%s", (_name, ask, body, route) => {
  it("goes to the documented route, without a key", async () => {
    const { code, fake } = await run(ask, [answers(200, body)]);
    expect(code).toBe("ok");
    expect(fake.calls).toMatchObject([
      { method: "GET", url: `https://gateway.example/api/settlements/v1${route}`, body: null },
    ]);
    expect(fake.calls[0]?.headers.get("authorization")).toBe("Bearer token-1");
    expect(fake.calls[0]?.headers.has("idempotency-key")).toBe(false);
  });

  it.each<[string, Reply]>([
    ["a 500", answers(500, { code: "INTERNAL_ERROR", message: "down" })],
    ["a server's HTML", answers(502, "<html>")],
    ["a broken connection", breaks],
    ["a request too many", answers(429, "")],
  ])("is asked again after %s", async (_trouble, trouble) => {
    const { code, fake } = await run(ask, [trouble, trouble, answers(200, body)]);
    expect(code).toBe("ok");
    expect(fake.slept).toEqual([200, 400]);
    const lost = await run(ask, [trouble]);
    expect(lost.answer.ok).toBe(false);
    expect(lost.fake.calls).toHaveLength(3);
  });

  it("waits as long as Retry-After says, or hands it on where that does not fit", async () => {
    const patient = await run(ask, [answers(429, "", { "retry-after": "3" }), answers(200, body)]);
    expect(patient.code).toBe("ok");
    expect(patient.fake.slept).toEqual([3000]);
    const later = new Date(START + 60_000).toUTCString();
    const { answer, fake } = await run(ask, [answers(429, "", { "retry-after": later })]);
    expect(answer).toMatchObject({
      failure: { code: "gateway_rate_limited", retry_after: 60_000 },
    });
    expect(fake.calls).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ["HTML", answers(200, "<html>welcome</html>")],
    ["nothing", answers(200, "")],
    ["no content", answers(204, "")],
    ["an order", answers(200, { data: { order_id: "v1-1", status: "PROCESSED" } })],
    ["what is too large", answers(200, { ...body, notes: "x".repeat(1_100_000) })],
    ["a redirect", answers(302, "", { location: "https://elsewhere.example" })],
    ["a proxy's refusal", answers(403, "<html>blocked</html>")],
  ])("takes %s for no answer, and does not ask again", async (_what, reply) => {
    const { code, fake } = await run(ask, [reply]);
    expect(code).toBe("gateway_unavailable");
    expect(fake.calls).toHaveLength(1);
  });

  it("is given up at its time limit", async () => {
    expect((await run(ask, [hangs], 20)).code).toBe("gateway_unavailable");
  });

  it("is repeated with a new token after a 401, and refused with the gateway's own words", async () => {
    const refused = answers(401, { code: "UNAUTHORIZED", message: "expired" });
    const { code, fake } = await run(ask, [refused, answers(200, body)]);
    expect(code).toBe("ok");
    expect(fake.tokenCalls).toHaveLength(2);
    const { answer } = await run(ask, [answers(400, { code: "INVALID_RANGE", message: "long" })]);
    expect(answer).toMatchObject({
      failure: { code: "gateway_refused", status: 400, gateway_code: "INVALID_RANGE" },
    });
  });
});

it("reads the report's times in the zone of the setting", async () => {
  const { options } = fakeGateway([answers(200, fixture("settlement-list-response.json"))]);
  const gateway = createGateway({ ...options, settlement_zone: "UTC" });
  expect(await gateway.listSettlements(DAYS, 1, LIMIT)).toMatchObject({
    value: { rows: [{ settled_at: Date.parse("2026-01-20T11:04:51Z") }, {}, {}, {}, {}, {}, {}] },
  });
});

it("escapes the UTR that it is asked for", async () => {
  const { options, calls } = fakeGateway([answers(404, { code: "NOT_FOUND", message: "no" })]);
  await createGateway(options).getSettlement("a/../b?c#d", 1, LIMIT);
  expect(calls[0]?.url).toBe(
    "https://gateway.example/api/settlements/v1/detail/a%2F..%2Fb%3Fc%23d?page=1&per_page=10",
  );
});
