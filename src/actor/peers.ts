// Stubs of other actors as the plain interface that they implement: what crosses RPC is data. The
// casts of stubs stand here and nowhere else: the runtime's own types follow every recursive JSON
// type through RPC and give up ("excessively deep").

import type { StepView } from "../domain/checklist";
import type { ResolveFailure } from "../domain/discrepancy";
import type { FulfillmentView } from "../domain/fulfillment-view";
import type { EndRefusal } from "../domain/handling-end";
import type { MessageRow } from "../domain/message";
import type { Observation } from "../domain/observation";
import type { CommandView } from "../domain/command-view";
import type { OrderView } from "../domain/order-view";
import type { OrderRecord } from "../domain/record";
import type { Refusal } from "../domain/refusal";
import type { Result } from "../domain/result";
import type { SettledLines } from "../domain/settled-line";
import type { Milliseconds } from "../domain/time";
import type { StoredToken } from "../pinelabs/gateway";
import type { AccessActorRpc } from "./access-rpc";
import type { PeopleActorRpc } from "./people-rpc";
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
  ResolvedDiscrepancy,
  ResendFailure,
  ResolveRequest,
  TickFailure,
  TickWish,
  TimelineEntry,
  TokenKind,
  VerdictAnswer,
  VerdictQuestion,
} from "./rpc";
import type { SettlementActorRpc } from "./settlement-rpc";

/** What an OrderActor answers to the doors and to other actors. */
export interface OrderActorRpc {
  /** A failure means: not committed. Nothing is thrown across RPC. */
  receive(message: Message): Promise<Result<MessageStatus, { readonly code: "not_committed" }>>;
  receiveForwarded(from: string, message: MessageRow & Kept): Promise<Delivery>;
  register(claimant: string): Promise<Registration>;
  absorb(given: HandOver): Promise<Delivery>;
  /** A home tells another order of its link that it is an alias. */
  meetHome(home: string): Promise<Met>;
  linkOfReference(): Promise<OrderRecord | null>;

  read(): Promise<Reading<OrderView>>;
  readTimeline(): Promise<Reading<readonly TimelineEntry[]>>;
  /** `named`: a link's id or reference; anything else means the current link. */
  readLink(named: string): Promise<Reading<LinkAnswer>>;
  readBody(n: number): Promise<Kept | null>;
  reapply(n: number): Promise<boolean>;

  inquire(limit: Milliseconds): Promise<Reading<Result<OrderView, InquiryFailure>>>;
  /** The poll's own question: asks the gateway only if this order is due by its own reckoning. */
  poll(limit: Milliseconds): Promise<PollOutcome>;
  verdict(question: VerdictQuestion): Promise<Reading<Result<VerdictAnswer, InquiryFailure>>>;
  /** Delivered, or given back: ends a claim that the verdict granted. */
  endClaim(request: EndWish): Promise<Reading<Result<FulfillmentView, EndRefusal>>>;
  /** A step of the checklist is said to be done; the checklist as it is then. */
  tick(request: TickWish): Promise<Reading<Result<readonly StepView[], TickFailure>>>;
  /** The watchdog: arms the alarm for whatever is due. */
  wake(): Promise<void>;

  createLink(request: LinkRequest, origin: string): Promise<Result<null, LinkFailure>>;
  trackReference(): Promise<Result<null, LinkFailure>>;
  trackLink(): Promise<
    Result<{ readonly reference: string; readonly observation: Observation }, LinkFailure>
  >;
  adoptTracked(observation: Observation): Promise<Result<null, LinkFailure>>;
  /** In the actor of a reference: looks for the link that was asked for, and never makes it. */
  findEarlier(): Promise<Result<null, LinkFailure>>;
  /** In the actor of a reference: what was asked for under it, if anything was and was not refused. */
  requestOfReference(): Promise<LinkRequest | null>;
  /** Whether this is the secret half of our token of this kind. */
  holdsToken(secret: string, kind: TokenKind): Promise<boolean>;
  cancelLink(named: string): Promise<Reading<Result<null, LinkFailure>>>;
  notifyLink(named: string, key: string | null): Promise<Reading<Result<null, LinkFailure>>>;
  replaceLink(question: ReplaceQuestion): Promise<Reading<Replaced>>;

  /**
   * Lines of settlement reports that name this order: recorded once, however often they are given. The
   * gateway is asked where they name a payment that is not known, or not known as paid. `absent`:
   * neither we nor the gateway know the order.
   */
  settle(
    given: readonly SettledLines[],
  ): Promise<Reading<Result<readonly Attribution[], InquiryFailure>>>;
  /** A person has looked at a difference and says what it is; once. */
  resolveDiscrepancy(
    request: ResolveRequest,
  ): Promise<Reading<Result<ResolvedDiscrepancy, ResolveFailure>>>;

  /** Somebody has the receipt's page before him: handed over, once. Asks nobody. */
  noteReceiptOpened(): Promise<Reading<null>>;
  receiptStatus(): Promise<Reading<ReceiptStatus>>;
  /** Sends the receipt by e-mail to the order's customer. */
  sendReceipt(request: ReceiptRequest): Promise<Reading<Result<ReceiptStatus, ReceiptFailure>>>;

  command(request: CommandRequest): Promise<Reading<Result<CommandView, CommandFailure>>>;
  decideCommand(request: DecisionRequest): Promise<Reading<Result<CommandView, CommandFailure>>>;
  /** Sends a notification that this very actor has told once more; its plan begins anew. */
  resendNotification(id: string, by: string): Promise<Result<null, ResendFailure>>;
  /** Tries its paused notifications again, unless the merchant's system is paused still. */
  resumeNotifications(): Promise<"resumed" | "paused">;

  /** In the order in which they were asked for. */
  readCommands(): Promise<Reading<readonly CommandView[]>>;

  /** Removes personal data now; `named`: the id that was asked for. */
  forget(by: string, named: string): Promise<Reading<ForgetAnswer>>;
  /** Removes it if the order is over and was not changed since `before`. */
  forgetOld(before: Milliseconds): Promise<Forgotten>;
  /** In an alias of one of these homes. */
  forgetAlias(homes: readonly string[]): Promise<AliasForgotten>;
  /** In a keeper of unrouted messages: removes the bodies of those that came before, some at a time. */
  forgetMessages(before: Milliseconds): Promise<{ readonly more: boolean }>;
}

export type PollOutcome =
  | { readonly kind: "not_due" }
  | { readonly kind: "asked"; readonly changed: boolean }
  | { readonly kind: "failed"; readonly failure: InquiryFailure };

export interface DeploymentActorRpc extends ReceiverPause {
  readToken(): Promise<StoredToken | null>;
  writeToken(token: StoredToken): Promise<void>;
  dropToken(token: string): Promise<void>;
  recordRefusal(refusal: Refusal): Promise<void>;
  listRefusals(): Promise<readonly Refusal[]>;
  /** Whether the gateway takes our credentials; asked at most once a minute. */
  checkCredentials(): Promise<CredentialsCheck>;
  /** Until when the gateway asked for silence (Retry-After); 0 when it did not. */
  pausedUntil(): Promise<Milliseconds>;
  pauseUntil(moment: Milliseconds): Promise<void>;
  recordRun(job: string, run: JobRun): Promise<void>;
  lastRuns(): Promise<{ readonly [job: string]: JobRun }>;
  /** Where the walk of the retention has come to; null: it never began. */
  readWalk(): Promise<Walk | null>;
  writeWalk(walk: Walk): Promise<void>;
  /** Where the search for days that changed has come to; null: it never began. */
  readDayWalk(): Promise<DayWalk | null>;
  writeDayWalk(walk: DayWalk): Promise<void>;
}

/** The search for days that changed (cron/days.ts), by the last change of orders and of transfers. */
export interface DayWalk {
  readonly looked_at: Milliseconds;
  readonly orders: { readonly updated_at: Milliseconds; readonly seq: number };
  readonly transfers: { readonly updated_at: Milliseconds; readonly utr: string };
  /** Both came to their end. */
  readonly at_end: boolean;
  /** Days that are still to be computed, such as "2026-11-03". */
  readonly days: readonly string[];
}

/** One walk through all orders, by the time of their last change. */
export interface Walk {
  readonly begun_at: Milliseconds;
  readonly updated_at: Milliseconds;
  readonly seq: number;
  /** Which keeper of unrouted messages is next. */
  readonly keeper: number;
}

/** The merchant's system asked for no more notifications (410), for all orders at once. */
export interface ReceiverPause {
  /** Null: it is not paused. `receiver`: a hash of its address; at another address it is another one. */
  pauseOf(receiver: string): Promise<Pause | null>;
  pauseReceiver(receiver: string, pause: Pause): Promise<void>;
  /** What was lifted, or null. */
  /** The pause that stands, of whichever receiver. */
  readPause(): Promise<Pause | null>;
  resumeReceiver(): Promise<Pause | null>;
}

export interface Pause {
  readonly paused_at: Milliseconds;
  /** The notification that was answered so. */
  readonly by: string;
}

export interface CredentialsCheck {
  readonly ok: boolean;
  /** The failure's code when not. */
  readonly code: string | null;
  readonly checked_at: Milliseconds;
}

export interface JobRun {
  readonly at: Milliseconds;
  readonly due: number;
  readonly asked: number;
  readonly changed: number;
  readonly failed: number;
  readonly left_over: number;
  /** Since when each run has left something over; null: the last one left nothing. Kept by who keeps the runs. */
  readonly behind_since?: Milliseconds | null;
}

export function orderActor(env: Env, name: string): OrderActorRpc {
  const stub: unknown = env.ORDERS.getByName(name);
  return stub as OrderActorRpc;
}

/** The one actor that reads the settlement reports. */
export function settlementActor(env: Env): SettlementActorRpc {
  const stub: unknown = env.SETTLEMENTS.getByName("settlements");
  return stub as SettlementActorRpc;
}

/**
 * `gateway` keeps the access token, `door` the refused webhooks, `cron` the last runs, `notify` whether
 * the merchant's system is told anything.
 */
export function deploymentActor(
  env: Env,
  role: "gateway" | "door" | "cron" | "notify",
): DeploymentActorRpc {
  const stub: unknown = env.DEPLOYMENT.getByName(role);
  return stub as DeploymentActorRpc;
}

/** The keeper of keys, of people, of the switch that stops money, and of what each key has refunded today. */
export function accessActor(env: Env): AccessActorRpc & PeopleActorRpc {
  const stub: unknown = env.DEPLOYMENT.getByName("access");
  return stub as AccessActorRpc & PeopleActorRpc;
}
