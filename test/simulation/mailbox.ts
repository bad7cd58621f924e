// The customers' letter box: until the trouble is over, the mail service takes receipts, refuses them, or loses
// its answers. Nobody gets more than the two that a lost answer may cost, and nobody who has not paid.

import type { OrderView } from "../../src/domain/order-view";
import { failure, success } from "../../src/domain/result";
import type { Mailer } from "../../src/notify/mailer";
import { ask } from "../sandbox/gateway";
import { count } from "./tally";
import type { Deal, Town } from "./town";

export const SENDER = "receipts@shop.example";

/** Takes what is sent to the town's customers, as the merchant's mail service does. */
export function mailerOf(town: Town): Mailer | null {
  const { mails } = town.merchant;
  if (mails === "none") return null;
  return async ({ to }) => {
    // A way out of the house, as to the real service: nothing leaves before it is committed that it will.
    await ask("GET", "/sandbox/webhooks/queue");
    if (mails === "refused" && !town.isOver) {
      count("mails refused");
      return failure({ code: "mail_refused", reason: "E_RATE_LIMIT_EXCEEDED" });
    }
    town.mails.set(to, (town.mails.get(to) ?? 0) + 1);
    count("mails taken");
    if (mails !== "unanswered" || town.isOver) return success(null);
    count("mails unanswered");
    return failure({ code: "mail_unanswered" });
  };
}

/** Of this order's customer. */
export function addressOf({ reference }: Deal): string {
  return `asha.${reference}@example.com`;
}

export function wrongInMails({ mails }: Town, deal: Deal, view: OrderView): readonly string[] {
  const came = mails.get(addressOf(deal)) ?? 0;
  const taken = ["paid", "partially_refunded", "refunded", "part_paid"].includes(view.stage);
  if (came > 0) count("at rest: receipts came");
  return [
    ...(came > 2 ? [`${view.id}: ${came} receipts were sent`] : []),
    ...(came > 0 && !taken && !deal.reversed
      ? [`${view.id} is ${view.stage}, and a receipt was sent`]
      : []),
  ];
}
