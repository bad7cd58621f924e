// The alarm: run whatever is due, each job with its own time limit and its own catch, and arm again
// for what is left. Safe to run twice, late or never (design 3.2). An alarm that hangs would block
// every later one of this actor, and six failures in a row would end it: neither can happen here.

import { claim, forward, handOver, lookUp } from "./home";
import { dueJobs, finish, type JobName, postpone, want } from "./jobs";
import { finishCreation } from "./link-creation";
import type { Part } from "./part";
import { project } from "./project";
import { applyWaiting } from "./receive";
import { withTimeLimit } from "./time-limit";

/** Rounds of one alarm: a job may ask for another that is due at once. */
const ROUNDS = 5;

export async function runDueJobs(part: Part, inquire: () => Promise<unknown>): Promise<void> {
  if (part.storage.isEmpty) return;
  part.storage.alarmBegins();
  for (let round = 0; round < ROUNDS; round += 1) {
    const due = dueJobs(part.storage.readState().jobs, part.now());
    if (due.length === 0) break;
    for (const name of due) await runJob(part, name, inquire);
  }
  part.storage.alarmEnds();
}

async function runJob(part: Part, name: JobName, inquire: () => Promise<unknown>): Promise<void> {
  const started = part.storage.readState().jobs[name];
  if (!started) return;
  const outcome = await attempt(part, name, inquire);
  part.storage.transact(() => {
    const state = part.storage.readState();
    const jobs =
      outcome === "done"
        ? finish(state.jobs, name, started)
        : outcome === "more"
          ? want(finish(state.jobs, name, started), name, part.now())
          : postpone(state.jobs, name, part.now());
    part.storage.writeState({ ...state, jobs });
  });
}

async function attempt(
  part: Part,
  name: JobName,
  inquire: () => Promise<unknown>,
): Promise<"done" | "more" | "failed"> {
  try {
    return await withTimeLimit(run(part, name, inquire), part.limits.job);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : "not an error";
    console.error(JSON.stringify({ event: "job_failed", actor: part.name, job: name, reason }));
    return "failed";
  }
}

async function run(
  part: Part,
  name: JobName,
  inquire: () => Promise<unknown>,
): Promise<"done" | "more" | "failed"> {
  switch (name) {
    case "apply":
      return applyWaiting(part) ? "done" : "failed";
    case "create":
      await finishCreation(part);
      return "done";
    case "look_up":
      await lookUp(part);
      return "done";
    case "claim":
      await claim(part);
      return "done";
    case "hand_over":
      await handOver(part);
      return "done";
    case "forward":
      await forward(part);
      return "done";
    case "inquire":
      await inquire();
      return "done";
    case "project":
      return (await project(part)) ? "done" : "more";
  }
}
