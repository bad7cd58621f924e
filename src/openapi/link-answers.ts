// Links and verdicts as their doors answer them (http/link-json.ts, http/verdict-json.ts).

import * as z from "zod";
import { claimAnswer } from "./handling-answers";
import { LINK_FIELDS, reminder, stage } from "./order-answers";
import { amountOrNull, pageOf, textOrNull, timeOrNull } from "./words";

export const link = z
  .strictObject({
    ...LINK_FIELDS,
    order_id: textOrNull,
    stage,
    reminders: z.array(reminder),
    token: textOrNull.describe("the customer's proof; null: neither made nor tracked here"),
    verdict_url: textOrNull,
    receipt_url: textOrNull.describe("bears a token of its own, which shows the receipt only"),
  })
  .meta({ id: "Link" });

const listedLink = z
  .strictObject({ ...LINK_FIELDS, order_id: textOrNull, stage })
  .meta({ id: "ListedLink" });

export const linkPage = pageOf("LinkPage", listedLink);

export const verdict = z
  .strictObject({
    verdict: z.enum([
      "pending",
      "part_paid",
      "authorized",
      "paid",
      "refunded",
      "cancelled",
      "expired",
      "failed",
    ]),
    fulfill: z.boolean().describe("the only word that releases goods"),
    stage,
    order_id: textOrNull,
    merchant_reference: textOrNull,
    amount: amountOrNull,
    amount_due: amountOrNull,
    captured: amountOrNull,
    refunded: amountOrNull,
    checked_at: timeOrNull.describe("when the gateway last spoke of it"),
    source: z.enum(["webhook", "inquiry"]).nullable(),
    signature: z
      .enum(["valid", "invalid", "absent", "unchecked"])
      .describe("of the redirect's fields that came with the question"),
    mismatch: z
      .array(z.enum(["merchant_reference", "payment_link_id", "order_id", "amount"]))
      .describe("what of `expect` differs"),
    claim: claimAnswer.nullable().describe("null: none was asked for"),
  })
  .meta({ id: "Verdict" });
