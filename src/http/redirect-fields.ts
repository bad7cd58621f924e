// The fields of the customer's redirect, as query, form or JSON (docs/gateway.md 7.1). Bounded in
// size and number; of a repeated field the first value counts. They prove nothing (law 5).

import { failure, type Result, success } from "../domain/result";
import { textOf } from "../pinelabs/secret-bytes";
import { KIB, parseJsonObject, readBytes } from "./request-body";

export type RedirectFields = Readonly<Record<string, string>>;

const REDIRECT_LIMIT = 64 * KIB;
const MOST_FIELDS = 50;

/** Our own parameter, counting the page's re-checks; never part of what the gateway signed. */
export const RECHECK_PARAMETER = "n";

export type UnreadableRedirect = { readonly code: "too_large" } | { readonly code: "unreadable" };

export async function readRedirectFields(
  request: Request,
): Promise<Result<RedirectFields, UnreadableRedirect>> {
  const query = [...new URL(request.url).searchParams].filter(([key]) => key !== RECHECK_PARAMETER);
  if (request.method !== "POST") return collect(query);
  const body = await readBytes(request, REDIRECT_LIMIT);
  if (!body.ok) return failure({ code: "too_large" });
  if (body.value.byteLength === 0) return collect(query);
  const sent = await pairsOf(body.value, request.headers.get("content-type") ?? "");
  return sent.ok ? collect(sent.value) : sent;
}

type Pairs = readonly (readonly [string, string])[];

async function pairsOf(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Result<Pairs, UnreadableRedirect>> {
  const kind = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (kind === "multipart/form-data") return multipartPairs(body, contentType);
  if (kind === "application/json") return jsonPairs(body);
  const text = textOf(body);
  return text === null ? failure({ code: "unreadable" }) : success([...new URLSearchParams(text)]);
}

async function multipartPairs(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Result<Pairs, UnreadableRedirect>> {
  try {
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    return success([...form].flatMap(([key, value]) => (isText(value) ? [[key, value]] : [])));
  } catch (error) {
    // A form whose boundary is missing or wrong.
    if (error instanceof TypeError) return failure({ code: "unreadable" });
    throw error;
  }
}

/** A file that somebody attached is no field. */
function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Only plain values: a nested one has no place in the signed text. */
function jsonPairs(body: Uint8Array): Result<Pairs, UnreadableRedirect> {
  const parsed = parseJsonObject(body);
  if (!parsed.ok) return failure({ code: "unreadable" });
  return success(
    Object.entries(parsed.value).flatMap(([key, value]) => {
      if (typeof value === "string") return [[key, value] as const];
      const plain = typeof value === "number" || typeof value === "boolean";
      return plain ? [[key, String(value)] as const] : [];
    }),
  );
}

function collect(pairs: Pairs): Result<RedirectFields, UnreadableRedirect> {
  const fields = new Map<string, string>();
  for (const [key, value] of pairs) if (!fields.has(key)) fields.set(key, value);
  if (fields.size > MOST_FIELDS) return failure({ code: "unreadable" });
  return success(Object.fromEntries(fields));
}
