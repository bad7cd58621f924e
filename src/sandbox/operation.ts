/**
 * How the gateway's API handles any call: a planted fault, the token, the work in one
 * transaction, the log. The work itself is synchronous: nothing can come between its
 * reading and its writing.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { Books } from "./books";
import { GatewayError } from "./gateway-error";
import type { AnswerFault, Operation } from "./knobs";

/** What the work may look at. */
export interface Call {
  readonly origin: string;
  param(name: string): string;
  /** The body as JSON that fits the schema, or the gateway's 400 that names the field. */
  parse<T>(schema: z.ZodType<T>): T;
  /** The same for the query's parameters, which are texts; one that is repeated counts once. */
  query<T>(schema: z.ZodType<T>): T;
}

/**
 * Returns the body of a 200. A `GatewayError` that it throws leaves the books as they were;
 * one that it returns keeps what it wrote before it refused.
 */
export type Work = (call: Call) => unknown;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function parseBody<T>(request: Request, text: string, schema: z.ZodType<T>): T {
  const type = request.headers.get("content-type") ?? "";
  if (!type.toLowerCase().startsWith("application/json")) {
    throw new GatewayError("INVALID_REQUEST", "Content-Type must be application/json");
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new GatewayError("INVALID_REQUEST", "The request body is not JSON");
  }
  return fit(json, schema, "body");
}

function fit<T>(value: unknown, schema: z.ZodType<T>, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : "";
  const field = [...(issue?.path ?? []), ...(unknown ? [unknown] : [])].join(".");
  throw new GatewayError(
    "INVALID_REQUEST",
    `${field || name}: ${issue?.message ?? "invalid"}`,
    field,
  );
}

function sleep(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

function planted(fault: AnswerFault): Response | null {
  if (fault.status === undefined) return null;
  const headers = new Headers({ "content-type": "application/json" });
  if (fault.retry_after_seconds !== undefined) {
    headers.set("retry-after", String(fault.retry_after_seconds));
  }
  if (fault.location !== undefined) headers.set("location", fault.location);
  if (fault.body !== undefined) headers.set("content-type", "text/html");
  const body =
    fault.body ?? JSON.stringify(new GatewayError("INTERNAL_ERROR", "Internal error").toBody());
  const empty = [204, 304].includes(fault.status);
  return new Response(empty ? null : body, { status: fault.status, headers });
}

/** The token endpoint is the only one without a bearer token. */
function requireToken(books: Books, request: Request): void {
  const token = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token && books.store.isTokenGood(token, books.now_ms() * 1000)) return;
  throw new GatewayError("UNAUTHORIZED", "The access token is missing, unknown or expired");
}

/** The true answer, or the refusal. */
function answerOf(books: Books, work: () => unknown): Answer {
  let result: unknown;
  try {
    result = books.inTransaction(work);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    result = error;
  }
  if (!(result instanceof GatewayError)) return { status: 200, body: result };
  return { status: result.status, body: result.toBody() };
}

/** Runs one call of the API from the planted fault to the log. */
export async function runOperation(
  books: Books,
  c: Context,
  operation: Operation,
  work: Work,
): Promise<Response> {
  const request = c.req.raw;
  const text = await request.text();
  const fault = books.takeFault(operation);
  const lost = fault ? planted(fault) : null;
  const finish = (response: Response): Response => {
    books.requests.append(operation, request, text, response.status);
    return response;
  };
  if (fault && !fault.after_work) {
    await sleep(fault.delay_ms);
    if (lost) return finish(lost);
  }
  const answer = answerOf(books, () => {
    if (operation !== "token") requireToken(books, request);
    return work({
      origin: new URL(request.url).origin,
      param: (name) => c.req.param(name) ?? "",
      parse: (schema) => parseBody(request, text, schema),
      query: (schema) => fit(c.req.query(), schema, "query"),
    });
  });
  if (fault?.after_work) {
    await sleep(fault.delay_ms);
    if (lost) return finish(lost);
  }
  return finish(Response.json(answer.body, { status: answer.status }));
}
