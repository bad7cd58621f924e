// What a schema does not say in words of ours is said in zod's English ones. Here and not among the doors'
// tests: they run beside the sandbox, whose zod brings its messages along and would hide that ours are missing.

import { Hono } from "hono";
import { expect, test } from "vitest";
import type { Door } from "../src/http/doors";
import { parseBody, parseQuery } from "../src/http/input";
import { keySchema } from "../src/http/key-schema";
import { paymentQuery } from "../src/http/list-query";

const doors = new Hono<Door>()
  .post("/keys", async (c) => {
    const body = await parseBody(c, keySchema);
    return body.ok ? c.json({}) : body.failure.response;
  })
  .get("/payments", (c) => {
    const query = parseQuery(c, paymentQuery);
    return query.ok ? c.json({}) : query.failure.response;
  });

test("the fault of a field is told in zod's words where we have none", async () => {
  const answer = await doors.request("/keys", {
    method: "POST",
    body: JSON.stringify({
      name: 5,
      scopes: ["refund", "everything"],
      expires_at: "tomorrow",
      refund_limit: { per_refund: 99, per_day: 1.5 },
    }),
  });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    errors: [
      { pointer: "/name", detail: "Invalid input: expected string, received number" },
      { pointer: "/scopes/1", detail: expect.stringMatching(/^Invalid option: expected one of "/) },
      { pointer: "/expires_at", detail: "Invalid ISO datetime" },
      { pointer: "/refund_limit/per_refund", detail: "Too small: expected number to be >=100" },
      {
        pointer: "/refund_limit/per_day",
        detail: "Invalid input: expected int, received number",
      },
    ],
  });
});

test("so is the fault of a query parameter", async () => {
  const answer = await doors.request("/payments?rrn=");
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    errors: [{ parameter: "rrn", detail: "Too small: expected string to have >=1 characters" }],
  });
});
