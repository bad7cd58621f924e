// What a receipt says, on its page and in its e-mail: money that was received, part by part, what went
// back and what is still due. Nothing about the customer. Null where no money was received: an
// authorization is no receipt.

import { amountInWords } from "./amount-words";
import type { Outcome, RefundView } from "./command-view";
import { type Amount, paisa, subtract, sum } from "./money";
import { formatAmount } from "./money-format";
import type { OrderView, PaymentView } from "./order-view";
import type { Stage } from "./stage";

export interface ReceiptLine {
  readonly label: string;
  /** Null: nobody has told us how much. */
  readonly amount: string | null;
  /** Date and reference, whatever is known. */
  readonly note: string;
}

export interface Receipt {
  readonly title: string;
  /** False: a part of the money, the rest may follow. */
  readonly whole: boolean;
  readonly reference: string | null;
  readonly order_id: string | null;
  readonly description: string | null;
  readonly received: string;
  /** The same in words; null in a currency that has none here. */
  readonly words: string | null;
  /** What the customer still has to pay; null: nothing, or nobody waits for it. */
  readonly due: string | null;
  readonly returned: string | null;
  readonly payments: readonly ReceiptLine[];
  readonly refunds: readonly ReceiptLine[];
}

const WHOLE = "Receipt";
const PART = "Receipt for a part";

/** Null: what the gateway says of the order leaves open whether the money is there. */
const TITLES: { readonly [stage in Stage]: string | null } = {
  paid: WHOLE,
  partially_refunded: "Receipt, partly refunded",
  refunded: "Receipt, refunded",
  part_paid: PART,
  payment_initiated: PART,
  awaiting_payment: PART,
  authorized: PART,
  expired: PART,
  cancelled: PART,
  failed: null,
  voided: null,
  unknown: null,
};

/** Nobody waits for the rest of a link that has ended. */
const OPEN: readonly Stage[] = ["part_paid", "payment_initiated", "awaiting_payment", "authorized"];

/** `timeZone`: MERCHANT_TIME_ZONE, in which the dates are written. */
export function receiptOf(order: OrderView, timeZone: string): Receipt | null {
  const { captured, stage, amount_due, refunded } = order;
  const title = TITLES[stage];
  if (title === null || captured === null || captured.value <= 0) return null;
  const isDue = OPEN.includes(stage) && amount_due !== null && amount_due.value > 0;
  return {
    title,
    whole: title !== PART,
    reference: order.merchant_reference,
    order_id: order.order_id,
    description: order.description,
    received: formatAmount(captured),
    words: amountInWords(captured),
    due: isDue ? formatAmount(amount_due) : null,
    returned: refunded === null || refunded.value === 0 ? null : formatAmount(refunded),
    payments: order.payments
      .filter((payment) => payment.captured.value > 0)
      .map((payment) => paymentLine(payment, timeZone)),
    refunds: refundLines(order, timeZone),
  };
}

/** How a payment was made, by the gateway's word for it. */
export const METHODS: { readonly [method: string]: string } = {
  CARD: "Card",
  UPI: "UPI",
  NETBANKING: "Net banking",
  WALLET: "Wallet",
  POINTS: "Points",
  CREDIT_EMI: "EMI by credit card",
  DEBIT_EMI: "EMI by debit card",
  BNPL: "Pay later",
};

function paymentLine(payment: PaymentView, timeZone: string): ReceiptLine {
  const method = payment.payment_method;
  return {
    label: method === null ? "Payment" : (METHODS[method] ?? method),
    amount: formatAmount(payment.captured),
    note: noteOf(payment.created_at ?? payment.updated_at, payment.rrn, payment.id, timeZone),
  };
}

/** How the customer is told of a refund; null: it moved nothing and never will. */
const REFUND_LABELS: { readonly [outcome in Outcome]: string | null } = {
  done: "Refunded",
  pending: "Refund on its way",
  in_flight: "Refund on its way",
  unknown: "Refund being checked",
  needs_decision: "Refund being checked",
  failed: "Refund that did not succeed",
  refused: null,
};

function refundLines(order: OrderView, timeZone: string): readonly ReceiptLine[] {
  const known = order.refunds.flatMap((refund) => refundLine(refund, timeZone));
  const elsewhere = refundedElsewhere(order);
  return elsewhere === null ? known : [...known, elsewhere];
}

function refundLine(refund: RefundView, timeZone: string): readonly ReceiptLine[] {
  const label = REFUND_LABELS[refund.outcome];
  if (label === null) return [];
  const at = refund.requested_at ?? refund.created_at ?? refund.updated_at;
  const amount = refund.amount === null ? null : formatAmount(refund.amount);
  return [{ label, amount, note: noteOf(at, refund.rrn, refund.refund_id, timeZone) }];
}

/** The gateway says that more went back than the refunds that it has shown. */
function refundedElsewhere({ refunds, refunded, captured }: OrderView): ReceiptLine | null {
  const line = { label: "Refunded otherwise", note: "" };
  if (refunded === null) return { ...line, amount: null };
  const done = refunds.filter(({ outcome }) => outcome === "done");
  const shown = sum(done.map(({ amount }) => amount?.value ?? paisa(0)));
  const rest = subtract(refunded.value, shown);
  if (rest <= 0) return null;
  const amount: Amount = { value: rest, currency: captured?.currency ?? refunded.currency };
  return { ...line, amount: formatAmount(amount) };
}

function noteOf(
  at: string | null,
  rrn: string | null,
  id: string | null,
  timeZone: string,
): string {
  const date = at === null ? "" : formatDate(at, timeZone);
  const reference = rrn === null ? (id ?? "") : `bank reference ${rrn}`;
  return [date, reference].filter((text) => text !== "").join(", ");
}

/** "3 November 2026 at 14:02 IST" in the merchant's zone. */
function formatDate(at: string, timeZone: string): string {
  const options = {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
    timeZone,
  } as const;
  return new Intl.DateTimeFormat("en-IN", options).format(new Date(at));
}
