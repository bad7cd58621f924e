// What the inputs are aimed at, and what must be left: orders of ours, as our API shows them and as the
// gateway's own books have them.

import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { api, createLink, type Made, openHouse, order, START } from "../actor/house";
import { heldOrder, paidOrder } from "../actor/money";
import { ask } from "../sandbox/gateway";

export interface Ours {
  readonly unpaid: Made;
  readonly paid: Made;
  readonly held: Made;
}

/** Opened once for a door: what its inputs do to these orders is nothing. */
export async function openOurs(change: Record<string, unknown> = {}): Promise<Ours> {
  await openHouse();
  const ours = {
    unpaid: await createLink(change),
    paid: await paidOrder(change),
    held: await heldOrder(change),
  };
  // All that the gateway can tell is known: from here on an inquiry finds nothing new.
  for (const { link_id } of Object.values(ours)) await api("POST", `/v1/links/${link_id}/refresh`);
  return ours;
}

/** One at a time, made at the first question. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

/** The clock where the orders were made: tokens and sessions of then are good. */
export function turnBack(): void {
  vi.setSystemTime(START + 60_000);
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
  const orders = [ours.unpaid, ours.paid, ours.held].map(({ link_id }) => order(link_id));
  return (await Promise.all(orders)).map(moneyIn).join("; ");
}

interface Books {
  readonly totals: Readonly<Record<string, unknown>>;
  readonly links: readonly unknown[];
}

/** What the gateway has of all orders. */
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

/** The version in D1 of this order's row, or null. */
export async function projectedVersion(home: string): Promise<number | null> {
  return env.DB.prepare("SELECT version FROM orders WHERE id = ?1").bind(home).first("version");
}
