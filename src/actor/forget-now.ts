// A person asks for the removal of an order's personal data and waits for it: what the alarm would do next
// is done at once, as far as it goes; the job on the list does the rest.

import { reasonOf } from "../domain/redact";
import { type Errands, runJobs } from "./alarm";
import { answerOf, beginForgetting, forgetRest } from "./forget";
import { finish } from "./jobs";
import type { Part } from "./part";
import type { ForgetAnswer, Reading, Removed } from "./rpc";
import { success } from "../domain/result";
import { withTimeLimit } from "./time-limit";

export async function forgetNow(
  part: Part,
  errands: Errands,
  by: string,
  named: string,
): Promise<Reading<ForgetAnswer>> {
  const begun = beginForgetting(part, by, named);
  if (begun.kind !== "found" || !begun.value.ok) return begun;
  // Notifications that D1 has not got yet can not be written anew there.
  await runJobs(part, ["project"], errands);
  const removed = (await removeRest(part)) ?? begun.value.value.removed;
  await runJobs(part, ["project"], errands);
  return { kind: "found", value: success(answerOf(part, part.storage.readState(), removed)) };
}

/** Null: not all of it could be done now. */
async function removeRest(part: Part): Promise<Removed | null> {
  const started = part.storage.readState().jobs.forget;
  try {
    const removed = await withTimeLimit(forgetRest(part), part.limits.job);
    if (removed === null || started === undefined) return removed;
    part.storage.transact(() => {
      const state = part.storage.readState();
      part.storage.writeState({ ...state, jobs: finish(state.jobs, "forget", started) });
    });
    return removed;
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "not_forgotten_yet", actor: part.name, reason }));
    return null;
  }
}
