// The days behind the charts (ledger/days.ts): finds the days of which something changed by walking through
// orders and transfers by their last change, and has each summed anew. Nothing is written for a payment for
// this. Every five minutes, because a busy day is read whole each time; every minute as long as something
// is left over. The place and the days still to do are kept before any of them is computed: a run that
// dies loses none, and a day that is computed twice is the same.

import type { DayWalk } from "../actor/peers";
import { reasonOf } from "../domain/redact";
import { dayOf, lastDays } from "../domain/report-days";
import { DAY, MINUTE, SECOND } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import type { ChangedOrder, ChangedTransfer, OrderPlace, TransferPlace } from "../ledger/days";

export interface DaysPorts {
  /** MERCHANT_TIME_ZONE: in which days begin and end. */
  readonly zone: string;
  changedOrders(after: OrderPlace, limit: number): Promise<readonly ChangedOrder[]>;
  changedTransfers(after: TransferPlace, limit: number): Promise<readonly ChangedTransfer[]>;
  /** The days of the range that have a row, and when each was computed. */
  listComputed(
    from: string,
    to: string,
  ): Promise<readonly { readonly day: string; readonly computed_at: Milliseconds }[]>;
  compute(day: string, at: Milliseconds): Promise<void>;
  readWalk(): Promise<DayWalk | null>;
  writeWalk(walk: DayWalk): Promise<void>;
  now(): Milliseconds;
}

export interface DaysResult {
  readonly due: number;
  readonly asked: number;
  readonly changed: number;
  readonly failed: number;
  readonly left_over: number;
}

/** Five minutes less what a minute's cron may come early. */
const EVERY = 5 * MINUTE - 20 * SECOND;
/** Orders, and transfers, that are looked at in one run. */
const LOOKED_AT = 500;
/** Days summed in one run: each is a statement. */
const MOST = 10;
/** An order is projected after its change, and later where the ledger gave no answer: these are looked at again. */
const OVERLAP = 10 * MINUTE;
/**
 * Each of so many days is computed once a day, whatever changed: what no walk can see is put right by it (a
 * transfer or payment that moved to another day, a projection that came late, a setting).
 */
const ROUND_DAYS = 92;
const ROUND_A_RUN = 4;

const BEGINNING: DayWalk = {
  looked_at: 0,
  orders: { updated_at: 0, seq: 0 },
  transfers: { updated_at: 0, utr: "" },
  at_end: true,
  days: [],
};

/** Null: it is not time yet. */
export async function runDays(ports: DaysPorts): Promise<DaysResult | null> {
  const now = ports.now();
  const kept = (await ports.readWalk()) ?? BEGINNING;
  const mayLook = !kept.at_end || now - kept.looked_at >= EVERY;
  if (!mayLook && kept.days.length === 0) return null;
  // With a run's days to do already nothing more is looked for.
  const looks = mayLook && kept.days.length < MOST;
  const walk = looks ? await lookForDays(ports, kept, now) : kept;
  const round = await staleDays(ports, walk.days, now);
  await ports.writeWalk(walk);
  const due = [...walk.days, ...round];
  const run = await computeSome(ports, due);
  const days = walk.days.filter((day) => !run.done.includes(day));
  // What failed goes to the end, so that it does not stand before the others.
  const last = days.toSorted(
    (a, b) => Number(run.failed.includes(a)) - Number(run.failed.includes(b)),
  );
  await ports.writeWalk({ ...walk, days: last });
  return {
    due: due.length,
    asked: run.done.length + run.failed.length,
    changed: run.done.length,
    failed: run.failed.length,
    left_over: days.length + (walk.at_end ? 0 : 1),
  };
}

async function lookForDays(ports: DaysPorts, kept: DayWalk, now: Milliseconds): Promise<DayWalk> {
  const orders = await ports.changedOrders(kept.orders, LOOKED_AT);
  const transfers = await ports.changedTransfers(kept.transfers, LOOKED_AT);
  const moments = [
    ...orders.flatMap((order) => order.moments),
    ...transfers.flatMap(({ settled_at }) => settled_at ?? []),
  ];
  const days = new Set([...kept.days, ...daysOf(moments, ports.zone)]);
  const again = now - OVERLAP;
  const order = orders.at(-1) ?? kept.orders;
  const transfer = transfers.at(-1) ?? kept.transfers;
  const isEnd = { orders: orders.length < LOOKED_AT, transfers: transfers.length < LOOKED_AT };
  return {
    looked_at: now,
    orders:
      isEnd.orders && order.updated_at > again
        ? { updated_at: again, seq: 0 }
        : { updated_at: order.updated_at, seq: order.seq },
    transfers:
      isEnd.transfers && transfer.updated_at > again
        ? { updated_at: again, utr: "" }
        : { updated_at: transfer.updated_at, utr: transfer.utr },
    at_end: isEnd.orders && isEnd.transfers,
    days: [...days],
  };
}

/** In every zone days begin with a quarter of an hour. */
const QUARTER = 15 * MINUTE;

/** A zone's clock is dear, and on the free plan a run has 10 ms: it is asked once for all of a quarter. */
function daysOf(moments: readonly Milliseconds[], zone: string): readonly string[] {
  const quarters = new Set(moments.map((at) => Math.floor(at / QUARTER)));
  return [...quarters].map((quarter) => dayOf(quarter * QUARTER, zone));
}

/** Some of the last days that were not computed for a day, or never; the newest of them first. */
async function staleDays(
  ports: DaysPorts,
  known: readonly string[],
  now: Milliseconds,
): Promise<readonly string[]> {
  const { from, to } = lastDays(dayOf(now, ports.zone), ROUND_DAYS);
  const fresh = (await ports.listComputed(from, to))
    .filter(({ computed_at }) => now - computed_at < DAY)
    .map(({ day }) => day);
  const seen = new Set([...fresh, ...known]);
  const stale: string[] = [];
  for (let back = 1; back <= ROUND_DAYS && stale.length < ROUND_A_RUN; back += 1) {
    const day = lastDays(to, back).from;
    if (!seen.has(day)) stale.push(day);
  }
  return stale;
}

/** One that fails ends the run: the ledger will not answer the next one either. */
async function computeSome(ports: DaysPorts, due: readonly string[]) {
  const done: string[] = [];
  for (const day of due.slice(0, MOST)) {
    try {
      await ports.compute(day, ports.now());
      done.push(day);
    } catch (error) {
      console.error(JSON.stringify({ event: "day_not_computed", day, reason: reasonOf(error) }));
      return { done, failed: [day] };
    }
  }
  return { done, failed: [] };
}
