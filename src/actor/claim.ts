// Who may deliver an order (law 13): its actor grants one live claim, in the transaction that writes the
// timeline, and takes the word that ends it. What a claim is and when it is granted is
// domain/handling.ts; that it lapses when the money goes is seen at each commit (record-checks.ts).

import {
  type ClaimAnswerView,
  type FulfillmentView,
  viewClaimAnswer,
  viewFulfillment,
} from "../domain/fulfillment-view";
import { decideClaim, endLeases, type Handling, leaseEnd } from "../domain/handling";
import { decideEnd, type Ended, type EndRefusal } from "../domain/handling-end";
import { isMoneyGone, note } from "../domain/record-checks";
import { type OrderRecord, positionOf, withHandling } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import { deriveStage } from "../domain/stage";
import { mayFulfill } from "../domain/verdict";
import { drop, plan } from "./jobs";
import type { Part } from "./part";
import { isOurs } from "./plan";
import { commitEvolution } from "./record-change";
import type { ClaimWish, EndWish, Reading } from "./rpc";
import { isSettled, strangers } from "./seek";
import type { ActorState } from "./state";

/**
 * `secured`: the verdict releases goods, on the facts as they are at this moment: the caller awaits
 * nothing between. Only a home that knows what all orders of its link know grants one, and of the
 * account's other business (ORDERS_WITHOUT_LINK=off) nobody does.
 */
export function claimOrder(
  part: Part,
  { requested_by, ...request }: ClaimWish,
  secured: boolean,
): ClaimAnswerView {
  return part.storage.transact((): ClaimAnswerView => {
    const state = part.storage.readState();
    const now = part.now();
    const whole = isSettled(part.name, state) && strangers(part.name, state).length === 0;
    if (state.record === null || !whole || !isOurs(part, state.record))
      return { state: "refused", by: request.by };
    const id = `claim_${crypto.randomUUID().replaceAll("-", "")}`;
    const decided = decideClaim(state.record.handling, request, secured, id, now);
    write(part, state, state.record, decided.handling, requested_by);
    return viewClaimAnswer(decided.answer, request.by);
  });
}

/** Finds the order's home first: what an alias knows of its claims is handed over to it. */
export async function endClaim(
  part: Part,
  seek: () => Promise<void>,
  request: EndWish,
): Promise<Reading<Result<FulfillmentView, EndRefusal>>> {
  await seek();
  const before = part.storage.readState();
  if (before.home !== null) return { kind: "alias", home: before.home };
  if (before.record === null) return { kind: "absent" };
  return part.storage.transact(() => {
    const state = part.storage.readState();
    const { record } = state;
    if (record === null) return { kind: "absent" };
    const now = part.now();
    const gone = isMoneyGone(record);
    const ended = decideEnd(record.handling, request, now, gone);
    const { refusal } = ended;
    const unpaid = refusal?.code === "claim_lapsed" && gone;
    const shown = unpaid ? deliveredUnpaid(record, ended, now) : record;
    const written = write(part, state, shown, ended.handling, request.requested_by);
    if (refusal !== null) return { kind: "found", value: failure(refusal) };
    const after = written ?? record;
    const deliverable = mayFulfill(after.facts, positionOf(after), "authorized");
    const value = success(viewFulfillment(after.handling, deliverable));
    return { kind: "found", value };
  });
}

/** Goods may have gone out after the money went: nobody may overlook it, and it is said once. */
function deliveredUnpaid(record: OrderRecord, { handling }: Ended, now: number): OrderRecord {
  const late = handling.claims.find(
    ({ id, said_done }) =>
      said_done !== null &&
      record.handling.claims.some((before) => before.id === id && before.said_done === null),
  );
  if (late === undefined) return record;
  const position = positionOf(record);
  const finding = {
    type: "delivered_unpaid" as const,
    subject: late.id,
    ours: `delivered by ${late.by}`,
    theirs: deriveStage(record.facts, position),
    amount: position.amount?.value ?? null,
  };
  return note(record, finding, now);
}

/** Job `lease`: a lease that ran out is noted. In an alias it is its home's to note. */
export function endLease(part: Part): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const { record } = state;
    if (record === null || state.home !== null) {
      part.storage.writeState({ ...state, jobs: drop(state.jobs, "lease") });
      return;
    }
    const handling = endLeases(record.handling, part.now());
    const jobs = plan(state.jobs, "lease", leaseEnd(handling));
    const planned = { ...state, jobs };
    const written = write(part, planned, record, handling, "system");
    if (written === null) part.storage.writeState(planned);
  });
}

/** The record as it was committed, or null when nothing changed. */
export function write(
  part: Part,
  state: ActorState,
  record: OrderRecord,
  handling: Handling,
  by: string,
): OrderRecord | null {
  const changed = withHandling(record, handling, part.now());
  if (changed === state.record) return null;
  const evolution = { record: changed, changed: false, changes: [] };
  const next = commitEvolution(part, state, evolution, { by });
  part.storage.writeState(next);
  return next.record;
}
