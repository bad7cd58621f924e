// The row of one order in D1, and the statements that bring it to a projection's version. They are
// made so that nothing is written twice and no index is touched that does not change: D1 charges
// each index named in an UPDATE, whether or not its value changes.

import { openSteps } from "../domain/checklist";
import { shortened } from "../domain/order-short";
import type { OrderView } from "../domain/order-view";
import { termsOf } from "../domain/search-terms";
import { type Milliseconds, millisecondsOf } from "../domain/time";
import { handOverLookups, writeLookups } from "./lookups";
import { SEQ_PER_MILLISECOND } from "./seq";

/** What the statements need of a projection. */
export interface OrderProjection {
  readonly home: string;
  readonly version: number;
  readonly order: OrderView;
  readonly next_inquiry_at: Milliseconds | null;
  readonly wake_at: Milliseconds | null;
  /** Actors that have handed over to this home. */
  readonly aliases: readonly string[];
}

type Value = string | number | null;
type Columns = { readonly [column: string]: Value };

/**
 * The columns by how seldom they change, each group with the indexes that it costs. An order whose
 * stage stays does not pay for the index of stages.
 */
function groupsOf(projection: OrderProjection, terms: string): readonly [Columns, ...Columns[]] {
  const { order } = projection;
  return [
    {
      created_at: Date.parse(order.created_at),
      merchant_reference: order.merchant_reference,
    },
    { stage: order.stage },
    { status: order.status, link_status: order.link?.status ?? null },
    { attention: attentionOf(order) },
    { needs: openSteps(order.checklist) },
    { updated_at: Date.parse(order.updated_at) },
    {
      order_id: order.order_id,
      payment_link_id: order.link?.payment_link_id ?? null,
      origin: order.origin,
      verified_by: order.verified_by,
      currency: order.authorized.currency,
      amount: order.amount?.value ?? null,
      amount_due: order.amount_due?.value ?? null,
      authorized: order.authorized.value,
      captured: order.captured?.value ?? null,
      refunded: order.refunded?.value ?? null,
      refundable: order.refundable.value,
      next_inquiry_at: projection.next_inquiry_at,
      wake_at: projection.wake_at,
      forgotten_at: millisecondsOf(order.forgotten_at),
      terms,
      doc: docOf(order),
    },
  ];
}

/** Of a row's 2 MB; the other columns are short. */
const DOC_CHARACTERS = 1_500_000;

/** Whole, unless no row could hold it: about 3,000 payments, refunds and settlement lines. */
function docOf(order: OrderView): string {
  const whole = JSON.stringify(order);
  return whole.length <= DOC_CHARACTERS ? whole : JSON.stringify(shortened(order));
}

/** Codes between spaces, so that one is found by itself and not as a part of another. */
function attentionOf({ attention }: OrderView): string | null {
  return attention.length === 0 ? null : ` ${attention.join(" ")} `;
}

/**
 * Insert, then one UPDATE per group, the dearest first: after the one that finds something to do,
 * the row has this version and these values, and the others find nothing. None touches a newer
 * row; none brings back what has become an alias. A home without a row takes over that of an
 * alias (the link's, made before its order): cheaper than a new one, and its place in lists stays.
 */
export function writeOrder(
  db: D1Database,
  projection: OrderProjection,
): readonly D1PreparedStatement[] {
  const terms = JSON.stringify(termsOf(projection.order, [projection.home, ...projection.aliases]));
  const groups = groupsOf(projection, terms);
  const values = Object.assign({}, ...groups) as Columns;
  const names = Object.keys(values);
  const bound = [projection.home, projection.version, ...Object.values(values)];
  const place = (name: string): string => `?${names.indexOf(name) + 3}`;
  const differs = (columns: Columns): string =>
    Object.keys(columns)
      .map((name) => `${name} IS NOT ${place(name)}`)
      .join(" OR ");
  const set = (columns: readonly Columns[]): string =>
    columns
      .flatMap((group) => Object.keys(group))
      .map((name) => `${name} = ${place(name)}`)
      .join(", ");
  const seq = nextSeq(place("created_at"));
  const [stable, ...others] = groups;

  const aliases = JSON.stringify(projection.aliases);
  const takeOver = `UPDATE orders SET id = ?1, version = ?2, ${set(others)}
    WHERE seq = (SELECT min(seq) FROM orders
        WHERE id IN (SELECT value FROM json_each(?${bound.length + 1})))
      AND NOT EXISTS (SELECT 1 FROM orders WHERE id = ?1)
      AND NOT EXISTS (SELECT 1 FROM aliases WHERE alias = ?1)`;
  const insert = `INSERT INTO orders (seq, id, version, ${names.join(", ")})
    SELECT ${seq}, ?1, ?2, ${names.map(place).join(", ")}
    WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE alias = ?1)
    ON CONFLICT (id) DO NOTHING`;
  const updates = groups.map((group, index) => {
    const moved =
      group === stable
        ? `seq = CASE WHEN created_at IS ${place("created_at")} THEN seq ELSE ${seq} END, `
        : "";
    const due =
      index === groups.length - 1
        ? `(version < ?2 OR version = ?2 AND (${differs(group)}))`
        : `version <= ?2 AND (${differs(group)})`;
    return `UPDATE orders SET ${moved}version = ?2, ${set(groups.slice(index))}
      WHERE id = ?1 AND ${due}`;
  });
  return [
    ...writeLookups(db, { home: projection.home, version: projection.version, terms }),
    ...(projection.aliases.length > 0
      ? [
          handOverLookups(db, projection.home, aliases),
          db.prepare(takeOver).bind(...bound, aliases),
        ]
      : []),
    ...[insert, ...updates].map((statement) => db.prepare(statement).bind(...bound)),
  ];
}

/**
 * The next free number of the order's millisecond; should a whole millisecond be used up, the
 * next number of all.
 */
function nextSeq(createdAt: string): string {
  const first = `${createdAt} * ${SEQ_PER_MILLISECOND}`;
  const end = `${first} + ${SEQ_PER_MILLISECOND}`;
  const last = `(SELECT max(seq) FROM orders WHERE seq >= ${first} AND seq < ${end})`;
  return `CASE
    WHEN ${last} IS NULL THEN ${first}
    WHEN ${last} < ${end} - 1 THEN ${last} + 1
    ELSE (SELECT max(seq) FROM orders) + 1 END`;
}
