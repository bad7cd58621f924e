// Reading a request's body with a limit. The stream is given up as soon as it is too long, whatever
// Content-Length says, so that a large body is never held whole. Bytes stay bytes; JSON is parsed
// only where a caller asks, and not when it is nested deeper than anything we know.

import { isJsonObject, type JsonObject } from "../domain/json";
import { failure, type Result, success } from "../domain/result";
import { textOf } from "../pinelabs/secret-bytes";

export const KIB = 1024;

export type BodyTooLarge = {
  readonly code: "body_too_large";
  /** Bytes read before it was given up; 0 when Content-Length alone said it. */
  readonly read: number;
};

export async function readBytes(
  request: Request,
  limit: number,
): Promise<Result<Uint8Array<ArrayBuffer>, BodyTooLarge>> {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > limit) {
    await request.body?.cancel();
    return failure({ code: "body_too_large", read: 0 });
  }
  // The platform's type leaves open what a body's chunks are; they are bytes.
  const stream: ReadableStream<Uint8Array> | null = request.body;
  if (stream === null) return success(new Uint8Array(0));
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    // The next chunk exists only after this one: there is nothing to do at the same time.
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      return failure({ code: "body_too_large", read: size });
    }
    chunks.push(value);
  }
  return success(concatenate(chunks, size));
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** SHA-256, lower-case hex. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export type JsonFailure =
  | { readonly code: "json_invalid" }
  | { readonly code: "json_not_an_object" }
  | { readonly code: "json_too_deep" };

/** Nothing that we or the gateway know is nested half as deep. */
const DEEPEST = 32;

export function parseJsonObject(bytes: Uint8Array): Result<JsonObject, JsonFailure> {
  const text = textOf(bytes);
  if (text === null) return failure({ code: "json_invalid" });
  if (depthOf(text) > DEEPEST) return failure({ code: "json_too_deep" });
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? success(value) : failure({ code: "json_not_an_object" });
  } catch (error) {
    if (error instanceof SyntaxError) return failure({ code: "json_invalid" });
    throw error;
  }
}

/** The deepest nesting of brackets outside strings, counted without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, (depth += 1));
    else if (character === "}" || character === "]") depth -= 1;
  }
  return deepest;
}
