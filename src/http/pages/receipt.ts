// What a receipt says, as data: amounts, payments and refunds of an order whose money was taken. Null
// for every other order: an authorization is no receipt.

import { formatAmount } from "../../domain/money-format";
import type { OrderView } from "../../domain/order-view";
import type { Stage } from "../../domain/stage";

export interface ReceiptLine {
  readonly label: string;
  readonly amount: string;
  /** Method, reference of the bank, date; whatever is known. */
  readonly note: string;
}

export interface Receipt {
  readonly title: string;
  readonly reference: string | null;
  readonly description: string | null;
  readonly total: string | null;
  readonly payments: readonly ReceiptLine[];
  readonly refunds: readonly ReceiptLine[];
}

const TITLES: { readonly [stage in Stage]?: string } = {
  paid: "Receipt",
  partially_refunded: "Receipt, partly refunded",
  refunded: "Receipt, refunded",
};

/** `timeZone`: MERCHANT_TIME_ZONE, in which the dates are written. */
export function receiptOf(order: OrderView, timeZone: string): Receipt | null {
  const title = TITLES[order.stage];
  // Paid by an undated link event alone, or only part of a link: not yet.
  if (title === undefined || order.captured === null || order.captured.value <= 0) return null;
  const taken = order.payments.filter(({ captured }) => captured.value > 0);
  const returned = order.refunds.filter(({ status }) => status === "PROCESSED");
  return {
    title,
    reference: order.merchant_reference,
    description: order.description,
    total: formatAmount(order.captured),
    payments: taken.map((payment) => ({
      label: payment.payment_method ?? "Payment",
      amount: formatAmount(payment.captured),
      note: noteOf(payment.updated_at ?? payment.created_at, payment.rrn, timeZone),
    })),
    refunds: returned.flatMap((refund) =>
      refund.amount === null
        ? []
        : [
            {
              label: "Refund",
              amount: formatAmount(refund.amount),
              note: noteOf(refund.updated_at ?? refund.created_at, refund.rrn, timeZone),
            },
          ],
    ),
  };
}

function noteOf(at: string | null, rrn: string | null, timeZone: string): string {
  const date = at === null ? "" : formatDate(at, timeZone);
  const reference = rrn === null ? "" : `bank reference ${rrn}`;
  return [date, reference].filter((text) => text !== "").join(", ");
}

/** "3 November 2026 at 14:02" in the merchant's zone. */
function formatDate(at: string, timeZone: string): string {
  const options = { dateStyle: "long", timeStyle: "short", hour12: false, timeZone } as const;
  return new Intl.DateTimeFormat("en-IN", options).format(new Date(at));
}
