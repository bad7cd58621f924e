// What the rules of the checklist look at, and how they say what they found (checklist.ts).

import type { DiscrepancyType } from "./discrepancy";
import type { Position } from "./position";
import type { OrderRecord } from "./record";
import type { Stage } from "./stage";
import type { FulfillOn } from "./verdict";

/**
 * `todo`: somebody should do it now. `doing`: it is on its way. `blocked`: it should be done, and can not
 * go on without a person or another step. `not_applicable`: there is nothing to do, as far as is known.
 */
export type StepState = "todo" | "doing" | "done" | "blocked" | "not_applicable";

export interface Found {
  readonly state: StepState;
  /** Who or what did it, or is at it: a key's or claimant's name, `webhook`, `e-mail` …; null: nobody. */
  readonly by: string | null;
  readonly detail: string;
}

/** All that the steps are derived from. */
export interface Seen {
  readonly record: OrderRecord;
  readonly position: Position;
  readonly stage: Stage;
  readonly on: FulfillOn;
  readonly verified_by: "webhook" | "inquiry" | null;
  readonly money: Money;
}

/** `back`: it was there, and all of it went back. */
export type Money = "none" | "coming" | "held" | "taken" | "back" | "ended";

export const NOT_PAID = "Nothing was paid yet.";

export function isVerified(seen: Seen): boolean {
  const there = seen.money === "held" || seen.money === "taken" || seen.money === "back";
  return there && seen.verified_by !== null;
}

export function hasOpen(record: OrderRecord, type: DiscrepancyType): boolean {
  return Object.values(record.discrepancies).some(
    (row) => row.type === type && row.closed_at === null,
  );
}

export function todo(detail: string): Found {
  return { state: "todo", by: null, detail };
}

export function doing(detail: string, by: string | null): Found {
  return { state: "doing", by, detail };
}

export function done(by: string, detail: string): Found {
  return { state: "done", by, detail };
}

export function blocked(detail: string): Found {
  return { state: "blocked", by: null, detail };
}

export function none(detail: string): Found {
  return { state: "not_applicable", by: null, detail };
}
