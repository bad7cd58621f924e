// One POST to the merchant's system within a time limit. Follows no redirect, repeats nothing, reads only
// the beginning of the answer, and never throws. What the answer means is decided elsewhere.

import { unlessAborted } from "../domain/abort";
import type { AttemptError } from "../domain/delivery";
import type { Milliseconds } from "../domain/time";

/** What is kept of an answer's body. */
const ANSWER_BYTES = 1024;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Answered =
  | {
      readonly status: number;
      readonly error: null;
      readonly answer: string;
      readonly retry_after: string | null;
    }
  | {
      readonly status: null;
      readonly error: AttemptError;
      readonly answer: null;
      readonly retry_after: null;
    };

/** `limit`, in milliseconds, is for all of it; the network's own words are not kept. */
export async function send(
  fetch: typeof globalThis.fetch,
  { url, headers, body }: Post,
  limit: Milliseconds,
): Promise<Answered> {
  const signal = AbortSignal.timeout(limit);
  try {
    const response = await unlessAborted(
      signal,
      fetch(url, { method: "POST", headers: { ...headers }, body, redirect: "manual", signal }),
    );
    // The status decides: an answer whose body never ends is an answer all the same.
    const answer = await beginningOf(response, signal);
    const retry_after = response.headers.get("retry-after");
    return { status: response.status, error: null, answer, retry_after };
  } catch {
    const error = signal.aborted ? "no_answer_in_time" : "no_connection";
    return { status: null, error, answer: null, retry_after: null };
  }
}

/** A kibibyte at most, as text; a letter that was cut in two is left out. */
async function beginningOf(response: Response, signal: AbortSignal): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let left = ANSWER_BYTES;
  try {
    while (left > 0) {
      const step: { readonly value?: unknown } = await unlessAborted(signal, reader.read());
      if (!(step.value instanceof Uint8Array)) break;
      text += decoder.decode(step.value.subarray(0, left), { stream: true });
      left -= step.value.length;
    }
    // Nobody waits for the rest, or for its refusal.
    void reader.cancel().catch(() => undefined);
  } catch {
    return text;
  }
  return text;
}
