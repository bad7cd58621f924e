/**
 * What the rules of the books work with: the store, the knobs, the account, a clock,
 * and a tray for outgoing webhooks. The object `Books` is the one desk there is.
 */
import type { Micros } from "./clock";
import type { Knobs } from "./knobs";
import type { Link } from "./link";
import { type Order, orderObject } from "./order";
import type { Account } from "./settings";
import type { SettlementStore } from "./settlement-store";
import type { Store } from "./store";
import { GatewayError } from "./gateway-error";

export interface Desk {
  readonly store: Store;
  readonly settlements: SettlementStore;
  readonly account: Account;
  readonly knobs: Knobs;
  /** Whether an order can be shown as it was before. */
  readonly keeps_snapshots: boolean;
  /** The sandbox's clock, which a knob can shift. */
  now_ms(): number;
  /** Letters for identifiers, by chance. */
  random(length: number, alphabet: string): string;
  /** A time of the books, later than all before it. */
  tick(): Micros;
  /** Whether this reading of a refund by its reference has to find nothing; used up by one. */
  takeHiding(): boolean;
  /** Queues one webhook; the body is fixed now, the signature at each attempt. */
  post(event: string, body: unknown): void;
}

/** The order as the API shows it at this moment. */
export function showOrder(desk: Desk, order: Order): Record<string, unknown> {
  const { refunds_on_parent, refunds_lag, empty_refund_lists } = desk.knobs;
  const shown = order.type === "CHARGE" && refunds_on_parent;
  const all = shown ? desk.store.listRefunds(order.id) : [];
  const refunds = all.slice(0, Math.max(0, all.length - refunds_lag));
  const listed = refunds.length > 0 || (shown && empty_refund_lists);
  return orderObject(order, desk.account.merchant_id, listed ? refunds : null);
}

/** Saves with a new `updated_at`. */
export function saveOrder(desk: Desk, order: Order): void {
  order.updated_at = desk.tick();
  desk.store.saveOrder(order, desk.keeps_snapshots ? showOrder(desk, order) : null);
}

/** Saves with a new `updated_at`. */
export function saveLink(desk: Desk, link: Link): void {
  link.updated_at = desk.tick();
  desk.store.saveLink(link);
}

/** The link, or the gateway's 404. */
export function getLink(desk: Desk, id: string): Link {
  const link = desk.store.findLink(id);
  if (!link) throw new GatewayError("PAYMENT_LINK_NOT_FOUND", `Payment link ${id} not found`);
  return link;
}

/** The order, or the gateway's 404. */
export function getOrder(desk: Desk, id: string): Order {
  const order = desk.store.findOrder(id);
  if (!order) throw new GatewayError("ORDER_NOT_FOUND", `Order ${id} not found`);
  return order;
}
