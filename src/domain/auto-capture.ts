// Automatic capture: whether a hold is captured without anybody asking, how much of it, and when the
// next try is (design 3.5). Pure, and nothing here sends: what it wants goes through the same policy
// and the same commands as what a person asks for, so no money moves twice.

import { type Asked, type Command, isOpen } from "./command";
import { decide, LEAST_AMOUNT, NOTHING_ASKED } from "./command-policy";
import { deliveredAt } from "./delivered-hold";
import { paisa, sum } from "./money";
import { moneyOfOrders } from "./position";
import { type OrderRecord, positionOf } from "./record";
import { HOUR, MINUTE } from "./schedule";
import type { Milliseconds } from "./time";
import { type Hold, holdingOrders } from "./window";

/** Who asked for an automatic capture, in commands, timeline and audit. */
export const CHUKTA = "chukta";

/** It begins so long before the end of the window. */
const LEAD = 2 * HOUR;
/** Between two tries: 2, 4, 8 … minutes, never more than this. */
const LONGEST_PAUSE = 30 * MINUTE;
/** Earlier, of what was delivered: 1, 2, 4 … hours, never more than this. Such tries use up no others. */
const LONGEST_EARLY_PAUSE = 6 * HOUR;
/** Each try is a command that is kept for ever; so many, after its time came, say that none is taken. */
const MOST_TRIES = 100;

export interface AutoCapture {
  readonly order_id: string;
  readonly asked: Asked;
  /** When it is to be sent; in the past: now. */
  readonly at: Milliseconds;
}

/**
 * Null: nothing is to be captured. While another capture or void of the order is open, and whenever
 * the gateway would not be asked, nothing is, nor after one that is done; each change of the record
 * asks again. Goes on after the end of the window, until the gateway says that the hold is gone.
 */
export function nextAutoCapture(
  record: OrderRecord,
  hold: Hold,
  byDefault: boolean,
): AutoCapture | null {
  if (!isAutomatic(record, byDefault)) return null;
  const { order_id, capture_by } = hold;
  const over = Object.values(record.commands).some((command) => isOver(command, order_id));
  const asked = over ? null : askedFor(record, order_id);
  if (asked === null) return null;
  const wish = { kind: "capture", reference: null, asked, named: order_id } as const;
  const decided = decide(record.facts, record.commands, wish);
  // Of several orders the policy may mean another one.
  if (!decided.ok || decided.value.order_id !== order_id) return null;
  const due = capture_by - LEAD;
  const refused = Object.values(record.commands).filter(isRefusedTry(order_id));
  if (sentSince(due, refused).length >= MOST_TRIES) return null;
  // What was delivered is captured at once.
  const delivered = deliveredAt(record.facts, positionOf(record), record.handling, order_id);
  const begin = Math.min(due, delivered ?? Infinity);
  const moments = [begin, afterRefusals(refused, due), afterFailedInquiries(record)];
  return { order_id, asked, at: Math.max(...moments) };
}

function isAutomatic({ terms }: OrderRecord, byDefault: boolean): boolean {
  return terms?.auto_capture === undefined ? byDefault : terms.auto_capture === "before_deadline";
}

/**
 * All that is held, or the link's own `auto_capture_amount`; less what was taken and kept, or may be
 * taken by a capture that is not shown yet, of another gateway order of the same link. Null: nothing
 * is left to take.
 */
function askedFor(record: OrderRecord, order_id: string): Asked | null {
  const held = decide(record.facts, record.commands, {
    kind: "capture",
    reference: null,
    asked: NOTHING_ASKED,
    named: order_id,
  });
  if (!held.ok) return null;
  const taken = takenOf(record);
  const most = record.terms?.auto_capture_amount ?? (taken > 0 ? positionOf(record).amount : null);
  if (most === null) return NOTHING_ASKED;
  const left = most.value - taken;
  if (left < LEAST_AMOUNT) return null;
  if (left >= held.value.amount.value) return NOTHING_ASKED;
  return { ...NOTHING_ASKED, amount: { value: paisa(left), currency: most.currency } };
}

/** What was taken and not given back in full, and what captures take that the facts do not show yet. */
function takenOf({ facts, commands }: OrderRecord): number {
  const shown = moneyOfOrders(facts, [])
    .filter(({ captured, refunded }) => refunded === null || refunded < captured)
    .map(({ captured }) => captured);
  const holding = holdingOrders(facts);
  const coming = Object.values(commands)
    .filter((command) => command.kind === "capture")
    .filter((one) => isOpen(one) || holding.some((order_id) => isOver(one, order_id)))
    .map(({ amount }) => amount.value);
  return sum([...shown, ...coming]);
}

/**
 * A capture or void of this order is done, as an operator may say before the gateway shows it. Of an
 * order that still holds money nothing follows until the facts show which it was.
 */
function isOver(command: Command, order_id: string): boolean {
  return command.kind !== "refund" && command.order_id === order_id && command.state === "accepted";
}

function isRefusedTry(order_id: string): (command: Command) => boolean {
  return (command) =>
    command.kind === "capture" &&
    command.order_id === order_id &&
    command.requested_by === CHUKTA &&
    command.state === "refused";
}

function sentSince(due: Milliseconds, refused: readonly Command[]): readonly Command[] {
  return refused.filter(({ sent_at }) => sent_at >= due);
}

/** `due`: from then on the tries come closely, however many there were before. */
function afterRefusals(refused: readonly Command[], due: Milliseconds): Milliseconds {
  if (refused.length === 0) return 0;
  const last = Math.max(...refused.map(({ ended_at, sent_at }) => ended_at ?? sent_at));
  const closely = sentSince(due, refused).length;
  if (closely > 0) return last + pauseAfter(closely);
  const early = Math.min(HOUR * 2 ** Math.min(refused.length - 1, 6), LONGEST_EARLY_PAUSE);
  return Math.min(last + early, Math.max(due, last + pauseAfter(1)));
}

/** Nothing is sent on stale knowledge: the gateway has to answer a question first. */
function afterFailedInquiries({ failures, failed_at }: OrderRecord): Milliseconds {
  return failures === 0 || failed_at === null ? 0 : failed_at + pauseAfter(failures);
}

function pauseAfter(count: number): Milliseconds {
  return Math.min(MINUTE * 2 ** Math.min(count, 6), LONGEST_PAUSE);
}
