/**
 * The customer's side of the books: opening a link, starting a payment, and how it
 * ends. Every function changes order and link together, saves both, and queues the
 * webhooks that the gateway would send. Refusals are `GatewayError`s.
 */
import { type Desk, saveLink, saveOrder } from "./desk";
import { announceLink, announceOrder } from "./events";
import { GatewayError } from "./gateway-error";
import { newOrderId, newPaymentId, newReference } from "./ids";
import { acquirerData, draftPayments, type Instrument, methodOf } from "./instruments";
import { amountDue, isOpen, type Link } from "./link";
import { creditOf, type Order, type OrderStatus, type Payment } from "./order";

/** What a new order is made of; `makeOrder` adds the rest. */
export type OrderDraft = Pick<
  Order,
  "link_id" | "reference" | "amount" | "pre_auth" | "part_payment" | "purchase_details"
> &
  Partial<Order>;

/** A CREATED order, saved. */
export function makeOrder(desk: Desk, draft: OrderDraft): Order {
  const created_at = desk.tick();
  const order: Order = {
    id: newOrderId(desk),
    parent_order_id: null,
    type: "CHARGE",
    status: "CREATED",
    allowed_payment_methods: [],
    callback_url: null,
    failure_callback_url: null,
    retries_remaining: 5,
    payments: [],
    authorized_at: null,
    created_at,
    updated_at: created_at,
    ...draft,
  };
  saveOrder(desk, order);
  return order;
}

/** Whether a hold of it was captured: an order is captured once, so it takes no more payments. */
function isTaken(order: Order): boolean {
  return order.pre_auth && order.payments.some(({ captures }) => captures.length > 0);
}

/** The order behind a link that a payment would go to now; made if there is none. */
export function currentOrder(desk: Desk, link: Link): Order {
  const last = link.order_ids.at(-1);
  const order = last ? desk.store.findOrder(last) : undefined;
  const over = order && ["FAILED", "CANCELLED"].includes(order.status);
  const taken = order && isTaken(order);
  const split = order && desk.knobs.second_part === "new_order" && creditOf(order) > 0;
  if (order && !(isOpen(link) && (over || taken || split))) return order;
  const made = makeOrder(desk, {
    link_id: link.id,
    reference: desk.knobs.order_reference === "link" ? link.reference : newReference(desk),
    amount: { value: amountDue(link), currency: link.amount.currency },
    pre_auth: link.pre_auth,
    part_payment: link.part_payment,
    allowed_payment_methods: link.allowed_payment_methods,
    callback_url: link.callback_url,
    failure_callback_url: link.failure_callback_url,
    purchase_details: purchaseDetails(link),
  });
  link.order_ids.push(made.id);
  desk.store.saveLink(link);
  return made;
}

function purchaseDetails(link: Link): Record<string, unknown> {
  const names = ["customer", "merchant_metadata", "split_info", "cart_details"];
  return Object.fromEntries(names.flatMap((n) => (n in link.echo ? [[n, link.echo[n]]] : [])));
}

/** The customer opens the checkout. */
export function openLink(desk: Desk, link: Link): Order {
  const order = currentOrder(desk, link);
  if (link.status === "CREATED") {
    link.status = "CLICKED";
    saveLink(desk, link);
  }
  return order;
}

/** What a payment is started with. `amount` in paisa; without it, all that is due. */
export interface PaymentRequest {
  readonly instrument: Instrument;
  readonly amount?: number | undefined;
  /** Start although the link has ended: money that was on its way. */
  readonly late?: boolean | undefined;
}

function linkOf(desk: Desk, order: Order): Link | undefined {
  return order.link_id ? desk.store.findLink(order.link_id) : undefined;
}

function checkAmount(order: Order, due: number, amount: number): void {
  if (amount === due && due > 0) return;
  if (!order.part_payment) {
    throw new GatewayError("INVALID_REQUEST", "This link is not open for part payments");
  }
  if (amount < 100) throw new GatewayError("INVALID_REQUEST", "A part is at least ₹1");
  if (amount > due) throw new GatewayError("AMOUNT_LIMIT_EXCEEDED", "More than what is due");
}

/** Starts a payment and leaves it with the bank: PENDING, the link PAYMENT_INITIATED. */
export function initiate(desk: Desk, order: Order, request: PaymentRequest): void {
  const link = linkOf(desk, order);
  const payable = ["CREATED", "PENDING", "ATTEMPTED"];
  const open = link ? isOpen(link) : payable.includes(order.status);
  const in_flight = order.payments.some((payment) => payment.status === "PENDING");
  if ((!open && !request.late) || in_flight || isTaken(order) || order.type === "REFUND") {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `No payment can be started on ${order.id}`);
  }
  const method = methodOf[request.instrument];
  const allowed = order.allowed_payment_methods;
  if (allowed.length > 0 && !allowed.includes(method)) {
    throw new GatewayError("PAYMENT_METHOD_NOT_ENABLED", `${method} is not allowed here`);
  }
  if (order.pre_auth && method !== "CARD" && method !== "POINTS") {
    throw new GatewayError("PAYMENT_METHOD_NOT_ENABLED", `${method} cannot be authorised`);
  }
  const due = link ? amountDue(link) : order.amount.value - creditOf(order);
  const amount = request.amount ?? due;
  checkAmount(order, due, amount);
  const at = desk.tick();
  for (const { suffix, ...draft } of draftPayments(request.instrument, amount)) {
    order.payments.push({
      ...draft,
      id: newPaymentId(desk, order, suffix),
      merchant_payment_reference: newReference(desk),
      parent_payment_id: null,
      status: "PENDING",
      acquirer: null,
      error: null,
      captures: [],
      created_at: at,
      updated_at: at,
    });
  }
  if (creditOf(order) === 0) order.status = "PENDING";
  saveOrder(desk, order);
  if (link && (link.status === "CREATED" || link.status === "CLICKED")) {
    link.status = "PAYMENT_INITIATED";
    saveLink(desk, link);
  }
}

/** The payments that the next ending is about: those in flight. */
function inFlight(order: Order): Payment[] {
  const payments = order.payments.filter((payment) => payment.status === "PENDING");
  if (payments.length === 0) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `No payment of ${order.id} is in flight`);
  }
  return payments;
}

/** The bank says yes: AUTHORIZED with pre_auth, else PROCESSED. */
export function succeed(desk: Desk, order: Order, keep_link_status = false): void {
  const link = linkOf(desk, order);
  const payments = inFlight(order);
  const at = desk.tick();
  const capture_reference = newReference(desk);
  const points = payments.some((payment) => payment.method === "POINTS");
  for (const payment of payments) {
    payment.status = order.pre_auth ? "AUTHORIZED" : "PROCESSED";
    payment.acquirer = { ...acquirerData(desk, true), is_aggregator: desk.knobs.is_aggregator };
    payment.error = null;
    payment.updated_at = at;
    // Pay-by-points shows a capture even for a plain purchase.
    if (points && !order.pre_auth) {
      const capture_amount = payment.amount;
      payment.captures = [
        { merchant_capture_reference: capture_reference, capture_amount, created_at: at },
      ];
    }
  }
  if (order.pre_auth) order.authorized_at = at;
  order.status = paidStatus(desk, order);
  const processed = link && !keep_link_status && creditLink(desk, link, payments);
  saveOrder(desk, order);
  if (link) saveLink(desk, link);
  if (order.status === "AUTHORIZED") announceOrder(desk, "ORDER_AUTHORIZED", order);
  if (order.status === "PROCESSED") announceOrder(desk, "ORDER_PROCESSED", order);
  if (link && processed) announceLink(desk, link);
}

/** Counts the payments to the link; true when it became PROCESSED by them. */
function creditLink(desk: Desk, link: Link, payments: readonly Payment[]): boolean {
  link.credited += payments.reduce((sum, payment) => sum + payment.credit, 0);
  const partly = desk.knobs.contract === "guide" ? "PAYMENT_INITIATED" : "PARTIAL_PROCESSED";
  link.status = amountDue(link) === 0 ? "PROCESSED" : partly;
  return link.status === "PROCESSED";
}

function paidStatus(desk: Desk, order: Order): OrderStatus {
  if (order.pre_auth) return "AUTHORIZED";
  return creditOf(order) < order.amount.value ? desk.knobs.part_order_status : "PROCESSED";
}

/** How a payment failed. `final`: no retry is left, the order is FAILED. */
export interface Failure {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly final?: boolean | undefined;
}

/** The bank says no. */
export function fail(desk: Desk, order: Order, failure: Failure = {}): void {
  const at = desk.tick();
  for (const payment of inFlight(order)) {
    payment.status = "FAILED";
    payment.acquirer = acquirerData(desk, false);
    payment.error = {
      code: failure.code ?? "USER_AUTHENTICATION_FAILED",
      message: failure.message ?? "Consumer Authentication required",
    };
    payment.updated_at = at;
  }
  order.retries_remaining = failure.final ? 0 : Math.max(0, order.retries_remaining - 1);
  const ended = order.retries_remaining === 0 && creditOf(order) === 0;
  if (ended) order.status = "FAILED";
  else if (creditOf(order) === 0) order.status = "ATTEMPTED";
  saveOrder(desk, order);
  const link = linkOf(desk, order);
  if (link && isOpen(link)) saveLink(desk, link);
  announceOrder(desk, "PAYMENT_FAILED", order);
  if (ended) announceOrder(desk, "ORDER_FAILED", order);
}

/** The bank takes back what it had given: a plain payment as a whole, of which nothing was refunded. */
export function reverse(desk: Desk, order: Order): void {
  if (order.status !== "PROCESSED" || order.pre_auth || order.part_payment) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `${order.id} can not be taken back`);
  }
  const at = desk.tick();
  for (const payment of order.payments.filter(({ status }) => status === "PROCESSED")) {
    payment.status = "FAILED";
    payment.error = { code: "PAYMENT_REVERSED", message: "The bank took the payment back" };
    payment.updated_at = at;
  }
  order.status = "FAILED";
  saveOrder(desk, order);
  announceOrder(desk, "ORDER_FAILED", order);
}

/** A payment that had failed turns out to have gone through; a capture that failed stays so. */
export function revive(order: Order): void {
  const last = order.payments.findLast((payment) => payment.status === "FAILED");
  if (!last || isTaken(order)) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `No payment of ${order.id} has failed`);
  }
  for (const payment of order.payments) {
    if (payment.status === "FAILED" && payment.created_at === last.created_at) {
      payment.status = "PENDING";
    }
  }
}

/** `expire_by` has passed; a payment in flight fails with it unless a knob says otherwise. */
export function expireLink(desk: Desk, link: Link): void {
  link.status = "EXPIRED";
  saveLink(desk, link);
  if (!desk.knobs.expiry_fails_payments) return;
  for (const id of link.order_ids) {
    const order = desk.store.findOrder(id);
    if (!order?.payments.some((payment) => payment.status === "PENDING")) continue;
    fail(desk, order, { code: "PAYMENT_EXPIRED", message: "The payment has expired" });
  }
}
