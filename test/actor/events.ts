// Webhooks of the gateway as tests write them by hand: one order snapshot, with one payment or none.

export interface Snapshot {
  readonly order_id: string;
  /** The order's own word, and its payment's; without the latter there is no payment. */
  readonly status: string;
  readonly payment?: string;
  readonly amount?: number;
  readonly reference?: string;
  /** Minutes after six o'clock of the day on which the house opens. */
  readonly minute?: number;
}

/** The body of a webhook around this snapshot. */
export function orderEvent(event_type: string, snapshot: Snapshot) {
  const { order_id, status, payment, amount = 50_000, minute = 1 } = snapshot;
  const at = `2031-01-15T06:${String(minute).padStart(2, "0")}:00.000Z`;
  const money = { value: amount, currency: "INR" };
  const paid = {
    id: `${order_id}-up-a`,
    status: payment,
    payment_amount: money,
    payment_method: "UPI",
    updated_at: at,
  };
  return {
    event_type,
    data: {
      order_id,
      type: "CHARGE",
      status,
      order_amount: money,
      pre_auth: false,
      ...(snapshot.reference === undefined ? {} : { merchant_order_reference: snapshot.reference }),
      payments: payment === undefined ? [] : [paid],
      updated_at: at,
    },
  };
}

/** The commonest of them: the order is paid. */
export function paidEvent(order_id: string, change: Partial<Snapshot> = {}) {
  const snapshot = { order_id, status: "PROCESSED", payment: "PROCESSED", ...change };
  return orderEvent("ORDER_PROCESSED", snapshot);
}
