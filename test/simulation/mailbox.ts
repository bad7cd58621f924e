// The customers' letter box: the mail service takes receipts, refuses them, or loses its answer. Everybody who
// has paid gets a receipt, and nobody more than the two that a lost answer may cost.

import type { OrderView } from "../../src/domain/order-view";
import { failure, success } from "../../src/domain/result";
import type { Mailer } from "../../src/notify/mailer";
import { strikeMail } from "./strike";
import { count } from "./tally";
import type { Deal, Town } from "./town";

export const SENDER = "receipts@shop.example";

/** Takes what is sent to the town's customers, unless trouble strikes. */
export function mailerOf(town: Town): Mailer | null {
  if (!town.merchant.mails) return null;
  return async ({ to }) => {
    const struck = strikeMail();
    if (struck === "mail_refused") {
      return failure({ code: "mail_refused", reason: "E_RATE_LIMIT_EXCEEDED" });
    }
    town.mails.set(to, (town.mails.get(to) ?? 0) + 1);
    count("mails taken");
    return struck === "mail_unanswered" ? failure({ code: "mail_unanswered" }) : success(null);
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
    ...(came > 0 && !taken ? [`${view.id} is ${view.stage}, and a receipt was sent`] : []),
  ];
}
