// What the authorization window asks for, and when next: alerts before its end, and captures if they
// are wanted (design 3.5). Pure, and decided anew on each change; the actor asks the gateway before
// anything of it is done (actor/window.ts).

import { alertKey, type AlertKind, ALERTS } from "./alerts";
import { type AutoCapture, nextAutoCapture } from "./auto-capture";
import { deliveredAt } from "./delivered-hold";
import { type OrderRecord, positionOf } from "./record";
import { DAY, HOUR, MINUTE } from "./schedule";
import type { Milliseconds } from "./time";
import { type AuthWindow, type Hold, holdsOf } from "./window";

export interface WindowSettings {
  readonly auth_window: AuthWindow;
  /** AUTO_CAPTURE; a link may have its own. */
  readonly auto_capture: boolean;
}

export interface Alert extends Hold {
  readonly kind: AlertKind;
  /** When it is to be given; in the past: now. */
  readonly at: Milliseconds;
}

export interface WindowPlan {
  readonly holds: readonly Hold[];
  /** What is held is for what was delivered. */
  readonly fulfilled: boolean;
  /** To be given now: of each hold the most urgent one, and that it was delivered. */
  readonly alerts: readonly Alert[];
  /** To be sent now. */
  readonly captures: readonly AutoCapture[];
  /** When to look next, whether or not something is due then; in the past: now. Null: nothing is held. */
  readonly next_at: Milliseconds | null;
  /** When the first of what is not due yet will be. */
  readonly later_at: Milliseconds | null;
}

export function planWindow(
  record: OrderRecord,
  settings: WindowSettings,
  now: Milliseconds,
): WindowPlan {
  const holds = holdsOf(record.facts, settings.auth_window, record.created_at);
  const alerts = holds.flatMap((hold) => alertsOf(record, hold, now));
  const captures = holds.flatMap(
    (hold) => nextAutoCapture(record, hold, settings.auto_capture) ?? [],
  );
  const moments = [...alerts, ...captures].map(({ at }) => at);
  const looks = holds.map((hold) => nextLook(hold, now));
  return {
    holds,
    fulfilled: holds.some((hold) => deliveredAtOf(record, hold) !== null),
    alerts: alerts.filter(({ at }) => at <= now),
    captures: captures.filter(({ at }) => at <= now),
    next_at: earliest([...moments, ...looks]),
    later_at: earliest(moments.filter((at) => at > now)),
  };
}

/**
 * While money is held, somebody looks: a setting that is switched on late changes what is due, and tells
 * no order so. Daily, and often in the last hours; what is held long after its end, daily again.
 */
function nextLook({ capture_by }: Hold, now: Milliseconds): Milliseconds {
  const closely = capture_by - 6 * HOUR;
  const every = now >= closely && now < capture_by + DAY ? 30 * MINUTE : DAY;
  return closely + (Math.floor((now - closely) / every) + 1) * every;
}

function deliveredAtOf(record: OrderRecord, { order_id }: Hold): Milliseconds | null {
  return deliveredAt(record.facts, positionOf(record), record.handling, order_id);
}

function earliest(moments: readonly Milliseconds[]): Milliseconds | null {
  return moments.length === 0 ? null : Math.min(...moments);
}

/**
 * The most urgent alert whose time has come, unless it was given, and those that are to come; and once,
 * whatever the time, that what the money is held for was delivered.
 */
function alertsOf(record: OrderRecord, hold: Hold, now: Milliseconds): readonly Alert[] {
  const { alerts } = record;
  const since = deliveredAtOf(record, hold);
  const told = since === null || alertKey(hold.order_id, "fulfilled") in alerts;
  const delivered = told ? [] : [{ ...hold, kind: "fulfilled" as const, at: Math.min(now, since) }];
  const all = ALERTS.map(({ kind, before }) => ({ ...hold, kind, at: hold.capture_by - before }));
  const passed = all.findLastIndex(({ at }) => at <= now);
  const given = all.findLastIndex(({ kind }) => alertKey(hold.order_id, kind) in alerts);
  const timed = all.filter((_, index) => index >= passed && index > given);
  return [...delivered, ...timed];
}
