// The steps of the checklist that are about money: was it paid, is it taken, is it at the bank, does some of
// it go back. They follow from facts, and nobody can say them.

import type { CommandKind } from "./command";
import { outcomeOf, type RefundView, viewRefunds } from "./command-view";
import {
  blocked,
  doing,
  done,
  type Found,
  hasOpen,
  none,
  NOT_PAID,
  type Seen,
  todo,
} from "./checklist-found";
import { formatAmount } from "./money-format";
import { proposedRefundOf } from "./overpaid";
import { keptOf } from "./position";
import type { OrderRecord } from "./record";
import { matchSettlement } from "./settlement";

export function verify({ money, stage, verified_by, record }: Seen): Found {
  if (hasOpen(record, "paid_became_unpaid")) {
    return blocked("The gateway took back its word that it was paid: look at the discrepancy.");
  }
  switch (money) {
    case "none":
      return todo("The customer has not paid yet.");
    case "coming":
      return doing(
        stage === "part_paid" ? "A part was paid; the rest is due." : "A payment is on its way.",
        null,
      );
    case "ended":
      return none(`It ended unpaid: ${stage}.`);
    case "held":
    case "taken":
    case "back":
      return verified_by === null
        ? doing("The gateway has not confirmed it yet.", null)
        : done(
            verified_by,
            verified_by === "webhook" ? "The gateway said so by webhook." : "We asked the gateway.",
          );
  }
}

export function capture(seen: Seen): Found {
  const { record, position, stage, money } = seen;
  if (record.facts.pre_auth !== true) return none("It is no pre-authorisation.");
  if (hasOpen(record, "authorization_lapsed")) {
    return blocked("The authorization lapsed before it was captured.");
  }
  if (hasOpenCommand(record, "capture")) return doing("A capture is on its way.", null);
  if (money === "taken" || stage === "refunded") {
    return done(commandedBy(record, "capture") ?? "gateway", "The money was captured.");
  }
  if (money === "held") {
    const held = formatAmount(position.authorized);
    if (record.handling.fulfilled === null) return todo(`${held} is held: capture or void it.`);
    return todo(`${held} is held, and it was delivered: capture it now.`);
  }
  return none(stage === "voided" ? "The money was released." : NOT_PAID);
}

/** Differences that say that money is not where the reports should have it. */
const UNSETTLED = ["settlement_missing", "amount_differs", "settled_but_not_paid"] as const;

export function settle({ record }: Seen): Found {
  const { stage, utrs } = matchSettlement(record.facts, record.settled);
  if (UNSETTLED.some((type) => hasOpen(record, type))) {
    return blocked("The settlement reports do not show it as they should: see the discrepancies.");
  }
  switch (stage) {
    case null:
      return none("There is nothing to settle.");
    case "captured":
      return doing("The gateway holds the money until it is settled.", null);
    case "initiated":
      return doing(`The transfer is on its way: ${utrs.join(", ")}.`, "settlement report");
    case "completed":
      return done("settlement report", `It is at the bank: ${utrs.join(", ")}.`);
    case "elsewhere":
      return none("Another acquirer settles it.");
  }
}

export function refund({ record, position, stage }: Seen): Found {
  const refunds = viewRefunds(record.facts, record.commands).filter(
    ({ outcome }) => outcome !== "refused",
  );
  if (refunds.some(({ outcome }) => outcome === "needs_decision")) {
    return blocked("Nobody can read how a refund ended: decide it.");
  }
  if (hasOpen(record, "refund_without_end")) {
    return blocked("A refund has no end after thirty days: ask the gateway's support.");
  }
  const going = refunds.filter(({ outcome }) => UNDER_WAY.some((one) => one === outcome));
  if (going.length > 0) return doing("A refund is on its way.", going[0]?.requested_by ?? null);
  const proposed = proposedRefundOf(record.facts, position);
  if (proposed !== null) return todo(`${formatAmount(proposed)} was paid too much: refund it.`);
  const ended = stage === "expired" || stage === "cancelled";
  if (ended && keptOf(position) > 0) {
    return todo("It ended with a part of the money: refund it, or ask for the rest anew.");
  }
  const newest = refunds.toSorted(byTime).at(-1);
  if (newest === undefined) return none("No refund is wanted.");
  return newest.outcome === "failed"
    ? blocked("The newest refund failed: ask for it anew under another reference.")
    : done(newest.requested_by ?? "gateway", "The refund is done.");
}

const UNDER_WAY = ["in_flight", "unknown", "pending"] as const;

function byTime(a: RefundView, b: RefundView): number {
  const at = (one: RefundView): string => one.requested_at ?? one.created_at ?? "";
  return at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0;
}

function hasOpenCommand({ commands, facts }: OrderRecord, kind: CommandKind): boolean {
  const open = ["in_flight", "unknown", "needs_decision"] as const;
  return Object.values(commands).some(
    (command) =>
      command.kind === kind && open.some((outcome) => outcome === outcomeOf(command, facts)),
  );
}

function commandedBy({ commands, facts }: OrderRecord, kind: CommandKind): string | null {
  const ours = Object.values(commands).filter((command) => command.kind === kind);
  return ours.findLast((one) => outcomeOf(one, facts) === "done")?.requested_by ?? null;
}
