// Whether a home has a link to cancel because its order is paid without it. Pure, like seek.ts; the
// job `retire` (retire.ts) does the cancelling.

import { viewLink } from "../domain/order-view";
import { positionOf } from "../domain/record";
import { surplusLinks } from "../domain/surplus-link";
import { want } from "./jobs";
import type { ActorState } from "./state";

/** Links that can still be paid and should not be, but for those that the gateway would not cancel. */
export function linksToRetire(state: ActorState): readonly string[] {
  if (state.record === null || state.home !== null) return [];
  const { facts } = state.record;
  if (Object.keys(facts.link).length < 2) return [];
  const surplus = surplusLinks(facts, positionOf(state.record));
  return surplus.filter((id) => !state.uncancellable.includes(asRefused(state, id)));
}

/** Links whose status was such that the gateway would not cancel them, and is so still. */
export function uncancellableLinks(state: ActorState): readonly string[] {
  const links = Object.keys(state.record?.facts.link ?? {});
  return links.filter((id) => state.uncancellable.includes(asRefused(state, id)));
}

/** A refusal stands as long as the link's status does. */
export function asRefused(state: ActorState, id: string): string {
  const link = state.record?.facts.link[id];
  return `${id}:${(link && viewLink(id, link).status) ?? "unknown"}`;
}

/** Asks for the job that cancels them, if there are any. One that was put off keeps its time. */
export function wantRetirement(state: ActorState, now: number): ActorState {
  if ((state.jobs.retire?.failures ?? 0) > 0 || linksToRetire(state).length === 0) return state;
  return { ...state, jobs: want(state.jobs, "retire", now) };
}
