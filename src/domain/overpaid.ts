// More was taken than was asked for: a second payment of the same link, or a late one of a link that
// was replaced. The excess is what should go back; nothing here sends it.

import type { Facts } from "./facts";
import { type Amount, type Paisa, paisa } from "./money";
import type { Position } from "./position";
import { rootLink } from "./chain";
import { read } from "./facts";

/** What is kept beyond the amount; null when nothing is, or when one of the two is not known. */
export function excessOf(facts: Facts, position: Position): Paisa | null {
  const { amount, captured, refunded } = position;
  if (amount === null || captured === null || !isWholeKnown(facts)) return null;
  const excess = captured.value - (refunded?.value ?? 0) - amount.value;
  return excess > 0 ? paisa(excess) : null;
}

/**
 * The excess less the refunds that are on their way: what is on its way is not proposed again. Null too where
 * nobody knows how much went back: it may be the excess itself.
 */
export function proposedRefundOf(facts: Facts, position: Position): Amount | null {
  const excess = excessOf(facts, position);
  if (excess === null || position.refunded === null) return null;
  const left = excess - position.refunds_pending.value - position.refunds_reserved.value;
  return left > 0 ? { value: paisa(left), currency: position.authorized.currency } : null;
}

/** Without a link's amount, one gateway order's is not what several of them were asked for. */
function isWholeKnown(facts: Facts): boolean {
  const link = rootLink(facts)?.[1];
  if (link && read(link, "amount") !== undefined) return true;
  return facts.part_payment !== true && Object.keys(facts.order).length === 1;
}
