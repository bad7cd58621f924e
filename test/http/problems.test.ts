// The error codes are a public contract: each is documented, has the shape of RFC 9457, and its type
// is a name that never changes.

import { expect, test } from "vitest";
import documentation from "../../docs/problems.md?raw";
import { ADVICE } from "../../src/http/problem-advice";
import { codeToStatus, problem, PROBLEM_CODES, problemType } from "../../src/http/problem";

test("every code has an entry of its own under its status in docs/problems.md", () => {
  const documented = documentation
    .split(/^## /m)
    .slice(1)
    .flatMap((section) =>
      [...section.matchAll(/^### (\S+)$/gm)].map(([, code]) => [code, Number(section.slice(0, 3))]),
    );
  const codes = PROBLEM_CODES.map((code) => [code, codeToStatus(code)]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(codes));
  expect(documented).toHaveLength(codes.length);
});

test("a problem document says type, title, status and code, what to do next where that is always the same, and no more", async () => {
  for (const code of PROBLEM_CODES) {
    const response = problem(code);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.status).toBe(codeToStatus(code));
    expect(await response.json()).toEqual({
      type: `urn:chukta:problem:${code}`,
      title: expect.stringMatching(/^[A-Z]/),
      status: codeToStatus(code),
      code,
      ...(ADVICE[code] === undefined ? {} : { detail: expect.stringMatching(/^[A-Z].*\.$/) }),
    });
    expect(URL.canParse(problemType(code))).toBe(true);
  }
});

test("a time to wait is told in whole seconds, never zero", () => {
  expect(problem("ledger_unavailable", { retry_after: 0.2 }).headers.get("retry-after")).toBe("1");
  expect(problem("ledger_unavailable", { retry_after: 4.1 }).headers.get("retry-after")).toBe("5");
});
