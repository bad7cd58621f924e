// Law 12: a secret in the log of a test fails it. What the watch over all tests sees, and that it does.

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { redact } from "../../src/domain/redact";
import { sandboxDefaults } from "../../src/sandbox/settings";
import { closeHouse, createLink, openHouse } from "../actor/house";
import { leaksIn } from "../told-secrets";
import { visit, withOrders } from "./door";
import { makeKey, using } from "./scopes";

beforeEach(openHouse);
afterEach(() => {
  closeHouse();
  vi.restoreAllMocks();
});

const secrets = { API_KEY: env.API_KEY };
const named = (text: string) => leaksIn(text, secrets).map(({ what }) => what);

test("a line with a secret is seen, whatever it is, and never repeated", async () => {
  const [{ key }, { token }] = [await makeKey(["read"]), await createLink()];
  expect(named(`key ${sandboxDefaults.api_key}`)).toEqual(["the setting API_KEY"]);
  expect(named(key)).toEqual(["an API key"]);
  expect(named("authorization: Bearer abc")).toEqual(["an Authorization header"]);
  expect(named(`/callback/${token}`)).toEqual(["a token of a link or receipt"]);
  expect(named("for asha@okbank.example")).toEqual(["an e-mail address or VPA"]);
  expect(named("paid by asha.k@okaxis")).toEqual(["an e-mail address or VPA"]);
  const receipt = `/receipt/${"aB3-".repeat(6)}~v1-310115060000-aa-x`;
  expect(named(receipt)).toEqual(["a token of a link or receipt"]);
  expect(named(`/console/invite/${"aB3-".repeat(12)}`)).toEqual(["a console invitation"]);
  expect(named(`__Host-chukta=${"0f".repeat(32)}.x`)).toEqual(["a cookie of the console"]);
  expect(named(`cookie: chukta=${"0f".repeat(32)}.x`)).toEqual(["a cookie of the console"]);
  for (const number of ["9000000001", "8765432101", "6000000001", "+91 70000 00001"]) {
    expect(named(`call ${number}`)).toEqual(["a telephone number"]);
  }
  expect(named('{"event":"job_failed","actor":"v1-310115060000-aa-x"}')).toEqual([]);
});

test("what is redacted is no leak any more", async () => {
  const [{ key }, { token }] = [await makeKey(["read"]), await createLink()];
  const text = `Bearer abc ${key} ${token} asha@okbank.example +91 90000 00001 v1,${"A".repeat(44)}`;
  expect(named(redact(text))).toEqual([]);
});

test("an exception that holds a key is logged without it", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const { key } = await makeKey(["read"]);
  const find = () => Promise.reject(new Error(`planted ${key}`));
  const headers = { authorization: `Bearer ${key}` };
  const path = "/v1/orders/v1-310115060000-aa-Nobody";
  const response = await using(key, () =>
    visit((doors) => withOrders(doors, { find }), path, { headers }),
  );
  expect(response.status).toBe(500);
  expect(String(logged.mock.calls)).toContain("planted [secret]");
});

test.fails("and a test in whose log one stands fails, also where the log is mocked", () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  console.error(`{"event":"planted","key":"${sandboxDefaults.api_key}"}`);
  expect(logged).toHaveBeenCalledTimes(1);
});

test.fails("and one in whose log an exception with a secret stands inside an object", () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  console.error({ event: "planted", error: new Error(sandboxDefaults.api_key) });
  expect(logged).toHaveBeenCalledTimes(1);
});
