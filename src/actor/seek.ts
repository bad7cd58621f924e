// How an order finds its home: a claim when its link is known, a look-up by reference when it is not,
// and the gateway's own answer when no actor knows the reference. Until that is settled nothing is
// told to the merchant's systems and nothing is released: half of a link must not pass for the whole.
// Pure; home.ts and inquire.ts do the asking.

import { entries, type Facts, read } from "../domain/facts";
import { CHUKTA_REFERENCE, isReference, roleOf } from "../domain/ids";
import { type JobName, want } from "./jobs";
import type { ActorState } from "./state";

/** Whether this actor speaks for its order: it is a home, or it was asked and there is no link. */
export function isSettled(name: string, state: ActorState): boolean {
  if (state.home !== null || state.record === null) return false;
  const role = roleOf(name);
  const facts = state.record.facts;
  // A link speaks for itself until some order is known.
  // It does so for ever once it was replaced before that: its successor's orders belong to it.
  if (role !== "order") {
    return role === "link" && (isOwnHome(name, state) || Object.keys(facts.order).length === 0);
  }
  if (state.claimed !== null) return true;
  if (Object.keys(facts.link).length > 0) return false;
  const references = referencesOf(facts);
  return references.length === 0 || (state.asked_by_reference && unseen(state).length === 0);
}

/** Asks for the jobs that settle this actor, if it is not settled. */
export function seekHome(name: string, state: ActorState, now: number): ActorState {
  const job = nextStep(name, state);
  return job === null ? state : { ...state, jobs: want(state.jobs, job, now) };
}

function nextStep(name: string, state: ActorState): JobName | null {
  const { record } = state;
  if (record === null || state.home !== null) return null;
  switch (roleOf(name)) {
    case "reference":
    case "unrouted":
      return null;
    case "link":
      if (isOwnHome(name, state)) return strangers(name, state).length > 0 ? "introduce" : null;
      return Object.keys(record.facts.order).length > 0 ? "claim" : null;
    case "order":
      // A home tells the other gateway orders of its link whom they belong to.
      if (state.claimed !== null) return strangers(name, state).length > 0 ? "introduce" : null;
      if (Object.keys(record.facts.link).length > 0) return "claim";
      if (isSettled(name, state)) return null;
      if (unseen(state).length > 0) return "look_up";
      // An inquiry that failed is the poll's business (docs/decisions/0006).
      return record.failures > 0 ? null : "inquire";
  }
}

/** A link that was replaced before any order of it was known has claimed itself. */
function isOwnHome(name: string, state: ActorState): boolean {
  return state.register === name;
}

/** Gateway orders of a home's link that do not know yet that they are aliases. */
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

/** References that were not looked up yet. */
export function unseen(state: ActorState): readonly string[] {
  const references = state.record === null ? [] : referencesOf(state.record.facts);
  return references.filter((reference) => !state.looked_up.includes(reference));
}
