// What the merchant's side did with an order, in sentences for its timeline. Derived by comparing before and
// after, so that no way of changing it can forget it.

import { type Claim, type Handling, NOTHING_HANDLED } from "./handling";
import { toIso } from "./time";

export interface HandlingEntry {
  readonly what: "claim" | "checklist";
  readonly text: string;
  /** Of the claim. */
  readonly id?: string;
}

/** `before`: null of an order that was not known. */
export function handlingStory(before: Handling | null, after: Handling): readonly HandlingEntry[] {
  const was = before ?? NOTHING_HANDLED;
  if (was === after) return [];
  const known = new Map(was.claims.map((claim) => [claim.id, claim]));
  return [
    ...after.claims.flatMap((claim) => tellClaim(known.get(claim.id), claim, after)),
    ...tellSaid(was, after),
  ];
}

function tellClaim(
  before: Claim | undefined,
  claim: Claim,
  { fulfilled }: Handling,
): readonly HandlingEntry[] {
  const changed = before?.state === claim.state ? null : stateSentence(claim);
  const deliveredBy = fulfilled?.claim_id === claim.id ? undefined : fulfilled?.by;
  const late = before?.said_done === claim.said_done ? null : lateSentence(claim, deliveredBy);
  return [changed, late]
    .filter((text) => text !== null)
    .map((text) => ({ what: "claim" as const, text, id: claim.id }));
}

function stateSentence({ state, by, attempt, until, said_done }: Claim): string {
  switch (state) {
    case "live":
      return `${by} may deliver it until ${toIso(until)} (attempt ${attempt}).`;
    case "over":
      return `The lease of ${by} ran out: nobody said whether it was delivered.`;
    case "done":
      return said_done === null ? `${by} delivered it.` : `${by} delivered it, as it had said.`;
    case "superseded":
      return `The claim of ${by} ended: somebody else had claimed the same order elsewhere.`;
    case "released":
      return `${by} gave its claim back: it was not delivered.`;
    case "lapsed":
      return `The claim of ${by} lapsed: the money is not secured any more.`;
  }
}

/** Said too late: null when nothing of the kind was said. */
function lateSentence(
  { said_done, state, by }: Claim,
  deliveredBy: string | undefined,
): string | null {
  if (said_done === null) return null;
  if (deliveredBy !== undefined) {
    return `${by} said that it was delivered, as ${deliveredBy} had before: it may have gone out twice.`;
  }
  return state === "lapsed"
    ? `${by} said that it was delivered, after its claim had lapsed because the money went.`
    : `${by} said that it was delivered, after its claim had ended.`;
}

function tellSaid(was: Handling, after: Handling): readonly HandlingEntry[] {
  const { fulfilled, confirmed, recorded } = after;
  const ticks = [
    fulfilled !== was.fulfilled && fulfilled?.claim_id === null
      ? { step: "fulfill", said: fulfilled }
      : null,
    confirmed !== was.confirmed && confirmed !== null ? { step: "confirm", said: confirmed } : null,
    recorded !== was.recorded && recorded !== null ? { step: "record", said: recorded } : null,
  ];
  return ticks
    .filter((tick) => tick !== null)
    .map(({ step, said: { by } }) => ({
      what: "checklist" as const,
      // Not the note: it may name the customer, and the timeline is kept for ever (docs/retention.md).
      text: `${by} said that the step ${step} is done.`,
    }));
}
