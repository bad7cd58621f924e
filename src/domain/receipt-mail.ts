// How the e-mail with an order's receipt stands, and what each try makes of it: at most one that is known
// to be sent, tried again for a day where the mail service refuses it. One of which nobody knows how it
// ended is sent once more: a receipt that came twice hurts nobody, one that never came does. Pure.

import type { Milliseconds } from "./time";

/**
 * `waiting`: to be sent at `next_at`. `failed`: refused in every try. `unknown`: nobody knows, twice, and
 * it is not sent again by itself.
 */
export type MailState = "waiting" | "sending" | "sent" | "failed" | "unknown";

export interface ReceiptMail {
  readonly state: MailState;
  readonly since: Milliseconds;
  /** The key that asked for it; null: it was due by itself. */
  readonly by: string | null;
  /** Tries that the mail service refused, and those of which nobody knows how they ended. */
  readonly refused: number;
  readonly lost: number;
  readonly next_at: Milliseconds | null;
}

const MINUTE: Milliseconds = 60_000;

/** After so many refusals, how long until the next try: a day in all. */
const PAUSES: readonly Milliseconds[] = [1, 5, 30, 120, 360, 900].map((count) => count * MINUTE);

/** A try that is under way for longer than this has lost its end. */
const MAIL_LOST_AFTER: Milliseconds = MINUTE;

/** Twice as many as a crash should ever cost. */
const MOST_LOST = 2;

/** One that is sent at once: asked for by a key, or due by itself. */
export function newMail(by: string | null, now: Milliseconds): ReceiptMail {
  return { state: "waiting", since: now, by, refused: 0, lost: 0, next_at: now };
}

/** When it is to be looked at again; null: it has an end. */
export function nextLookAt(mail: ReceiptMail): Milliseconds | null {
  switch (mail.state) {
    case "waiting":
      return mail.next_at;
    case "sending":
      return mail.since + MAIL_LOST_AFTER;
    case "sent":
    case "failed":
    case "unknown":
      return null;
  }
}

/** What is committed before it is sent; null: there is nothing to send now. */
export function beginMail(mail: ReceiptMail, now: Milliseconds): ReceiptMail | null {
  const at = nextLookAt(mail);
  if (at === null || at > now) return null;
  const found = mail.state === "sending" ? loseMail(mail, now) : mail;
  return found.state === "waiting" || found.state === "sending"
    ? { ...found, state: "sending", since: now, next_at: null }
    : found;
}

/** `refused`: the mail service did not take it. `lost`: nobody knows. */
export type MailOutcome = "sent" | "refused" | "lost";

export function endMail(mail: ReceiptMail, outcome: MailOutcome, now: Milliseconds): ReceiptMail {
  switch (outcome) {
    case "sent":
      return { ...mail, state: "sent", since: now, next_at: null };
    case "lost":
      return loseMail(mail, now);
    case "refused": {
      const refused = mail.refused + 1;
      const pause = PAUSES[mail.refused];
      return pause === undefined
        ? { ...mail, state: "failed", since: now, refused, next_at: null }
        : { ...mail, state: "waiting", since: now, refused, next_at: now + pause };
    }
  }
}

function loseMail(mail: ReceiptMail, now: Milliseconds): ReceiptMail {
  const lost = mail.lost + 1;
  return lost >= MOST_LOST
    ? { ...mail, state: "unknown", since: now, lost, next_at: null }
    : { ...mail, state: "waiting", since: now, lost, next_at: now + MINUTE };
}

/** Of two actors of one order: one that has sent it is believed. The same object where nothing differs. */
export function mergeMail(home: ReceiptMail | null, other: ReceiptMail | null): ReceiptMail | null {
  if (home === null || other === null) return home ?? other;
  return other.state === "sent" && home.state !== "sent" ? other : home;
}
