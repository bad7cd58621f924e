// What no door gives anybody: a permission to read for another origin's script, a file that is not ours, a
// header of the sender's making, a request of ours into somebody's network, or an effect of a verb that has none.
// CSV formulas and text in pages: docs/attacks.md.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Doors } from "../../src/http/doors";
import { send } from "../../src/notify/send";
import { closeHouse, openHouse } from "../actor/house";
import { paidOrder } from "../actor/money";
import { administrator, expectProblem, faultsOf, knock, NO_LIMITS, visit } from "../http/door";
import { leavesNothing } from "./traces";

beforeEach(openHouse);
afterEach(closeHouse);

describe("another origin's script", () => {
  const origins = [
    "https://evil.test",
    "null",
    "https://shop.test.evil.test",
    "https://evilshop.test",
    "http://shop.test",
    "https://shop.test:8443",
    "https://SHOP.test",
    "https://shop.test/",
    "https://shop.test, https://evil.test",
    "*",
  ];
  const known = (doors: Doors): Doors => ({
    ...doors,
    limits: NO_LIMITS,
    config: { ...doors.config, storefront_origins: ["https://shop.test"] },
  });

  test.each(origins)("of %s is let read nothing, asked for before or not", async (from) => {
    const made = await paidOrder();
    for (const path of [
      `/v1/verdicts/${made.token}`,
      `/callback/${made.token}`,
      `/v1/orders/${made.order_id}`,
      "/v1/keys",
      "/webhooks/pinelabs",
      "/healthz",
    ]) {
      for (const method of ["GET", "OPTIONS"]) {
        const headers = {
          ...administrator,
          origin: from,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization",
        };
        const response = await visit(known, path, { method, headers });
        const allowed = [...response.headers.keys()].filter((name) => name.startsWith("access-"));
        expect([path, method, allowed]).toEqual([path, method, []]);
      }
    }
  });

  test("of the storefront is let read a verdict, and sends no cookie with it", async () => {
    const made = await paidOrder();
    const headers = { origin: "https://shop.test" };
    const response = await visit(known, `/v1/verdicts/${made.token}`, { headers });
    expect(response.headers.get("access-control-allow-origin")).toBe("https://shop.test");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("a way to a file", () => {
  test.each([
    "/../wrangler.toml",
    "/.dev.vars",
    "/.env",
    "/.git/config",
    "/assets/../.dev.vars",
    "/assets/..%2f.dev.vars",
    "/assets/%2e%2e/%2e%2e/etc/passwd",
    "/assets/page.css%00.js",
    "/assets/page.css/..",
    "/console/../.dev.vars",
    "/docs/..%5c..%5c.dev.vars",
    "//evil.test/console",
    "/src/index.ts",
    "/node_modules/hono/package.json",
    "/__proto__",
    "/constructor",
    "/cdn-cgi/../v1/keys",
    "/sandbox/books",
    "/metrics",
    "/debug",
  ])("%s leads to none", async (path) => {
    const response = await knock(path);
    const text = await response.text();
    expect([401, 404]).toContain(response.status);
    expect(text).not.toMatch(/PINELABS|SECRET|root:|import |"version"/);
    expect(response.headers.get("location")).toBeNull();
  });
});

describe("a line's end in what somebody may name", () => {
  const injected = "a\r\nset-cookie: chukta=mine\r\n\r\n<script>alert(1)</script>";

  const wishes: readonly (readonly [string, string, object])[] = [
    [
      "/merchant_payment_link_reference",
      "/v1/links",
      {
        merchant_payment_link_reference: injected,
        amount: { value: 100, currency: "INR" },
        customer: { email_id: "asha@example.com" },
      },
    ],
    ["/reference", "/v1/verify", { reference: injected }],
    ["/name", "/v1/keys", { name: injected, scopes: ["read"] }],
  ];
  test.each(wishes)("is refused as %s, and makes no header", async (pointer, path, body) => {
    const response = await leavesNothing(null, async () =>
      knock(path, {
        method: "POST",
        headers: { ...administrator, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
    const problem = await expectProblem(response, 422, "body_invalid");
    expect(Object.keys(faultsOf(problem))).toEqual([pointer]);
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  test.each([
    "/v1/orders/",
    "/v1/orders/reference/",
    "/v1/messages/",
    "/callback/",
    "/receipt/",
    "/console/orders/",
  ])("is no header and no page behind %s", async (door) => {
    const response = await visit(
      (doors) => ({ ...doors, limits: NO_LIMITS }),
      door + encodeURIComponent(injected),
      { headers: administrator },
    );
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).not.toContain("<script>");
  });

  test("in the address of a receipt's link, a Location or a file's name stands escaped", async () => {
    const made = await paidOrder({ callback_url: "https://shop.test/a?b=%0d%0ax:y" });
    const response = await visit(
      (doors) => ({ ...doors, limits: NO_LIMITS }),
      `/callback/${made.token}`,
    );
    expect(response.headers.get("location")).toContain("b=%0d%0ax:y&chukta=");
    expect(response.headers.get("x")).toBeNull();
  });
});

describe("a verb that changes nothing where it is sent", () => {
  test.each(["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "HEAD"])("%s", async (method) => {
    const made = await paidOrder();
    await leavesNothing(made.order_id, async () => {
      for (const path of [
        `/v1/orders/${made.order_id}`,
        `/v1/orders/${made.order_id}/capture`,
        "/v1/links",
        "/v1/money/stop",
        "/v1/audit",
        `/receipt/${made.token}`,
      ]) {
        const response = await knock(path, { method, headers: administrator });
        expect([200, 404, 405]).toContain(response.status);
      }
    });
  });

  test.each(["x-http-method-override", "x-method-override", "x-http-method"])(
    "nor does a GET that says in %s that it is another",
    async (name) => {
      const made = await paidOrder();
      await leavesNothing(made.order_id, async () => {
        const headers = { ...administrator, [name]: "POST" };
        const response = await knock("/v1/money/stop?_method=POST", { headers });
        expect([400, 404, 405]).toContain(response.status);
      });
    },
  );
});

describe("a name that every object has", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s in a body, a query and a path is a name like any other, and nothing is changed by it",
    async (name) => {
      const body = `{"name":"x","scopes":["read"],"${name}":{"polluted":true}}`;
      const headers = { ...administrator, "content-type": "application/json" };
      const refused = await leavesNothing(null, async () =>
        knock("/v1/keys", { method: "POST", headers, body }),
      );
      expect(refused.status).toBe(422);
      expect((await knock(`/v1/orders?${name}=1`, { headers })).status).toBe(400);
      expect((await knock(`/v1/orders/${name}`, { headers })).status).toBe(404);
      expect("polluted" in {}).toBe(false);
    },
  );
});

describe("a host that somebody says we are", () => {
  const liars: readonly Readonly<Record<string, string>>[] = [
    { "x-forwarded-host": "evil.test" },
    { "x-original-host": "evil.test" },
    { forwarded: "host=evil.test" },
    { "x-forwarded-proto": "http" },
  ];
  test.each(liars)("%j is in no link that we make", async (headers) => {
    const body = JSON.stringify({
      amount: { value: 100, currency: "INR" },
      merchant_payment_link_reference: `host-${crypto.randomUUID().slice(0, 8)}`,
      customer: { email_id: "asha@example.com" },
    });
    const made = await knock("/v1/links", {
      method: "POST",
      headers: { ...administrator, "content-type": "application/json", ...headers },
      body,
    });
    expect(made.status).toBe(201);
    expect(await made.text()).not.toContain("evil.test");
  });
});

describe("the merchant's receiver", () => {
  test.each([301, 302, 303, 307, 308])(
    "that answers %d with an address of somebody's own network is not followed there",
    async (status) => {
      const asked: string[] = [];
      const answered = await send(
        async (url, init) => {
          asked.push(new Request(url).url);
          // As the platform does it: a redirect is followed unless the caller says otherwise.
          if (init?.redirect !== "manual") asked.push("followed");
          const headers = { location: "http://169.254.169.254/latest/meta-data" };
          return new Response(null, { status, headers });
        },
        { url: "https://shop.test/events", headers: {}, body: "{}" },
        1_000,
      );
      expect(answered.status).toBe(status);
      expect(asked).toEqual(["https://shop.test/events"]);
    },
  );
});
