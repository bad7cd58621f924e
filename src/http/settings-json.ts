// What is configured, as the API shows it. Of a secret only whether it is set: this file is given its name and
// nothing else of it. Of a plain setting the value that counts, its default too; of an address that may carry a
// key of somebody else's in its path or query only where it leads. Pure.

import type { Config, namesSet, PlainSetting, SecretSetting } from "../config";

type Names = ReturnType<typeof namesSet>;

/** As it would be written; null: it is not set and has no default. */
const PLAIN: { readonly [name in PlainSetting]: (config: Config) => string | null } = {
  PINELABS_ENV: ({ environment }) => environment,
  PINELABS_BASE_URL: ({ gateway }) => gateway.base_url,
  PINELABS_CONTRACT: ({ contract }) => contract,
  WEBHOOK_SECRET_ENCODING: ({ webhook }) => webhook.encoding,
  WEBHOOK_TOLERANCE_SECONDS: ({ webhook }) => String(webhook.tolerance / 1_000),
  PUBLIC_URL: ({ public_url }) => public_url,
  RETURN_URL: ({ return_url }) => return_url && withoutQuery(return_url),
  FAILURE_RETURN_URL: ({ failure_return_url: url }) => url && withoutQuery(url),
  STOREFRONT_ORIGINS: ({ storefront_origins }) => listed(storefront_origins),
  FULFILL_ON: ({ fulfill_on }) => fulfill_on,
  AUTH_WINDOW_DAYS: ({ auth_window }) => windowText(auth_window),
  AUTO_CAPTURE: ({ auto_capture }) => (auto_capture ? "before_deadline" : "off"),
  STUCK_AFTER_SECONDS: ({ stuck_after }) => String(stuck_after / 1_000),
  ORDERS_WITHOUT_LINK: ({ orders_without_link }) => (orders_without_link ? "on" : "off"),
  MERCHANT_TIME_ZONE: ({ merchant }) => merchant.time_zone,
  SETTLEMENT_DAYS: ({ settlement }) => String(settlement.days),
  BANK_HOLIDAYS: ({ settlement }) => listed(settlement.holidays),
  FEE_TOLERANCE: ({ settlement }) => String(settlement.fee_tolerance),
  SETTLEMENT_TIME_ZONE: ({ settlement }) => settlement.time_zone,
  NOTIFY_URL: ({ notify }) => notify && originOnly(notify.url),
  MERCHANT_NAME: ({ merchant }) => merchant.name,
  MERCHANT_GSTIN: ({ merchant }) => merchant.gstin,
  SUPPORT_CONTACT: ({ merchant }) => merchant.support_contact,
  RECEIPT_FROM: ({ receipt_from }) => receipt_from,
  ACCESS_TEAM: ({ access }) => access?.team ?? null,
  ACCESS_AUD: ({ access }) => access?.audience ?? null,
  RETENTION_DAYS: ({ retention }) => (retention === null ? null : String(retention / 86_400_000)),
};

const SECRET: { readonly [name in SecretSetting]: true } = {
  PINELABS_CLIENT_ID: true,
  PINELABS_CLIENT_SECRET: true,
  PINELABS_WEBHOOK_SECRET: true,
  PINELABS_WEBHOOK_SECRET_PREVIOUS: true,
  PINELABS_CALLBACK_SECRET: true,
  API_KEY: true,
  CONSOLE_PASSWORD: true,
  SESSION_SECRET: true,
  NOTIFY_SECRET: true,
  NOTIFY_SECRET_PREVIOUS: true,
};

export const PLAIN_NAMES = Object.keys(PLAIN) as readonly PlainSetting[];

export const SECRET_NAMES = Object.keys(SECRET) as readonly SecretSetting[];

export function settingsJson(config: Config, set: Names) {
  return {
    plain: PLAIN_NAMES.map((name) => ({ name, value: PLAIN[name](config), set: set.has(name) })),
    secret: SECRET_NAMES.map((name) => ({ name, set: set.has(name) })),
  };
}

function listed(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.join(", ");
}

function windowText(window: Config["auth_window"]): string {
  const entries = Object.entries(window);
  return entries.map(([network, days]) => `${network}=${days}`).join(",");
}

function withoutQuery(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return `${origin}${pathname}${search === "" ? "" : "?…"}`;
}

function originOnly(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return pathname === "/" && search === "" ? origin : `${origin}/…`;
}
