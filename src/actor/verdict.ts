// The answer to "is it really paid, and is it mine?". A redirect or an expectation never changes a
// stage (law 5): it causes an inquiry, and a difference is kept as a discrepancy.

import { type Entity, entries, linkStatus, read, theLink } from "../domain/facts";
import { isDisputed } from "../domain/disagreement";
import type { Finding } from "../domain/discrepancy";
import { referenceOf, viewVerdict } from "../domain/order-view";
import { deriveStage } from "../domain/stage";
import { derivePosition } from "../domain/position";
import { note } from "../domain/record-checks";
import type { OrderRecord } from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import { claimOrder } from "./claim";
import { introduceHome } from "./home";
import type { Inquired } from "./inquire";
import { want } from "./jobs";
import type { Part } from "./part";
import type { Expectation, InquiryFailure, Reading, VerdictAnswer, VerdictQuestion } from "./rpc";
import { isSettled, strangers } from "./seek";

/** What this needs of the actor itself. */
export interface VerdictErrands {
  inquire(limit: Milliseconds): Promise<Inquired>;
  seek(): Promise<void>;
}

/** Asks the gateway where it must, and answers from the facts as they are afterwards. */
export async function giveVerdict(
  part: Part,
  errands: VerdictErrands,
  question: VerdictQuestion,
): Promise<Reading<Result<VerdictAnswer, InquiryFailure>>> {
  await errands.seek();
  const { home } = part.storage.readState();
  if (home !== null) return { kind: "alias", home };
  const ask = mustAsk(part, question);
  let current = !ask && isCurrent(part, question);
  let unanswered: InquiryFailure = { code: "order_unknown" };
  if (ask) {
    if (question.reason === "redirect") spendRedirect(part);
    const inquired = await errands.inquire(question.limit);
    if (inquired.ok && inquired.value.belongs_to) {
      return { kind: "alias", home: inquired.value.belongs_to };
    }
    current = inquired.ok;
    if (!inquired.ok) unanswered = inquired.failure;
    await errands.seek();
  }
  // Another order of the link may have granted a claim of its own.
  const before = part.storage.readState();
  if (question.claim && strangers(part.name, before).length > 0) await introduceHome(part);
  // The inquiry may have found out that this is an alias.
  const now = part.storage.readState();
  if (now.home !== null) return { kind: "alias", home: now.home };
  const answer = answerVerdict(part, question, current);
  return { kind: "found", value: answer ? success(answer) : failure(unanswered) };
}

/**
 * Whether this question sends an inquiry. A storefront's does not when the gateway spoke, or did not
 * answer, a moment ago. A redirect says that something has just happened, so only a payment that
 * already stands, or the order's budget, spares the gateway.
 */
function mustAsk(part: Part, question: VerdictQuestion): boolean {
  const { record, redirect_asked_at } = part.storage.readState();
  if (isRecent(part, record?.failed_at ?? null) || isCurrent(part, question)) return false;
  if (question.reason !== "redirect") return true;
  return redirect_asked_at === null || part.now() - redirect_asked_at >= part.limits.redirectEvery;
}

/** What the gateway said a moment ago answers this question. */
function isCurrent(part: Part, question: VerdictQuestion): boolean {
  const { record } = part.storage.readState();
  if (record === null || !spokeJustNow(part)) return false;
  return question.reason !== "redirect" || deriveStage(record.facts) === "paid";
}

/** Whether the gateway said something a moment ago, of an order that is settled. */
export function spokeJustNow(part: Part): boolean {
  const state = part.storage.readState();
  if (state.record === null || !isSettled(part.name, state)) return false;
  const { heard_at, asked_at } = state.record;
  // "I do not know it" is an answer too.
  return isRecent(part, heard_at) || isRecent(part, asked_at);
}

function isRecent(part: Part, at: Milliseconds | null): boolean {
  return at !== null && part.now() - at < part.limits.fresh;
}

/** A redirect has a budget of its own: one inquiry of an order in five seconds. */
function spendRedirect(part: Part): void {
  if (part.storage.isEmpty) return;
  part.storage.transact(() => {
    const state = part.storage.readState();
    part.storage.writeState({ ...state, redirect_asked_at: part.now() });
  });
}

/** The verdict from the facts as they are now, with what the caller brought held against them. */
function answerVerdict(
  part: Part,
  question: VerdictQuestion,
  current: boolean,
): VerdictAnswer | null {
  const state = part.storage.readState();
  const record = state.record;
  if (record === null) return null;
  const findings = findingsOf(record, question);
  keep(part, findings);
  const mismatch = question.expect ? mismatches(record, question.expect) : [];
  const view = viewVerdict(record, part.config().fulfill_on);
  const link = theLink(record.facts)?.[1];
  // Half of a link must not pass for the whole: only a home that is known to be one releases. Nor must
  // what a message said and the gateway, asked, does not.
  const whole = isSettled(part.name, state);
  const undisputed = mismatch.length === 0 && !isDisputed(record.discrepancies);
  const secured = view.fulfill && undisputed && whole;
  const claim = question.claim === undefined ? null : claimOrder(part, question.claim, secured);
  return {
    ...view,
    fulfill: claim === null ? secured : claim.state === "granted",
    claim,
    signature: question.hint?.signature ?? "unchecked",
    mismatch,
    current,
    id: part.name,
    return_url: record.terms?.return_url ?? null,
    failure_return_url: record.terms?.failure_return_url ?? null,
    payment_link: link === undefined ? null : payableAt(link),
    token: record.terms?.token ?? null,
  };
}

/** Where the customer can go on paying; null when the link is known to take no more payments. */
function payableAt(link: Entity<"link">): string | null {
  const status = linkStatus(link);
  const closed = status === "PROCESSED" || status === "EXPIRED" || status === "CANCELLED";
  return closed ? null : (read(link, "payment_link") ?? null);
}

/** The fields in which the storefront's own books differ from the facts. */
function mismatches(record: OrderRecord, expect: Expectation): readonly (keyof Expectation)[] {
  const facts = record.facts;
  const amount = derivePosition(facts).amount;
  const differs: { readonly [field in keyof Expectation]-?: boolean } = {
    merchant_reference:
      expect.merchant_reference !== undefined &&
      expect.merchant_reference !== referenceOf(facts, record.terms),
    payment_link_id:
      expect.payment_link_id !== undefined && !(expect.payment_link_id in facts.link),
    order_id: expect.order_id !== undefined && !(expect.order_id in facts.order),
    amount:
      expect.amount !== undefined &&
      (expect.amount.value !== amount?.value || expect.amount.currency !== amount.currency),
  };
  const fields: readonly (keyof Expectation)[] = [
    "merchant_reference",
    "payment_link_id",
    "order_id",
    "amount",
  ];
  return fields.filter((field) => differs[field]);
}

function findingsOf(record: OrderRecord, question: VerdictQuestion): readonly Finding[] {
  const findings: Finding[] = [];
  const orders = entries(record.facts, "order").map(([id]) => id);
  const named = question.hint?.order_id ?? null;
  if (named !== null && orders.length > 0 && !orders.includes(named)) {
    // The id itself came from a stranger; it is kept as said, never inquired.
    findings.push(finding("redirect_of_another_link", orders.join(" "), named));
  }
  if (question.hint?.signature === "invalid") {
    findings.push(finding("redirect_signature_invalid", "valid", "invalid"));
  }
  const fields = question.expect ? mismatches(record, question.expect) : [];
  for (const field of fields) {
    const theirs = textOf(question.expect?.[field]);
    const ours = known(record, field);
    findings.push({ ...finding("expectation_mismatch", ours, theirs), subject: field });
  }
  return findings;
}

/** Our side of an expectation, as text beside the storefront's. */
function known(record: OrderRecord, field: keyof Expectation): string {
  switch (field) {
    case "merchant_reference":
      return referenceOf(record.facts, record.terms) ?? "none";
    case "payment_link_id":
      return Object.keys(record.facts.link).join(" ");
    case "order_id":
      return Object.keys(record.facts.order).join(" ");
    case "amount":
      return textOf(derivePosition(record.facts).amount) ?? "unknown";
  }
}

function textOf(value: Expectation[keyof Expectation] | null): string | null {
  return typeof value === "object" && value !== null
    ? `${value.value} ${value.currency}`
    : (value ?? null);
}

function finding(
  type: "redirect_of_another_link" | "redirect_signature_invalid" | "expectation_mismatch",
  ours: string,
  theirs: string | null,
): Finding {
  return { type, subject: "", ours, theirs, amount: null };
}

function keep(part: Part, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.record === null) return;
    const now = part.now();
    const record = findings.reduce((all, found) => note(all, found, now), state.record);
    if (record === state.record) return;
    const jobs = want(state.jobs, "project", now + part.limits.projectAfter);
    part.storage.writeState({ ...state, record, jobs });
  });
}
