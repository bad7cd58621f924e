// The page's surroundings for components: who looks, from which zone, and when; one place instead of the same
// five arguments through every component. A page becomes text in one go, so what is here is one page's alone.
// (hono's own context would do, and brings the renderer for browsers along: 6 KiB that nobody uses.)

import type { Scope } from "../domain/scopes";
import type { Here } from "./door";

let current: Here | null = null;

/**
 * The text of a part of a page as `here` sees it; null: nobody is signed in. Never asynchronous: components are
 * called in here.
 */
export function renderFor(here: Here | null, part: unknown): string {
  const before = current;
  current = here;
  try {
    return String(part);
  } finally {
    current = before;
  }
}

export function useHere(): Here {
  if (current === null) throw new Error("a part of a page outside of a page");
  return current;
}

/** Whether who looks may do this; what they may not, they are not shown a button for. */
export function useMay(scope: Scope): boolean {
  return useHere().scopes.has(scope);
}
