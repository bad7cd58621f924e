// Orders by a code of attention, merged from the combinations of codes that there are as those by an open step
// are from theirs (needs.ts): also where a receiver that is away makes every order one to look at, a page reads
// three rows for each that it shows and two for each combination.

import type { NeedsWalk } from "./needs";

export interface AttentionWalk extends Omit<NeedsWalk, "bit"> {
  /** The code between spaces, where it is bound; null: any. */
  readonly code: string | null;
}

/** From `step_orders (place)`, as `needsWalk`. */
export function attentionWalk(walk: AttentionWalk): string {
  const { code, newest_first, start, conditions, limit } = walk;
  const [beyond, direction] = newest_first ? ["<", "DESC"] : [">", "ASC"];
  const indexed = "FROM orders INDEXED BY orders_attention WHERE attention IS NOT NULL";
  const next = (word: string, after: string): string => `(
    SELECT seq ${[indexed, `attention = ${word}`, `seq ${beyond} ${after}`, ...conditions].join(" AND ")}
    ORDER BY seq ${direction} LIMIT 1)`;
  const asked = code === null ? "" : ` AND instr(words.word, ${code}) > 0`;
  return `words (word) AS (
      SELECT (SELECT min(attention) ${indexed})
      UNION ALL SELECT (SELECT min(attention) ${indexed} AND attention > word)
      FROM words WHERE word IS NOT NULL
    ),
    step_orders (place, word) AS (
      SELECT ${next("words.word", start)}, word FROM words WHERE words.word IS NOT NULL${asked}
      UNION ALL
      SELECT ${next("step_orders.word", "step_orders.place")}, word
      FROM step_orders WHERE place IS NOT NULL
      ORDER BY 1 ${direction} NULLS LAST LIMIT ${limit}
    )`;
}
