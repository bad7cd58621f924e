/**
 * What the sandbox is told by its own wrangler.toml, with the defaults that
 * `merchant.toml` repeats on the other side. Nothing here is a real secret: the
 * sandbox stands in for Pine Labs Online on a developer's machine and in tests.
 */
import type { Books } from "./books";

/** Bindings and variables of the sandbox Worker. Every variable has a default. */
export interface SandboxEnv {
  readonly BOOKS: DurableObjectNamespace<Books>;
  /** The Worker under test: webhooks go to it, and every path outside `/sandbox`. */
  readonly MERCHANT: Fetcher;
  readonly SANDBOX_CLIENT_ID?: string;
  readonly SANDBOX_CLIENT_SECRET?: string;
  /** Raw bytes are the HMAC key of a webhook. */
  readonly SANDBOX_WEBHOOK_SECRET?: string;
  /** Hex; the decoded bytes are the HMAC key of a redirect. */
  readonly SANDBOX_CALLBACK_SECRET?: string;
  readonly SANDBOX_MERCHANT_ID?: string;
  readonly SANDBOX_CONTRACT?: string;
  /** The merchant's own key, for the start page, which calls the merchant's API. */
  readonly SANDBOX_API_KEY?: string;
  /** The merchant's NOTIFY_SECRET, for the shop's own system. */
  readonly SANDBOX_NOTIFY_SECRET?: string;
  /** Where customers of a link without addresses of its own go (docs/gateway.md 7.1). */
  readonly SANDBOX_DEFAULT_RETURN_URL?: string;
  /** Where webhooks go; when absent, `/webhooks/pinelabs` of MERCHANT. */
  readonly WEBHOOK_URL?: string;
}

/** The account at the gateway, as the merchant would find it in the dashboard. */
export interface Account {
  readonly client_id: string;
  readonly client_secret: string;
  readonly webhook_secret: string;
  readonly callback_secret: string;
  readonly merchant_id: string;
  readonly api_key: string;
  readonly notify_secret: string;
  readonly default_return_url: string | null;
  readonly webhook_url: string | null;
}

/** The values that `merchant.toml` repeats; tests import them from here. */
export const sandboxDefaults = {
  client_id: "5a4dbc0e-0000-4000-8000-c0ffee000001",
  client_secret: "sandbox-client-secret",
  webhook_secret: "sandbox-webhook-secret",
  callback_secret: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
  merchant_id: "104359",
  api_key: "sandbox-api-key-of-nobody-000000",
  notify_secret: "whsec_c2FuZGJveCBub3RpZnkgc2VjcmV0IG9mIG5vYm9keSE=",
} as const;

/** Reads the variables; an empty one counts as absent. */
export function parseAccount(env: SandboxEnv): Account {
  return {
    client_id: env.SANDBOX_CLIENT_ID || sandboxDefaults.client_id,
    client_secret: env.SANDBOX_CLIENT_SECRET || sandboxDefaults.client_secret,
    webhook_secret: env.SANDBOX_WEBHOOK_SECRET || sandboxDefaults.webhook_secret,
    callback_secret: env.SANDBOX_CALLBACK_SECRET || sandboxDefaults.callback_secret,
    merchant_id: env.SANDBOX_MERCHANT_ID || sandboxDefaults.merchant_id,
    api_key: env.SANDBOX_API_KEY || sandboxDefaults.api_key,
    notify_secret: env.SANDBOX_NOTIFY_SECRET || sandboxDefaults.notify_secret,
    default_return_url: env.SANDBOX_DEFAULT_RETURN_URL || null,
    webhook_url: env.WEBHOOK_URL || null,
  };
}
