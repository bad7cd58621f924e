// What an actor still has to do, and when. The alarm means "run whatever is due" (design 3.2): each
// job has a due time and a count of failures, survives a crash until it has succeeded, and never
// stops another. Pure: the alarm (alarm.ts) does the running.

import { MINUTE, HOUR, SECOND } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";

/** In the order in which they run when several are due. */
const JOBS = [
  /** Translate and join the messages that wait. */
  "apply",
  /** Finish the creation of a link whose outcome is unknown. */
  "create",
  /** Ask whether our reference is a link's. */
  "look_up",
  /** Learn the home of our link. */
  "claim",
  /** Tell the other orders of our link that we are their home. */
  "introduce",
  /** Give what we know to the home. */
  "hand_over",
  /** Give later messages to the home. */
  "forward",
  /** Cancel a link that can still be paid although its order is. */
  "retire",
  /** Learn how commands ended of which nobody knows. */
  "resolve",
  /** Give the alerts of the authorization window, and capture before its end. */
  "window",
  /** Note that the lease of a claim ran out. */
  "lease",
  /** Ask the gateway. */
  "inquire",
  /** Remind the customer of a link that is open. */
  "remind",
  /** Send the receipt by e-mail. */
  "receipt",
  /** Write to D1. */
  "project",
  /** Tell the merchant's systems; last, because they may take their time. */
  "notify",
] as const;

export type JobName = (typeof JOBS)[number];

export interface Job {
  readonly due_at: Milliseconds;
  readonly failures: number;
  /** Grows with each request, so that one made while the job runs is not taken for done. */
  readonly request: number;
}

export type Jobs = { readonly [name in JobName]?: Job };

/** Asks for a job at `at`, or earlier if it was asked for already. */
export function want(jobs: Jobs, name: JobName, at: Milliseconds): Jobs {
  const before = jobs[name];
  if (!before) return { ...jobs, [name]: { due_at: at, failures: 0, request: 1 } };
  const due_at = Math.min(before.due_at, at);
  return { ...jobs, [name]: { ...before, due_at, request: before.request + 1 } };
}

/** Sets exactly this due time, later than before if need be; null: there is nothing to do. */
export function plan(jobs: Jobs, name: JobName, at: Milliseconds | null): Jobs {
  const before = jobs[name];
  if (at === null) return before ? drop(jobs, name) : jobs;
  if (before?.due_at === at) return jobs;
  return { ...jobs, [name]: { due_at: at, failures: 0, request: (before?.request ?? 0) + 1 } };
}

/** Takes a finished job off the list, unless it was asked for again while it ran. */
export function finish(jobs: Jobs, name: JobName, started: Job): Jobs {
  const now = jobs[name];
  if (!now) return jobs;
  if (now.request !== started.request) return { ...jobs, [name]: { ...now, failures: 0 } };
  return drop(jobs, name);
}

/** Takes a job off the list that has nothing left to do. */
export function drop(jobs: Jobs, name: JobName): Jobs {
  const { [name]: _, ...rest } = jobs;
  return rest;
}

/** Puts a failed job off: 2, 4, 8 … seconds, an hour at most, and never gives it up. */
export function postpone(jobs: Jobs, name: JobName, now: Milliseconds): Jobs {
  const before = jobs[name];
  const failures = (before?.failures ?? 0) + 1;
  const due_at = now + Math.min(SECOND * 2 ** Math.min(failures, 16), HOUR);
  return { ...jobs, [name]: { due_at, failures, request: before?.request ?? 1 } };
}

export function dueJobs(jobs: Jobs, now: Milliseconds): readonly JobName[] {
  return JOBS.filter((name) => (jobs[name]?.due_at ?? Infinity) <= now);
}

/** When the alarm must ring, or null when nothing is left. */
export function nextDue(jobs: Jobs): Milliseconds | null {
  const times = Object.values(jobs).map((job) => job.due_at);
  return times.length === 0 ? null : Math.min(...times);
}

/** A job that is this late was forgotten by its alarm: the watchdog wakes the actor. */
export const OVERDUE = 2 * MINUTE;
