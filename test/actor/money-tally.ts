// What the histories of one run came to, counted by name: a run in which nothing happened proves
// nothing, so the test looks at these too.

const counts = new Map<string, number>();

export function count(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

export function counted(name: string): number {
  return counts.get(name) ?? 0;
}

export function tallyText(): string {
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, n]) => `  ${String(n).padStart(6)}  ${name}`)
    .join("\n");
}
