// The watchdog: an alarm rings at least once, but after six failures in a row, or a fault of the
// platform, never again. An actor whose work is overdue by its own projected word is woken.

import { reasonOf } from "../domain/redact";
import { MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";

/** An actor that can not be woken is tried again after this, so that it does not stand before others. */
const DEFER = 10 * MINUTE;

export interface WatchdogPorts {
  /** Actors whose projected `wake_at` has passed, oldest first, at most `limit`. */
  overdue(limit: number): Promise<readonly string[]>;
  wake(id: string): Promise<void>;
  /** Takes an actor that could not be woken out of the next runs' way. */
  defer(id: string, until: Milliseconds): Promise<void>;
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
  const woken = await Promise.all(overdue.map((id) => wake(ports, id)));
  const failed = woken.filter((isAwake) => !isAwake).length;
  return { due: overdue.length, asked: overdue.length, failed };
}

async function wake(ports: WatchdogPorts, id: string): Promise<boolean> {
  try {
    await ports.wake(id);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "actor_unreachable", actor: id, reason }));
    await ports.defer(id, ports.now() + DEFER);
    return false;
  }
}
