// What is configured, where the outside world reaches this deployment, and which release it is. For
// administrators: it shows how the account is set up, though none of its secrets.

import { Hono } from "hono";
import { namesSet, publicUrl } from "../config";
import { newestMigration } from "../ledger/schema-version";
import { requires } from "./auth";
import type { Door, DoorContext } from "./doors";
import { NO_QUERY, parseQuery } from "./input";
import { askLedger, LedgerUnavailable } from "./ledger";
import { settingsJson } from "./settings-json";
import { API_VERSION, WORKER_VERSION } from "./version";

const LEDGER_LIMIT_MS = 3_000;

export const settings = new Hono<Door>().get("/v1/settings", requires("admin"), async (c) => {
  const query = parseQuery(c, NO_QUERY);
  if (!query.ok) return query.failure.response;
  return c.json(await settingsOf(c));
});

export async function settingsOf(c: DoorContext) {
  const { config } = c.var.doors;
  const origin = publicUrl(config, c.req.url);
  return {
    ...settingsJson(config, namesSet(c.env)),
    webhook_url: `${origin}/webhooks/pinelabs`,
    callback_url: `${origin}/callback`,
    versions: { worker: WORKER_VERSION, api: API_VERSION, ledger: await readMigration(c) },
  };
}

/** Null: the ledger gives no answer, or nothing was noted. */
async function readMigration(c: DoorContext): Promise<string | null> {
  try {
    return await askLedger(newestMigration(c.var.doors.db), LEDGER_LIMIT_MS);
  } catch (error) {
    if (error instanceof LedgerUnavailable) return null;
    throw error;
  }
}
