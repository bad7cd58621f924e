/**
 * Every way in which the sandbox can be made to behave differently from a gateway
 * on a good day. `POST /sandbox/faults` merges into these (`webhooks` key by key,
 * `answers` as a whole), `DELETE /sandbox/faults` and `POST /sandbox/reset` put the
 * defaults back. An unknown key is refused, so that a typing error in a test is seen.
 */
import * as z from "zod";

/** The gateway's operations, as faults and request counters name them. */
export const operations = [
  "token",
  "link.create",
  "link.get",
  "link.get_by_reference",
  "link.cancel",
  "link.notify",
  "order.get",
  "order.get_by_reference",
  "order.capture",
  "order.cancel",
  "refund.create",
  "settlement.list",
  "settlement.detail",
  "unknown",
] as const;
export type Operation = (typeof operations)[number];

const answerFault = z.strictObject({
  /** An operation, or "*" for any. */
  operation: z.enum([...operations, "*"]).default("*"),
  /** How many calls it strikes; -1 for all. */
  times: z.int().min(-1).default(1),
  /** The status to answer with; without one the true answer is given (after `delay_ms`). */
  status: z.int().min(200).max(599).optional(),
  retry_after_seconds: z.int().min(0).optional(),
  delay_ms: z.int().min(0).max(600_000).default(0),
  /** Do the work first, then wait and answer `status`: the lost answer. */
  after_work: z.boolean().default(false),
  /** A raw body instead of the gateway's error object, e.g. a proxy's HTML page. */
  body: z.string().optional(),
  /** With a 3xx. */
  location: z.string().optional(),
});
export type AnswerFault = z.infer<typeof answerFault>;

const webhookKnobs = z.strictObject({
  /** Nothing is delivered by the alarm, only by `POST /sandbox/webhooks/deliver`. */
  manual: z.boolean().default(false),
  /** Recorded, never delivered (the log says `dropped`). */
  drop: z.boolean().default(false),
  /** The same, for these event names only. */
  drop_events: z.array(z.string()).default([]),
  delay_ms: z.int().min(0).default(0),
  /** So many further deliveries of the same id after a successful one. */
  repeat: z.int().min(0).max(20).default(0),
  /** Deliver what is due in a random order. */
  reorder: z.boolean().default(false),
  /** `auto` is snake_case, but camelCase for pay-by-points as the gateway does it. */
  casing: z.enum(["auto", "snake", "camel", "mixed"]).default("auto"),
  wrong_signature: z.boolean().default(false),
  /** Moves `webhook-timestamp` away from the real time. */
  timestamp_shift_ms: z.int().default(0),
  /** `auto`: link and order events with the guide contract, order events with the reference. */
  send: z.enum(["auto", "all", "link_only", "order_only"]).default("auto"),
  /** Which object a REFUND_PROCESSED carries; `auto`: the parent for net banking only. */
  refund_object: z.enum(["auto", "refund", "parent"]).default("auto"),
  /** The documented waits (5 s, 5 min … 10 h) times this; 1/60 turns minutes into seconds. */
  retry_scale: z
    .number()
    .min(0)
    .default(1 / 60),
  /** How long the merchant has for its 2xx. */
  deadline_ms: z.int().min(1).default(5000),
});

const knobsSchema = z.strictObject({
  contract: z.enum(["guide", "reference"]).default("guide"),
  /** Moves the clock of the books: expiry, token life, created_at; not webhook-timestamp. */
  clock_shift_ms: z.int().default(0),
  token_expiry: z.enum(["expires_at", "expires_in"]).default("expires_at"),
  token_lifetime_seconds: z.int().min(0).default(3600),
  /** When a token really ends, whatever its answer promised. */
  token_dies_after_seconds: z.int().min(0).nullable().default(null),
  token_wrapped: z.boolean().default(false),
  duplicate_reference: z.enum(["refuse", "return_existing"]).default("refuse"),
  /** `second`: the reference of a refund is not a key at all. */
  duplicate_refund: z.enum(["refuse", "return_existing", "second"]).default("refuse"),
  /** Whether a reminder is sent for a link that is still to be paid. */
  notify: z.enum(["process", "refuse"]).default("process"),
  customer_required: z.boolean().default(true),
  order_at_creation: z.boolean().default(true),
  order_reference: z.enum(["link", "random"]).default("link"),
  second_part: z.enum(["same_order", "new_order"]).default("same_order"),
  /** The order's own status while a part of it is unpaid. */
  part_order_status: z.enum(["PROCESSED", "PENDING"]).default("PROCESSED"),
  link_wrapped: z.boolean().default(false),
  /** GET order answers with the snapshot so many versions back. */
  lag_order_snapshots: z.int().min(0).default(0),
  /** What becomes of a payment in flight when its link expires. */
  expiry_fails_payments: z.boolean().default(true),
  auth_window_days: z.number().min(0).default(7),
  /** `fail`: the request is taken, and order and payment are FAILED by it. */
  captures: z.enum(["process", "fail"]).default("process"),
  refunds: z.enum(["process", "pending", "fail", "refuse"]).default("process"),
  /** A pending refund ends by itself so long after it began; null: when it is told to. */
  refund_ends_after_ms: z.int().min(0).nullable().default(null),
  refund_ends_as: z.enum(["PROCESSED", "FAILED"]).default("PROCESSED"),
  /** Paisa that the refunds of one day of the books (UTC) may come to; null: any sum. */
  refund_limit_per_day: z.int().min(0).nullable().default(null),
  /** `take`: the gateway does not add the refunds of an order up, so that keeping to it is ours. */
  over_refunds: z.enum(["refuse", "take"]).default("refuse"),
  /** Whether the parent's snapshot carries `refunds[]`. */
  refunds_on_parent: z.boolean().default(true),
  /** Whether an order without refunds shows an empty `refunds[]` instead of none. */
  empty_refund_lists: z.boolean().default(false),
  /** The newest so many refunds are missing from the parent's `refunds[]`. */
  refunds_lag: z.int().min(0).default(0),
  /** So many next GETs by the reference of a refund that exists answer 404; -1: all. */
  hide_references: z.int().min(-1).default(0),
  /** Whether the gateway's own account takes the money of payments, so that it settles it. */
  is_aggregator: z.boolean().default(true),
  /** This page of every list and detail of settlements comes empty; null: none does. */
  settlement_empty_page: z.int().min(1).nullable().default(null),
  /** What a detail says of its pages, whatever is true; null: the truth. */
  settlement_total_pages: z.int().min(0).nullable().default(null),
  /** Origin of `payment_link`; another site than the shop's makes the redirect cross-site. */
  checkout_origin: z.url().nullable().default(null),
  webhooks: webhookKnobs.prefault({}),
  answers: z.array(answerFault).default([]),
});
export type Knobs = z.infer<typeof knobsSchema>;

/** The day without trouble, under the contract that the account speaks. */
export function defaultKnobs(contract: string | undefined): Knobs {
  return knobsSchema.parse({ contract: contract || "guide" });
}

/** What an earlier run saved; knobs of another version of the sandbox are forgotten. */
export function readKnobs(saved: unknown, contract: string | undefined): Knobs {
  const read = knobsSchema.safeParse(saved);
  return read.success ? read.data : defaultKnobs(contract);
}

/** Applies a partial change; throws a ZodError that names what it does not understand. */
export function mergeKnobs(current: Knobs, change: unknown): Knobs {
  const patch = z.record(z.string(), z.unknown()).parse(change);
  const webhooks = z.record(z.string(), z.unknown()).parse(patch["webhooks"] ?? {});
  return knobsSchema.parse({
    ...current,
    ...patch,
    webhooks: { ...current.webhooks, ...webhooks },
  });
}
