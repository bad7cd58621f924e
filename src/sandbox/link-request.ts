/**
 * The body of "create payment link" (docs/gateway.md 2.2), as strictly as the
 * gateway's own tools read it: `pre_auth` and `is_mcc_transaction` are the strings "true"/"false",
 * and a field that the reference does not have is refused, so that a typing error in
 * the merchant's code cannot pass unseen.
 */
import * as z from "zod";

/** Paisa; INR only. The upper limit of a link has an error code of its own. */
export const amountSchema = z.strictObject({
  value: z.int().min(100, "the least amount is 100 paisa"),
  currency: z.literal("INR"),
});

/** `merchant_…_reference` of any kind. */
export const referenceSchema = z.string().regex(/^[A-Za-z0-9_-]{1,50}$/, "1-50 of A-Z a-z 0-9 - _");

/** The gateway's limit for metadata: ten pairs of 256 characters. */
export const metadataSchema = z
  .record(z.string().max(256), z.string().max(256))
  .refine((pairs) => Object.keys(pairs).length <= 10, "at most 10 pairs");

const textBoolean = z.enum(["true", "false"]).optional();
const httpUrl = z.url({ protocol: /^https?$/, hostname: /.+/ });

const address = z.strictObject({
  address1: z.string().max(100).optional(),
  address2: z.string().max(100).optional(),
  address3: z.string().max(100).optional(),
  city: z.string().max(50).optional(),
  state: z.string().max(50).optional(),
  country: z.string().max(50).optional(),
  pincode: z
    .string()
    .regex(/^\d{6,10}$/)
    .optional(),
  full_name: z.string().optional(),
  address_type: z.enum(["HOME", "WORK", "OTHER"]).optional(),
  address_category: z.string().optional(),
});

const customer = z.strictObject({
  email_id: z.email().max(50).optional(),
  first_name: z.string().max(50).optional(),
  last_name: z.string().max(50).optional(),
  customer_id: z.string().max(19).optional(),
  mobile_number: z
    .string()
    .regex(/^\d{10,20}$/)
    .optional(),
  country_code: z
    .string()
    .regex(/^\+?\d{1,4}$/)
    .optional(),
  merchant_customer_reference: z.string().max(50).optional(),
  gstin: z.string().optional(),
  billing_address: address.optional(),
  shipping_address: address.optional(),
});

const methods = [
  "CARD",
  "UPI",
  "POINTS",
  "NETBANKING",
  "WALLET",
  "CREDIT_EMI",
  "DEBIT_EMI",
  "BNPL",
] as const;

/** An amount that may be nothing, where it is a part of another. */
export const zeroOrMore = z.strictObject({ value: z.int().min(0), currency: z.literal("INR") });
const product = { product_code: z.string(), product_amount: zeroOrMore };

export const createLinkSchema = z.strictObject({
  amount: amountSchema,
  merchant_payment_link_reference: referenceSchema,
  customer: customer.optional(),
  description: z.string().optional(),
  expire_by: z.string().optional(),
  allowed_payment_methods: z.array(z.enum(methods)).optional(),
  pre_auth: textBoolean,
  is_mcc_transaction: textBoolean,
  callback_url: httpUrl.optional(),
  failure_callback_url: httpUrl.optional(),
  part_payment: z.boolean().optional(),
  product_details: z
    .array(z.strictObject({ ...product, product_coupon_discount_amount: zeroOrMore.optional() }))
    .optional(),
  cart_coupon_discount_amount: zeroOrMore.optional(),
  cart_details: z.strictObject({ items: z.array(z.strictObject(product)) }).optional(),
  merchant_metadata: metadataSchema.optional(),
  split_info: z
    .strictObject({
      split_type: z.literal("AMOUNT"),
      split_details: z.array(
        z.strictObject({
          split_merchant_id: z.string(),
          merchant_settlement_reference: z.string().optional(),
          amount: zeroOrMore,
          on_hold: z.boolean().optional(),
        }),
      ),
    })
    .optional(),
  account_details: z
    .strictObject({
      bank_details: z.strictObject({
        account_number: z.string(),
        ifsc_code: z.string(),
        bank_name: z.string().optional(),
      }),
    })
    .optional(),
});
export type CreateLinkRequest = z.infer<typeof createLinkSchema>;
