/**
 * What a person does at the checkout or in the gateway's dashboard, as one vocabulary
 * for the pages' buttons and for the JSON routes that tests use.
 */
import * as z from "zod";
import type { Desk } from "./desk";
import { saveLink } from "./desk";
import { GatewayError } from "./gateway-error";
import { capture, voidOrder } from "./holds";
import { instruments } from "./instruments";
import type { Link } from "./link";
import { isOpen } from "./link";
import { authorizedOf, capturedOf, type Order } from "./order";
import {
  currentOrder,
  expireLink,
  fail,
  initiate,
  openLink,
  reverse,
  revive,
  succeed,
} from "./payments";
import { beginRefund, endRefund, leftToRefund } from "./refunds";
import { spreadSplit } from "./split";

export const actions = [
  "open",
  "initiate",
  "pay",
  "authorize",
  "fail",
  "reverse",
  "expire",
  "capture",
  "void",
  "refund",
  "end-refund",
] as const;
export type Action = (typeof actions)[number];

export const actionRequest = z.strictObject({
  /** How it is paid. */
  instrument: z.enum(instruments).default("card"),
  /** Paisa; without it, all that there is. */
  amount: z.int().optional(),
  /** Pay although the link has ended; a payment that failed last turns out paid. */
  late: z.boolean().optional(),
  /** With `late`: the link keeps saying EXPIRED or CANCELLED. */
  keep_link_status: z.boolean().optional(),
  /** Of a failure. */
  code: z.string().optional(),
  message: z.string().optional(),
  /** No retry is left: the order FAILS with the payment. */
  final: z.boolean().optional(),
  /** Of a capture or a refund. */
  reference: z.string().optional(),
  /** Of a refund: how it ends (default: as the knob `refunds` says). */
  status: z.enum(["PROCESSED", "PENDING", "FAILED"]).optional(),
});
export type ActionRequest = z.infer<typeof actionRequest>;

/** The order that a payment goes to: a spent one gives way to the link's next. */
function payable(desk: Desk, order: Order): Order {
  const link = order.link_id ? desk.store.findLink(order.link_id) : undefined;
  const in_flight = order.payments.some((payment) => payment.status === "PENDING");
  return link && isOpen(link) && !in_flight ? currentOrder(desk, link) : order;
}

function begin(desk: Desk, order: Order, request: ActionRequest): void {
  if (order.payments.some((payment) => payment.status === "PENDING")) return;
  const { instrument, amount, late } = request;
  if (late && order.payments.at(-1)?.status === "FAILED") revive(order);
  else initiate(desk, order, { instrument, amount, late });
}

function refund(desk: Desk, order: Order, request: ActionRequest): Order {
  const reference = request.reference ?? crypto.randomUUID();
  const { amount } = request;
  const split_info = spreadSplit(order, amount ?? leftToRefund(desk, order));
  const made = beginRefund(desk, order, { amount, reference, split_info });
  const by_knob = {
    process: "PROCESSED",
    fail: "FAILED",
    pending: "PENDING",
    refuse: "PENDING",
  } as const;
  const status = request.status ?? by_knob[desk.knobs.refunds];
  if (made.status === "PENDING" && status !== "PENDING") endRefund(desk, made, status);
  return made;
}

/** Does it, and returns the order that it was done to (for a refund: the REFUND order). */
export function act(desk: Desk, order: Order, action: Action, request: ActionRequest): Order {
  switch (action) {
    case "open":
    case "expire":
      return actOnLink(desk, order, action);
    case "initiate": {
      const target = payable(desk, order);
      const { instrument, amount, late } = request;
      initiate(desk, target, { instrument, amount, late });
      return target;
    }
    case "authorize":
    case "pay": {
      if (action === "authorize" && !order.pre_auth) {
        throw new GatewayError("OPERATION_NOT_ALLOWED", "The link is not pre-authorised");
      }
      const target = payable(desk, order);
      begin(desk, target, request);
      succeed(desk, target, request.keep_link_status);
      return target;
    }
    case "fail": {
      const target = payable(desk, order);
      begin(desk, target, request);
      fail(desk, target, request);
      return target;
    }
    case "reverse":
      if (leftToRefund(desk, order) < capturedOf(order)) {
        throw new GatewayError("OPERATION_NOT_ALLOWED", `${order.id} was refunded`);
      }
      reverse(desk, order);
      return order;
    case "capture": {
      const amount = request.amount ?? authorizedOf(order);
      capture(desk, order, { amount, reference: request.reference ?? crypto.randomUUID() });
      return order;
    }
    case "void":
      voidOrder(desk, order);
      return order;
    case "refund":
      return refund(desk, order, request);
    case "end-refund":
      endRefund(desk, order, request.status === "FAILED" ? "FAILED" : "PROCESSED");
      return order;
  }
}

function actOnLink(desk: Desk, order: Order, action: "open" | "expire"): Order {
  const link = desk.store.findLink(order.link_id ?? "");
  if (!link) throw new GatewayError("OPERATION_NOT_ALLOWED", `${order.id} has no link`);
  if (action === "open") return openLink(desk, link);
  endNow(desk, link);
  return desk.store.findOrder(order.id) ?? order;
}

/** Moves `expire_by` to now; the link ends as by itself. */
function endNow(desk: Desk, link: Link): void {
  if (!isOpen(link)) {
    throw new GatewayError("OPERATION_NOT_ALLOWED", `The link is ${link.status}`);
  }
  link.expire_by = desk.tick();
  link.expire_by_text = new Date(link.expire_by / 1000).toISOString();
  saveLink(desk, link);
  expireLink(desk, link);
}
