import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGateway } from "../../src/pinelabs/client";
import type { Answer, Gateway } from "../../src/pinelabs/gateway";
import {
  answers,
  breaks,
  CLIENT_SECRET,
  fakeGateway,
  hangs,
  memoryTokens,
  type Reply,
  stalls,
  START,
} from "./fake-gateway";
import { fixture, fixtureNames, mutated } from "./fixture";

const ORDER_ID = "v1-260118000000-aa-Order1";
const LINK_ID = "pl-v1-260118000000-aa-Link1";
const LIMIT = 15_000;

const order = { order_id: ORDER_ID, type: "CHARGE", status: "PROCESSED" };
const link = {
  payment_link_id: LINK_ID,
  status: "CREATED",
  merchant_payment_link_reference: "KILN-1",
};
const create = {
  merchant_payment_link_reference: "KILN-1",
  amount: { value: 100, currency: "INR" },
};

type Ask = (gateway: Gateway, limit?: number) => Promise<Answer>;

const reads: readonly (readonly [string, Ask, object, string])[] = [
  ["getLink", (g, limit = LIMIT) => g.getLink(LINK_ID, limit), link, `GET /paymentlink/${LINK_ID}`],
  [
    "getLinkByReference",
    (g, limit = LIMIT) => g.getLinkByReference("KILN-1", limit),
    link,
    "GET /paymentlink/ref/KILN-1",
  ],
  ["getOrder", (g, limit = LIMIT) => g.getOrder(ORDER_ID, limit), order, `GET /orders/${ORDER_ID}`],
];

const writes: readonly (readonly [string, Ask, object, string])[] = [
  [
    "createLink",
    (g, limit = LIMIT) => g.createLink(create, "key-1", limit),
    link,
    "POST /paymentlink",
  ],
  [
    "cancelLink",
    (g, limit = LIMIT) => g.cancelLink(LINK_ID, "key-1", limit),
    link,
    `PUT /paymentlink/${LINK_ID}/cancel`,
  ],
  [
    "notifyLink",
    (g, limit = LIMIT) => g.notifyLink(LINK_ID, "key-1", limit),
    link,
    `PATCH /paymentlink/${LINK_ID}/notify`,
  ],
];

const calls = [...reads, ...writes];
const getOrder: Ask = (gateway, limit = LIMIT) => gateway.getOrder(ORDER_ID, limit);

function code(answer: Answer): string {
  return answer.ok ? "ok" : answer.failure.code;
}

function messageOf(answer: Answer): string {
  return !answer.ok && "message" in answer.failure ? answer.failure.message : "";
}

/** One call against the given answers. */
async function run(ask: Ask, script: readonly Reply[], limit = LIMIT) {
  const fake = fakeGateway(script);
  const answer = await ask(createGateway(fake.options), limit);
  return { answer, fake };
}

describe("a call", () => {
  it.each(calls)(
    "%s goes to the documented route with the documented headers",
    async (name, ask, body, route) => {
      const { answer, fake } = await run(ask, [answers(200, body)]);
      expect(code(answer)).toBe("ok");
      const [seen] = fake.calls;
      expect(`${seen?.method} ${seen?.url}`).toBe(
        route.replace(" ", " https://gateway.example/api/pay/v1"),
      );
      const isWrite = writes.some(([write]) => write === name);
      expect(Object.fromEntries(seen?.headers ?? [])).toEqual({
        authorization: "Bearer token-1",
        "content-type": "application/json",
        accept: "application/json",
        "request-id": "request-2",
        "request-timestamp": "2026-01-18T06:00:00.000Z",
        ...(isWrite ? { "idempotency-key": "key-1" } : {}),
      });
      expect(seen?.body).toBe(name === "createLink" ? JSON.stringify(create) : null);
    },
  );

  it("keeps the path of the base address and escapes what it is asked for", async () => {
    const fake = fakeGateway([answers(404, { code: "NOT_FOUND", message: "no" })], {
      base_url: "http://localhost:8787/sandbox/",
    });
    await createGateway(fake.options).getLinkByReference("a/../b?c=d#e", LIMIT);
    expect(fake.calls[0]?.url).toBe(
      "http://localhost:8787/sandbox/api/pay/v1/paymentlink/ref/a%2F..%2Fb%3Fc%3Dd%23e",
    );
  });

  it.each(calls)("%s reads the answer bare and in `data`", async (_, ask, body) => {
    const bare = await run(ask, [answers(200, body)]);
    const wrapped = await run(ask, [answers(200, { status: "success", data: body })]);
    expect(bare.answer.ok).toBe(true);
    expect(wrapped.answer).toEqual(bare.answer);
  });

  it("answers in our words", async () => {
    const body = fixture("order-processed-captured.json");
    const id = "data" in body ? (body.data as { order_id: string }).order_id : "";
    const { answer } = await run((g) => g.getOrder(id, LIMIT), [answers(200, body)]);
    expect(answer.ok && answer.value.words.map(({ kind }) => kind)).toEqual(["order", "payment"]);
  });

  it("takes 201 for a created link", async () => {
    const { answer } = await run((g) => g.createLink(create, "k", LIMIT), [answers(201, link)]);
    expect(code(answer)).toBe("ok");
  });
});

describe("an answer that is none", () => {
  const strange: readonly (readonly [string, Reply])[] = [
    [
      "about another thing",
      answers(200, {
        ...order,
        ...link,
        order_id: "v1-other",
        payment_link_id: "pl-other",
        merchant_payment_link_reference: "other",
      }),
    ],
    ["about nothing", answers(200, {})],
    ["empty", answers(200, "")],
    ["without content", answers(204, "")],
    ["HTML", answers(200, "<html>welcome</html>")],
    ["a list", answers(200, [order, link])],
    ["too deep", answers(200, `{"a":${"[".repeat(99)}${"]".repeat(99)}}`)],
    [
      "too large",
      answers(200, JSON.stringify({ ...order, ...link, notes: "x".repeat(1_100_000) })),
    ],
    ["not UTF-8", () => new Response(Uint8Array.of(0x7b, 0xff, 0x7d))],
    ["a redirect", answers(302, "", { location: "https://elsewhere.example" })],
    ["a proxy's refusal", answers(403, "<html>blocked</html>")],
    ["a proxy's not found", answers(404, "<html>no such page</html>")],
    ["a refusal without a code", answers(422, { message: "no" })],
  ];

  it.each(strange)("(%s) leaves everything open, and is not asked for again", async (_, reply) => {
    for (const [, ask] of calls) {
      const { answer, fake } = await run(ask, [reply]);
      expect(code(answer)).toBe("gateway_unavailable");
      expect(fake.calls).toHaveLength(1);
    }
  });

  it("is a link of another reference", async () => {
    const other = { ...link, merchant_payment_link_reference: "KILN-2" };
    for (const ask of [reads[1], writes[0]].flatMap((row) => (row ? [row[1]] : []))) {
      expect(code((await run(ask, [answers(200, other)])).answer)).toBe("gateway_unavailable");
    }
  });

  it("never throws, whatever the body is", async () => {
    const names = fixtureNames("order-", "link-", "error-", "refund-");
    const status = fc.constantFrom(200, 201, 400, 401, 404, 409, 422, 429, 500);
    await fc.assert(
      fc.asyncProperty(status, fc.oneof(mutated(names), fc.jsonValue()), async (status, body) => {
        for (const [, ask] of calls) {
          const { answer } = await run(ask, [answers(status, JSON.stringify(body))]);
          if (answer.ok) expect(status).toBeLessThan(300);
        }
      }),
    );
  });
});

describe("the gateway's refusals", () => {
  it.each([
    ["error-404-order.json", 404, "gateway_not_found"],
    ["error-422.json", 422, "gateway_refused"],
    ["error-422-additional-details.json", 422, "gateway_duplicate"],
    ["error-422-additional-payload.json", 422, "gateway_refused"],
    ["error-hosted-checkout.json", 400, "gateway_refused"],
  ])("%s with %d is %s", async (name, status, expected) => {
    for (const [, ask] of calls) {
      const { answer, fake } = await run(ask, [answers(status, fixture(name))]);
      expect(code(answer)).toBe(expected);
      expect(messageOf(answer)).not.toBe("");
      expect(fake.calls).toHaveLength(1);
    }
  });

  it("keep the gateway's status, code and reason", async () => {
    const body = fixture("error-422-additional-payload.json");
    const { answer } = await run(getOrder, [answers(422, body)]);
    expect(answer).toEqual({
      ok: false,
      failure: {
        code: "gateway_refused",
        request_id: "request-2",
        status: 422,
        gateway_code: "PAYMENT_EXPIRED",
        message: "The payment has expired",
      },
    });
    const details = fixture("error-422-additional-details.json");
    const duplicate = await run(getOrder, [answers(422, details)]);
    expect(messageOf(duplicate.answer)).toContain("(reference reused)");
    const hosted = await run(getOrder, [answers(400, fixture("error-hosted-checkout.json"))]);
    expect(hosted.answer).toMatchObject({
      failure: { gateway_code: "4021", message: "merchant_capture_reference is missing" },
    });
  });

  it.each([408, 409, 425])("%d does not say whether anything was done", async (status) => {
    const { answer } = await run(
      (g) => g.createLink(create, "k", LIMIT),
      [answers(status, { code: "CONFLICT", message: "busy" })],
    );
    expect(code(answer)).toBe("gateway_unavailable");
  });
});

describe("repeating", () => {
  const troubles: readonly (readonly [string, Reply])[] = [
    ["a server error", answers(503, { code: "INTERNAL_ERROR", message: "down" })],
    ["a server's HTML", answers(502, "<html>")],
    ["a broken connection", breaks],
    ["a request too many", answers(429, "")],
  ];

  it.each(troubles)("a read is asked again after %s", async (_, trouble) => {
    for (const [, ask, body] of reads) {
      const { answer, fake } = await run(ask, [trouble, trouble, answers(200, body)]);
      expect(code(answer)).toBe("ok");
      expect(fake.slept).toEqual([200, 400]);
    }
  });

  it.each(troubles)("a read is given up after three times %s", async (_, trouble) => {
    const { answer, fake } = await run(getOrder, [trouble]);
    expect(answer.ok).toBe(false);
    expect(fake.calls).toHaveLength(3);
    expect(fake.calls.map(({ headers }) => headers.get("request-id"))).toEqual([
      "request-2",
      "request-3",
      "request-4",
    ]);
  });

  it.each(troubles)("a write is never sent twice after %s", async (_, trouble) => {
    for (const [, ask] of writes) {
      const { answer, fake } = await run(ask, [trouble]);
      expect(code(answer)).toMatch(/gateway_(unavailable|rate_limited)/);
      expect(fake.calls).toHaveLength(1);
      expect(fake.slept).toEqual([]);
    }
  });

  it("waits with jitter", async () => {
    const fake = fakeGateway([breaks], { random: 0 });
    await getOrder(createGateway(fake.options));
    expect(fake.slept).toEqual([100, 200]);
  });

  it("stays within the time limit", async () => {
    const { fake } = await run(getOrder, [breaks], 350);
    expect(fake.slept).toEqual([200]);
    expect(fake.calls).toHaveLength(2);
  });

  it.each([
    ["2", 2000],
    [new Date(START + 3000).toUTCString(), 3000],
    ["0", 0],
    ["Mon, 01 Jan 2001 00:00:00 GMT", 0],
    ["soon", 200],
    ["-5", 200],
  ])("honours Retry-After: %s", async (header, delay) => {
    const limited = answers(429, "", { "retry-after": header });
    const { answer, fake } = await run(getOrder, [limited, answers(200, order)]);
    expect(code(answer)).toBe("ok");
    expect(fake.slept).toEqual([delay]);
  });

  it("honours the Retry-After of an overloaded server too", async () => {
    const busy = answers(503, "", { "retry-after": "7" });
    const { answer, fake } = await run(getOrder, [busy, answers(200, order)]);
    expect(code(answer)).toBe("ok");
    expect(fake.slept).toEqual([7000]);
    expect(code((await run(getOrder, [busy], 5000)).answer)).toBe("gateway_unavailable");
  });

  it("fails at once when Retry-After does not fit the time limit, and hands it on", async () => {
    const limited = answers(429, "", { "retry-after": "60" });
    for (const [, ask] of calls) {
      const { answer, fake } = await run(ask, [limited]);
      expect(answer).toMatchObject({
        failure: { code: "gateway_rate_limited", retry_after: 60_000 },
      });
      expect(fake.calls).toHaveLength(1);
    }
  });
});

describe("the time limit", () => {
  it.each([
    ["no answer", hangs],
    ["an answer that does not end", stalls],
  ])("ends %s", async (_, reply) => {
    for (const [, ask] of calls) {
      const { answer } = await run(ask, [reply], 20);
      expect(code(answer)).toBe("gateway_unavailable");
      expect(messageOf(answer)).toBe("no answer within 20 ms");
    }
  });

  it("covers the token and the store too", async () => {
    const slow = { ...memoryTokens(), read: () => new Promise<never>(() => undefined) };
    const fake = fakeGateway([answers(200, order)], { tokens: slow });
    expect(code(await getOrder(createGateway(fake.options), 20))).toBe("ok");
    const hanging = fakeGateway([answers(200, order)], { tokenScript: [hangs] });
    expect(code(await getOrder(createGateway(hanging.options), 20))).toBe("gateway_unavailable");
  });
});

describe("what failures say", () => {
  /** A gateway that repeats whatever it was sent. */
  const leaky =
    (status: number): Reply =>
    (seen, signal) => {
      const token = seen.headers.get("authorization") ?? "";
      const people = "k.bob@example.com, asha@okbank, +91 98765 43210 / 9876543210";
      const message = `Bad ${CLIENT_SECRET} ${token} of ${people}\n\u0000\u202E${"x".repeat(600)}`;
      const additional_error_details = { reason: "4012 0010 3714 1112" };
      const body = { code: `E ${CLIENT_SECRET}`, message, additional_error_details };
      return answers(status, body)(seen, signal);
    };

  it.each([400, 401, 404, 422, 500])("is bounded and holds no secret (%d)", async (status) => {
    for (const [, ask] of calls) {
      const { answer } = await run(ask, [leaky(status)]);
      const text = JSON.stringify(answer);
      for (const hidden of [
        CLIENT_SECRET,
        "token-1",
        "token-2",
        "bob",
        "okbank",
        "43210",
        "1112",
        "\\u0000",
        "\u202E",
      ]) {
        expect(text).not.toContain(hidden);
      }
      expect(messageOf(answer).length).toBeLessThan(500);
    }
  });

  it("keeps the gateway's ids", async () => {
    const message = `No order exists for ${ORDER_ID} of ${LINK_ID}`;
    const { answer } = await run(getOrder, [answers(404, { code: "ORDER_NOT_FOUND", message })]);
    expect(messageOf(answer)).toBe(message);
  });

  it("repeats nothing of a network error", async () => {
    const { answer } = await run(getOrder, [breaks]);
    expect(messageOf(answer)).toBe("no connection");
  });
});
