// With a hundred thousand orders every page reads at most four times the rows that it shows. A new list is one
// line in the table; what shows figures instead of rows says how many rows it may read.

import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createConsole } from "../../src/console/site";
import type { OrderView } from "../../src/domain/order-view";
import { app } from "../../src/http/app";
import { connect } from "../../src/http/connect";
import { closeHouse, openHouse, START } from "../actor/house";
import { countingVisitor, type Measured, nextOf } from "./counted-visit";
import { seedMany } from "./many";
import { LISTS } from "./pages";

const ORDERS = 100_000;

/** A list that is empty costs a look or two all the same. */
const NONE = 2;

/** What has no list: forms and their questions, figures of a few days, states of what there is one of. */
const NO_LISTS: readonly string[] = [
  "/console/discrepancies/resolve",
  "/console/sign-in",
  "/console/links/new",
  "/console/links/track",
  "/console/settings",
  "/console/settings/health",
  "/console/settings/keys/new",
  "/console/settings/money",
  "/console/settings/people/invite",
  "/console/settings/you",
  "/console/settlements/refresh",
  "/console/uncaptured/capture",
];

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
  test.each(LISTS)("$path reads little", async ({ path, also = 0, most = 50, status = 200 }) => {
    const first = await look(path);
    const next = nextOf(first.html);
    for (const page of next === null ? [first] : [first, await look(next)]) {
      expect(page.status).toBe(status);
      expect(page.rows_shown).toBeLessThanOrEqual(most);
      expect(page.rows_read).toBeLessThanOrEqual(also + 4 * page.rows_shown + NONE);
    }
  });

  test("is in the table, whatever lists there are", () => {
    const addresses = createConsole(app, connect)
      .routes.filter(({ method, path }) => method === "GET" && !/[:.]/.test(path))
      .map(({ path }) => path);
    const listed = new Set(LISTS.map(({ path }) => path.replace(/\?.*/, "")));
    const missing = addresses.filter((path) => !listed.has(path) && !NO_LISTS.includes(path));
    expect(missing).toEqual([]);
    expect(NO_LISTS.filter((path) => !addresses.includes(path))).toEqual([]);
  });
});

test("who looks for one order finds it among all", async () => {
  const { status } = await look(`/console/orders?q=shop-s00x${ORDERS - 1_000}`);
  expect(status).toBe(303);
});
