// The one switch that stops all money commands of the deployment, and who threw it. Pure. Only the
// newest throw is kept here; all of them are in the audit.

import { type Milliseconds, toIso } from "./time";

export interface MoneySwitch {
  readonly stopped: boolean;
  /** When it was thrown the last time, by whom and why; null while nobody ever did. */
  readonly since: Milliseconds | null;
  readonly by: string | null;
  readonly reason: string | null;
}

export const NEVER_STOPPED: MoneySwitch = { stopped: false, since: null, by: null, reason: null };

export interface Throw {
  readonly stopped: boolean;
  readonly by: string;
  readonly reason: string;
}

/** The same object when it stands so already: the first reason stays. */
export function throwSwitch(before: MoneySwitch, thrown: Throw, now: Milliseconds): MoneySwitch {
  if (before.stopped === thrown.stopped) return before;
  return { ...thrown, since: now };
}

export interface MoneySwitchView {
  readonly stopped: boolean;
  readonly since: string | null;
  readonly by: string | null;
  readonly reason: string | null;
}

export function viewSwitch(state: MoneySwitch): MoneySwitchView {
  return { ...state, since: state.since === null ? null : toIso(state.since) };
}

/** Why a command waits that would be sent again by itself, as the command says it. */
export const MONEY_STOPPED = "money is stopped";
