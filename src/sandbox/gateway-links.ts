/**
 * The payment-link operations of the API: create, get, get by reference, cancel,
 * notify (docs/gateway.md 2). All answer with the same object, bare unless a knob wraps it.
 */
import { type Micros, parseTime } from "./clock";
import { type Desk, getLink, saveLink } from "./desk";
import { GatewayError } from "./gateway-error";
import { newLinkId } from "./ids";
import { type Link, linkObject } from "./link";
import { type CreateLinkRequest, createLinkSchema } from "./link-request";
import type { Call } from "./operation";
import { currentOrder } from "./payments";

const most_paisa = 100_000_000;
const day: Micros = 86_400_000_000;

function answer(desk: Desk, link: Link): Record<string, unknown> {
  const object = linkObject(link);
  return desk.knobs.link_wrapped ? { status: "success", data: object } : object;
}

/** In the future, at most 180 days ahead; 24 hours when absent, as in the dashboard. */
function expiry(text: string | undefined, now: Micros): { at: Micros; text: string } {
  if (text === undefined) {
    const at = now - (now % 1_000_000) + day;
    return { at, text: new Date(at / 1000).toISOString().replace(".000Z", "Z") };
  }
  const at = parseTime(text);
  if (at === null)
    throw new GatewayError("INVALID_REQUEST", "expire_by: ISO 8601 in UTC", "expire_by");
  if (at <= now) throw new GatewayError("INVALID_REQUEST", "expire_by: in the past", "expire_by");
  if (at > now + 180 * day) {
    throw new GatewayError("INVALID_REQUEST", "expire_by: more than 180 days ahead", "expire_by");
  }
  return { at, text };
}

function checkRequest(desk: Desk, request: CreateLinkRequest): void {
  if (request.amount.value > most_paisa) {
    throw new GatewayError(
      "AMOUNT_LIMIT_EXCEEDED",
      "The transaction was declined because the specified amount exceeds allowed limits",
    );
  }
  const { customer } = request;
  const reachable = customer?.email_id !== undefined || customer?.mobile_number !== undefined;
  if (desk.knobs.customer_required && !reachable) {
    const message = "customer: email_id or mobile_number is required";
    throw new GatewayError("INVALID_REQUEST", message, "customer");
  }
}

/** `POST /api/pay/v1/paymentlink` */
export function createLink(desk: Desk, call: Call): unknown {
  const request = call.parse(createLinkSchema);
  checkRequest(desk, request);
  const known = desk.store.findLinkByReference(request.merchant_payment_link_reference);
  if (known) {
    if (desk.knobs.duplicate_reference === "return_existing") return answer(desk, known);
    throw new GatewayError("DUPLICATE_REQUEST", "Duplicate merchant_payment_link_reference");
  }
  const created_at = desk.tick();
  const expires = expiry(request.expire_by, created_at);
  const { amount, merchant_payment_link_reference, expire_by: _, pre_auth, ...rest } = request;
  const { is_mcc_transaction, callback_url, failure_callback_url, part_payment, ...others } = rest;
  const { allowed_payment_methods, ...echo } = others;
  const id = newLinkId(desk);
  const link: Link = {
    id,
    reference: merchant_payment_link_reference,
    amount,
    credited: 0,
    status: "CREATED",
    order_ids: [],
    part_payment: part_payment ?? false,
    pre_auth: pre_auth === "true",
    is_mcc_transaction: is_mcc_transaction === "true",
    callback_url: callback_url ?? null,
    failure_callback_url: failure_callback_url ?? null,
    expire_by: expires.at,
    expire_by_text: expires.text,
    allowed_payment_methods: allowed_payment_methods ?? [],
    echo,
    url: `${desk.knobs.checkout_origin ?? call.origin}/sandbox/checkout/${id}`,
    created_at,
    updated_at: created_at,
  };
  desk.store.saveLink(link);
  if (desk.knobs.order_at_creation) currentOrder(desk, link);
  return answer(desk, link);
}

/** `GET /api/pay/v1/paymentlink/{payment_link_id}` */
export function readLink(desk: Desk, call: Call): unknown {
  return answer(desk, getLink(desk, call.param("id")));
}

/** `GET /api/pay/v1/paymentlink/ref/{merchant_payment_link_reference}` */
export function readLinkByReference(desk: Desk, call: Call): unknown {
  const reference = call.param("reference");
  const link = desk.store.findLinkByReference(reference);
  if (!link) throw new GatewayError("PAYMENT_LINK_NOT_FOUND", `No payment link ${reference}`);
  return answer(desk, link);
}

function requireUntouched(link: Link, doing: string): void {
  if (link.status === "CREATED" || link.status === "CLICKED") return;
  throw new GatewayError("OPERATION_NOT_ALLOWED", `The link is ${link.status}: ${doing} refused`);
}

/** `PUT /api/pay/v1/paymentlink/{payment_link_id}/cancel` */
export function cancelLink(desk: Desk, call: Call): unknown {
  const link = getLink(desk, call.param("id"));
  requireUntouched(link, "cancel");
  link.status = "CANCELLED";
  saveLink(desk, link);
  return answer(desk, link);
}

/** `PATCH /api/pay/v1/paymentlink/{payment_link_id}/notify`: sends nothing here. */
export function notifyLink(desk: Desk, call: Call): unknown {
  const link = getLink(desk, call.param("id"));
  requireUntouched(link, "notify");
  if (desk.knobs.notify === "refuse") {
    throw new GatewayError("OPERATION_NOT_ALLOWED", "No notification can be sent for this link");
  }
  return answer(desk, link);
}
