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

/** Addresses that are remembered at once; beyond that all are forgotten. */
const MOST_ADDRESSES = 1_000;

/**
 * Addresses that sent too many wrong keys, in this isolate: the platform's limit can be told of a wrong
 * key, and not be asked without one.
 */
export class ShutOut {
  readonly #until = new Map<string, Milliseconds>();

  has(address: string, now: Milliseconds): boolean {
    const until = this.#until.get(address);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#until.delete(address);
    return false;
  }

  add(address: string, now: Milliseconds): void {
    if (this.#until.size >= MOST_ADDRESSES) this.#until.clear();
    this.#until.set(address, now + PERIOD_S * 1_000);
  }
}
