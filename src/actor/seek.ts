// Which jobs bring an order to its home: a claim when its link is known, a look-up by reference when
// it is not. Pure; home.ts does the asking.

import { entries, type Facts, read } from "../domain/facts";
import { isReference } from "../domain/ids";
import { CHUKTA_REFERENCE } from "../pinelabs/link-request";
import { want } from "./jobs";
import type { ActorState } from "./state";

/** Asks for the jobs that find this order's home, if it is not known yet. */
export function seekHome(state: ActorState, now: number): ActorState {
  const facts = state.record?.facts;
  if (!facts || state.home !== null || state.claimed !== null) return state;
  if (Object.keys(facts.link).length > 0) return { ...state, jobs: want(state.jobs, "claim", now) };
  const unseen = referencesOf(facts).some((reference) => !state.looked_up.includes(reference));
  return unseen ? { ...state, jobs: want(state.jobs, "look_up", now) } : state;
}

/** Through which a link may be found: our own mark first, then the order's reference. */
export function referencesOf(facts: Facts): readonly string[] {
  const references = entries(facts, "order").flatMap(([, order]) => [
    read(order, "merchant_metadata")?.[CHUKTA_REFERENCE],
    read(order, "reference"),
  ]);
  return [...new Set(references.filter(isReference))];
}
