// A message: kept first, applied second, in one transaction without an await (laws 1 and 4). What
// can not be translated now stays committed as `waiting`; the alarm tries again.

import type { MessageState } from "../domain/message";
import { note } from "../domain/record-checks";
import { reasonOf } from "../domain/redact";
import { homeOf, parseEvent } from "../pinelabs/event";
import { applyEvent } from "./apply-event";
import { want } from "./jobs";
import type { Part } from "./part";
import type { Message, MessageStatus } from "./rpc";
import type { ActorState } from "./state";

interface Applied {
  readonly state: ActorState;
  readonly message: MessageState;
  readonly event: string | null;
  readonly status: MessageStatus;
}

/** Commits the message and answers; throws only when storage itself failed. */
export function receive(part: Part, message: Message): MessageStatus {
  return part.storage.transact(() => {
    const state = part.storage.readState();
    const known = part.storage.findMessages(message.webhook_id);
    const repeated = known.find((row) => row.body_hash === message.body_hash);
    if (repeated) {
      part.storage.countRepeat(repeated.n);
      part.storage.writeState(touch(part, state, repeated.n));
      return "duplicate";
    }
    const applied = applyOrWait(part, state, message);
    const n = part.storage.addMessage(message, {
      state: applied.message,
      event: applied.event,
      idReused: known.length > 0,
    });
    removeUsedBody(part, applied.state, applied.message, n);
    const flagged = known.length > 0 ? flagReuse(part, applied.state, message) : applied.state;
    const jobs = want(flagged.jobs, "project", part.now() + part.limits.projectAfter);
    part.storage.writeState(queueForward(part, { ...flagged, jobs }, applied.message, n));
    return applied.status;
  });
}

/** Messages that wait are tried in pages of this many. */
const PAGE = 50;

/**
 * Job `apply`: tries every message that waits once more, page by page, so that one that fails again
 * never stops another.
 */
export function applyWaiting(part: Part): "done" | "failed" {
  let failed = false;
  let last = 0;
  for (;;) {
    const page = part.storage.waitingAfter(last, PAGE);
    for (const { n } of page) if (!reapply(part, n)) failed = true;
    last = page.at(-1)?.n ?? last;
    if (page.length < PAGE) return failed ? "failed" : "done";
  }
}

/** Applies a kept message (again). False when it could not be translated. */
export function reapply(part: Part, n: number): boolean {
  return part.storage.transact(() => {
    const row = part.storage.getMessage(n);
    const kept = part.storage.readBody(n);
    if (!row || !kept) return false;
    const state = part.storage.readState();
    const applied = applyOrWait(part, state, { ...row, ...kept });
    if (applied.message === "waiting") return false;
    // What was counted as applied once stays so: a second time changes nothing.
    if (row.state === "waiting") part.storage.settleMessage(n, applied.message, applied.event);
    const queued =
      row.state === "waiting"
        ? queueForward(part, applied.state, applied.message, n)
        : applied.state;
    part.storage.writeState(touch(part, queued, n));
    removeUsedBody(part, queued, applied.message, n);
    return true;
  });
}

/** Where personal data was removed, a raw body is kept only until it was applied (docs/retention.md). */
function removeUsedBody(part: Part, state: ActorState, message: MessageState, n: number): void {
  const removed = state.forgotten_at !== null || n <= state.bodies_removed;
  if (removed && message !== "forwarded") part.storage.removeBodies(n, n);
}

function applyOrWait(
  part: Part,
  state: ActorState,
  message: Pick<Message, "webhook_id" | "received_at" | "body" | "encoding">,
): Applied {
  try {
    // A savepoint: what a failing translation had begun to write is taken back, the message stays.
    return part.storage.transact(() => apply(part, state, message));
  } catch (error) {
    console.error(
      JSON.stringify({ event: "message_waits", actor: part.name, error: reasonOf(error) }),
    );
    const jobs = want(state.jobs, "apply", part.now() + part.limits.projectAfter);
    return { state: { ...state, jobs }, message: "waiting", event: null, status: "accepted" };
  }
}

function apply(
  part: Part,
  state: ActorState,
  message: Pick<Message, "webhook_id" | "received_at" | "body" | "encoding">,
): Applied {
  const event = parseEvent(message.encoding === "utf8" ? message.body : null);
  if (event.kind === "unreadable") {
    return { state, message: "unrouted", event: null, status: "unreadable" };
  }
  const unrouted: Applied = { state, message: "unrouted", event: event.name, status: "unrouted" };
  if (homeOf(event).kind === "none") return unrouted;
  if (state.home !== null) {
    return { state, message: "forwarded", event: event.name, status: "accepted" };
  }
  const applied = applyEvent(part, state, event, message);
  return {
    state: applied.state,
    message: applied.changed ? "applied" : "no_change",
    event: event.name,
    status: "accepted",
  };
}

/** Another body under a known id is kept as a message of its own, and said to be one. */
function flagReuse(part: Part, state: ActorState, message: Message): ActorState {
  if (state.record === null || state.record.version === 0) return state;
  const finding = {
    type: "message_id_reused",
    subject: message.webhook_id,
    ours: "one body per id",
    theirs: "another body",
    amount: null,
  } as const;
  const flagged = { ...state, record: note(state.record, finding, part.now()) };
  if (state.home === null) return flagged;
  // The home shows it.
  const jobs = want(state.jobs, "hand_over", part.now());
  return { ...flagged, handed_over: false, jobs };
}

/** An alias keeps and counts the message, and its home gets it (design 3.1). */
function queueForward(part: Part, state: ActorState, message: MessageState, n: number): ActorState {
  if (message !== "forwarded") return state;
  const to_forward = [...state.to_forward, n];
  return { ...state, to_forward, jobs: want(state.jobs, "forward", part.now()) };
}

/** A kept message has changed, perhaps while it is on its way to D1. */
function touch(part: Part, state: ActorState, n: number): ActorState {
  const jobs = want(state.jobs, "project", part.now() + part.limits.projectAfter);
  const touched = state.touched.includes(n) ? state.touched : [...state.touched, n];
  return { ...state, jobs, touched };
}
