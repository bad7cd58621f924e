// An honest gateway with two paid orders, for the laws of commands. It does or does not do what it is
// sent, and it answers or not; it refuses nothing for its amount, so only our own rules keep refunds
// within what was captured. It keeps its own books: they say what is true.

import type { Command } from "../../src/domain/command";
import { inr, type Paisa } from "../../src/domain/money";
import { combine, type Observation } from "../../src/domain/observation";
import { MINUTE, SECOND } from "../../src/domain/schedule";
import type { RefundStatus } from "../../src/domain/status";
import type { Milliseconds } from "../../src/domain/time";
import {
  MORNING,
  observe,
  order,
  ORDER,
  payment,
  PAYMENT,
  refund,
  SECOND_ORDER,
  SECOND_PAYMENT,
} from "./words";

export interface Nature {
  /** A second send of a reference is no second refund. */
  readonly is_key: boolean;
  /** Orders list their refunds. */
  readonly lists: boolean;
  /** A refund is found by its reference. */
  readonly finds: boolean;
  /** For so many minutes nobody is shown a new refund. */
  readonly lag: number;
}

export interface Booked {
  readonly id: string;
  readonly reference: string;
  readonly order_id: string;
  readonly value: Paisa;
  readonly status: RefundStatus;
  readonly made_at: Milliseconds;
  readonly changed_at: Milliseconds;
}

export type Books = readonly Booked[];

export const ORDERS = [
  { order_id: ORDER, payment_id: PAYMENT, captured: 4_000 },
  { order_id: SECOND_ORDER, payment_id: SECOND_PAYMENT, captured: 6_000 },
] as const;

/** What the gateway does with one call, and what is heard of it. */
export interface Fate {
  readonly works: boolean;
  readonly heard: "answer" | "silence" | "never left";
}

export type Answer =
  | { readonly kind: "accepted"; readonly observation: Observation; readonly refund_id: string }
  | { readonly kind: "refused" | "duplicate" | "silence" | "unsent" };

/** One send of a refund: the books after it, and the answer that will come. */
export function send(
  books: Books,
  nature: Nature,
  sent: Command,
  fate: Fate,
  now: Milliseconds,
): { readonly books: Books; readonly answer: Answer } {
  if (fate.heard === "never left") return { books, answer: { kind: "unsent" } };
  const known = nature.is_key ? books.find((one) => one.reference === sent.reference) : undefined;
  const fresh: Booked | null =
    known || !fate.works
      ? null
      : {
          id: `v1-260301130000-aa-${String(books.length).padStart(6, "0")}`,
          reference: sent.reference,
          order_id: sent.order_id,
          value: sent.amount.value,
          status: "CREATED",
          made_at: now,
          changed_at: now,
        };
  const after = fresh ? [...books, fresh] : books;
  if (fate.heard === "silence") return { books: after, answer: { kind: "silence" } };
  if (known && !fate.works) return { books, answer: { kind: "duplicate" } };
  const one = known ?? fresh;
  if (!one) return { books, answer: { kind: "refused" } };
  const observation = observe([wordOf(one)]);
  return { books: after, answer: { kind: "accepted", observation, refund_id: one.id } };
}

export function wordOf(booked: Booked): ReturnType<typeof refund> {
  const { id, reference, order_id, value, status, changed_at } = booked;
  const second = Math.floor((changed_at - MORNING) / SECOND);
  return refund(second, { reference, parent_order_id: order_id, amount: inr(value), status }, id);
}

/** Both orders as an inquiry is shown them. */
export function snapshots(books: Books, nature: Nature, now: Milliseconds): Observation {
  return combine(ORDERS.map((one) => snapshot(one, visible(books, nature, now), nature)));
}

/** One reading about a command: its order, and the refund of its reference if there is one. */
export function lookUp(
  books: Books,
  nature: Nature,
  command: Command,
  now: Milliseconds,
): Observation {
  const seen = visible(books, nature, now);
  const ours = seen.filter(({ reference }) => nature.finds && reference === command.reference);
  const orders = ORDERS.filter(({ order_id }) => order_id === command.order_id);
  return combine([
    observe(ours.map((one) => wordOf(one))),
    ...orders.map((one) => snapshot(one, seen, nature)),
  ]);
}

export function visible(books: Books, { lag }: Nature, now: Milliseconds): Books {
  return books.filter(({ made_at }) => now >= made_at + lag * MINUTE);
}

function snapshot(
  { order_id, payment_id, captured }: (typeof ORDERS)[number],
  seen: Books,
  nature: Nature,
): Observation {
  const refunds = seen.filter((one) => one.order_id === order_id);
  const done = refunds.filter(({ status }) => status === "PROCESSED");
  const returned = done.reduce((all, { value }) => all + value, 0);
  const latest = Math.max(MORNING, ...done.map(({ changed_at }) => changed_at));
  const second = Math.floor((latest - MORNING) / SECOND);
  const partly = returned > 0 ? "PARTIALLY_REFUNDED" : "PROCESSED";
  const status = returned >= captured ? "FULLY_REFUNDED" : partly;
  const amount = inr(captured);
  const words = [
    order(second, { status, amount }, order_id),
    payment([0, second], { status: "PROCESSED", amount, order_id }, payment_id),
    ...(nature.lists ? refunds.map((one) => wordOf(one)) : []),
  ];
  return { ...observe(words), refunds_listed: nature.lists ? [order_id] : [] };
}

/** What really went back of an order, or is on its way. */
export function movedOf(books: Books, order_id: string): number {
  const moved = books.filter((one) => one.order_id === order_id && one.status !== "FAILED");
  return moved.reduce((all, { value }) => all + value, 0);
}
