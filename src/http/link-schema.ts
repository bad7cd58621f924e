// The body of POST /v1/links: every field of the gateway's create request with its documented
// limits (docs/gateway.md 2.2), checked before the gateway sees it, and `fulfill_on`, `auto_capture`,
// `auto_capture_amount` and `reminders`, which are ours.
// In the gateway's words; our callback addresses and our mark are added where the link is made.

import * as z from "zod/mini";
import type { LinkRequest } from "../actor/rpc";
import { isReference } from "../domain/ids";
import { asJsonObject } from "../domain/json";
import { paisa } from "../domain/money";
import { DAY } from "../domain/schedule";
import { type Milliseconds, millisecondsOf, parseInstant } from "../domain/time";
import { LINK_LIMITS, linkRequestBody } from "../pinelabs/link-request";
import {
  account,
  amount,
  anyAmount,
  cart,
  customer,
  flag,
  metadata,
  methods,
  products,
  split,
  text,
} from "./link-parts";
import { reminderFaults, remindersSchema } from "./reminder-schema";

const DESCRIPTION_MAX = 1_000;

const HOLDING_METHODS: readonly string[] = LINK_LIMITS.holding_methods;

/** A page of the merchant's: https, or http on this very machine. */
const returnPage = z
  .string()
  .check(
    z.maxLength(2_000),
    z.refine(isReturnPage, "must be an https address (http only on this machine)"),
  );

function endOfLink(now: Milliseconds) {
  const most = LINK_LIMITS.expire_days_max;
  return z.string().check(
    z.refine((time) => parseInstant(time) !== null, "must be a time such as 2026-03-21T08:29:00Z"),
    z.refine((time) => isBetween(time, now, now + most * DAY), {
      message: `must be in the future, at most ${most} days ahead`,
      when: ({ value }) => parseInstant(value) !== null,
    }),
  );
}

/** Of a link that replaces another only its end may be chosen. */
export function replaceSchema(now: Milliseconds) {
  return z.strictObject({ expire_by: z.optional(endOfLink(now)) });
}

/** `now` decides whether `expire_by` is in the future. */
export function linkSchema(now: Milliseconds) {
  return z
    .strictObject({
      amount,
      merchant_payment_link_reference: z
        .string()
        .check(z.refine(isReference, "must have 1 to 50 of the characters A-Z a-z 0-9 - _")),
      customer,
      description: z.optional(text(DESCRIPTION_MAX)),
      expire_by: z.optional(endOfLink(now)),
      allowed_payment_methods: z.optional(methods),
      pre_auth: z.optional(flag),
      is_mcc_transaction: z.optional(flag),
      part_payment: z.optional(z.boolean("must be true or false")),
      callback_url: z.optional(returnPage),
      failure_callback_url: z.optional(returnPage),
      product_details: z.optional(products),
      cart_coupon_discount_amount: z.optional(anyAmount),
      cart_details: z.optional(cart),
      merchant_metadata: z.optional(metadata),
      split_info: z.optional(split),
      account_details: z.optional(account),
      fulfill_on: z.optional(z.enum(["paid", "authorized"], "must be paid or authorized")),
      auto_capture: z.optional(
        z.enum(["off", "before_deadline"], "must be off or before_deadline"),
      ),
      auto_capture_amount: z.optional(amount),
      reminders: z.optional(remindersSchema),
    })
    .check(
      z.superRefine((link, context) => {
        for (const field of ["auto_capture", "auto_capture_amount"] as const) {
          if (link[field] === undefined || link.pre_auth === true) continue;
          context.addIssue({ code: "custom", path: [field], message: "is only for pre_auth" });
        }
        if ((link.auto_capture_amount?.value ?? 0) <= link.amount.value) return;
        context.addIssue({
          code: "custom",
          path: ["auto_capture_amount", "value"],
          message: "must be at most the link's amount",
        });
      }),
      z.superRefine((link, context) => {
        if (link.pre_auth !== true) return;
        for (const [at, method] of (link.allowed_payment_methods ?? []).entries()) {
          if (HOLDING_METHODS.includes(method)) continue;
          context.addIssue({
            code: "custom",
            path: ["allowed_payment_methods", at],
            message: `can not hold money: with pre_auth only ${HOLDING_METHODS.join(" and ")}`,
          });
        }
      }),
      z.superRefine(({ reminders = [], expire_by }, context) => {
        for (const { path, message } of reminderFaults(reminders, now, millisecondsOf(expire_by))) {
          context.addIssue({ code: "custom", path: [...path], message });
        }
      }),
    );
}

type LinkBody = z.output<ReturnType<typeof linkSchema>>;

/** The checked body as the actor takes it. */
export function linkRequest(link: LinkBody): LinkRequest {
  const { pre_auth, is_mcc_transaction, part_payment, expire_by, ...fields } = link;
  const { fulfill_on, callback_url, failure_callback_url, reminders = [], ...others } = fields;
  const { auto_capture, auto_capture_amount, ...rest } = others;
  const at = millisecondsOf(expire_by);
  return {
    reference: link.merchant_payment_link_reference,
    body: linkRequestBody(asJsonObject(pre_auth === true ? onlyHolding(rest) : rest), {
      ...(pre_auth === undefined ? {} : { pre_auth }),
      ...(is_mcc_transaction === undefined ? {} : { is_mcc_transaction }),
      ...(part_payment === undefined ? {} : { part_payment }),
      ...(at === null ? {} : { expire_by: at }),
    }),
    amount: link.amount,
    pre_auth: pre_auth ?? false,
    part_payment: part_payment ?? false,
    return_url: callback_url ?? null,
    failure_return_url: failure_callback_url ?? null,
    fulfill_on: fulfill_on ?? null,
    auto_capture: auto_capture ?? null,
    auto_capture_amount: auto_capture_amount
      ? { value: paisa(auto_capture_amount.value), currency: auto_capture_amount.currency }
      : null,
    ...(reminders.length === 0 ? {} : { reminders }),
  };
}

/** Without a list the gateway would offer every method, those too that can not hold money. */
function onlyHolding<T extends { readonly allowed_payment_methods?: unknown }>(fields: T) {
  return { ...fields, allowed_payment_methods: fields.allowed_payment_methods ?? HOLDING_METHODS };
}

function isBetween(time: string, after: Milliseconds, until: Milliseconds): boolean {
  const at = millisecondsOf(time);
  return at !== null && at > after && at <= until;
}

function isReturnPage(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== "" || url.password !== "") return false;
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && isLoopback(url.hostname);
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
