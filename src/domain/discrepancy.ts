// Differences between two records of the same money: typed, with severity and both sides. One row
// per cause however often it is found; a difference that is gone closes by itself (design section 1).

import { isReversed, lostPayments } from "./causes";
import type { Commands } from "./command";
import { refundOf } from "./command-shown";
import { type Facts, read } from "./facts";
import type { Json } from "./json";
import { moneyOfOrder } from "./order-money";
import { excessOf } from "./overpaid";
import type { Position } from "./position";
import type { Stage } from "./stage";
import type { Milliseconds } from "./time";

export const SEVERITIES = {
  gateway_disagrees: "risk",
  paid_became_unpaid: "loss",
  over_refunded: "loss",
  overpaid: "risk",
  authorization_lapsed: "loss",
  refund_amount_differs: "risk",
  capture_amount_differs: "risk",
  captured_elsewhere: "risk",
  refund_without_end: "risk",
  expectation_mismatch: "risk",
  redirect_signature_invalid: "risk",
  redirect_of_another_link: "risk",
  message_id_reused: "risk",
  delivered_unpaid: "loss",
  settlement_missing: "loss",
  amount_differs: "risk",
  unknown_payment: "risk",
  settled_twice: "risk",
  settled_but_not_paid: "risk",
  refund_not_deducted: "risk",
  settled_after_refund: "risk",
  fee_unexplained: "note",
  chargeback: "loss",
  loan_recovery: "note",
  total_differs: "risk",
  report_unreadable: "note",
  settlement_withdrawn: "risk",
} as const;

export type DiscrepancyType = keyof typeof SEVERITIES;

/** `loss`: money is gone or does not come. `risk`: it may be. `note`: worth knowing. */
export const SEVERITY_LEVELS = ["loss", "risk", "note"] as const;
export type Severity = (typeof SEVERITY_LEVELS)[number];

/** Of an order's discrepancy; one whose type this release does not know is a risk. */
export function severityOf(type: string): Severity {
  return isDiscrepancyType(type) ? SEVERITIES[type] : "risk";
}

export const DISCREPANCY_TYPES = Object.keys(SEVERITIES).filter(isDiscrepancyType);

function isDiscrepancyType(value: string): value is DiscrepancyType {
  return Object.hasOwn(SEVERITIES, value);
}

export interface Finding {
  readonly type: DiscrepancyType;
  /** What it is about: an entity's id, or "" for the order as a whole. */
  readonly subject: string;
  readonly ours: Json;
  readonly theirs: Json;
  /** The amount in question in paisa; null when nobody can say. */
  readonly amount: number | null;
}

/** Of no order: about a transfer as a whole, and as grave as the settings make it. */
export interface AccountFinding extends Finding {
  readonly severity: Severity;
}

export interface Discrepancy extends Finding {
  readonly first_seen_at: Milliseconds;
  readonly last_seen_at: Milliseconds;
  readonly closed_at: Milliseconds | null;
  /** A person closed it: it stays closed as long as both sides stay as they were. */
  readonly resolution?: Resolution;
  /** When what a person had closed was gone: found again, it is another one. */
  readonly gone_at?: Milliseconds;
}

export interface Resolution {
  readonly by: string;
  readonly at: Milliseconds;
  readonly reason: string;
}

/** One per type and subject, so that a difference found again is the same row. */
export type Discrepancies = { readonly [key: string]: Discrepancy };

export function findingKey(finding: { readonly type: string; readonly subject: string }): string {
  return finding.subject === "" ? finding.type : `${finding.type}:${finding.subject}`;
}

export interface Situation {
  readonly facts: Facts;
  readonly commands: Commands;
  readonly position: Position;
  readonly stage: Stage;
}

/** The discrepancies that the facts themselves, beside our own commands, show now. */
export function findingsOf(situation: Situation): readonly Finding[] {
  const { facts, position, stage, commands } = situation;
  const findings: Finding[] = [...commandFindings(facts, commands)];
  if (isReversed(facts, position, stage)) {
    findings.push({
      type: "paid_became_unpaid",
      subject: "",
      ours: "paid",
      theirs: stage,
      amount: position.amount?.value ?? null,
    });
  }
  for (const id of lostPayments(facts, position, stage)) {
    const payment = facts.payment[id];
    const amount = (payment && read(payment, "amount"))?.value ?? null;
    const theirs = (payment && read(payment, "status")) ?? null;
    findings.push({ type: "paid_became_unpaid", subject: id, ours: "PROCESSED", theirs, amount });
  }
  const captured = position.captured?.value;
  const refunded = position.refunded?.value ?? 0;
  if (captured !== undefined && captured > 0 && refunded > captured) {
    findings.push({
      type: "over_refunded",
      subject: "",
      ours: captured,
      theirs: refunded,
      amount: refunded - captured,
    });
  }
  const excess = excessOf(facts, position);
  if (excess !== null) {
    const ours = position.amount?.value ?? null;
    const theirs = captured ?? null;
    findings.push({ type: "overpaid", subject: "", ours, theirs, amount: excess });
  }
  return findings;
}

/** What we asked for, held against what the gateway shows that it did (design 3.5). */
function commandFindings(facts: Facts, commands: Commands): readonly Finding[] {
  return Object.values(commands).flatMap((command): readonly Finding[] => {
    const asked = command.amount.value;
    const difference = (
      type: "refund_amount_differs" | "capture_amount_differs" | "captured_elsewhere",
      subject: string,
      theirs: number,
    ): Finding => ({ type, subject, ours: asked, theirs, amount: Math.abs(theirs - asked) });
    if (command.kind === "refund") {
      const id = refundOf(facts, command);
      const refund = id === null ? undefined : facts.refund[id];
      const amount = refund && read(refund, "amount");
      if (id === null || amount === undefined || amount.value === asked) return [];
      return [difference("refund_amount_differs", id, amount.value)];
    }
    if (command.kind === "void") return [];
    const { order_id, amount, state, refusal } = command;
    const { captured } = moneyOfOrder(facts, order_id, amount.currency, []);
    if (refusal?.code === "captured_elsewhere") {
      return [difference("captured_elsewhere", order_id, captured)];
    }
    const differs = state === "accepted" && captured > 0 && captured !== asked;
    return differs ? [difference("capture_amount_differs", order_id, captured)] : [];
  });
}

/** Derived too is `authorization_lapsed`, by the window of the settings (checkLapses in record.ts). */
const DERIVED: readonly DiscrepancyType[] = [
  "paid_became_unpaid",
  "over_refunded",
  "overpaid",
  "refund_amount_differs",
  "capture_amount_differs",
  "captured_elsewhere",
];

/** Opens what is found, refreshes what is found again, closes what is derived and gone. */
export function updateDerived(
  known: Discrepancies,
  findings: readonly Finding[],
  now: Milliseconds,
  derived: readonly DiscrepancyType[] = DERIVED,
): Discrepancies {
  const open = findings.reduce((all, finding) => openDiscrepancy(all, finding, now), known);
  const found = new Set(findings.map(findingKey));
  const gone = Object.entries(open).filter(
    ([key, row]) => derived.includes(row.type) && !found.has(key),
  );
  return gone.reduce((all, [key]) => closeDiscrepancy(all, key, now), open);
}

/** One that is found again is noted once a day at most: its row would be written for nothing else. */
const SEEN_AGAIN = 24 * 60 * 60 * 1_000;

/** `again`: something that happened once more, and not a difference that still stands. */
export function openDiscrepancy(
  known: Discrepancies,
  finding: Finding,
  now: Milliseconds,
  { again = false }: { readonly again?: boolean } = {},
): Discrepancies {
  const key = findingKey(finding);
  const before = known[key];
  const same = before !== undefined && sameSides(before, finding);
  if (same && !again && isJudged(before)) return known;
  const open = before?.closed_at === null ? before : undefined;
  if (open !== undefined && same && now - open.last_seen_at < SEEN_AGAIN) return known;
  const { type, subject, ours, theirs, amount } = finding;
  const first_seen_at = open?.first_seen_at ?? now;
  return {
    ...known,
    [key]: {
      type,
      subject,
      ours,
      theirs,
      amount,
      first_seen_at,
      last_seen_at: now,
      closed_at: null,
    },
  };
}

/** Why it is not closed for a person who says what it is. */
export type ResolveFailure =
  | { readonly code: "discrepancy_unknown" }
  /** It is, or has just become, another difference than the one that was looked at. */
  | { readonly code: "discrepancy_changed" }
  /** It had closed before, by itself or by a person. */
  | { readonly code: "discrepancy_closed" };

/** A person says what an open one is. The same object when there is none of this key. */
export function resolveDiscrepancy(
  known: Discrepancies,
  key: string,
  resolution: Resolution,
): Discrepancies {
  const row = known[key];
  if (row?.closed_at !== null) return known;
  return { ...known, [key]: { ...row, closed_at: resolution.at, resolution } };
}

export function closeDiscrepancy(
  known: Discrepancies,
  key: string,
  now: Milliseconds,
): Discrepancies {
  const row = known[key];
  if (row === undefined) return known;
  if (isJudged(row)) return { ...known, [key]: { ...row, gone_at: now } };
  return row.closed_at === null ? { ...known, [key]: { ...row, closed_at: now } } : known;
}

/** A person has judged this very difference, and it still stands. */
export function isJudged(row: Discrepancy): boolean {
  return row.resolution !== undefined && row.gone_at === undefined;
}

/**
 * Both actors' rows: an open one counts before a closed one, unless a person has judged that very
 * difference. The same object when `b` adds nothing.
 */
export function mergeDiscrepancies(a: Discrepancies, b: Discrepancies): Discrepancies {
  const news = Object.entries(b).filter(([key, row]) => {
    const ours = a[key];
    if (ours === undefined) return true;
    const judged = sameSides(ours, row) && (isJudged(ours) || isJudged(row));
    if (judged) return !isJudged(ours);
    return ours.closed_at !== null && row.closed_at === null;
  });
  return news.length === 0 ? a : { ...a, ...Object.fromEntries(news) };
}

/** The same difference, as far as a person can judge it. */
export function sameSides(row: Finding, finding: Finding): boolean {
  return (
    JSON.stringify([row.ours, row.theirs, row.amount]) ===
    JSON.stringify([finding.ours, finding.theirs, finding.amount])
  );
}
