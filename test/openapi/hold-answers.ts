// Before each file of tests: what was wrong with an answer fails the test that got it, and what was seen
// is handed to the run, which knows in the end whether a documented answer was never got.

import { env } from "cloudflare:workers";
import { afterAll, afterEach, expect } from "vitest";
import { faults, seen } from "./held";

afterEach(() => {
  const told = faults.splice(0);
  expect(told, "answers that are not as src/openapi describes them").toEqual([]);
});

afterAll(async () => {
  const lines = [...seen].map((line) => `${line}\n`).join("");
  await env.ANSWERS.fetch("http://answers", { method: "POST", body: lines });
});
