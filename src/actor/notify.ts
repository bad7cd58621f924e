// Job `notify`: tells the merchant's systems what this actor has told (decision 20). All that is due goes at
// once, each with its own time limit and its own outcome, so that none holds the next. What was sent and
// not noted is sent again: the receiver tells repeats by the id. Nothing but a receiver's answer, or its
// silence, counts as a try: while we or D1 are in trouble, notifications wait.

import type { Config } from "../config";
import {
  afterAttempt,
  type Delivery,
  giveUp,
  goOnFrom,
  isUnderWay,
  parseRetryAfter,
  pause,
  receiverName,
  withoutAnswer,
} from "../domain/delivery";
import { markDead } from "../domain/handling";
import { fnv1a } from "../domain/hash";
import { withHandling } from "../domain/record";
import { SECOND } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import { findStandings, numbered, type Standing } from "../ledger/notifications";
import { type Answered, send } from "../notify/send";
import { signatureHeaders } from "../notify/sign";
import { addressed } from "./addressed";
import { eventDoc, eventId } from "./event";
import { want } from "./jobs";
import { newsOf, planDeliveries, sendTime, withNews } from "./news";
import type { Part } from "./part";
import { commitEvolution, type Teller } from "./record-change";
import type { ActorState } from "./state";
import type { QueuedEvent } from "./storage";
import { withTimeLimit } from "./time-limit";

/** Sent at once: as many connections as one invocation may have open. */
const AT_ONCE = 6;

/** Each of our own questions around a try. */
const QUESTION_LIMIT: Milliseconds = 5 * SECOND;

type Receiver = NonNullable<Config["notify"]>;

/** Plans its own next time: when that is follows from the deliveries. */
export async function notify(part: Part): Promise<void> {
  const receiver = part.config().notify;
  if (receiver === null) endAll(part);
  else await deliverDue(part, receiver);
  part.storage.transact(() => {
    part.storage.writeState(planDeliveries(part.storage.readState()));
  });
}

/** There was somebody to tell, and there is nobody any more. */
function endAll(part: Part): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const ended = state.deliveries
      .filter(isUnderWay)
      .map((delivery) => giveUp(delivery, part.now()));
    if (ended.length > 0) part.storage.writeState(withDeliveries(part, state, ended));
  });
}

async function deliverDue(part: Part, receiver: Receiver): Promise<void> {
  const state = part.storage.readState();
  const due = state.deliveries
    .filter((delivery) => (sendTime(state, delivery) ?? Infinity) <= part.now())
    .slice(0, AT_ONCE);
  if (due.length === 0) return;
  const asked = part.receiver().pauseOf(receiverName(receiver));
  const paused = await withTimeLimit(asked, QUESTION_LIMIT);
  if (paused !== null) {
    for (const delivery of due) settle(part, delivery, pause(delivery, part.now()));
    return;
  }
  const letters = await write(part, due);
  const sent = await Promise.allSettled(letters.map((letter) => deliver(part, receiver, letter)));
  for (const result of sent) if (result.status === "rejected") throw result.reason;
}

interface Letter {
  readonly delivery: Delivery;
  readonly event: QueuedEvent;
  readonly id: string;
  readonly standing: Standing;
}

/** With the numbers that D1 has given them. One that D1 has lost is written there again first. */
async function write(part: Part, due: readonly Delivery[]): Promise<readonly Letter[]> {
  const events = await Promise.all(
    due.map(async (delivery) => {
      const event = part.storage.getEvent(delivery.n);
      if (event === null) throw new Error(`there is no event ${delivery.n}`);
      return { delivery, event, id: await eventId(part.name, event) };
    }),
  );
  const ids = events.map(({ id }) => id);
  const standings = await withTimeLimit(findStandings(part.db, ids), QUESTION_LIMIT);
  const lost = events.filter(({ id }) => !standings.has(id)).map(({ delivery }) => delivery.n);
  if (lost.length > 0) projectAgain(part, Math.min(...lost));
  const found = events.flatMap((letter) => {
    const standing = standings.get(letter.id);
    return standing === undefined ? [] : [{ ...letter, standing }];
  });
  const isBehind = ({ delivery, standing }: Letter): boolean => delivery.rev < standing.rev;
  // They are sent once D1 shows that they are on their way.
  for (const { delivery, standing } of found.filter(isBehind)) {
    settle(part, delivery, goOnFrom(delivery, standing.rev));
  }
  return found.filter((letter) => !isBehind(letter));
}

function projectAgain(part: Part, first: number): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const projected_event = Math.min(state.projected_event, first - 1);
    const jobs = want(state.jobs, "project", part.now() + part.limits.projectAfter);
    part.storage.writeState({ ...state, projected_event, jobs });
  });
}

/** One try. It is noted as soon as it is known; if we die before that, it is made again. */
async function deliver(part: Part, receiver: Receiver, letter: Letter): Promise<void> {
  const { delivery, event, id, standing } = letter;
  const at = part.now();
  const sealed = await seal(part, receiver, letter, at);
  const answered = await send(fetch, { url: receiver.url, ...sealed }, part.limits.notify);
  const now = part.now();
  // For all orders at once, before this one forgets that it was asked.
  if (answered.status === 410) {
    const stop = { paused_at: now, by: id };
    await withTimeLimit(
      part.receiver().pauseReceiver(receiverName(receiver), stop),
      QUESTION_LIMIT,
    );
  }
  const { status, error, answer, retry_after } = answered;
  const retry_at = parseRetryAfter(retry_after, now);
  const outcome = { at, duration: now - at, status, error, answer, retry_at };
  const spread = fnv1a(`${id}|${delivery.tries}`) / 2 ** 32;
  const next = afterAttempt(delivery, outcome, { earlier: standing.attempts, spread, now });
  settle(part, delivery, next, noteOf(eventDoc(event).type, next, answered));
}

interface Sealed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The event as it stands when it leaves: what was removed while it was signed is not sent any more. */
async function seal(
  part: Part,
  receiver: Receiver,
  letter: Letter,
  at: Milliseconds,
): Promise<Sealed> {
  const { id } = letter;
  const body = bodyOf(part, letter);
  const timestamp = Math.floor(at / SECOND);
  const signature = await signatureHeaders({ id, timestamp, body }, receiver.keys);
  if (bodyOf(part, letter) !== body) return seal(part, receiver, letter, at);
  const headers = { "content-type": "application/json", "user-agent": "chukta", ...signature };
  return { headers, body };
}

function bodyOf(part: Part, { event, standing }: Letter): string {
  const now = part.storage.getEvent(event.n) ?? event;
  return JSON.stringify(addressed(part, numbered(eventDoc(now), standing.seq)));
}

/** Notes what became of one, unless it is another by now: somebody had it sent again meanwhile. */
function settle(part: Part, before: Delivery, after: Delivery, note?: Teller["note"]): void {
  part.storage.transact(() => {
    const state = part.storage.readState();
    const known = state.deliveries.find(({ n }) => n === before.n);
    if (known?.rev !== before.rev) return;
    // What was answered while personal data was removed, or before, goes with it.
    const attempts = after.attempts.map(withoutAnswer);
    const kept = state.forgotten_at === null ? after : { ...after, attempts };
    part.storage.writeState(withDeliveries(part, state, [kept], note));
  });
}

/** What a person has to know of stands in the timeline; that all goes well does not. */
function noteOf(type: string, { state }: Delivery, { status }: Answered): Teller["note"] {
  const answer = status === null ? "gave no answer" : `answered ${status}`;
  switch (state) {
    case "dead":
      return {
        what: "notification",
        text: `The merchant's system ${answer} to ${type} at the last try: it is dead until it is sent again.`,
      };
    case "paused":
      return {
        what: "notification",
        text: `The merchant's system answered 410 to ${type}: it is told nothing more until somebody resumes it.`,
      };
    case "recorded":
    case "waiting":
    case "retrying":
    case "delivered":
      return undefined;
  }
}

/** The state with these deliveries, the checklist, and D1 to follow. Call inside `transact`. */
export function withDeliveries(
  part: Part,
  state: ActorState,
  changed: readonly Delivery[],
  note?: Teller["note"],
): ActorState {
  const numbers = new Set(changed.map(({ n }) => n));
  const others = state.deliveries.filter(({ n }) => !numbers.has(n));
  const deliveries = [...others, ...changed].toSorted((a, b) => a.n - b.n);
  const next = committed(part, { ...state, deliveries }, changed, note);
  const jobs = want(next.jobs, "project", part.now() + part.limits.projectAfter);
  return { ...next, jobs };
}

function committed(
  part: Part,
  state: ActorState,
  changed: readonly Delivery[],
  note: Teller["note"],
): ActorState {
  const { record } = state;
  if (record === null) return state;
  const { news } = record.handling;
  const own = changed.find(({ n }) => n === news?.n);
  // An alias's news has a number of the alias's own.
  const isOwn = own !== undefined && part.storage.getEvent(own.n)?.at === news?.at;
  const heard = isOwn && news !== null ? newsOf(news, own) : news;
  const told = heard === null || heard === news ? record : withNews(part, record, heard);
  const next = withHandling(told, markDead(told.handling, part.name, changed), part.now());
  const teller = { by: "system", ...(note === undefined ? {} : { note }) };
  return commitEvolution(part, state, { record: next, changed: false, changes: [] }, teller);
}
