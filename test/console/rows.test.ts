// With a hundred thousand orders every page reads at most four times the rows that it shows. A new list is one
// line in the table; what shows figures instead of rows says how many rows it may read.

import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderView } from "../../src/domain/order-view";
import { closeHouse, openHouse, START } from "../actor/house";
import { countingVisitor, type Measured, nextOf } from "./counted-visit";
import { seedMany } from "./many";
import { LISTS } from "./pages";

const ORDERS = 100_000;

let look: (path: string) => Promise<Measured>;
let took_ms: number;

beforeAll(async () => {
  took_ms = await seedMany({ orders: ORDERS, newest: START });
  await openHouse();
  look = await countingVisitor();
}, 300_000);
afterAll(closeHouse);

test("the many orders are there, and are what orders are", async () => {
  const counted = await env.DB.prepare(
    "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM orders",
  ).first();
  expect(counted).toEqual({ n: ORDERS, ids: ORDERS });
  const newest = await env.DB.prepare(
    "SELECT doc FROM orders ORDER BY seq DESC LIMIT 1",
  ).first<string>("doc");
  const order = JSON.parse(newest ?? "") as OrderView;
  expect(order.created_at).toBe(new Date(START).toISOString());
  expect(order.payments[0]?.id).toContain(order.id);
  const parts = await env.DB.prepare("SELECT count(*) AS n FROM payments").first<number>("n");
  expect(parts).toBeGreaterThan(ORDERS * 0.9);
  expect(took_ms).toBeGreaterThan(0);
});

describe("a page of many", () => {
  test.each(LISTS)("$path reads little", async ({ path, reads, empty }) => {
    const first = await look(path);
    const next = nextOf(first.html);
    for (const page of [first, ...(next === null ? [] : [await look(next)])]) {
      expect(page.status).toBe(200);
      if (reads === undefined && empty !== true) expect(page.rows_shown).toBeGreaterThan(0);
      if (reads === undefined) expect(page.rows_shown).toBeLessThanOrEqual(50);
      expect(page.rows_read).toBeLessThanOrEqual(reads ?? 4 * page.rows_shown);
    }
  });
});
