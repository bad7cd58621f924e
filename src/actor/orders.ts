// The doors' one way to orders and links, from whatever id a caller has in hand: it names the actor,
// follows an alias to its home, and returns plain data or a failure. No door talks to a stub itself.

import type { StepView } from "../domain/checklist";
import type { ResolveFailure } from "../domain/discrepancy";
import type { FulfillmentView } from "../domain/fulfillment-view";
import type { EndRefusal } from "../domain/handling-end";
import {
  isLinkId,
  isOrderId,
  isReference,
  parseReceiptToken,
  parseToken,
  referenceActor,
} from "../domain/ids";
import type { CommandView } from "../domain/command-view";
import type { OrderView } from "../domain/order-view";
import { failure, type Result } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import { type OrderActorRpc, orderActor } from "./peers";
import type {
  CommandFailure,
  CommandRequest,
  DecisionRequest,
  EndWish,
  ForgetAnswer,
  InquiryFailure,
  Kept,
  LinkAnswer,
  LinkFailure,
  LinkRequest,
  LinkResult,
  Message,
  MessageStatus,
  Reading,
  ReceiptFailure,
  ReceiptRequest,
  ReceiptStatus,
  ReplaceQuestion,
  ResendFailure,
  ResolvedDiscrepancy,
  ResolveRequest,
  TickFailure,
  TickWish,
  TimelineEntry,
  VerdictAnswer,
  VerdictQuestion,
} from "./rpc";

export type OrderKey =
  | { readonly token: string }
  | { readonly receipt: string }
  /** An order id, an alias of one, or a payment_link_id. */
  | { readonly id: string }
  | { readonly reference: string };

/** Finds the home of an order that came without us, by the merchant's reference; D1 knows it. */
export type FindByReference = (reference: string) => Promise<string | null>;

/** reference → link → order: no chain is longer (design 3.1). */
const LONGEST_CHAIN = 4;

export class Orders {
  readonly #env: Env;
  readonly #findByReference: FindByReference;

  constructor(env: Env, findByReference: FindByReference) {
    this.#env = env;
    this.#findByReference = findByReference;
  }

  /** Throws when the message could not be committed: the door then answers 503. */
  async receive(home: string, message: Message): Promise<MessageStatus> {
    const received = await this.#actor(home).receive(message);
    if (!received.ok) throw new Error(received.failure.code);
    return received.value;
  }

  async find(key: OrderKey): Promise<OrderView | null> {
    return this.#follow(key, (actor) => actor.read());
  }

  async timeline(key: OrderKey): Promise<readonly TimelineEntry[] | null> {
    return this.#follow(key, (actor) => actor.readTimeline());
  }

  /** The raw body of a kept message, by the actor that took it and its number there. */
  async rawMessage(actor: string, n: number): Promise<Kept | null> {
    return this.#actor(actor).readBody(n);
  }

  /** `actor`: the one that has told it, be it an alias by now. */
  async resendNotification(
    actor: string,
    id: string,
    by: string,
  ): Promise<Result<null, ResendFailure>> {
    return this.#actor(actor).resendNotification(id, by);
  }

  /** Applies a kept message once more: without effect unless translation learned something. */
  async reapply(actor: string, n: number): Promise<boolean> {
    return this.#actor(actor).reapply(n);
  }

  /** Asks the gateway; nothing is stored for an order that neither we nor the gateway know. */
  async inquire(key: OrderKey, limit: Milliseconds): Promise<Result<OrderView, InquiryFailure>> {
    const inquired = await this.#follow(key, (actor) => actor.inquire(limit));
    return inquired ?? failure({ code: "order_unknown" });
  }

  /** `order_unknown`: no such token, order, link or reference, and nothing was stored. */
  async verdict(
    key: OrderKey,
    question: VerdictQuestion,
  ): Promise<Result<VerdictAnswer, InquiryFailure>> {
    const answer = await this.#follow(key, (actor) => actor.verdict(question));
    return answer ?? failure({ code: "order_unknown" });
  }

  /** A refund, capture or void; a repeat of one gives its first outcome. */
  async command(
    key: OrderKey,
    request: CommandRequest,
  ): Promise<Result<CommandView, CommandFailure>> {
    const done = await this.#follow(key, (actor) => actor.command(request));
    return done ?? failure({ code: "order_unknown" });
  }

  async decideCommand(
    key: OrderKey,
    request: DecisionRequest,
  ): Promise<Result<CommandView, CommandFailure>> {
    const done = await this.#follow(key, (actor) => actor.decideCommand(request));
    return done ?? failure({ code: "order_unknown" });
  }

  /** A person closes a difference of an order and says why. */
  async resolveDiscrepancy(
    key: OrderKey,
    request: ResolveRequest,
  ): Promise<Result<ResolvedDiscrepancy, ResolveFailure>> {
    const done = await this.#follow(key, (actor) => actor.resolveDiscrepancy(request));
    return done ?? failure({ code: "discrepancy_unknown" });
  }

  /** Null: no such order. */
  async endClaim(
    key: OrderKey,
    request: EndWish,
  ): Promise<Result<FulfillmentView, EndRefusal> | null> {
    return this.#follow(key, (actor) => actor.endClaim(request));
  }

  async tick(key: OrderKey, tick: TickWish): Promise<Result<readonly StepView[], TickFailure>> {
    const done = await this.#follow(key, (actor) => actor.tick(tick));
    return done ?? failure({ code: "order_unknown" });
  }

  /** Null: no such order. */
  async commands(key: OrderKey): Promise<readonly CommandView[] | null> {
    return this.#follow(key, (actor) => actor.readCommands());
  }

  /** Removes personal data from the order that this id names. Null: no such order. */
  async forget(id: string, by: string): Promise<ForgetAnswer | null> {
    return this.#follow({ id }, (actor) => actor.forget(by, id));
  }

  /** `origin`: where the caller reached us; used when PUBLIC_URL is not set. */
  async createLink(request: LinkRequest, origin: string): Promise<LinkResult> {
    const reference = request.reference;
    const made = await this.#actor(referenceActor(reference)).createLink(request, origin);
    return made.ok ? this.findLink({ reference }) : made;
  }

  /** Takes over a link that exists at the gateway. */
  async trackLink(
    key: { readonly payment_link_id: string } | { readonly reference: string },
  ): Promise<LinkResult> {
    if ("reference" in key) {
      const made = await this.#actor(referenceActor(key.reference)).trackReference();
      return made.ok ? this.findLink({ reference: key.reference }) : made;
    }
    const found = await this.#actor(key.payment_link_id).trackLink();
    if (!found.ok) return found;
    const { reference, observation } = found.value;
    const made = await this.#actor(referenceActor(reference)).adoptTracked(observation);
    return made.ok ? this.findLink({ id: key.payment_link_id }) : made;
  }

  async cancelLink(key: OrderKey): Promise<LinkResult> {
    return this.#control(key, (actor) => actor.cancelLink(nameIn(key)));
  }

  /** Has the gateway send the link to its customer again; `once` names this one time. */
  async notifyLink(key: OrderKey, once: string | null): Promise<LinkResult> {
    return this.#control(key, (actor) => actor.notifyLink(nameIn(key), once));
  }

  /** A new link for what is still due, in place of one that has ended. */
  async replaceLink(
    question: ReplaceQuestion,
  ): Promise<Result<LinkAnswer, LinkFailure | InquiryFailure>> {
    const replaced = await this.#follow({ id: question.id }, (actor) =>
      actor.replaceLink(question),
    );
    const unknown = replaced?.ok === false && replaced.failure.code === "order_unknown";
    if (replaced === null || unknown) return failure({ code: "link_unknown" });
    return replaced.ok ? this.findLink({ id: replaced.value }) : replaced;
  }

  async findLink(key: OrderKey): Promise<LinkResult> {
    const value = await this.#follow(key, (actor) => actor.readLink(nameIn(key)));
    return value ? { ok: true, value } : failure({ code: "link_unknown" });
  }

  /** Somebody has the page of the receipt before him. Null: no such receipt. */
  async noteReceiptOpened(key: { readonly receipt: string }): Promise<null> {
    return this.#follow(key, (actor) => actor.noteReceiptOpened());
  }

  /** Null: no such order. */
  async receiptStatus(key: OrderKey): Promise<ReceiptStatus | null> {
    return this.#follow(key, (actor) => actor.receiptStatus());
  }

  async sendReceipt(
    key: OrderKey,
    request: ReceiptRequest,
  ): Promise<Result<ReceiptStatus, ReceiptFailure>> {
    const sent = await this.#follow(key, (actor) => actor.sendReceipt(request));
    return sent ?? failure({ code: "order_unknown" });
  }

  async #control(
    key: OrderKey,
    call: (actor: OrderActorRpc) => Promise<Reading<Result<null, LinkFailure>>>,
  ): Promise<LinkResult> {
    const done = await this.#follow(key, call);
    if (done === null) return failure({ code: "link_unknown" });
    return done.ok ? this.findLink(key) : done;
  }

  /** Asks the actor that the key names, and from an alias its home. */
  async #follow<T>(
    key: OrderKey,
    ask: (actor: OrderActorRpc) => Promise<Reading<T>>,
  ): Promise<T | null> {
    let name = await this.#nameOf(key);
    for (let step = 0; name !== null && step < LONGEST_CHAIN; step += 1) {
      const reading = await ask(this.#actor(name));
      switch (reading.kind) {
        case "found":
          return reading.value;
        case "absent":
          return null;
        case "alias":
          name = reading.home;
      }
    }
    return null;
  }

  async #nameOf(key: OrderKey): Promise<string | null> {
    if ("token" in key) return this.#nameOfToken(key.token);
    if ("receipt" in key) return this.#nameOfReceipt(key.receipt);
    if ("id" in key) return isOrderId(key.id) || isLinkId(key.id) ? key.id : null;
    if (!isReference(key.reference)) return null;
    const name = referenceActor(key.reference);
    const reading = await this.#actor(name).read();
    return reading.kind === "absent" ? this.#findByReference(key.reference) : name;
  }

  async #nameOfToken(text: string): Promise<string | null> {
    const token = parseToken(text);
    if (!token) return null;
    const name = referenceActor(token.reference);
    return (await this.#actor(name).holdsToken(token.secret, "link")) ? name : null;
  }

  async #nameOfReceipt(text: string): Promise<string | null> {
    const token = parseReceiptToken(text);
    if (!token) return null;
    const holds = await this.#actor(token.actor).holdsToken(token.secret, "receipt");
    return holds ? token.actor : null;
  }

  #actor(name: string): OrderActorRpc {
    return orderActor(this.#env, name);
  }
}

/** How the key calls one of an order's links, where it does. */
function nameIn(key: OrderKey): string {
  if ("id" in key) return key.id;
  return "reference" in key ? key.reference : "";
}
