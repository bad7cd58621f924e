// Refund an order: all that is left, a part, or of one payment; asked once more in figures and in words.

import { shorten } from "../short";
import { orderPath } from "../order-path";
import type { FC } from "hono/jsx";
import type { CommandView } from "../../domain/command-view";
import type { OrderView } from "../../domain/order-view";
import { subtract } from "../../domain/money";
import { formatAmount } from "../../domain/money-format";
import { millisecondsOf } from "../../domain/time";
import { type Action, actionPages } from "../action";
import { AmountChoice, ReasonField } from "../amount-field";
import { type ApiProblem, pathTo } from "../api";
import { doneBy, outcomeUnder } from "../command-outcome";
import { useHere } from "../here";
import {
  addressOf,
  AmountTwice,
  customerText,
  nameOf,
  paymentText,
  shownAmount,
  wayBack,
} from "../order-words";
import { Facts, Field, Money } from "../parts";
import { partAddress, RefundsSoFar, SpansOrders, SplitFields } from "../refund-parts";
import {
  leftOfPayment,
  paidPayments,
  parseRefund,
  REFUND_FIELDS,
  refundBody,
  type RefundWish,
} from "../refund-wish";
import type { Seen } from "../seen";
import type { Faults, Typed } from "../typed";

const DAY_MS = 86_400_000;

const action: Action<OrderView, RefundWish> = {
  path: "/console/orders/:id/refund",
  section: "orders",
  scope: () => "refund",
  prefix: "rf",
  fields: REFUND_FIELDS,
  read: async (c) => c.var.api.get<OrderView>(`/v1${pathTo("orders", c.req.param("id") ?? "")}`),
  title: (order) => `Refund ${shorten(nameOf(order))}`,
  back: (order) => ({ href: addressOf(order), label: "Back to the order" }),
  obstacle: (order) => {
    if (order.refundable.value > 0) return null;
    if (order.authorized.value > 0) {
      return (
        <p>
          The money is held and was not taken yet, so there is nothing to refund.{" "}
          <a href={orderPath(order.id, "void")}>Release it</a>: the customer has it back sooner than
          by a refund.
        </p>
      );
    }
    return (order.captured?.value ?? 0) > 0 ? (
      <p>
        Nothing is left to refund: everything that was taken went back or is on its way back to the
        customer.
      </p>
    ) : (
      <p>No money of this order was taken, so there is nothing to refund.</p>
    );
  },
  seen: (order, typed) => [
    ["Can still be refunded", formatAmount(order.refundable)],
    ["Taken from the customer", shownAmount(order.captured)],
    ["Refunded", shownAmount(order.refunded)],
    ...seenOfPayment(order, typed),
  ],
  parse: parseRefund,
  Fields: ({ now, typed, faults, problem }) => (
    <RefundFields order={now} typed={typed} faults={faults} problem={problem} />
  ),
  Question: ({ now, wish }) => <RefundQuestion order={now} wish={wish} />,
  confirm: ({ amount }) => `Refund ${formatAmount(amount)} now`,
  used: async (c, order, { reference }) => outcomeUnder(c, order, "refund", reference),
  perform: async (c, order, wish, reference) => {
    const path = `/v1${pathTo("orders", order.id, "refunds")}`;
    const body = refundBody(order, wish, reference);
    const sent = await c.var.api.send<CommandView>("POST", path, body);
    return sent.ok ? doneBy(order, sent.value) : sent;
  },
};

export const refund = actionPages(action);

/** All of one payment is what is left of it, which may change while the order's own sums do not. */
function seenOfPayment(order: OrderView, { payment_id }: Typed): Seen {
  const payment = order.payments.find(({ id }) => id === payment_id);
  return payment === undefined
    ? []
    : [["Left of this payment", formatAmount(leftOfPayment(order, payment))]];
}

const RefundFields: FC<{
  readonly order: OrderView;
  readonly typed: Typed;
  readonly faults: Faults;
  readonly problem: ApiProblem | null;
}> = ({ order, typed, faults, problem }) => {
  const { zone } = useHere();
  const payments = paidPayments(order);
  return (
    <>
      <Facts
        rows={[
          ["Taken from the customer", <Money amount={order.captured} />],
          ["Refunded", <Money amount={order.refunded} />],
          ["Can still be refunded", <Money amount={order.refundable} />],
          order.overpaid === null
            ? null
            : [
                "Paid beyond the amount",
                <>
                  <Money amount={order.overpaid} />{" "}
                  <a href={partAddress(order, order.overpaid)}>Refund just this</a>
                </>,
              ],
        ]}
      />
      <SpansOrders problem={problem} order={order} />
      <RefundsSoFar order={order} />
      {(payments.length > 1 || faults["payment_id"] !== undefined) && (
        <Field
          name="payment_id"
          label="Of which payment"
          help="The order was paid in several. Choose one to give that one back."
          fault={faults["payment_id"]}
          input={(tied) => (
            <select {...tied}>
              <option value="">Any of them</option>
              {payments.map((payment) => (
                <option value={payment.id} selected={payment.id === typed["payment_id"]}>
                  {`${formatAmount(leftOfPayment(order, payment))} left: ${paymentText(payment, zone)}`}
                </option>
              ))}
            </select>
          )}
        />
      )}
      <AmountChoice
        legend="How much"
        allLabel={
          payments.length > 1 ? "All that is left, of the payment or of all" : "All that is left"
        }
        partLabel="A part of it"
        all={order.refunded === null ? null : order.refundable}
        most={order.refundable}
        typed={typed}
        faults={faults}
      />
      <ReasonField typed={typed} faults={faults} help="For yourselves. Up to 500 characters." />
      <SplitFields typed={typed} faults={faults} problem={problem} />
    </>
  );
};

const RefundQuestion: FC<{ readonly order: OrderView; readonly wish: RefundWish }> = ({
  order,
  wish,
}) => {
  const { now, zone } = useHere();
  const { amount, payment, reason, shares } = wish;
  const left = { ...order.refundable, value: subtract(order.refundable.value, amount.value) };
  const paid = payment === null ? paidPayments(order) : [payment];
  const alike = order.refunds.filter(
    (one) =>
      one.amount?.value === amount.value &&
      one.outcome !== "refused" &&
      one.outcome !== "failed" &&
      now - (millisecondsOf(one.requested_at ?? one.created_at) ?? 0) < DAY_MS,
  );
  return (
    <>
      {alike.length > 0 && (
        <p class="notice wait">
          {formatAmount(amount)} of this order was already refunded in the last 24 hours. If that
          was meant to be this refund, do not do it again.
        </p>
      )}
      <Facts
        rows={[
          ["Goes back to the customer", <AmountTwice amount={amount} />],
          ["To", <span dir="auto">{customerText(order.customer) ?? "The customer who paid"}</span>],
          ["By", <span dir="auto">{wayBack(paid)}</span>],
          payment === null ? null : ["Of the payment", paymentText(payment, zone)],
          ["Can still be refunded afterwards", <Money amount={left} />],
          reason === null ? null : ["Reason", <span dir="auto">{reason}</span>],
          ...shares.map(
            (share) =>
              [`Share of ${shorten(share.seller)}`, <Money amount={share.amount} />] as const,
          ),
        ]}
      />
      <p>
        <strong>A refund can not be taken back.</strong> Once it is sent, the money is the
        customer's again; banks take up to 5 working days to show it.
      </p>
    </>
  );
};
