// Transfers that we have and that a whole list no longer names: each is asked for by its UTR. Only where
// the gateway itself says that there is none was it withdrawn: then its orders forget its lines.

import { dayOf, daysLater } from "../domain/report-days";
import { DAY, HOUR } from "../domain/schedule";
import { failure } from "../domain/result";
import { checkReading } from "../domain/settlement-check";
import { withdrawnFinding } from "../domain/transfer-findings";
import type { StoredPlace } from "../ledger/settlement-store";
import { askGateway, askLedger, type OpenDesk, type Stepped, STEPPED } from "./settlement-desk";
import { pageTrouble } from "./settlement-detail";
import type { Cursor, Transfer } from "./settlement-state";

type At<A extends Cursor["at"]> = Extract<Cursor, { readonly at: A }>;

/** One that the gateway shows under its UTR all the same is not asked for sooner, but for a person. */
const ASK_AGAIN = 12 * HOUR;

/** Looks for one among the next piece of the transfers that are stored with a day inside the range. */
export async function findAbsent(desk: OpenDesk, { after }: At<"absent">): Promise<Stepped> {
  const { storage, memory, limits } = desk;
  const running = storage.readRunning();
  const choose: Cursor = { at: "choose", after: "" };
  // Of a list that is not whole nobody knows what it would have named.
  if (running === null || !storage.readState().whole) {
    storage.transact(() => storage.advance(desk.now(), choose));
    return STEPPED;
  }
  const { from, to, started_at } = running.view;
  const range = { from: Date.parse(from), before: Date.parse(to) + DAY };
  const stored = await askLedger(desk, (ledger) =>
    ledger.storedBetween(range, after, limits.piece),
  );
  if (!stored.ok) return stored;
  // At the edges the gateway's days may be others than ours.
  const [first, last] = [daysLater(from, 1), daysLater(to, -1)];
  const askedBefore = running.thorough ? (started_at ?? 0) : desk.now() - ASK_AGAIN;
  const absent = stored.value.find(({ utr, at }) => {
    const day = dayOf(at, desk.config.settlement.time_zone);
    const inside = first <= day && day <= last;
    return inside && storage.listedRows(utr).length === 0 && memory.askedAt(utr) < askedBefore;
  });
  const end = stored.value.length < limits.piece ? choose : null;
  const on: Cursor = end ?? { at: "absent", after: stored.value.at(-1) ?? null };
  storage.transact(() =>
    storage.advance(desk.now(), absent === undefined ? on : { at: "ask", absent }),
  );
  return STEPPED;
}

/** Asks for it by its UTR. */
export async function askForAbsent(desk: OpenDesk, { absent }: At<"ask">): Promise<Stepped> {
  const { storage, limits } = desk;
  const { utr, net } = absent;
  const answer = await askGateway(desk, (gateway) => gateway.getSettlement(utr, 1, limits.gateway));
  const failed = answer.ok ? null : answer.failure;
  const isGone = failed?.code === "gateway_not_found" && failed.gateway_code !== null;
  if (failed !== null && !isGone && failed.code !== "gateway_refused") {
    return failure(pageTrouble(failed));
  }
  storage.transact(() => {
    if (!isGone) {
      leaveAbsent(desk, absent);
      return;
    }
    const state = storage.readState();
    const read = Math.max(state.last_read, absent.read) + 1;
    storage.writeState({ ...state, last_read: read });
    desk.lines.clear();
    const none = { totals: null, settled_at: null, restless: false };
    const transfer: Transfer = { utr, read, read_at: desk.now(), withdrawn: { net }, ...none };
    storage.advance(desk.now(), { at: "forget", transfer, after: "", owed: false });
  });
  return STEPPED;
}

/** It is only not listed, or nobody knows: it stays as it is. Call inside `transact`. */
export function leaveAbsent(
  desk: Pick<OpenDesk, "storage" | "memory" | "now">,
  absent: StoredPlace,
): void {
  const now = desk.now();
  desk.memory.noteAsked(absent.utr, now);
  desk.storage.advance(now, { at: "absent", after: absent });
}

/** The ledger would not hear of it: it is asked for again another time. Call inside `transact`. */
export function leaveWithdrawn(
  desk: Pick<OpenDesk, "storage" | "memory" | "now">,
  utr: string,
): void {
  const now = desk.now();
  desk.memory.noteAsked(utr, now);
  desk.storage.advance(now, { at: "absent", after: null });
}

/** Its orders have forgotten it; now the ledger does. */
export async function closeWithdrawn(
  desk: OpenDesk,
  { transfer, owed }: At<"close">,
): Promise<Stepped> {
  const { storage, memory } = desk;
  const { utr, read, read_at, withdrawn } = transfer;
  const reading = { utr, rows: [], detail: null, read_at };
  const check = checkReading(reading, desk.config.settlement);
  const findings = [withdrawnFinding(withdrawn?.net ?? null)];
  // While an order has not heard of it, it is asked for again.
  if (!owed) {
    const written = await askLedger(desk, (ledger) =>
      ledger.finishReading({ read, reading, check, findings, withdrawn: true }),
    );
    if (!written.ok) return written;
  }
  storage.transact(() => {
    if (!owed) memory.dropReading(utr);
    leaveWithdrawn(desk, utr);
  });
  return STEPPED;
}
