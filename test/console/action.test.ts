// An action whose questions get no answer: the reference of what was confirmed is never lost for that.

import { Hono } from "hono";
import { expect, test } from "vitest";
import { actionPages } from "../../src/console/action";
import type { ApiProblem } from "../../src/console/api";
import type { ConsoleDoor, Here } from "../../src/console/door";
import { Form } from "../../src/console/form";
import { failure, success } from "../../src/domain/result";

const PATH = "/console/deed";
const BUSY: ApiProblem = { status: 429, code: "rate_limited", title: "Too many requests" };

const HERE: Here = {
  operator: { person_id: "p", name: "Asha", role: "operator" },
  scopes: new Set(["refund"]),
  csrf: "token",
  now: 0,
  zone: "Asia/Kolkata",
  environment: "sandbox",
  merchant: null,
  address: PATH,
};

/** `busy`: who does not answer. */
function site(busy: "read" | "used", deeds: string[]): Hono<ConsoleDoor> {
  const app = new Hono<ConsoleDoor>();
  app.use(async (c, next) => {
    c.set("here", HERE);
    if (c.req.method === "POST") {
      c.set(
        "form",
        new Form(new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()))),
      );
    }
    await next();
  });
  return app.route(
    "/",
    actionPages<null, string>({
      path: PATH,
      section: "orders",
      scope: () => "refund",
      prefix: "x",
      fields: ["what"],
      read: async () => (busy === "read" ? failure(BUSY) : success(null)),
      title: () => "A deed",
      back: () => ({ href: "/console", label: "Back" }),
      obstacle: () => null,
      seen: () => [],
      parse: ({ what = "" }) => success(what),
      Fields: () => null,
      Question: () => null,
      confirm: () => "Do it",
      used: async () => (busy === "used" ? failure(BUSY) : null),
      perform: async (_c, _now, _wish, reference) => {
        deeds.push(reference);
        return success({ href: "/done" });
      },
    }),
  );
}

test.each(["read", "used"] as const)(
  "a press while %s is not answered leads back to the same confirmation",
  async (busy) => {
    const deeds: string[] = [];
    const app = site(busy, deeds);
    const body = new URLSearchParams({ step: "confirm", reference: "x-1", seen: "", what: "all" });
    const pressed = await app.request(PATH, { method: "POST", body });
    expect(pressed.status).toBe(303);
    const location = new URL(pressed.headers.get("location") ?? "", "https://chukta.test");
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      reference: "x-1",
      what: "all",
    });
    const shown = await app.request(location.pathname + location.search);
    expect(shown.status).toBe(429);
    expect(await shown.text()).not.toContain(`action="${PATH}"`);
    expect(deeds).toEqual([]);
  },
);
