// Who let go of held money: we at the merchant's word, the gateway when the time was over, or somebody
// in the gateway's own dashboard (design 3.5). Only from the gateway's word that the order is
// CANCELLED: a window that has ended by our reckoning proves nothing.

import { type Commands, isOpen } from "./command";
import type { Finding } from "./discrepancy";
import { type Entity, entries, type Facts, firstSaid, read } from "./facts";
import { sum, ZERO } from "./money";
import { paymentAmount, paymentsOf } from "./order-money";
import { derivePosition } from "./position";
import { MINUTE } from "./schedule";
import { type AuthWindow, endOfWindow } from "./window";

export type VoidedBy = "merchant" | "gateway" | "elsewhere";

/** The gateway may count from a moment before the one that it shows. */
const SLACK = MINUTE;

/** Null while nobody can say: it is not cancelled, held nothing, or our own void is not over. */
export function voidedBy(
  facts: Facts,
  commands: Commands,
  order_id: string,
  window: AuthWindow,
): VoidedBy | null {
  const order = facts.order[order_id];
  if (!order || read(order, "status") !== "CANCELLED") return null;
  const voids = Object.values(commands).filter(
    (command) => command.kind === "void" && command.order_id === order_id,
  );
  if (voids.some(isOpen)) return null;
  if (voids.some(({ state }) => state === "accepted")) return "merchant";
  const ended = onceAuthorized(facts, order_id).map((payment) => endedBy(order, payment, window));
  return ended.find((by) => by === "gateway") ?? ended.find((by) => by !== null) ?? null;
}

/**
 * Each hold by its own end: a second one of the same order may be let go of long after the first one's.
 * By the smallest version of the word, so that neither repeats nor the order of arrival move it.
 */
function endedBy(
  order: Entity<"order">,
  payment: Entity<"payment">,
  window: AuthWindow,
): "gateway" | "elsewhere" | null {
  const words = [firstSaid(order, "CANCELLED"), firstSaid(payment, "CANCELLED")];
  const said = words.filter((at) => at !== null);
  const capture_by = endOfWindow(payment, window);
  if (said.length === 0 || capture_by === null) return null;
  return Math.min(...said) >= capture_by - SLACK ? "gateway" : "elsewhere";
}

/**
 * Holds that the gateway let go of, each with what was held. None where the merchant's order is paid
 * in full all the same: a second hold beside it was never to be taken.
 */
export function lapsesOf(facts: Facts, commands: Commands, window: AuthWindow): readonly Finding[] {
  const position = derivePosition(facts);
  if (position.full) return [];
  return entries(facts, "order")
    .filter(([order_id]) => voidedBy(facts, commands, order_id, window) === "gateway")
    .map(([order_id, order]) => ({
      type: "authorization_lapsed",
      subject: order_id,
      ours: "AUTHORIZED",
      theirs: "CANCELLED",
      amount: sum(
        onceAuthorized(facts, order_id)
          .filter((payment) => isReleased(payment) && endedBy(order, payment, window) === "gateway")
          .map((payment) => paymentAmount(payment, position.authorized.currency) ?? ZERO),
      ),
    }));
}

/** Payments of the order that held money and took none; where none is left, those that ever held. */
function onceAuthorized(facts: Facts, order_id: string): readonly Entity<"payment">[] {
  const ever = paymentsOf(facts, order_id).filter(({ history }) => "AUTHORIZED" in history);
  const released = ever.filter(isReleased);
  return released.length === 0 ? ever : released;
}

function isReleased(payment: Entity<"payment">): boolean {
  return ["AUTHORIZED", "CANCELLED"].includes(read(payment, "status") ?? "");
}
