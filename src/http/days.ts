// What was collected, refunded and settled on each day, and where the collected money is now: for charts. A
// day without money is there with zeros; whether something that happened is not counted yet is said too.

import { Hono } from "hono";
import * as z from "zod/mini";
import type { DayWalk } from "../actor/peers";
import { HOME_CURRENCY, inr } from "../domain/money";
import { daysLater } from "../domain/report-days";
import { MINUTE } from "../domain/schedule";
import { type Milliseconds, toIso } from "../domain/time";
import { type Day, listDays } from "../ledger/days";
import { requires } from "./auth";
import { day, rangeFault } from "./days-query";
import type { Door } from "./doors";
import { parseQuery, queryProblem } from "./input";
import { askLedger } from "./ledger";
import { answerOf } from "./report-health";

const LONGEST_DAYS = 92;
/** The cron counts every five minutes (cron/days.ts); this late it does not. */
const LATE = 15 * MINUTE;

export const dayQuery = z.strictObject({ from: day, to: day });

export const days = new Hono<Door>().get("/v1/days", requires("read"), async (c) => {
  const query = parseQuery(c, dayQuery);
  if (!query.ok) return query.failure.response;
  const { from, to } = query.value;
  const fault = rangeFault({ from, to }, LONGEST_DAYS);
  if (fault !== null) return queryProblem([fault]);
  const { config, db, deployment, now } = c.var.doors;
  const place = deployment.readDayWalk().then((walk) => ({ walk }));
  const [rows, kept] = await Promise.all([
    askLedger(listDays(db, from, to)),
    answerOf(c, "cron", place),
  ]);
  return c.json({
    from,
    to,
    time_zone: config.merchant.time_zone,
    currency: HOME_CURRENCY,
    ...progressJson(kept === null ? false : kept.walk, now()),
    data: everyDay(from, to, rows),
  });
});

export type DaysView = Progress & {
  readonly from: string;
  readonly to: string;
  readonly time_zone: string;
  readonly currency: string;
  readonly data: readonly DayView[];
};

export type DayView = ReturnType<typeof dayJson>;

interface Progress {
  /** Up to when all that is known here is counted; null: nothing was counted yet, or it is not known. */
  readonly counted_through: string | null;
  /** Something may be missing; null: not known. */
  readonly behind: boolean | null;
}

/** False: who keeps the place gave no answer. */
function progressJson(walk: DayWalk | null | false, now: Milliseconds): Progress {
  if (walk === false) return { counted_through: null, behind: null };
  if (walk === null) return { counted_through: null, behind: true };
  // What changed after the last look is not counted, however late its days were computed.
  const isWhole = walk.at_end && walk.days.length === 0;
  return {
    counted_through: isWhole ? toIso(walk.looked_at) : null,
    behind: !isWhole || now - walk.looked_at > LATE,
  };
}

function everyDay(from: string, to: string, rows: readonly Day[]): readonly DayView[] {
  const known = new Map(rows.map((row) => [row.day, row]));
  const all: DayView[] = [];
  for (let one = from; one <= to; one = daysLater(one, 1)) all.push(dayJson(one, known.get(one)));
  return all;
}

function dayJson(of: string, row: Day | undefined) {
  const amount = (value: number | undefined) => inr(value ?? 0);
  return {
    day: of,
    payments: row?.payments ?? 0,
    collected: amount(row?.collected),
    refunds: row?.refunds ?? 0,
    refunded: amount(row?.refunded),
    transfers: row?.transfers ?? 0,
    settled: amount(row?.settled),
    awaiting: amount(row?.awaiting),
    initiated: amount(row?.initiated),
    completed: amount(row?.completed),
    computed_at: row === undefined ? null : toIso(row.computed_at),
  };
}
