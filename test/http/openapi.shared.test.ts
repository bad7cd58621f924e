// What doors of a kind answer alike, asked of every door that is described, so that a new one can not be
// forgotten: without a key, without the scope, with a query or body that is none, with wrong settings, with
// a ledger that is another's or silent, and after a bug.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { composeKey, KEY_BYTES, KEY_MARKS } from "../../src/domain/access-key";
import { failure } from "../../src/domain/result";
import { connect } from "../../src/http/connect";
import { codeToStatus, type ProblemCode } from "../../src/http/problem";
import type { Operation } from "../../src/openapi/operation";
import { OPERATIONS } from "../../src/openapi/operations";
import { problemsOf } from "../../src/openapi/shared-problems";
import { closeHouse, openHouse } from "../actor/house";
import { changed, type Knock, knockAt, scopeOf } from "../openapi/knocking";
import { withAccess } from "./door";
import { lacking } from "./scopes";

/** Of this environment and in the right form: whether it is one the keeper of keys knows. */
const SOME_KEY = composeKey(KEY_MARKS.sandbox, new Uint8Array(KEY_BYTES)).text;

beforeEach(async () => {
  await openHouse();
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

/** The operations that document this code, as rows of a table. */
function documenting(code: ProblemCode): readonly Operation[] {
  return OPERATIONS.filter((operation) => problemsOf(operation).includes(code));
}

function answer(code: ProblemCode): { readonly status: number; readonly code: ProblemCode } {
  return { status: codeToStatus(code), code };
}

test.each(documenting("internal_error"))("$id is 500 after a bug", async (operation) => {
  const open = () => {
    throw new Error("planted");
  };
  expect(await knockAt(open, operation)).toEqual(answer("internal_error"));
});

test.each(documenting("setting_invalid"))("$id is shut by a wrong setting", async (operation) => {
  const wrong = { code: "setting_invalid", setting: "PUBLIC_URL", message: "must be …" } as const;
  expect(await knockAt(() => failure(wrong), operation)).toEqual(answer("setting_invalid"));
});

test.each(documenting("environment_mismatch"))(
  "$id is shut by the ledger of another environment",
  async (operation) => {
    const stamp = "INSERT OR REPLACE INTO ledger_stamp (id, environment) VALUES (1, ?)";
    await env.DB.prepare(stamp).bind("uat").run();
    try {
      expect(await knockAt(connect, operation)).toEqual(answer("environment_mismatch"));
    } finally {
      await env.DB.prepare(stamp).bind("sandbox").run();
    }
  },
);

test.each(documenting("unauthorized"))("$id wants a key", async (operation) => {
  expect(await knockAt(connect, operation, { key: null })).toEqual(answer("unauthorized"));
});

test.each(documenting("scope_missing"))("$id wants its scope", async (operation) => {
  const scope = scopeOf(operation);
  if (scope === null) throw new Error("an open door has no scope");
  const refused = await lacking(scope, () => knockAt(connect, operation));
  expect(refused).toEqual(answer("scope_missing"));
});

test.each(documenting("rate_limited"))("$id has a rate", async (operation) => {
  const never = () => Promise.resolve(false);
  const limits = { perKey: never, verdictsPerAddress: never };
  const open = changed((doors) => ({ ...doors, limits: { ...doors.limits, ...limits } }));
  expect(await knockAt(open, operation)).toEqual(answer("rate_limited"));
});

test.each(documenting("access_unavailable"))(
  "$id lets nobody pass while the keeper of keys gives no answer",
  async (operation) => {
    const checkKey = () => Promise.reject(new Error("planted"));
    const open = changed((doors) => withAccess(doors, { checkKey }));
    expect(await knockAt(open, operation, { key: SOME_KEY })).toEqual(answer("access_unavailable"));
  },
);

const bodies: readonly (readonly [string, ProblemCode, Knock])[] = [
  ["that is no JSON", "json_invalid", { body: "{" }],
  ["that is no object", "body_invalid", { body: "[]" }],
  ["that is too large", "body_too_large", { body: "x".repeat(1024 * 1024 + 1) }],
];

for (const [what, code, knock] of bodies) {
  test.each(documenting(code))(`$id refuses a body ${what}`, async (operation) => {
    expect(await knockAt(connect, operation, knock)).toEqual(answer(code));
  });
}

test.each(documenting("query_invalid"))(
  "$id refuses a parameter that is none",
  async (operation) => {
    const refused = await knockAt(connect, operation, { query: "nothing=1" });
    expect(refused).toEqual(answer("query_invalid"));
  },
);

test.each(documenting("ledger_unavailable"))(
  "$id is 503 while the ledger gives no answer",
  async (operation) => {
    const silent = () => Promise.reject(new Error("D1_ERROR: planted"));
    const statement = { bind: () => statement, all: silent, first: silent, run: silent };
    const broken = new Proxy(env.DB, {
      get: (_, key) => (key === "prepare" ? () => statement : silent),
    });
    // What is not paused needs no line in the audit.
    const readPause = () => Promise.resolve({ paused_at: 0, by: "evt_1" });
    const open = changed((doors) => ({
      ...doors,
      db: broken,
      receiver: { ...doors.receiver, readPause },
    }));
    expect(await knockAt(open, operation)).toEqual(answer("ledger_unavailable"));
  },
);
