// Orders by what a person has in hand: ids through the keys that the ledger has anyway, everything else through
// `lookups`, and each found order's own row.
//
// A thing that thousands of orders share (a transfer's UTR, the test card with the usual amount) must not read
// thousands of rows, so of each term only so many are looked at: those with the greatest names. The gateway's
// order ids begin with the time, so these are the newest orders, and links without an order come after them.
// What is found is then shown by the time of creation, newest first.

import { isLinkId } from "../domain/ids";
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

/** A part of an alias, and an alias of what became one itself, belong to the home that it leads to. */
const homeOf = (name: string): string =>
  `coalesce((SELECT aliases.home FROM aliases WHERE alias = ${name}), ${name})`;

/** ?1: an id or a reference, exactly as it is written. ?2: how many orders of it are looked at. */
const NAMED = `
  SELECT kind, ${homeOf("named.home")} AS home FROM (
    SELECT 'id' AS kind, id AS home FROM orders WHERE id = ?1
    UNION ALL SELECT 'id', home FROM aliases WHERE alias = ?1
    UNION ALL SELECT 'payment_id', ${homeOf("payments.home")} FROM payments WHERE id = ?1
    UNION ALL SELECT 'refund_id', ${homeOf("refunds.home")} FROM refunds WHERE id = ?1
    UNION ALL SELECT 'reference', id FROM (
      SELECT id FROM orders WHERE merchant_reference = ?1 ORDER BY seq DESC LIMIT ?2)) AS named`;

/** ?1: the terms as a JSON array. ?2: how many orders of each are looked at. */
const HOMES = `
  SELECT asked.value AS term, (
    SELECT json_group_array(home)
    FROM (SELECT home FROM lookups WHERE term = asked.value ORDER BY home DESC LIMIT ?2)) AS homes
  FROM json_each(?1) AS asked`;

const ORDERS = `
  SELECT orders.id AS id, doc FROM json_each(?1) AS found CROSS JOIN orders ON orders.id = found.value
  ORDER BY seq DESC`;

/** `id`: what was typed, exactly; by it those are found too that an earlier release wrote without terms. */
export async function searchOrders(
  db: D1Database,
  id: string | null,
  terms: readonly string[],
): Promise<Found> {
  const ways = await findWays(db, id, terms);
  // What few orders share comes first, so that what thousands share does not hide it.
  const homes = [...new Set(ways.toSorted(byFewest).flatMap((way) => way.homes))];
  if (homes.length === 0) return { data: [], more: false };
  const { results } = await db
    .prepare(ORDERS)
    .bind(JSON.stringify(homes.slice(0, FOUND_MOST)))
    .all<{ readonly id: string; readonly doc: string }>();
  const data = results.map((row) => ({
    order: orderOf(row.doc),
    found_by: kindsOf(ways, row.id),
  }));
  return { data, more: homes.length > FOUND_MOST };
}

/** One meaning of what was typed, and the homes that it names. */
interface Way {
  readonly kind: TermKind;
  readonly homes: readonly string[];
}

function byFewest(a: Way, b: Way): number {
  return a.homes.length - b.homes.length;
}

function kindsOf(ways: readonly Way[], home: string): readonly TermKind[] {
  const found = ways.filter(({ homes }) => homes.includes(home));
  return [...new Set(found.map(({ kind }) => kind))].toSorted();
}

async function findWays(
  db: D1Database,
  id: string | null,
  terms: readonly string[],
): Promise<readonly Way[]> {
  if (id === null && terms.length === 0) return [];
  const [named, found] = await db.batch([
    db.prepare(NAMED).bind(id, FOUND_MOST + 1),
    db.prepare(HOMES).bind(JSON.stringify(terms), FOUND_MOST + 1),
  ]);
  const ids = (named?.results ?? []) as readonly { readonly kind: string; readonly home: string }[];
  const rows = (found?.results ?? []) as readonly {
    readonly term: string;
    readonly homes: string;
  }[];
  const ofId: TermKind = isLinkId(id) ? "payment_link_id" : "order_id";
  return [
    ...[ofId, "payment_id" as const, "refund_id" as const, "reference" as const].map((kind) => ({
      kind,
      homes: ids
        .filter((one) => one.kind === (kind === ofId ? "id" : kind))
        .map(({ home }) => home),
    })),
    ...rows.flatMap(({ term, homes }) => {
      const kind = kindOf(term);
      return kind === null ? [] : [{ kind, homes: JSON.parse(homes) as readonly string[] }];
    }),
  ];
}
