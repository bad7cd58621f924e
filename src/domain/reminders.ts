// Reminders of a link: when each is due, and whether one may go out now. Moments are fixed when the
// link is made; whether a reminder is still called for is decided from the facts each time. What
// became of one is kept beside the facts, because nothing that the gateway says shows it.

import { type Facts, linkStatus, read, theLink } from "./facts";
import { isWithinHours, moveIntoHours } from "./hours";
import { hasPendingPayment } from "./order-money";
import { derivePosition } from "./position";
import { HOUR, MINUTE, retryDelay } from "./schedule";
import { deriveStage, type Stage } from "./stage";
import type { LinkStatus } from "./status";
import { type Milliseconds, millisecondsOf, toIso } from "./time";

export const MOST_REMINDERS = 5;

/** A reminder that could not go out within this time of its moment is not sent any more. */
const MISSED_AFTER = 12 * HOUR;
/** Begun so long ago and not ended: whoever sent it is gone, and nobody knows whether it went out. */
const UNANSWERED_AFTER = MINUTE;
/** The gateway turned it away at the door: it is tried again after this. */
const PUT_OFF = 5 * MINUTE;

export type ReminderRule =
  | { readonly before_expiry_minutes: number }
  | { readonly after_creation_minutes: number };

/**
 * `begun`: committed before the gateway is called. `put_off`: it did nothing and says "not now".
 * `refused`: it will not send it. `unknown`: nobody knows; never sent again. `skipped`: its moment is
 * long over. `merged`: another that was due too went out for it. `not_needed`: refused, and then the
 * link was found to wait for nothing any more.
 */
export type ReminderResult =
  | "begun"
  | "put_off"
  | "unknown"
  | "skipped"
  | "merged"
  | "not_needed"
  | "refused"
  | "sent";

export interface Reminder {
  readonly at: Milliseconds;
  readonly result: ReminderResult;
  /** The link that was to be sent, from `begun` on: the order may collect with another by now. */
  readonly link?: string;
}

/** What became of each, by its number from 1; one that is not here is still to come. */
export type Reminders = { readonly [number: string]: Reminder };

/** What is read of an order's record. */
export interface Reminding {
  readonly facts: Facts;
  readonly terms: { readonly reminders?: readonly (Milliseconds | null)[] } | null;
  readonly reminders?: Reminders;
  readonly failures: number;
  readonly failed_at: Milliseconds | null;
}

/** The moment of each rule, in its place; null where the link has no such moment within the hours. */
export function reminderMoments(
  rules: readonly ReminderRule[],
  link: { readonly created_at: Milliseconds; readonly expire_by: Milliseconds | null },
  zone: string,
): readonly (Milliseconds | null)[] {
  const between = { from: link.created_at, end: link.expire_by };
  return rules.map((rule) => {
    const at = momentOf(rule, link.created_at, link.expire_by);
    return at === null ? null : moveIntoHours(at, zone, between);
  });
}

/** Before it is moved into the hours; null if the end it counts from is not known. */
export function momentOf(
  rule: ReminderRule,
  created_at: Milliseconds,
  expire_by: Milliseconds | null,
): Milliseconds | null {
  if ("after_creation_minutes" in rule) return created_at + rule.after_creation_minutes * MINUTE;
  return expire_by === null ? null : expire_by - rule.before_expiry_minutes * MINUTE;
}

export interface ReminderStep {
  /** To be sent now, as one. */
  readonly due: readonly number[];
  /** Their time is over. */
  readonly missed: readonly number[];
  /** Begun, and nobody will say any more how it ended. */
  readonly unanswered: readonly number[];
}

/** What is to be done at this moment, by what is known. */
export function reminderStep(record: Reminding, zone: string, now: Milliseconds): ReminderStep {
  const ripe = pending(record).filter(({ from }) => from <= now);
  const end = endOfLink(record.facts) ?? Infinity;
  const mayWrite = now < end && isWithinHours(now, zone);
  const inTime = ({ moment }: Pending) => mayWrite && now - moment <= MISSED_AFTER;
  return {
    due: ripe.filter((one) => inTime(one)).map(({ number }) => number),
    missed: ripe.filter((one) => !inTime(one)).map(({ number }) => number),
    unanswered: begun(record)
      .filter(([, { at }]) => at + UNANSWERED_AFTER <= now)
      .map(([number]) => Number(number)),
  };
}

/** When there is something to do next, or null. A moment in the past means now. */
export function nextReminder(record: Reminding): Milliseconds | null {
  const { failures, failed_at } = record;
  // While the gateway does not answer, nothing is asked more often than the poll would.
  const patience = failures > 0 && failed_at !== null ? failed_at + retryDelay(failures) : 0;
  const times = [
    ...pending(record).map(({ from }) => Math.max(from, patience)),
    ...begun(record).map(([, { at }]) => at + UNANSWERED_AFTER),
  ];
  return times.length === 0 ? null : Math.min(...times);
}

interface Pending {
  readonly number: number;
  readonly moment: Milliseconds;
  /** Not tried before. */
  readonly from: Milliseconds;
}

/** Those that are still to be sent; none unless the link waits for its customer. */
function pending(record: Reminding): readonly Pending[] {
  const moments = record.terms?.reminders ?? [];
  if (moments.length === 0 || !awaitsCustomer(record.facts)) return [];
  return moments.slice(0, MOST_REMINDERS).flatMap((moment, index) => {
    const number = index + 1;
    const kept = record.reminders?.[number];
    if (moment === null || (kept && kept.result !== "put_off")) return [];
    return [{ number, moment, from: kept ? Math.max(moment, kept.at + PUT_OFF) : moment }];
  });
}

function begun(record: Reminding): readonly (readonly [string, Reminder])[] {
  return Object.entries(record.reminders ?? {}).filter(([, { result }]) => result === "begun");
}

const OPEN_LINKS: readonly LinkStatus[] = [
  "CREATED",
  "CLICKED",
  "PAYMENT_INITIATED",
  "PARTIAL_PROCESSED",
];

const UNPAID_STAGES: readonly Stage[] = [
  "awaiting_payment",
  "payment_initiated",
  "part_paid",
  "failed",
];

/** The link is open and unpaid, no money is held, and no payment is on its way. */
export function awaitsCustomer(facts: Facts): boolean {
  const link = theLink(facts)?.[1];
  const status = link && linkStatus(link);
  if (status === undefined || !OPEN_LINKS.includes(status)) return false;
  const position = derivePosition(facts);
  if (position.provisional || position.authorized.value > 0) return false;
  if (position.amount_due?.value === 0) return false;
  if (hasPendingPayment(facts)) return false;
  return UNPAID_STAGES.includes(deriveStage(facts, position));
}

function endOfLink(facts: Facts): Milliseconds | null {
  const link = theLink(facts)?.[1];
  return millisecondsOf(link && read(link, "expire_by"));
}

/** What two actors know of the same reminders, joined; `a` itself if `b` says nothing new. */
export function mergeReminders(
  a: Reminders | undefined,
  b: Reminders | undefined,
): Reminders | undefined {
  const news = Object.entries(b ?? {}).filter(([number, theirs]) => {
    const ours = a?.[number];
    return ours === undefined || isLater(theirs, ours);
  });
  return news.length === 0 ? a : { ...a, ...Object.fromEntries(news) };
}

/** What is certain beats a guess, a guess beats what is under way; the later one beats its equal. */
function isLater(a: Reminder, b: Reminder): boolean {
  const [x, y] = [certaintyOf(a.result), certaintyOf(b.result)];
  if (x !== y) return x > y;
  if (a.at !== b.at) return a.at > b.at;
  return a.result === b.result ? (a.link ?? "") > (b.link ?? "") : a.result > b.result;
}

function certaintyOf(result: ReminderResult): number {
  switch (result) {
    case "begun":
    case "put_off":
      return 0;
    case "unknown":
    case "skipped":
    case "merged":
      return 1;
    case "not_needed":
    case "refused":
    case "sent":
      return 2;
  }
}

export interface ReminderView {
  readonly number: number;
  readonly due_at: string | null;
  readonly sent_at: string | null;
  readonly result: ReminderResult | null;
}

export function viewReminders(
  record: Pick<Reminding, "terms" | "reminders">,
): readonly ReminderView[] {
  return (record.terms?.reminders ?? []).map((moment, index) => {
    const kept = record.reminders?.[index + 1];
    return {
      number: index + 1,
      due_at: moment === null ? null : toIso(moment),
      sent_at: kept?.result === "sent" ? toIso(kept.at) : null,
      result: kept?.result ?? null,
    };
  });
}
