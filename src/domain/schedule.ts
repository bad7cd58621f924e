// When to ask the gateway again: the table of design 3.6. Every plan counts from the last change of
// the facts, so it starts again at each change. Pure: now, jitter and settings are handed in.

import { entries, type Facts, linkStatus, read, theLink } from "./facts";
import type { Position } from "./position";
import type { Stage } from "./stage";
import type { Milliseconds } from "./time";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A link lives 180 days at most (the gateway's limit on `expire_by`). */
const LONGEST_LINK = 180 * DAY;
/** A refund is asked about for so long; one that is pending still is a discrepancy. */
export const REFUND_ENDS_WITHIN = 30 * DAY;
/** A tenth of the delay, but never so much that an alert of the window comes late. */
const MOST_JITTER = 10 * MINUTE;
/** So long the gateway and the facts may differ before only a person is left to ask. */
const DISPUTED_AT_MOST = 30 * DAY;
/** Ask once more a little after the end, to read the final word. */
const AFTER_END = 2 * MINUTE;

export interface AskingHistory {
  /** Our clock: the last time the facts changed. */
  readonly changed_at: Milliseconds;
  /** Our clock: the last answered inquiry; null before the first. */
  readonly asked_at: Milliseconds | null;
  /** Failed inquiries since the last answered one, and when the last of them failed. */
  readonly failures: number;
  readonly failed_at: Milliseconds | null;
}

export interface ScheduleSettings {
  /** STUCK_AFTER_SECONDS, in milliseconds. */
  readonly stuck_after: Milliseconds;
  /** When the authorization ends, if one is held. */
  readonly capture_by: Milliseconds | null;
  /** When to look for money that no settlement report shows, if any is awaited. */
  readonly settlement_look: Milliseconds | null;
  /** The gateway's last answer and the facts differ: one of them will follow soon. */
  readonly disputed: boolean;
  /** 0 ≤ jitter < 1, fixed per order, so that orders of one moment spread out. */
  readonly jitter: number;
}

/**
 * The next moment to inquire, in epoch milliseconds, or null when nothing more is expected.
 * A moment in the past means: due now.
 */
export function nextInquiry(
  facts: Facts,
  position: Position,
  stage: Stage,
  asking: AskingHistory,
  settings: ScheduleSettings,
): Milliseconds | null {
  const spread = (delay: Milliseconds) =>
    delay + Math.round(Math.min(delay / 10, MOST_JITTER) * settings.jitter);
  // A change since then starts the plan again.
  const failedLast = asking.failed_at !== null && asking.failed_at >= asking.changed_at;
  if (asking.failures > 0 && asking.failed_at !== null && failedLast) {
    return asking.failed_at + spread(retryDelay(asking.failures));
  }
  const after = Math.max(asking.asked_at ?? asking.changed_at, asking.changed_at);
  const plans = [...situations(facts, position, stage, asking.changed_at, settings)];
  if (settings.disputed) {
    const { changed_at } = asking;
    plans.push(stuckPlan(changed_at, settings.stuck_after, changed_at + DISPUTED_AT_MOST));
  }
  const due = plans.flatMap((plan) => {
    const next = firstAfter(plan, after);
    return next === null ? [] : [next];
  });
  if (settings.settlement_look !== null) due.push(settings.settlement_look);
  return due.length === 0 ? null : after + spread(Math.min(...due) - after);
}

/** A failed inquiry is repeated after 1, 2, 4 … 60 minutes, whatever the plan says. */
export function retryDelay(failures: number): Milliseconds {
  return Math.min(MINUTE * 2 ** Math.min(failures - 1, 6), HOUR);
}

/** Delays from `from`, then every `every` until `until` (once more at the end). */
interface Plan {
  readonly from: Milliseconds;
  readonly delays: readonly Milliseconds[];
  readonly every?: Milliseconds;
  readonly until?: Milliseconds;
}

function firstAfter(plan: Plan, after: Milliseconds): Milliseconds | null {
  const until = plan.until ?? Infinity;
  const planned = plan.delays.map((delay) => plan.from + delay).find((at) => at > after);
  if (planned !== undefined && planned <= until) return planned;
  if (plan.every !== undefined) {
    const last = plan.from + (plan.delays.at(-1) ?? 0);
    const steps = Math.max(1, Math.floor((after - last) / plan.every) + 1);
    const next = last + steps * plan.every;
    if (next <= until) return next;
  }
  return plan.until !== undefined && plan.until > after ? plan.until : null;
}

function situations(
  facts: Facts,
  position: Position,
  stage: Stage,
  from: Milliseconds,
  settings: ScheduleSettings,
): readonly Plan[] {
  const end = endOfLink(facts, from) + AFTER_END;
  const refunds = awaitsRefund(facts, position) ? [refundPlan(from)] : [];
  const pending = isPending(facts, position) ? [stuckPlan(from, settings.stuck_after)] : [];
  // The gateway may be late to call its link expired, and a payment later still.
  const after = [unpaidEndPlan(end)];
  if (isWithoutPayments(facts, stage)) {
    return [...refunds, stuckPlan(from, settings.stuck_after, Math.max(end, from + DAY)), ...after];
  }
  switch (stage) {
    case "unknown":
    case "payment_initiated":
    case "part_paid":
      return [...refunds, ...pending, stuckPlan(from, settings.stuck_after, end), ...after];
    case "awaiting_payment":
      return isOpened(facts)
        ? [stuckPlan(from, settings.stuck_after, end), ...pending, ...after]
        : [{ from, delays: [], every: 6 * HOUR, until: end }, ...pending, ...after];
    case "expired":
    case "cancelled":
    case "failed":
    case "voided":
      return [...refunds, ...pending, unpaidEndPlan(from)];
    case "authorized":
      return [...refunds, authorizedPlan(from, settings.capture_by)];
    case "paid":
    case "partially_refunded":
    case "refunded":
      return [...refunds, ...pending, { from, delays: [DAY, 7 * DAY, 30 * DAY] }];
  }
}

/** A refund has no end yet, or one that we asked for is not shown. */
export function awaitsRefund(facts: Facts, position: Position): boolean {
  if (position.refunds_reserved.value > 0) return true;
  return entries(facts, "refund").some(([, refund]) => {
    const status = read(refund, "status");
    return status !== "PROCESSED" && status !== "FAILED";
  });
}

/**
 * STUCK_AFTER_SECONDS, doubling to an hour for a day, then every six hours until the link ends;
 * without an end as long as a payment is PENDING.
 */
function stuckPlan(from: Milliseconds, stuckAfter: Milliseconds, until?: Milliseconds): Plan {
  const delays: Milliseconds[] = [];
  for (let step = stuckAfter, total = step; total < DAY; total += step) {
    delays.push(total);
    step = Math.min(step * 2, HOUR);
  }
  return { from, delays, every: 6 * HOUR, ...(until === undefined ? {} : { until }) };
}

function unpaidEndPlan(from: Milliseconds): Plan {
  return { from, delays: [5 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY] };
}

function refundPlan(from: Milliseconds): Plan {
  return {
    from,
    delays: [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR],
    every: DAY,
    until: from + REFUND_ENDS_WITHIN,
  };
}

/** Daily, and at each alert of the window: 48 h and 6 h before the end, and at the end itself. */
function authorizedPlan(from: Milliseconds, captureBy: Milliseconds | null): Plan {
  if (captureBy === null) return { from, delays: [], every: DAY };
  const alerts = [captureBy - 48 * HOUR, captureBy - 6 * HOUR, captureBy + AFTER_END];
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => from + day * DAY);
  const moments = [...alerts, ...days].filter((at) => at > from).toSorted((a, b) => a - b);
  return { from, delays: moments.map((at) => at - from), every: DAY };
}

function endOfLink(facts: Facts, from: Milliseconds): Milliseconds {
  const link = theLink(facts)?.[1];
  const end = Date.parse((link && read(link, "expire_by")) ?? "");
  return Number.isNaN(end) ? from + LONGEST_LINK : end;
}

function isPending(facts: Facts, position: Position): boolean {
  if (position.word?.status === "PENDING") return true;
  return entries(facts, "payment").some(([, payment]) => read(payment, "status") === "PENDING");
}

/** Money is said to have come, but no payment shows it: a link event alone, or a refund alone. */
function isWithoutPayments(facts: Facts, stage: Stage): boolean {
  const taken = stage === "paid" || stage === "partially_refunded" || stage === "refunded";
  return taken && Object.keys(facts.payment).length === 0;
}

function isOpened(facts: Facts): boolean {
  const link = theLink(facts);
  if (link && linkStatus(link[1]) !== "CREATED") return true;
  return entries(facts, "order").some(([, order]) => read(order, "status") === "ATTEMPTED");
}
