// What an order's actor does one after the other, whoever asks: inquiries, creations of links, the search for
// its home, and the money calls that are under way. Lives as long as the instance; nothing of it is stored.

import type { OrderRecord, Origin } from "../domain/record";
import { failure } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import { type Errands, runJobs } from "./alarm";
import { Calls } from "./command-call";
import { inquire, type Inquired, InquiryQueue } from "./inquire";
import { want } from "./jobs";
import { finishCreation } from "./link-creation";
import type { Part } from "./part";
import type { Reading } from "./rpc";
import { isSettled } from "./seek";
import { TimeLimitPassed, withTimeLimit } from "./time-limit";
import { Turns } from "./turns";

export class OrderCore {
  readonly #part: Part;
  readonly #inquiries = new InquiryQueue();
  /** Creations of one reference run one after the other. */
  #creation: Promise<unknown> = Promise.resolve();
  readonly errands: Errands = {
    inquire: () => this.#ask(),
    finishCreation: () => this.oneAtATime(() => finishCreation(this.#part)),
    seek: () => this.seek(),
    calls: new Calls(),
    turns: new Turns(),
  };

  constructor(part: Part) {
    this.#part = part;
  }

  /** An answer that releases goods does not wait for the alarm to find the order's home. */
  async seek(): Promise<void> {
    const state = this.#part.storage.readState();
    if (state.record === null || isSettled(this.#part.name, state)) return;
    await runJobs(this.#part, ["look_up", "claim", "hand_over"], this.errands);
  }

  /** An inquiry of which the caller awaits at most `limit` milliseconds; it goes on without him. */
  async inquire(limit: Milliseconds, origin?: Origin): Promise<Inquired> {
    try {
      return await withTimeLimit(this.#ask(origin), limit);
    } catch (error) {
      if (!(error instanceof TimeLimitPassed)) throw error;
      return failure({ code: "gateway_unavailable", request_id: "", message: error.message });
    }
  }

  async oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#creation;
    const mine = before.then(work, work);
    this.#creation = mine;
    return mine;
  }

  /** What a home knows; an alias names its home. */
  reading<T>(show: (record: OrderRecord) => T | null): Reading<T> {
    const { home, record } = this.#part.storage.readState();
    if (home !== null) return { kind: "alias", home };
    const value = record === null ? null : show(record);
    return value === null ? { kind: "absent" } : { kind: "found", value };
  }

  /** D1 thought that this order was due and it is not: D1 is put right. */
  reproject(): void {
    const part = this.#part;
    if (part.storage.isEmpty) return;
    part.storage.transact(() => {
      const state = part.storage.readState();
      const jobs = want(state.jobs, "project", part.now());
      const record = state.record && { ...state.record, version: state.record.version + 1 };
      part.storage.writeState({ ...state, record, jobs });
    });
  }

  #ask(origin?: Origin): Promise<Inquired> {
    return this.#inquiries.ask(() => inquire(this.#part, origin));
  }
}
