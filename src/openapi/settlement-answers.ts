// Transfers to the bank, their lines, refreshes of the reports, the reconciliation and discrepancies as
// their doors answer them (http/settlement-json.ts).

import * as z from "zod";
import { SEVERITY_LEVELS } from "../domain/discrepancy";
import { PARTS, RECONCILE_BY } from "../domain/reconciliation";
import { BESIDE_KINDS, DEDUCTION_KINDS } from "../domain/settlement-report";
import { DISCREPANCY_FIELDS } from "./order-answers";
import { lineRole } from "./order-settlement-answers";
import {
  amount,
  amountOrNull,
  count,
  flagOrNull,
  pageOf,
  textOrNull,
  time,
  timeOrNull,
} from "./words";

const SETTLEMENT_FIELDS = {
  utr: z.string(),
  status: z.enum(["listed", "initiated", "completed"]),
  settled_at: timeOrNull,
  processed_at: timeOrNull,
  gross: amountOrNull,
  refunds: amountOrNull,
  fees: amountOrNull,
  taxes: amountOrNull,
  recoveries: amountOrNull,
  split: amountOrNull,
  beside: amountOrNull,
  net: amountOrNull,
  unexplained: amountOrNull,
  refunds_unlisted: amount,
  holds: z.boolean().describe("no identity of it fails"),
  counts: z.strictObject({
    lines: count,
    attributed: count,
    unknown: count,
    other_business: count,
    waiting: count,
  }),
  unfinished: z.boolean().describe("it is read again by itself"),
  first_seen_at: time,
  updated_at: time,
};

export const settlement = z.strictObject(SETTLEMENT_FIELDS).meta({ id: "Settlement" });

export const settlementPage = pageOf("SettlementPage", settlement);

const line = z
  .strictObject({
    n: z.int().describe("its place in the report"),
    transaction_id: z.string(),
    state: z.enum(["attributed", "unknown", "other_business", "waiting"]),
    role: lineRole.nullable(),
    home: textOrNull.describe("under which the order is kept: GET /v1/orders/{home}"),
    order_id: textOrNull,
    payment_id: textOrNull,
    amount: amountOrNull,
    gross: amountOrNull.describe("negative: taken back"),
    deductions: amountOrNull,
    net: amountOrNull,
    payout_status: textOrNull.describe("the gateway's word"),
    transaction_at: timeOrNull,
    processed_at: timeOrNull,
    program: textOrNull,
    system: textOrNull,
    acquirer: textOrNull,
    is_emi: flagOrNull,
  })
  .meta({ id: "SettlementLine" });

export const discrepancy = z
  .strictObject({
    id: z.string(),
    home: z.string(),
    key: z.string(),
    order_id: textOrNull,
    utr: textOrNull,
    severity: z.enum(SEVERITY_LEVELS),
    ...DISCREPANCY_FIELDS,
  })
  .meta({ id: "Discrepancy" });

export const discrepancyPage = pageOf("DiscrepancyPage", discrepancy);

/** An amount, or null, for each of these kinds. */
function amountsOf<K extends string>(kinds: readonly K[]) {
  return z.record(z.enum(kinds), amountOrNull);
}

export const wholeSettlement = z
  .strictObject({
    ...SETTLEMENT_FIELDS,
    bank_name: textOrNull,
    bank_account: textOrNull.describe("never more than its last four characters"),
    programs: z.array(z.string()),
    system: textOrNull,
    listed: z.array(
      z.strictObject({
        net: amountOrNull,
        gross: amountOrNull,
        deductions: amountOrNull,
        transactions: z.int().nullable(),
        processed_at: timeOrNull,
        settled_at: timeOrNull,
      }),
    ),
    totals: z
      .strictObject({
        net: amountOrNull,
        gross: amountOrNull,
        transaction_amount: amountOrNull,
        transactions: z.int().nullable(),
        deductions: amountsOf(DEDUCTION_KINDS),
        beside: amountsOf(BESIDE_KINDS),
      })
      .nullable()
      .describe("null while the detail was not read"),
    identities: z.array(
      z.strictObject({
        name: z.string(),
        left: z.int().nullable().describe("paisa, or a number of lines"),
        right: z.int().nullable().describe("paisa, or a number of lines"),
        holds: flagOrNull.describe("null: a side was not said"),
      }),
    ),
    discrepancies: z.array(discrepancy),
    lines: pageOf("SettlementLinePage", line),
  })
  .meta({ id: "WholeSettlement" });

export const refresh = z
  .strictObject({
    id: z.int(),
    cause: z.enum(["hourly", "daily", "api"]),
    from: z.iso.date(),
    to: z.iso.date(),
    state: z.enum(["waiting", "running", "paused", "done", "failed"]),
    phase: z.enum(["list", "detail", "attribute"]).nullable(),
    utr: textOrNull.describe("the transfer that it is at"),
    pages: count.describe("asked of the gateway"),
    settlements: z.strictObject({ listed: count, to_read: count, read: count, failed: count }),
    lines: z.strictObject({
      read: count,
      attributed: count,
      unknown: count,
      other_business: count,
      waiting: count,
    }),
    unreadable: count.describe("rows that could not be read as one"),
    requested_at: time,
    started_at: timeOrNull,
    updated_at: time,
    finished_at: timeOrNull,
    next_try_at: timeOrNull,
    problem: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: "Refresh" });

export const refreshes = z
  .strictObject({
    running: refresh.nullable(),
    waiting: z.array(refresh),
    last: z.array(refresh).describe("the last twenty that ended, newest first"),
    read_through: timeOrNull.describe("every transfer up to then was read; null: not yet"),
  })
  .meta({ id: "Refreshes" });

export const reconciled = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    by: z.enum(RECONCILE_BY),
    currency: z.string(),
    collected: amount,
    rows: z.array(
      z.strictObject({
        name: z.enum([...PARTS, "unexplained"]),
        amount: amountOrNull.describe("null: not told this way"),
      }),
    ),
    balance: amount.describe("collected less all rows: 0"),
    other_business: amountOrNull,
    counts: z.record(z.string(), z.int()),
    notes: z.array(z.string()),
  })
  .meta({ id: "Reconciliation" });

const dayOfMoney = z
  .strictObject({
    day: z.iso.date(),
    payments: count,
    collected: amount.describe("captured, by the day of the payment"),
    refunds: count,
    refunded: amount.describe("sent back, by the day of the refund"),
    transfers: count,
    settled: amount.describe("transferred to the bank, by the day of the transfer"),
    awaiting: amount.describe("of what was collected that day: in no transfer yet"),
    initiated: amount.describe("of it: in a transfer that is not completed"),
    completed: amount.describe("of it: at the bank"),
    computed_at: timeOrNull.describe("null: no money is known of that day"),
  })
  .meta({ id: "Day" });

export const dayList = z
  .strictObject({
    from: z.iso.date(),
    to: z.iso.date(),
    time_zone: z.string().describe("in which days begin and end"),
    currency: z.string(),
    counted_through: timeOrNull.describe("up to when all that is known here is counted"),
    behind: z.boolean().nullable().describe("something may be missing; null: not known"),
    data: z.array(dayOfMoney),
  })
  .meta({ id: "Days" });
