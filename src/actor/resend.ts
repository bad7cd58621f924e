// Notifications that are sent again because somebody wants it: one by its id, or all that wait for the end of
// a pause. The plan of tries begins anew; the id stays, so a receiver that has it already knows.

import {
  type Delivery,
  deliverAgain,
  goOnFrom,
  isSaved,
  receiverName,
  sendAgain,
} from "../domain/delivery";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import { pausedOf, type ShownPaused } from "../ledger/notifications";
import { addDeed } from "./audit-line";
import { eventId } from "./event";
import { want } from "./jobs";
import { withDeliveries } from "./notify";
import type { Part } from "./part";
import type { ResendFailure } from "./rpc";
import type { ActorState } from "./state";
import type { QueuedEvent } from "./storage";

export async function resendNotification(
  part: Part,
  id: string,
  by: string,
): Promise<Result<null, ResendFailure>> {
  if (part.config().notify === null) return failure({ code: "notify_not_configured" });
  const event = await findEvent(part, id);
  if (event === null) return failure({ code: "notification_unknown" });
  part.storage.transact(() => {
    const state = part.storage.readState();
    const now = part.now();
    const known = state.deliveries.find(({ n }) => n === event.n);
    const again = known === undefined ? deliverAgain(event.n, now) : sendAgain(known, now);
    part.storage.writeState(withDeliveries(part, audited(part, state, id, by), [again]));
  });
  return success(null);
}

const PAGE = 100;

/** Of those that this actor has told itself. */
async function findEvent(part: Part, id: string): Promise<QueuedEvent | null> {
  let after = 0;
  for (;;) {
    const page = part.storage.eventsAfter(after, PAGE);
    for (const event of page) if ((await eventId(part.name, event)) === id) return event;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return null;
    after = last.n;
  }
}

function audited(part: Part, state: ActorState, id: string, by: string): ActorState {
  return addDeed(state, {
    at: part.now(),
    by,
    action: "resend",
    kind: "notification",
    reference: id,
    order_id: part.name,
  });
}

/** The merchant's system is told again: whoever was told nothing because of a pause goes on. */
export async function resumeNotifications(part: Part): Promise<"resumed" | "paused"> {
  const { notify } = part.config();
  const asked = notify === null ? null : await part.receiver().pauseOf(receiverName(notify));
  if (asked !== null) return "paused";
  const known = part.storage.readState().deliveries.some(isPaused);
  if (!known) await mendPaused(part);
  part.storage.transact(() => {
    const state = part.storage.readState();
    const now = part.now();
    const paused = state.deliveries.filter(isPaused);
    if (paused.length === 0) return;
    const again = paused.map((delivery) => sendAgain(delivery, now));
    const next = withDeliveries(part, state, again);
    part.storage.writeState({ ...next, jobs: want(next.jobs, "project", now) });
  });
  return "resumed";
}

function isPaused({ state }: Delivery): boolean {
  return state === "paused";
}

/**
 * D1 shows as paused what is not paused here (it was restored, or its clock was ahead): it is told how that
 * stands. How one ended that is over is not kept: it is sent once more, and its receiver knows it by its id.
 */
async function mendPaused(part: Part): Promise<void> {
  const shown = await pausedOf(part.db, part.name);
  const told: { readonly n: number; readonly rev: number }[] = [];
  for (const { id, rev } of shown) {
    const event = await findEvent(part, id);
    if (event !== null) told.push({ n: event.n, rev });
  }
  if (told.length === 0) return;
  part.storage.transact(() => {
    const state = part.storage.readState();
    const mended = told.flatMap((one) => mendedOf(state, one, part.now()));
    if (mended.length === 0) return;
    const next = withDeliveries(part, state, mended);
    part.storage.writeState({ ...next, jobs: want(next.jobs, "project", part.now()) });
  });
}

function mendedOf(
  { deliveries }: ActorState,
  { n, rev }: { readonly n: number } & Pick<ShownPaused, "rev">,
  now: Milliseconds,
): readonly Delivery[] {
  const known = deliveries.find((delivery) => delivery.n === n);
  if (known === undefined) return [goOnFrom(deliverAgain(n, now), rev)];
  // D1 is told by itself.
  const follows = !isSaved(known) && known.rev > rev;
  return follows ? [] : [goOnFrom(known, rev)];
}
