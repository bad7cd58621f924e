// How an order finds its home: a claim when its link is known, a look-up by reference when it is not,
// and the gateway's own answer when no actor knows the reference. Until that is settled nothing is
// told to the merchant's systems and nothing is released: half of a link must not pass for the whole.
// Pure; home.ts and inquire.ts do the asking.

import { entries, type Facts, read } from "../domain/facts";
import { isReference, roleOf } from "../domain/ids";
import { CHUKTA_REFERENCE } from "../pinelabs/link-request";
import { want } from "./jobs";
import type { ActorState } from "./state";

/** Whether this actor speaks for its order: it is a home, or it was asked and there is no link. */
export function isSettled(name: string, state: ActorState): boolean {
  if (state.home !== null || state.record === null) return false;
  const role = roleOf(name);
  if (role !== "order") return role === "link";
  if (state.claimed !== null) return true;
  const facts = state.record.facts;
  if (Object.keys(facts.link).length > 0) return false;
  const references = referencesOf(facts);
  return references.length === 0 || (state.asked_by_reference && unseen(state).length === 0);
}

/** Asks for the jobs that settle this actor, if it is not settled. */
export function seekHome(name: string, state: ActorState, now: number): ActorState {
  const facts = state.record?.facts;
  if (!facts || state.home !== null) return state;
  if (state.claimed !== null) return introduce(name, state, now);
  if (Object.keys(facts.link).length > 0) return { ...state, jobs: want(state.jobs, "claim", now) };
  if (isSettled(name, state) || roleOf(name) !== "order") return state;
  const job = unseen(state).length > 0 ? "look_up" : "inquire";
  return { ...state, jobs: want(state.jobs, job, now) };
}

/** A home tells the other gateway orders of its link whom they belong to. */
function introduce(name: string, state: ActorState, now: number): ActorState {
  if (strangers(name, state).length === 0) return state;
  return { ...state, jobs: want(state.jobs, "introduce", now) };
}

export function strangers(name: string, state: ActorState): readonly string[] {
  const orders = Object.keys(state.record?.facts.order ?? {});
  return orders.filter(
    (id) => id !== name && !(id in state.absorbed) && !state.introduced.includes(id),
  );
}

/** Through which a link may be found: our own mark first, then the order's reference. */
export function referencesOf(facts: Facts): readonly string[] {
  const references = entries(facts, "order").flatMap(([, order]) => [
    read(order, "merchant_metadata")?.[CHUKTA_REFERENCE],
    read(order, "reference"),
  ]);
  return [...new Set(references.filter(isReference))];
}

function unseen(state: ActorState): readonly string[] {
  const references = state.record === null ? [] : referencesOf(state.record.facts);
  return references.filter((reference) => !state.looked_up.includes(reference));
}
