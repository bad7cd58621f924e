// What an order and its parts are called where money is moved: whose it is, how it was paid, amounts in figures
// and in words.

import { shorten } from "./short";
import { pathWith } from "./api";
import { orderPath } from "./order-path";
import type { FC } from "hono/jsx";
import { amountInWords } from "../domain/amount-words";
import type { JsonObject } from "../domain/json";
import type { Amount } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import type { OrderView, PaymentView } from "../domain/order-view";
import { METHODS } from "../domain/receipt";
import { shownTime } from "../domain/shown-time";
import { millisecondsOf } from "../domain/time";
import { Money } from "./parts";

/** The merchant's own reference, or the gateway's id. */
export function nameOf(order: OrderView): string {
  return order.merchant_reference ?? order.id;
}

export function addressOf(order: OrderView, said?: string): string {
  return pathWith(orderPath(order.id), { said });
}

/** In figures, and in words below: a digit too many is seen in one of them. */
export const AmountTwice: FC<{ readonly amount: Amount }> = ({ amount }) => {
  const words = amountInWords(amount);
  return (
    <>
      <strong class="large">
        <Money amount={amount} />
      </strong>
      {words !== null && (
        <>
          <br />
          <span class="soft">{words}</span>
        </>
      )}
    </>
  );
};

/** "Asha Rao, asha@example.com": as much as whoever looks may see. Null: nobody is known. */
export function customerText(customer: JsonObject | null): string | null {
  const text = (field: string): string => {
    const value = customer?.[field];
    return typeof value === "string" ? value.trim() : "";
  };
  const name = `${text("first_name")} ${text("last_name")}`.trim();
  const parts = [name, text("email_id"), text("mobile_number")].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.map((part) => shorten(part)).join(", ");
}

/** "UPI, 3 Nov 2026, 14:02, RRN 430712345678": how a person tells one payment from another. */
export function paymentText(payment: PaymentView, zone: string): string {
  const method = payment.payment_method;
  const at = millisecondsOf(payment.created_at ?? payment.updated_at);
  const parts = [
    method === null ? "Payment" : (METHODS[method] ?? shorten(method)),
    payment.last4 === null ? "" : `ending ${payment.last4}`,
    at === null ? "" : shownTime(at, zone),
    payment.rrn === null ? "" : `RRN ${payment.rrn}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Back the way it came: what a refund does. */
export function wayBack(payments: readonly PaymentView[]): string {
  const ways = payments.map(({ payment_method: method, last4 }) => {
    const name = method === null ? "" : (METHODS[method] ?? method);
    return last4 === null ? name : `${name} ending ${last4}`;
  });
  const known = [...new Set(ways.filter((way) => way !== ""))];
  return known.length === 0 ? "the way it was paid" : known.map((way) => shorten(way)).join(", ");
}

export function shownAmount(amount: Amount | null): string {
  return amount === null ? "not known" : formatAmount(amount);
}
