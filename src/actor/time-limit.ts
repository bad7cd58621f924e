// A time limit around somebody else's promise. The work itself is not stopped: what it commits after
// the limit stays committed, and the caller has answered without it.

import type { Milliseconds } from "../domain/time";

export class TimeLimitPassed extends Error {
  override readonly name = "TimeLimitPassed";
}

/** Rejects with TimeLimitPassed after `limit` milliseconds; its timer is always cleared. */
export async function withTimeLimit<T>(work: Promise<T>, limit: Milliseconds): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimitPassed(`no answer in ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
