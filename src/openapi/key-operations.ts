// API keys and the switch that stops money (http/keys.ts, http/money.ts).

import { keySchema, switchSchema } from "../http/key-schema";
import { key, keyPage, moneySwitch, newKey } from "./key-answers";
import type { Operation } from "./operation";

export const keyOperations: readonly Operation[] = [
  {
    id: "createKey",
    method: "post",
    path: "/v1/keys",
    tag: "Keys",
    summary: "Make an API key, which is shown once",
    description: "A key gives only scopes that it has itself.",
    scope: "admin",
    body: {
      schema: keySchema,
      example: {
        name: "Returns desk",
        scopes: ["read", "refund"],
        refund_limit: { per_refund: 500_000, per_day: 2_500_000 },
      },
    },
    answers: { 201: { schema: newKey, description: "The key." } },
    problems: ["key_name_taken", "too_many_keys"],
  },
  {
    id: "listKeys",
    method: "get",
    path: "/v1/keys",
    tag: "Keys",
    summary: "All keys that ever were, newest first",
    scope: "admin",
    answers: { 200: { schema: keyPage, description: "The whole list, without the keys." } },
  },
  {
    id: "revokeKey",
    method: "delete",
    path: "/v1/keys/{id}",
    tag: "Keys",
    summary: "Revoke a key at once and for ever",
    scope: "admin",
    answers: { 200: { schema: key, description: "The key, which stays in the list." } },
    problems: ["key_unknown"],
  },
  {
    id: "getMoneySwitch",
    method: "get",
    path: "/v1/money",
    tag: "Money",
    summary: "Whether money commands are stopped",
    scope: "read",
    answers: { 200: { schema: moneySwitch, description: "The switch." } },
  },
  {
    id: "stopMoney",
    method: "post",
    path: "/v1/money/stop",
    tag: "Money",
    summary: "Stop all refunds, captures and voids of this deployment",
    scope: "admin",
    body: { schema: switchSchema, example: { reason: "A key has leaked" } },
    answers: { 200: { schema: moneySwitch, description: "The switch as it stands then." } },
  },
  {
    id: "resumeMoney",
    method: "post",
    path: "/v1/money/resume",
    tag: "Money",
    summary: "Let refunds, captures and voids go on",
    scope: "admin",
    body: { schema: switchSchema, example: { reason: "The key was revoked" } },
    answers: { 200: { schema: moneySwitch, description: "The switch as it stands then." } },
  },
];
