// What may be asked of the gateway, and why not: stage × command as a table, then the amounts (design
// 3.5, laws 6 and 7). Decides on facts that an inquiry has just made current; a refusal stores nothing.
// The table is rendered into docs/commands.md, and every cell is tested.

import { type Asked, type Command, type CommandKind, type Commands, isOpen } from "./command";
import { commitmentsOf, refundOf } from "./command-shown";
import { entries, type Facts, read } from "./facts";
import type { JsonObject } from "./json";
import { type Amount, type Paisa, paisa, smaller, sum } from "./money";
import { bestFit, type OrderMoney, refundableOfPayment, type Reservation } from "./order-money";
import { derivePosition, moneyOfOrders, type Position } from "./position";
import { splitOf } from "./refund-split";
import { failure, type Result, success } from "./result";
import { deriveStage, type Stage } from "./stage";

/** The least that the gateway refunds or captures (docs/gateway.md 3.5, 4.4). */
export const LEAST_AMOUNT = 100;
/**
 * Commands are kept for ever, in a row that holds 2 MB with all else: no more refunds are begun beyond
 * so many characters, about 500 of them. What is held can always be captured or voided.
 */
export const MOST_KEPT = 500_000;

/** Codes by stage alone. */
export type StageRefusal =
  | "nothing_captured"
  | "void_instead"
  | "refund_exceeds_captured"
  | "not_authorized"
  | "already_captured"
  | "authorization_gone";

/**
 * `allowed`: the amounts decide. A code: refused with it. `if_captured`: allowed where a part of the
 * order was paid all the same, else refused with the code.
 */
export type Cell = "allowed" | StageRefusal | { readonly if_captured: StageRefusal };

const UNPAID = {
  refund: "nothing_captured",
  capture: "not_authorized",
  void: "not_authorized",
} as const;
const TAKEN = { refund: "allowed", capture: "already_captured", void: "already_captured" } as const;
const OVER = {
  refund: { if_captured: "nothing_captured" },
  capture: "authorization_gone",
  void: "authorization_gone",
} as const;

/**
 * By the stage of the merchant's order. One exception, which no row can show: where another gateway
 * order of the same link still holds money, that may be captured or voided at any stage.
 */
export const COMMAND_TABLE: {
  readonly [stage in Stage]: { readonly [command in CommandKind]: Cell };
} = {
  unknown: UNPAID,
  awaiting_payment: UNPAID,
  payment_initiated: UNPAID,
  failed: UNPAID,
  authorized: { refund: { if_captured: "void_instead" }, capture: "allowed", void: "allowed" },
  part_paid: TAKEN,
  paid: TAKEN,
  partially_refunded: TAKEN,
  refunded: { ...TAKEN, refund: "refund_exceeds_captured" },
  voided: OVER,
  expired: { ...OVER, capture: "not_authorized", void: "not_authorized" },
  cancelled: { ...OVER, capture: "not_authorized", void: "not_authorized" },
};

export type PolicyRefusal =
  | {
      readonly code:
        | Exclude<StageRefusal, "refund_exceeds_captured">
        | "refund_amount_required"
        | "payment_unknown";
    }
  | { readonly code: "refund_exceeds_captured"; readonly refundable: Amount }
  | {
      readonly code: "refund_exceeds_payment";
      readonly payment_id: string;
      readonly refundable: Amount;
    }
  | { readonly code: "amount_below_minimum"; readonly left: Amount }
  | {
      readonly code: "refund_spans_orders";
      readonly orders: readonly { readonly order_id: string; readonly refundable: Amount }[];
    }
  | { readonly code: "split_info_required" | "split_info_unexpected" | "split_info_differs" }
  | { readonly code: "currency_differs"; readonly currency: string }
  | { readonly code: "capture_exceeds_authorized"; readonly authorized: Amount }
  | {
      readonly code: "command_in_progress";
      readonly kind: CommandKind;
      readonly reference: string;
    }
  | { readonly code: "order_ambiguous"; readonly order_ids: readonly string[] }
  /** The gateway shows a refund under this reference that is not ours: made in its dashboard. */
  | { readonly code: "reference_taken"; readonly refund_id: string }
  /** There is another amount to move than the caller had seen. `now`: refundable, or held. */
  | { readonly code: "order_changed"; readonly now: Amount }
  | { readonly code: "too_many_commands" };

/** What is asked for. `named` is the gateway order that the caller's address names, if it names one. */
export interface Wish {
  readonly kind: CommandKind;
  /** Null: one that numbers itself. */
  readonly reference: string | null;
  readonly asked: Asked;
  readonly named: string | null;
  /** What can be refunded, or is held, as the caller saw it: nothing is done on anything else. */
  readonly expected?: Amount | undefined;
}

/** A wish that may be sent: to which gateway order, and with its final amount. */
export interface Intent {
  readonly order_id: string;
  readonly amount: Amount;
  readonly whole: boolean;
  readonly captured_before: number;
  readonly refunds_before: readonly string[];
  readonly split_info: JsonObject | null;
}

type Decided = Result<Intent, PolicyRefusal>;

interface Situation {
  readonly facts: Facts;
  readonly commands: Commands;
  readonly position: Position;
  readonly orders: readonly OrderMoney[];
  readonly ofPayments: readonly Reservation[];
  readonly currency: string;
}

/** Decides on what is known now; the caller commits the intent in the same transaction. */
export function decide(facts: Facts, commands: Commands, wish: Wish): Decided {
  const commitments = commitmentsOf(commands, facts);
  const position = derivePosition(facts, true, commitments);
  const currency = position.authorized.currency;
  const orders = moneyOfOrders(facts, commitments.refunds);
  const ofPayments = commitments.payments;
  const situation = { facts, commands, position, orders, ofPayments, currency };
  const { amount } = wish.asked;
  if (amount !== null && amount.currency !== currency) {
    return failure({ code: "currency_differs", currency });
  }
  return wish.kind === "refund" ? decideRefund(situation, wish) : decideHeld(situation, wish);
}

function decideRefund(situation: Situation, wish: Wish): Decided {
  const { facts, position, commands } = situation;
  if (JSON.stringify(commands).length > MOST_KEPT) return failure({ code: "too_many_commands" });
  const taken_by = entries(facts, "refund").find(
    ([, refund]) => wish.reference !== null && read(refund, "reference") === wish.reference,
  );
  if (taken_by) return failure({ code: "reference_taken", refund_id: taken_by[0] });
  const cell = COMMAND_TABLE[deriveStage(facts, position)].refund;
  const taken = (position.captured?.value ?? 0) > 0;
  if (typeof cell === "object" && !taken) return byStage(position, cell.if_captured);
  if (typeof cell === "string" && cell !== "allowed") return byStage(position, cell);
  // Paid by the word of the link alone: what was taken is not known.
  if (!taken) return failure({ code: "nothing_captured" });
  const changed = changedSince(wish, position.refundable);
  if (changed !== null) return changed;
  return wish.asked.payment_id === null
    ? refundOfOrder(situation, wish)
    : refundOfPayment(situation, wish, wish.asked.payment_id);
}

function refundOfOrder(situation: Situation, wish: Wish): Decided {
  const { position, orders } = situation;
  const able = orders.filter(({ refundable }) => refundable > 0);
  const { amount } = wish.asked;
  // What went back too much of one order is missing of the others together.
  const most = position.refundable.value;
  if (amount === null) {
    // "Partially refunded", and nobody knows how much: all that is left is not known either.
    if (position.refunded === null) return failure({ code: "refund_amount_required" });
    if (able.length > 1) return spansOrders(situation, able);
    const [order] = able;
    if (!order || position.refundable.value === 0) return exceeds(position);
    return checkedRefund(situation, wish, order, smaller(order.refundable, most));
  }
  if (amount.value > most) return exceeds(position);
  const order = bestFit(orders, amount.value);
  if (order) return checkedRefund(situation, wish, order, amount.value);
  const together = sum(able.map(({ refundable }) => refundable));
  return together >= amount.value ? spansOrders(situation, able) : exceeds(position);
}

function refundOfPayment(situation: Situation, wish: Wish, payment_id: string): Decided {
  const { facts, orders, ofPayments, currency } = situation;
  const payment = facts.payment[payment_id];
  const order = payment && orders.find(({ order_id }) => order_id === read(payment, "order_id"));
  if (!order) return failure({ code: "payment_unknown" });
  if (order.refunded === null && wish.asked.amount === null) {
    return failure({ code: "refund_amount_required" });
  }
  const ofPayment = refundableOfPayment(facts, payment_id, currency, ofPayments);
  const left = paisa(Math.min(ofPayment, order.refundable));
  const value = wish.asked.amount?.value ?? left;
  if (value > order.refundable || order.refundable === 0) {
    const refundable = { value: order.refundable, currency };
    return failure({ code: "refund_exceeds_captured", refundable });
  }
  if (value > ofPayment || left === 0) {
    const refundable = { value: left, currency };
    return failure({ code: "refund_exceeds_payment", payment_id, refundable });
  }
  return checkedRefund(situation, wish, order, value);
}

function byStage(position: Position, code: StageRefusal): Decided {
  return code === "refund_exceeds_captured" ? exceeds(position) : failure({ code });
}

function exceeds(position: Position): Decided {
  return failure({ code: "refund_exceeds_captured", refundable: position.refundable });
}

function spansOrders({ currency }: Situation, able: readonly OrderMoney[]): Decided {
  const orders = able.map(({ order_id, refundable }) => ({
    order_id,
    refundable: { value: refundable, currency },
  }));
  return failure({ code: "refund_spans_orders", orders });
}

function checkedRefund(situation: Situation, wish: Wish, order: OrderMoney, value: Paisa): Decided {
  const { currency } = situation;
  if (value < LEAST_AMOUNT) {
    return failure({
      code: "amount_below_minimum",
      left: { value: order.refundable, currency },
    });
  }
  const split = splitOf(situation.facts, order, wish.asked.split_info, { value, currency });
  if (!split.ok) return split;
  return success({
    order_id: order.order_id,
    amount: { value, currency },
    whole: value === order.captured,
    captured_before: order.captured,
    refunds_before: refundsBefore(situation, order.order_id),
    split_info: split.value,
  });
}

/** Refunds of this order that are there already and that no command of ours made. */
function refundsBefore({ facts, commands }: Situation, orderId: string): readonly string[] {
  const ours = new Set(Object.values(commands).flatMap((one) => refundOf(facts, one) ?? []));
  return entries(facts, "refund")
    .filter(([id, refund]) => read(refund, "parent_order_id") === orderId && !ours.has(id))
    .map(([id]) => id);
}

/** A capture or a void acts on the one gateway order that holds money. */
function decideHeld(situation: Situation, wish: Wish): Decided {
  const { facts, commands, position, orders, currency } = situation;
  const held = orders.filter((order) => order.held > 0 && order.status === "AUTHORIZED");
  const order = held.find(({ order_id }) => order_id === wish.named) ?? held[0];
  if (!order) {
    const cell = COMMAND_TABLE[deriveStage(facts, position)][wish.kind];
    // Authorized, and no payment of it is known: there is no amount to act on.
    const code = typeof cell === "string" && cell !== "allowed" ? cell : "not_authorized";
    return byStage(position, code);
  }
  const isOther = order.order_id !== wish.named;
  if (isOther && (held.length > 1 || wasHeld(situation, wish.named))) {
    return failure({ code: "order_ambiguous", order_ids: held.map(({ order_id }) => order_id) });
  }
  const busy = openOn(commands, order.order_id);
  if (busy) {
    return failure({ code: "command_in_progress", kind: busy.kind, reference: busy.reference });
  }
  const authorized = { value: order.held, currency };
  const changed = changedSince(wish, authorized);
  if (changed !== null) return changed;
  const value = wish.asked.amount?.value ?? order.held;
  if (value > order.held) return failure({ code: "capture_exceeds_authorized", authorized });
  if (wish.kind === "capture" && value < LEAST_AMOUNT) {
    return failure({ code: "amount_below_minimum", left: authorized });
  }
  return success({
    order_id: order.order_id,
    amount: { value, currency },
    whole: value === order.held,
    captured_before: order.captured,
    refunds_before: [],
    split_info: null,
  });
}

/** Null: it is as the caller saw it, or nobody said what was seen. */
function changedSince({ expected }: Wish, now: Amount): Decided | null {
  if (expected === undefined) return null;
  const isSame = expected.value === now.value && expected.currency === now.currency;
  return isSame ? null : failure({ code: "order_changed", now });
}

/** The address names an order whose own money was taken or released: it means no other's. */
function wasHeld({ facts, orders }: Situation, named: string | null): boolean {
  const order = facts.pre_auth === true && orders.find(({ order_id }) => order_id === named);
  return order ? order.captured > 0 || order.released > 0 : false;
}

/** At most one capture or void of a gateway order is open at a time (design 3.5). */
function openOn(commands: Commands, orderId: string): Command | null {
  const open = Object.values(commands).find(
    (command) => command.kind !== "refund" && command.order_id === orderId && isOpen(command),
  );
  return open ?? null;
}

/** The amount that a void releases is not asked for; a capture's and a refund's may be. */
export const NOTHING_ASKED: Asked = {
  amount: null,
  payment_id: null,
  reason: null,
  split_info: null,
};
