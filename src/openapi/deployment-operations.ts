// How the deployment is doing, and what waits for a person (http/operations.ts, http/attention.ts).

import { waiting } from "./attention-answers";
import { accountingSums, alive, configured, health } from "./deployment-answers";
import type { Operation } from "./operation";

export const deploymentOperations: readonly Operation[] = [
  {
    id: "getAttention",
    method: "get",
    path: "/v1/attention",
    tag: "Deployment",
    summary: "What waits for a person, and where the whole lists are",
    scope: "read",
    asksLedger: true,
    answers: {
      200: { schema: waiting, description: "Numbers, each with the oldest of its kind." },
    },
  },
  {
    id: "getAccounting",
    method: "get",
    path: "/v1/accounting",
    tag: "Deployment",
    summary: "Whether every message is accounted for",
    scope: "read",
    asksLedger: true,
    answers: { 200: { schema: accountingSums, description: "Both sides." } },
  },
  {
    id: "getHealth",
    method: "get",
    path: "/v1/health",
    tag: "Deployment",
    summary: "Whether it can do its work, and what is wrong",
    scope: "read",
    answers: { 200: { schema: health, description: "Always 200: `ok` says how it is." } },
  },
  {
    id: "getSettings",
    method: "get",
    path: "/v1/settings",
    tag: "Deployment",
    summary: "What is configured, never a secret, and which release this is",
    scope: "admin",
    answers: { 200: { schema: configured, description: "Every setting there is." } },
  },
  {
    id: "getAlive",
    method: "get",
    path: "/healthz",
    tag: "Deployment",
    summary: "A sign of life, whatever the settings",
    scope: null,
    answers: { 200: { schema: alive, description: "It runs." } },
  },
];
