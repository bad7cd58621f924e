// Every known bug that the simulation must catch; see mutants/mutant.ts for what one is.

import { DELIVERY_MUTANTS } from "./mutants/delivery.ts";
import { FACT_MUTANTS } from "./mutants/facts.ts";
import { MESSAGE_MUTANTS } from "./mutants/messages.ts";
import { MONEY_MUTANTS } from "./mutants/money.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { WORK_MUTANTS } from "./mutants/work.ts";

export const MUTANTS: readonly Mutant[] = [
  ...MESSAGE_MUTANTS,
  ...FACT_MUTANTS,
  ...MONEY_MUTANTS,
  ...WORK_MUTANTS,
  ...DELIVERY_MUTANTS,
];

/** Throws for a name that is nobody's: a typing error must not pass for a bug that was not caught. */
export function getMutant(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined) throw new Error(`There is no mutant ${name}.`);
  return found;
}
