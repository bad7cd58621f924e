// What the facts show of a command, whoever told them, and what it reserves until they do (law 7).

import {
  accept,
  type Command,
  type CommandRefusal,
  type Commands,
  isOpen,
  refuse,
} from "./command";
import { type Entity, entries, type Facts, read } from "./facts";
import { hasTaken, moneyOfOrder, paymentsOf, type Reservation } from "./order-money";
import type { Observation, Word } from "./observation";
import type { Commitments } from "./position";
import type { Milliseconds } from "./time";

/** The refund of ours in the facts: by the id that an answer gave, else by parent and reference. */
export function refundOf(facts: Facts, command: Command): string | null {
  if (command.kind !== "refund") return null;
  const { refund_id } = command;
  if (refund_id !== null && refund_id in facts.refund) return refund_id;
  const found = entries(facts, "refund").find(
    ([id, refund]) =>
      read(refund, "reference") === command.reference &&
      read(refund, "parent_order_id") === command.order_id &&
      !command.refunds_before.includes(id),
  );
  return found?.[0] ?? null;
}

/** The word about our refund in an answer, by our reference. */
export function refundWordIn(
  { words }: Observation,
  { reference }: Command,
): Word<"refund"> | undefined {
  return words
    .filter((word): word is Word<"refund"> => word.kind === "refund")
    .find(({ fields }) => fields.reference === reference);
}

/** What keeps these commands' money from being moved twice until the facts show it (law 7). */
export function commitmentsOf(commands: Commands, facts: Facts): Commitments {
  const all = Object.values(commands);
  const refunds = all.filter(({ kind, state }) => kind === "refund" && state !== "refused");
  const reserve = (command: Command, payment_id: string | null): Reservation => ({
    order_id: command.order_id,
    payment_id,
    value: command.amount.value,
  });
  return {
    refunds: refunds
      .filter((command) => !isCounted(facts, command))
      .map((command) => reserve(command, command.asked.payment_id)),
    payments: refunds
      .filter((command) => command.asked.payment_id !== null && bindsPayment(facts, command))
      .map((command) => reserve(command, command.asked.payment_id)),
    voiding: all.some((command) => command.kind === "void" && isOpen(command)),
  };
}

/**
 * The facts count it, or it FAILED and there is nothing to count. One without an amount in the order's
 * currency can not be counted there and is reserved as we asked.
 */
function isCounted(facts: Facts, command: Command): boolean {
  const refund = shownRefund(facts, command);
  if (refund === null) return false;
  return (
    read(refund, "status") === "FAILED" ||
    read(refund, "amount")?.currency === command.amount.currency
  );
}

/** What a command that names a payment keeps of it, until the facts say themselves whose it is. */
function bindsPayment(facts: Facts, command: Command): boolean {
  const refund = shownRefund(facts, command);
  if (refund === null) return true;
  const told = (read(refund, "payments") ?? []).some((part) => part.parent_payment_id);
  return !told && read(refund, "status") !== "FAILED";
}

function shownRefund(facts: Facts, command: Command): Entity<"refund"> | null {
  const id = refundOf(facts, command);
  return (id === null ? undefined : facts.refund[id]) ?? null;
}

/** What became of a command by what the gateway shows; null while it shows neither end. */
export type Shown =
  | { readonly kind: "accepted"; readonly refund_id: string | null }
  | { readonly kind: "refused"; readonly code: CommandRefusal["code"]; readonly message: string };

export function shownBy(facts: Facts, command: Command): Shown | null {
  if (command.kind === "refund") {
    const id = refundOf(facts, command);
    return id === null ? null : { kind: "accepted", refund_id: id };
  }
  const money = moneyOfOrder(facts, command.order_id, command.amount.currency, []);
  // It still holds: what another payment of it took (points) is no end of this command.
  if (money.status === "AUTHORIZED" && money.held > 0) return null;
  if (command.kind === "void") return voidShown(money.status, hasTaken(money));
  if (hasTaken(money)) return captureShown(facts, command, money.captured);
  if (money.status === "CANCELLED") {
    return refused("authorization_gone", "The authorization was released before the capture.");
  }
  return money.status === "FAILED"
    ? refused("capture_failed", "The capture failed: the gateway says that the order FAILED.")
    : null;
}

function voidShown(status: string | null, taken: boolean): Shown | null {
  // Also where a payment of it is still said to be taken: points are given back with the order.
  if (status === "CANCELLED") return { kind: "accepted", refund_id: null };
  if (taken) return refused("already_captured", "The money was captured: refund it.");
  return status === "FAILED"
    ? refused("authorization_gone", "The gateway says that the order FAILED.")
    : null;
}

/** By our reference where the gateway keeps it, else by the amount (design 3.5). */
function captureShown(facts: Facts, command: Command, captured: number): Shown | null {
  const accepted = { kind: "accepted", refund_id: null } as const;
  const references = captureReferences(facts, command.order_id);
  const elsewhere = refused("captured_elsewhere", "The order was captured by another capture.");
  if (command.known_by_reference && references.length > 0) {
    return references.includes(command.reference) ? accepted : elsewhere;
  }
  // The order says that it took money, and its payments do not yet say how much.
  const taken = captured - command.captured_before;
  if (taken <= 0) return null;
  return taken === command.amount.value ? accepted : elsewhere;
}

function captureReferences(facts: Facts, orderId: string): readonly string[] {
  return paymentsOf(facts, orderId)
    .flatMap((payment) => read(payment, "captures") ?? [])
    .flatMap(({ merchant_capture_reference }) => merchant_capture_reference ?? []);
}

function refused(code: CommandRefusal["code"], message: string): Shown {
  return { kind: "refused", code, message };
}

/**
 * What the facts show ends a command, whoever told them. One whose call is on its way waits for its
 * own answer; one that was refused and is shown all the same was done, unless another one did it.
 */
export function followFacts(
  command: Command,
  facts: Facts,
  all: Commands,
  now: Milliseconds,
): Command {
  const waits = command.state === "unknown" || command.state === "undecided";
  const denied =
    command.state === "refused" && isDoneAllTheSame(facts, command) && !wasAnother(command, all);
  if (!waits && !denied) return command;
  const shown = shownBy(facts, command);
  if (shown === null || (denied && shown.kind !== "accepted")) return command;
  return endAsShown(command, shown, now);
}

/**
 * A capture that the gateway knows by its amount alone is a later one's, or that of one which was not refused:
 * what is held is taken once.
 */
function wasAnother(command: Command, all: Commands): boolean {
  if (command.kind !== "capture" || command.known_by_reference) return false;
  return Object.values(all).some(
    ({ kind, reference, order_id, state, sent_at }) =>
      kind === "capture" &&
      reference !== command.reference &&
      order_id === command.order_id &&
      (state !== "refused" || sent_at > command.sent_at),
  );
}

/**
 * It was refused after a send of which nobody knew how it ended, or the gateway shows exactly what was
 * asked for under our reference. Anything else under that reference was made by somebody else.
 */
function isDoneAllTheSame(facts: Facts, command: Command): boolean {
  if (command.kind === "void") return false;
  const unsure = command.unknown_since !== null;
  if (command.kind === "refund") {
    const amount = refundAmount(facts, command);
    return amount !== null && (unsure || amount === command.amount.value);
  }
  const references = captureReferences(facts, command.order_id);
  return unsure || (command.known_by_reference && references.includes(command.reference));
}

function refundAmount(facts: Facts, command: Command): number | null {
  const refund = shownRefund(facts, command);
  return (refund && read(refund, "amount")?.value) ?? null;
}

export function endAsShown(command: Command, shown: Shown, now: Milliseconds): Command {
  return shown.kind === "accepted"
    ? accept(command, shown.refund_id, now)
    : refuse(command, { code: shown.code, message: shown.message }, now);
}
