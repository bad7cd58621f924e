// Makes a history that breaks a law shorter: whatever can be left out of it is left out, big pieces first, as long
// as it still breaks one. What is left is named by numbers, so that one command lives through it again.

import type { History, Step } from "./history";

/** The acts and troubles of a history are numbered from its first step to its last. */
export function thingsIn({ steps }: History): readonly number[] {
  const count = steps.reduce((sum, { acts, troubles }) => sum + acts.length + troubles.length, 0);
  return Array.from({ length: count }, (_, n) => n);
}

/** The history with these things alone; where nothing is left of a step, its time passes all the same. */
export function only(history: History, kept: readonly number[]): History {
  let n = 0;
  const isKept = (): boolean => {
    n += 1;
    return kept.includes(n - 1);
  };
  const steps = history.steps.map(({ acts, troubles, seconds }): Step => ({
    troubles: troubles.filter(isKept),
    acts: acts.filter(isKept),
    seconds,
  }));
  const last = steps.findLastIndex(({ acts, troubles }) => acts.length + troubles.length > 0);
  return { ...history, steps: steps.slice(0, last + 1) };
}

/**
 * Zeller's delta debugging, without its complements. `isBroken` lives through what is left, and says null when no
 * more may be tried.
 */
export async function shorten(
  history: History,
  isBroken: (shorter: History) => Promise<boolean | null>,
): Promise<readonly number[]> {
  let kept = thingsIn(history);
  // What came after the law was broken is left out as the end of a list is: from behind.
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let end = kept.length; end > 0; end -= size) {
      const fewer = [...kept.slice(0, Math.max(0, end - size)), ...kept.slice(end)];
      const broken = await isBroken(only(history, fewer));
      if (broken === null) return kept;
      if (broken) kept = fewer;
    }
  }
  return kept;
}

/** As `0-3,7`. */
export function formatThings(numbers: readonly number[]): string {
  const begins = numbers.filter((n) => !numbers.includes(n - 1));
  const ends = numbers.filter((n) => !numbers.includes(n + 1));
  return begins.map((from, i) => (from === ends[i] ? `${from}` : `${from}-${ends[i]}`)).join(",");
}

export function parseThings(text: string): readonly number[] {
  return text.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
}
