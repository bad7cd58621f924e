// Every setting: missing, malformed and good. A wrong one is one failure that names it and says what
// is allowed, and never repeats what stood there.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Config, publicUrl, readConfig, settingNames } from "../src/config";

type Texts = Readonly<Record<string, unknown>>;

/** The least that a deployment needs. */
const least: Texts = {
  PINELABS_ENV: "production",
  PINELABS_CLIENT_ID: "client-id",
  PINELABS_CLIENT_SECRET: "client-secret",
  API_KEY: "chukta_0123456789abcdefghijklmnop",
};

const read = (texts: Texts) => readConfig({ ...least, ...texts } as unknown as Env);

function good(texts: Texts): Config {
  const result = read(texts);
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

function wrong(texts: Texts) {
  const result = read(texts);
  if (result.ok) throw new Error("these settings were accepted");
  expect(result.failure.code).toBe("setting_invalid");
  expect(result.failure.message).toContain(result.failure.setting);
  return result.failure;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const longText = "a-long-random-text-of-forty-characters-!";

/** What a setting does when unset, what it refuses and what it makes of good texts. */
interface Row {
  readonly missing: (config: Config) => unknown;
  readonly unset?: unknown;
  readonly bad: readonly unknown[];
  /** What has to be set for it to be refused. */
  readonly beside?: Texts;
  readonly allowed: RegExp;
  readonly good: readonly (readonly [text: unknown, value?: unknown])[];
}

const unused = (): null => null;
const newestSecret = `whsec_${btoa("the newest key of all the keys!!")}`;
const webAddresses = [
  "shop.example",
  "http://shop.example/paid",
  "ftp://shop.example",
  "https://user:word@shop.example",
  "https://shop.example/#top",
  "javascript:alert(1)",
];

const optional: Readonly<Record<string, Row>> = {
  PINELABS_BASE_URL: {
    missing: (config) => config.gateway.base_url,
    unset: "https://api.pluralpay.in",
    bad: [
      "api.pluralpay.in",
      "ftp://gateway.example",
      "https://gateway.example/?a=1",
      "https://a:b@c",
    ],
    allowed: /an http or https address/,
    good: [
      ["https://gateway.example", "https://gateway.example"],
      ["https://gateway.example/base/", "https://gateway.example/base"],
      ["http://gateway.example:8080", "http://gateway.example:8080"],
      [" http://127.0.0.1:9000 ", "http://127.0.0.1:9000"],
    ],
  },
  PINELABS_CONTRACT: {
    missing: (config) => config.contract,
    unset: "guide",
    bad: ["Guide", "both"],
    allowed: /one of guide, reference/,
    good: [["reference", "reference"]],
  },
  WEBHOOK_SECRET_ENCODING: {
    missing: (config) => config.webhook.encoding,
    unset: "raw",
    bad: ["hex", "auto"],
    allowed: /one of raw, base64/,
    good: [["raw", "raw"]],
  },
  WEBHOOK_TOLERANCE_SECONDS: {
    missing: (config) => config.webhook.tolerance,
    unset: 300_000,
    bad: ["0", "3601", "-5", "5m", "1.5", "1e3"],
    allowed: /from 1 to 3600/,
    good: [
      ["1", 1000],
      ["3600", 3_600_000],
      [60, 60_000],
    ],
  },
  PUBLIC_URL: {
    missing: (config) => config.public_url,
    unset: null,
    bad: [...webAddresses, "https://pay.example/path", "https://pay.example/?a=1"],
    allowed: /an https origin/,
    good: [
      ["https://pay.example/", "https://pay.example"],
      ["http://localhost:8787", "http://localhost:8787"],
      ["http://[::1]:8787", "http://[::1]:8787"],
    ],
  },
  RETURN_URL: {
    missing: (config) => config.return_url,
    unset: null,
    bad: webAddresses,
    allowed: /an https address/,
    good: [["https://shop.example/thanks?lang=hi", "https://shop.example/thanks?lang=hi"]],
  },
  FAILURE_RETURN_URL: {
    missing: (config) => config.failure_return_url,
    unset: null,
    bad: webAddresses,
    allowed: /an https address/,
    good: [["http://127.0.0.1:3000/failed", "http://127.0.0.1:3000/failed"]],
  },
  STOREFRONT_ORIGINS: {
    missing: (config) => config.storefront_origins,
    unset: [],
    bad: [
      "*",
      "https://*.shop.example",
      "https://shop.example/path",
      "https://shop.example, nonsense",
    ],
    allowed: /https origins/,
    good: [
      [
        "https://shop.example, https://www.shop.example",
        ["https://shop.example", "https://www.shop.example"],
      ],
      ["http://localhost:3000", ["http://localhost:3000"]],
    ],
  },
  FULFILL_ON: {
    missing: (config) => config.fulfill_on,
    unset: "paid",
    bad: ["captured"],
    allowed: /one of paid, authorized/,
    good: [["authorized", "authorized"]],
  },
  AUTH_WINDOW_DAYS: {
    missing: (config) => config.auth_window,
    unset: { "*": 5 },
    bad: ["0", "31", "five", "VISA", "VISA=", "VISA=7,VISA=5", "VISA=7,,*=5", "=5"],
    allowed: /1 to 30/,
    good: [
      ["7", { "*": 7 }],
      ["VISA=7,*=4", { VISA: 7, "*": 4 }],
      ["visa = 7", { VISA: 7, "*": 5 }],
      ["American Express=6, *=5", { "AMERICAN EXPRESS": 6, "*": 5 }],
    ],
  },
  AUTO_CAPTURE: {
    missing: (config) => config.auto_capture,
    unset: false,
    bad: ["on"],
    allowed: /one of off, before_deadline/,
    good: [["before_deadline", true]],
  },
  STUCK_AFTER_SECONDS: {
    missing: (config) => config.stuck_after,
    unset: 120_000,
    bad: ["0", "86401", "soon"],
    allowed: /from 1 to 86400/,
    good: [["45", 45_000]],
  },
  ORDERS_WITHOUT_LINK: {
    missing: (config) => config.orders_without_link,
    unset: true,
    bad: ["true", "yes"],
    allowed: /one of on, off/,
    good: [
      ["on", true],
      ["off", false],
    ],
  },
  MERCHANT_TIME_ZONE: {
    missing: (config) => config.merchant.time_zone,
    unset: "Asia/Kolkata",
    bad: ["Asia/Nowhere", "+05:30", "IST India"],
    allowed: /an IANA time zone/,
    good: [
      ["Europe/Lisbon", "Europe/Lisbon"],
      ["UTC", "UTC"],
    ],
  },
  SETTLEMENT_DAYS: {
    missing: (config) => config.settlement.days,
    unset: 1,
    bad: ["31", "T+1", "-1", "1.5"],
    allowed: /from 0 to 30/,
    good: [
      ["0", 0],
      ["2", 2],
      ["30", 30],
    ],
  },
  BANK_HOLIDAYS: {
    missing: (config) => config.settlement.holidays,
    unset: [],
    bad: ["26 January", "2026-02-30", "2026-01-26;2026-08-15"],
    allowed: /dates/,
    good: [
      ["2026-01-26", ["2026-01-26"]],
      ["2026-01-26, 2026-08-15", ["2026-01-26", "2026-08-15"]],
    ],
  },
  FEE_TOLERANCE: {
    missing: (config) => config.settlement.fee_tolerance,
    unset: 0,
    bad: ["1%", "0.5", "1000001"],
    allowed: /paisa/,
    good: [
      ["100", 100],
      ["1000000", 1_000_000],
    ],
  },
  SETTLEMENT_TIME_ZONE: {
    missing: (config) => config.settlement.time_zone,
    unset: "Asia/Kolkata",
    bad: ["Asia/Nowhere", "+05:30", "IST India"],
    allowed: /an IANA time zone/,
    good: [
      ["UTC", "UTC"],
      ["Asia/Dubai", "Asia/Dubai"],
    ],
  },
  NOTIFY_URL: {
    missing: (config) => config.notify,
    unset: null,
    bad: [...webAddresses, "https://localhost/events", "https://10.1.2.3/", "http://127.0.0.1/"],
    allowed: /a public https address/,
    good: [],
  },
  MERCHANT_NAME: {
    missing: (config) => config.merchant.name,
    unset: null,
    bad: ["x".repeat(101)],
    allowed: /at most 100/,
    good: [["चाय की दुकान", "चाय की दुकान"]],
  },
  MERCHANT_GSTIN: {
    missing: (config) => config.merchant.gstin,
    unset: null,
    bad: ["22AAAAA0000A1Z", "22aaaaa0000a1z5"],
    allowed: /GSTIN/,
    good: [["22AAAAA0000A1Z5", "22AAAAA0000A1Z5"]],
  },
  SUPPORT_CONTACT: {
    missing: (config) => config.merchant.support_contact,
    unset: null,
    bad: ["x".repeat(201)],
    allowed: /at most 200/,
    good: [["help@shop.example", "help@shop.example"]],
  },
  RECEIPT_FROM: {
    missing: (config) => config.receipt_from,
    unset: null,
    bad: ["shop.example", "Asha <asha@shop.example>", "a@b.example, c@d.example"],
    allowed: /an e-mail address/,
    good: [["receipts@shop.example", "receipts@shop.example"]],
  },
  RETENTION_DAYS: {
    missing: unused,
    bad: ["29", "3651", "forever"],
    allowed: /from 30 to 3650/,
    good: [["2920"]],
  },
  ACCESS_TEAM: {
    missing: (config) => config.access,
    unset: null,
    bad: [
      "https://name.cloudflareaccess.com",
      "name.cloudflareaccess.com.evil.example",
      "evil.example/name.cloudflareaccess.com",
      "cloudflareaccess.com",
      "Name.cloudflareaccess.com",
    ],
    beside: { ACCESS_AUD: "ab".repeat(32) },
    allowed: /name\.cloudflareaccess\.com/,
    good: [],
  },
  ACCESS_AUD: {
    missing: (config) => config.access,
    unset: null,
    bad: ["ab", "xy".repeat(32), "AB".repeat(32)],
    beside: { ACCESS_TEAM: "name.cloudflareaccess.com" },
    allowed: /64 hexadecimal digits/,
    good: [],
  },
  PINELABS_WEBHOOK_SECRET: {
    missing: (config) => config.webhook.secrets,
    unset: [{ name: "current", key: utf8("client-secret") }],
    bad: [" hidden", "hidden\n", "   "],
    allowed: /without white space/,
    good: [["abc1234", [{ name: "current", key: utf8("abc1234") }]]],
  },
  PINELABS_WEBHOOK_SECRET_PREVIOUS: {
    missing: (config) => config.webhook.secrets.slice(1),
    unset: [],
    bad: [" hidden", "   "],
    allowed: /without white space/,
    good: [["older", [{ name: "previous", key: utf8("older") }]]],
  },
  PINELABS_CALLBACK_SECRET: {
    missing: (config) => config.callback_key,
    unset: null,
    bad: ["0aF", "hidden", "00 11", " 0011"],
    allowed: /hexadecimal/,
    good: [["0aFF", Uint8Array.of(10, 255)]],
  },
  CONSOLE_PASSWORD: {
    missing: (config) => config.console.password,
    bad: ["short", "x".repeat(201), " twelve letters"],
    allowed: /12 to 200 characters/,
    good: [
      ["correct horse battery", "correct horse battery"],
      ["x".repeat(200), "x".repeat(200)],
    ],
  },
  SESSION_SECRET: {
    missing: (config) => config.console.session_secret,
    bad: ["x".repeat(31)],
    allowed: /32 characters/,
    good: [[longText, longText]],
  },
  NOTIFY_SECRET: {
    missing: (config) => config.notify,
    unset: null,
    bad: [longText, `whsec_${btoa("x".repeat(23))}`, `whsec_${btoa("x".repeat(65))}`, "whsec_"],
    beside: { NOTIFY_URL: "https://shop.example/events" },
    allowed: /whsec_ and base64 of 24 to 64/,
    // Nobody is told without an address.
    good: [
      [`whsec_${btoa("x".repeat(24))}`, null],
      [btoa("x".repeat(64)), null],
      [longText, null],
    ],
  },
  NOTIFY_SECRET_PREVIOUS: {
    missing: (config) => config.notify,
    unset: null,
    bad: ["x".repeat(23), `whsec_${btoa("x".repeat(23))}`],
    beside: { NOTIFY_URL: "https://shop.example/events", NOTIFY_SECRET: newestSecret },
    allowed: /base64 of 24 to 64/,
    good: [
      [`whsec_${btoa("x".repeat(32))}`, null],
      [longText, null],
    ],
  },
};

const required: Readonly<Record<string, Row>> = {
  PINELABS_ENV: {
    missing: (config) => config.environment,
    bad: ["prod", "UAT", { uat: true }],
    allowed: /one of sandbox, uat, production/,
    good: [
      ["uat", "uat"],
      ["production", "production"],
    ],
  },
  PINELABS_CLIENT_ID: {
    missing: (config) => config.gateway.client_id,
    bad: [" hidden", "hidden\n"],
    allowed: /client id/,
    good: [["5a4dbc0e-0000", "5a4dbc0e-0000"]],
  },
  PINELABS_CLIENT_SECRET: {
    missing: (config) => config.gateway.client_secret,
    bad: [" hidden", "   "],
    allowed: /client secret/,
    good: [["s3cret", "s3cret"]],
  },
  API_KEY: {
    missing: (config) => config.api_key,
    bad: [
      "x".repeat(23),
      "x".repeat(40),
      "change-me-change-me-change-me",
      "your-api-key-goes-in-this-place",
      "two words that are long enough",
      "कुंजी-कुंजी-कुंजी-कुंजी-कुंजी",
      longText.repeat(13),
    ],
    allowed: /24 to 512/,
    good: [[longText, longText]],
  },
};

const table = Object.entries({ ...optional, ...required });

it("has a row for every setting", () => {
  expect(table.map(([name]) => name).toSorted()).toEqual([...settingNames].toSorted());
});

it("finds every setting, and no other, in docs/settings.md and settings.env or wrangler.toml", () => {
  const read = (name: string): string =>
    readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url).href), "utf8");
  const documented = [...read("docs/settings.md").matchAll(/^\| `([A-Z_]+)`/gm)];
  expect(documented.map(([, name = ""]) => name).toSorted()).toEqual([...settingNames].toSorted());
  const declared = `${read("settings.env")}${read("wrangler.toml")}`;
  const given = [...declared.matchAll(/^([A-Z][A-Z_]+)\s*=/gm)].map(([, name = ""]) => name);
  expect([...new Set(given)].toSorted()).toEqual([...settingNames].toSorted());
});

describe.each(Object.entries(optional))("%s, which may be missing,", (name, row) => {
  it.each([undefined, ""])("has its default when it is %j", (text) => {
    expect(row.missing(good({ [name]: text }))).toEqual(row.unset ?? null);
  });
});

describe.each(Object.entries(required))("%s, which must be there,", (name, row) => {
  it.each([undefined, ""])("is asked for when it is %j", (text) => {
    const failure = wrong({ [name]: text });
    expect(failure.setting).toBe(name);
    expect(failure.message).toMatch(/is not set/);
    expect(failure.message).toMatch(row.allowed);
  });
});

describe.each(table)("%s", (name, row) => {
  it.each(row.bad)("refuses %j without repeating it", (text) => {
    const failure = wrong({ ...row.beside, [name]: text });
    expect(failure.setting).toBe(name);
    expect(failure.message).toMatch(row.allowed);
    const secret = String(text).trim();
    if (secret.includes("hidden") || secret.length > 20) {
      expect(failure.message).not.toContain(secret);
    }
  });

  it.each(row.good)("takes %j", (text, value = null) => {
    expect(row.missing(good({ [name]: text }))).toEqual(value);
  });
});

describe("Cloudflare Access", () => {
  const [team, audience] = ["name.cloudflareaccess.com", "ab".repeat(32)];

  it("takes a team and an audience", () => {
    const { access } = good({ ACCESS_TEAM: team, ACCESS_AUD: audience });
    expect(access).toEqual({ team, audience });
  });

  it.each([
    ["ACCESS_AUD", { ACCESS_TEAM: team }],
    ["ACCESS_TEAM", { ACCESS_AUD: audience }],
  ])("is not taken by half: %s is missing", (setting, texts) => {
    expect(wrong(texts).setting).toBe(setting);
  });
});

describe("the gateway's address", () => {
  it("follows the environment", () => {
    expect(good({ PINELABS_ENV: "uat" }).gateway.base_url).toBe("https://pluraluat.v2.pinepg.in");
    expect(good({ PINELABS_ENV: "production" }).gateway.base_url).toBe("https://api.pluralpay.in");
  });

  it.each([
    ["production", "https://pluraluat.v2.pinepg.in"],
    ["uat", "https://api.pluralpay.in/"],
    ["uat", "http://API.pluralpay.in:8080"],
    ["sandbox", "https://api.pluralpay.in"],
  ])("is not another environment's: %s at %s", (environment, address) => {
    const failure = wrong({
      PINELABS_ENV: environment,
      PINELABS_BASE_URL: address,
      PUBLIC_URL: "http://localhost:8787",
    });
    expect(failure.setting).toBe("PINELABS_BASE_URL");
    expect(failure.message).toMatch(/is the address of (uat|production)/);
  });

  it("may be said once more", () => {
    const address = "https://api.pluralpay.in";
    expect(good({ PINELABS_BASE_URL: address }).gateway.base_url).toBe(address);
  });
});

describe("the sandbox", () => {
  const sandbox = {
    PINELABS_ENV: "sandbox",
    PUBLIC_URL: "http://localhost:8787",
    PINELABS_BASE_URL: "http://localhost:8787/sandbox",
  };

  it("runs on this machine", () => {
    expect(good(sandbox).gateway.base_url).toBe("http://localhost:8787/sandbox");
  });

  it.each(["https://pay.example", "https://localhost.example", "https://127.0.0.1.example", ""])(
    "is refused where PUBLIC_URL is %j",
    (address) => {
      expect(wrong({ ...sandbox, PUBLIC_URL: address }).setting).toBe("PINELABS_ENV");
    },
  );

  it("needs the address of its gateway", () => {
    expect(wrong({ ...sandbox, PINELABS_BASE_URL: "" }).setting).toBe("PINELABS_BASE_URL");
  });
});

describe("webhook secrets in base64", () => {
  const base64 = { WEBHOOK_SECRET_ENCODING: "base64" };

  it("are decoded, both of them", () => {
    const { secrets } = good({
      ...base64,
      PINELABS_WEBHOOK_SECRET: "YWJjMTIzNA==",
      PINELABS_WEBHOOK_SECRET_PREVIOUS: "b2xkZXI=",
    }).webhook;
    expect(secrets).toEqual([
      { name: "current", key: utf8("abc1234") },
      { name: "previous", key: utf8("older") },
    ]);
  });

  it("are refused by name when they are not base64", () => {
    const current = wrong({ ...base64, PINELABS_WEBHOOK_SECRET: "not~base64~hidden" });
    expect(current.setting).toBe("PINELABS_WEBHOOK_SECRET");
    expect(current.message).not.toContain("hidden");
    const previous = wrong({
      ...base64,
      PINELABS_WEBHOOK_SECRET: "YWJjMTIzNA==",
      PINELABS_WEBHOOK_SECRET_PREVIOUS: "not~base64~hidden",
    });
    expect(previous.setting).toBe("PINELABS_WEBHOOK_SECRET_PREVIOUS");
    expect(previous.message).not.toContain("hidden");
  });

  it("say that the client secret stands in for the one that is missing", () => {
    const failure = wrong({ ...base64, PINELABS_CLIENT_SECRET: "not~base64~hidden" });
    expect(failure.setting).toBe("PINELABS_WEBHOOK_SECRET");
    expect(failure.message).toContain("client secret");
    expect(failure.message).not.toContain("hidden");
  });
});

describe("who is notified", () => {
  const url = "https://shop.example/events?from=chukta";
  const secret = newestSecret;
  const previous = btoa("the key before the newest of all");

  it("is named by an address and the keys that sign, newest first", () => {
    expect(good({ NOTIFY_URL: url, NOTIFY_SECRET: secret }).notify).toEqual({
      url,
      keys: [utf8("the newest key of all the keys!!")],
    });
    const both = { NOTIFY_SECRET: secret, NOTIFY_SECRET_PREVIOUS: previous };
    expect(good({ NOTIFY_URL: url, ...both }).notify?.keys).toEqual([
      utf8("the newest key of all the keys!!"),
      utf8("the key before the newest of all"),
    ]);
  });

  it("is nobody without an address, and nobody is told without a signature", () => {
    expect(good({ NOTIFY_SECRET: secret }).notify).toBeNull();
    // What is not used shuts no door, and is no key either.
    expect(good({ NOTIFY_SECRET: longText }).notify).toBeNull();
    expect(wrong({ NOTIFY_URL: url, NOTIFY_SECRET: longText }).setting).toBe("NOTIFY_SECRET");
    expect(wrong({ NOTIFY_URL: url }).setting).toBe("NOTIFY_SECRET");
    expect(wrong({ NOTIFY_URL: url, NOTIFY_SECRET_PREVIOUS: previous }).setting).toBe(
      "NOTIFY_SECRET",
    );
  });

  const sandbox = {
    PINELABS_ENV: "sandbox",
    PUBLIC_URL: "http://localhost:8787",
    PINELABS_BASE_URL: "http://localhost:8787/sandbox",
    NOTIFY_SECRET: secret,
  };

  it("may be on this machine in the sandbox, and nowhere else in private", () => {
    const local = "http://localhost:8787/sandbox/receiver";
    expect(good({ ...sandbox, NOTIFY_URL: local }).notify?.url).toBe(local);
    expect(wrong({ NOTIFY_SECRET: secret, NOTIFY_URL: local }).setting).toBe("NOTIFY_URL");
    const private_ = wrong({ ...sandbox, NOTIFY_URL: "https://192.168.1.9/events" });
    expect(private_.setting).toBe("NOTIFY_URL");
    expect(wrong({ ...sandbox, NOTIFY_URL: "http://shop.example/" }).setting).toBe("NOTIFY_URL");
  });
});

describe("the settings of one deployment", () => {
  it("are read once", () => {
    const env = { ...least } as unknown as Env;
    expect(readConfig(env)).toBe(readConfig(env));
  });
});

describe("the public address", () => {
  const unset = good({});

  it("is the setting, whatever was asked", () => {
    const config = good({ PUBLIC_URL: "https://pay.example" });
    expect(publicUrl(config, "https://chukta.someone.workers.dev/v1/links")).toBe(
      "https://pay.example",
    );
  });

  it.each([
    ["https://chukta.someone.workers.dev/v1/links?a=1", "https://chukta.someone.workers.dev"],
    ["http://quick.trycloudflare.com/v1/links", "https://quick.trycloudflare.com"],
    ["http://localhost:8787/v1/links", "http://localhost:8787"],
  ])("is the request's own without one: %s", (address, origin) => {
    expect(publicUrl(unset, address)).toBe(origin);
  });
});
