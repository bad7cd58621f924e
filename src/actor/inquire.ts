// An inquiry: our own GETs for the link and every order that it ever named, joined like any other
// observation. Never two at once for one order: a caller may share only an inquiry that has not left
// yet (design 3.2).

import { isLinkId, isOrderId } from "../domain/ids";
import { NO_FACTS } from "../domain/facts";
import { join } from "../domain/join";
import { combine, type Observation } from "../domain/observation";
import {
  checkRefunds,
  compareWithInquiry,
  evolve,
  newRecord,
  type OrderRecord,
} from "../domain/record";
import { failure, type Result, success } from "../domain/result";
import type { Answer } from "../pinelabs/gateway";
import type { Part } from "./part";
import { commitEvolution } from "./record-change";
import type { InquiryFailure } from "./rpc";
import { referencesOf, seekHome } from "./seek";

export type Inquired = Result<{ readonly changed: boolean }, InquiryFailure>;

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

/** Asks and joins. `order_unknown`: neither we nor the gateway know it, and nothing was stored. */
export async function inquire(part: Part): Promise<Inquired> {
  const known = part.storage.readState().record;
  const first = await askFirst(part, known);
  const second = await askSecond(part, known, first);
  const answers = [...first, ...second];
  const observations = answers.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  const failures = answers.flatMap(({ answer }) => (answer.ok ? [] : [answer.failure]));
  const worst = failures.find((failed) => failed.code !== "gateway_not_found");
  if (known === null && observations.length === 0) {
    return failure(worst ?? { code: "order_unknown" });
  }
  const looked = second.find(({ what }) => what === "reference")?.answer;
  const reference = looked?.ok === true || looked?.failure.code === "gateway_not_found";
  const changed = keep(part, observations, { complete: worst === undefined, reference });
  if (worst) return failure(worst);
  return observations.length === 0 ? failure({ code: "order_unknown" }) : success({ changed });
}

interface Asked {
  readonly what: "link" | "order" | "reference";
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

/** The orders that the link just named, and once the link that bears our order's reference. */
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
  ]);
}

async function ask(part: Part, what: Asked["what"], id: string): Promise<Asked> {
  const gateway = part.gateway();
  const limit = part.limits.gateway;
  switch (what) {
    case "link":
      return { what, id, answer: await gateway.getLink(id, limit) };
    case "order":
      return { what, id, answer: await gateway.getOrder(id, limit) };
    case "reference":
      return { what, id, answer: await gateway.getLinkByReference(id, limit) };
  }
}

/** Joins all answers at once, so that no half of them is ever the truth; says whether facts changed. */
function keep(
  part: Part,
  observations: readonly Observation[],
  how: { readonly complete: boolean; readonly reference: boolean },
): boolean {
  return part.storage.transact(() => {
    const now = part.now();
    const state = part.storage.readState();
    const before = state.record ?? newRecord(now, "tracked");
    const answer = combine(observations);
    const heard = observations.length > 0;
    const evolution = heard
      ? evolve(before, answer, "inquiry", now)
      : { record: before, changed: false, changes: [] };
    const compared = checkRefunds(compareWithInquiry(evolution.record, answer, now), now);
    const asking = how.complete
      ? { asked_at: now, failures: 0, failed_at: null }
      : { failures: compared.failures + 1, failed_at: now };
    // A new version even without new facts: when to ask next is projected too.
    const record = { ...compared, ...asking, version: compared.version + 1 };
    const next = commitEvolution(
      part,
      { ...state, record: before },
      { ...evolution, record },
      {
        by: "inquiry",
      },
    );
    const asked_by_reference = next.asked_by_reference || how.reference;
    part.storage.writeState(seekHome({ ...next, asked_by_reference }, now));
    return evolution.changed;
  });
}
