// Commands and refunds as the API shows them (design section 4), and the sentences that the timeline
// keeps about them. Derived from commands and facts; decides nothing.

import type { Command, CommandKind, CommandRefusal, Commands, Decision } from "./command";
import { refundOf } from "./command-shown";
import { type Entity, entries, type Facts, newestWord, read } from "./facts";
import type { Amount } from "./money";
import { formatAmount } from "./money-format";
import { MONEY_STOPPED } from "./money-switch";
import { toIso } from "./time";

/**
 * `in_flight`, `unknown`, `needs_decision`: nobody can say yet. `pending`, `done`, `failed`: as the
 * gateway says. `refused`: it moved nothing and never will under this reference.
 */
export type Outcome =
  | "in_flight"
  | "unknown"
  | "needs_decision"
  | "pending"
  | "done"
  | "failed"
  | "refused";

export interface DecisionView {
  readonly decision: Decision;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export interface CommandView {
  readonly kind: CommandKind;
  readonly reference: string;
  readonly order_id: string;
  readonly outcome: Outcome;
  readonly amount: Amount;
  readonly payment_id: string | null;
  readonly reason: string | null;
  readonly refund_id: string | null;
  readonly requested_by: string;
  readonly requested_at: string;
  readonly ended_at: string | null;
  /** Times that it was sent to the gateway. */
  readonly sends: number;
  /** When the gateway is read again to learn the outcome. */
  readonly next_reading_at: string | null;
  /** Why the outcome is not known. */
  readonly trouble: string | null;
  readonly refusal: CommandRefusal | null;
  readonly decision: DecisionView | null;
}

export interface RefundView {
  /** Null while only our own command is known. */
  readonly refund_id: string | null;
  readonly order_id: string | null;
  readonly merchant_refund_reference: string | null;
  /** The gateway's own word. */
  readonly status: string | null;
  readonly outcome: Outcome;
  readonly amount: Amount | null;
  readonly payment_id: string | null;
  readonly reason: string | null;
  readonly rrn: string | null;
  /** The key or operator that asked for it here; null for one that was made elsewhere. */
  readonly requested_by: string | null;
  readonly requested_at: string | null;
  readonly trouble: string | null;
  readonly refusal: CommandRefusal | null;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

export function viewCommand(command: Command, facts: Facts): CommandView {
  const { decision } = command;
  return {
    kind: command.kind,
    reference: command.reference,
    order_id: command.order_id,
    outcome: outcomeOf(command, facts),
    amount: command.amount,
    payment_id: command.asked.payment_id,
    reason: command.asked.reason,
    refund_id: refundOf(facts, command) ?? command.refund_id,
    requested_by: command.requested_by,
    requested_at: toIso(command.requested_at),
    ended_at: timeOf(command.ended_at),
    sends: command.sends,
    next_reading_at: timeOf(command.read_at),
    trouble: command.trouble,
    refusal: command.refusal,
    decision: decision && { ...decision, at: toIso(decision.at) },
  };
}

export function outcomeOf(command: Command, facts: Facts): Outcome {
  if (command.state === "refused") return "refused";
  const id = refundOf(facts, command);
  const refund = id === null ? undefined : facts.refund[id];
  if (refund) return outcomeOfRefund(refund);
  switch (command.state) {
    case "sent":
      return "in_flight";
    case "unknown":
      return "unknown";
    case "undecided":
      return "needs_decision";
    case "accepted":
      // A refund that the gateway took and does not show yet; what an operator said was done is done.
      return command.kind === "refund" && command.decision?.decision !== "done"
        ? "pending"
        : "done";
  }
}

function outcomeOfRefund(refund: Entity<"refund">): Outcome {
  const status = read(refund, "status");
  if (status === "PROCESSED") return "done";
  return status === "FAILED" ? "failed" : "pending";
}

/** Every refund of the order: those that the gateway shows, and ours that it does not show (yet). */
export function viewRefunds(facts: Facts, commands: Commands): readonly RefundView[] {
  const all = Object.values(commands).filter(({ kind }) => kind === "refund");
  const ours = all.filter(({ state }) => state !== "refused");
  const shown = entries(facts, "refund").map(([id, refund]) =>
    viewRefund(id, refund, ours.find((command) => refundOf(facts, command) === id) ?? null),
  );
  const hidden = all.filter(
    (command) => command.state === "refused" || refundOf(facts, command) === null,
  );
  return [...shown, ...hidden.map((command) => viewHidden(command, facts))].toSorted((a, b) =>
    (a.created_at ?? a.requested_at ?? "").localeCompare(b.created_at ?? b.requested_at ?? ""),
  );
}

function viewRefund(id: string, refund: Entity<"refund">, command: Command | null): RefundView {
  return {
    refund_id: id,
    order_id: read(refund, "parent_order_id") ?? null,
    merchant_refund_reference: read(refund, "reference") ?? null,
    status: newestWord(refund) ?? null,
    outcome: outcomeOfRefund(refund),
    amount: read(refund, "amount") ?? command?.amount ?? null,
    payment_id: command?.asked.payment_id ?? null,
    reason: read(refund, "reason") ?? command?.asked.reason ?? null,
    rrn: read(refund, "rrn") ?? null,
    requested_by: command?.requested_by ?? null,
    requested_at: timeOf(command?.requested_at ?? null),
    trouble: null,
    refusal: null,
    created_at: read(refund, "created_at") ?? null,
    updated_at: read(refund, "updated_at") ?? null,
  };
}

function viewHidden(command: Command, facts: Facts): RefundView {
  return {
    refund_id: command.refund_id,
    order_id: command.order_id,
    merchant_refund_reference: command.reference,
    status: null,
    outcome: outcomeOf(command, facts),
    amount: command.amount,
    payment_id: command.asked.payment_id,
    reason: command.asked.reason,
    rrn: null,
    requested_by: command.requested_by,
    requested_at: toIso(command.requested_at),
    trouble: command.trouble,
    refusal: command.refusal,
    created_at: null,
    updated_at: null,
  };
}

function timeOf(at: number | null): string | null {
  return at === null ? null : toIso(at);
}

/** What happened to a command, in one sentence; null when nothing that is worth one did. */
export function tellCommand(before: Command | undefined, after: Command): string | null {
  const what = `${NAMES[after.kind]} ${after.reference} of ${formatAmount(after.amount)}`;
  if (before === undefined) {
    const why = after.asked.reason === null ? "" : `: ${after.asked.reason}`;
    return `${what} was asked for by ${after.requested_by}${why}.`;
  }
  if (after.sends > before.sends && before.state !== "sent") {
    return after.decision?.decision === "send_again" && after.decision.at === after.sent_at
      ? `${what} was sent again, as ${after.decision.by} decided: ${after.decision.reason}.`
      : `${what} was sent again: the gateway shows nothing of it.`;
  }
  if (before.state === after.state) {
    const isStopped = after.trouble === MONEY_STOPPED && before.trouble !== MONEY_STOPPED;
    return isStopped ? `${what} waits to be sent again: ${MONEY_STOPPED}.` : null;
  }
  switch (after.state) {
    case "sent":
      return null;
    case "unknown":
      return `${what}: nobody knows whether it was done (${after.trouble ?? "no answer"}).`;
    case "undecided":
      return `${what} needs a decision: the gateway can not confirm what became of it.`;
    case "accepted":
      return after.decision?.decision === "done"
        ? `${what} was done, says ${after.decision.by}: ${after.decision.reason}.`
        : `${what} was taken by the gateway.`;
    case "refused":
      return `${what} was refused: ${after.refusal?.message ?? "no reason given"}`;
  }
}

const NAMES: { readonly [kind in CommandKind]: string } = {
  refund: "Refund",
  capture: "Capture",
  void: "Void",
};
