// When the alarm must send a receipt by e-mail: planned anew from the record at each of its changes, in a
// settled home only, and only where the deployment can send any.

import { nextReceiptMail } from "../domain/receipt-plan";
import type { Milliseconds } from "../domain/time";
import { plan } from "./jobs";
import type { Part } from "./part";
import { isOurs } from "./plan";
import { isSettled } from "./seek";
import type { ActorState } from "./state";

/** Whether this actor sends receipts by e-mail: of somebody else's business only one that was asked for. */
export function isMailing(part: Part, state: ActorState): boolean {
  if (state.record === null || !isSettled(part.name, state)) return false;
  if (part.config().receipt_from === null || part.mailer() === null) return false;
  return state.record.handling.mail !== null || isOurs(part, state.record);
}

/** The state with its job `receipt` at the next try, or without it. */
export function planReceipt(
  part: Part,
  state: ActorState,
  notBefore: Milliseconds = 0,
): ActorState {
  const { record, jobs } = state;
  const now = part.now();
  const next = record !== null && isMailing(part, state) ? nextReceiptMail(record, now) : null;
  if (next === null) return { ...state, jobs: plan(jobs, "receipt", null) };
  // What is due already rides with the alarm that writes to D1, and is not put off by later changes.
  const soon = jobs.receipt?.due_at ?? now + part.limits.projectAfter;
  const at = Math.max(next > now ? next : soon, notBefore);
  return { ...state, jobs: plan(jobs, "receipt", at) };
}
