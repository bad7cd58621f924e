// What of an order is not over, so that its personal data may still be needed (docs/retention.md). A
// person who asks for the removal is refused for what moves money or goods; by its age alone an order is
// removed only if nothing is open that anybody should look at. Pure.

import { deriveChecklist, isOpenStep, type StepName } from "./checklist";
import { isOpen } from "./command";
import { liveClaim } from "./handling";
import { hasPendingPayment } from "./order-money";
import { type OrderRecord, positionOf } from "./record";
import { awaitsCustomer } from "./reminders";
import { hasPendingOrder } from "./replace";
import { awaitsRefund } from "./schedule";
import type { FulfillOn } from "./verdict";

/** In words for the caller of the API (docs/api.md). */
export type Unfinished =
  /** The customer may still pay with the link. */
  | "link_open"
  | "payment_in_flight"
  /** Authorized: to be captured or voided. */
  | "money_held"
  | "refund_pending"
  | "command_open"
  /** Somebody delivers it now. */
  | "claim_live"
  | "notification_pending"
  /** A message could not be applied yet, or has not reached the order's home. */
  | "message_waiting"
  /** Which orders belong together is not settled yet, or a link is being made. */
  | "order_unsettled";

export function unfinishedOf(record: OrderRecord): readonly Unfinished[] {
  const { facts, commands, handling } = record;
  const position = positionOf(record);
  const inFlight = hasPendingPayment(facts) || hasPendingOrder(facts) || position.provisional;
  const news = handling.news?.state;
  const found: readonly (readonly [Unfinished, boolean])[] = [
    ["link_open", awaitsCustomer(facts)],
    ["payment_in_flight", inFlight],
    ["money_held", position.authorized.value > 0 || position.word?.status === "AUTHORIZED"],
    ["refund_pending", awaitsRefund(facts, position)],
    ["command_open", Object.values(commands).some(isOpen)],
    ["claim_live", handling.fulfilled === null && liveClaim(handling) !== null],
    ["notification_pending", news === "waiting" || news === "retrying"],
  ];
  return found.filter(([, holds]) => holds).map(([what]) => what);
}

/**
 * Steps that keep an order from being over, however old it is. A shop that never says that it recorded,
 * confirmed or delivered has these steps open for ever; what the reports owe stands in a discrepancy.
 */
const STEPS_OF_MONEY: readonly StepName[] = ["capture", "refund"];

/** Nothing is open that a person should look at. `counted`: false for somebody else's business. */
export function isAllClear(record: OrderRecord, on: FulfillOn, counted: boolean): boolean {
  const open = Object.values(record.discrepancies).some(({ closed_at }) => closed_at === null);
  const steps = counted ? deriveChecklist(record, on) : [];
  return !open && !steps.some((step) => STEPS_OF_MONEY.includes(step.step) && isOpenStep(step));
}
