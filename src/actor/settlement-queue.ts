// Refreshes that wait for their turn: what a person or the cron asks for is committed here and read by
// the alarm, one after the other.

import { dayOf, type DayRange, lastDays, LONGEST_RANGE_DAYS, reachOf } from "../domain/report-days";
import type { Milliseconds } from "../domain/time";
import type { Desk } from "./settlement-desk";
import type { RefreshProgress, RefreshRequest, RefreshView } from "./settlement-rpc";
import type { Refresh } from "./settlement-state";

/** The hourly cron reads again what may have changed lately. */
const HOURLY_DAYS = 3;

/** With more of persons waiting than this the last of them is widened instead. */
const MOST_WAITING = 20;

/** Commits the request and arms the alarm; answers with the refresh that will do it. */
export async function ask(desk: Desk, request: RefreshRequest): Promise<RefreshView> {
  const { storage } = desk;
  const now = desk.now();
  const refresh = storage.transact(() => {
    const stands = standing(desk, request) ?? added(desk, request, now);
    const asked = { ...stands, thorough: stands.thorough || request.cause === "api" };
    storage.writeRefresh(asked);
    return asked;
  });
  await armIfForgotten(desk);
  return refresh.view;
}

/** One that waits and covers the range, or of the cron's own one that is under way already. */
function standing({ storage }: Desk, request: RefreshRequest): Refresh | null {
  const waiting = storage.readWaiting();
  const covers = ({ view }: Refresh): boolean => view.from <= request.from && request.to <= view.to;
  const running = storage.readRunning();
  const twin =
    request.cause === "api"
      ? undefined
      : [...(running ? [running] : []), ...waiting].find(
          ({ view }) => view.cause === request.cause,
        );
  return twin ?? waiting.find(covers) ?? null;
}

function added({ storage }: Desk, request: RefreshRequest, now: Milliseconds): Refresh {
  const asked = storage.readWaiting().filter(({ view }) => view.cause === "api");
  const last = asked.at(-1);
  // The cron has two waiting at most, and its days are never widened.
  if (request.cause === "api" && last !== undefined && asked.length >= MOST_WAITING) {
    const { view } = last;
    const from = request.from < view.from ? request.from : view.from;
    const to = request.to > view.to ? request.to : view.to;
    return { ...last, view: { ...view, from, to, updated_at: now } };
  }
  const state = storage.readState();
  const id = state.last_id + 1;
  storage.writeState({ ...state, last_id: id });
  const { from, to, cause } = request;
  return {
    thorough: false,
    view: {
      id,
      from,
      to,
      cause,
      state: "waiting",
      phase: null,
      utr: null,
      pages: 0,
      settlements: { listed: 0, to_read: 0, read: 0, failed: 0 },
      lines: { read: 0, attributed: 0, unknown: 0, other_business: 0, waiting: 0 },
      unreadable: 0,
      requested_at: now,
      started_at: null,
      updated_at: now,
      finished_at: null,
      next_try_at: null,
      problem: null,
    },
  };
}

/** Sixty days, or more where nothing was read for longer: so a gap closes by itself. */
function dailyRange({ storage }: Desk, today: string, zone: string): DayRange {
  const { from, to } = lastDays(today, LONGEST_RANGE_DAYS);
  const reach = reachOf(storage.readKnowledge().read_through, today, zone);
  return { from: reach < from ? reach : from, to };
}

/** The hourly cron: sixty days once a day, else three; and an alarm that was lost is armed again. */
export async function tick(desk: Desk): Promise<void> {
  const { storage } = desk;
  const config = desk.ports.config();
  if (config.ok) {
    const zone = config.value.settlement.time_zone;
    const today = dayOf(desk.now(), zone);
    const daily = storage.readState().next_daily_at <= desk.now();
    const underWay = [storage.readRunning(), ...storage.readWaiting()].some(
      (refresh) => refresh?.view.cause === "daily",
    );
    if (daily) await ask(desk, { ...dailyRange(desk, today, zone), cause: "daily" });
    else if (!underWay) await ask(desk, { ...lastDays(today, HOURLY_DAYS), cause: "hourly" });
  } else {
    console.error(JSON.stringify({ event: "tick_refused", ...config.failure }));
  }
  await armIfForgotten(desk);
}

/** An alarm rings at least once, but after six failures in a row, or a fault of the platform, never again. */
async function armIfForgotten(desk: Desk): Promise<void> {
  const { storage } = desk;
  if (!isUnderWay(desk) || (await storage.isArmed())) return;
  storage.arm(Math.max(storage.readState().due_at, desk.now()));
}

export function isUnderWay({ storage }: Desk): boolean {
  return storage.readRunning() !== null || storage.readWaiting().length > 0;
}

export function progressOf({ storage }: Desk): RefreshProgress {
  const view = (refresh: Refresh): RefreshView => refresh.view;
  const running = storage.readRunning();
  return {
    running: running && view(running),
    waiting: storage.readWaiting().map(view),
    last: storage.readEnded().map(view),
  };
}
