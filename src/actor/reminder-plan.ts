// When the alarm must look after the reminders of a link: planned anew from the record at each of its
// changes. Only a home plans any, so that no two actors remind of one link.

import { nextReminder } from "../domain/reminders";
import type { Milliseconds } from "../domain/time";
import { plan } from "./jobs";
import type { Part } from "./part";
import { isSettled } from "./seek";
import type { ActorState } from "./state";

/** The state with its job `remind` at the next reminder, or without it. */
export function planReminders(
  part: Part,
  state: ActorState,
  notBefore: Milliseconds = 0,
): ActorState {
  const { record, jobs } = state;
  const settled = record !== null && isSettled(part.name, state);
  const next = settled ? nextReminder(record) : null;
  const at = next === null ? null : Math.max(next, notBefore);
  if (at === (jobs.remind?.due_at ?? null)) return state;
  return { ...state, jobs: plan(jobs, "remind", at) };
}
