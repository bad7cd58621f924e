// Whose receipt is sent by e-mail, and when: once, when all of the money is there, to the customer that
// the order itself names. An old order gets none by itself: its customer has long had another one.

import { read, entries } from "./facts";
import { customerEmail } from "./customer-contact";
import { newMail, nextLookAt, type ReceiptMail } from "./receipt-mail";
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
