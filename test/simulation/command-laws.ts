// What holds after every step of what we say about refunds, captures and voids ourselves (laws 6 and 7), held against the gateway's own books.

import type { CommandView } from "../../src/domain/command-view";
import type { OrderView } from "../../src/domain/order-view";
import { api } from "../actor/house";
import type { Books, Town } from "./town";

export async function wrongInCommands(
  town: Town,
  view: OrderView,
  books: Books,
): Promise<readonly string[]> {
  const path = `/v1/orders/${view.id}/commands`;
  const listed = await api<{ data?: readonly CommandView[] }>("GET", path).catch(() => null);
  const commands = listed?.body.data ?? [];
  return [
    ...commands.flatMap((command) => wrongRefusal(town, command, books)),
    ...wrongReserve(town, commands, view, books),
    ...wrongHolds(commands),
  ];
}

function nameOf({ kind, reference }: CommandView): string {
  return `${kind} ${reference}`;
}

/** Refused means that nothing moved, and never will. */
function wrongRefusal(
  { merchant }: Town,
  command: CommandView,
  { references }: Books,
): readonly string[] {
  // Under the guide's contract the gateway keeps no reference of a capture.
  const isKept =
    command.kind === "refund" || (command.kind === "capture" && merchant.contract === "reference");
  if (command.outcome !== "refused" || !isKept) return [];
  const { moved = 0, pending = 0 } = references[command.reference] ?? {};
  return moved + pending > 0 ? [`${nameOf(command)} is refused, and it moved money`] : [];
}

/** What is promised and what may still be given back are never more than was taken. */
function wrongReserve(
  { byHand }: Town,
  commands: readonly CommandView[],
  { order_ids, refundable }: OrderView,
  { totals }: Books,
): readonly string[] {
  if (byHand) return [];
  const captured = order_ids.reduce((sum, id) => sum + (totals[id]?.captured ?? 0), 0);
  const ours = commands
    .filter(({ kind, outcome }) => kind === "refund" && !["refused", "failed"].includes(outcome))
    .reduce((sum, { amount }) => sum + amount.value, 0);
  return ours + refundable.value > captured
    ? [`${refundable.value} is called refundable beside ${ours} of ours, of ${captured} captured`]
    : [];
}

const OPEN: readonly string[] = ["in_flight", "unknown", "needs_decision"];

/** What is held goes one way, once; of a gateway order one capture or void is open at a time. */
function wrongHolds(commands: readonly CommandView[]): readonly string[] {
  const holds = commands.filter(({ kind }) => kind !== "refund");
  const twice = (of: readonly CommandView[]): boolean =>
    new Set(of.map(({ order_id }) => order_id)).size < of.length;
  const open = holds.filter(({ outcome }) => OPEN.includes(outcome));
  const done = holds.filter(({ outcome }) => outcome === "done");
  return [
    ...(twice(open) ? [`open together: ${open.map(nameOf).join(", ")}`] : []),
    ...(twice(done) ? [`done together: ${done.map(nameOf).join(", ")}`] : []),
  ];
}
