// What a person should do about an order next: the one thing that its page puts first. The order of the rules is
// the order of urgency: money that is lost by waiting, then what nobody but a person can say, then the day's
// work. What this person may not do is not theirs to do next. Pure.

import { isOpenStep, type StepName } from "../domain/checklist";
import type { CommandView } from "../domain/command-view";
import { severityOf } from "../domain/discrepancy";
import { LEAST_AMOUNT } from "../domain/command-policy";
import type { Amount } from "../domain/money";
import type { DiscrepancyView, OrderView } from "../domain/order-view";
import { isUndecided } from "../domain/phone-payments";
import { MINUTE } from "../domain/schedule";
import type { Scope } from "../domain/scopes";
import type { Stage } from "../domain/stage";
import { type Milliseconds, millisecondsOf } from "../domain/time";
import { openOnHold } from "./order-moves";

export type NextAction =
  /** `time`: how much of it is left to take the money; `over` is our reckoning, the gateway's counts. */
  | {
      readonly kind: "capture";
      readonly held: Amount;
      readonly time: "enough" | "nearly_over" | "over";
    }
  | { readonly kind: "decide"; readonly command: CommandView }
  | { readonly kind: "refund"; readonly amount: Amount }
  | { readonly kind: "replace"; readonly due: Amount | null }
  | { readonly kind: "resolve"; readonly discrepancy: DiscrepancyView }
  /** `uncertain`: somebody held it, and nobody said whether it was delivered. */
  | { readonly kind: "fulfill"; readonly uncertain: boolean }
  | { readonly kind: "send_receipt" }
  | { readonly kind: "confirm" }
  | { readonly kind: "record" }
  | { readonly kind: "refresh" }
  | { readonly kind: "share_link"; readonly payment_link: string };

export interface Situation {
  readonly order: OrderView;
  readonly commands: readonly CommandView[];
  readonly scopes: ReadonlySet<Scope>;
  readonly now: Milliseconds;
}

type Rule = (situation: Situation) => readonly [Scope, NextAction] | null;

const RULES: readonly Rule[] = [
  capture,
  decide,
  refundExcess,
  resolve,
  fulfill,
  confirm,
  record,
  replace,
  refresh,
  shareLink,
];

/** Null: nothing is to be done now. */
export function nextAction(situation: Situation): NextAction | null {
  for (const rule of RULES) {
    const found = rule(situation);
    if (found !== null && situation.scopes.has(found[0])) return found[1];
  }
  return null;
}

/** The gateway's word is older than this while a payment is on its way: it is asked again. */
const STUCK_AFTER = 2 * MINUTE;

function capture({ order, commands, now }: Situation): ReturnType<Rule> {
  const { authorized: held, attention, checklist, stage } = order;
  // It may be taken or released already: that is found out first.
  if (openOnHold(commands) !== undefined) return null;
  const urgent = attention.includes("capture_urgent");
  const isDue = urgent || attention.includes("capture_due");
  const todo =
    checklist.length === 0
      ? stage === "authorized" && held.value > 0
      : stateOf(order, "capture") === "todo";
  // Where held money is enough to deliver, that comes first, and then it is captured.
  if (!todo || (!isDue && stateOf(order, "fulfill") === "todo")) return null;
  const end = millisecondsOf(order.capture_by);
  const time = end !== null && end <= now ? "over" : urgent ? "nearly_over" : "enough";
  return ["capture", { kind: "capture", held, time }];
}

function decide({ commands }: Situation): ReturnType<Rule> {
  const command = commands.find(({ outcome }) => outcome === "needs_decision");
  if (command === undefined) return null;
  return [command.kind === "refund" ? "refund" : "capture", { kind: "decide", command }];
}

function refundExcess({ order: { overpaid } }: Situation): ReturnType<Rule> {
  if (overpaid === null || overpaid.value < LEAST_AMOUNT) return null;
  return ["refund", { kind: "refund", amount: overpaid }];
}

/** What is overpaid closes by itself once it went back; a person finds out where nobody knows how much did. */
function resolve({ order }: Situation): ReturnType<Rule> {
  const open = order.discrepancies.filter(
    ({ closed_at, type }) => closed_at === null && (type !== "overpaid" || order.refunded === null),
  );
  const discrepancy =
    open.find(({ type }) => severityOf(type) === "loss") ??
    open.find(({ type }) => severityOf(type) === "risk");
  return discrepancy === undefined ? null : ["settlements", { kind: "resolve", discrepancy }];
}

function fulfill({ order }: Situation): ReturnType<Rule> {
  const uncertain = order.fulfillment.state === "claim_over";
  const state = stateOf(order, "fulfill");
  const todo = state === "todo" || (uncertain && state === "blocked");
  return todo ? ["fulfill", { kind: "fulfill", uncertain }] : null;
}

function confirm({ order }: Situation): ReturnType<Rule> {
  const state = stateOf(order, "confirm");
  if (state !== "todo" && state !== "blocked") return null;
  // There is no receipt of held money, and none without an address to send it to.
  const mail = order.customer?.["email_id"];
  const canSend = typeof mail === "string" && mail !== "" && order.stage !== "authorized";
  return ["fulfill", canSend ? { kind: "send_receipt" } : { kind: "confirm" }];
}

function record({ order }: Situation): ReturnType<Rule> {
  return stateOf(order, "record") === "todo" ? ["fulfill", { kind: "record" }] : null;
}

/** It ended with a part of the money: the rest is asked for anew, or what came goes back. */
function replace({ order }: Situation): ReturnType<Rule> {
  if (!order.attention.includes("expired_part_paid")) return null;
  // The rest may be coming already.
  if (order.authorized.value > 0 || order.payments.some(isUndecided)) return null;
  return ["links", { kind: "replace", due: order.amount_due }];
}

const UNSURE: readonly Stage[] = ["payment_initiated", "unknown"];

function refresh({ order, commands, now }: Situation): ReturnType<Rule> {
  const waits =
    UNSURE.includes(order.stage) ||
    order.payments.some(isUndecided) ||
    commands.some(({ outcome }) => outcome === "unknown");
  const asked = millisecondsOf(order.checked_at);
  if (!waits || (asked !== null && now - asked < STUCK_AFTER)) return null;
  return ["read", { kind: "refresh" }];
}

const UNPAID: readonly Stage[] = ["awaiting_payment", "part_paid", "failed"];
const ENDED: readonly (string | null)[] = ["EXPIRED", "CANCELLED", "PROCESSED"];

function shareLink({ order, now }: Situation): ReturnType<Rule> {
  const { authorized, link, payments, stage } = order;
  // Who is asked again while a payment may still come pays twice.
  if (authorized.value > 0 || payments.some(isUndecided)) return null;
  const payment_link = link?.payment_link ?? null;
  if (link === null || payment_link === null || ENDED.includes(link.status)) return null;
  const end = millisecondsOf(link.expire_by);
  if (!UNPAID.includes(stage) || (end !== null && end <= now)) return null;
  return ["read", { kind: "share_link", payment_link }];
}

function stateOf({ checklist }: OrderView, step: StepName) {
  const found = checklist.find((one) => one.step === step);
  return found !== undefined && isOpenStep(found) ? found.state : null;
}
