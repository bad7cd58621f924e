// One Durable Object per order: its SQLite is the truth about the order. Its methods are thin: each
// hands over to the part of the same name. Other roles of the same class, by name: the register of a
// link (`pl-…`), the creation of a link (`reference:…`), the keeper of messages without an order
// (`unrouted:…`).

import type { StepView } from "../domain/checklist";
import type { ResolveFailure } from "../domain/discrepancy";
import type { FulfillmentView } from "../domain/fulfillment-view";
import type { EndRefusal } from "../domain/handling-end";
import type { MessageRow } from "../domain/message";
import { DurableObject } from "cloudflare:workers";
import type { Observation } from "../domain/observation";
import { type CommandView, viewCommand } from "../domain/command-view";
import { type OrderView, viewLink } from "../domain/order-view";
import type { OrderRecord } from "../domain/record";
import { reasonOf } from "../domain/redact";
import { failure, type Result, success } from "../domain/result";
import type { SettledLines } from "../domain/settled-line";
import type { Milliseconds } from "../domain/time";
import { type Config, readConfig } from "../config";
import { type ParsedEvent, type Translation, translateEvent } from "../pinelabs/event";
import { type Mailer, openMailer } from "../notify/mailer";
import type { Gateway } from "../pinelabs/gateway";
import { runDueJobs } from "./alarm";
import { endClaim } from "./claim";
import { decideCommand, runCommand } from "./command";
import { forgetAlias, forgetMessages, forgetOld } from "./forget";
import { forgetNow } from "./forget-now";
import { openGateway } from "./gateway";
import { meetHome, receiveForwarded, register, takeOver } from "./home";
import { cancelLink, linkNamed, notifyLink, readLinkToTrack } from "./link-control";
import { adoptTracked, createLink, findEarlier, trackReference } from "./link-creation";
import { holdsToken, requestOfReference } from "./link-kept";
import { moneyPort } from "./money-permit";
import { OrderCore } from "./order-core";
import { type Limits, LIMITS, type Part } from "./part";
import {
  accessActor,
  deploymentActor,
  type OrderActorRpc,
  orderActor,
  type PollOutcome,
  settlementActor,
} from "./peers";
import { nextInquiryOf } from "./plan";
import { noteReceiptOpened, receiptStatus, sendReceipt } from "./receipt";
import { holdsReceiptSecret } from "./receipt-token";
import { reapply, receive } from "./receive";
import { orderView } from "./record-change";
import { linkToReplace, replaceLink } from "./replace";
import { resendNotification, resumeNotifications } from "./resend";
import { resolveDiscrepancy } from "./resolve-discrepancy";
import type {
  AliasForgotten,
  Attribution,
  CommandFailure,
  CommandRequest,
  DecisionRequest,
  Delivery,
  EndWish,
  ForgetAnswer,
  Forgotten,
  HandOver,
  InquiryFailure,
  Kept,
  LinkAnswer,
  LinkFailure,
  LinkRequest,
  Message,
  MessageStatus,
  Met,
  Reading,
  ReceiptFailure,
  ReceiptRequest,
  ReceiptStatus,
  Registration,
  Replaced,
  ReplaceQuestion,
  ResendFailure,
  ResolvedDiscrepancy,
  ResolveRequest,
  TickFailure,
  TickWish,
  TimelineEntry,
  TokenKind,
  VerdictAnswer,
  VerdictQuestion,
} from "./rpc";
import { ActorStorage, storedName } from "./storage";
import { missLate, settle } from "./settle";
import { tickStep } from "./tick";
import { giveVerdict } from "./verdict";

export class OrderActor extends DurableObject<Env> implements OrderActorRpc {
  readonly #part: Part;
  readonly #core: OrderCore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const name = ctx.id.name ?? storedName(ctx.storage.sql);
    if (name === null) throw new Error("an actor without a name: reach it by getByName");
    this.#part = {
      name,
      storage: new ActorStorage(ctx.storage, name),
      limits: this.limits(),
      db: env.DB,
      now: () => Date.now(),
      config: () => this.#config(),
      gateway: () => this.#gateway(),
      mailer: () => this.mailer(),
      peer: (other) => orderActor(env, other),
      receiver: () => deploymentActor(env, "notify"),
      money: moneyPort(() => accessActor(env)),
      reports: () => settlementActor(env).knowledge(),
      translate: (event) => this.translate(event),
    };
    this.#core = new OrderCore(this.#part);
  }

  /** Overridden by tests, which wait milliseconds instead of seconds. */
  protected limits(): Limits {
    return LIMITS;
  }

  /** Overridden by tests that run under other settings. */
  protected settings(): Env {
    return this.env;
  }

  /** Overridden by tests, which read what was sent. */
  protected mailer(): Mailer | null {
    return openMailer(this.env);
  }

  /** Overridden by a test that makes translation throw (law 4). */
  protected translate(event: ParsedEvent): Translation {
    return translateEvent(event);
  }

  async receive(
    message: Message,
  ): Promise<Result<MessageStatus, { readonly code: "not_committed" }>> {
    try {
      return success(receive(this.#part, message));
    } catch (error) {
      const reason = reasonOf(error);
      console.error(JSON.stringify({ event: "not_committed", actor: this.#part.name, reason }));
      return failure({ code: "not_committed" });
    }
  }

  async receiveForwarded(from: string, message: MessageRow & Kept): Promise<Delivery> {
    return receiveForwarded(this.#part, from, message);
  }

  async register(claimant: string): Promise<Registration> {
    return register(this.#part, claimant);
  }

  async absorb(given: HandOver): Promise<Delivery> {
    return takeOver(this.#part, given);
  }

  async meetHome(home: string): Promise<Met> {
    return meetHome(this.#part, home);
  }

  async linkOfReference(): Promise<OrderRecord | null> {
    return this.#part.storage.readState().record;
  }

  async read(): Promise<Reading<OrderView>> {
    return this.#core.reading((record) => orderView(this.#part, record));
  }

  async readTimeline(): Promise<Reading<readonly TimelineEntry[]>> {
    return this.#core.reading(() => this.#part.storage.readTimeline());
  }

  async readLink(named: string): Promise<Reading<LinkAnswer>> {
    return this.#core.reading((record) => {
      const link = linkNamed(record.facts, named);
      if (!link) return null;
      const order = orderView(this.#part, record);
      const { token = null, receipt_token = null } = record.terms ?? {};
      return { link: viewLink(link[0], link[1]), order, token, receipt_token };
    });
  }

  async readBody(n: number): Promise<Kept | null> {
    return this.#part.storage.readBody(n);
  }

  async reapply(n: number): Promise<boolean> {
    return reapply(this.#part, n);
  }

  async inquire(limit: Milliseconds): Promise<Reading<Result<OrderView, InquiryFailure>>> {
    const home = this.#part.storage.readState().home;
    if (home !== null) return { kind: "alias", home };
    const inquired = await this.#core.inquire(limit);
    if (!inquired.ok) return { kind: "found", value: inquired };
    if (inquired.value.belongs_to) return { kind: "alias", home: inquired.value.belongs_to };
    // What was just learnt may be half of a link: the caller is shown the whole.
    await this.#core.seek();
    await missLate(this.#part);
    return this.#core.reading((record) => success(orderView(this.#part, record)));
  }

  async poll(limit: Milliseconds): Promise<PollOutcome> {
    // Whoever is asked may be one whose alarm was lost while it went on living.
    this.#part.storage.rearm();
    const { record, home } = this.#part.storage.readState();
    const due = record === null || home !== null ? null : nextInquiryOf(this.#part, record);
    if (due === null || due > this.#part.now()) {
      this.#core.reproject();
      return { kind: "not_due" };
    }
    const inquired = await this.#core.inquire(limit);
    await missLate(this.#part);
    if (!inquired.ok) return { kind: "failed", failure: inquired.failure };
    return { kind: "asked", changed: inquired.value.changed };
  }

  async verdict(
    question: VerdictQuestion,
  ): Promise<Reading<Result<VerdictAnswer, InquiryFailure>>> {
    return giveVerdict(
      this.#part,
      { inquire: (limit) => this.#core.inquire(limit), seek: () => this.#core.seek() },
      question,
    );
  }

  async endClaim(request: EndWish): Promise<Reading<Result<FulfillmentView, EndRefusal>>> {
    return endClaim(this.#part, () => this.#core.seek(), request);
  }

  async tick(request: TickWish): Promise<Reading<Result<readonly StepView[], TickFailure>>> {
    const inquire = (limit: Milliseconds) => this.#core.inquire(limit);
    return tickStep(this.#part, { inquire, seek: () => this.#core.seek() }, request);
  }

  async wake(): Promise<void> {
    this.#core.reproject();
    this.#part.storage.rearm();
  }

  async createLink(request: LinkRequest, origin: string): Promise<Result<null, LinkFailure>> {
    return this.#core.oneAtATime(() => createLink(this.#part, request, origin));
  }

  async trackReference(): Promise<Result<null, LinkFailure>> {
    const reference = this.#part.name.replace(/^reference:/, "");
    return this.#core.oneAtATime(() => trackReference(this.#part, reference));
  }

  /** In the actor named by a link's id: reads the link for whoever takes it over. */
  async trackLink(): Promise<
    Result<{ readonly reference: string; readonly observation: Observation }, LinkFailure>
  > {
    return readLinkToTrack(this.#part);
  }

  async adoptTracked(observation: Observation): Promise<Result<null, LinkFailure>> {
    return this.#core.oneAtATime(() => adoptTracked(this.#part, observation));
  }

  async findEarlier(): Promise<Result<null, LinkFailure>> {
    return this.#core.oneAtATime(() => findEarlier(this.#part));
  }

  async requestOfReference(): Promise<LinkRequest | null> {
    return requestOfReference(this.#part);
  }

  async holdsToken(secret: string, kind: TokenKind): Promise<boolean> {
    if (kind === "receipt" && holdsReceiptSecret(this.#part, secret)) return true;
    return holdsToken(this.#part, secret, kind);
  }

  async noteReceiptOpened(): Promise<Reading<null>> {
    return noteReceiptOpened(this.#part);
  }

  async receiptStatus(): Promise<Reading<ReceiptStatus>> {
    return receiptStatus(this.#part);
  }

  async sendReceipt(
    request: ReceiptRequest,
  ): Promise<Reading<Result<ReceiptStatus, ReceiptFailure>>> {
    await this.#core.seek();
    return sendReceipt(this.#part, request);
  }

  async cancelLink(named: string): Promise<Reading<Result<null, LinkFailure>>> {
    const home = this.#part.storage.readState().home;
    if (home !== null) return { kind: "alias", home };
    const ask = () => this.#core.inquire(this.#part.limits.gateway);
    return { kind: "found", value: await cancelLink(this.#part, named, ask) };
  }

  async notifyLink(named: string, key: string | null): Promise<Reading<Result<null, LinkFailure>>> {
    const home = this.#part.storage.readState().home;
    if (home !== null) return { kind: "alias", home };
    const ask = () => this.#core.inquire(this.#part.limits.gateway);
    // Of two presses of one button the second finds the first.
    const value = await this.#core.errands.turns.take(`notify:${key ?? crypto.randomUUID()}`, () =>
      notifyLink(this.#part, named, key, ask),
    );
    return { kind: "found", value };
  }

  async replaceLink(question: ReplaceQuestion): Promise<Reading<Replaced>> {
    const home = this.#part.storage.readState().home;
    if (home !== null) return { kind: "alias", home };
    // Of two that ask at once both mean the link that is current now.
    const link = linkToReplace(this.#part, question.id);
    const value = await this.#core.oneAtATime(() =>
      replaceLink(this.#part, link, question, {
        inquire: () => this.#core.inquire(this.#part.limits.gateway),
        seek: () => this.#core.seek(),
      }),
    );
    // The inquiry may have found out that this is an alias: its home is asked.
    const now = this.#part.storage.readState().home;
    return now === null ? { kind: "found", value } : { kind: "alias", home: now };
  }

  async settle(
    given: readonly SettledLines[],
  ): Promise<Reading<Result<readonly Attribution[], InquiryFailure>>> {
    const inquire = () => this.#core.inquire(this.#part.limits.gateway, "settlement");
    return settle(this.#part, { inquire, seek: () => this.#core.seek() }, given);
  }

  async resolveDiscrepancy(
    request: ResolveRequest,
  ): Promise<Reading<Result<ResolvedDiscrepancy, ResolveFailure>>> {
    return resolveDiscrepancy(this.#part, request);
  }

  async command(request: CommandRequest): Promise<Reading<Result<CommandView, CommandFailure>>> {
    return runCommand(this.#part, this.#core.errands, request);
  }

  async decideCommand(
    request: DecisionRequest,
  ): Promise<Reading<Result<CommandView, CommandFailure>>> {
    return decideCommand(this.#part, this.#core.errands, request);
  }

  async resendNotification(id: string, by: string): Promise<Result<null, ResendFailure>> {
    return resendNotification(this.#part, id, by);
  }

  async resumeNotifications(): Promise<"resumed" | "paused"> {
    return resumeNotifications(this.#part);
  }

  async readCommands(): Promise<Reading<readonly CommandView[]>> {
    return this.#core.reading(({ commands, facts }) =>
      Object.values(commands).map((command) => viewCommand(command, facts)),
    );
  }

  async forget(by: string, named: string): Promise<Reading<ForgetAnswer>> {
    return forgetNow(this.#part, this.#core.errands, by, named);
  }

  async forgetOld(before: Milliseconds): Promise<Forgotten> {
    return forgetOld(this.#part, before);
  }

  async forgetAlias(homes: readonly string[]): Promise<AliasForgotten> {
    return forgetAlias(this.#part, homes);
  }

  async forgetMessages(before: Milliseconds): Promise<{ readonly more: boolean }> {
    return forgetMessages(this.#part, before);
  }

  override async alarm(): Promise<void> {
    // An inquiry that failed is the poll's business: it slows down when the gateway is in trouble.
    await runDueJobs(this.#part, this.#core.errands);
  }

  #config(): Config {
    const config = readConfig(this.settings());
    // Nothing is decided on half a configuration; every door refuses it with its name before.
    if (!config.ok) throw new Error(`${config.failure.code}: ${config.failure.setting}`);
    return config.value;
  }

  #gateway(): Gateway {
    return openGateway(this.env, this.#config());
  }
}
