// The body of POST /v1/links: every field of the gateway's create request with its documented
// limits (docs/gateway.md 2.2), checked before the gateway sees it, and `fulfill_on`, `auto_capture`,
// `auto_capture_amount` and `reminders`, which are ours.
// In the gateway's words; our callback addresses and our mark are added where the link is made.

import * as z from "zod";
import type { LinkRequest } from "../actor/rpc";
import { CHUKTA_REFERENCE, isReference } from "../domain/ids";
import { asJsonObject } from "../domain/json";
import { paisa } from "../domain/money";
import { DAY } from "../domain/schedule";
import { type Milliseconds, millisecondsOf, parseInstant } from "../domain/time";
import { LINK_LIMITS, linkRequestBody } from "../pinelabs/link-request";
import { reminderFaults, remindersSchema } from "./reminder-schema";

/** Where the gateway documents no limit: more than anybody needs, and not the whole body. */
const UNDOCUMENTED_MAX = 256;
const DESCRIPTION_MAX = 1_000;
const LIST_MAX = 100;

const HOLDING_METHODS: readonly string[] = LINK_LIMITS.holding_methods;

function text(longest: number) {
  return z
    .string()
    .min(1, "must not be empty")
    .max(longest, `must have at most ${longest} characters`);
}

function digits(least: number, most: number) {
  const message = `must have ${least} to ${most} digits`;
  return z.string().min(least, message).max(most, message).regex(/^\d*$/, message);
}

/** The gateway wants the strings; nobody else does. */
const flag = z
  .union([z.boolean(), z.enum(["true", "false"])], "must be true or false")
  .transform((value) => String(value) === "true");

const currency = z.enum(LINK_LIMITS.currencies, "must be INR");

const amount = z.strictObject({
  value: z
    .int("must be a whole number of paisa")
    .min(LINK_LIMITS.amount_min, `must be at least ${LINK_LIMITS.amount_min} paisa`)
    .max(LINK_LIMITS.amount_max, `must be at most ${LINK_LIMITS.amount_max} paisa`),
  currency,
});

const anyAmount = z.strictObject({
  value: z.int("must be a whole number of paisa").min(0).max(LINK_LIMITS.amount_max),
  currency,
});

const { address: ofAddress, customer: ofCustomer } = LINK_LIMITS;

const address = z.strictObject({
  address1: text(ofAddress.line_max).optional(),
  address2: text(ofAddress.line_max).optional(),
  address3: text(ofAddress.line_max).optional(),
  city: text(ofAddress.city_max).optional(),
  state: text(ofAddress.state_max).optional(),
  country: text(ofAddress.country_max).optional(),
  pincode: digits(ofAddress.pincode_min, ofAddress.pincode_max).optional(),
  full_name: text(UNDOCUMENTED_MAX).optional(),
  address_type: z.enum(ofAddress.types, `must be one of ${ofAddress.types.join(", ")}`).optional(),
  address_category: text(UNDOCUMENTED_MAX).optional(),
});

const customer = z
  .strictObject({
    email_id: z
      .email("must be an e-mail address")
      .max(ofCustomer.email_id_max, `must have at most ${ofCustomer.email_id_max} characters`)
      .optional(),
    mobile_number: digits(ofCustomer.mobile_number_min, ofCustomer.mobile_number_max).optional(),
    country_code: z
      .string()
      .max(ofCustomer.country_code_max)
      .regex(/^\+?\d{1,4}$/, "must be a country code such as 91")
      .optional(),
    first_name: text(ofCustomer.first_name_max).optional(),
    last_name: text(ofCustomer.last_name_max).optional(),
    customer_id: text(ofCustomer.customer_id_max).optional(),
    merchant_customer_reference: text(ofCustomer.merchant_customer_reference_max).optional(),
    gstin: text(UNDOCUMENTED_MAX).optional(),
    billing_address: address.optional(),
    shipping_address: address.optional(),
  })
  .refine(
    (customer) => customer.email_id !== undefined || customer.mobile_number !== undefined,
    "must have an email_id or a mobile_number",
  );

const { metadata_pairs_max, metadata_text_max } = LINK_LIMITS;

const metadata = z
  .record(
    z.string(),
    z.string().max(metadata_text_max, `must have at most ${metadata_text_max} characters`),
  )
  .superRefine((pairs, context) => {
    const keys = Object.keys(pairs);
    if (keys.length > metadata_pairs_max) {
      const message = `may have at most ${metadata_pairs_max} pairs (one more is ours)`;
      context.addIssue({ code: "custom", message });
    }
    for (const key of keys) {
      const message =
        key === CHUKTA_REFERENCE
          ? "is a key of ours"
          : key.length === 0 || key.length > metadata_text_max
            ? `must have a key of 1 to ${metadata_text_max} characters`
            : null;
      if (message !== null) context.addIssue({ code: "custom", path: [key], message });
    }
  });

/** A page of the merchant's: https, or http on this very machine. */
const returnPage = z
  .string()
  .max(2_000)
  .refine(isReturnPage, "must be an https address (http only on this machine)");

const product = { product_code: text(100), product_amount: anyAmount };

const METHODS = LINK_LIMITS.payment_methods;

function endOfLink(now: Milliseconds) {
  const most = LINK_LIMITS.expire_days_max;
  return z
    .string()
    .refine((time) => parseInstant(time) !== null, "must be a time such as 2026-03-21T08:29:00Z")
    .refine((time) => isBetween(time, now, now + most * DAY), {
      message: `must be in the future, at most ${most} days ahead`,
      when: ({ value }) => parseInstant(value) !== null,
    });
}

/** Of a link that replaces another only its end may be chosen. */
export function replaceSchema(now: Milliseconds) {
  return z.strictObject({ expire_by: endOfLink(now).optional() });
}

/** `now` decides whether `expire_by` is in the future. */
export function linkSchema(now: Milliseconds) {
  return z
    .strictObject({
      amount,
      merchant_payment_link_reference: z
        .string()
        .refine(isReference, "must have 1 to 50 of the characters A-Z a-z 0-9 - _"),
      customer,
      description: text(DESCRIPTION_MAX).optional(),
      expire_by: endOfLink(now).optional(),
      allowed_payment_methods: z
        .array(z.enum(METHODS, `must be one of ${METHODS.join(", ")}`))
        .min(1, "must name at least one method")
        .max(METHODS.length, "names a method twice")
        .optional(),
      pre_auth: flag.optional(),
      is_mcc_transaction: flag.optional(),
      part_payment: z.boolean("must be true or false").optional(),
      callback_url: returnPage.optional(),
      failure_callback_url: returnPage.optional(),
      product_details: z
        .array(z.strictObject({ ...product, product_coupon_discount_amount: anyAmount.optional() }))
        .max(LIST_MAX)
        .optional(),
      cart_coupon_discount_amount: anyAmount.optional(),
      cart_details: z
        .strictObject({ items: z.array(z.strictObject(product)).max(LIST_MAX) })
        .optional(),
      merchant_metadata: metadata.optional(),
      split_info: z
        .strictObject({
          split_type: z.literal("AMOUNT", "must be AMOUNT"),
          split_details: z
            .array(
              z.strictObject({
                split_merchant_id: z.union([text(50), z.int()]),
                merchant_settlement_reference: text(50).optional(),
                amount: anyAmount,
                on_hold: z.boolean().optional(),
              }),
            )
            .min(1)
            .max(100),
        })
        .optional(),
      account_details: z
        .strictObject({
          bank_details: z.strictObject({
            account_number: text(40),
            ifsc_code: text(11),
            bank_name: text(100).optional(),
          }),
        })
        .optional(),
      fulfill_on: z.enum(["paid", "authorized"], "must be paid or authorized").optional(),
      auto_capture: z.enum(["off", "before_deadline"], "must be off or before_deadline").optional(),
      auto_capture_amount: amount.optional(),
      reminders: remindersSchema.optional(),
    })
    .superRefine((link, context) => {
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
    })
    .superRefine((link, context) => {
      if (link.pre_auth !== true) return;
      for (const [at, method] of (link.allowed_payment_methods ?? []).entries()) {
        if (HOLDING_METHODS.includes(method)) continue;
        context.addIssue({
          code: "custom",
          path: ["allowed_payment_methods", at],
          message: `can not hold money: with pre_auth only ${HOLDING_METHODS.join(" and ")}`,
        });
      }
    })
    .superRefine(({ reminders = [], expire_by }, context) => {
      for (const { path, message } of reminderFaults(reminders, now, millisecondsOf(expire_by))) {
        context.addIssue({ code: "custom", path: [...path], message });
      }
    });
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
