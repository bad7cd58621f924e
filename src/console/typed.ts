// What was typed into a form, and what is wrong with it, field by field.

import { failure, type Result } from "../domain/result";

/** By the name of its field; "" where nothing was typed. */
export type Typed = { readonly [field: string]: string };

/** What is wrong with which field, as sentences. */
export type Faults = { readonly [field: string]: string };

export interface Misread {
  readonly code: "misread";
  readonly faults: Faults;
}

export type Read<T> = Result<T, Misread>;

export function misread(faults: Faults): Result<never, Misread> {
  return failure({ code: "misread", faults });
}
