// What the merchant's systems are handed when the gateway will not send a reminder itself: one
// sentence for the customer, and the link to pay with.

import { type Facts, read, theLink } from "./facts";
import { formatAmount } from "./money-format";
import { derivePosition } from "./position";

export interface ReminderWords {
  readonly text: string;
  readonly payment_link: string | null;
}

export function reminderWords(facts: Facts, merchant: string | null): ReminderWords {
  const link = theLink(facts)?.[1];
  const description = link && read(link, "description");
  const due = derivePosition(facts).amount_due;
  const from = merchant === null ? "" : ` from ${merchant}`;
  const what = due === null ? "your payment" : `your payment of ${formatAmount(due)}`;
  const whatFor = description === undefined ? "" : ` for “${description}”`;
  return {
    text: `A friendly reminder${from}: ${what}${whatFor} is still open.`,
    payment_link: (link && read(link, "payment_link")) ?? null,
  };
}
