// Orders by an open step of their checklist. `orders.needs` has a bit for each open step, and its index has
// the orders of one combination together, each by the time of creation. So a list by one step is merged
// from the combinations that have its bit: each gives its next order, the nearest of these is shown, and
// its combination gives the one after it. One statement does it, as a walk whose queue is kept in order.
// It reads three rows for each order that it shows, and three for each combination: a dozen in practice,
// 127 at most. What a person should look at (`orders.attention`) is listed in the same way.

import { STEPS, type StepName } from "../domain/checklist";

/** The step's bit in `orders.needs`, as `openSteps` sets it. */
export function bitOf(step: StepName): number {
  return 1 << STEPS.indexOf(step);
}

export interface CombinationWalk {
  readonly newest_first: boolean;
  /** The order before the first one: its `seq`, where it is bound. */
  readonly start: string;
  /** What else is asked of an order, in terms of the columns of `orders`. */
  readonly conditions: readonly string[];
  /** How many orders, where it is bound. */
  readonly limit: string;
}

/** `bit`: that of the step, where it is bound: "?1". */
export function needsWalk(walk: CombinationWalk & { readonly bit: string }): string {
  const { bit } = walk;
  // The smallest combination that there is from `least` on; one without the bit says from where to look on.
  const from = (least: string): string =>
    `(SELECT min(needs) FROM orders INDEXED BY orders_needs WHERE needs <> 0 AND needs >= ${least})`;
  const onwards = `CASE WHEN mask & ${bit} THEN mask + 1 ELSE (mask / ${bit} + 1) * ${bit} END`;
  return merged(walk, {
    first: from(bit),
    onwards: from(onwards),
    has: `mask & ${bit}`,
    rows: "INDEXED BY orders_needs WHERE needs <> 0 AND needs",
  });
}

/** The same by a code of attention, bound between spaces; null: by any. */
export function attentionWalk(walk: CombinationWalk & { readonly code: string | null }): string {
  const { code } = walk;
  const least = (beyond: string): string =>
    `(SELECT min(attention) FROM orders INDEXED BY orders_attention WHERE attention IS NOT NULL${beyond})`;
  return merged(walk, {
    first: least(""),
    onwards: least(" AND attention > mask"),
    has: code === null ? "mask IS NOT NULL" : `instr(mask, ${code}) > 0`,
    rows: "INDEXED BY orders_attention WHERE attention IS NOT NULL AND attention",
  });
}

/** SQL over the last `mask`: the first combination, the one after it, and whether it is looked for. */
interface Combinations {
  readonly first: string;
  readonly onwards: string;
  readonly has: string;
  /** The index, up to the column that is the combination. */
  readonly rows: string;
}

/** From `step_orders (place)`: the `seq` of each order, null behind the last one. For a WITH RECURSIVE. */
function merged(walk: CombinationWalk, { first, onwards, has, rows }: Combinations): string {
  const { newest_first, start, conditions, limit } = walk;
  const [beyond, direction] = newest_first ? ["<", "DESC"] : [">", "ASC"];
  const next = (mask: string, after: string): string => `(
    SELECT seq FROM orders ${rows} = ${mask}
      ${[`AND seq ${beyond} ${after}`, ...conditions].join(" AND ")}
    ORDER BY seq ${direction} LIMIT 1)`;
  return `step_masks (mask) AS (
      SELECT ${first}
      UNION ALL SELECT ${onwards} FROM step_masks WHERE mask IS NOT NULL
    ),
    step_orders (place, mask) AS (
      SELECT ${next("step_masks.mask", start)}, mask FROM step_masks WHERE ${has}
      UNION ALL
      SELECT ${next("step_orders.mask", "step_orders.place")}, mask
      FROM step_orders WHERE place IS NOT NULL
      ORDER BY 1 ${direction} NULLS LAST LIMIT ${limit}
    )`;
}
