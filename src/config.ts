// The one reader of `env`: every setting of the deployment, checked once and typed. A missing or
// malformed setting is one clear failure that names it and says what is allowed; no value is ever
// repeated in a message, because a secret may stand in the wrong place. "" means unset.
// Settings that no released part uses are checked all the same, so that a typing error shows early.

import * as z from "zod/mini";
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from "./domain/password-rule";
import { isLoopbackHost, isPublicHost } from "./domain/public-address";
import { failure, type Result, success } from "./domain/result";
import type { Milliseconds } from "./domain/time";
import type { FulfillOn } from "./domain/verdict";
import type { AuthWindow } from "./domain/window";
import { decodeHexSecret } from "./pinelabs/callback-signature";
import { decodeSecret, type WebhookSecret } from "./pinelabs/webhook-signature";

export interface Config {
  readonly environment: "sandbox" | "uat" | "production";
  /** `base_url` without a slash at its end. */
  readonly gateway: {
    readonly base_url: string;
    readonly client_id: string;
    readonly client_secret: string;
  };
  readonly contract: "guide" | "reference";
  readonly webhook: {
    readonly secrets: readonly WebhookSecret[];
    readonly encoding: "raw" | "base64";
    readonly tolerance: Milliseconds;
  };
  /** The key of the redirect's signature, or null when the account has none. */
  readonly callback_key: Uint8Array | null;
  /** An origin, or null on a deployment that answers under whatever address it is asked at. */
  readonly public_url: string | null;
  readonly return_url: string | null;
  readonly failure_return_url: string | null;
  readonly storefront_origins: readonly string[];
  readonly fulfill_on: FulfillOn;
  readonly auth_window: AuthWindow;
  readonly auto_capture: boolean;
  readonly stuck_after: Milliseconds;
  readonly orders_without_link: boolean;
  readonly merchant: {
    readonly name: string | null;
    readonly gstin: string | null;
    readonly support_contact: string | null;
    readonly time_zone: string;
  };
  /** From whose address receipts are sent; null: none are. */
  readonly receipt_from: string | null;
  readonly settlement: {
    /** Bank days from a payment to its transfer. */
    readonly days: number;
    /** "2026-01-26": days on which no bank works, besides Sundays and some Saturdays. */
    readonly holidays: readonly string[];
    /** Paisa by which a transfer's fees may be unexplained. */
    readonly fee_tolerance: number;
    /** In which the settlement report writes its times. */
    readonly time_zone: string;
  };
  /** Where notifications go and what signs them, newest key first; null: they are only recorded. */
  readonly notify: { readonly url: string; readonly keys: readonly Uint8Array[] } | null;
  /** After so long without a change a finished order loses its personal data; null: never. */
  readonly retention: Milliseconds | null;
  readonly api_key: string;
  readonly console: {
    /** The first administrator's; null: nobody signs in with one. */
    readonly password: string | null;
    /** Signs cookies and forms; null: the console is shut. */
    readonly session_secret: string | null;
  };
  /** Cloudflare Access in front of the console; null: it is not asked. */
  readonly access: CloudflareAccess | null;
}

export interface CloudflareAccess {
  /** `name.cloudflareaccess.com`: whose keys sign, and who is the issuer. */
  readonly team: string;
  /** The application's audience tag. */
  readonly audience: string;
}

export interface ConfigFailure {
  readonly code: "setting_invalid";
  readonly setting: string;
  /** A sentence for the developer who deploys; holds no setting's value. */
  readonly message: string;
}

/** The gateway's addresses (docs/gateway.md 1.1); the sandbox's comes from PINELABS_BASE_URL. */
const gatewayAddresses = {
  sandbox: null,
  uat: "https://pluraluat.v2.pinepg.in",
  production: "https://api.pluralpay.in",
} as const;

/** A key that the doors would not even look at would lock everybody out. */
export const LONGEST_KEY = 512;

const defaultAuthWindow: AuthWindow = { "*": 5 };

/** What completes the sentence "NAME must be …". */
const sentences = z.registry<{ readonly allowed: string }>();

const plainSettings = {
  PINELABS_ENV: setting(
    "one of sandbox, uat, production",
    z.enum(["sandbox", "uat", "production"]),
  ),
  PINELABS_BASE_URL: setting(
    "an http or https address without a query",
    z.optional(
      z.pipe(
        webAddress({ insecure: true, query: false }),
        z.transform((url) => `${url.origin}${url.pathname}`.replace(/\/+$/, "")),
      ),
    ),
  ),
  PINELABS_CONTRACT: oneOf(["guide", "reference"], "guide"),
  WEBHOOK_SECRET_ENCODING: oneOf(["raw", "base64"], "raw"),
  WEBHOOK_TOLERANCE_SECONDS: setting(
    "a whole number of seconds from 1 to 3600",
    z._default(wholeNumber(1, 3600), 300),
  ),
  PUBLIC_URL: setting(
    "an https origin without a path (http only on this machine)",
    z.optional(originAddress()),
  ),
  RETURN_URL: setting("an https address (http only on this machine)", z.optional(page())),
  FAILURE_RETURN_URL: setting("an https address (http only on this machine)", z.optional(page())),
  STOREFRONT_ORIGINS: setting(
    "https origins without a path, separated by commas (http only on this machine)",
    z._default(listOf(originAddress()), []),
  ),
  FULFILL_ON: oneOf(["paid", "authorized"], "paid"),
  AUTH_WINDOW_DAYS: setting(
    "a number of days from 1 to 30, or days by card network such as VISA=7,*=5",
    z._default(
      z.pipe(
        z.string(),
        z.transform((text, context) => parseAuthWindow(text) ?? refuse(context)),
      ),
      defaultAuthWindow,
    ),
  ),
  AUTO_CAPTURE: oneOf(["off", "before_deadline"], "off"),
  STUCK_AFTER_SECONDS: setting(
    "a whole number of seconds from 1 to 86400",
    z._default(wholeNumber(1, 86_400), 120),
  ),
  ORDERS_WITHOUT_LINK: oneOf(["on", "off"], "on"),
  MERCHANT_TIME_ZONE: timeZone(),
  SETTLEMENT_DAYS: setting(
    "a whole number of working days from 0 to 30",
    z._default(wholeNumber(0, 30), 1),
  ),
  BANK_HOLIDAYS: setting(
    "dates such as 2026-01-26, separated by commas",
    z._default(listOf(z.iso.date()), []),
  ),
  FEE_TOLERANCE: setting(
    "a whole number of paisa from 0 to 1000000",
    z._default(wholeNumber(0, 1_000_000), 0),
  ),
  SETTLEMENT_TIME_ZONE: timeZone(),
  NOTIFY_URL: setting(
    "a public https address (in the sandbox also one on this machine)",
    z.optional(page()),
  ),
  MERCHANT_NAME: setting(
    "a name of at most 100 characters",
    z.optional(z.string().check(z.maxLength(100))),
  ),
  MERCHANT_GSTIN: setting(
    "a GSTIN of 15 characters",
    z.optional(z.string().check(z.regex(/^\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/))),
  ),
  SUPPORT_CONTACT: setting(
    "a phone number, e-mail or web address of at most 200 characters",
    z.optional(z.string().check(z.maxLength(200))),
  ),
  RECEIPT_FROM: setting(
    "an e-mail address without a name",
    z.optional(z.email().check(z.maxLength(254))),
  ),
  RETENTION_DAYS: setting(
    "a whole number of days from 30 to 3650",
    z.optional(wholeNumber(30, 3650)),
  ),
  ACCESS_TEAM: setting(
    "a host name such as name.cloudflareaccess.com",
    z.optional(
      z.string().check(z.regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.cloudflareaccess\.com$/)),
    ),
  ),
  ACCESS_AUD: setting(
    "the application's audience tag: 64 hexadecimal digits",
    z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  ),
};

const secretSettings = {
  PINELABS_CLIENT_ID: setting("the client id of the Pine Labs account", secretText(1)),
  PINELABS_CLIENT_SECRET: setting("the client secret of the Pine Labs account", secretText(1)),
  PINELABS_WEBHOOK_SECRET: setting(
    "the webhook secret of the dashboard, without white space around it",
    z.optional(secretText(1)),
  ),
  PINELABS_WEBHOOK_SECRET_PREVIOUS: setting(
    "the former webhook secret, without white space around it",
    z.optional(secretText(1)),
  ),
  PINELABS_CALLBACK_SECRET: setting(
    "the redirect's secret in hexadecimal, without white space around it",
    z.optional(secretText(1)),
  ),
  API_KEY: setting(
    "a random key of 24 to 512 letters, digits and signs, not an example's",
    secretText(24).check(
      z.maxLength(LONGEST_KEY),
      z.refine((key) => /^[!-~]+$/.test(key) && !isPlaceholder(key)),
    ),
  ),
  CONSOLE_PASSWORD: setting(
    "a password of 12 to 200 characters",
    z.optional(secretText(SHORTEST_PASSWORD).check(z.maxLength(LONGEST_PASSWORD))),
  ),
  SESSION_SECRET: setting("a random text of 32 characters or more", z.optional(secretText(32))),
  // Whether these two are keys is asked only where there is somebody to notify (chooseReceiver).
  NOTIFY_SECRET: setting("whsec_ and base64 of 24 to 64 random bytes", z.optional(secretText(1))),
  NOTIFY_SECRET_PREVIOUS: setting(
    "the former secret: whsec_ and base64 of 24 to 64 random bytes",
    z.optional(secretText(1)),
  ),
};

const settings = z.object({ ...plainSettings, ...secretSettings });
type Settings = z.infer<typeof settings>;
type SettingName = keyof Settings;

/** The names of all settings, plain ones first: the order in which they are checked. */
export const settingNames = Object.keys(settings.shape) as readonly SettingName[];

export type PlainSetting = keyof typeof plainSettings;
export type SecretSetting = keyof typeof secretSettings;

/** Which settings stand somewhere, by their names alone: never what stands there. */
export function namesSet(env: Env): ReadonlySet<SettingName> {
  return new Set(settingNames.filter((name) => textOf(env, name) !== ""));
}

const known = new WeakMap<object, Result<Config, ConfigFailure>>();

/**
 * The settings of this deployment, or the first that is wrong. Checked once per `env` object: in
 * this order each setting alone, then PINELABS_ENV against the addresses, then the keys.
 */
export function readConfig(env: Env): Result<Config, ConfigFailure> {
  const earlier = known.get(env);
  if (earlier !== undefined) return earlier;
  const result = parseConfig(env);
  known.set(env, result);
  return result;
}

/**
 * The origin under which the outside world reaches this deployment, without a slash at its end:
 * PUBLIC_URL, else the one that this request came to. Only ever pass an authenticated request's
 * address: it becomes part of links that are sent out.
 */
export function publicUrl(config: Config, requestUrl: string): string {
  if (config.public_url !== null) return config.public_url;
  const url = new URL(requestUrl);
  // Behind a tunnel or a proxy the last hop is plain http, the customer's is not.
  if (url.protocol === "http:" && !isLoopback(url)) url.protocol = "https:";
  return url.origin;
}

function parseConfig(env: Env): Result<Config, ConfigFailure> {
  const parsed = settings.safeParse(collect(env));
  if (!parsed.success) {
    // Of an issue only its place is read; what zod says about it is never shown.
    const name = settingNames.find((name) => parsed.error.issues.some((i) => i.path[0] === name));
    if (name === undefined) throw new Error("a setting failed that has no name");
    const missing = textOf(env, name) === "";
    return wrong(name, `${name} ${missing ? "is not set: it " : ""}must be ${allowedOf(name)}.`);
  }
  const found = parsed.data;
  const address = chooseGateway(found);
  if (!address.ok) return address;
  const secrets = decodeSecrets(found);
  if (!secrets.ok) return secrets;
  const callback = decodeCallbackKey(found);
  if (!callback.ok) return callback;
  const notify = chooseReceiver(found);
  if (!notify.ok) return notify;
  const access = chooseAccess(found);
  if (!access.ok) return access;
  return success({
    environment: found.PINELABS_ENV,
    gateway: {
      base_url: address.value,
      client_id: found.PINELABS_CLIENT_ID,
      client_secret: found.PINELABS_CLIENT_SECRET,
    },
    contract: found.PINELABS_CONTRACT,
    webhook: {
      secrets: secrets.value,
      encoding: found.WEBHOOK_SECRET_ENCODING,
      tolerance: found.WEBHOOK_TOLERANCE_SECONDS * 1000,
    },
    callback_key: callback.value,
    public_url: found.PUBLIC_URL ?? null,
    return_url: found.RETURN_URL ?? null,
    failure_return_url: found.FAILURE_RETURN_URL ?? null,
    storefront_origins: found.STOREFRONT_ORIGINS,
    fulfill_on: found.FULFILL_ON,
    auth_window: found.AUTH_WINDOW_DAYS,
    auto_capture: found.AUTO_CAPTURE === "before_deadline",
    stuck_after: found.STUCK_AFTER_SECONDS * 1000,
    orders_without_link: found.ORDERS_WITHOUT_LINK === "on",
    merchant: {
      name: found.MERCHANT_NAME ?? null,
      gstin: found.MERCHANT_GSTIN ?? null,
      support_contact: found.SUPPORT_CONTACT ?? null,
      time_zone: found.MERCHANT_TIME_ZONE,
    },
    receipt_from: found.RECEIPT_FROM ?? null,
    settlement: {
      days: found.SETTLEMENT_DAYS,
      holidays: found.BANK_HOLIDAYS,
      fee_tolerance: found.FEE_TOLERANCE,
      time_zone: found.SETTLEMENT_TIME_ZONE,
    },
    notify: notify.value,
    retention: found.RETENTION_DAYS === undefined ? null : found.RETENTION_DAYS * 86_400_000,
    api_key: found.API_KEY,
    console: {
      password: found.CONSOLE_PASSWORD ?? null,
      session_secret: found.SESSION_SECRET ?? null,
    },
    access: access.value,
  });
}

/** The texts that are set. White space around a plain setting is not meant; a secret is left alone. */
function collect(env: Env): Partial<Record<SettingName, string>> {
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const text = textOf(env, name);
      return text === "" ? [] : [[name, text]];
    }),
  );
}

function textOf(env: Env, name: SettingName): string {
  const value: unknown = env[name];
  if (value === undefined || value === null) return "";
  // A number or a flag of wrangler.toml arrives as one; any other value matches no setting's form.
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return name in secretSettings ? text : text.trim();
}

function allowedOf(name: SettingName): string {
  const sentence = sentences.get(settings.shape[name]);
  if (sentence === undefined) throw new Error(`${name} does not say what is allowed`);
  return sentence.allowed;
}

/** The sandbox is never the public's: only on this machine, and only where it is said to be. */
function chooseGateway(found: Settings): Result<string, ConfigFailure> {
  if (found.PINELABS_ENV === "sandbox") {
    if (found.PUBLIC_URL === undefined || !isLoopback(new URL(found.PUBLIC_URL))) {
      return wrong(
        "PINELABS_ENV",
        "PINELABS_ENV may be sandbox only with a PUBLIC_URL on this machine " +
          "(http://localhost:8787); a deployed Worker takes uat or production.",
      );
    }
    if (found.PINELABS_BASE_URL === undefined) {
      return wrong(
        "PINELABS_BASE_URL",
        "PINELABS_BASE_URL is not set: with PINELABS_ENV sandbox it must be " +
          `${allowedOf("PINELABS_BASE_URL")}.`,
      );
    }
  }
  const others = Object.entries(gatewayAddresses).filter(([name]) => name !== found.PINELABS_ENV);
  const other = others.find(([, own]) => own !== null && isSameHost(own, found.PINELABS_BASE_URL));
  if (other !== undefined) {
    return wrong(
      "PINELABS_BASE_URL",
      `PINELABS_BASE_URL is the address of ${other[0]}, and PINELABS_ENV says otherwise: ` +
        "leave it unset, and the address follows PINELABS_ENV.",
    );
  }
  const address = found.PINELABS_BASE_URL ?? gatewayAddresses[found.PINELABS_ENV];
  if (address === null) throw new Error("an environment without a gateway");
  return success(address);
}

function decodeSecrets(found: Settings): Result<readonly WebhookSecret[], ConfigFailure> {
  const encoding = found.WEBHOOK_SECRET_ENCODING;
  const current = decodeSecret(
    found.PINELABS_WEBHOOK_SECRET ?? found.PINELABS_CLIENT_SECRET,
    encoding,
  );
  if (!current.ok) {
    const fallback =
      found.PINELABS_WEBHOOK_SECRET === undefined
        ? "is not set, so the client secret stands in for it and "
        : "";
    return wrong(
      "PINELABS_WEBHOOK_SECRET",
      `PINELABS_WEBHOOK_SECRET ${fallback}${undecodable(current.failure.code)}`,
    );
  }
  const secrets: WebhookSecret[] = [{ name: "current", key: current.value }];
  if (found.PINELABS_WEBHOOK_SECRET_PREVIOUS !== undefined) {
    const previous = decodeSecret(found.PINELABS_WEBHOOK_SECRET_PREVIOUS, encoding);
    if (!previous.ok) {
      const name = "PINELABS_WEBHOOK_SECRET_PREVIOUS";
      return wrong(name, `${name} ${undecodable(previous.failure.code)}`);
    }
    secrets.push({ name: "previous", key: previous.value });
  }
  return success(secrets);
}

function decodeCallbackKey(found: Settings): Result<Uint8Array | null, ConfigFailure> {
  if (found.PINELABS_CALLBACK_SECRET === undefined) return success(null);
  const key = decodeHexSecret(found.PINELABS_CALLBACK_SECRET);
  if (key.ok) return success(key.value);
  const name = "PINELABS_CALLBACK_SECRET";
  return wrong(name, `${name} ${undecodable(key.failure.code)}`);
}

/** Notifications leave the house: to a public address only, and never without a signature. */
function chooseReceiver(found: Settings): Result<Config["notify"], ConfigFailure> {
  const { NOTIFY_URL: url, NOTIFY_SECRET: secret, NOTIFY_SECRET_PREVIOUS: previous } = found;
  if (url === undefined) return success(null);
  const { hostname, protocol } = new URL(url);
  const isLocal = found.PINELABS_ENV === "sandbox" && isLoopbackHost(hostname);
  if (!isLocal && (protocol !== "https:" || !isPublicHost(hostname))) {
    return wrong("NOTIFY_URL", `NOTIFY_URL must be ${allowedOf("NOTIFY_URL")}.`);
  }
  if (secret === undefined) {
    return wrong(
      "NOTIFY_SECRET",
      `NOTIFY_SECRET is not set: with a NOTIFY_URL it must be ${allowedOf("NOTIFY_SECRET")}.`,
    );
  }
  const newest = notifyKey(secret);
  if (newest === null) {
    return wrong("NOTIFY_SECRET", `NOTIFY_SECRET must be ${allowedOf("NOTIFY_SECRET")}.`);
  }
  if (previous === undefined) return success({ url, keys: [newest] });
  const former = notifyKey(previous);
  if (former === null) {
    const name = "NOTIFY_SECRET_PREVIOUS";
    return wrong(name, `${name} must be ${allowedOf(name)}.`);
  }
  return success({ url, keys: [newest, former] });
}

/** Both or neither: a team without an audience would let in whoever may open another application. */
function chooseAccess(found: Settings): Result<CloudflareAccess | null, ConfigFailure> {
  const { ACCESS_TEAM: team, ACCESS_AUD: audience } = found;
  if (team === undefined && audience === undefined) return success(null);
  if (team !== undefined && audience !== undefined) return success({ team, audience });
  const [missing, other] =
    team === undefined
      ? (["ACCESS_TEAM", "ACCESS_AUD"] as const)
      : (["ACCESS_AUD", "ACCESS_TEAM"] as const);
  return wrong(
    missing,
    `${missing} is not set: with ${other} it must be ${allowedOf(missing)}. Cloudflare Access takes both.`,
  );
}

/** With its prefix or without, as the libraries of the scheme take it; null: it is none. */
function notifyKey(text: string): Uint8Array | null {
  const key = decodeSecret(text, "base64");
  return key.ok && key.value.length >= 24 && key.value.length <= 64 ? key.value : null;
}

function undecodable(code: "secret_empty" | "secret_not_base64" | "secret_not_hex"): string {
  switch (code) {
    case "secret_empty":
      return "is empty: no key can be made of it.";
    case "secret_not_base64":
      return "is not base64, which WEBHOOK_SECRET_ENCODING says it is; the other value is raw.";
    case "secret_not_hex":
      return "must be hexadecimal: an even number of the digits 0-9 and a-f.";
  }
}

function wrong(setting: SettingName, message: string): Result<never, ConfigFailure> {
  return failure({ code: "setting_invalid", setting, message });
}

/** Fails the value at hand; which setting it was is known from its place. */
function refuse(context: z.core.ParsePayload): never {
  context.issues.push({ code: "custom", input: context.value });
  return z.NEVER;
}

/** A setting that takes what the schema takes; `allowed` says it in words. */
function setting<S extends z.ZodMiniType>(allowed: string, schema: S): S {
  sentences.add(schema, { allowed });
  return schema;
}

function oneOf<const T extends string>(words: readonly T[], unset: NoInfer<T>) {
  return setting(`one of ${words.join(", ")}`, z._default(z.enum(words), unset));
}

function wholeNumber(least: number, most: number) {
  return z
    .pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number))
    .check(z.refine((number) => number >= least && number <= most));
}

/** White space at an end is refused, not removed: a key is used exactly as it stands or not at all. */
function secretText(least: number) {
  return z.string().check(z.regex(/^\S(.*\S)?$/), z.minLength(least));
}

function listOf<T>(member: z.ZodMiniType<T, string>) {
  const parts = z.transform((text: string) => text.split(/[\s,]+/).filter((part) => part !== ""));
  return z.pipe(z.pipe(z.string(), parts), z.array(member));
}

function webAddress(allowed: { readonly insecure: boolean; readonly query: boolean }) {
  return z.pipe(
    z.string(),
    z.transform((text, context) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      if (url === null) return refuse(context);
      if (url.username !== "" || url.password !== "" || url.hash !== "") return refuse(context);
      const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
      if (!secure && !(allowed.insecure && url.protocol === "http:")) return refuse(context);
      if (url.search !== "" && !allowed.query) return refuse(context);
      return url;
    }),
  );
}

function originAddress() {
  const address = webAddress({ insecure: false, query: false });
  // "https://*.shop.example" is a URL, and the origin of no page.
  const bare = address.check(
    z.refine((url) => url.pathname === "/" && !url.hostname.includes("*")),
  );
  return z.pipe(
    bare,
    z.transform((url) => url.origin),
  );
}

function page() {
  return z.pipe(
    webAddress({ insecure: false, query: true }),
    z.transform((url) => url.href),
  );
}

function isSameHost(address: string, other: string | undefined): boolean {
  return other !== undefined && new URL(address).hostname === new URL(other).hostname;
}

function isLoopback(url: URL): boolean {
  return isLoopbackHost(url.hostname);
}

function timeZone() {
  return setting(
    "an IANA time zone such as Asia/Kolkata",
    z._default(z.string().check(z.refine(isTimeZone)), "Asia/Kolkata"),
  );
}

function isTimeZone(text: string): boolean {
  // "+05:30" is known to the runtime and is no zone: it has no rules for summer time.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** `5`, or days by network: `VISA=7,*=5`; networks not named have the default. Null: unreadable. */
function parseAuthWindow(text: string): AuthWindow | null {
  const window: Record<string, number> = {};
  for (const part of (/^\d+$/.test(text) ? `*=${text}` : text).split(",")) {
    const [, network, days = ""] =
      /^\s*(\*|[A-Za-z0-9][A-Za-z0-9 _-]*?)\s*=\s*(\d{1,2})\s*$/.exec(part) ?? [];
    const count = Number(days);
    if (network === undefined || count < 1 || count > 30) return null;
    const key = network.toUpperCase();
    if (key in window) return null;
    window[key] = count;
  }
  return { ...defaultAuthWindow, ...window };
}

function isPlaceholder(key: string): boolean {
  if (new Set(key).size < 8) return true;
  return /change[-_]?me|replace[-_]?(me|this|with)|your[-_]?(own[-_]?)?(api[-_]?)?key|placeholder|example/i.test(
    key,
  );
}
