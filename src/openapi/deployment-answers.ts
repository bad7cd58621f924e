// How the deployment is doing, as its doors answer it (http/health.ts, http/operations.ts).

import * as z from "zod";
import { MESSAGE_STATES } from "../domain/message";
import { PLAIN_NAMES, SECRET_NAMES } from "../http/settings-json";
import { count, textOrNull, timeOrNull } from "./words";

export const alive = z.strictObject({ ok: z.literal(true) }).meta({ id: "Alive" });

export const accountingSums = z
  .strictObject({
    received: count,
    states: z.record(z.enum(MESSAGE_STATES), count),
    repeats: count,
    actors_with_gaps: count.describe("a message was taken and is not in the ledger (yet)"),
    balanced: z.boolean(),
  })
  .meta({ id: "Accounting" });

export const health = z
  .strictObject({
    ok: z.boolean(),
    wrong: z.array(z.string()).describe("sentences that say what to do"),
    environment: z.enum(["sandbox", "uat", "production"]),
    contract: z.enum(["guide", "reference"]),
    webhook_url: z.string(),
    gateway: z.strictObject({ ok: z.boolean(), code: textOrNull, checked_at: timeOrNull }),
    ledger: z.strictObject({
      ok: z.boolean(),
      oldest_inquiry_due_at: timeOrNull,
      oldest_wake_due_at: timeOrNull,
    }),
    webhooks: z.strictObject({ last_received_at: timeOrNull }),
    cron: z.strictObject({ last_run_at: timeOrNull }),
    retention: z.strictObject({
      last_run_at: timeOrNull.describe("null: RETENTION_DAYS is not set, or it has not run yet"),
      left_over: count.nullable().describe("orders that are left for the next run"),
    }),
    days: z.strictObject({
      last_run_at: timeOrNull,
      left_over: count.nullable().describe("days that are left for the next run"),
    }),
    settlements: z.strictObject({
      read_through: timeOrNull.describe("up to when the reports were read without a gap"),
      last_refresh_at: timeOrNull,
    }),
  })
  .meta({ id: "Health" });

export const configured = z
  .strictObject({
    plain: z.array(
      z.strictObject({
        name: z.enum(PLAIN_NAMES),
        value: textOrNull.describe("what counts, the default too; null: there is none"),
        set: z.boolean().describe("false: the default counts"),
      }),
    ),
    secret: z.array(z.strictObject({ name: z.enum(SECRET_NAMES), set: z.boolean() })),
    webhook_url: z.string().describe("for the Pine Labs dashboard"),
    callback_url: z.string().describe("for redirects of links that were not made here"),
    versions: z.strictObject({
      worker: z.string(),
      api: z.string(),
      ledger: textOrNull.describe("the newest migration; null: not known at the moment"),
    }),
  })
  .meta({ id: "Settings" });
