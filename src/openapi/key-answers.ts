// API keys and the switch that stops money, as their doors answer them (domain/access-key.ts,
// domain/money-switch.ts).

import * as z from "zod";
import { SCOPES } from "../domain/scopes";
import { count, pageOf, textOrNull, time, timeOrNull } from "./words";

export const scopes = z.array(z.enum(SCOPES));

export const refundLimit = z
  .strictObject({
    per_refund: count.nullable().describe("paisa; null: no such limit"),
    per_day: count.nullable().describe("paisa; null: no such limit"),
  })
  .meta({ id: "RefundLimit" });

const KEY_FIELDS = {
  id: z.string(),
  name: z.string(),
  scopes,
  prefix: z.string().describe("how the key begins"),
  last_four: z.string().describe("how the key ends"),
  state: z.enum(["live", "expired", "revoked"]),
  refund_limit: refundLimit.nullable(),
  created_at: time,
  created_by: z.string().describe("the name of the key that made it"),
  last_used_at: timeOrNull.describe("to the minute"),
  expires_at: timeOrNull,
  revoked_at: timeOrNull,
  revoked_by: textOrNull,
};

export const key = z.strictObject(KEY_FIELDS).meta({ id: "Key" });

export const keyPage = pageOf("Keys", key);

export const newKey = z
  .strictObject({
    ...KEY_FIELDS,
    key: z.string().describe("the key itself: shown once, and nowhere else"),
  })
  .meta({ id: "NewKey" });

export const moneySwitch = z
  .strictObject({
    stopped: z.boolean(),
    since: timeOrNull.describe("null: it was never thrown"),
    by: textOrNull.describe("the name of the key"),
    reason: textOrNull,
  })
  .meta({ id: "MoneySwitch" });
