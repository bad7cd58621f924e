// What a customer is told with a payment link when a person of the shop sends it, and the reference that a new
// link is suggested. Pure: time and chance are arguments.

import type { Amount } from "./money";
import { formatAmount } from "./money-format";
import { shownTime } from "./shown-time";
import type { Milliseconds } from "./time";
import { wallClock } from "./wall-clock";

export interface LinkWords {
  readonly merchant: string | null;
  readonly amount_due: Amount | null;
  readonly description: string | null;
  /** Where the customer pays. */
  readonly payment_link: string;
  readonly expire_by: Milliseconds | null;
  readonly zone: string;
}

/** Longer than this nobody reads in a chat. */
const DESCRIPTION_MAX = 200;

export function linkWords(said: LinkWords): string {
  const { merchant, amount_due, description, payment_link, expire_by, zone } = said;
  const what = amount_due === null ? "your payment" : `your payment of ${formatAmount(amount_due)}`;
  const purpose = description === null ? "" : ` for “${shortened(description)}”`;
  const from = merchant === null ? "" : ` to ${merchant}`;
  const until = expire_by === null ? "" : ` The link is open until ${shownTime(expire_by, zone)}.`;
  return `Hello. Here is the link for ${what}${from}${purpose}: ${payment_link}${until}`;
}

function shortened(text: string): string {
  const letters = Array.from(text);
  return letters.length <= DESCRIPTION_MAX
    ? text
    : `${letters.slice(0, DESCRIPTION_MAX - 1).join("")}…`;
}

/** Letters and digits that nobody confuses, read aloud or written down. */
const LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
const LENGTH = 6;

/** "link-20261103-K7QMXA": the day, and enough chance that no other form of that day has it. */
export function suggestedReference(at: Milliseconds, zone: string, random: Uint8Array): string {
  if (random.length < LENGTH) throw new Error(`a reference takes ${LENGTH} random bytes`);
  const { year, month, day } = wallClock(at, zone);
  const two = (value: number): string => String(value).padStart(2, "0");
  const letters = Array.from(random.subarray(0, LENGTH), (byte) =>
    LETTERS.charAt(byte % LETTERS.length),
  );
  return `link-${year}${two(month)}${two(day)}-${letters.join("")}`;
}
