/**
 * The bodies of webhooks: `{event_type, data}` with the order in it, and the guide's
 * one link event `{event, data}` (docs/gateway.md 0, 6.3). Which are sent follows the contract;
 * keys are snake_case, camelCase or mixed, metadata keys left alone.
 */
import { type Desk, showOrder } from "./desk";
import type { Link } from "./link";
import type { Order } from "./order";

export type OrderEvent =
  | "ORDER_AUTHORIZED"
  | "ORDER_PROCESSED"
  | "ORDER_CANCELLED"
  | "PAYMENT_FAILED"
  | "ORDER_FAILED"
  | "REFUND_PROCESSED"
  | "REFUND_FAILED";

type Casing = "snake" | "camel" | "mixed";

/** In a mixed body these levels stay as they are, like the gateway's own points samples. */
const keptInMixed = new Set(["order_id", "parent_order_id", "merchant_order_reference", "status"]);

function recase(value: unknown, casing: Casing): unknown {
  if (Array.isArray(value)) return value.map((item) => recase(item, casing));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const keep = casing === "mixed" && keptInMixed.has(key);
      const name = keep
        ? key
        : key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
      return [name, key === "merchant_metadata" ? inner : recase(inner, casing)];
    }),
  );
}

function casingOf(desk: Desk, order: Order): Casing {
  const { casing } = desk.knobs.webhooks;
  if (casing !== "auto") return casing;
  if (!order.payments.some((payment) => payment.method === "POINTS")) return "snake";
  return order.type === "REFUND" ? "mixed" : "camel";
}

/** Queues an order event about the order as it is now. */
export function announceOrder(desk: Desk, event: OrderEvent, order: Order): void {
  const { send } = desk.knobs.webhooks;
  if (send === "link_only") return;
  const casing = casingOf(desk, order);
  const data = showOrder(desk, order);
  // The gateway's sample of a failed refund carries the boolean as a string.
  if (event === "REFUND_FAILED") data["pre_auth"] = String(order.pre_auth);
  const body = { event_type: event, data };
  desk.post(event, casing === "snake" ? body : recase(body, casing));
}

/** Queues the guide's link event, if the account speaks that contract. */
export function announceLink(desk: Desk, link: Link): void {
  const { send } = desk.knobs.webhooks;
  if (send === "order_only" || (send === "auto" && desk.knobs.contract === "reference")) return;
  desk.post("payment_link.processed", {
    event: "payment_link.processed",
    data: {
      payment_link_id: link.id,
      merchant_payment_link_reference: link.reference,
      status: link.status,
      amount: link.amount,
      order_id: link.order_ids.at(-1),
    },
  });
}
