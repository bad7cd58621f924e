// Why the merchant's systems are told something: every cause that the facts contain, in the order
// in which it must be told (design law 10). Derived from facts, not from transitions; each cause
// has a key of its kind and the entities that caused it, so a replay repeats the key.

import { type Alerts, givenAlerts } from "./alerts";
import { isEndedPartPaid } from "./attention";
import { type Commands, isOpen, undecidedOf } from "./command";
import { entries, type Facts, linkStatus, read, theLink } from "./facts";
import { excessOf } from "./overpaid";
import { derivePosition, type Position } from "./position";
import { awaitsCustomer, type Reminders } from "./reminders";
import { NOTHING_SETTLED, type Settled } from "./settled-line";
import { settledBy } from "./settlement-view";
import { deriveStage, type Stage } from "./stage";
import { type OrderStatus, PAID_ORDER_STATUSES } from "./status";
import { surplusLinks } from "./surplus-link";

export const NOTIFICATION_TYPES = [
  "order.payment_initiated",
  "order.part_paid",
  "order.authorized",
  "order.capture_due",
  "order.paid",
  "order.captured",
  "order.failed",
  "order.expired",
  "order.voided",
  "order.refund_requested",
  "order.refunded",
  "order.refund_failed",
  "order.settled",
  "order.paid_reversed",
  "order.attention",
  "link.reminder_due",
] as const;

export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

export interface Cause {
  readonly type: NotificationType;
  /** The ids of the entities that caused it; together with type and order it fixes the id. */
  readonly entities: readonly string[];
}

/** What we know beside the facts: what was asked for, and what was told already. */
export interface BesideFacts {
  readonly reminders?: Reminders | undefined;
  readonly alerts?: Alerts;
  readonly commands?: Commands;
  readonly settled?: Settled;
  /** Links that the gateway would not cancel. */
  readonly uncancellable?: readonly string[];
}

/**
 * All causes in the facts and beside them, paid before refunded. Empty while the stage rests on an
 * undated link event alone: what is told to the merchant's systems waits for the first answered inquiry.
 */
export function causesOf(
  facts: Facts,
  position: Position = derivePosition(facts),
  {
    reminders = {},
    alerts = {},
    commands = {},
    settled = NOTHING_SETTLED,
    uncancellable = [],
  }: BesideFacts = {},
): readonly Cause[] {
  if (position.provisional) return [];
  const stage = deriveStage(facts, position);
  return [
    ...one("order.payment_initiated", stage === "payment_initiated"),
    ...partsPaid(facts, stage),
    ...payments(facts, "AUTHORIZED").map(cause("order.authorized")),
    ...givenAlerts(alerts).map(({ order_id, kind }) => ({
      type: "order.capture_due" as const,
      entities: [order_id, kind],
    })),
    ...one("order.paid", position.full),
    ...captures(facts).map(cause("order.captured")),
    // Paid before refunded: a refund is told of once the money that it returns is known.
    ...(wasTaken(facts, position) ? refundCauses(facts, position, commands) : []),
    ...settledBy(facts, settled).map((utr) => ({
      type: "order.settled" as const,
      entities: [utr],
    })),
    ...one("order.failed", stage === "failed"),
    ...expiry(facts, stage),
    ...one("order.voided", stage === "voided"),
    ...one("order.paid_reversed", isReversed(facts, position, stage)),
    ...lostPayments(facts, position, stage).map((id) => ({
      type: "order.paid_reversed" as const,
      entities: [id],
    })),
    ...undecidedOf(commands)
      .map(({ kind, reference, sends }) => ["needs_decision", kind, reference, `${sends}`])
      .map(cause("order.attention")),
    ...moneyInQuestion(facts, position, stage, uncancellable).map(cause("order.attention")),
    ...remindersDue(facts, reminders),
  ];
}

/**
 * Attention that is about money and that nothing here mends by itself (attention.ts). A notification that is
 * dead is told of by none: it would be the next one. What the authorization window asks for is
 * `order.capture_due`.
 */
function moneyInQuestion(
  facts: Facts,
  position: Position,
  stage: Stage,
  uncancellable: readonly string[],
): readonly (readonly string[])[] {
  const ended = isEndedPartPaid(facts, position, stage);
  const [link = ""] = theLink(facts) ?? [];
  // Each further payment is a new excess, whatever was given back between.
  const taken = payments(facts, "PROCESSED").length;
  const twice = surplusLinks(facts, position).filter((id) => uncancellable.includes(id));
  return [
    ...(ended ? [["expired_part_paid", link]] : []),
    ...(excessOf(facts, position) === null ? [] : [["overpaid", `${taken}`]]),
    ...twice.map((id) => ["paid_twice_possible", id]),
  ];
}

/** Once for the order; a link that replaced another and expired too is a cause of its own. */
function expiry(facts: Facts, stage: Stage): readonly Cause[] {
  if (stage !== "expired") return [];
  const [id, link] = theLink(facts) ?? [];
  const again = id !== undefined && link !== undefined && read(link, "replaces") !== undefined;
  return [{ type: "order.expired", entities: again ? [id] : [] }];
}

/**
 * The gateway will not send them: the merchant's systems may, while the link that was to be sent is
 * the one that waits. Keyed by that link, so that the one that replaces it is no new cause.
 */
function remindersDue(facts: Facts, reminders: Reminders): readonly Cause[] {
  const refused = Object.entries(reminders).filter(([, { result }]) => result === "refused");
  const current = theLink(facts)?.[0];
  if (current === undefined || refused.length === 0 || !awaitsCustomer(facts)) return [];
  return refused
    .filter(([, { link = current }]) => link === current)
    .map(([number]) => ({ type: "link.reminder_due", entities: [current, number] }));
}

/** What the gateway says was refunded beyond the refunds that it shows is somebody else's, or ours in a moment. */
function refundCauses(facts: Facts, position: Position, commands: Commands): readonly Cause[] {
  const known = entries(facts, "refund")
    .filter(([, refund]) => read(refund, "status") === "PROCESSED")
    .reduce((total, [, refund]) => total + (read(refund, "amount")?.value ?? 0), 0);
  const mayBeOurs = Object.values(commands).some((one) => one.kind === "refund" && isOpen(one));
  const beyond = position.refunded === null || position.refunded.value > known;
  const elsewhere = beyond && !mayBeOurs;
  return [
    ...refunds(facts, ["CREATED", "PENDING"]).map(cause("order.refund_requested")),
    ...refunds(facts, ["PROCESSED"]).map(cause("order.refunded")),
    ...(elsewhere ? [{ type: "order.refunded" as const, entities: ["elsewhere"] }] : []),
    ...refunds(facts, ["FAILED"]).map(cause("order.refund_failed")),
  ];
}

function wasTaken(facts: Facts, position: Position): boolean {
  return position.full || (position.captured?.value ?? 0) > 0 || wasPaid(facts);
}

/**
 * Payments that took money once and no longer do (law 8). Where the order as a whole was reversed or
 * refunded, that says it already.
 */
export function lostPayments(facts: Facts, position: Position, stage: Stage): readonly string[] {
  if (stage === "refunded" || stage === "partially_refunded") return [];
  if (isReversed(facts, position, stage)) return [];
  return entries(facts, "payment")
    .filter(([, payment]) => "PROCESSED" in payment.history)
    .filter(([, payment]) => read(payment, "status") !== "PROCESSED")
    .map(([id]) => id);
}

/**
 * Paid is never silently unpaid (law 8): some word said that the money was taken, and the newest
 * words together no longer do. A refund is not a reversal.
 */
export function isReversed(facts: Facts, position: Position, stage: Stage): boolean {
  if (position.full || stage === "refunded" || stage === "partially_refunded") return false;
  return wasPaid(facts);
}

function wasPaid(facts: Facts): boolean {
  const link = theLink(facts)?.[1];
  const byLink = link && (linkStatus(link) === "PROCESSED" || "PROCESSED" in link.history);
  if (byLink && facts.pre_auth !== true) return true;
  return entries(facts, "order").some(([, order]) => {
    const before = PAID_ORDER_STATUSES.some((status) => status in order.history);
    return before && tookAway(read(order, "status"), facts.part_payment === true);
  });
}

/** An order that takes its money in parts may wait for the next one; only an end takes it away. */
function tookAway(status: OrderStatus | undefined, inParts: boolean): boolean {
  if (inParts) return status === "CANCELLED" || status === "FAILED";
  return !PAID_ORDER_STATUSES.some((paid) => paid === status);
}

function one(type: NotificationType, holds: boolean): readonly Cause[] {
  return holds ? [{ type, entities: [] }] : [];
}

function cause(type: NotificationType): (entities: readonly string[]) => Cause {
  return (entities) => ({ type, entities });
}

/** Every status ever said counts: an authorization stays a cause after it was captured. */
function payments(facts: Facts, status: string): readonly (readonly string[])[] {
  return entries(facts, "payment")
    .filter(([, payment]) => status in payment.history)
    .map(([id]) => [id]);
}

function partsPaid(facts: Facts, stage: Stage): readonly Cause[] {
  if (facts.part_payment !== true && stage !== "part_paid") return [];
  return payments(facts, "PROCESSED").map(cause("order.part_paid"));
}

function captures(facts: Facts): readonly (readonly string[])[] {
  return entries(facts, "payment").flatMap(([id, payment]) => {
    if (read(payment, "status") !== "PROCESSED" || facts.pre_auth !== true) return [];
    const count = Math.max(1, read(payment, "captures")?.length ?? 0);
    // By number, not by reference: the first may be told before its list is.
    return Array.from({ length: count }, (_, index) => (index === 0 ? [id] : [id, `${index + 1}`]));
  });
}

function refunds(facts: Facts, statuses: readonly string[]): readonly (readonly string[])[] {
  return entries(facts, "refund")
    .filter(([, refund]) => statuses.some((status) => status in refund.history))
    .map(([id]) => [id]);
}
