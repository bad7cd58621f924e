// The bodies of the doors about delivery: a claim, its end, and a step that somebody says is done.

import * as z from "zod";
import { LEASE_MAX, LEASE_MIN } from "../domain/handling";
import { SECOND } from "../domain/schedule";

const NOTE_MAX = 500;

/** No control or formatting characters: it stands in sentences of the timeline. */
const by = z
  .string()
  .trim()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u, "must be 1 to 100 printable characters");

const LEASE_RULE = `must be ${LEASE_MIN / SECOND} to ${LEASE_MAX / SECOND} seconds`;

export const claimSchema = z.strictObject({
  by,
  lease_seconds: z
    .int(LEASE_RULE)
    .min(LEASE_MIN / SECOND, LEASE_RULE)
    .max(LEASE_MAX / SECOND, LEASE_RULE),
});

const note = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(NOTE_MAX, `must have at most ${NOTE_MAX} characters`);

export const fulfillmentSchema = z.strictObject({
  claim_id: z.string().min(1).max(100),
  state: z.enum(["done", "released"], "must be done or released"),
  note: note.optional(),
});

export const tickSchema = z.strictObject({ note: note.optional() });
