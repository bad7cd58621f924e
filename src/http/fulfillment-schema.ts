// The bodies of the doors about delivery: a claim, its end, and a step that somebody says is done.

import * as z from "zod/mini";
import { LEASE_MAX, LEASE_MIN } from "../domain/handling";
import { SECOND } from "../domain/schedule";
import { writtenText } from "./written-text";

const NOTE_MAX = 500;

/** No control or formatting characters: it stands in sentences of the timeline. */
const by = z
  .string()
  .check(
    z.trim(),
    z.regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u, "must be 1 to 100 printable characters"),
  );

const LEASE_RULE = `must be ${LEASE_MIN / SECOND} to ${LEASE_MAX / SECOND} seconds`;

export const claimSchema = z.strictObject({
  by,
  lease_seconds: z
    .int(LEASE_RULE)
    .check(z.minimum(LEASE_MIN / SECOND, LEASE_RULE), z.maximum(LEASE_MAX / SECOND, LEASE_RULE)),
});

const note = writtenText(NOTE_MAX);

export const fulfillmentSchema = z.strictObject({
  claim_id: z.string().check(z.minLength(1), z.maxLength(100)),
  state: z.enum(["done", "released"], "must be done or released"),
  note: z.optional(note),
});

export const tickSchema = z.strictObject({ note: z.optional(note) });
