// Problems that doors of a kind share, said once: what follows from a key, a query, a body, the ledger
// and the settings. Each is what app.ts, auth.ts and input.ts answer before a door is reached.

import { isProblemCode, PROBLEMS, type ProblemCode } from "../http/problem";
import type { Operation } from "./operation";

/** An address that asks the gateway can answer these; one that wants it to do something, gateway_refused too. */
export const GATEWAY_FAILURES = [
  "gateway_unavailable",
  "gateway_rate_limited",
  "gateway_unauthorized",
] as const satisfies readonly ProblemCode[];

/** What a key is answered: it is wrong, asks too often, lacks the scope, or nobody can say. */
const KEY_PROBLEMS = [
  "unauthorized",
  "rate_limited",
  "scope_missing",
  "access_unavailable",
] as const satisfies readonly ProblemCode[];

/** All codes that an operation can answer, in the order of PROBLEMS. */
export function problemsOf(operation: Operation): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>([...sharedBy(operation), ...(operation.problems ?? [])]);
  return Object.keys(PROBLEMS)
    .filter(isProblemCode)
    .filter((code) => codes.has(code));
}

function sharedBy(operation: Operation): readonly ProblemCode[] {
  const { scope, body, asksLedger } = operation;
  // Alive whatever the settings are, and with nothing that could go wrong.
  if (operation.path === "/healthz") return [];
  return [
    "setting_invalid",
    "internal_error",
    ...(operation.path.startsWith("/v1/") ? (["environment_mismatch"] as const) : []),
    ...(takesNoOtherQuery(operation) ? (["query_invalid"] as const) : []),
    ...(scope === null ? [] : KEY_PROBLEMS),
    ...(body ? (["json_invalid", "body_too_large", "body_invalid"] as const) : []),
    ...(asksLedger ? (["ledger_unavailable"] as const) : []),
  ];
}

/** Under /v1 an unknown parameter is a mistake, save in a browser's preflight, which has none. */
function takesNoOtherQuery({ path, method }: Operation): boolean {
  return path.startsWith("/v1/") && method !== "options";
}
