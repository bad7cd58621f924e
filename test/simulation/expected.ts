// What must have happened in a run of many histories, and how often at least: a run in which nothing happened
// proves nothing.

import { tallyOf } from "./tally";
import { KINDS } from "./trouble";

/** Of a hundred histories at least so many. */
const EXPECTED: Readonly<Record<string, number>> = {
  histories: 100,
  ...Object.fromEntries(KINDS.map((kind) => [`planted: ${kind}`, 5])),
};

/** What should have happened in so many histories, and did not, or too seldom. */
export function missing(histories: number): readonly string[] {
  // A few histories are for a look, and show what they show.
  if (histories < 50) return [];
  return Object.entries(EXPECTED).flatMap(([name, often]) => {
    const least = Math.ceil((often * histories) / 100);
    const times = tallyOf(name);
    return times >= least ? [] : [`${name}: ${times} of at least ${least}`];
  });
}
