/**
 * The gateway's books: the one Durable Object of the sandbox. It is the desk that the
 * rules work at, serves every path under `/sandbox`, and wakes by its alarm to deliver
 * webhooks, to let links and authorisations run out, and to end refunds. It knows nothing of the
 * merchant's insides: it reaches the Worker under test only by its public doors.
 */
import { DurableObject } from "cloudflare:workers";
import type { Hono } from "hono";
import type { Micros } from "./clock";
import { sandboxRoutes } from "./control";
import type { Desk } from "./desk";
import { releaseHold } from "./holds";
import { randomText } from "./ids";
import {
  type AnswerFault,
  defaultKnobs,
  type Knobs,
  mergeKnobs,
  type Operation,
  readKnobs,
} from "./knobs";
import { Mailroom } from "./mailroom";
import { forgetMonth } from "./month";
import { expireLink } from "./payments";
import { Receiver } from "./receiver";
import { endRefund } from "./refunds";
import { RequestLog } from "./request-log";
import { type Account, parseAccount, type SandboxEnv } from "./settings";
import { SettlementStore } from "./settlement-store";
import { Store } from "./store";

const day: Micros = 86_400_000_000;

export class Books extends DurableObject<SandboxEnv> implements Desk {
  readonly store: Store;
  readonly settlements: SettlementStore;
  readonly mailroom: Mailroom;
  readonly requests: RequestLog;
  /** The shop's, not the gateway's. */
  readonly receiver: Receiver;
  readonly account: Account;
  readonly keeps_snapshots = true;
  readonly #app: Hono;
  #knobs: Knobs;
  #armed_ms: number | null = null;

  constructor(ctx: DurableObjectState, env: SandboxEnv) {
    super(ctx, env);
    this.account = parseAccount(env);
    this.store = new Store(ctx.storage);
    this.settlements = new SettlementStore(ctx.storage);
    this.receiver = new Receiver(ctx.storage, this.account.notify_secret);
    this.requests = new RequestLog(ctx.storage);
    this.mailroom = new Mailroom(ctx.storage, this.account.webhook_secret, (headers, body) =>
      this.#send(headers, body),
    );
    this.#knobs = readKnobs(this.store.read("knobs"), env.SANDBOX_CONTRACT);
    this.#app = sandboxRoutes(this);
  }

  get knobs(): Knobs {
    return this.#knobs;
  }

  /** Where the sandbox was last reached: the host that its links and webhooks name. */
  get origin(): string {
    const origin = this.store.read("origin");
    return typeof origin === "string" ? origin : "http://localhost:8787";
  }

  now_ms(): number {
    return Date.now() + this.#knobs.clock_shift_ms;
  }

  random(length: number, alphabet: string): string {
    return randomText(length, alphabet);
  }

  tick(): Micros {
    return this.store.tick(this.now_ms());
  }

  post(event: string, body: unknown): void {
    this.mailroom.queue(event, body, this.#knobs.webhooks);
  }

  /** All or nothing; the callback must not wait for anything. */
  inTransaction<T>(work: () => T): T {
    return this.ctx.storage.transactionSync(work);
  }

  /** Merges a change of the knobs; throws a ZodError that names what is wrong. */
  changeKnobs(change: unknown): Knobs {
    return this.#saveKnobs(mergeKnobs(this.#knobs, change));
  }

  resetKnobs(): Knobs {
    return this.#saveKnobs(defaultKnobs(this.env.SANDBOX_CONTRACT));
  }

  #saveKnobs(knobs: Knobs): Knobs {
    this.#knobs = knobs;
    this.store.write("knobs", knobs);
    return knobs;
  }

  /** The planted fault that strikes this call, used up by one. */
  takeFault(operation: Operation): AnswerFault | undefined {
    const strikes = ({ operation: name, times }: AnswerFault): boolean =>
      (name === "*" || name === operation) && times !== 0;
    const fault = this.#knobs.answers.find(strikes);
    if (fault && fault.times > 0) {
      const answers = this.#knobs.answers.map((other) =>
        other === fault ? { ...other, times: other.times - 1 } : other,
      );
      this.#saveKnobs({ ...this.#knobs, answers });
    }
    return fault;
  }

  takeHiding(): boolean {
    const { hide_references } = this.#knobs;
    if (hide_references > 0) {
      this.#saveKnobs({ ...this.#knobs, hide_references: hide_references - 1 });
    }
    return hide_references !== 0;
  }

  /** Calls the merchant's Worker by its public door. */
  callMerchant(path: string, init: RequestInit): Promise<Response> {
    return this.env.MERCHANT.fetch(new URL(path, this.origin).href, {
      ...init,
      redirect: "manual",
    });
  }

  #send(headers: Headers, body: string): Promise<Response> {
    const init = { method: "POST", headers, body };
    const { webhook_url } = this.account;
    if (webhook_url) return fetch(webhook_url, { ...init, redirect: "manual" });
    return this.callMerchant("/webhooks/pinelabs", init);
  }

  /** Lets run out what has run out by now. */
  sweep(): void {
    const now = this.now_ms() * 1000;
    const { auth_window_days, refund_ends_after_ms, refund_ends_as } = this.#knobs;
    const window = auth_window_days * day;
    this.inTransaction(() => {
      for (const link of this.store.listLinksPastExpiry(now)) expireLink(this, link);
      for (const order of this.store.listOrdersHeldSince(now - window)) releaseHold(this, order);
      if (refund_ends_after_ms === null) return;
      const begun = now - refund_ends_after_ms * 1000;
      for (const refund of this.store.listRefundsPendingSince(begun)) {
        endRefund(this, refund, refund_ends_as);
      }
    });
  }

  /** Empties everything and puts the knobs back. */
  reset(): void {
    this.store.clear();
    this.settlements.clear();
    forgetMonth(this);
    this.mailroom.clear();
    this.requests.clear();
    this.receiver.clear();
    this.resetKnobs();
  }

  override async fetch(request: Request): Promise<Response> {
    const { origin } = new URL(request.url);
    if (origin !== this.origin) this.store.write("origin", origin);
    this.sweep();
    try {
      return await this.#app.fetch(request);
    } finally {
      await this.#arm();
    }
  }

  override async alarm(): Promise<void> {
    this.#armed_ms = null;
    this.sweep();
    const { webhooks } = this.#knobs;
    if (!webhooks.manual) await this.mailroom.deliver(this.mailroom.listDue(), webhooks);
    await this.#arm();
  }

  /** One alarm for whatever comes first: a webhook, or the end of a link, a hold, a refund. */
  async #arm(): Promise<void> {
    const { webhooks, auth_window_days, refund_ends_after_ms, clock_shift_ms } = this.#knobs;
    const end = this.store.nextDeadline(
      auth_window_days * day,
      refund_ends_after_ms === null ? null : refund_ends_after_ms * 1000,
    );
    const times = [
      ...(end === null ? [] : [Math.ceil(end / 1000) - clock_shift_ms]),
      ...(webhooks.manual ? [] : [this.mailroom.nextDue()]),
    ].filter((time) => time !== null);
    if (times.length === 0) return;
    const next = Math.min(...times);
    if (next === this.#armed_ms) return;
    this.#armed_ms = next;
    await this.ctx.storage.setAlarm(next);
  }
}
