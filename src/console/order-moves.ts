// What can be done with an order's money and link now, and why the rest can not, in words. The API decides once
// more, on what the gateway says then: this only keeps a person from forms that would be refused.

import {
  type Cell,
  COMMAND_TABLE,
  LEAST_AMOUNT,
  type StageRefusal,
} from "../domain/command-policy";
import type { CommandView } from "../domain/command-view";
import type { OrderView } from "../domain/order-view";
import { isUndecided } from "../domain/phone-payments";
import type { Scope } from "../domain/scopes";
import { type Milliseconds, millisecondsOf } from "../domain/time";

export interface Move {
  readonly label: string;
  /** Below the order's own address. */
  readonly path: string;
  readonly scope: Scope;
  /** Null: it can be done. */
  readonly why_not: string | null;
}

/** Every move that makes sense for this kind of order, those that can be done first. */
export function movesOf(
  order: OrderView,
  commands: readonly CommandView[],
  now: Milliseconds,
): readonly Move[] {
  const moves = [
    ...heldMoves(order, commands),
    { label: "Refund", path: "refund", scope: "refund", why_not: notRefundable(order) } as const,
    ...linkMoves(order, now),
  ];
  return moves.toSorted((a, b) => Number(a.why_not !== null) - Number(b.why_not !== null));
}

/** Capture and release, where money was ever to be held. */
function heldMoves(order: OrderView, commands: readonly CommandView[]): readonly Move[] {
  if (order.pre_auth !== true && order.authorized.value === 0) return [];
  const open = openOnHold(commands);
  const going = open?.kind === "void" ? "A release is on its way." : "A capture is on its way.";
  const why = (cell: Cell): string | null => {
    if (open !== undefined) return going;
    // Another order of the same link may hold money at any stage.
    return order.authorized.value > 0 ? null : refusalOf(order, cell);
  };
  const table = COMMAND_TABLE[order.stage];
  return [
    { label: "Capture", path: "capture", scope: "capture", why_not: why(table.capture) },
    { label: "Release", path: "void", scope: "capture", why_not: why(table.void) },
  ];
}

/** A capture or a release of which nobody can say yet what became of it. */
export function openOnHold(commands: readonly CommandView[]): CommandView | undefined {
  return commands.find(
    ({ kind, outcome }) =>
      kind !== "refund" && ["in_flight", "unknown", "needs_decision"].includes(outcome),
  );
}

function notRefundable(order: OrderView): string | null {
  const refused = refusalOf(order, COMMAND_TABLE[order.stage].refund);
  if (refused !== null) return refused;
  if (order.refundable.value <= 0) return "Nothing is left to refund.";
  return order.refundable.value < LEAST_AMOUNT
    ? "What is left is less than the gateway refunds (1 rupee)."
    : null;
}

function refusalOf(order: OrderView, cell: Cell): string | null {
  if (cell === "allowed") return null;
  if (typeof cell === "string") return REFUSALS[cell];
  return (order.captured?.value ?? 0) > 0 ? null : REFUSALS[cell.if_captured];
}

const REFUSALS: { readonly [code in StageRefusal]: string } = {
  nothing_captured: "Nothing was taken that could go back.",
  void_instead: "The money is only held: release it instead.",
  refund_exceeds_captured: "All of it went back already.",
  not_authorized: "No money is held.",
  already_captured: "The money was captured already.",
  authorization_gone: "The money is not held any more.",
};

const OPEN: readonly (string | null)[] = [
  "CREATED",
  "CLICKED",
  "PAYMENT_INITIATED",
  "PARTIAL_PROCESSED",
];
const UNTOUCHED: readonly (string | null)[] = ["CREATED", "CLICKED"];

function linkMoves(order: OrderView, now: Milliseconds): readonly Move[] {
  const { link } = order;
  if (link === null) return [];
  const end = millisecondsOf(link.expire_by);
  const isOpen = OPEN.includes(link.status) && (end === null || end > now);
  const over = isOpen ? null : "The link can not be paid any more.";
  const begun = "Somebody has begun to pay: the gateway cancels such a link no more.";
  const cancel = over ?? (UNTOUCHED.includes(link.status) ? null : begun);
  const isComing = order.authorized.value > 0 || order.payments.some(isUndecided);
  const notify =
    over ?? (isComing ? "A payment has begun: who is asked again may pay twice." : null);
  return [
    { label: "Send the link again", path: "link/notify", scope: "links", why_not: notify },
    { label: "Cancel the link", path: "link/cancel", scope: "links", why_not: cancel },
    {
      label: "Replace the link",
      path: "link/replace",
      scope: "links",
      why_not: notReplaceable(order),
    },
  ];
}

function notReplaceable(order: OrderView): string | null {
  const { amount_due, stage, authorized, link, payments } = order;
  if (authorized.value > 0) return "Money is held: capture or release it first.";
  if (stage === "payment_initiated" || payments.some(isUndecided))
    return "A payment is on its way.";
  if (stage === "refunded") return "The money went back.";
  if (amount_due === null) return "How much is due is not known.";
  if (amount_due.value < LEAST_AMOUNT) return "Nothing is due any more.";
  return link?.status === "PARTIAL_PROCESSED" ? "It can still be paid." : null;
}
