// The page's surroundings for components: who looks, from which zone, and when. One context instead of the same
// five arguments through every component. Pages are rendered at once, never asynchronously.

import { createContext, useContext } from "hono/jsx";
import type { Scope } from "../domain/scopes";
import type { Here } from "./door";

export const HereContext = createContext<Here | null>(null);

export function useHere(): Here {
  const here = useContext(HereContext);
  if (here === null) throw new Error("a part of a page outside of a page");
  return here;
}

/** Whether who looks may do this; what they may not, they are not shown a button for. */
export function useMay(scope: Scope): boolean {
  return useHere().scopes.has(scope);
}
