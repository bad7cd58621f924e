// Notifications that are sent again because somebody wants it: one by its id, or all that wait for the end of
// a pause. The plan of tries begins anew; the id stays, so a receiver that has it already knows.

import { deliverAgain, receiverName, sendAgain } from "../domain/delivery";
import { failure, type Result, success } from "../domain/result";
import { eventId } from "./event";
import { want } from "./jobs";
import { withDeliveries } from "./notify";
import type { Part } from "./part";
import type { ResendFailure } from "./rpc";
import type { ActorState, AuditEntry } from "./state";
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
  const n = state.audited + 1;
  const line: AuditEntry = {
    n,
    at: part.now(),
    by,
    action: "resend",
    kind: "notification",
    reference: id,
    order_id: part.name,
    amount: null,
    reason: null,
    decision: null,
  };
  return { ...state, audit: [...state.audit, line], audited: n };
}

/** The merchant's system is told again: whoever was told nothing because of a pause goes on. */
export async function resumeNotifications(part: Part): Promise<"resumed" | "paused"> {
  const { notify } = part.config();
  const asked = notify === null ? null : await part.receiver().pauseOf(receiverName(notify));
  if (asked !== null) return "paused";
  part.storage.transact(() => {
    const state = part.storage.readState();
    const now = part.now();
    const paused = state.deliveries.filter((delivery) => delivery.state === "paused");
    if (paused.length === 0) return;
    const again = paused.map((delivery) => sendAgain(delivery, now));
    const next = withDeliveries(part, state, again);
    part.storage.writeState({ ...next, jobs: want(next.jobs, "project", now) });
  });
  return "resumed";
}
