// The alarm: run whatever is due, each job with its own time limit and its own catch, and arm again
// for what is left. Safe to run twice, late or never (design 3.2). An alarm that hangs would block
// every later one of this actor, and six failures in a row would end it: neither can happen here.

import { reasonOf } from "../domain/redact";
import { MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import { endLease } from "./claim";
import type { Calls } from "./command-call";
import { forgetRest } from "./forget";
import { claim, forward, handOver, introduceHome, lookUp } from "./home";
import { dueJobs, finish, type Job, type JobName, type Jobs, postpone, want } from "./jobs";
import type { Inquired } from "./inquire";
import { notify } from "./notify";
import { isTimeToForget } from "./link-kept";
import { giveBack } from "./money-permit";
import type { Part } from "./part";
import { project } from "./project";
import { retireLinks } from "./retire";
import { mailReceipt } from "./receipt-post";
import { applyWaiting } from "./receive";
import { resolveCommands } from "./resolve";
import { remind } from "./remind";
import { TimeLimitPassed, withTimeLimit } from "./time-limit";
import type { Turns } from "./turns";
import { watchWindow } from "./window";

/** Rounds of one alarm: a job may ask for another that is due at once. */
const ROUNDS = 5;

export async function runDueJobs(part: Part, errands: Errands): Promise<void> {
  if (part.storage.isEmpty) return;
  part.storage.alarmBegins();
  let notBefore = 0;
  try {
    let notified = false;
    for (let round = 0; round < ROUNDS; round += 1) {
      const all = dueJobs(part.storage.readState().jobs, part.now());
      // Whoever does not answer is waited for once: what else is due comes before the next ones.
      const due = all.filter((name) => name !== "notify" || !notified);
      if (due.length === 0) break;
      await runJobs(part, due, errands);
      notified ||= due.includes("notify");
    }
  } catch (error) {
    // Nothing that was done is noted: at once it would all be done again, and again.
    notBefore = part.now() + MINUTE;
    logFailure(part, "alarm", error);
  } finally {
    part.storage.rearm(notBefore);
  }
}

/** Runs these jobs, if they are on the list, whether they are due or not. */
export async function runJobs(
  part: Part,
  names: readonly JobName[],
  errands: Errands,
): Promise<void> {
  for (const name of names) await runJob(part, name, errands);
}

/** What a job needs of the actor itself: its one queue of inquiries, its one row of creations. */
export interface Errands {
  inquire(): Promise<Inquired>;
  finishCreation(): Promise<void>;
  /** Finds the order's home now instead of at the next alarm. */
  seek(): Promise<void>;
  /** Calls of money commands that are on their way in this instance. */
  readonly calls: Calls;
  /** Commands of one reference begin one after the other. */
  readonly turns: Turns;
}

async function runJob(part: Part, name: JobName, errands: Errands): Promise<void> {
  const started = part.storage.readState().jobs[name];
  if (!started) return;
  const outcome = await attempt(part, name, errands);
  part.storage.transact(() => {
    const state = part.storage.readState();
    const jobs = jobsAfter(state.jobs, name, started, outcome);
    // D1 was told to wake this actor, and there is nothing left to wake it for.
    const idle = state.wake_projected && Object.keys(jobs).length === 0;
    part.storage.writeState({ ...state, jobs: idle ? want(jobs, "project", part.now()) : jobs });
  });

  function jobsAfter(jobs: Jobs, job: JobName, begun: Job, how: Outcome): Jobs {
    switch (how) {
      case "done":
        return finish(jobs, job, begun);
      case "planned":
        return jobs;
      case "more":
        return want(finish(jobs, job, begun), job, part.now());
      case "failed":
        return postpone(jobs, job, part.now());
    }
  }
}

/** `planned`: the job has set its own next due time, or taken itself off the list. */
type Outcome = "done" | "more" | "failed" | "planned";

async function attempt(part: Part, name: JobName, errands: Errands): Promise<Outcome> {
  try {
    return await withTimeLimit(run(part, name, errands), limitOf(part, name));
  } catch (error) {
    // An inquiry goes on without the alarm and keeps its own count of failures for the poll.
    if (name === "inquire" && error instanceof TimeLimitPassed) return "done";
    logFailure(part, name, error);
    return "failed";
  }
}

/**
 * A command may have to be read and sent again, each within the gateway's own limit; the window asks
 * in two steps, as every inquiry does, and then captures for as long as one call may take, and once more.
 * The merchant's system has its own time besides ours.
 */
function limitOf(part: Part, name: JobName): Milliseconds {
  const { gateway, job } = part.limits;
  if (name === "window") return 4 * gateway + job;
  if (name === "notify") return part.limits.notify + job;
  return name === "resolve" ? 2 * gateway + job : job;
}

function logFailure(part: Part, job: JobName | "alarm", error: unknown): void {
  const reason = reasonOf(error);
  console.error(JSON.stringify({ event: "job_failed", actor: part.name, job, reason }));
}

async function run(part: Part, name: JobName, errands: Errands): Promise<Outcome> {
  switch (name) {
    case "apply":
      return applyWaiting(part);
    case "create":
      await errands.finishCreation();
      return "done";
    case "look_up":
      await lookUp(part);
      return "done";
    case "claim":
      await claim(part);
      return "done";
    case "introduce":
      return introduceHome(part);
    case "hand_over":
      await handOver(part);
      return "done";
    case "forward":
      return forward(part);
    case "retire":
      await retireLinks(part, () => errands.inquire());
      return "done";
    case "resolve":
      await resolveCommands(part, errands);
      return "planned";
    case "give_back":
      await giveBack(part);
      return "done";
    case "window":
      await watchWindow(part, errands);
      return "planned";
    case "lease":
      endLease(part);
      return "planned";
    case "inquire":
      await errands.inquire();
      return "done";
    case "remind":
      return remind(part, () => errands.inquire());
    case "receipt":
      return mailReceipt(part);
    case "project":
      return (await project(part)) ? "done" : "more";
    case "notify":
      await notify(part);
      return "planned";
    case "forget":
      if (!isTimeToForget(part)) return "planned";
      return (await forgetRest(part)) === null ? "failed" : "done";
  }
}
