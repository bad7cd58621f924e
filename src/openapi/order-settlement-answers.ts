// Where an order's money is on its way to the bank (domain/settlement-view.ts).

import * as z from "zod";
import { amount, amountOrNull, textOrNull, timeOrNull } from "./words";

export const lineRole = z.enum(["payment", "refund", "chargeback", "unknown"]);

const line = z.strictObject({
  utr: z.string(),
  transaction_id: z.string(),
  role: lineRole,
  payment_id: textOrNull,
  refund_id: textOrNull,
  gross: amount.describe("negative: taken back"),
  deductions: amountOrNull,
  settled_amount: amountOrNull,
  payout_status: textOrNull.describe("the gateway's word"),
  completed: z.boolean(),
  settled_at: timeOrNull,
});

export const orderSettlement = z
  .strictObject({
    stage: z
      .enum(["captured", "initiated", "completed", "elsewhere"])
      .nullable()
      .describe("null: nothing was captured, and a report names it all the same"),
    utrs: z.array(z.string()),
    gross: amount,
    deductions: amount,
    recovered: amount,
    settled: amount,
    pending: amount.describe("negative where a refund is still to be deducted"),
    unexplained: amount.describe("0 as it should be"),
    lines: z.array(line),
  })
  .meta({ id: "OrderSettlement" });
