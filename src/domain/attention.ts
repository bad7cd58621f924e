// What a person should look at: stable codes, derived from what is known now, so that each goes
// away by itself when its reason does. Nothing here says what to do about it; docs/api.md does.

import { alertKey, type Alerts } from "./alerts";
import { type Commands, undecidedOf } from "./command";
import { deliveredAt } from "./delivered-hold";
import { type Facts, linkStatus, theLink } from "./facts";
import { abandonedClaim, type Handling, hasDead, NOTHING_HANDLED } from "./handling";
import { excessOf } from "./overpaid";
import type { Position } from "./position";
import type { Stage } from "./stage";
import { surplusLinks } from "./surplus-link";
import { mayFulfill } from "./verdict";
import { holdingOrders } from "./window";

export const ATTENTION_CODES = [
  "capture_due",
  "capture_urgent",
  "claim_over",
  "expired_part_paid",
  "needs_decision",
  "notification_dead",
  "overpaid",
  "paid_twice_possible",
  "receipt_not_sent",
] as const;

export type AttentionCode = (typeof ATTENTION_CODES)[number];

export interface BesideFacts {
  readonly alerts?: Alerts;
  readonly commands?: Commands;
  readonly handling?: Handling;
}

/** In the order of the alphabet, each once. */
export function attentionOf(
  facts: Facts,
  position: Position,
  stage: Stage,
  { alerts = {}, commands = {}, handling = NOTHING_HANDLED }: BesideFacts = {},
): readonly AttentionCode[] {
  const codes = [
    ...one("capture_due", isCaptureDue(facts, position, alerts, handling)),
    ...one("capture_urgent", isCaptureUrgent(facts, alerts)),
    ...one("claim_over", isClaimOver(facts, position, handling)),
    ...one("expired_part_paid", isEndedPartPaid(facts, position, stage)),
    ...one("needs_decision", undecidedOf(commands).length > 0),
    ...one("notification_dead", hasDead(handling)),
    ...one("overpaid", excessOf(facts, position) !== null),
    ...one("paid_twice_possible", surplusLinks(facts, position).length > 0),
    ...one("receipt_not_sent", isReceiptAstray(handling)),
  ];
  return codes.toSorted();
}

/** The link has ended with a part of the money: to be refunded, or the rest to be asked for anew. */
export function isEndedPartPaid(facts: Facts, position: Position, stage: Stage): boolean {
  const link = theLink(facts)?.[1];
  const status = link && linkStatus(link);
  const ended = status === "EXPIRED" || status === "CANCELLED";
  const kept = (position.captured?.value ?? 0) - (position.refunded?.value ?? 0);
  return (stage === "expired" || stage === "cancelled") && ended && kept > 0;
}

/** Nobody knows whether it was delivered; whoever held it when the money went, once it is there again. */
function isClaimOver(facts: Facts, position: Position, handling: Handling): boolean {
  return abandonedClaim(handling, mayFulfill(facts, position, "authorized")) !== null;
}

/** The mail service never took it, or nobody knows; and the customer has not seen it otherwise. */
function isReceiptAstray({ mail, receipt, confirmed }: Handling): boolean {
  if (receipt !== null || confirmed !== null) return false;
  return mail?.state === "failed" || mail?.state === "unknown";
}

/** Money is held, and its first alert was given but not yet the last, or what it is for was delivered. */
function isCaptureDue(
  facts: Facts,
  position: Position,
  alerts: Alerts,
  handling: Handling,
): boolean {
  const isDue = (id: string): boolean =>
    alertKey(id, "48h") in alerts || deliveredAt(facts, position, handling, id) !== null;
  return holdingOrders(facts).some((id) => isDue(id) && !(alertKey(id, "6h") in alerts));
}

function isCaptureUrgent(facts: Facts, alerts: Alerts): boolean {
  return holdingOrders(facts).some((id) => alertKey(id, "6h") in alerts);
}

function one(code: AttentionCode, holds: boolean): readonly AttentionCode[] {
  return holds ? [code] : [];
}
