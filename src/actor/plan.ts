// When this order's next inquiry is due, of which D1 only holds a copy by which the cron finds it, and
// what its authorization window asks for.

import { isDisputed } from "../domain/disagreement";
import { fnv1a } from "../domain/hash";
import { nextInquiry } from "../domain/schedule";
import { deriveStage } from "../domain/stage";
import { type OrderRecord, positionOf } from "../domain/record";
import { awaitedGaps, gapsOf, nextLook } from "../domain/settlement-gaps";
import type { Milliseconds } from "../domain/time";
import { captureBy } from "../domain/window";
import { planWindow, type WindowPlan } from "../domain/window-plan";
import type { Part } from "./part";
import type { ActorState, WindowPause } from "./state";

/** Epoch milliseconds, or null when nothing more is expected of the gateway. */
export function nextInquiryOf(part: Part, record: OrderRecord): Milliseconds | null {
  const { auth_window, stuck_after } = part.config();
  const position = positionOf(record);
  const stage = deriveStage(record.facts, position);
  return nextInquiry(record.facts, position, stage, record, {
    stuck_after,
    capture_by: captureBy(record.facts, auth_window),
    settlement_look: settlementLook(part, record),
    disputed: isDisputed(record.discrepancies),
    jitter: spreadOf(part.name),
  });
}

/** When to wonder next where money is that should be in a settlement report by then. */
function settlementLook(part: Part, record: OrderRecord): Milliseconds | null {
  if (!isOurs(part, record)) return null;
  const { facts, settled, discrepancies, created_at } = record;
  const awaited = awaitedGaps(gapsOf(facts, settled), discrepancies);
  return nextLook(awaited, record, created_at, part.config().settlement);
}

/** False: of the account's other business, which is kept and counted and nothing more. */
export function isOurs(part: Part, { facts }: OrderRecord): boolean {
  return Object.keys(facts.link).length > 0 || part.config().orders_without_link;
}

export const NO_PLAN: WindowPlan = {
  holds: [],
  fulfilled: false,
  alerts: [],
  captures: [],
  next_at: null,
  later_at: null,
};

/** Call in a settled home only. An order of somebody else's asks for nothing (ORDERS_WITHOUT_LINK). */
export function windowPlanOf(part: Part, { record }: ActorState): WindowPlan {
  if (record === null) return NO_PLAN;
  if (!isOurs(part, record)) return NO_PLAN;
  const { auth_window, auto_capture } = part.config();
  return planWindow(record, { auth_window, auto_capture }, part.now());
}

/**
 * When the job `window` runs next. What is due and could not be done stays due, so the job's own pause
 * holds through every commit: else each message and each poll would send the same again at once. Only
 * when something else is held than before it is looked at anew.
 */
export function nextWindowRun(planned: WindowPlan, pause: WindowPause | null): Milliseconds | null {
  const { next_at } = planned;
  if (next_at === null || pause === null || pause.holds !== holdsKey(planned)) return next_at;
  return Math.max(next_at, pause.until);
}

/** The same for the same orders with the same ends, delivered or not. */
export function holdsKey({ holds, fulfilled }: WindowPlan): string {
  const held = holds.map(({ order_id, capture_by }) => `${order_id}@${capture_by}`);
  return [...held, ...(fulfilled ? ["fulfilled"] : [])].join(" ");
}

/** 0 ≤ x < 1, the same for one name always, so that orders of one moment spread out. */
function spreadOf(name: string): number {
  return fnv1a(name) / 2 ** 32;
}
