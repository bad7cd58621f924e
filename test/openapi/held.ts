// Every answer that a test gets from the Worker, held against the description of the API: the operation is
// there, its status, its type, its code, and the body is what the schema says, no more and no less. What
// is wrong is gathered here and told after the test (hold-answers.ts), with what was right.

import { PROBLEMS, isProblemCode, type ProblemCode } from "../../src/http/problem";
import type { Answer, Operation } from "../../src/openapi/operation";
import { OPERATIONS } from "../../src/openapi/operations";
import { problemSchema, RETRY_LATER } from "../../src/openapi/problem-answers";
import { problemsOf } from "../../src/openapi/shared-problems";

/** What was wrong with answers since the last look. */
export const faults: string[] = [];

/** The documented answers that were seen: "operation status code", or the type where there is no code. */
export const seen = new Set<string>();

/** A longer body is not parsed: it would be read twice for nothing. */
const LONGEST = 1024 * 1024;

const PROBLEM = "application/problem+json";

/** What an address that is in no operation can answer. */
const ANYWHERE: readonly ProblemCode[] = [
  "not_found",
  "method_not_allowed",
  "query_invalid",
  "internal_error",
  "setting_invalid",
  "environment_mismatch",
];

const schemas = new Map<ProblemCode, ReturnType<typeof problemSchema>>();

/** Looks at the answer and gives it on untouched. */
export async function hold(request: Request, response: Response): Promise<Response> {
  const { pathname } = new URL(request.url);
  // The console's pages are no part of the API; what they ask of it are its own tests' business.
  if (pathname === "/console" || pathname.startsWith("/console/")) return response;
  const operation = findOperation(request.method, pathname);
  const about = `${request.method} ${pathname} answered ${response.status}`;
  for (const fault of await faultsOf(operation, request.method, response)) {
    faults.push(`${about}: ${fault}`);
  }
  return response;
}

const patterns = OPERATIONS.map((operation) => {
  const path = operation.path.replaceAll(".", String.raw`\.`).replaceAll(/\{[a-z_]+\}/g, "[^/]+");
  // The gateway's address is taken with a slash behind it, too.
  const slash = operation.path.startsWith("/webhooks/") ? "/?" : "";
  return { operation, matches: new RegExp(`^${path}${slash}$`) };
});

/** The operation that a request is one of. HEAD is answered as GET is. */
export function findOperation(method: string, path: string): Operation | null {
  const asked = method === "HEAD" ? "get" : method.toLowerCase();
  // A literal part goes before {a part of the caller's}.
  const fitting = patterns
    .filter(({ matches }) => matches.test(path))
    .map(({ operation }) => operation)
    .toSorted((one, two) => placeholders(one) - placeholders(two));
  return fitting.find((operation) => operation.method === asked) ?? null;
}

function placeholders({ path }: Operation): number {
  return path.split("{").length;
}

async function faultsOf(
  operation: Operation | null,
  method: string,
  response: Response,
): Promise<readonly string[]> {
  const type = response.headers.get("content-type")?.split(";")[0] ?? "none";
  const named = response.headers.has("x-request-id") ? [] : ["no x-request-id"];
  if (method === "HEAD") return named;
  if (type === PROBLEM) return [...named, ...(await problemFaults(operation, response))];
  if (operation === null) return [...named, "no operation describes this address"];
  const answer = operation.answers[response.status];
  if (answer === undefined) return [...named, `${operation.id} does not document this status`];
  const wrong = await answerFaults(answer, type, response);
  if (wrong.length === 0) seen.add(`${operation.id} ${response.status} ${type}`);
  return [...named, ...wrong];
}

async function problemFaults(
  operation: Operation | null,
  response: Response,
): Promise<readonly string[]> {
  const document: unknown = await response.clone().json();
  const code = (document as { readonly code?: unknown }).code;
  if (typeof code !== "string" || !isProblemCode(code)) return [`the code ${String(code)} is none`];
  const allowed = operation === null ? ANYWHERE : problemsOf(operation);
  if (!allowed.includes(code)) return [`${operation?.id ?? "nothing"} does not document ${code}`];
  if (PROBLEMS[code].status !== response.status) return [`${code} has another status`];
  if (response.headers.has("retry-after") !== RETRY_LATER.includes(code)) {
    return [`${code} says in Retry-After what is not described, or nothing`];
  }
  const schema = schemas.get(code) ?? problemSchema(code);
  schemas.set(code, schema);
  const parsed = schema.safeParse(document);
  if (!parsed.success) return [`${code}: ${parsed.error.message}`];
  if (operation !== null) seen.add(`${operation.id} ${response.status} ${code}`);
  return [];
}

async function answerFaults(
  { schema, types, headers = [] }: Answer,
  type: string,
  response: Response,
): Promise<readonly string[]> {
  const documented: readonly string[] = types ?? ["application/json"];
  const missing = headers
    .filter((name) => !response.headers.has(name))
    .map((name) => `no header ${name}`);
  if (!documented.includes(type)) return [...missing, `the type ${type} is not documented`];
  if (type !== "application/json" || schema === undefined) return missing;
  const text = await response.clone().text();
  if (text.length > LONGEST) return missing;
  const parsed = schema.safeParse(JSON.parse(text));
  return parsed.success ? missing : [...missing, `the body: ${parsed.error.message}`];
}
