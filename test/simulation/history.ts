// What can happen to a merchant in some days, as plain values that a seed draws and fast-check makes small:
// who the merchant is, which orders there are, what everybody does at the same moment, and what goes wrong.
// Carried out by town.ts; what must hold is in laws.ts and rest.ts.

import * as fc from "fast-check";
import { type BankAct, bankActs } from "./bank";
import { type ClerkAct, clerkActs } from "./clerk";
import { type Trouble, troubles } from "./trouble";

/** How this merchant's deployment is set. */
export interface Merchant {
  readonly contract: "guide" | "reference";
  readonly fulfill_on: "paid" | "authorized";
  readonly auto_capture: "off" | "before_deadline";
  /** Whether customers get receipts by e-mail, and what the mail service does until the trouble is over. */
  readonly mails: "none" | "taken" | "refused" | "unanswered";
  /** Whether personal data is removed in the end. */
  readonly forgets: boolean;
  /** Whether a system of the merchant's is notified, and whether it is out of order until the trouble is over. */
  readonly notified: boolean;
  readonly receiver: "works" | "is_dead";
  /** A second part of a link is a second order at the gateway. */
  readonly second_part: "same_order" | "new_order";
  /** The gateway does not add up the refunds of an order: law 7 is ours to keep. */
  readonly unchecked: boolean;
  readonly duplicate: "refuse" | "return_existing" | "second";
  /** What the gateway still has to deliver in the end comes late, or never. */
  readonly post: "comes" | "is_lost";
}

/** `stranger`: made in the gateway's dashboard, without a link of ours. */
export type OrderKind = "whole" | "parts" | "held" | "stranger" | "held_stranger";

export interface OrderPlan {
  readonly kind: OrderKind;
  /** Paisa. */
  readonly amount: number;
  /** The customer has paid before the history begins. */
  readonly paid: boolean;
}

export type Size = "all" | "half" | "odd" | "least" | "too_much";

/** `of`: the number of the order. */
export type Act =
  | { readonly who: "customer"; readonly of: number; readonly do: CustomerDeed }
  | { readonly who: "storefront"; readonly of: number; readonly do: StorefrontDeed }
  | {
      readonly who: "operator";
      readonly of: number;
      readonly do: OperatorDeed;
      readonly size: Size;
      readonly ref: number;
    }
  | {
      readonly who: "dashboard";
      readonly of: number;
      readonly do: "refund" | "capture" | "void" | "end_refund" | "fail_refund" | "reverse";
      readonly size: Size;
    }
  | {
      readonly who: "post";
      readonly do: PostDeed;
      readonly most: number;
      readonly times: number;
      readonly key: number;
    }
  | { readonly who: "thief"; readonly of: number; readonly do: ThiefDeed }
  | BankAct
  | ClerkAct
  | { readonly who: "runtime"; readonly do: "ring" | "cron" | "cron_twice" | "crash" | "hour" };

/** Here and below as often as a merchant's day has them, so that most orders come to something. */
export const CUSTOMER_DEEDS = [
  "open",
  "pay",
  "pay",
  "pay",
  "pay",
  "pay",
  "pay",
  "pay",
  "pay_part",
  "pay_emi",
  "pay_part",
  "initiate",
  "fail",
  "fail_for_good",
  "expire",
  "pay_late",
  "return",
  "return",
] as const;
type CustomerDeed = (typeof CUSTOMER_DEEDS)[number];

export const STOREFRONT_DEEDS = [
  "create",
  "look",
  "expect_wrong",
  "claim",
  "claim",
  "claim",
  "claim_twice",
  "deliver",
  "deliver",
  "give_back",
] as const;
type StorefrontDeed = (typeof STOREFRONT_DEEDS)[number];

export const OPERATOR_DEEDS = [
  "refund",
  "refund",
  "refund",
  "refund",
  "refund",
  "capture",
  "capture",
  "refund_unheard",
  "refund_unheard",
  "refund_unsent",
  "refund_late",
  "refund_duplicate",
  "refund_otherwise",
  "capture",
  "capture",
  "void",
  "cancel_link",
  "replace_link",
  "replace_link",
  "refresh",
  "tick",
  "stop_money",
  "resume_money",
  "resume_money",
  "resume_money",
  "track",
  "decide",
  "forget",
] as const;
type OperatorDeed = (typeof OPERATOR_DEEDS)[number];

/** What the gateway itself does and nobody expects. */
export const ODD_POST_DEEDS = ["resent", "id_reused", "foreign", "unknown_word"] as const;

/**
 * `deliver`: some of what is queued, in an order of its own. The others do to a message what a thief or a bad
 * network would: its body is changed, its id is, or it comes an hour late under its old signature. `strange`:
 * the gateway says a word of an order that stands in no table.
 */
export const POST_DEEDS = [
  "deliver",
  "deliver",
  "deliver",
  "deliver",
  "deliver",
  "deliver",
  "deliver",
  "deliver",
  "deliver",
  "corrupt",
  "other_id",
  "stale",
  "again",
  "strange",
  ...ODD_POST_DEEDS,
] as const;
type PostDeed = (typeof POST_DEEDS)[number];

/**
 * Says that an order was paid: by a redirect of the thief's own making, by the genuine one of another order, by a
 * webhook without the secret.
 */
export const THIEF_DEEDS = ["redirect", "redirect_post", "borrowed", "webhook"] as const;
type ThiefDeed = (typeof THIEF_DEEDS)[number];

/** At the same moment; then so many seconds pass, by steps of the clock. */
export interface Step {
  readonly troubles: readonly Trouble[];
  readonly acts: readonly Act[];
  readonly seconds: number;
}

export interface History {
  readonly merchant: Merchant;
  readonly orders: readonly OrderPlan[];
  readonly steps: readonly Step[];
}

const MOST_ORDERS = 4;
const of = fc.nat({ max: MOST_ORDERS - 1 });
const sizes = fc.constantFrom<Size>("all", "half", "half", "odd", "least", "too_much");

const merchant: fc.Arbitrary<Merchant> = fc.record({
  contract: fc.constantFrom("guide", "reference"),
  fulfill_on: fc.constantFrom("paid", "paid", "authorized"),
  auto_capture: fc.constantFrom("off", "before_deadline"),
  mails: fc.constantFrom("none", "taken", "refused", "unanswered"),
  notified: fc.nat({ max: 3 }).map((n) => n > 0),
  receiver: fc.constantFrom("works", "works", "works", "is_dead"),
  forgets: fc.boolean(),
  second_part: fc.constantFrom("same_order", "new_order"),
  unchecked: fc.boolean(),
  duplicate: fc.constantFrom("refuse", "return_existing", "second"),
  post: fc.constantFrom("comes", "is_lost"),
});

const plan: fc.Arbitrary<OrderPlan> = fc.record({
  kind: fc.constantFrom(
    "whole",
    "whole",
    "whole",
    "parts",
    "held",
    "held",
    "stranger",
    "held_stranger",
  ),
  amount: fc.constantFrom(150_000, 100_001, 40_000, 999_900),
  paid: fc.constantFrom(true, true, false),
});

const customer = fc.record({
  who: fc.constant("customer" as const),
  of,
  do: fc.constantFrom(...CUSTOMER_DEEDS),
});
const storefront = fc.record({
  who: fc.constant("storefront" as const),
  of,
  do: fc.constantFrom(...STOREFRONT_DEEDS),
});
const operator = fc.record({
  who: fc.constant("operator" as const),
  of,
  do: fc.constantFrom(...OPERATOR_DEEDS),
  size: sizes,
  ref: fc.nat({ max: 5 }),
});
const dashboard = fc.record({
  who: fc.constant("dashboard" as const),
  of,
  do: fc.constantFrom("refund", "capture", "void", "end_refund", "fail_refund", "reverse"),
  size: sizes,
});
const post = fc.record({
  who: fc.constant("post" as const),
  do: fc.constantFrom(...POST_DEEDS),
  most: fc.integer({ min: 1, max: 12 }),
  times: fc.constantFrom(1, 1, 1, 2, 3),
  key: fc.nat({ max: 9_999 }),
});
const thief = fc.record({
  who: fc.constant("thief" as const),
  of,
  do: fc.constantFrom(...THIEF_DEEDS),
});
const runtime = fc.record({
  who: fc.constant("runtime" as const),
  do: fc.constantFrom("ring", "ring", "cron", "cron_twice", "crash", "hour"),
});

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: customer },
  { weight: 5, arbitrary: storefront },
  { weight: 5, arbitrary: operator },
  { weight: 1, arbitrary: dashboard },
  { weight: 6, arbitrary: post },
  { weight: 1, arbitrary: thief },
  { weight: 2, arbitrary: runtime },
  { weight: 1, arbitrary: bankActs },
  { weight: 1, arbitrary: clerkActs(of, sizes) },
);

const step: fc.Arbitrary<Step> = fc.record({
  troubles: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: fc.array(troubles, { minLength: 1, maxLength: 3 }) },
  ),
  acts: fc.array(acts, { minLength: 1, maxLength: 6, size: "max" }),
  seconds: fc.constantFrom(0, 2, 2, 5, 30, 61, 150, 300, 960, 3_600, 25_200, 86_400),
});

export const histories: fc.Arbitrary<History> = fc.record({
  merchant,
  orders: fc.array(plan, { minLength: 2, maxLength: MOST_ORDERS, size: "max" }),
  steps: fc.array(step, { minLength: 8, maxLength: 24, size: "max" }),
});

/** The merchant and the orders, a line each. */
export function tellWho({ merchant: whose, orders }: History): readonly string[] {
  return [
    Object.entries(whose)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
    ...orders.map(({ kind, amount }, n) => `order ${n}: ${kind}, ${amount} paisa`),
  ];
}

/** A step as whoever reads a history that failed wants it: one line. */
export function tellStep({ troubles: wrong, acts: all, seconds }: Step): string {
  const trouble = wrong.length === 0 ? "" : ` while ${wrong.map(tellTrouble).join(" and ")}`;
  return `${all.map(tellAct).join(" | ") || "nothing"}${trouble}; then ${seconds} s pass`;
}

function tellTrouble({ kind, times, after }: Trouble): string {
  return `${kind} ×${times} after ${after}`;
}

function tellAct(act: Act): string {
  const { who, do: deed, ...rest } = act;
  const more = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return [who, deed, ...more].join(" ");
}
