// An order's notifications between the moment when they are told and the job that sends them: the newest is
// the order's news, which its checklist shows, and each has a delivery in the state.

import type { Cause } from "../domain/causes";
import { type Delivery, isSaved, newDelivery } from "../domain/delivery";
import type { News } from "../domain/handling";
import { type OrderRecord, withHandling } from "../domain/record";
import { checkSteps } from "../domain/record-checks";
import type { Milliseconds } from "../domain/time";
import { plan } from "./jobs";
import type { Part } from "./part";
import type { ActorState } from "./state";

/**
 * What is told now, whose events will bear the time `now` and the numbers behind `last`. Nobody to tell: no
 * delivery.
 */
export function startDeliveries(
  part: Part,
  record: OrderRecord,
  fresh: readonly Cause[],
  { last, now }: { readonly last: number; readonly now: Milliseconds },
): { readonly record: OrderRecord; readonly started: readonly Delivery[] } {
  const newest = fresh.at(-1);
  if (newest === undefined) return { record, started: [] };
  const { notify } = part.config();
  const news: News = {
    n: last + fresh.length,
    type: newest.type,
    at: now,
    state: notify === null ? "recorded" : "waiting",
    since: now,
  };
  const started = notify === null ? [] : fresh.map((_, i) => newDelivery(last + i + 1, now));
  return { record: withNews(part, record, news), started };
}

/** The checklist follows what became of the newest notification. Only of an order that is ours. */
export function withNews(part: Part, record: OrderRecord, news: News): OrderRecord {
  const now = part.now();
  const heard = withHandling(record, { ...record.handling, news }, now);
  return checkSteps(heard, part.config().fulfill_on, now);
}

/** The order's news as it stands after this delivery of it. */
export function newsOf(news: News, delivery: Delivery): News {
  const state = newsState(delivery);
  return state === news.state ? news : { ...news, state, since: delivery.since };
}

function newsState({ state }: Delivery): News["state"] {
  switch (state) {
    case "delivered":
      return "acknowledged";
    case "recorded":
    case "waiting":
    case "retrying":
    case "paused":
    case "dead":
      return state;
  }
}

/**
 * When it is sent next; null: not yet, or not by itself. It stands in D1 by then, and so does what became of
 * it so far: no try is made that nobody could be told of.
 */
export function sendTime(state: ActorState, delivery: Delivery): Milliseconds | null {
  const stands = delivery.n <= state.projected_event && isSaved(delivery);
  return stands ? delivery.next_at : null;
}

/** When the job `notify` runs next. */
export function planDeliveries(state: ActorState): ActorState {
  const times = state.deliveries
    .map((delivery) => sendTime(state, delivery))
    .filter((time) => time !== null);
  const next = times.length === 0 ? null : Math.min(...times);
  return { ...state, jobs: plan(state.jobs, "notify", next) };
}
