// What the histories of one run came to, counted by name: steps, deeds and answers, and each kind of trouble
// as it was planted and as it struck. A run in which nothing happened proves nothing.

const counts = new Map<string, number>();

export function count(name: string, times = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + times);
}

export function tallyOf(name: string): number {
  return counts.get(name) ?? 0;
}

export function allTallies(): { readonly [name: string]: number } {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
