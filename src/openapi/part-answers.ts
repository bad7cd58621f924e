// Payments and refunds over all orders, as their doors answer them (http/part-json.ts).

import * as z from "zod";
import { REFUND_FIELDS } from "./command-answers";
import { customer, PAYMENT_FIELDS, stage } from "./order-answers";
import { pageOf, textOrNull } from "./words";

/** What each is shown with of its order. */
const OF_ORDER = {
  home: z.string().describe("under which the order is kept: GET /v1/orders/{home}"),
  merchant_reference: textOrNull.describe("your reference"),
  payment_link_id: textOrNull,
  stage,
  customer,
  utrs: z.array(z.string()).describe("of the transfers that have a line of it"),
};

const listedPayment = z
  .strictObject({
    ...PAYMENT_FIELDS,
    books: PAYMENT_FIELDS.books.nullable().describe("null: not reckoned since an earlier release"),
    ...OF_ORDER,
  })
  .meta({ id: "ListedPayment" });

export const listedPaymentPage = pageOf("ListedPaymentPage", listedPayment);

const listedRefund = z.strictObject({ ...REFUND_FIELDS, ...OF_ORDER }).meta({ id: "ListedRefund" });

export const listedRefundPage = pageOf("ListedRefundPage", listedRefund);
