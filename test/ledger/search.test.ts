// The search: by any of its terms an order is found, and what thousands share reads no thousands of rows.

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { idAsked, termsAsked } from "../../src/domain/search-terms";
import { SEQ_PER_MILLISECOND } from "../../src/ledger/seq";
import { FOUND_MOST, searchOrders } from "../../src/ledger/search";
import { counting } from "./counting";
import { NOW } from "./sample";

const ORDERS = 20_000;

/** Each with an e-mail address, a phone and a reference of its own; all of one transfer. */
const ORDER_ROWS = `
  WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
  INSERT INTO orders (seq, id, version, stage, origin, currency, authorized, refundable, created_at, updated_at, doc)
  SELECT (?2 + n) * ${SEQ_PER_MILLISECOND}, printf('v1-%06d', n), 1, 'paid', 'webhook', 'INR', 0, 0, ?2 + n, ?2 + n,
    json_object('id', printf('v1-%06d', n))
  FROM numbers`;

const LOOKUP_ROWS = `
  INSERT INTO lookups (term, home)
  SELECT kind.value || ':' || CASE kind.value
      WHEN 'utr' THEN 'utr20310101' WHEN 'phone' THEN printf('9%09d', substr(orders.id, 4)) ELSE 'x' || substr(orders.id, 4) END, orders.id
  FROM orders, json_each('["utr", "phone", "reference"]') AS kind`;

beforeAll(async () => {
  await env.DB.prepare(ORDER_ROWS).bind(ORDERS, NOW).run();
  await env.DB.prepare(LOOKUP_ROWS).run();
});

async function search(typed: string) {
  const { db, tally } = counting(env.DB);
  const found = await searchOrders(db, idAsked(typed), termsAsked(typed));
  return { ...found, ids: found.data.map(({ order }) => order.id), rows_read: tally.rows_read };
}

describe("among twenty thousand orders", () => {
  test.each([
    ["a phone", "+91 90000 00042", "v1-000042", ["phone"]],
    ["a reference", "X019999", "v1-019999", ["reference"]],
  ])("%s finds the one that has it, for a handful of rows", async (_, typed, id, by) => {
    const found = await search(typed);
    expect(found.ids).toEqual([id]);
    expect(found.data[0]?.found_by).toEqual(by);
    expect(found.more).toBe(false);
    expect(found.rows_read).toBeLessThanOrEqual(30);
  });

  test("what all of them share shows the newest, says that there are more, and reads few rows", async () => {
    const found = await search("UTR 2031 0101");
    expect(found.ids).toEqual(
      Array.from(
        { length: FOUND_MOST },
        (_, back) => `v1-${String(ORDERS - back).padStart(6, "0")}`,
      ),
    );
    expect(found.more).toBe(true);
    expect(found.rows_read).toBeLessThanOrEqual(4 * FOUND_MOST + 30);
  });

  test("what nobody has reads next to nothing", async () => {
    const found = await search("nobody@example.com");
    expect(found.ids).toEqual([]);
    expect(found.rows_read).toBeLessThanOrEqual(30);
  });

  test("what few orders have is not hidden by what all of them share", async () => {
    await env.DB.prepare(
      "INSERT INTO lookups (term, home) VALUES ('rrn:utr20310101', 'v1-000007')",
    ).run();
    const found = await search("UTR20310101");
    expect(found.ids).toContain("v1-000007");
    expect(found.ids).toHaveLength(FOUND_MOST);
  });
});
