// After a pause: orders whose notifications were held back because the merchant's system answered 410 are
// told that it wants them again, some in each run. Whether it does, the first of them finds out; on a good
// day there is none, and this is one look into an empty index.

import { reasonOf } from "../domain/redact";

export interface ResumptionPorts {
  /** Actors with paused notifications, those with the oldest first. */
  paused(limit: number): Promise<readonly string[]>;
  resume(home: string): Promise<"resumed" | "paused">;
}

/** Actors told in one run; the rest follows in the next. */
const MOST = 40;
const CONCURRENCY = 5;

export interface ResumptionResult {
  readonly due: number;
  readonly asked: number;
  readonly changed: number;
  readonly failed: number;
  readonly left_over: number;
}

export async function runResumption(ports: ResumptionPorts): Promise<ResumptionResult> {
  const homes = await ports.paused(MOST);
  const run = { asked: 0, changed: 0, failed: 0 };
  while (run.asked < homes.length) {
    // The first goes alone: a pause that stands is for all of them.
    const some = homes.slice(run.asked, run.asked === 0 ? 1 : run.asked + CONCURRENCY);
    const outcomes = await Promise.all(some.map((home) => resume(ports, home)));
    run.asked += outcomes.length;
    run.changed += outcomes.filter((outcome) => outcome === "resumed").length;
    run.failed += outcomes.filter((outcome) => outcome === "failed").length;
    if (outcomes.includes("paused")) break;
  }
  return { due: homes.length, ...run, left_over: homes.length - run.asked };
}

async function resume(
  ports: ResumptionPorts,
  home: string,
): Promise<"resumed" | "paused" | "failed"> {
  try {
    return await ports.resume(home);
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "actor_unreachable", actor: home, reason }));
    return "failed";
  }
}
