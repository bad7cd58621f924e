// The watchdog: an alarm rings at least once, but after six failures in a row, or a fault of the
// platform, never again. An actor whose work is overdue by its own projected word is woken.

import type { Milliseconds } from "../domain/time";

export interface WatchdogPorts {
  /** Actors whose projected `wake_at` has passed, oldest first, at most `limit`. */
  overdue(limit: number): Promise<readonly string[]>;
  wake(id: string): Promise<void>;
  now(): Milliseconds;
}

/** Few: each is a call, and the poll of the same minute needs the rest. */
const MOST = 5;

export interface WatchdogResult {
  readonly due: number;
  readonly asked: number;
  readonly failed: number;
}

export async function runWatchdog(ports: WatchdogPorts): Promise<WatchdogResult> {
  const overdue = await ports.overdue(MOST);
  const woken = await Promise.allSettled(overdue.map((id) => ports.wake(id)));
  const failed = woken.filter(({ status }) => status === "rejected").length;
  return { due: overdue.length, asked: overdue.length, failed };
}
