// What a person wants refunded, read from the form, and what is left for it. Pure. A limit here is a courtesy:
// what may really go back, the order's actor decides on what the gateway shows.

import type { JsonObject } from "../domain/json";
import { type Amount, larger, paisa, smaller, subtract, sum, ZERO } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import type { OrderView, PaymentView } from "../domain/order-view";
import { success } from "../domain/result";
import { parseTypedAmount } from "../domain/typed-amount";
import { AMOUNT_FIELDS, parseAmount, reasonFault, tellAmountFault } from "./amount-field";
import { misread, type Read, type Typed } from "./typed";

/** Sellers that a form can name; an order split among more is refunded by the API. */
export const SPLIT_ROWS = [1, 2, 3, 4] as const;

export const REFUND_FIELDS: readonly string[] = [
  ...AMOUNT_FIELDS,
  "payment_id",
  "reason",
  ...SPLIT_ROWS.flatMap((row) => [`seller_${row}`, `share_${row}`]),
];

export interface RefundWish {
  readonly amount: Amount;
  readonly payment: PaymentView | null;
  readonly reason: string | null;
  readonly shares: readonly Share[];
}

export interface Share {
  readonly seller: string;
  readonly amount: Amount;
}

export function paidPayments(order: OrderView): readonly PaymentView[] {
  return order.payments.filter(({ captured }) => captured.value > 0);
}

/** Of one payment: what it has taken, less the refunds that name it. */
export function leftOfPayment(order: OrderView, payment: PaymentView): Amount {
  const back = order.refunds.filter(
    ({ payment_id, outcome }) =>
      payment_id === payment.id && outcome !== "failed" && outcome !== "refused",
  );
  const gone = sum(back.map(({ amount }) => amount?.value ?? ZERO));
  const left = larger(subtract(payment.captured.value, gone), ZERO);
  return { ...payment.captured, value: smaller(left, order.refundable.value) };
}

/** What one gateway order can give: each refund is sent to one of them. */
export interface OrderPart {
  readonly order_id: string;
  readonly refundable: Amount;
}

/** As far as payments and refunds tell; the API says it exactly where it refuses. */
export function partsOf(order: OrderView): readonly OrderPart[] {
  const payments = paidPayments(order);
  const ids = [...new Set(payments.flatMap(({ order_id }) => order_id ?? []))];
  const back = order.refunds.filter(({ outcome }) => outcome !== "failed" && outcome !== "refused");
  const parts = ids.map((order_id) => {
    const taken = payments.filter((payment) => payment.order_id === order_id);
    const gone = back.filter((refund) => refund.order_id === order_id);
    const value = subtract(
      sum(taken.map(({ captured }) => captured.value)),
      sum(gone.map(({ amount }) => amount?.value ?? ZERO)),
    );
    return { order_id, refundable: { ...order.refundable, value } };
  });
  return parts.filter(({ refundable }) => refundable.value > 0);
}

export function parseRefund(typed: Typed, order: OrderView): Read<RefundWish> {
  const named = typed["payment_id"] ?? "";
  const payment = paidPayments(order).find(({ id }) => id === named) ?? null;
  if (named !== "" && payment === null) {
    return misread({ payment_id: "The order has no such payment any more. Choose again." });
  }
  const left = payment === null ? order.refundable : leftOfPayment(order, payment);
  // "Partially refunded", and nobody says how much: all that is left is no figure.
  const all = order.refunded === null ? null : left;
  const amount = parseAmount(typed, { all, most: left });
  const reason = typed["reason"] ?? "";
  const faults = { ...(amount.ok ? {} : amount.failure.faults), ...reasonFault(reason, false) };
  if (!amount.ok) return misread(faults);
  const shares = parseShares(typed, amount.value);
  if (!shares.ok) return misread({ ...faults, ...shares.failure.faults });
  if (Object.keys(faults).length > 0) return misread(faults);
  return success({
    amount: amount.value,
    payment,
    reason: reason === "" ? null : reason,
    shares: shares.value,
  });
}

function parseShares(typed: Typed, whole: Amount): Read<readonly Share[]> {
  const shares: Share[] = [];
  const faults: Record<string, string> = {};
  for (const row of SPLIT_ROWS) {
    const seller = typed[`seller_${row}`] ?? "";
    const text = typed[`share_${row}`] ?? "";
    if (seller === "" && text === "") continue;
    const value = parseTypedAmount(text, { least: paisa(0), most: whole.value });
    if (seller === "") faults[`seller_${row}`] = "Name the seller of this share.";
    if (!value.ok) faults[`share_${row}`] = tellAmountFault(value.failure, whole.currency);
    if (value.ok) shares.push({ seller, amount: { ...whole, value: value.value } });
  }
  const together = sum(shares.map(({ amount }) => amount.value));
  if (Object.keys(faults).length === 0 && shares.length > 0 && together !== whole.value) {
    const shown = formatAmount({ ...whole, value: together });
    faults["seller_1"] = `The shares come to ${shown}, not to ${formatAmount(whole)}.`;
  }
  return Object.keys(faults).length > 0 ? misread(faults) : success(shares);
}

/** The body of POST /v1/orders/{id}/refunds: only on the order as it was seen. */
export function refundBody(order: OrderView, wish: RefundWish, reference: string): JsonObject {
  return {
    expect: { refundable: { ...order.refundable } },
    merchant_refund_reference: reference,
    amount: { ...wish.amount },
    ...(wish.payment === null ? {} : { payment_id: wish.payment.id }),
    ...(wish.reason === null ? {} : { reason: wish.reason }),
    ...(wish.shares.length === 0
      ? {}
      : {
          split_info: {
            split_type: "AMOUNT",
            split_details: wish.shares.map(({ seller, amount }) => ({
              split_merchant_id: seller,
              amount: { ...amount },
            })),
          },
        }),
  };
}
