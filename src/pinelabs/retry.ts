// Repeating what may be repeated: reads and the fetching of a token, never a write. Exponential
// backoff with jitter, the gateway's own Retry-After where it gives one, and always within the time
// limit of the call (docs/gateway.md 8).

import type { Result } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type { GatewayFailure } from "./gateway";

const MAX_ATTEMPTS = 3;
const FIRST_DELAY: Milliseconds = 200;

export interface Attempt<T> {
  readonly result: Result<T, GatewayFailure>;
  /** Set when another try may help; `after` is the gateway's own wish, null when it has none. */
  readonly again: { readonly after: Milliseconds | null } | null;
}

export interface Patience {
  readonly deadline: Milliseconds;
  readonly now: () => Milliseconds;
  readonly random: () => number;
  readonly sleep: (delay: Milliseconds) => Promise<void>;
}

/** The first result that needs no other try, or the last one that fits the deadline. */
export async function repeat<T>(
  attempt: () => Promise<Attempt<T>>,
  patience: Patience,
): Promise<Result<T, GatewayFailure>> {
  for (let tries = 1; ; tries += 1) {
    const { result, again } = await attempt();
    if (result.ok || again === null || tries === MAX_ATTEMPTS) return result;
    const delay = again.after ?? backoff(tries, patience.random());
    if (patience.now() + delay >= patience.deadline) return result;
    await patience.sleep(delay);
  }
}

/** Between half and the whole of 200, 400, 800 … milliseconds. */
function backoff(tries: number, chance: number): Milliseconds {
  return Math.round(FIRST_DELAY * 2 ** (tries - 1) * (0.5 + chance / 2));
}
