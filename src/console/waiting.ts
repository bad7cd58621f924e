// What waits for a person, worst first: GET /v1/attention in the words of the console. Pure: an answer in,
// lines out. Every line is a link to the list that shows what it counts; that of stuck payments ends with those
// that began a moment ago.

import type { Amount } from "../domain/money";
import type { AttentionView } from "../http/attention-json";
import { consoleAddress } from "./addresses";

/** now: money is lost or stuck until somebody acts. today: look at it. going: nothing is wrong yet. */
export type Urgency = "now" | "today" | "going";

export interface Waiting {
  readonly urgency: Urgency;
  /** "3 holds end within 6 hours": the number stands before it. */
  readonly label: string;
  readonly count: number;
  /** There are more than `count`. */
  readonly more: boolean;
  readonly amount: Amount | null;
  readonly oldest: string | null;
  /** What happens, or happened, at `oldest`. */
  readonly oldest_is: "since" | "ends";
  readonly href: string;
}

interface Counted {
  readonly count: number;
  readonly more: boolean;
  readonly amount?: Amount;
  readonly oldest: { readonly at: string | null } | null;
  readonly href: string;
}

/** What is looked after, for the sentence that says where all is well. */
const AREAS = [
  "held money",
  "payments on their way",
  "refunds",
  "commands",
  "discrepancies",
  "deliveries",
  "notifications",
  "webhooks",
] as const;
export type Area = (typeof AREAS)[number];

type Line = readonly [area: Area, urgency: Urgency, one: string, many: string, Counted];

export interface AllWaiting {
  /** Only what is there, worst first. */
  readonly lines: readonly Waiting[];
  /** Areas in which nothing waits. */
  readonly clear: readonly Area[];
}

export function waitingOf(attention: AttentionView): AllWaiting {
  const all = linesOf(attention);
  const lines = all
    .filter(([, , , , counted]) => counted.count > 0)
    .toSorted(([, a], [, b]) => URGENCIES.indexOf(a) - URGENCIES.indexOf(b))
    .map(lineOf);
  const busy = new Set(all.flatMap(([area, , , , { count }]) => (count > 0 ? [area] : [])));
  const unsure = attention.messages.refused === null ? new Set<Area>(["webhooks"]) : null;
  const clear = AREAS.filter((area) => !busy.has(area) && unsure?.has(area) !== true);
  return { lines, clear };
}

export const URGENCIES: readonly Urgency[] = ["now", "today", "going"];

/** Within one urgency the worse stands first. */
function linesOf({
  uncaptured,
  stuck,
  fulfillment,
  refunds,
  orders,
  discrepancies,
  notifications,
  messages,
}: AttentionView): readonly Line[] {
  const held = "held money";
  const wrong = "discrepancies";
  const hold = (urgency: Urgency, words: string, counted: Counted): Line => [
    held,
    urgency,
    `hold ${words}`,
    `holds ${words}`,
    counted,
  ];
  const ending = (words: string): readonly [string, string] => [
    `hold ends within ${words}`,
    `holds end within ${words}`,
  ];
  const code = (name: string): Counted => orders[name] ?? NONE;
  return [
    hold("now", "past the deadline", uncaptured.lapsed),
    [held, "now", ...ending("6 hours"), uncaptured.under_6h],
    [
      wrong,
      "now",
      "discrepancy that loses money",
      "discrepancies that lose money",
      discrepancies.loss,
    ],
    [
      "commands",
      "now",
      "order waits for your decision",
      "orders wait for your decision",
      code("needs_decision"),
    ],
    ["refunds", "now", "refund without an end", "refunds without an end", refunds.without_end],
    [
      "notifications",
      "now",
      "notification was given up",
      "notifications were given up",
      notifications.dead,
    ],
    [
      "webhooks",
      "now",
      "webhook refused in the last day",
      "webhooks refused in the last day",
      messages.refused ?? NONE,
    ],
    [held, "today", ...ending("24 hours"), uncaptured.under_24h],
    hold("today", "without a known deadline", uncaptured.unknown),
    ["payments on their way", "today", "payment is stuck", "payments are stuck", stuck],
    [
      wrong,
      "today",
      "discrepancy that may lose money",
      "discrepancies that may lose money",
      discrepancies.risk,
    ],
    [
      "payments on their way",
      "today",
      "order was perhaps paid twice",
      "orders were perhaps paid twice",
      code("paid_twice_possible"),
    ],
    [
      "payments on their way",
      "today",
      "order was overpaid",
      "orders were overpaid",
      code("overpaid"),
    ],
    [
      "payments on their way",
      "today",
      "link ended with a part of its money",
      "links ended with a part of their money",
      code("expired_part_paid"),
    ],
    [
      "deliveries",
      "today",
      "delivery was begun and not ended",
      "deliveries were begun and not ended",
      code("claim_over"),
    ],
    [
      "deliveries",
      "today",
      "receipt could not be sent",
      "receipts could not be sent",
      code("receipt_not_sent"),
    ],
    [
      "webhooks",
      "today",
      "webhook of the last week belongs to no order",
      "webhooks of the last week belong to no order",
      messages.unrouted,
    ],
    [
      "webhooks",
      "today",
      "webhook could not be read yet",
      "webhooks could not be read yet",
      messages.waiting,
    ],
    [
      "notifications",
      "today",
      "notification is held back",
      "notifications are held back",
      notifications.paused,
    ],
    [held, "going", ...ending("48 hours"), uncaptured.under_48h],
    hold("going", "with more time", uncaptured.later),
    ["deliveries", "going", "order to fulfill", "orders to fulfill", fulfillment],
    [
      "refunds",
      "going",
      "order with a refund on its way",
      "orders with a refund on its way",
      refunds.open,
    ],
    [
      "notifications",
      "going",
      "notification is tried again",
      "notifications are tried again",
      notifications.retrying,
    ],
    [
      wrong,
      "going",
      "discrepancy worth knowing",
      "discrepancies worth knowing",
      discrepancies.note,
    ],
    ...unnamed(orders),
  ];
}

/** Codes that are counted elsewhere: by the time that is left, and as notifications. */
const ELSEWHERE = ["capture_due", "capture_urgent", "notification_dead"];
const NAMED = [
  "needs_decision",
  "paid_twice_possible",
  "overpaid",
  "expired_part_paid",
  "claim_over",
  "receipt_not_sent",
];

/** Of another release: nobody here knows what it is called. */
function unnamed(orders: AttentionView["orders"]): readonly Line[] {
  return Object.entries(orders).flatMap(([code, counted]) =>
    NAMED.includes(code) || ELSEWHERE.includes(code)
      ? []
      : [["commands", "today", "order to look at", "orders to look at", counted] satisfies Line],
  );
}

const NONE: Counted = { count: 0, more: false, oldest: null, href: "/v1/orders" };

function lineOf([area, urgency, one, many, counted]: Line): Waiting {
  const { count, more, amount, oldest, href } = counted;
  return {
    urgency,
    label: count === 1 && !more ? one : many,
    count,
    more,
    amount: amount === undefined || amount.value === 0 ? null : amount,
    oldest: oldest?.at ?? null,
    oldest_is: area === "held money" ? "ends" : "since",
    href: consoleAddress(href),
  };
}
