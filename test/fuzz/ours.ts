// What the inputs are aimed at, and what must be left: orders of ours, as our API shows them and as the
// gateway's own books have them.

import { expect, vi } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { api, createLink, type Made, openHouse, START } from "../actor/house";
import { heldOrder, paidOrder } from "../actor/money";
import { administrator } from "../http/door";
import { ask } from "../sandbox/gateway";
import { knock } from "./knock";

export interface Ours {
  readonly unpaid: Made;
  readonly paid: Made;
  readonly held: Made;
}

async function openOurs(change: Record<string, unknown> = {}): Promise<Ours> {
  await openHouse();
  const ours = {
    unpaid: await createLink(change),
    paid: await paidOrder(change),
    held: await heldOrder(change),
  };
  // All that the gateway can tell is known: from here on an inquiry finds nothing new.
  for (const { link_id } of [ours.unpaid, ours.paid, ours.held]) {
    await api("POST", `/v1/links/${link_id}/refresh`);
  }
  return ours;
}

/** What of an order is money and its meaning. */
export function moneyIn(order: OrderView): string {
  const { stage, status, amount, amount_due, authorized, captured, refunded } = order;
  const amounts = { amount, amount_due, authorized, captured, refunded };
  return `${stage} ${status} ${Object.entries(amounts)
    .map(([name, is]) => `${name} ${is === null ? "?" : is.value}`)
    .join(" ")}`;
}

/** The same as text, order by order. */
export async function moneyOfAll(ours: Ours): Promise<string> {
  const shown = await Promise.all([ours.unpaid, ours.paid, ours.held].map(show));
  return shown.map(moneyIn).join("; ");
}

async function show({ link_id }: Made): Promise<OrderView> {
  const answered = await knock(`/v1/orders/${link_id}`, { headers: administrator });
  expect(answered.status).toBe(200);
  return JSON.parse(answered.text) as OrderView;
}

export interface Watched extends Ours {
  /** None of these orders means anything else than before, here and in the gateway's books. */
  readonly expectUntouched: () => Promise<void>;
}

/** Opened once for a file's doors. */
export function watched(change: Record<string, unknown> = {}): () => Promise<Watched> {
  let made: Promise<Watched> | null = null;
  const make = async (): Promise<Watched> => {
    const ours = await openOurs(change);
    vi.setSystemTime(START + 60_000);
    const before = await moneyOfAll(ours);
    const ids = [ours.unpaid, ours.paid, ours.held].map(({ order_id }) => order_id);
    const booked = async (): Promise<unknown> => {
      const totals = await gatewayTotals();
      return ids.map((id) => totals[id]);
    };
    const books = await booked();
    return {
      ...ours,
      expectUntouched: async () => {
        expect(await moneyOfAll(ours)).toBe(before);
        expect(await booked()).toEqual(books);
      },
    };
  };
  return () => (made ??= make());
}

interface Books {
  readonly totals: Readonly<Record<string, unknown>>;
  readonly links: readonly unknown[];
}

/** What the gateway has of all orders, by their ids. */
export async function gatewayTotals(): Promise<Books["totals"]> {
  return ((await ask("GET", "/sandbox/books")).body as unknown as Books).totals;
}

/** An order that may be shown at all: whoever told of it, its amounts are amounts (design 3.4). */
export function expectSane(shown: OrderView): void {
  for (const amount of [shown.authorized, shown.captured, shown.refunded, shown.refundable]) {
    if (amount === null) continue;
    expect(Number.isSafeInteger(amount.value)).toBe(true);
    expect(amount.value).toBeGreaterThanOrEqual(0);
  }
  if (shown.captured !== null && shown.refundable !== null) {
    expect(shown.refundable.value).toBeLessThanOrEqual(shown.captured.value);
  }
  if (shown.stage === "paid") expect(shown.verified_by).not.toBeNull();
}
