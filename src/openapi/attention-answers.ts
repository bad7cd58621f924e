// What waits for a person, as its door answers it (http/attention-json.ts).

import * as z from "zod";
import { SEVERITY_LEVELS } from "../domain/discrepancy";
import { amount, count, textOrNull, time, timeOrNull } from "./words";

/** Of a refused webhook the id is null where it is not safe to show. */
const oldest = (id: z.ZodType) => z.strictObject({ id, at: timeOrNull }).nullable();

const COUNTED_FIELDS = {
  count: count.describe("at most counted_to"),
  more: z.boolean().describe("there are others that were not counted"),
  oldest: oldest(z.string()),
  href: z.string().describe("the whole list"),
};

const counted = z.strictObject(COUNTED_FIELDS).meta({ id: "Counted" });

const countedMoney = z
  .strictObject({ ...COUNTED_FIELDS, amount: amount.describe("of those that were counted") })
  .meta({ id: "CountedMoney" });

export const waiting = z
  .strictObject({
    at: time,
    counted_to: count.describe("where a number says `more`, it is this one"),
    uncaptured: z
      .strictObject({
        lapsed: countedMoney,
        under_6h: countedMoney,
        under_24h: countedMoney,
        under_48h: countedMoney,
        later: countedMoney,
        unknown: countedMoney,
      })
      .describe("held money, by the time that is left to capture it"),
    stuck: countedMoney.describe("a payment is on its way and nothing is heard of it"),
    fulfillment: counted.describe("orders to be delivered"),
    refunds: z.strictObject({
      open: counted.describe("orders with a refund to be made, or under way"),
      without_end: countedMoney,
    }),
    orders: z.record(z.string(), counted).describe("by each code of `attention`"),
    discrepancies: z.record(z.enum(SEVERITY_LEVELS), countedMoney),
    notifications: z.strictObject({
      dead: counted,
      retrying: counted,
      paused: counted,
      receiver: z
        .strictObject({ paused: z.boolean(), since: timeOrNull, detail: textOrNull })
        .nullable()
        .describe("whether your system answered 410; null: who keeps that gave no answer"),
    }),
    money: z
      .strictObject({
        stopped: z.boolean(),
        since: timeOrNull,
        by: textOrNull,
        reason: textOrNull,
      })
      .nullable()
      .describe("the switch that stops money; null: who keeps it gave no answer"),
    messages: z.strictObject({
      waiting: counted,
      unrouted: counted,
      refused: z
        .strictObject({
          ...COUNTED_FIELDS,
          oldest: oldest(textOrNull),
          codes: z.record(z.string(), count).describe("how many for each reason"),
        })
        .nullable()
        .describe("of the last day; null: who keeps them gave no answer"),
    }),
    webhooks_silent: z.boolean().describe("the same as webhooks.silent"),
    webhooks: z.strictObject({
      silent: z.boolean().describe("no webhook told of the last payments"),
      since: timeOrNull,
      orders: count.describe("on how many orders this rests"),
      last_received_at: timeOrNull,
      webhook_url: z.string().describe("where the gateway should send them"),
      detail: textOrNull.describe("what to do"),
      href: z.string(),
    }),
    settlements: z
      .strictObject({
        behind: z.boolean(),
        read_through: timeOrNull.describe("up to when the reports were read without a gap"),
        wrong: z.array(z.string()).describe("sentences that say what to do"),
        href: z.string(),
      })
      .nullable()
      .describe("null: who reads the reports gave no answer"),
  })
  .meta({ id: "Attention" });
