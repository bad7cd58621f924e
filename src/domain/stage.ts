// What the facts mean to the merchant. The rows stand in the order of design 3.4; the first one
// that holds is the stage. Derived each time, never stored as truth.

import { entries, type Facts, linkStatus, read, theLink } from "./facts";
import { derivePosition, type Position } from "./position";

export const STAGES = [
  "refunded",
  "partially_refunded",
  "paid",
  "authorized",
  "voided",
  "cancelled",
  "expired",
  "part_paid",
  "failed",
  "payment_initiated",
  "awaiting_payment",
  "unknown",
] as const;

export type Stage = (typeof STAGES)[number];

type Row = readonly [Stage, (facts: Facts, position: Position) => boolean];

const ROWS: readonly Row[] = [
  ["refunded", (_, p) => isAllRefunded(p)],
  ["partially_refunded", (_, p) => wasRefunded(p) && p.full],
  ["paid", (_, p) => p.full],
  ["authorized", (_, p) => p.word?.status === "AUTHORIZED"],
  ["voided", (facts, p) => p.word?.status === "CANCELLED" && wasHeld(facts)],
  ["cancelled", (_, p) => p.word?.status === "CANCELLED"],
  ["expired", (facts) => link(facts) === "EXPIRED"],
  ["cancelled", (facts) => link(facts) === "CANCELLED"],
  ["part_paid", (facts, p) => isPartPaid(facts, p)],
  ["failed", (_, p) => p.word?.status === "FAILED"],
  ["payment_initiated", (facts, p) => isInitiated(facts, p)],
  ["awaiting_payment", (facts, p) => isAwaiting(facts, p)],
];

export function deriveStage(facts: Facts, position: Position = derivePosition(facts)): Stage {
  return ROWS.find(([, holds]) => holds(facts, position))?.[0] ?? "unknown";
}

/** A refund of unknown size (null) is more than nothing. */
function wasRefunded(position: Position): boolean {
  return position.refunded === null || position.refunded.value > 0;
}

/** Unknown amounts compare with nothing: neither an unknown refund nor an unknown capture is "all". */
function isAllRefunded({ refunded, captured }: Position): boolean {
  if (refunded === null || captured === null) return false;
  return refunded.value > 0 && refunded.value >= captured.value;
}

function link(facts: Facts): string | undefined {
  const found = theLink(facts);
  return found ? linkStatus(found[1]) : undefined;
}

function hasPayment(facts: Facts, status: string): boolean {
  return entries(facts, "payment").some(([, payment]) => read(payment, "status") === status);
}

function wasHeld(facts: Facts): boolean {
  return facts.pre_auth === true || hasPayment(facts, "CANCELLED");
}

function isPartPaid(facts: Facts, position: Position): boolean {
  if ((position.captured?.value ?? 0) > 0) return true;
  if (link(facts) === "PARTIAL_PROCESSED") return true;
  const due = position.amount_due?.value ?? 0;
  return due > 0 && due < (position.amount?.value ?? 0);
}

function isInitiated(facts: Facts, position: Position): boolean {
  const status = link(facts);
  if (status === "PAYMENT_INITIATED" || position.word?.status === "PENDING") return true;
  if (hasPayment(facts, "PENDING")) return true;
  return status === "PROCESSED" && facts.pre_auth === true && !position.word?.status;
}

function isAwaiting(facts: Facts, position: Position): boolean {
  const status = link(facts);
  const word = position.word?.status;
  return status === "CREATED" || status === "CLICKED" || word === "CREATED" || word === "ATTEMPTED";
}
