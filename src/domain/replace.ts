// Whether a link may be replaced, decided from the facts after a fresh inquiry and nothing else: by a
// link for the amount still due, when the old one has ended and nothing is on its way. What the new
// link is called is decided here too. Pure; actor/replace.ts asks, cancels and creates.

import { isDisputed } from "./disagreement";
import { entries, type Facts, linkStatus, newestWord, read } from "./facts";
import type { Amount } from "./money";
import { isOpen } from "./command";
import { fnv1a } from "./hash";
import { hasPendingPayment } from "./order-money";
import type { Position } from "./position";
import { type OrderRecord, positionOf } from "./record";
import { deriveStage } from "./stage";

export type ReplaceRefusal =
  /** A payment, or the answer of a bank, may still come. */
  | { readonly code: "payment_in_flight" }
  /** Money is held: capture it or let it go first. */
  | { readonly code: "payment_authorized" }
  | { readonly code: "nothing_due" }
  /** It can still be paid, and the gateway cancels no link of this status. */
  | { readonly code: "link_still_payable"; readonly status: string }
  | { readonly code: "link_not_replaceable"; readonly reason: string };

export type ReplaceDecision =
  | { readonly kind: "replace"; readonly amount: Amount }
  /** Nobody has begun to pay: the gateway cancels it, and then the question is asked again. */
  | { readonly kind: "cancel_first" }
  | { readonly kind: "refused"; readonly refusal: ReplaceRefusal };

/** The gateway takes no link of less (₹1). */
const LEAST_AMOUNT = 100;

export function decideReplacement(record: OrderRecord, linkId: string): ReplaceDecision {
  const { facts } = record;
  const link = facts.link[linkId];
  const position = positionOf(record);
  const { amount_due: due } = position;
  if (link === undefined) return refuse({ code: "link_not_replaceable", reason: "no such link" });
  if (record.forgotten_at !== null) return notReplaceable("its personal data was removed");
  if (isHeld(position)) return refuse({ code: "payment_authorized" });
  if (isInFlight(record, position)) return refuse({ code: "payment_in_flight" });
  if (position.full) return refuse({ code: "nothing_due" });
  if (due === null) return notReplaceable("nobody has said what it was to collect");
  if (due.value < LEAST_AMOUNT) return refuse({ code: "nothing_due" });
  if (deriveStage(facts, position) === "refunded") return notReplaceable("the money went back");
  const status = linkStatus(link);
  const said = newestWord(link) ?? "unknown";
  // A word that nobody knows decides nothing (law 9), least of all that nobody can pay any more.
  if (status === undefined || said !== status) return stillPayable(said);
  switch (status) {
    case "EXPIRED":
    case "CANCELLED":
      return { kind: "replace", amount: due };
    case "CREATED":
    case "CLICKED":
      return { kind: "cancel_first" };
    case "PROCESSED":
      return notReplaceable("the gateway says PROCESSED");
    case "PAYMENT_INITIATED":
    case "PARTIAL_PROCESSED":
      return stillPayable(status);
  }
}

function isHeld(position: Position): boolean {
  return position.authorized.value > 0 || position.word?.status === "AUTHORIZED";
}

/** Everything that may still move money stands here and nowhere else. */
function isInFlight(record: OrderRecord, position: Position): boolean {
  const { facts } = record;
  return (
    hasPendingPayment(facts) ||
    hasPendingOrder(facts) ||
    Object.values(record.commands).some(isOpen) ||
    isDisputed(record.discrepancies) ||
    position.provisional
  );
}

/** Of an order that is PENDING because a part is not paid yet, the payments themselves have ended. */
export function hasPendingOrder(facts: Facts): boolean {
  const pending = entries(facts, "order").filter(
    ([, order]) => read(order, "status") === "PENDING",
  );
  return pending.some(
    ([id]) => !entries(facts, "payment").some(([, payment]) => read(payment, "order_id") === id),
  );
}

function refuse(refusal: ReplaceRefusal): ReplaceDecision {
  return { kind: "refused", refusal };
}

function notReplaceable(reason: string): ReplaceDecision {
  return refuse({ code: "link_not_replaceable", reason });
}

function stillPayable(status: string): ReplaceDecision {
  return refuse({ code: "link_still_payable", status });
}

/** The gateway's limit on references. */
const LONGEST_REFERENCE = 50;

/**
 * `{reference}-r{n}`. One that is too long or has other characters is cut and told apart by a hash of
 * the whole, so that two long references with the same beginning do not meet.
 */
export function replacementReference(root: string, n: number): string {
  const suffix = `-r${n}`;
  const plain = root.replace(/[^A-Za-z0-9_-]/g, "_");
  if (plain === root && root !== "" && root.length + suffix.length <= LONGEST_REFERENCE) {
    return root + suffix;
  }
  const tail = `-${hashOf(root)}${suffix}`;
  return plain.slice(0, LONGEST_REFERENCE - tail.length) + tail;
}

/** Whether a reference may be one of ours; only those are looked up before a link is claimed. */
export function mayBeReplacement(reference: string): boolean {
  return /-r\d+$/.test(reference);
}

/** Eight hexadecimal digits. */
function hashOf(text: string): string {
  return fnv1a(text).toString(16).padStart(8, "0");
}
