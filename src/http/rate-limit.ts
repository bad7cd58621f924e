// Our own rate limits (429 with Retry-After). A limit that fails, or gives no answer in time, keeps nobody
// out: it protects us from too much, and money is protected by other things.

import { withTimeLimit } from "../actor/time-limit";
import type { Milliseconds } from "../domain/time";
import type { DoorContext } from "./doors";
import { logError } from "./log";
import { problem } from "./problem";

const ADMISSION_LIMIT_MS = 1_000;
/** The period of every limit. */
const PERIOD_S = 60;

/** Whether one more is within its rate. */
export async function isWithin(c: DoorContext, asked: Promise<boolean>): Promise<boolean> {
  try {
    return await withTimeLimit(asked, ADMISSION_LIMIT_MS);
  } catch {
    logError({ event: "rate_limit_unread", request_id: c.var.request_id });
    return true;
  }
}

export function rateLimited(detail: string): Response {
  return problem("rate_limited", { detail, retry_after: PERIOD_S });
}

/** Where the platform does not say, all count as one. */
export function addressOf(c: DoorContext): string {
  return c.req.header("cf-connecting-ip") ?? "unknown";
}

/** So many are remembered at once; beyond that all are forgotten. */
const MOST_REMEMBERED = 1_000;

/**
 * Secrets as strangers may guess them (keys, tokens), in this isolate: the addresses that sent too many
 * wrong ones, because the platform's limit can be told of a wrong one and not be asked without one; and
 * the secrets that were right here, which pass from wherever they come.
 */
export class Guesses {
  readonly #until = new Map<string, Milliseconds>();
  readonly #right = new Set<string>();

  /** Whether it is not even looked at. */
  isShutOut(secret: string, address: string, now: Milliseconds): boolean {
    if (this.#right.has(secret)) return false;
    const until = this.#until.get(address);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#until.delete(address);
    return false;
  }

  wasRight(secret: string): void {
    if (this.#right.size >= MOST_REMEMBERED) this.#right.clear();
    this.#right.add(secret);
  }

  /** It counts for nothing any more, should it ever have been right. */
  wasWrong(secret: string): void {
    this.#right.delete(secret);
  }

  shutOut(address: string, now: Milliseconds): void {
    if (this.#until.size >= MOST_REMEMBERED) this.#until.clear();
    this.#until.set(address, now + PERIOD_S * 1_000);
  }
}
