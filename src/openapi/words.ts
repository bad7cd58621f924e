// The small words of which answers are made. Each is strict and says its unit: what an answer holds and
// no schema names is a mistake that the tests find.

import * as z from "zod";

/** An ISO 8601 time with a zone, as every answer writes them. */
export const time = z.iso.datetime({ offset: true });

/** A time, or null: nobody has said, or it has not happened. */
export const timeOrNull = time.nullable();

export const textOrNull = z.string().nullable();

export const flagOrNull = z.boolean().nullable();

export const count = z.int().min(0);

/** Whole paisa; negative: taken back. */
export const paisa = z.int().describe("whole paisa; negative: taken back");

export const amount = z
  .strictObject({
    value: z.int().describe("whole paisa, or the minor unit of another currency"),
    currency: z.string().describe("INR, or another ISO 4217 code"),
  })
  .meta({
    id: "Amount",
    description: "Money in whole paisa. Where an amount is null nobody has told us: it is not 0.",
  });

export const amountOrNull = amount.nullable();

/** Any JSON: what somebody else's system said, shown as it came. */
export const anyJson = z.unknown().describe("any JSON value, as it came");

/** A list page by page, or a short list whole (its `next_cursor` is always null). */
export function pageOf<T extends z.ZodType>(id: string, item: T) {
  return z
    .strictObject({
      data: z.array(item),
      next_cursor: textOrNull.describe(
        "for `cursor`, to get the next page; null: this is the last",
      ),
    })
    .meta({ id });
}
