// The receipt of an order: that it was opened, and how its e-mail stands. What is handed over is
// said once, and nothing here asks the gateway.

import { type Receipt, receiptOf } from "../domain/receipt";
import { newMail, type ReceiptMail } from "../domain/receipt-mail";
import { customerEmail } from "../domain/customer-contact";
import { type OrderRecord, withHandling } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import type { Part } from "./part";
import { commitEvolution, orderView } from "./record-change";
import { mailReceipt, REPEATED_WITHIN } from "./receipt-post";
import { receiptToken } from "./receipt-token";
import type { Reading, ReceiptFailure, ReceiptRequest, ReceiptStatus } from "./rpc";
import { isSettled } from "./seek";
import type { ActorState } from "./state";

/** The customer has the page before him: that is a receipt handed over, the first time. */
export function noteReceiptOpened(part: Part): Reading<null> {
  const { home, record: known } = part.storage.readState();
  if (home !== null) return { kind: "alias", home };
  if (known === null) return { kind: "absent" };
  part.storage.transact(() => {
    const state = part.storage.readState();
    const record = state.record;
    if (record?.handling.receipt !== null) return;
    if (wholeReceiptOf(part, record) === null) return;
    const now = part.now();
    const receipt = { at: now, by: "receipt page", note: null };
    const next = withHandling(record, { ...record.handling, receipt }, now);
    const note = { what: "receipt" as const, text: "The receipt was opened." };
    const evolution = { record: next, changed: false, changes: [] };
    part.storage.writeState(commitEvolution(part, state, evolution, { by: "customer", note }));
  });
  return { kind: "found", value: null };
}

/** Where the receipt is, and how its e-mail stands. */
export function receiptStatus(part: Part): Reading<ReceiptStatus> {
  const { home, record } = part.storage.readState();
  if (home !== null) return { kind: "alias", home };
  return record === null ? { kind: "absent" } : { kind: "found", value: statusOf(part) };
}

/**
 * Sends the e-mail, again if need be, to the order's own customer. One that is on its way, or was sent a
 * moment ago, is this one: a request that is repeated after a lost answer sends nothing twice.
 */
export async function sendReceipt(
  part: Part,
  request: ReceiptRequest,
): Promise<Reading<Result<ReceiptStatus, ReceiptFailure>>> {
  const before = part.storage.readState();
  if (before.home !== null) return { kind: "alias", home: before.home };
  if (before.record === null) return { kind: "absent" };
  const refusal = part.storage.transact(() => decide(part, request));
  if (refusal !== null) return { kind: "found", value: failure(refusal) };
  await mailReceipt(part, request.origin);
  // Its home may have been found meanwhile; what was sent was sent here.
  return { kind: "found", value: success(statusOf(part)) };
}

/** Why it is not sent; else commits that it is wanted, unless it is on its way already. */
function decide(part: Part, request: ReceiptRequest): ReceiptFailure | null {
  const state = part.storage.readState();
  const record = state.record;
  if (record === null || !isSettled(part.name, state)) return { code: "order_unsettled" };
  const refusal = refusalOf(part, record);
  if (refusal === null && isOver(record.handling.mail, part.now())) {
    wish(part, state, record, request);
  }
  return refusal;
}

function refusalOf(part: Part, record: OrderRecord): ReceiptFailure | null {
  if (part.mailer() === null || part.config().receipt_from === null) {
    return { code: "receipt_not_configured" };
  }
  const order = orderView(part, record);
  if (receiptOf(order, part.config().merchant.time_zone) === null) return { code: "nothing_paid" };
  return customerEmail(record.facts) === null ? { code: "customer_email_unknown" } : null;
}

/** Whether another one may be sent. */
function isOver(mail: ReceiptMail | null, now: number): boolean {
  if (mail === null) return true;
  const recent = now - mail.since < REPEATED_WITHIN;
  return !(recent && (mail.state === "sending" || mail.state === "sent"));
}

function wish(part: Part, state: ActorState, record: OrderRecord, { by }: ReceiptRequest): void {
  const now = part.now();
  const next = withHandling(record, { ...record.handling, mail: newMail(by, now) }, now);
  const note = {
    what: "receipt" as const,
    text: `${by} asked to send the receipt to the customer.`,
  };
  const evolution = { record: next, changed: false, changes: [] };
  part.storage.writeState(commitEvolution(part, state, evolution, { by: "operator", note }));
}

function statusOf(part: Part): ReceiptStatus {
  const token = receiptToken(part);
  const { record } = part.storage.readState();
  const handling = record?.handling;
  return {
    token,
    ready: record !== null && receiptOf(orderView(part, record), "UTC") !== null,
    handed_over: handling?.receipt ?? null,
    mail: handling?.mail ?? null,
  };
}

/** All of the money was received. */
function wholeReceiptOf(part: Part, record: OrderRecord): Receipt | null {
  const receipt = receiptOf(orderView(part, record), part.config().merchant.time_zone);
  return receipt?.whole === true ? receipt : null;
}
