// What a request for a new key may say, and what the switch is told.

import * as z from "zod/mini";
import type { NewKey } from "../domain/access-key";
import { SCOPES } from "../domain/scopes";
import type { Milliseconds } from "../domain/time";

/** Paisa: of one refund, and of all of a day, up to ten crore rupees. */
const most = z.int().check(z.minimum(100), z.maximum(10_000_000_000));

const refundLimit = z
  .strictObject({ per_refund: z.optional(most), per_day: z.optional(most) })
  .check(
    z.refine((limit) => Object.keys(limit).length > 0, "must have per_refund, per_day or both"),
  );

const moment = z.pipe(z.iso.datetime({ offset: true }), z.transform(Date.parse));

export const keySchema = z
  .strictObject({
    name: z
      .string()
      .check(
        z.regex(
          /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,48}[A-Za-z0-9])?$/,
          "must have 1 to 50 letters, digits, spaces and . _ - and begin and end with a letter or digit",
        ),
      ),
    scopes: z.array(z.enum(SCOPES)).check(
      z.minLength(1, "must name at least one scope"),
      z.maxLength(SCOPES.length),
      z.refine((scopes) => new Set(scopes).size === scopes.length, "must name each scope once"),
    ),
    expires_at: z.optional(z.nullable(moment)),
    refund_limit: z.optional(z.nullable(refundLimit)),
  })
  .check(
    z.superRefine(({ scopes, refund_limit }, context) => {
      if (!refund_limit) return;
      const refuse = (message: string): void => {
        context.addIssue({ code: "custom", path: ["refund_limit"], message });
      };
      if (!scopes.includes("refund")) refuse("is for keys with the scope refund");
      // It could make itself a key without limits.
      if (scopes.includes("admin")) refuse("can not bind a key with the scope admin");
    }),
  );

export function newKeyOf(body: z.infer<typeof keySchema>): NewKey {
  const { name, scopes, expires_at = null, refund_limit } = body;
  const limit = refund_limit && {
    per_refund: refund_limit.per_refund ?? null,
    per_day: refund_limit.per_day ?? null,
  };
  return { name, scopes, expires_at, refund_limit: limit ?? null };
}

/** Null: it is in the past, and the key would never open. */
export function isInTime({ expires_at }: NewKey, now: Milliseconds): boolean {
  return expires_at === null || expires_at > now;
}

export const switchSchema = z.strictObject({
  reason: z.string().check(z.trim(), z.minLength(3), z.maxLength(500)),
});
