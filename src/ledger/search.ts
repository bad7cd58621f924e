// Orders by what a person has in hand: through `lookups`, and each found order's own row.
//
// A thing that thousands of orders share (a transfer's UTR, the test card with the usual amount) must not read
// thousands of rows, so of each term only so many are looked at: those with the greatest names. The gateway's
// order ids begin with the time, so these are the newest orders, and links without an order come after them.
// What is found is then shown by the time of creation, newest first.

import type { OrderView } from "../domain/order-view";
import { kindOf, type TermKind } from "../domain/search-terms";
import { orderOf } from "./order-doc";

export const FOUND_MOST = 50;

export interface FoundOrder {
  readonly order: OrderView;
  readonly found_by: readonly TermKind[];
}

export interface Found {
  readonly data: readonly FoundOrder[];
  /** There are others that are not shown. */
  readonly more: boolean;
}

/** ?1: the terms as a JSON array. ?2: how many orders of each are looked at. */
const HOMES = `
  SELECT asked.value AS term, (
    SELECT json_group_array(home)
    FROM (SELECT home FROM lookups WHERE term = asked.value ORDER BY home DESC LIMIT ?2)) AS homes
  FROM json_each(?1) AS asked`;

const ORDERS = `
  SELECT orders.id AS id, doc FROM json_each(?1) AS found CROSS JOIN orders ON orders.id = found.value
  ORDER BY seq DESC`;

export async function searchOrders(db: D1Database, terms: readonly string[]): Promise<Found> {
  if (terms.length === 0) return { data: [], more: false };
  const kinds = await findHomes(db, terms);
  if (kinds.size === 0) return { data: [], more: false };
  const homes = [...kinds.keys()].toSorted().toReversed();
  const { results } = await db
    .prepare(ORDERS)
    .bind(JSON.stringify(homes.slice(0, FOUND_MOST)))
    .all<{ readonly id: string; readonly doc: string }>();
  const data = results.map(({ id, doc }) => ({
    order: orderOf(doc),
    found_by: (kinds.get(id) ?? []).toSorted(),
  }));
  return { data, more: homes.length > FOUND_MOST };
}

/** The homes of these terms, each with what it was found by. */
async function findHomes(
  db: D1Database,
  terms: readonly string[],
): Promise<ReadonlyMap<string, readonly TermKind[]>> {
  const { results } = await db
    .prepare(HOMES)
    .bind(JSON.stringify(terms), FOUND_MOST + 1)
    .all<{ readonly term: string; readonly homes: string }>();
  const found = new Map<string, readonly TermKind[]>();
  for (const { term, homes } of results) {
    const kind = kindOf(term);
    for (const home of JSON.parse(homes) as readonly string[]) {
      const known = found.get(home) ?? [];
      if (kind !== null && !known.includes(kind)) found.set(home, [...known, kind]);
    }
  }
  return found;
}
