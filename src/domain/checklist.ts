// The guide's post-payment checklist, kept for each order: seven steps, each derived from the facts and from
// what was said of it (handling.ts). Nothing here is stored but since when a step is in its state.

import type { CommandKind } from "./command";
import { outcomeOf, type RefundView, viewRefunds } from "./command-view";
import type { DiscrepancyType } from "./discrepancy";
import { abandonedClaim, type Claim, hasDead, liveClaim, type News, type Said } from "./handling";
import { formatAmount } from "./money-format";
import { proposedRefundOf } from "./overpaid";
import { keptOf, type Position } from "./position";
import { type OrderRecord, positionOf } from "./record";
import { matchSettlement } from "./settlement";
import { deriveStage, type Stage } from "./stage";
import { type Milliseconds, toIso } from "./time";
import { type FulfillOn, mayFulfill } from "./verdict";
import { verifiedBy } from "./verified-by";

/** In the guide's order. The place of a step is its bit in the ledger: new ones go to the end. */
export const STEPS = [
  "verify",
  "record",
  "confirm",
  "fulfill",
  "capture",
  "settle",
  "refund",
] as const;

export type StepName = (typeof STEPS)[number];

/**
 * `todo`: somebody should do it now. `doing`: it is on its way. `blocked`: it should be done, and can not
 * go on without a person or another step. `not_applicable`: there is nothing to do, as far as is known.
 */
export type StepState = "todo" | "doing" | "done" | "blocked" | "not_applicable";

export interface Step {
  readonly step: StepName;
  readonly state: StepState;
  /** Who or what did it, or is at it: a key's or claimant's name, `webhook`, `e-mail` …; null: nobody. */
  readonly by: string | null;
  readonly detail: string;
}

export interface StepView extends Step {
  /** Since when it is in this state, by our clock. */
  readonly at: string | null;
}

/** A step that is neither done nor out of the question. */
export function isOpenStep({ state }: Pick<Step, "state">): boolean {
  return state === "todo" || state === "doing" || state === "blocked";
}

/** All that the steps are derived from. */
interface Seen {
  readonly record: OrderRecord;
  readonly position: Position;
  readonly stage: Stage;
  readonly on: FulfillOn;
  readonly verified_by: "webhook" | "inquiry" | null;
  readonly money: Money;
}

/** `back`: it was there, and all of it went back. */
type Money = "none" | "coming" | "held" | "taken" | "back" | "ended";

const MONEY: { readonly [stage in Stage]: Money } = {
  awaiting_payment: "none",
  unknown: "none",
  payment_initiated: "coming",
  part_paid: "coming",
  authorized: "held",
  paid: "taken",
  partially_refunded: "taken",
  refunded: "back",
  voided: "back",
  failed: "ended",
  expired: "ended",
  cancelled: "ended",
};

type Found = Omit<Step, "step">;

const RULES: { readonly [step in StepName]: (seen: Seen) => Found } = {
  verify,
  record: recordStep,
  confirm,
  fulfill,
  capture,
  settle,
  refund,
};

/** `on`: FULFILL_ON, which a link may have of its own. */
export function deriveChecklist(record: OrderRecord, on: FulfillOn): readonly Step[] {
  const position = positionOf(record);
  const stage = deriveStage(record.facts, position);
  const seen: Seen = {
    record,
    position,
    stage,
    on: record.terms?.fulfill_on ?? on,
    verified_by: verifiedBy(record.witness, stage),
    money: position.provisional ? "coming" : MONEY[stage],
  };
  return STEPS.map((step) => ({ step, ...RULES[step](seen) }));
}

/** The steps with the times that the record remembers of them. */
export function viewChecklist(record: OrderRecord, on: FulfillOn): readonly StepView[] {
  return deriveChecklist(record, on).map((step) => {
    const known = record.handling.steps[step.step];
    const at = known?.state === step.state ? toIso(known.at) : null;
    return { step: step.step, state: step.state, at, by: step.by, detail: step.detail };
  });
}

/** One bit for each open step, the first step's the lowest. */
export function openSteps(steps: readonly Pick<Step, "step" | "state">[]): number {
  return steps.reduce(
    (bits, step) => (isOpenStep(step) ? bits | (1 << STEPS.indexOf(step.step)) : bits),
    0,
  );
}

function verify({ money, stage, verified_by, record }: Seen): Found {
  if (hasOpen(record, "paid_became_unpaid")) {
    return blocked("The gateway took back its word that it was paid: look at the discrepancy.");
  }
  switch (money) {
    case "none":
      return todo("The customer has not paid yet.");
    case "coming":
      return doing(
        stage === "part_paid" ? "A part was paid; the rest is due." : "A payment is on its way.",
        null,
      );
    case "ended":
      return none(`It ended unpaid: ${stage}.`);
    case "held":
    case "taken":
    case "back":
      return verified_by === null
        ? doing("The gateway has not confirmed it yet.", null)
        : done(
            verified_by,
            verified_by === "webhook" ? "The gateway said so by webhook." : "We asked the gateway.",
          );
  }
}

function recordStep(seen: Seen): Found {
  const { news, recorded } = seen.record.handling;
  if (!isVerified(seen)) return none(NOT_PAID);
  if (recorded !== null && recorded.n >= (news?.n ?? 0)) return said(recorded, "recorded");
  if (news === null) return todo("Nothing was told about it yet.");
  // A newer one that was taken does not say what the dead one said.
  if (news.state !== "dead" && hasDead(seen.record.handling)) {
    return blocked(
      "Your system did not take an earlier notification in any try: mend it, and send it again.",
    );
  }
  return recordOf(news);
}

function recordOf({ type, state, since }: News): Found {
  switch (state) {
    case "recorded":
      return todo(`${type} is in GET /v1/events: say that it was recorded once it is.`);
    case "waiting":
      return doing(`${type} is on its way to your system.`, "notification");
    case "retrying":
      return doing(`Your system did not take ${type}; it is sent again.`, "notification");
    case "acknowledged":
      return done("notification", `Your system took ${type} at ${toIso(since)}.`);
    case "paused":
      return blocked("Your system answered 410 and is told nothing more until you resume it.");
    case "dead":
      return blocked(`Your system did not take ${type} in any try: mend it, and send it again.`);
  }
}

function confirm(seen: Seen): Found {
  const { confirmed, receipt } = seen.record.handling;
  if (confirmed !== null) return said(confirmed, "confirmed");
  if (receipt !== null) {
    return done(receipt.by, `The customer has the receipt, by ${receipt.by}.`);
  }
  if (!isVerified(seen)) return none(NOT_PAID);
  if (seen.money === "back") return none("The money went back.");
  const { mail } = seen.record.handling;
  if (mail?.state === "waiting" || mail?.state === "sending") {
    return doing("The receipt is on its way to the customer.", "e-mail");
  }
  if (mail?.state === "failed") return blocked("The mail service did not take the receipt.");
  return todo("Send the customer a receipt, or say that it was confirmed.");
}

function fulfill(seen: Seen): Found {
  const { record, position, money, on } = seen;
  const { fulfilled } = record.handling;
  if (fulfilled !== null) return said(fulfilled, "delivered");
  if (hasOpen(record, "delivered_unpaid")) {
    return blocked("It was delivered after the money went, as was said: look at the discrepancy.");
  }
  const live = liveClaim(record.handling);
  if (live !== null) return doing(claimSentence(live), live.by);
  if (!isVerified(seen)) return none(NOT_PAID);
  if (money === "back") return none("The money went back before it was delivered.");
  const left = abandonedClaim(record.handling, mayFulfill(record.facts, position, "authorized"));
  if (left !== null) return blocked(abandonedSentence(left));
  if (mayFulfill(record.facts, position, on)) return todo("It is secured: deliver it.");
  if (money === "held") {
    return blocked(
      "It waits for the capture. If it is delivered now, say so here, and the capture is due at once.",
    );
  }
  return blocked(
    keptOf(position) > 0
      ? "It may not be delivered yet."
      : "All of it was refunded, or a refund of all is on its way.",
  );
}

function abandonedSentence({ by, attempt, state }: Claim): string {
  const what = state === "lapsed" ? `The claim of ${by} lapsed` : `The lease of ${by} ran out`;
  return `${what} (attempt ${attempt}): find out whether it was delivered.`;
}

function claimSentence({ by, until, attempt }: Claim): string {
  return `${by} delivers it, until ${toIso(until)} (attempt ${attempt}).`;
}

function capture(seen: Seen): Found {
  const { record, position, stage, money } = seen;
  if (record.facts.pre_auth !== true) return none("It is no pre-authorisation.");
  if (hasOpen(record, "authorization_lapsed")) {
    return blocked("The authorization lapsed before it was captured.");
  }
  if (hasOpenCommand(record, "capture")) return doing("A capture is on its way.", null);
  if (money === "taken" || stage === "refunded") {
    return done(commandedBy(record, "capture") ?? "gateway", "The money was captured.");
  }
  if (money === "held") {
    const held = formatAmount(position.authorized);
    if (record.handling.fulfilled === null) return todo(`${held} is held: capture or void it.`);
    return todo(`${held} is held, and it was delivered: capture it now.`);
  }
  return none(stage === "voided" ? "The money was released." : NOT_PAID);
}

/** Differences that say that money is not where the reports should have it. */
const UNSETTLED = ["settlement_missing", "amount_differs", "settled_but_not_paid"] as const;

function settle({ record }: Seen): Found {
  const { stage, utrs } = matchSettlement(record.facts, record.settled);
  if (UNSETTLED.some((type) => hasOpen(record, type))) {
    return blocked("The settlement reports do not show it as they should: see the discrepancies.");
  }
  switch (stage) {
    case null:
      return none("There is nothing to settle.");
    case "captured":
      return doing("The gateway holds the money until it is settled.", null);
    case "initiated":
      return doing(`The transfer is on its way: ${utrs.join(", ")}.`, "settlement report");
    case "completed":
      return done("settlement report", `It is at the bank: ${utrs.join(", ")}.`);
    case "elsewhere":
      return none("Another acquirer settles it.");
  }
}

function refund({ record, position, stage }: Seen): Found {
  const refunds = viewRefunds(record.facts, record.commands).filter(
    ({ outcome }) => outcome !== "refused",
  );
  if (refunds.some(({ outcome }) => outcome === "needs_decision")) {
    return blocked("Nobody can read how a refund ended: decide it.");
  }
  if (hasOpen(record, "refund_without_end")) {
    return blocked("A refund has no end after thirty days: ask the gateway's support.");
  }
  const going = refunds.filter(({ outcome }) => UNDER_WAY.some((one) => one === outcome));
  if (going.length > 0) return doing("A refund is on its way.", going[0]?.requested_by ?? null);
  const proposed = proposedRefundOf(record.facts, position);
  if (proposed !== null) return todo(`${formatAmount(proposed)} was paid too much: refund it.`);
  const ended = stage === "expired" || stage === "cancelled";
  if (ended && keptOf(position) > 0) {
    return todo("It ended with a part of the money: refund it, or ask for the rest anew.");
  }
  const newest = refunds.toSorted(byTime).at(-1);
  if (newest === undefined) return none("No refund is wanted.");
  return newest.outcome === "failed"
    ? blocked("The newest refund failed: ask for it anew under another reference.")
    : done(newest.requested_by ?? "gateway", "The refund is done.");
}

const UNDER_WAY = ["in_flight", "unknown", "pending"] as const;

function byTime(a: RefundView, b: RefundView): number {
  const at = (one: RefundView): string => one.requested_at ?? one.created_at ?? "";
  return at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0;
}

const NOT_PAID = "Nothing was paid yet.";

function isVerified(seen: Seen): boolean {
  const there = seen.money === "held" || seen.money === "taken" || seen.money === "back";
  return there && seen.verified_by !== null;
}

function hasOpen(record: OrderRecord, type: DiscrepancyType): boolean {
  return Object.values(record.discrepancies).some(
    (row) => row.type === type && row.closed_at === null,
  );
}

function hasOpenCommand({ commands, facts }: OrderRecord, kind: CommandKind): boolean {
  const open = ["in_flight", "unknown", "needs_decision"] as const;
  return Object.values(commands).some(
    (command) =>
      command.kind === kind && open.some((outcome) => outcome === outcomeOf(command, facts)),
  );
}

function commandedBy({ commands, facts }: OrderRecord, kind: CommandKind): string | null {
  const ours = Object.values(commands).filter((command) => command.kind === kind);
  return ours.findLast((one) => outcomeOf(one, facts) === "done")?.requested_by ?? null;
}

function said({ by, at, note }: Said, what: string): Found {
  const why = note === null ? "" : ` ${note}`;
  return done(by, `${by} said that it was ${what}, ${toIso(at)}.${why}`);
}

function todo(detail: string): Found {
  return { state: "todo", by: null, detail };
}

function doing(detail: string, by: string | null): Found {
  return { state: "doing", by, detail };
}

function done(by: string, detail: string): Found {
  return { state: "done", by, detail };
}

function blocked(detail: string): Found {
  return { state: "blocked", by: null, detail };
}

function none(detail: string): Found {
  return { state: "not_applicable", by: null, detail };
}

/** The steps' states with their times: those that changed since are of now. The same object if none did. */
export function rememberSteps(
  steps: readonly Step[],
  known: OrderRecord["handling"]["steps"],
  now: Milliseconds,
): OrderRecord["handling"]["steps"] {
  const same = steps.every(({ step, state }) => known[step]?.state === state);
  if (same && Object.keys(known).length === steps.length) return known;
  return Object.fromEntries(
    steps.map(({ step, state }) => {
      const before = known[step];
      return [step, before?.state === state ? before : { state, at: now }];
    }),
  );
}
