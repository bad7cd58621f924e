// What is configured, as the API shows it: all of it, and never a secret.

import { afterEach, beforeEach, expect, test } from "vitest";
import packageJson from "../../package.json";
import { type Config, namesSet, readConfig, settingNames } from "../../src/config";
import { settingsJson } from "../../src/http/settings-json";
import { closeHouse, openHouse } from "../actor/house";
import { call } from "./door";

beforeEach(openHouse);
afterEach(closeHouse);

/** Every secret setting, each recognisable. */
const secrets = {
  PINELABS_CLIENT_ID: "planted-client-id",
  PINELABS_CLIENT_SECRET: "planted-client-secret",
  PINELABS_WEBHOOK_SECRET: "planted-webhook-secret",
  PINELABS_WEBHOOK_SECRET_PREVIOUS: "planted-previous-secret",
  PINELABS_CALLBACK_SECRET: "c0ffee00112233445566778899aabbccddeeff00112233445566778899aabbcc",
  API_KEY: "planted-api-key-of-24-letters",
  CONSOLE_PASSWORD: "planted-password",
  SESSION_SECRET: "planted-session-secret-0123456789abcdef",
  NOTIFY_SECRET: "whsec_cGxhbnRlZCBub3RpZnkgc2VjcmV0IG9mIG5vYm9keSE=",
  NOTIFY_SECRET_PREVIOUS: "whsec_cGxhbnRlZCBwcmV2aW91cyBzZWNyZXQgb2YgYWxsIQ==",
};

const env = {
  ...secrets,
  PINELABS_ENV: "uat",
  NOTIFY_URL: "https://hooks.example/services/planted-path?token=planted-token",
  RETURN_URL: "https://shop.example/thanks?planted=query",
} as unknown as Env;

function configOf(bindings: Env): Config {
  const read = readConfig(bindings);
  if (!read.ok) throw new Error(read.failure.message);
  return read.value;
}

test("no secret is in it, nor what an address may carry", () => {
  const shown = settingsJson(configOf(env), namesSet(env));
  expect(shown.secret).toEqual(Object.keys(secrets).map((name) => ({ name, set: true })));
  const text = JSON.stringify(shown);
  for (const secret of [...Object.values(secrets), "planted"]) expect(text).not.toContain(secret);
  expect(text).toContain("https://hooks.example/…");
  expect(text).toContain("https://shop.example/thanks?…");
});

test("every setting is in it once, the defaults told from what is set", () => {
  const { plain, secret } = settingsJson(configOf(env), namesSet(env));
  const names = [...plain, ...secret].map(({ name }) => name);
  expect(names.toSorted()).toEqual(settingNames.toSorted());
  const of = (name: string) => plain.find((one) => one.name === name);
  expect(of("PINELABS_ENV")).toEqual({ name: "PINELABS_ENV", value: "uat", set: true });
  expect(of("STUCK_AFTER_SECONDS")).toMatchObject({ value: "120", set: false });
  expect(of("AUTH_WINDOW_DAYS")).toMatchObject({ value: "*=5", set: false });
  expect(of("MERCHANT_GSTIN")).toMatchObject({ value: null, set: false });
});

test("the door answers it with addresses and versions", async () => {
  const response = await call("GET", "/v1/settings");
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    webhook_url: "http://localhost:8787/webhooks/pinelabs",
    callback_url: "http://localhost:8787/callback",
    versions: {
      worker: packageJson.version,
      api: "1",
      ledger: expect.stringMatching(/^\d{4}_\w+$/),
    },
  });
});
