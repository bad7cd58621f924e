// The parts of a new link's body that depend on nothing else: amounts, the customer, what was bought, what
// goes to whom. In the gateway's words and with its documented limits (docs/gateway.md 2.2).

import * as z from "zod/mini";
import { CHUKTA_REFERENCE } from "../domain/ids";
import { LINK_LIMITS } from "../pinelabs/link-request";

/** Where the gateway documents no limit: more than anybody needs, and not the whole body. */
const UNDOCUMENTED_MAX = 256;
const LIST_MAX = 100;

export function text(longest: number) {
  return z
    .string()
    .check(
      z.minLength(1, "must not be empty"),
      z.maxLength(longest, `must have at most ${longest} characters`),
    );
}

function digits(least: number, most: number) {
  const message = `must have ${least} to ${most} digits`;
  return z
    .string()
    .check(z.minLength(least, message), z.maxLength(most, message), z.regex(/^\d*$/, message));
}

/** The gateway wants the strings; nobody else does. */
export const flag = z.pipe(
  z.union([z.boolean(), z.enum(["true", "false"])], "must be true or false"),
  z.transform((value) => String(value) === "true"),
);

const currency = z.enum(LINK_LIMITS.currencies, "must be INR");

export const amount = z.strictObject({
  value: z
    .int("must be a whole number of paisa")
    .check(
      z.minimum(LINK_LIMITS.amount_min, `must be at least ${LINK_LIMITS.amount_min} paisa`),
      z.maximum(LINK_LIMITS.amount_max, `must be at most ${LINK_LIMITS.amount_max} paisa`),
    ),
  currency,
});

export const anyAmount = z.strictObject({
  value: z
    .int("must be a whole number of paisa")
    .check(z.minimum(0), z.maximum(LINK_LIMITS.amount_max)),
  currency,
});

const { address: ofAddress, customer: ofCustomer } = LINK_LIMITS;

const address = z.strictObject({
  address1: z.optional(text(ofAddress.line_max)),
  address2: z.optional(text(ofAddress.line_max)),
  address3: z.optional(text(ofAddress.line_max)),
  city: z.optional(text(ofAddress.city_max)),
  state: z.optional(text(ofAddress.state_max)),
  country: z.optional(text(ofAddress.country_max)),
  pincode: z.optional(digits(ofAddress.pincode_min, ofAddress.pincode_max)),
  full_name: z.optional(text(UNDOCUMENTED_MAX)),
  address_type: z.optional(z.enum(ofAddress.types, `must be one of ${ofAddress.types.join(", ")}`)),
  address_category: z.optional(text(UNDOCUMENTED_MAX)),
});

const { email_id_max, country_code_max } = ofCustomer;

const email = z
  .email("must be an e-mail address")
  .check(z.maxLength(email_id_max, `must have at most ${email_id_max} characters`));

const countryCode = z
  .string()
  .check(
    z.maxLength(country_code_max),
    z.regex(/^\+?\d{1,4}$/, "must be a country code such as 91"),
  );

export const customer = z
  .strictObject({
    email_id: z.optional(email),
    mobile_number: z.optional(digits(ofCustomer.mobile_number_min, ofCustomer.mobile_number_max)),
    country_code: z.optional(countryCode),
    first_name: z.optional(text(ofCustomer.first_name_max)),
    last_name: z.optional(text(ofCustomer.last_name_max)),
    customer_id: z.optional(text(ofCustomer.customer_id_max)),
    merchant_customer_reference: z.optional(text(ofCustomer.merchant_customer_reference_max)),
    gstin: z.optional(text(UNDOCUMENTED_MAX)),
    billing_address: z.optional(address),
    shipping_address: z.optional(address),
  })
  .check(
    z.refine(
      (customer) => customer.email_id !== undefined || customer.mobile_number !== undefined,
      "must have an email_id or a mobile_number",
    ),
  );

const { metadata_pairs_max, metadata_text_max } = LINK_LIMITS;

export const metadata = z
  .record(
    z.string(),
    z
      .string()
      .check(z.maxLength(metadata_text_max, `must have at most ${metadata_text_max} characters`)),
  )
  .check(
    z.superRefine((pairs, context) => {
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
    }),
  );

const product = { product_code: text(100), product_amount: anyAmount };

const METHODS = LINK_LIMITS.payment_methods;

export const methods = z
  .array(z.enum(METHODS, `must be one of ${METHODS.join(", ")}`))
  .check(
    z.minLength(1, "must name at least one method"),
    z.maxLength(METHODS.length, "names a method twice"),
  );

export const products = z
  .array(z.strictObject({ ...product, product_coupon_discount_amount: z.optional(anyAmount) }))
  .check(z.maxLength(LIST_MAX));

export const cart = z.strictObject({
  items: z.array(z.strictObject(product)).check(z.maxLength(LIST_MAX)),
});

export const split = z.strictObject({
  split_type: z.literal("AMOUNT", "must be AMOUNT"),
  split_details: z
    .array(
      z.strictObject({
        split_merchant_id: z.union([text(50), z.int()]),
        merchant_settlement_reference: z.optional(text(50)),
        amount: anyAmount,
        on_hold: z.optional(z.boolean()),
      }),
    )
    .check(z.minLength(1), z.maxLength(100)),
});

export const account = z.strictObject({
  bank_details: z.strictObject({
    account_number: text(40),
    ifsc_code: text(11),
    bank_name: z.optional(text(100)),
  }),
});
