// `reminders` in the body of POST /v1/links: ours, never the gateway's. Each names one moment, counted
// from one end of the link's life; one that can not come is refused here rather than forgotten later.

import * as z from "zod/mini";
import { MOST_REMINDERS, momentOf, type ReminderRule } from "../domain/reminders";
import { DAY, MINUTE } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import { LINK_LIMITS } from "../pinelabs/link-request";

const MINUTES_MAX = (LINK_LIMITS.expire_days_max * DAY) / MINUTE;

const minutes = z
  .int("must be a whole number of minutes")
  // Where a number is out of limits nothing is said about its moment.
  .check(
    z.minimum(1, { error: "must be at least 1 minute", abort: true }),
    z.maximum(MINUTES_MAX, { error: `must be at most ${MINUTES_MAX} minutes`, abort: true }),
  );

const ONE_OF = "must have one of before_expiry_minutes, after_creation_minutes";

const reminder = z.pipe(
  z.strictObject({
    before_expiry_minutes: z.optional(minutes),
    after_creation_minutes: z.optional(minutes),
  }),
  z.transform((given, context): ReminderRule => {
    const { before_expiry_minutes: before, after_creation_minutes: after } = given;
    if (before !== undefined && after === undefined) return { before_expiry_minutes: before };
    if (after !== undefined && before === undefined) return { after_creation_minutes: after };
    context.issues.push({ code: "custom", input: given, message: ONE_OF });
    return z.NEVER;
  }),
);

export const remindersSchema = z
  .array(reminder)
  .check(z.maxLength(MOST_REMINDERS, `must have at most ${MOST_REMINDERS} reminders`));

/** What is wrong with them in this link, each with its place in the body. */
export function reminderFaults(
  rules: readonly ReminderRule[],
  now: Milliseconds,
  expire_by: Milliseconds | null,
): readonly { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    const key = JSON.stringify(rule);
    const message = seen.has(key) ? "is there twice" : faultOf(rule, now, expire_by);
    seen.add(key);
    return message === null ? [] : [{ path: ["reminders", index], message }];
  });
}

function faultOf(
  rule: ReminderRule,
  now: Milliseconds,
  expire_by: Milliseconds | null,
): string | null {
  const at = momentOf(rule, now, expire_by);
  if (at === null) return "counts from expire_by, which is not given";
  if (at <= now) return "would be in the past: the link ends sooner than that";
  if (expire_by !== null && at >= expire_by) return "would come after the end of the link";
  return null;
}
