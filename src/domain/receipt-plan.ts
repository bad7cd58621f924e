// Whose receipt is sent by e-mail, and when: once, when all of the money is there, to the customer that
// the order itself names. An old order gets none by itself: its customer has long had another one.

import { type Facts, read, entries } from "./facts";
import { newMail, nextLookAt, type ReceiptMail } from "./receipt-mail";
import { customerOf } from "./order-view";
import { type OrderRecord, positionOf } from "./record";
import { deriveStage } from "./stage";
import { type Milliseconds, millisecondsOf } from "./time";

/** A payment that is older than this when it becomes known is no reason for a receipt by itself. */
const NEWS_FOR: Milliseconds = 3 * 24 * 60 * 60_000;

/** The e-mail of this record's receipt as it stands, or as it is due now; null: neither. */
export function receiptMailOf(record: OrderRecord, now: Milliseconds): ReceiptMail | null {
  return record.handling.mail ?? (isDueByItself(record, now) ? newMail(null, now) : null);
}

/** When the e-mail is to be looked at, or null. */
export function nextReceiptMail(record: OrderRecord, now: Milliseconds): Milliseconds | null {
  const mail = receiptMailOf(record, now);
  return mail === null ? null : nextLookAt(mail);
}

function isDueByItself(record: OrderRecord, now: Milliseconds): boolean {
  const position = positionOf(record);
  if (!position.full || position.provisional) return false;
  if (deriveStage(record.facts, position) !== "paid") return false;
  if ((position.captured?.value ?? 0) <= 0 || customerEmail(record.facts) === null) return false;
  return now - paidAt(record) < NEWS_FOR;
}

/** The gateway's time of the newest payment; where it told none, when we first knew of the order. */
function paidAt({ facts, created_at }: OrderRecord): Milliseconds {
  const times = entries(facts, "payment")
    .filter(([, payment]) => read(payment, "status") === "PROCESSED")
    .map(([, payment]) => read(payment, "updated_at") ?? read(payment, "created_at"))
    .map(millisecondsOf)
    .filter((time) => time !== null);
  return times.length === 0 ? created_at : Math.max(...times);
}

/**
 * The address of the order's own customer; null where it is not known. One that was masked on its way to
 * us ("a•••@…", "a***@…") is none.
 */
export function customerEmail(facts: Facts): string | null {
  const email = customerOf(facts)?.["email_id"];
  if (typeof email !== "string" || email.length > 254) return null;
  return /^[A-Za-z0-9.!#$%&'+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(email)
    ? email
    : null;
}
