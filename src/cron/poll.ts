// The poll: asks the gateway about every order that is due (design 3.6), oldest due first, a bounded
// number a run, a few at a time. The gateway's trouble slows the whole run down and is honoured; one
// order's failure does not stop the others. Holds no state: what is due is found in D1, and each
// order's own actor decides whether it really is.

import { reasonOf } from "../domain/redact";
import type { PollOutcome } from "../actor/peers";
import { SECOND } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";

export interface PollPorts {
  /** Ids of due orders, oldest first, at most `limit`. */
  due(limit: number): Promise<readonly string[]>;
  /** How many are due altogether, counted to a sane limit. */
  countDue(): Promise<number>;
  /** Asks one order's actor. */
  poll(id: string, limit: Milliseconds): Promise<PollOutcome>;
  /** Takes an order whose actor could not be reached out of the next runs' way. */
  defer(id: string, until: Milliseconds): Promise<void>;
  now(): Milliseconds;
  random(): number;
  sleep(delay: Milliseconds): Promise<void>;
}

export interface PollSettings {
  /** Actors asked in one run; 40 fit the free plan's 50 subrequests. */
  readonly most: number;
  readonly concurrency: number;
  /** A run ends after this, so that it does not meet the next one. */
  readonly budget: Milliseconds;
  /** One order's inquiry. */
  readonly limit: Milliseconds;
  /** Up to this much is waited before each question. */
  readonly jitter: Milliseconds;
}

export const POLL_SETTINGS: PollSettings = {
  most: 40,
  concurrency: 5,
  budget: 45 * SECOND,
  limit: 15 * SECOND,
  jitter: SECOND / 4,
};

export interface PollResult {
  readonly due: number;
  readonly asked: number;
  readonly changed: number;
  readonly failed: number;
  readonly left_over: number;
  /** The gateway wants no questions before this moment; null when it said nothing. */
  readonly pause_until: Milliseconds | null;
}

/** After so many failures of the gateway in a row a run asks no more. */
const GIVE_UP_AFTER = 3;
/** Without Retry-After, a 429 is honoured for this long. */
const DEFAULT_PAUSE = 30 * SECOND;
const DEFER = 600 * SECOND;

export async function runPoll(
  ports: PollPorts,
  settings: PollSettings = POLL_SETTINGS,
): Promise<PollResult> {
  const started = ports.now();
  const waiting = [...(await ports.due(settings.most + 1))];
  const due = waiting.length > settings.most ? await ports.countDue() : waiting.length;
  const run = { asked: 0, changed: 0, failed: 0, inARow: 0, pause: null as Milliseconds | null };
  const over = () =>
    run.asked >= settings.most ||
    run.pause !== null ||
    run.inARow >= GIVE_UP_AFTER ||
    ports.now() - started >= settings.budget;

  async function worker(): Promise<void> {
    while (!over() && waiting.length > 0) {
      // Trouble makes everybody slower: 1, 2, 4 seconds before each question.
      const slower = run.inARow === 0 ? 0 : SECOND * 2 ** (run.inARow - 1);
      await ports.sleep(slower + Math.round(settings.jitter * ports.random()));
      const id = over() ? undefined : waiting.shift();
      if (id === undefined) return;
      run.asked += 1;
      await ask(id);
    }
  }

  async function ask(id: string): Promise<void> {
    const outcome = await askActor(ports, id, settings.limit);
    switch (outcome.kind) {
      case "not_due":
        return;
      case "asked":
        run.inARow = 0;
        if (outcome.changed) run.changed += 1;
        return;
      case "unreachable":
        run.failed += 1;
        await defer(id);
        return;
      case "failed":
        run.failed += 1;
        if (outcome.failure.code === "gateway_unavailable") run.inARow += 1;
        if (outcome.failure.code === "gateway_rate_limited") {
          const until = ports.now() + (outcome.failure.retry_after ?? DEFAULT_PAUSE);
          // Of several answers the longest silence counts.
          run.pause = Math.max(run.pause ?? 0, until);
        }
    }
  }

  /** D1's trouble is not this order's: the run goes on, and the order comes up again. */
  async function defer(id: string): Promise<void> {
    try {
      await ports.defer(id, ports.now() + DEFER);
    } catch (error) {
      const reason = reasonOf(error);
      console.error(JSON.stringify({ event: "not_deferred", actor: id, reason }));
    }
  }

  await Promise.all(Array.from({ length: settings.concurrency }, worker));
  return {
    due,
    asked: run.asked,
    changed: run.changed,
    failed: run.failed,
    left_over: due - run.asked,
    pause_until: run.pause,
  };
}

async function askActor(
  ports: PollPorts,
  id: string,
  limit: Milliseconds,
): Promise<PollOutcome | { readonly kind: "unreachable" }> {
  try {
    return await ports.poll(id, limit);
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "actor_unreachable", actor: id, reason }));
    return { kind: "unreachable" };
  }
}
