// What the histories of one run came to, counted by name. A run in which nothing happened proves
// nothing, so the test asks whether everything that is meant to happen did, and often enough.

import { FAULTS } from "./money-acts";

const counts = new Map<string, number>();

export function count(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Of a hundred histories at least so many. */
const EXPECTED: Readonly<Record<string, number>> = {
  histories: 100,
  "ended: refund done": 80,
  "ended: refund pending": 3,
  "ended: refund failed": 1,
  "ended: refund refused": 3,
  "ended: capture done": 4,
  "ended: capture refused": 0.5,
  "ended: void done": 4,
  "ended: void refused": 0.1,
  "answer: done": 40,
  "answer: pending": 2,
  "answer: unknown": 60,
  "answer: refused": 1,
  "answer: none": 3,
  "answer: command_in_progress": 5,
  "answer: refund_exceeds_captured": 20,
  "answer: reference_reused": 20,
  "answer: gateway_unavailable": 5,
  "by hand: done": 4,
  "sent again: refund": 15,
  "sent again: capture": 0.5,
  "sent again: void": 0.3,
  "decision: done": 0.1,
  "decision: not_done": 1,
  "decision: send_again": 1,
  "on its way: there, crash": 0.5,
  "on its way: there, too_slow": 0.5,
  "on its way: there, wait": 0.5,
  "on its way: back, crash": 0.5,
  "on its way: back, too_slow": 0.5,
  "on its way: back, wait": 0.5,
  ...Object.fromEntries(FAULTS.map((fault) => [`fault: ${fault}`, 2])),
};

/** What should have happened in so many histories, and did not, or too seldom. */
export function missing(histories: number): readonly string[] {
  // A few histories are for a look, and show what they show.
  if (histories < 200) return [];
  return Object.entries(EXPECTED).flatMap(([name, often]) => {
    const least = Math.ceil((often * histories) / 100);
    const times = counts.get(name) ?? 0;
    return times >= least ? [] : [`${name}: ${times} of at least ${least}`];
  });
}

export function tallyText(): string {
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, n]) => `  ${String(n).padStart(6)}  ${name}`)
    .join("\n");
}
