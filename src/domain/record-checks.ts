// What stands in an order's record of differences, beyond what its facts show by themselves (record.ts): what
// an inquiry, a report, a storefront or a person says, and what depends on the clock or on a setting.

import { deriveChecklist, rememberSteps } from "./checklist";
import { compareAnswer } from "./disagreement";
import {
  closeDiscrepancy,
  type Finding,
  findingKey,
  isJudged,
  openDiscrepancy,
  type Resolution,
  resolveDiscrepancy,
  updateDerived,
} from "./discrepancy";
import { lapseClaims } from "./handling";
import { lapsesOf } from "./lapse";
import type { Observation } from "./observation";
import { derivePosition } from "./position";
import { type OrderRecord, positionOf, withDiscrepancies, withHandling } from "./record";
import { REFUND_ENDS_WITHIN } from "./schedule";
import { settlementFindings } from "./settlement";
import { GAP_TYPES, type Gap, gapsOf } from "./settlement-gaps";
import { deriveStage } from "./stage";
import type { Milliseconds } from "./time";
import { type FulfillOn, isCovered } from "./verdict";
import type { AuthWindow } from "./window";

/** Keeps a difference that the facts alone do not show (a redirect, an expectation, a lost inquiry). */
export function note(record: OrderRecord, finding: Finding, now: Milliseconds): OrderRecord {
  const discrepancies = openDiscrepancy(record.discrepancies, finding, now, { again: true });
  return withDiscrepancies(record, discrepancies, now);
}

/**
 * An inquiry's answer is current by nature. Where the facts do not follow it, both sides stand in a
 * `gateway_disagrees`; where they follow again, it closes (design 3.3).
 */
export function compareWithInquiry(
  record: OrderRecord,
  answer: Observation,
  now: Milliseconds,
): OrderRecord {
  const { findings, agreed } = compareAnswer(record.facts, answer);
  const opened = findings.reduce(
    (all, finding) => openDiscrepancy(all, finding, now),
    record.discrepancies,
  );
  const discrepancies = agreed.reduce(
    (all, subject) =>
      closeDiscrepancy(all, findingKey({ type: "gateway_disagrees", subject }), now),
    opened,
  );
  return withDiscrepancies(record, discrepancies, now);
}

/** A refund that is still on its way after thirty days is a discrepancy of its own (design 3.6). */
export function checkRefunds(record: OrderRecord, now: Milliseconds): OrderRecord {
  const pending = derivePosition(record.facts).refunds_pending.value;
  const finding: Finding = {
    type: "refund_without_end",
    subject: "",
    ours: "an end within 30 days",
    theirs: "pending",
    amount: pending,
  };
  const late = pending > 0 && now - record.changed_at >= REFUND_ENDS_WITHIN;
  const discrepancies = late
    ? openDiscrepancy(record.discrepancies, finding, now)
    : closeDiscrepancy(record.discrepancies, findingKey(finding), now);
  return withDiscrepancies(record, discrepancies, now);
}

/**
 * Money that was held and that the gateway let go of is a loss of its own. The window is a setting, so
 * this is no part of `evolve`: whoever commits a change says what the window is.
 */
export function checkLapses(
  record: OrderRecord,
  window: AuthWindow,
  now: Milliseconds,
): OrderRecord {
  const lapses = lapsesOf(record.facts, record.commands, window);
  const types = ["authorization_lapsed"] as const;
  return withDiscrepancies(record, updateDerived(record.discrepancies, lapses, now, types), now);
}

const SETTLEMENT_TYPES = [
  "amount_differs",
  "settled_twice",
  "settled_but_not_paid",
  "chargeback",
  ...GAP_TYPES,
] as const;

/**
 * Opens and closes what reports and facts do not agree about; something late stays open until it comes
 * and is opened by `openLate` only. `counted`: false for somebody else's business (ORDERS_WITHOUT_LINK).
 */
export function checkSettlement(
  record: OrderRecord,
  counted: boolean,
  now: Milliseconds,
): OrderRecord {
  const { facts, settled, discrepancies } = record;
  // Open, or closed by a person while it stands: another amount opens it anew.
  const seen = Object.entries(discrepancies).filter(
    ([, row]) =>
      GAP_TYPES.some((type) => type === row.type) && (row.closed_at === null || isJudged(row)),
  );
  const keys = new Set(seen.map(([key]) => key));
  // Looked for only where there is one: this runs after every word.
  const gaps = counted && keys.size > 0 ? gapsOf(facts, settled) : [];
  const late = gaps.filter((gap) => keys.has(findingKey(gap)));
  const findings = counted ? [...settlementFindings(facts, settled), ...late] : [];
  const updated = updateDerived(discrepancies, findings, now, SETTLEMENT_TYPES);
  return withDiscrepancies(record, updated, now);
}

/** These gaps are late by now (settlement-gaps.ts). */
export function openLate(
  record: OrderRecord,
  late: readonly Gap[],
  now: Milliseconds,
): OrderRecord {
  const discrepancies = late.reduce(
    (all, gap) => openDiscrepancy(all, gap, now),
    record.discrepancies,
  );
  return withDiscrepancies(record, discrepancies, now);
}

/**
 * Claims lapse when the money goes (law 13). Call for whoever speaks for the whole order: half of a link
 * knows half of the money.
 */
export function checkClaims(record: OrderRecord, now: Milliseconds): OrderRecord {
  const lapsed = lapseClaims(record.handling);
  return lapsed === record.handling || !isMoneyGone(record)
    ? record
    : withHandling(record, lapsed, now);
}

/** Neither taken nor held money covers the order any more. False while the position is provisional. */
export function isMoneyGone(record: OrderRecord): boolean {
  const position = positionOf(record);
  return !position.provisional && !isCovered(position);
}

/**
 * What was delivered while its money was only held, and is voided or has lapsed since, was given away. Stays
 * open until a person says what it is: no later word of the gateway brings the goods back.
 */
export function checkGivenAway(record: OrderRecord, now: Milliseconds): OrderRecord {
  const { fulfilled } = record.handling;
  // Said once, be it here or when it was said to be delivered (actor/claim.ts).
  const known = Object.values(record.discrepancies).some(({ type }) => type === "delivered_unpaid");
  if (fulfilled === null || known) return record;
  const position = positionOf(record);
  const stage = deriveStage(record.facts, position);
  if (position.provisional || stage !== "voided") return record;
  const finding: Finding = {
    type: "delivered_unpaid",
    subject: "",
    ours: `delivered by ${fulfilled.by}`,
    theirs: stage,
    amount: position.released.value,
  };
  const discrepancies = openDiscrepancy(record.discrepancies, finding, now);
  return withDiscrepancies(record, discrepancies, now);
}

/** The checklist follows all that is known. `on`: FULFILL_ON. */
export function checkSteps(record: OrderRecord, on: FulfillOn, now: Milliseconds): OrderRecord {
  const known = record.handling.steps;
  const steps = rememberSteps(deriveChecklist(record, on), known, now);
  // Known from the beginning or not: what only says since when it stands is no change to anybody.
  return steps === known ? record : withHandling(record, { ...record.handling, steps }, now);
}

/** A person has looked at a difference. The same record when no open one has this key. */
export function resolve(record: OrderRecord, key: string, resolution: Resolution): OrderRecord {
  const discrepancies = resolveDiscrepancy(record.discrepancies, key, resolution);
  return withDiscrepancies(record, discrepancies, resolution.at);
}
