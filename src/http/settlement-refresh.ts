// Reading the settlement reports now instead of at the next hour. The actor that reads them does it in
// its own time, one refresh after the other; this door asks for one and says how they are doing.

import { Hono } from "hono";
import * as z from "zod/mini";
import type { RefreshView } from "../actor/settlement-rpc";
import { dayOf, daysLater } from "../domain/report-days";
import { isoOrNull, toIso } from "../domain/time";
import { requires } from "./auth";
import { day, rangeFault } from "./days-query";
import type { Door } from "./doors";
import { bodyProblem, NO_QUERY, parseOptionalBody, parseQuery } from "./input";
import { readReports } from "./report-health";

const LOCATION = "/v1/settlements/refresh";

/** What is read when nobody says which days: these, today among them. */
const DAYS = 3;

/** The gateway's reports reach back six months; what is asked for beyond a year is a mistake. */
const OLDEST_DAYS = 366;

export const refreshBody = z.strictObject({ from: z.optional(day), to: z.optional(day) });

export const settlementRefresh = new Hono<Door>()
  .post(LOCATION, requires("settlements"), async (c) => {
    const body = await parseOptionalBody(c, refreshBody);
    if (!body.ok) return body.failure.response;
    const { config, now, settlements } = c.var.doors;
    const today = dayOf(now(), config.settlement.time_zone);
    const to = body.value.to ?? today;
    const from = body.value.from ?? daysLater(to, 1 - DAYS);
    // A day is a day later in another zone: tomorrow is let pass, and holds nothing yet.
    if (to > daysLater(today, 1)) return bodyProblem("/to", "must not be later than tomorrow");
    if (from < daysLater(today, -OLDEST_DAYS)) {
      const named = body.value.from === undefined ? "/to" : "/from";
      return bodyProblem(named, `must not be more than ${OLDEST_DAYS} days ago`);
    }
    const fault = rangeFault({ from, to });
    if (fault !== null) return bodyProblem(`/${fault[0]}`, fault[1]);
    const asked = await settlements.refresh({ from, to, cause: "api" });
    c.header("location", LOCATION);
    return c.json(refreshJson(asked), 202);
  })
  .get(LOCATION, requires("read"), async (c) => {
    const query = parseQuery(c, NO_QUERY);
    if (!query.ok) return query.failure.response;
    const { progress, read_through } = await readReports(c.var.doors.settlements);
    const { running, waiting, last } = progress;
    const shown: RefreshesJson = {
      running: running && refreshJson(running),
      waiting: waiting.map(refreshJson),
      last: last.map(refreshJson),
      read_through: isoOrNull(read_through),
    };
    return c.json(shown);
  });

export type RefreshJson = ReturnType<typeof refreshJson>;

export interface RefreshesJson {
  readonly running: RefreshJson | null;
  readonly waiting: readonly RefreshJson[];
  readonly last: readonly RefreshJson[];
  /** Every transfer up to then was read; null: not yet. */
  readonly read_through: string | null;
}

function refreshJson(refresh: RefreshView) {
  return {
    ...refresh,
    requested_at: toIso(refresh.requested_at),
    started_at: isoOrNull(refresh.started_at),
    updated_at: toIso(refresh.updated_at),
    finished_at: isoOrNull(refresh.finished_at),
    next_try_at: isoOrNull(refresh.next_try_at),
  };
}
