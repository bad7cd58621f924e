// What the month says against what was put into it: no more, no less.

import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { api, order } from "../actor/house";
import { type Found, listAll, type MonthSize, playMonth, type Trouble } from "./month";

/** A month of this seed, read and held against the gateway's own books. */
export async function expectTheMonth(seed: number, size: MonthSize): Promise<void> {
  const month = await playMonth(seed, size);
  expect(month.figures).toMatchObject({ orders: size.days * size.orders });

  const found = await listAll<Found>("/v1/discrepancies?state=open&limit=200");
  const planted = month.trouble.filter(({ type }) => type !== "missed");
  expect(found.map(named).toSorted(byText)).toEqual(planted.map(plantedName).toSorted(byText));

  const missed = month.trouble.flatMap(({ type, order_id }) =>
    type === "missed" && order_id !== null ? [order_id] : [],
  );
  expect(missed.length).toBeGreaterThan(0);
  expect(await adopted()).toEqual([...missed].toSorted(byText));

  const all = await listAll<Found & { closed_at: string | null }>(
    "/v1/discrepancies?state=all&limit=200",
  );
  for (const row of all) if (row.closed_at !== null) await expectToHaveBeenTrue(row);

  await expectEqualSides(month);
}

/** What has closed by itself was so when it was opened: some settlements of the month are late. */
async function expectToHaveBeenTrue({ type, home, subject, first_seen_at }: Found): Promise<void> {
  expect(type).toBe("settlement_missing");
  const { settlement } = await order(home);
  const line = settlement?.lines.find(({ transaction_id }) => transaction_id === subject);
  expect(line?.settled_at?.localeCompare(first_seen_at)).toBe(1);
}

/** Type, whose it is and how much: what tells one trouble from another. */
function named({ type, home, amount }: Found): string {
  return `${type} of ${home.replace(/^settlement:/, "")}: ${amount}`;
}

/** One of an order is the order's, unless nobody knows the order; one of a transfer the transfer's. */
function plantedName({ type, order_id, utr, amount }: Trouble): string {
  const ofTransfer = TRANSFER_TYPES.includes(type);
  return `${type} of ${ofTransfer ? utr : order_id}: ${amount}`;
}

const TRANSFER_TYPES = ["fee_unexplained", "total_differs", "loan_recovery", "unknown_payment"];

async function adopted(): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(
    "SELECT order_id FROM orders WHERE origin = 'settlement' ORDER BY order_id",
  ).all<{ order_id: string }>();
  return results.map(({ order_id }) => order_id);
}

interface Reconciliation {
  readonly collected: { readonly value: number };
  readonly rows: readonly {
    readonly name: string;
    readonly amount: { readonly value: number } | null;
  }[];
}

async function expectEqualSides(month: {
  readonly from: string;
  readonly to: string;
  readonly figures: { readonly [name: string]: number };
}): Promise<void> {
  for (const by of ["payment_date", "settlement_date"]) {
    const path = `/v1/reconciliation?from=${month.from}&to=2031-01-15&by=${by}`;
    const { status, body } = await api<Reconciliation>("GET", path);
    expect(status).toBe(200);
    const rows = new Map(body.rows.map(({ name, amount }) => [name, amount?.value ?? 0]));
    expect([...rows.values()].reduce((a, b) => a + b, 0)).toBe(body.collected.value);
    if (by === "payment_date") {
      expect(body.collected.value).toBe(month.figures["collected"]);
      expect(rows.get("refunded")).toBe(month.figures["refunded"]);
    } else {
      expect(rows.get("settled")).toBe(month.figures["settled"]);
      expect(rows.get("taxes")).toBe(month.figures["taxes"]);
    }
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
