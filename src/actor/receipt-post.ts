// Job `receipt`: sends the receipt by e-mail. That it is being sent is committed first, so that a crash
// costs one receipt too many at most (receipt-mail.ts). Where it goes stands in no sentence and no log.

import { type MailOutcome, beginMail, endMail, type ReceiptMail } from "../domain/receipt-mail";
import { receiptOf } from "../domain/receipt";
import { customerEmail } from "../domain/customer-contact";
import { receiptMailOf } from "../domain/receipt-plan";
import { type OrderRecord, withHandling } from "../domain/record";
import { MINUTE } from "../domain/schedule";
import { type Milliseconds, toIso } from "../domain/time";
import type { Mail, Mailer } from "../notify/mailer";
import { composeReceiptEmail } from "../notify/receipt-email";
import type { Part } from "./part";
import { commitEvolution, orderView } from "./record-change";
import { isMailing, planReceipt } from "./receipt-job";
import { receiptToken } from "./receipt-token";
import { TimeLimitPassed, withTimeLimit } from "./time-limit";

/** A wish for another one so soon after the last is the same wish. */
export const REPEATED_WITHIN: Milliseconds = MINUTE;

/** `origin`: where the caller reached us; used when PUBLIC_URL is not set. Plans its own next time. */
export async function mailReceipt(part: Part, origin: string | null = null): Promise<"planned"> {
  const begun = begin(part, part.config().public_url ?? origin);
  if (begun !== null) await send(part, begun);
  part.storage.transact(() => {
    const state = part.storage.readState();
    // Whatever happened, an alarm that has just worked is not due again at once.
    part.storage.writeState(planReceipt(part, state, part.now() + MINUTE));
  });
  return "planned";
}

interface Begun {
  readonly mail: Mail;
  readonly mailer: Mailer;
  readonly since: Milliseconds;
}

/** Commits that it is on its way; null: there is nothing to send now. */
function begin(part: Part, base: string | null): Begun | null {
  return part.storage.transact(() => {
    const state = part.storage.readState();
    const mailer = part.mailer();
    if (mailer === null || state.record === null || !isMailing(part, state)) return null;
    const known = receiptMailOf(state.record, part.now());
    const begun = known && beginMail(known, part.now());
    if (begun === null) return null;
    if (begun.state !== "sending") {
      write(part, begun, UNKNOWN);
      return null;
    }
    const mail = compose(part, state.record, base);
    if (mail === null) {
      const over = { ...begun, state: "failed", since: part.now(), next_at: null } as const;
      write(part, over, "The receipt is not sent: there is no address or no money any more.");
      return null;
    }
    write(part, begun, null);
    return { mail, mailer, since: begun.since };
  });
}

function compose(part: Part, record: OrderRecord, base: string | null): Mail | null {
  const { merchant, receipt_from } = part.config();
  const receipt = receiptOf(orderView(part, record), merchant.time_zone);
  const to = customerEmail(record.facts);
  if (receipt === null || to === null || receipt_from === null) return null;
  const token = encodeURIComponent(receiptToken(part));
  const page = base === null ? null : `${base}/receipt/${token}`;
  const letter = composeReceiptEmail(receipt, merchant, page);
  return { ...letter, to, from: { email: receipt_from, name: merchant.name } };
}

async function send(part: Part, { mail, mailer, since }: Begun): Promise<void> {
  const { outcome, reason } = await deliver(part, mailer, mail);
  part.storage.transact(() => {
    const under = part.storage.readState().record?.handling.mail;
    // Given up for lost meanwhile, and begun again by somebody else.
    if (under?.state !== "sending" || under.since !== since) return;
    const ended = endMail(under, outcome, part.now());
    write(part, ended, sentenceOf(ended, outcome, reason));
  });
}

interface Delivered {
  readonly outcome: MailOutcome;
  readonly reason: string;
}

async function deliver(part: Part, mailer: Mailer, mail: Mail): Promise<Delivered> {
  try {
    const sent = await withTimeLimit(mailer(mail), part.limits.mail);
    if (sent.ok) return { outcome: "sent", reason: "" };
    if (sent.failure.code === "mail_unanswered") return { outcome: "lost", reason: "" };
    return { outcome: "refused", reason: sent.failure.reason };
  } catch (error) {
    if (!(error instanceof TimeLimitPassed)) throw error;
    return { outcome: "lost", reason: "" };
  }
}

const UNKNOWN =
  "Nobody knows whether the receipt was sent to the customer. It is not sent again by itself.";

function sentenceOf(mail: ReceiptMail, outcome: MailOutcome, reason: string): string {
  switch (outcome) {
    case "sent":
      return "The receipt was sent to the customer by e-mail.";
    case "lost":
      return mail.state === "unknown"
        ? UNKNOWN
        : "Nobody knows whether the receipt was sent to the customer. It is sent once more.";
    case "refused":
      return mail.next_at === null
        ? `The mail service did not take the receipt for a day (${reason}). It is not sent again by itself.`
        : `The mail service did not take the receipt (${reason}). It is sent again at ${toIso(mail.next_at)}.`;
  }
}

/** How the e-mail stands now; sent means that the customer has the receipt. */
function write(part: Part, mail: ReceiptMail, text: string | null): void {
  const state = part.storage.readState();
  if (state.record === null) return;
  const now = part.now();
  const { handling } = state.record;
  const sent = mail.state === "sent" ? { at: now, by: "e-mail", note: null } : null;
  const changed = { ...handling, mail, receipt: handling.receipt ?? sent };
  const record = withHandling(state.record, changed, now);
  const evolution = { record, changed: false, changes: [] };
  const note = text === null ? {} : { note: { what: "receipt" as const, text } };
  part.storage.writeState(commitEvolution(part, state, evolution, { by: "system", ...note }));
}
