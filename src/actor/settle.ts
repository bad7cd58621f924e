// The order's side of the settlement reports: lines that name its payments and refunds are recorded,
// whatever they name that is not known is asked about first, and what should have come is missed.

import type { Facts } from "../domain/facts";
import { read } from "../domain/facts";
import { HOME_CURRENCY, inr } from "../domain/money";
import { formatAmount } from "../domain/money-format";
import { capturedOfPayment } from "../domain/order-money";
import { learnSettled, type OrderRecord } from "../domain/record";
import { openLate } from "../domain/record-checks";
import { reasonOf } from "../domain/redact";
import { failure, type Result, success } from "../domain/result";
import { mergeSettled, type Settled, settledKey, type SettledLines } from "../domain/settled-line";
import { awaitedGaps, dueOf, type Gap, gapsOf, lateGaps } from "../domain/settlement-gaps";
import { type RoledLine, rolesOf } from "../domain/settlement-roles";
import type { Inquired } from "./inquire";
import type { Part } from "./part";
import { isOurs } from "./plan";
import { commitEvolution } from "./record-change";
import { isSettled, strangers } from "./seek";
import type { Attribution, InquiryFailure, Reading } from "./rpc";

/** What this needs of the actor itself. */
export interface SettleErrands {
  /** Asks the gateway; an order that nobody had told of is adopted. */
  inquire(): Promise<Inquired>;
  seek(): Promise<void>;
}

/** Safe to repeat: the same reading of a transfer changes nothing. */
export async function settle(
  part: Part,
  errands: SettleErrands,
  given: readonly SettledLines[],
): Promise<Reading<Result<readonly Attribution[], InquiryFailure>>> {
  const before = part.storage.readState();
  if (before.home !== null) return { kind: "alias", home: before.home };
  const strange = strangeIn(before.record, given);
  if (strange.length > 0) {
    const inquired = await errands.inquire();
    if (!inquired.ok) {
      // "I do not know it" is an answer: what we know ourselves stands.
      const unknown = inquired.failure.code === "order_unknown";
      if (!unknown) return { kind: "found", value: inquired };
      if (before.record === null) return { kind: "absent" };
    } else if (inquired.value.belongs_to) {
      return { kind: "alias", home: inquired.value.belongs_to };
    }
    noteAdopted(part, strange, given);
    // What was just learnt may be half of a link: its home keeps the whole.
    await errands.seek();
  }
  return part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.home !== null) return { kind: "alias", home: state.home };
    const record = state.record;
    if (record === null) return { kind: "absent" };
    const evolution = learnSettled(record, ownLines(record, given), part.now());
    if (linesIn(evolution.record.settled) > MOST_LINES) {
      console.error(JSON.stringify({ event: "too_many_lines", actor: part.name }));
      return { kind: "found", value: failure({ code: "inquiry_failed" }) };
    }
    const next = commitEvolution(part, state, evolution, { by: "settlement" });
    part.storage.writeState(next);
    const ours = isOurs(part, record);
    const value = attributionsOf(part.name, record.facts, record.settled, given, ours);
    return { kind: "found", value: success(value) };
  });
}

/** One row of the state holds them all, and 2 MB is what it takes. */
const MOST_LINES = 1_000;

function linesIn(settled: Settled): number {
  return Object.values(settled).reduce((total, { lines }) => total + lines.length + 1, 0);
}

/** Says in the timeline what was missed until a settlement named it; before it may be handed over. */
function noteAdopted(part: Part, strange: readonly string[], given: readonly SettledLines[]): void {
  if (part.storage.isEmpty) return;
  part.storage.transact(() => {
    const { record } = part.storage.readState();
    if (record === null) return;
    const own = ownLines(record, given);
    const adopted = strange.filter((id) => own.some((lines) => lines.transaction_id === id));
    if (adopted.length === 0) return;
    const now = part.now();
    const entry = {
      at: now,
      by: "settlement",
      what: "settlement" as const,
      text: adoptionText(adopted),
    };
    part.storage.addTimeline(now, [entry]);
  });
}

/**
 * Transactions to ask about first: of which we know no payment, or none that was captured, or that take
 * back more than the refunds that we know (design 3.6).
 */
function strangeIn(record: OrderRecord | null, given: readonly SettledLines[]): readonly string[] {
  const named = given.filter(({ lines }) => lines.length > 0);
  if (record === null) return named.map(({ transaction_id }) => transaction_id);
  const { facts, settled } = record;
  const after = mergeSettled(settled, given);
  const isKept = (lines: SettledLines): boolean =>
    (settled[settledKey(lines)]?.read ?? -1) >= lines.read;
  const strange = rolesOf(facts, after).filter(({ role, payment_id }) => {
    const payment = payment_id === null ? undefined : facts.payment[payment_id];
    const paid = payment !== undefined && capturedOfPayment(payment, HOME_CURRENCY) > 0;
    return role === "unknown" || role === "chargeback" || (role === "payment" && !paid);
  });
  const ids = new Set(strange.map(({ transaction_id }) => transaction_id));
  return named
    .filter((lines) => ids.has(lines.transaction_id) && !isKept(lines))
    .map(({ transaction_id }) => transaction_id);
}

/** Only what names something of this order is kept; a transaction that is named no more is forgotten. */
function ownLines(
  { facts, settled }: OrderRecord,
  given: readonly SettledLines[],
): readonly SettledLines[] {
  const roles = rolesOf(facts, mergeSettled(settled, given));
  const unknown = new Set(
    roles.flatMap((line) => (line.role === "unknown" ? [line.transaction_id] : [])),
  );
  return given.filter(
    (lines) =>
      !unknown.has(lines.transaction_id) &&
      (lines.lines.length > 0 || settledKey(lines) in settled),
  );
}

function attributionsOf(
  home: string,
  facts: Facts,
  settled: Settled,
  given: readonly SettledLines[],
  ours: boolean,
): readonly Attribution[] {
  const keys = new Set(given.map(settledKey));
  return rolesOf(facts, mergeSettled(settled, given))
    .filter((line) => keys.has(settledKey(line)))
    .map((line) => ({
      utr: line.utr,
      transaction_id: line.transaction_id,
      fingerprint: line.line.fingerprint,
      role: line.role,
      home,
      order_id: orderOf(facts, line),
      payment_id: line.payment_id,
      ours,
    }));
}

function orderOf(facts: Facts, { payment_id, refund_id }: RoledLine): string | null {
  const payment = payment_id === null ? undefined : facts.payment[payment_id];
  const refund = refund_id === null ? undefined : facts.refund[refund_id];
  const parent = refund && read(refund, "parent_order_id");
  return (payment && read(payment, "order_id")) ?? parent ?? null;
}

function adoptionText(ids: readonly string[]): string {
  const named = ids.length === 1 ? `${ids[0]}, which was` : `${ids.join(", ")}, which were`;
  return `A settlement names ${named} not known like this: the gateway was asked.`;
}

/** Opens what is late by now: due, and the reports were read beyond that (settlement-gaps.ts). */
export async function missLate(part: Part): Promise<void> {
  try {
    await openLateGaps(part);
  } catch (error) {
    // Whoever asked the gateway has his answer; this is looked at again a day later.
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "late_not_checked", actor: part.name, reason }));
  }
}

async function openLateGaps(part: Part): Promise<void> {
  const before = part.storage.readState();
  if (before.record === null || !isOurs(part, before.record)) return;
  // Another gateway order may have the lines: which belongs to which is not settled yet.
  if (!isSettled(part.name, before) || strangers(part.name, before).length > 0) return;
  if (dueGaps(part, before.record).length === 0) return;
  const knowledge = await part.reports();
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.record === null || state.home !== null) return;
    const { settlement } = part.config();
    const gaps = dueGaps(part, state.record);
    const late = lateGaps(gaps, knowledge, state.record.created_at, settlement, part.now());
    if (late.length === 0) return;
    const missed = openLate(state.record, late, part.now());
    const evolution = { record: missed, changed: false, changes: [] };
    const note = { what: "settlement" as const, text: late.map(lateText).join(" ") };
    part.storage.writeState(commitEvolution(part, state, evolution, { by: "system", note }));
  });
}

function dueGaps(part: Part, record: OrderRecord): readonly Gap[] {
  const { settlement } = part.config();
  const awaited = awaitedGaps(gapsOf(record.facts, record.settled), record.discrepancies);
  return awaited.filter((gap) => dueOf(gap, record.created_at, settlement) <= part.now());
}

function lateText({ type, subject, amount }: Gap): string {
  const value = formatAmount(inr(amount ?? 0));
  switch (type) {
    case "settlement_missing":
      return `${value} of payment ${subject} should be at the bank by now, and no report says that it is.`;
    case "refund_not_deducted":
      return `${value} of refund ${subject} should have been deducted by now and is in no report.`;
    case "settled_after_refund":
      return `Payment ${subject} was settled although it had been refunded, and ${value} were not deducted.`;
  }
}
