// What a person writes for other people: a reason, a note. White space around it is not meant.

import * as z from "zod/mini";

/** `longest`: in characters. */
export function writtenText(longest: number) {
  return z
    .string()
    .check(
      z.trim(),
      z.minLength(1, "must not be empty"),
      z.maxLength(longest, `must have at most ${longest} characters`),
    );
}
