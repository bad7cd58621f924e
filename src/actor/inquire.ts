// An inquiry: our own GETs for the link, every order that it ever named, and refunds without an end that
// no order lists, joined like any other observation. Never two at once for one order: a caller may
// share only an inquiry that has not left yet (design 3.2).

import { entries, type Facts, NO_FACTS, read } from "../domain/facts";
import { isLinkId, isOrderId } from "../domain/ids";
import { join } from "../domain/join";
import { type AnyWord, combine, type Observation } from "../domain/observation";
import { checkRefunds, compareWithInquiry } from "../domain/record-checks";
import { evolve, newRecord, type OrderRecord, type Origin } from "../domain/record";
import { reasonOf } from "../domain/redact";
import { failure, type Result, success } from "../domain/result";
import type { Answer, GatewayFailure } from "../pinelabs/gateway";
import { becomeAlias, hasOpenCommand } from "./home";
import { want } from "./jobs";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { InquiryFailure } from "./rpc";
import { referencesOf } from "./seek";

export type Inquired = Result<
  {
    readonly changed: boolean;
    /** What the gateway showed, by its id; what it does not know is an answer and not shown. */
    readonly shown: readonly string[];
    /** What was asked about is a refund: the order that it belongs to. */
    readonly belongs_to?: string;
    /** The gateway refused to show an order: what is known of its money may be old. */
    readonly unseen?: GatewayFailure;
  },
  InquiryFailure
>;

/** One inquiry on its way at most, and one more behind it that later callers share. */
export class InquiryQueue {
  #running: Promise<Inquired> | null = null;
  #next: Promise<Inquired> | null = null;

  ask(run: () => Promise<Inquired>): Promise<Inquired> {
    if (this.#running === null) return this.#start(run);
    this.#next ??= this.#running.then(
      () => this.#startNext(run),
      () => this.#startNext(run),
    );
    return this.#next;
  }

  #startNext(run: () => Promise<Inquired>): Promise<Inquired> {
    this.#next = null;
    return this.#start(run);
  }

  async #start(run: () => Promise<Inquired>): Promise<Inquired> {
    const running = run();
    this.#running = running;
    try {
      return await running;
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }
}

/**
 * Asks and joins; `origin` is that of an order that nobody had told of. `order_unknown`: neither we nor the gateway know it, and nothing was stored. A bug
 * is counted here, once, and not by those who wait: they may be many, or gone.
 */
export async function inquire(part: Part, origin: Origin = "tracked"): Promise<Inquired> {
  try {
    return await askAndKeep(part, origin);
  } catch (error) {
    const reason = reasonOf(error);
    console.error(JSON.stringify({ event: "inquiry_failed", actor: part.name, reason }));
    countFailure(part);
    return failure({ code: "inquiry_failed" });
  }
}

async function askAndKeep(part: Part, origin: Origin): Promise<Inquired> {
  const known = part.storage.readState().record;
  const first = await askFirst(part, known);
  const parent = parentOf(part.name, first);
  if (parent !== null && mayLeave(part)) return leaveToParent(part, parent);
  const second = await askSecond(part, known, first);
  const answers = [...first, ...second];
  const observations = answers.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  const failures = answers.flatMap(({ answer }) => (answer.ok ? [] : [answer.failure]));
  const worst = failures.find((failed) => !isAnswer(failed));
  if (known === null && observations.length === 0) {
    return failure(worst ?? { code: "order_unknown" });
  }
  const looked = second.find(({ what }) => what === "reference")?.answer;
  const reference = looked !== undefined && (looked.ok || isAnswer(looked.failure));
  const askedWith = known?.facts ?? NO_FACTS;
  const how = { complete: worst === undefined, reference, askedWith, origin };
  const changed = keep(part, observations, how);
  if (worst) return failure(worst);
  if (observations.length === 0) return failure({ code: "order_unknown" });
  const shown = answers.flatMap(({ id, answer }) => (answer.ok ? [id] : []));
  const unseen = refusedOrder(answers);
  return success({ changed, shown, ...(unseen === null ? {} : { unseen }) });
}

/** Whether the gateway showed every link and order of these facts: of one that it hid they may be old. */
export function isAllShown(facts: Facts, shown: readonly string[]): boolean {
  return [...Object.keys(facts.link), ...Object.keys(facts.order)].every((id) =>
    shown.includes(id),
  );
}

/** "No" is an answer too; only silence, refusal of our credentials and "not now" are failures. */
function isAnswer(failed: GatewayFailure): boolean {
  return failed.code === "gateway_not_found" || failed.code === "gateway_refused";
}

function refusedOrder(answers: readonly Asked[]): GatewayFailure | null {
  const orders = answers.filter(({ what }) => what === "order");
  const failures = orders.flatMap(({ answer }) => (answer.ok ? [] : [answer.failure]));
  return failures.find(({ code }) => code === "gateway_refused") ?? null;
}

/** A 404 without the gateway's own code is a proxy's: it proves nothing (design 3.5). */
function heard(answer: Answer): Answer {
  if (answer.ok || answer.failure.code !== "gateway_not_found") return answer;
  const { gateway_code, request_id, message } = answer.failure;
  if (gateway_code !== null) return answer;
  return failure({ code: "gateway_unavailable", request_id, message });
}

/** A REFUND order belongs to its parent (design 3.1): an actor of its own must not copy the parent. */
function parentOf(name: string, asked: readonly Asked[]): string | null {
  const own = asked.find(({ what, id }) => what === "order" && id === name)?.answer;
  const word = own?.ok === true ? own.value.words.find(({ id }) => id === name) : undefined;
  if (word?.kind !== "refund") return null;
  const parent = word.fields.parent_order_id;
  return isOrderId(parent) && parent !== name ? parent : null;
}

/**
 * Not one that has a link or is a home: the link's register may name it, and then the parent becomes
 * its alias. Two that send everybody to each other would both be lost.
 */
function mayLeave(part: Part): boolean {
  const state = part.storage.readState();
  const linkless = Object.keys(state.record?.facts.link ?? {}).length === 0;
  return state.claimed === null && linkless && !hasOpenCommand(state);
}

function leaveToParent(part: Part, parent: string): Inquired {
  if (!part.storage.isEmpty) {
    part.storage.transact(() => {
      const state = part.storage.readState();
      if (state.home !== null) return;
      const record = state.record && withoutOrder(state.record, part.name);
      part.storage.writeState(becomeAlias({ ...state, record }, parent, part.now()));
    });
  }
  return success({ changed: false, shown: [], belongs_to: parent });
}

function withoutOrder(record: OrderRecord, id: string): OrderRecord {
  const { [id]: _, ...order } = record.facts.order;
  return { ...record, facts: { ...record.facts, order } };
}

interface Asked {
  readonly what: "link" | "order" | "reference" | "refund";
  readonly id: string;
  readonly answer: Answer;
}

/** The link and every order that we know of; of an actor that knows nothing, whatever its name names. */
function askFirst(part: Part, record: OrderRecord | null): Promise<readonly Asked[]> {
  const links = record ? Object.keys(record.facts.link) : [];
  const orders = record ? Object.keys(record.facts.order) : [];
  return Promise.all([
    ...(links.length === 0 && isLinkId(part.name) ? [part.name] : links).map((id) =>
      ask(part, "link", id),
    ),
    ...(orders.length === 0 && isOrderId(part.name) ? [part.name] : orders).map((id) =>
      ask(part, "order", id),
    ),
  ]);
}

/**
 * The orders that the link just named, refunds that nothing tells of, and once the link that bears our
 * order's reference.
 */
function askSecond(
  part: Part,
  record: OrderRecord | null,
  first: readonly Asked[],
): Promise<readonly Asked[]> {
  const answers = first.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  const facts = join(record?.facts ?? NO_FACTS, combine(answers));
  const named = Object.keys(facts.order).filter((id) => first.every((asked) => asked.id !== id));
  const linkless = Object.keys(facts.link).length === 0;
  const mayAsk = linkless && !part.storage.readState().asked_by_reference;
  const references = mayAsk ? referencesOf(facts).slice(0, 1) : [];
  return Promise.all([
    ...named.map((id) => ask(part, "order", id)),
    ...references.map((reference) => ask(part, "reference", reference)),
    ...untoldRefunds(record, facts, answers).map((id) => ask(part, "refund", id)),
  ]);
}

/** Refunds that one inquiry asks for by their own ids; of more than these each has its turn. */
const MOST_REFUNDS = 5;

/** Those without an end that no answer told of: where an order lists no refunds, only they themselves can. */
function untoldRefunds(
  record: OrderRecord | null,
  facts: Facts,
  answers: readonly Observation[],
): readonly string[] {
  const told = new Set(answers.flatMap(({ words }) => words.map(({ kind, id }) => kind + id)));
  const untold = entries(facts, "refund").flatMap(([id, refund]) => {
    const status = read(refund, "status");
    const over = status === "PROCESSED" || status === "FAILED";
    return over || told.has(`refund${id}`) ? [] : [id];
  });
  const turn = untold.length > MOST_REFUNDS ? (record?.version ?? 0) % untold.length : 0;
  return [...untold.slice(turn), ...untold.slice(0, turn)].slice(0, MOST_REFUNDS);
}

/** What an answer says of this refund; whatever else it says is not what was asked for. */
function onlyRefund(answer: Answer, refundId: string): Answer {
  if (!answer.ok) return answer;
  const words = answer.value.words.filter(({ kind, id }) => kind === "refund" && id === refundId);
  return success({ words, orders_named: [] });
}

async function ask(part: Part, what: Asked["what"], id: string): Promise<Asked> {
  const gateway = part.gateway();
  const limit = part.limits.gateway;
  switch (what) {
    case "link":
      return { what, id, answer: heard(await gateway.getLink(id, limit)) };
    case "order":
      return { what, id, answer: heard(await gateway.getOrder(id, limit)) };
    case "reference":
      return { what, id, answer: heard(await gateway.getLinkByReference(id, limit)) };
    case "refund":
      return { what, id, answer: heard(onlyRefund(await gateway.getOrder(id, limit), id)) };
  }
}

interface Keeping {
  /** Every question was answered. */
  readonly complete: boolean;
  /** The gateway was asked for a link by our reference. */
  readonly reference: boolean;
  /** The facts before the questions left. */
  readonly askedWith: Facts;
  /** Of an order that nobody had told of. */
  readonly origin: Origin;
}

/** Joins all answers at once, so that no half of them is ever the truth; says whether facts changed. */
function keep(part: Part, observations: readonly Observation[], how: Keeping): boolean {
  return part.storage.transact(() => {
    const now = part.now();
    const state = part.storage.readState();
    const before = state.record ?? newRecord(now, how.origin);
    const answer = combine(observations);
    const evolution =
      observations.length > 0
        ? evolve(before, answer, "inquiry", now)
        : { record: before, changed: false, changes: [] };
    const unmoved = onlyUnmoved(answer, how.askedWith, before.facts);
    const compared = checkRefunds(compareWithInquiry(evolution.record, unmoved, now), now);
    const asking = how.complete
      ? { asked_at: now, failures: 0, failed_at: null }
      : { failures: compared.failures + 1, failed_at: now };
    // A new version even without new facts: when to ask next is projected too.
    const record = { ...compared, ...asking, version: compared.version + 1 };
    const asked = { ...state, record: before };
    const asked_by_reference = asked.asked_by_reference || how.reference;
    const next = commitEvolution(
      part,
      { ...asked, asked_by_reference },
      { ...evolution, record },
      { by: "inquiry" },
    );
    part.storage.writeState(next);
    return evolution.changed;
  });
}

/** An answer may be older than what came while it was on its way: only the rest is compared. */
function onlyUnmoved(answer: Observation, asked: Facts, now: Facts): Observation {
  const same = (word: AnyWord): boolean =>
    JSON.stringify(asked[word.kind][word.id]) === JSON.stringify(now[word.kind][word.id]);
  return { ...answer, words: answer.words.filter(same) };
}

/** A bug while asking or keeping counts as a failure of this order, so that it is not asked at once again. */
function countFailure(part: Part): void {
  if (part.storage.isEmpty) return;
  part.storage.transact(() => {
    const state = part.storage.readState();
    if (state.record === null) return;
    const { record } = state;
    const counted = {
      ...record,
      failures: record.failures + 1,
      failed_at: part.now(),
      version: record.version + 1,
    };
    const jobs = want(state.jobs, "project", part.now());
    part.storage.writeState({ ...state, record: counted, jobs });
  });
}
