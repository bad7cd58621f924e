// Cutting a history of the model (gateway-model.ts) into what reaches us: webhooks that tell an
// order, a refund alone or a link without times, and inquiries that tell all of it at once; and the
// ways in which they arrive: in any order, repeated, at one of two actors, or not at all.

import * as fc from "fast-check";
import { inr } from "../../src/domain/money";
import { type AnyWord, combine, type Observation, type Source } from "../../src/domain/observation";
import { type Instant, newest, parseInstant, versionOf } from "../../src/domain/time";
import {
  amountsOf,
  currentOrder,
  type ModelOrder,
  type ModelPayment,
  type ModelRefund,
  type Scene,
  textOf,
} from "./gateway-model";

export interface Message {
  readonly source: Source;
  readonly observation: Observation;
}

/** Everything that the gateway could have told during a history, oldest first. */
export function messagesOf(scenes: readonly Scene[], oddities: boolean): readonly Message[] {
  return scenes.flatMap((scene, index) => [
    ...scene.orders.map((order) => webhook(tellOrder(scene, order))),
    ...scene.refunds.map((refund) => webhook(tellRefundAlone(refund))),
    webhook(tellLinkWithoutTime(scene)),
    ...(index % 2 === 0 ? [inquiryOf(scene)] : []),
    ...(oddities && index % 3 === 1 ? [webhook(tellUnknownStatus(scene))] : []),
  ]);
}

/** The link, and every order that it has ever named. */
export function inquiryOf(scene: Scene): Message {
  const orders = scene.orders.map((order) => tellOrder(scene, order));
  return { source: "inquiry", observation: combine([tellLink(scene), ...orders]) };
}

function webhook(observation: Observation): Message {
  return { source: "webhook", observation };
}

function tellLink(scene: Scene): Observation {
  const { link, terms } = scene;
  const at = read(textOf(link.updated));
  const word: AnyWord = {
    kind: "link",
    id: link.id,
    version: versionOf(at, at),
    fields: {
      status: link.status,
      amount: inr(terms.amount),
      amount_due: inr(link.due),
      reference: "shop-1",
      customer: { email_id: "k@example.com" },
      created_at: textOf(link.created),
      updated_at: textOf(link.updated),
    },
  };
  return { words: [word], orders_named: [currentOrder(scene).id], pre_auth: terms.pre_auth };
}

/** The guide's link event: a status, an amount and the ids, and no time at all. */
function tellLinkWithoutTime(scene: Scene): Observation {
  const { link, terms } = scene;
  const fields = { status: link.status, amount: inr(terms.amount), reference: "shop-1" };
  return {
    words: [{ kind: "link", id: link.id, version: null, fields }],
    orders_named: [currentOrder(scene).id],
  };
}

/** An order with its payments and refunds. Its version is the newest time anywhere inside it. */
function tellOrder(scene: Scene, order: ModelOrder): Observation {
  const payments = scene.payments.filter((payment) => payment.order_id === order.id);
  const refunds = scene.refunds.filter((refund) => refund.order_id === order.id);
  const times = [order, ...payments, ...refunds].map((thing) => read(textOf(thing.updated)));
  const snapshot = newest(times) ?? read(textOf(order.updated));
  const word: AnyWord = {
    kind: "order",
    id: order.id,
    version: versionOf(snapshot, snapshot),
    fields: {
      status: order.status,
      amount: inr(order.amount),
      reference: "shop-1",
      created_at: textOf(order.created),
      updated_at: textOf(order.updated),
    },
  };
  return {
    words: [
      word,
      ...payments.map((payment) => tellPayment(payment, snapshot)),
      ...refunds.map((refund) => tellRefund(refund, snapshot)),
    ],
    orders_named: [],
    pre_auth: scene.terms.pre_auth,
    part_payment: scene.terms.parts > 1,
  };
}

function tellPayment(payment: ModelPayment, snapshot: Instant): AnyWord {
  return {
    kind: "payment",
    id: payment.id,
    version: versionOf(read(textOf(payment.updated)), snapshot),
    fields: {
      order_id: payment.order_id,
      status: payment.status,
      ...amountsOf(payment),
      payment_method: "CARD",
      rrn: payment.rrn,
      captures: payment.captures,
      created_at: textOf(payment.created),
      updated_at: textOf(payment.updated),
    },
  };
}

function tellRefundAlone(refund: ModelRefund): Observation {
  const word = tellRefund(refund, read(textOf(refund.updated)));
  return { words: [word], orders_named: [refund.order_id] };
}

function tellRefund(refund: ModelRefund, snapshot: Instant): AnyWord {
  return {
    kind: "refund",
    id: refund.id,
    version: versionOf(read(textOf(refund.updated)), snapshot),
    fields: {
      parent_order_id: refund.order_id,
      status: refund.status,
      amount: inr(refund.amount),
      reference: `ref-${refund.id}`,
      created_at: textOf(refund.created),
      updated_at: textOf(refund.updated),
    },
  };
}

/** A status that nobody has documented, said at the moment of the scene. */
function tellUnknownStatus(scene: Scene): Observation {
  const order = currentOrder(scene);
  const at = read(textOf(scene.now));
  const fields = { unknown_status: "UNDER_REVIEW" };
  return {
    words: [{ kind: "order", id: order.id, version: versionOf(at, at), fields }],
    orders_named: [],
  };
}

function read(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`unreadable: ${text}`);
  return instant;
}

/** How one message travels. */
export interface Journey {
  readonly priority: number;
  readonly copies: number;
  readonly actor: "home" | "alias";
  readonly lost: boolean;
}

/** More journeys than most histories have messages; a longer one starts again from the first. */
export const journeys: fc.Arbitrary<readonly Journey[]> = fc.noShrink(
  fc.array(
    fc.record({
      priority: fc.nat(1_000),
      copies: fc.constantFrom(1, 1, 2, 3),
      actor: fc.constantFrom("home", "home", "alias"),
      lost: fc.boolean(),
    }),
    { minLength: 40, maxLength: 60 },
  ),
);

export interface Arrival extends Message {
  readonly actor: Journey["actor"];
}

/** The messages as they arrive; repeats of one message come at different moments. */
export function arrivalsOf(
  messages: readonly Message[],
  travelled: readonly Journey[],
  { losing }: { readonly losing: boolean },
): readonly Arrival[] {
  const sent = messages.flatMap((message, index) => {
    const journey = travelled[index % travelled.length];
    if (!journey || (losing && journey.lost)) return [];
    return Array.from({ length: journey.copies }, (_, copy) => ({
      ...message,
      actor: journey.actor,
      at: (journey.priority * (copy * 7 + 1) + index * 13) % 1_009,
    }));
  });
  return sent.toSorted((a, b) => a.at - b.at);
}
