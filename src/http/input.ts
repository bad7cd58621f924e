// From what a caller sent to something typed, or a problem that names every field at fault. A body
// is one JSON object; a query has each parameter once; nothing unknown is let pass in silence.

import * as z from "zod/mini";
import english from "zod/v4/locales/en.js";
import { failure, type Result, success } from "../domain/result";
import type { JsonObject } from "../domain/json";
import type { DoorContext } from "./doors";
import { type FieldError, problem } from "./problem";
import { KIB, parseJsonObject, readBytes } from "./request-body";

export const BODY_LIMIT = 256 * KIB;

// What a schema does not say in words of ours, zod says in its own, and zod/mini has none until told.
z.config(english());

type Refused = { readonly code: "refused"; readonly response: Response };

/** A body that matches the schema, or the problem to answer: 400, 413 or 422. */
export async function parseBody<S extends z.ZodMiniType>(
  c: DoorContext,
  schema: S,
  limit = BODY_LIMIT,
  optional = false,
): Promise<Result<z.infer<S>, Refused>> {
  const body = await readJsonBody(c.req.raw, limit, optional);
  if (!body.ok) return body;
  const parsed = schema.safeParse(body.value);
  if (parsed.success) return success(parsed.data);
  const errors = bodyErrors(parsed.error.issues);
  return refuse(
    problem("body_invalid", {
      detail: "Some fields are missing, unknown or out of limits.",
      errors,
    }),
  );
}

/** The same for a request that may come without a body, which then has no fields. */
export async function parseOptionalBody<S extends z.ZodMiniType>(
  c: DoorContext,
  schema: S,
): Promise<Result<z.infer<S>, Refused>> {
  return parseBody(c, schema, BODY_LIMIT, true);
}

async function readJsonBody(
  request: Request,
  limit: number,
  optional: boolean,
): Promise<Result<JsonObject, Refused>> {
  const bytes = await readBytes(request, limit);
  if (!bytes.ok) {
    return refuse(problem("body_too_large", { detail: `At most ${limit} bytes are read.` }));
  }
  if (optional && bytes.value.length === 0) return success({});
  const parsed = parseJsonObject(bytes.value);
  if (parsed.ok) return parsed;
  switch (parsed.failure.code) {
    case "json_invalid":
      return refuse(problem("json_invalid", { detail: "Send one JSON object, encoded in UTF-8." }));
    case "json_not_an_object":
      return refuse(bodyProblem("", "must be a JSON object"));
    case "json_too_deep":
      return refuse(bodyProblem("", "is nested deeper than anything that is known here"));
  }
}

/** A body problem about one field. */
export function bodyProblem(pointer: string, detail: string): Response {
  return problem("body_invalid", { detail: `The field ${detail}.`, errors: [{ pointer, detail }] });
}

/** A query that matches the schema, or the problem to answer: 400. */
export function parseQuery<S extends z.ZodMiniType>(
  c: DoorContext,
  schema: S,
): Result<z.infer<S>, Refused> {
  const given = c.req.queries();
  const repeated = Object.keys(given).filter((name) => (given[name] ?? []).length > 1);
  if (repeated.length > 0) {
    return refuse(queryProblem(repeated.map((name) => [name, "may be given once only"])));
  }
  const flat = Object.fromEntries(Object.entries(given).map(([name, all]) => [name, all[0] ?? ""]));
  const parsed = schema.safeParse(flat);
  if (parsed.success) return success(parsed.data);
  return refuse(
    queryProblem(
      parsed.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((name) => [name, "is not known"] as const)
          : [[String(issue.path[0] ?? ""), issue.message] as const],
      ),
    ),
  );
}

export function queryProblem(
  faults: readonly (readonly [name: string, detail: string])[],
): Response {
  const errors = faults.map(([name, detail]) => ({ parameter: printable(name), detail }));
  const [first] = errors;
  const detail = first ? `The query parameter "${first.parameter}" ${first.detail}.` : "";
  return problem("query_invalid", { detail, errors });
}

/** For routes that take no query at all. */
export const NO_QUERY = z.strictObject({});

function refuse(response: Response): Result<never, Refused> {
  return failure({ code: "refused", response });
}

function bodyErrors(issues: readonly z.core.$ZodIssue[]): readonly FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        pointer: pointerOf([...issue.path, key]),
        detail: "is not a known field",
      }));
    }
    return [{ pointer: pointerOf(issue.path), detail: issue.message }];
  });
}

/** RFC 6901. What a caller named a field is repeated, but shortened. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${printable(String(part)).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 100);
}
