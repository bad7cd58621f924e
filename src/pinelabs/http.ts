// One HTTP exchange with the gateway: a request, a time limit over the whole of it (the body's
// reading included), a limit on the answer's size, and an answer as text. Follows no redirect, knows
// no status, repeats nothing, and never throws.

import { unlessAborted } from "../domain/abort";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import { concat, textOf } from "./secret-bytes";

/** The largest answer that is read. The largest documented one is a few KiB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH";
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retry_after: string | null;
  /** Null: too large, or not UTF-8. */
  readonly text: string | null;
}

/** `limit` is in milliseconds. The message is ours: a network error's own may name anything. */
export async function exchange(
  fetch: typeof globalThis.fetch,
  request: HttpRequest,
  limit: Milliseconds,
): Promise<Result<HttpAnswer, { readonly code: "no_answer"; readonly message: string }>> {
  const overdue = { code: "no_answer", message: `no answer within ${limit} ms` } as const;
  if (limit <= 0) return failure(overdue);
  const signal = AbortSignal.timeout(limit);
  try {
    const response = await unlessAborted(
      signal,
      fetch(request.url, {
        method: request.method,
        headers: { ...request.headers },
        body: request.body,
        redirect: "manual",
        signal,
      }),
    );
    return success({
      status: response.status,
      retry_after: response.headers.get("retry-after"),
      text: await unlessAborted(signal, readText(response)),
    });
  } catch {
    return failure(signal.aborted ? overdue : { code: "no_answer", message: "no connection" });
  }
}

/** Waits no longer than the limit, whatever the work makes of its own signal. Null when it failed. */
export async function within<T>(limit: Milliseconds, work: () => Promise<T>): Promise<T | null> {
  try {
    return await unlessAborted(AbortSignal.timeout(Math.max(1, limit)), work());
  } catch {
    return null;
  }
}

/** Null as soon as it is too large, or when it is not UTF-8. */
async function readText(response: Response): Promise<string | null> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const step: { readonly value?: unknown } = await reader.read();
    const chunk = step.value;
    if (!(chunk instanceof Uint8Array)) break;
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      await reader.cancel();
      return null;
    }
    chunks.push(chunk);
  }
  return textOf(concat(chunks));
}
