// Job `project`: one D1 batch with all that changed, guarded by the version (design 3.7). D1 is a
// copy: if it fails or hangs, the job is repeated until it succeeds, and nobody else waits for it.

import type { MessageRow } from "../domain/message";
import { type Delivery, isOver, isSaved, markSaved, newDelivery } from "../domain/delivery";
import { isLinkId, isOrderId, roleOf } from "../domain/ids";
import { toIso } from "../domain/time";
import { project as writeProjection, projectAlias } from "../ledger/projection";
import type { AuditRow } from "../ledger/audit";
import { type SavedDelivery, savedDelivery } from "../ledger/notifications";
import type { RecordedEvent } from "../ledger/projection";
import { eventDoc, eventId } from "./event";
import { OVERDUE } from "./jobs";
import { planDeliveries } from "./news";
import type { Part } from "./part";
import { nextInquiryOf } from "./plan";
import { orderView } from "./record-change";
import type { ActorState, AuditEntry } from "./state";
import type { QueuedEvent } from "./storage";

/** Rows of one kind in one batch; the rest follows in the next. */
const BATCH = 20;
/** Of notifications in one batch, which bear their whole order. */
const CHARACTERS = 1_000_000;

/** Returns whether everything is projected. */
export async function project(part: Part): Promise<boolean> {
  const state = part.storage.readState();
  const touched = state.touched.slice(0, BATCH);
  // Those that came since, page by page; one that was touched meanwhile goes with the touched.
  const page = part.storage.messagesAfter(state.projected_message, BATCH - touched.length);
  const messages = messagesToProject(part, state, touched, page);
  const untold = part.storage.eventsAfter(state.projected_event, BATCH);
  const events = beginningOf(untold);
  const audit = state.audit.slice(0, BATCH);
  const record = holdsOrder(part, state) ? state.record : null;
  const projected_event = Math.max(state.projected_event, ...events.map((event) => event.n));
  const deliveries = await unsavedDeliveries(part, state.deliveries, projected_event);
  const wake_at = wakeAt(withProjected(state, projected_event, deliveries));
  await writeProjection(part.db, {
    home: part.name,
    version: record?.version ?? 0,
    order: record && orderView(part, record),
    next_inquiry_at: record && nextInquiryOf(part, record),
    wake_at,
    keeps_wake: record === null && (wake_at !== null || state.wake_projected),
    messages,
    events: await Promise.all(
      events.map((event) => recordedEvent(part.name, event, state.deliveries)),
    ),
    deliveries: deliveries.map(({ row }) => row),
    audit: audit.map(auditRow),
    aliases: aliasesOf(state),
  });
  if (state.home !== null && state.handed_over) await removeOwnRows(part, state, state.home);
  return part.storage.transact(() => {
    const now = part.storage.readState();
    const sent = new Map(messages.map((row) => [row.n, JSON.stringify(row)]));
    const audited = new Set(audit.map(({ n }) => n));
    // A message that changed on its way to D1 has to go once more.
    const isSent = (n: number) => JSON.stringify(part.storage.getMessage(n)) === sent.get(n);
    const done = {
      ...withProjected(now, projected_event, deliveries),
      projected_message: Math.max(now.projected_message, ...page.map((row) => row.n)),
      touched: now.touched.filter((n) => !isSent(n)),
      // Lines that were added while the batch was on its way stay.
      audit: now.audit.filter(({ n }) => !audited.has(n)),
      wake_projected: record === null && wake_at !== null,
    };
    part.storage.writeState(done);
    const isLast =
      page.length < BATCH - touched.length &&
      untold.length < BATCH &&
      events.length === untold.length &&
      deliveries.length < BATCH;
    return isLast && done.touched.length === 0 && done.audit.length === 0;
  });
}

function auditRow({ n, at, order_id, amount, ...line }: AuditEntry): AuditRow {
  const shown = amount && { ...amount };
  return { n, at, order_id, doc: { at: toIso(at), order_id, ...line, amount: shown } };
}

/** Only a home has rows of its own: not an alias, a reference or a keeper of unrouted messages. */
function holdsOrder(part: Part, state: ActorState): boolean {
  const role = roleOf(part.name);
  return state.home === null && (role === "order" || role === "link");
}

function messagesToProject(
  part: Part,
  state: ActorState,
  touched: readonly number[],
  page: readonly MessageRow[],
): readonly MessageRow[] {
  const again = touched.map((n) => part.storage.getMessage(n)).filter((row) => row !== null);
  return [...again, ...page.filter(({ n }) => !state.touched.includes(n))];
}

/** As many as go in one batch; one at least. */
function beginningOf(events: readonly QueuedEvent[]): readonly QueuedEvent[] {
  let size = 0;
  const end = events.findIndex(({ json }, index) => {
    size += json.length;
    return index > 0 && size > CHARACTERS;
  });
  return end === -1 ? events : events.slice(0, end);
}

/** With these events and deliveries in D1, and the job that sends what waited for that. */
function withProjected(state: ActorState, upTo: number, sent: readonly Unsaved[]): ActorState {
  const projected_event = Math.max(state.projected_event, upTo);
  // Only for what came with this batch: a job that was put off stays put off.
  if (projected_event === state.projected_event && sent.length === 0) return state;
  const deliveries = saveDeliveries(state.deliveries, sent);
  return planDeliveries({ ...state, projected_event, deliveries });
}

/** The moment after which the watchdog should wonder why nothing has happened. */
function wakeAt(state: ActorState): number | null {
  const others = Object.entries(state.jobs).filter(([name]) => name !== "project");
  const due = others.map(([, job]) => job.due_at);
  return due.length === 0 ? null : Math.min(...due) + OVERDUE;
}

async function removeOwnRows(part: Part, state: ActorState, home: string): Promise<void> {
  const role = roleOf(part.name);
  if (state.record === null || (role !== "order" && role !== "link")) return;
  const { facts } = state.record;
  await projectAlias(part.db, {
    alias: part.name,
    home,
    payment_ids: Object.keys(facts.payment),
    refund_ids: Object.keys(facts.refund),
  });
}

/** The link of a home, and every actor that has handed over to it. */
function aliasesOf(state: ActorState): readonly string[] {
  const absorbed = Object.keys(state.absorbed).filter((name) => isOrderId(name) || isLinkId(name));
  return state.claimed === null ? absorbed : [state.claimed, ...absorbed];
}

async function recordedEvent(
  home: string,
  event: QueuedEvent,
  deliveries: readonly Delivery[],
): Promise<RecordedEvent> {
  const id = await eventId(home, event);
  const doc = eventDoc(event);
  const isToBeSent = deliveries.some(({ n }) => n === event.n);
  const fresh = isToBeSent ? savedDelivery(id, newDelivery(event.n, event.at)) : null;
  const delivery = fresh?.delivery ?? null;
  return { id, type: doc.type, created_at: event.at, doc, delivery };
}

/** Of events that stand in D1, or will by this batch, what D1 does not know of their deliveries. */
async function unsavedDeliveries(
  part: Part,
  deliveries: readonly Delivery[],
  upTo: number,
): Promise<readonly Unsaved[]> {
  const unsaved = deliveries.filter((delivery) => !isSaved(delivery) && delivery.n <= upTo);
  const first = unsaved.slice(0, BATCH).flatMap((delivery) => {
    const event = part.storage.getEvent(delivery.n);
    return event === null ? [] : [{ event, delivery }];
  });
  return Promise.all(
    first.map(async ({ event, delivery }) => ({
      n: delivery.n,
      row: savedDelivery(await eventId(part.name, event), delivery),
    })),
  );
}

interface Unsaved {
  readonly n: number;
  readonly row: SavedDelivery;
}

/** Those whose end is in D1 by now are forgotten. */
function saveDeliveries(
  deliveries: readonly Delivery[],
  sent: readonly Unsaved[],
): readonly Delivery[] {
  if (sent.length === 0) return deliveries;
  const revs = new Map(sent.map(({ n, row }) => [n, row.rev]));
  return deliveries
    .map((delivery) => markSaved(delivery, revs.get(delivery.n) ?? delivery.saved))
    .filter((delivery) => !isOver(delivery));
}
