// A small gateway: one link, its orders, their payments and refunds, moved by steps. It keeps its
// own books, so a test can ask "what is true?" without asking the code under test. After each step
// the whole of it is a scene; scenes are cut into messages (messages.ts).

import * as fc from "fast-check";
import type { Capture, PaymentFields } from "../../src/domain/observation";
import { inr } from "../../src/domain/money";
import {
  type EntityKind,
  type LinkStatus,
  type OrderStatus,
  type PaymentStatus,
  rankOf,
  type RefundStatus,
} from "../../src/domain/status";

/** Nanoseconds of the gateway's clock. */
type Moment = bigint;

interface Thing<S extends string> {
  readonly id: string;
  readonly status: S;
  readonly created: Moment;
  readonly updated: Moment;
}

export interface ModelLink extends Thing<LinkStatus> {
  /** What the link itself says is still due; it stands still once the link is closed. */
  readonly due: number;
}

export interface ModelOrder extends Thing<OrderStatus> {
  readonly amount: number;
}

export interface ModelPayment extends Thing<PaymentStatus> {
  readonly order_id: string;
  /** What the order asked for with this payment, and what it took (an instant discount takes less). */
  readonly asked: number;
  readonly amount: number;
  readonly foreign: boolean;
  readonly captures: readonly Capture[];
  readonly rrn: string;
}

export interface ModelRefund extends Thing<RefundStatus> {
  readonly order_id: string;
  readonly amount: number;
}

export interface Terms {
  readonly amount: number;
  readonly pre_auth: boolean;
  /** In how many parts the customer pays, and where the gateway keeps them. */
  readonly parts: 1 | 2 | 3;
  readonly parts_live: "in one order" | "in orders of their own";
  /** Whether an order's own time moves when one of its refunds does. */
  readonly refund_touches_order: boolean;
}

/** The gateway at one moment. */
export interface Scene {
  readonly now: Moment;
  readonly terms: Terms;
  readonly link: ModelLink;
  readonly orders: readonly ModelOrder[];
  readonly payments: readonly ModelPayment[];
  readonly refunds: readonly ModelRefund[];
  /** Once the whole amount was taken or the order was paid, true for ever. */
  readonly was_full: boolean;
}

export interface Step {
  /** Which of the moves that are possible now. */
  readonly choice: number;
  /** Time since the step before, in units of 10^-3, 10^-6 or 10^-9 seconds; often none at all. */
  readonly ticks: number;
  readonly digits: 3 | 6 | 9;
  /** 0 < share ≤ 1: how much is captured or refunded, how large a discount is. */
  readonly share: number;
}

type Move = (scene: Scene, share: number) => Scene | null;

/** Each move is what the gateway or the customer may do now, or null. */
const MOVES = {
  open: (scene) => (scene.link.status === "CREATED" ? withLink(scene, "CLICKED") : null),

  pay: (scene) => {
    if (!isOpen(scene) || pendingPayment(scene)) return null;
    const ready = currentOrder(scene).status === "FAILED" || isPartOrderPaid(scene);
    const next = ready ? withNewOrder(scene) : scene;
    const order = currentOrder(next);
    if (!["CREATED", "PENDING", "ATTEMPTED"].includes(order.status)) return null;
    const started = withOrder(withLinkStarted(next), order.id, "PENDING");
    return withPayment(started, order, partOf(scene));
  },

  decline: (scene) => endPending(scene, "FAILED", "ATTEMPTED"),
  giveUp: (scene) => endPending(scene, "FAILED", "FAILED"),
  succeed: (scene) => takePending(scene, {}),
  succeedWithDiscount: (scene, share) =>
    scene.terms.parts > 1 || scene.terms.pre_auth ? null : takePending(scene, { discount: share }),
  succeedInDollars: (scene) => takePending(scene, { foreign: true }),

  lateSuccess: (scene) => {
    const failed = scene.payments.at(-1);
    const over = ["FAILED", "ATTEMPTED"].includes(currentOrder(scene).status);
    if (failed?.status !== "FAILED" || !over || scene.terms.pre_auth) return null;
    return failed.order_id === currentOrder(scene).id ? take(scene, failed, {}) : null;
  },

  capture: (scene, share) => {
    const held = scene.payments.find((payment) => payment.status === "AUTHORIZED");
    if (!held) return null;
    const amount = Math.max(1, Math.round(held.amount * share));
    const capture = { merchant_capture_reference: `cap-${held.id}`, amount: inr(amount) };
    const status = amount < held.amount ? "PARTIALLY_CAPTURED" : "PROCESSED";
    const taken = changePayment(scene, held.id, { status: "PROCESSED", captures: [capture] });
    return { ...withOrder(taken, held.order_id, status), was_full: true };
  },

  release: (scene) => {
    const held = scene.payments.find((payment) => payment.status === "AUTHORIZED");
    if (!held) return null;
    return withOrder(
      changePayment(scene, held.id, { status: "CANCELLED" }),
      held.order_id,
      "CANCELLED",
    );
  },

  askRefund: (scene, share) => {
    const order = scene.orders.find((one) => refundableOf(scene, one.id) > 0);
    if (!order || isPartlyPaidOrder(order)) return null;
    const amount = Math.max(1, Math.round(refundableOf(scene, order.id) * share));
    return withRefund(scene, order.id, amount);
  },
  askRefundOfNewest: (scene, share) => {
    const order = scene.orders.findLast((one) => refundableOf(scene, one.id) > 0);
    if (!order || isPartlyPaidOrder(order)) return null;
    const amount = Math.max(1, Math.round(refundableOf(scene, order.id) * share));
    return withRefund(scene, order.id, amount);
  },
  refundDone: (scene) => endRefund(scene, "PROCESSED"),
  refundFails: (scene) => endRefund(scene, "FAILED"),

  cancelLink: (scene) =>
    ["CREATED", "CLICKED"].includes(scene.link.status) ? withLink(scene, "CANCELLED") : null,
  expireLink: (scene) => (isOpen(scene) ? withLink(scene, "EXPIRED") : null),
} satisfies { readonly [name: string]: Move };

/** A link freshly made, with the order that it names. */
export function firstScene(terms: Terms): Scene {
  const now = BigInt(Date.parse("2026-03-01T10:00:00Z")) * 1_000_000n;
  const link: ModelLink = {
    id: "pl-v1-260301100000-aa-Kw3RtZ",
    status: "CREATED",
    due: terms.amount,
    created: now,
    updated: now,
  };
  const bare: Scene = { now, terms, link, orders: [], payments: [], refunds: [], was_full: false };
  return withNewOrder(bare);
}

/** All scenes of a history, the first one included. It ends early where nothing more can happen. */
export function play(terms: Terms, steps: readonly Step[]): readonly [Scene, ...Scene[]] {
  const scenes: [Scene, ...Scene[]] = [firstScene(terms)];
  let scene = scenes[0];
  for (const step of steps) {
    const possible = CHANCES.filter((name) => attempt(MOVES[name], scene, step) !== null);
    const chosen = possible[step.choice % possible.length];
    const next = chosen && attempt(MOVES[chosen], scene, step);
    if (!next) break;
    scene = next;
    scenes.push(scene);
  }
  return scenes;
}

/**
 * Two states of one thing at the very same moment can be told apart only if the later one ranks
 * higher; nobody could order them otherwise, so the gateway's clock moves on between such two.
 */
function attempt(act: Move, scene: Scene, step: Step): Scene | null {
  const unit = 10n ** BigInt(9 - step.digits);
  const soon = act({ ...scene, now: scene.now + BigInt(step.ticks) * unit }, step.share);
  if (soon === null || isOrderly(scene, soon)) return soon;
  return act({ ...scene, now: scene.now + unit }, step.share);
}

function isOrderly(before: Scene, after: Scene): boolean {
  const kinds: readonly (readonly [
    EntityKind,
    readonly Thing<string>[],
    readonly Thing<string>[],
  ])[] = [
    ["link", [before.link], [after.link]],
    ["order", before.orders, after.orders],
    ["payment", before.payments, after.payments],
    ["refund", before.refunds, after.refunds],
  ];
  return kinds.every(([kind, olds, news]) =>
    news.every((thing) => {
      const old = olds.find((one) => one.id === thing.id);
      if (!old || old === thing || newestOf(before, old) < newestOf(after, thing)) return true;
      return rankOf(kind, thing.status) > rankOf(kind, old.status);
    }),
  );
}

/** The newest time in the snapshot of a thing: an order's holds its payments and refunds. */
function newestOf(scene: Scene, thing: Thing<string>): Moment {
  const inside = [...scene.payments, ...scene.refunds].filter((one) => one.order_id === thing.id);
  return [thing, ...inside].reduce((best, one) => (one.updated > best ? one.updated : best), 0n);
}

export function currentOrder(scene: Scene): ModelOrder {
  const order = scene.orders.at(-1);
  if (!order) throw new Error("a scene has an order");
  return order;
}

export function capturedOf(scene: Scene, orderId?: string): number {
  return total(
    scene.payments
      .filter((payment) => payment.status === "PROCESSED")
      .filter((payment) => orderId === undefined || payment.order_id === orderId)
      .map((payment) => payment.captures[0]?.amount.value ?? payment.amount),
  );
}

export function refundedOf(
  scene: Scene,
  statuses: readonly RefundStatus[],
  orderId?: string,
): number {
  return total(
    scene.refunds
      .filter((refund) => statuses.includes(refund.status))
      .filter((refund) => orderId === undefined || refund.order_id === orderId)
      .map((refund) => refund.amount),
  );
}

export function heldOf(scene: Scene): number {
  return total(scene.payments.filter((p) => p.status === "AUTHORIZED").map((p) => p.amount));
}

function refundableOf(scene: Scene, orderId: string): number {
  const spoken = refundedOf(scene, ["CREATED", "PENDING", "PROCESSED"], orderId);
  return capturedOf(scene, orderId) - spoken;
}

function total(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function isOpen(scene: Scene): boolean {
  return !["PROCESSED", "EXPIRED", "CANCELLED"].includes(scene.link.status);
}

function pendingPayment(scene: Scene): ModelPayment | undefined {
  return scene.payments.find((payment) => payment.status === "PENDING");
}

/** A first part in the one order: the order stays PENDING, and nothing can be refunded yet. */
function isPartlyPaidOrder(order: ModelOrder): boolean {
  return ["PENDING", "ATTEMPTED", "CREATED", "FAILED"].includes(order.status);
}

function isPartOrderPaid(scene: Scene): boolean {
  const paid = ["PROCESSED", "PARTIALLY_REFUNDED", "FULLY_REFUNDED"].includes(
    currentOrder(scene).status,
  );
  return paid && scene.terms.parts > 1 && scene.terms.parts_live === "in orders of their own";
}

function takenParts(scene: Scene): number {
  return total(scene.payments.filter((p) => p.status === "PROCESSED").map((p) => p.asked));
}

/** The amount of the next part; the last one takes what is left. */
function partOf(scene: Scene): number {
  const { amount, parts } = scene.terms;
  const left = amount - takenParts(scene);
  return parts === 1 ? amount : Math.min(left, Math.ceil(amount / parts));
}

function withLink(scene: Scene, status: LinkStatus, due: number = scene.link.due): Scene {
  return { ...scene, link: { ...scene.link, status, due, updated: scene.now } };
}

/** A link that took a part stays PARTIAL_PROCESSED while the next part is under way. */
function withLinkStarted(scene: Scene): Scene {
  const started = ["PAYMENT_INITIATED", "PARTIAL_PROCESSED"].includes(scene.link.status);
  return started ? scene : withLink(scene, "PAYMENT_INITIATED");
}

function withNewOrder(scene: Scene): Scene {
  const own = scene.terms.parts > 1 && scene.terms.parts_live === "in orders of their own";
  const order: ModelOrder = {
    id: `v1-2603011000${10 + scene.orders.length}-aa-Qm7BxC`,
    status: "CREATED",
    amount: own ? partOf(scene) : scene.terms.amount,
    created: scene.now,
    updated: scene.now,
  };
  return { ...scene, orders: [...scene.orders, order] };
}

function withOrder(scene: Scene, id: string, status: OrderStatus): Scene {
  const change = (order: ModelOrder): ModelOrder =>
    order.id === id && order.status !== status ? { ...order, status, updated: scene.now } : order;
  return { ...scene, orders: scene.orders.map(change) };
}

function withPayment(scene: Scene, order: ModelOrder, amount: number): Scene {
  const payment: ModelPayment = {
    id: `${order.id}-cc-${scene.payments.length + 1}`,
    order_id: order.id,
    status: "PENDING",
    asked: amount,
    amount,
    foreign: false,
    captures: [],
    rrn: "",
    created: scene.now,
    updated: scene.now,
  };
  return { ...scene, payments: [...scene.payments, payment] };
}

function changePayment(scene: Scene, id: string, change: Partial<ModelPayment>): Scene {
  const payments = scene.payments.map((payment) =>
    payment.id === id ? { ...payment, ...change, updated: scene.now } : payment,
  );
  return { ...scene, payments };
}

function endPending(scene: Scene, status: PaymentStatus, ofOrder: OrderStatus): Scene | null {
  const pending = pendingPayment(scene);
  if (!pending) return null;
  return withOrder(changePayment(scene, pending.id, { status }), pending.order_id, ofOrder);
}

type Taking = { readonly discount?: number; readonly foreign?: boolean };

function takePending(scene: Scene, taking: Taking): Scene | null {
  const pending = pendingPayment(scene);
  return pending ? take(scene, pending, taking) : null;
}

function take(scene: Scene, payment: ModelPayment, taking: Taking): Scene {
  const status = scene.terms.pre_auth ? "AUTHORIZED" : "PROCESSED";
  const discount = Math.round(payment.amount * 0.5 * (taking.discount ?? 0));
  const taken = changePayment(scene, payment.id, {
    status,
    amount: payment.amount - discount,
    foreign: taking.foreign ?? false,
    rrn: `rrn-${payment.id}`,
  });
  const whole = takenParts(taken) >= scene.terms.amount || scene.terms.pre_auth;
  const shared = scene.terms.parts > 1 && scene.terms.parts_live === "in one order";
  const paid = shared && !whole ? taken : withOrder(taken, payment.order_id, status);
  const due = whole ? 0 : scene.terms.amount - takenParts(taken);
  const linkStatus = whole ? "PROCESSED" : "PARTIAL_PROCESSED";
  const linked = isOpen(scene) ? withLink(paid, linkStatus, due) : paid;
  return { ...linked, was_full: scene.was_full || (whole && !scene.terms.pre_auth) };
}

function withRefund(scene: Scene, orderId: string, amount: number): Scene {
  const refund: ModelRefund = {
    id: `v1-2603012000${10 + scene.refunds.length}-aa-Rn5VyS`,
    order_id: orderId,
    status: "PENDING",
    amount,
    created: scene.now,
    updated: scene.now,
  };
  return { ...scene, refunds: [...scene.refunds, refund] };
}

function endRefund(scene: Scene, status: "PROCESSED" | "FAILED"): Scene | null {
  const pending = scene.refunds.find((refund) => refund.status === "PENDING");
  if (!pending) return null;
  const refunds = scene.refunds.map((refund) =>
    refund === pending ? { ...refund, status, updated: scene.now } : refund,
  );
  const next = { ...scene, refunds };
  if (status === "FAILED") return next;
  const left =
    capturedOf(next, pending.order_id) - refundedOf(next, ["PROCESSED"], pending.order_id);
  const ofOrder = left === 0 ? "FULLY_REFUNDED" : "PARTIALLY_REFUNDED";
  return scene.terms.refund_touches_order
    ? withOrder(next, pending.order_id, ofOrder)
    : withOrderUntouched(next, pending.order_id, ofOrder);
}

/** A documented sample: the order's status follows its refund, its own `updated_at` does not. */
function withOrderUntouched(scene: Scene, id: string, status: OrderStatus): Scene {
  const orders = scene.orders.map((order) => (order.id === id ? { ...order, status } : order));
  return { ...scene, orders };
}

/** Text of a moment as the gateway writes it: with three, six or nine digits, whatever is enough. */
export function textOf(moment: Moment): string {
  const seconds = new Date(Number(moment / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
  const fraction = (moment % 1_000_000_000n).toString().padStart(9, "0");
  const digits = fraction.endsWith("000000") ? 3 : fraction.endsWith("000") ? 6 : 9;
  return `${seconds}.${fraction.slice(0, digits)}Z`;
}

/** The amounts of a payment as the gateway tells them: dollars beside the rupees they were. */
export function amountsOf(
  payment: ModelPayment,
): Pick<PaymentFields, "amount"> | Pick<PaymentFields, "amount" | "base_amount"> {
  const rupees = inr(payment.amount);
  if (!payment.foreign) return { amount: rupees };
  return {
    amount: { ...inr(Math.ceil(payment.amount / 80)), currency: "USD" },
    base_amount: rupees,
  };
}

export const terms: fc.Arbitrary<Terms> = fc
  .record({
    amount: fc.integer({ min: 300, max: 100_000 }),
    kind: fc.constantFrom("one payment", "one payment", "pre-authorized", "2 parts", "3 parts"),
    parts_live: fc.constantFrom<Terms["parts_live"]>("in one order", "in orders of their own"),
    refund_touches_order: fc.boolean(),
  })
  .map(({ kind, ...rest }) => ({
    ...rest,
    pre_auth: kind === "pre-authorized",
    parts: kind === "2 parts" ? 2 : kind === "3 parts" ? 3 : 1,
  }));

type MoveName = keyof typeof MOVES;

/** How likely each move is, where it is possible at all. */
const CHANCES: readonly MoveName[] = [
  ...repeat(6, "pay"),
  ...repeat(6, "succeed"),
  ...repeat(2, "open", "succeedWithDiscount", "succeedInDollars", "decline", "lateSuccess"),
  ...repeat(4, "capture", "askRefund", "askRefundOfNewest"),
  ...repeat(8, "refundDone"),
  ...repeat(3, "refundFails"),
  ...repeat(1, "giveUp", "release", "cancelLink", "expireLink"),
];

function repeat(times: number, ...names: readonly MoveName[]): readonly MoveName[] {
  return names.flatMap((name) => Array.from({ length: times }, () => name));
}

const step: fc.Arbitrary<Step> = fc.record({
  choice: fc.nat(999),
  ticks: fc.constantFrom(0, 0, 0, 1, 2, 999),
  digits: fc.constantFrom(3, 6, 9),
  share: fc.constantFrom(0.3, 0.5, 1, 1),
});

/** A history in one line a scene, for the report of a property that fails. */
export function tellStory(scenes: readonly Scene[]): string {
  return scenes
    .map(({ link, orders, payments, refunds }) =>
      [
        `link ${link.status} due ${link.due}`,
        ...orders.map((order) => `order ${order.status} ${order.amount}`),
        ...payments.map(({ status, amount, captures }) =>
          [
            `payment ${status} ${amount}`,
            ...captures.map((c) => `captured ${c.amount.value}`),
          ].join(" "),
        ),
        ...refunds.map((refund) => `refund ${refund.status} ${refund.amount}`),
      ].join(" · "),
    )
    .join("\n");
}

/** A history: its scenes, from a fresh link to wherever the story ends. */
export const history: fc.Arbitrary<readonly [Scene, ...Scene[]]> = fc
  .tuple(terms, fc.array(step, { minLength: 2, maxLength: 16 }))
  .map(([given, steps]) => play(given, steps));
