// What each setting does, in one sentence for whoever looks it up; how to write one is in docs/settings.md.

import type { PlainSetting, SecretSetting } from "../config";
import type { MessageState } from "../domain/message";
import type { Scope } from "../domain/scopes";

export const PLAIN_WORDS: { readonly [name in PlainSetting]: string } = {
  PINELABS_ENV: "Which of the gateway's environments this deployment works with.",
  PINELABS_BASE_URL: "Where the gateway is reached.",
  PINELABS_CONTRACT: "In which of its two documented forms the gateway wants refunds and captures.",
  WEBHOOK_SECRET_ENCODING: "How the webhook secret is written.",
  WEBHOOK_TOLERANCE_SECONDS: "Seconds by which a webhook's time may differ from ours.",
  PUBLIC_URL: "Where the outside world reaches this deployment.",
  RETURN_URL: "The shop's page to which a customer is sent after paying.",
  FAILURE_RETURN_URL: "The shop's page after a payment that failed.",
  STOREFRONT_ORIGINS: "Whose web pages may ask whether an order is paid.",
  FULFILL_ON: "What has to be true before an order may be delivered.",
  AUTH_WINDOW_DAYS: "Days within which held money must be captured.",
  AUTO_CAPTURE: "Whether held money is captured by itself before its time is over.",
  STUCK_AFTER_SECONDS: "Seconds without news after which a payment in progress is asked about.",
  ORDERS_WITHOUT_LINK: "Whether orders that belong to no payment link are looked after too.",
  MERCHANT_TIME_ZONE: "The clock of this console, of receipts and of reminders.",
  SETTLEMENT_DAYS: "Bank days from a payment until its money should be in your account.",
  BANK_HOLIDAYS: "Days on which your bank does not work.",
  FEE_TOLERANCE: "Paisa of a transfer that may stay unexplained.",
  SETTLEMENT_TIME_ZONE: "The clock of the settlement reports.",
  NOTIFY_URL: "Where your own system is told what happened; only its host is shown.",
  MERCHANT_NAME: "Your name, as customers see it.",
  MERCHANT_GSTIN: "Your GSTIN, on receipts.",
  SUPPORT_CONTACT: "How customers reach you.",
  RECEIPT_FROM: "From which address receipts are sent to customers.",
  ACCESS_TEAM: "Your Cloudflare Access team, if it says who comes to this console.",
  ACCESS_AUD: "The audience tag of this console's application at Cloudflare Access.",
  RETENTION_DAYS: "Days after which a finished order's personal data is removed.",
};

export const SECRET_WORDS: { readonly [name in SecretSetting]: string } = {
  PINELABS_CLIENT_ID: "With the next one, opens the gateway's API.",
  PINELABS_CLIENT_SECRET: "Opens the gateway's API.",
  PINELABS_WEBHOOK_SECRET:
    "Proves that a webhook is the gateway's. Not set: the client secret does.",
  PINELABS_WEBHOOK_SECRET_PREVIOUS: "The one before, while it is being changed.",
  PINELABS_CALLBACK_SECRET: "Checks the signature of a customer's redirect.",
  API_KEY: "The first administrator's key for the API.",
  CONSOLE_PASSWORD: "The first administrator's password for this console.",
  SESSION_SECRET: "Signs the cookies and forms of this console.",
  NOTIFY_SECRET: "Signs what your own system is told.",
  NOTIFY_SECRET_PREVIOUS: "The one before, while your system changes over.",
};

export const SCOPE_WORDS: { readonly [scope in Scope]: string } = {
  read: "Read everything, customers masked",
  customer: "See customers' phone numbers and e-mail addresses",
  links: "Make, cancel, send and replace payment links",
  refund: "Refund money",
  capture: "Capture held money, or release it",
  fulfill: "Say what was delivered and done",
  settlements: "Read settlement reports anew, resolve discrepancies",
  "messages:raw": "Read raw messages of the gateway",
  admin: "Everything an administrator may: keys, people, the money switch",
};

/** In a list, where its own name has no room. */
export const SCOPE_SHORT: { readonly [scope in Scope]: string } = {
  read: "read",
  customer: "see customers",
  links: "links",
  refund: "refund",
  capture: "capture",
  fulfill: "deliver",
  settlements: "settlements",
  "messages:raw": "raw messages",
  admin: "administer",
};

export const ACCOUNTED: { readonly [state in MessageState]: string } = {
  applied: "Changed something",
  no_change: "Told nothing new",
  unrouted: "Belong to no order",
  waiting: "Wait to be applied",
  forwarded: "Handed on to their order",
};
