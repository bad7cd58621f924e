// What settlement reports change for an order, in sentences for its timeline. Derived by comparing the lines
// before and after, so that no way of changing them can forget it.

import { inr } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import type { OrderRecord } from "../domain/record";
import { grossOf, type RoledLine, rolesOf } from "../domain/settlement-roles";

/** What changed in the lines, in sentences for the timeline. */
export function settlementStory(
  before: OrderRecord | null,
  after: OrderRecord,
): readonly { readonly what: "settlement"; readonly text: string; readonly id: string }[] {
  const was = before?.settled ?? {};
  if (was === after.settled) return [];
  const earlier = new Set(rolesOf(after.facts, was).map(tell));
  const later = rolesOf(after.facts, after.settled);
  const gone = Object.entries(was).filter(
    ([key, { lines }]) => lines.length > 0 && after.settled[key]?.lines.length === 0,
  );
  return [
    ...later
      .filter((line) => !earlier.has(tell(line)))
      .map((line) => ({ what: "settlement" as const, text: tell(line), id: line.transaction_id })),
    ...gone.map(([, { utr, transaction_id }]) => ({
      what: "settlement" as const,
      text: `Settlement ${utr} no longer names ${transaction_id}.`,
      id: transaction_id,
    })),
  ];
}

function tell({ utr, transaction_id, role, line }: RoledLine): string {
  const money = (value: number): string => formatAmount(inr(Math.abs(value)));
  const gross = money(grossOf(line));
  const where = line.completed ? "at the bank" : "on its way to the bank";
  switch (role) {
    case "payment": {
      const less = line.deductions === null ? "" : ` less ${money(line.deductions)}`;
      return `Settlement ${utr}: ${gross}${less} of payment ${transaction_id} is ${where}.`;
    }
    case "refund":
      return `Settlement ${utr} took back ${gross} for a refund (${transaction_id}).`;
    case "chargeback":
      return `Settlement ${utr} took back ${gross} of payment ${transaction_id}: a chargeback.`;
    case "unknown":
      return `Settlement ${utr} names ${transaction_id}, which is not known.`;
  }
}
