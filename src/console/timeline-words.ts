// The words of an order's timeline: what an entry is about and who said it, and the sentence of a change of
// status in a person's words instead of the gateway's. Exhaustive over the domain's closed sets.

import { STAGES as STAGE_NAMES, type Stage } from "../domain/stage";
import type { ToldBy, ToldKind } from "../domain/story";
import type { TimelineView } from "../http/orders";
import { stateWord } from "./order-labels";
import { STAGES } from "./words";

export const KINDS: { readonly [kind in ToldKind]: string } = {
  stage: "Order",
  link: "Link",
  order: "Gateway's order",
  payment: "Payment",
  refund: "Refund",
  capture: "Capture",
  void: "Release",
  claim: "Delivery",
  checklist: "Checklist",
  settlement: "Settlement",
  notification: "Notification",
  reminder: "Reminder",
  receipt: "Receipt",
  alert: "Held money",
  alias: "Order",
  discrepancy: "Discrepancy",
  message: "Message",
  personal_data: "Personal data",
};

const TELLERS: { readonly [by in ToldBy]: string } = {
  webhook: "by webhook",
  inquiry: "by asking the gateway",
  command: "in answer to a command",
  request: "with the link's request",
  redirect: "as the customer came back",
  settlement: "by a settlement report",
  operator: "by a person",
  customer: "by the customer",
  system: "by Chukta itself",
};

/** How it came; the name of who asked for it stays as it is. */
export function tellerLabel(by: string): string {
  const known: { readonly [by: string]: string } = TELLERS;
  return Object.hasOwn(known, by) ? (known[by] ?? by) : `by ${by}`;
}

/** An entry's sentence for a person. A kind of a later release has its own sentence. */
export function sentenceOf({ what, text, from, to }: TimelineView): string {
  if (to === undefined) return text;
  if (what === "stage") return changed("The order", stageLabel(to), from ? stageLabel(from) : null);
  if (!isEntity(what)) return text;
  const label = (status: string): string => stateWord(what, status).label;
  return changed(SUBJECTS[what], label(to), from ? label(from) : null);
}

const SUBJECTS = {
  link: "The link",
  order: "The gateway's order",
  payment: "The payment",
  refund: "The refund",
} as const;

function isEntity(what: ToldKind): what is keyof typeof SUBJECTS {
  return Object.hasOwn(SUBJECTS, what);
}

function changed(subject: string, to: string, from: string | null): string {
  return `${subject} is now: ${to}${from === null ? "" : ` (before: ${from})`}.`;
}

function stageLabel(stage: string): string {
  return isStage(stage) ? STAGES[stage].label : stage;
}

function isStage(stage: string): stage is Stage {
  return STAGE_NAMES.some((one) => one === stage);
}
