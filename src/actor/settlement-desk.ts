// What the parts of the reader (settlement-list, -detail, -give, -write) need: its storage, its clock, its
// settings, and those outside whom it asks, each with a time limit. What goes wrong out there is a value:
// a Trouble says what the refresh does about it.

import { reasonOf } from "../domain/redact";
import type { Config, ConfigFailure } from "../config";
import type { PageLimits } from "../domain/report-pages";
import { failure, type Result, success } from "../domain/result";
import type { Milliseconds } from "../domain/time";
import type {
  findStored,
  findTransactionHomes,
  finishReading,
  noteUnreadable,
  putAside,
  storedBetween,
  unlistedRefunds,
  writeLines,
} from "../ledger/settlement-store";
import type { Gateway, GatewayFailure } from "../pinelabs/gateway";
import type { DeploymentActorRpc, OrderActorRpc } from "./peers";
import type { SettlementLines } from "./settlement-lines";
import type { SettlementMemory } from "./settlement-memory";
import type { RefreshView } from "./settlement-rpc";
import type { SettlementStorage } from "./settlement-storage";
import { TimeLimitPassed, withTimeLimit } from "./time-limit";

/** Times in milliseconds; values, so that tests can make them small. */
export interface DeskLimits {
  /** One page of the gateway. */
  readonly gateway: Milliseconds;
  /** One question to D1. */
  readonly ledger: Milliseconds;
  /** One order, which may have to ask the gateway. */
  readonly order: Milliseconds;
  /** No step of an alarm begins after this. */
  readonly alarm: Milliseconds;
  /** Between two alarms, so that the gateway and the orders can breathe. */
  readonly pause: Milliseconds;
  /** Questions of one alarm, whoever is asked: a free plan's invocation has fifty. */
  readonly calls: number;
  /** Orders asked at the same time. */
  readonly concurrency: number;
  readonly pages: PageLimits;
  /** Transfers, transactions or lines that go to D1 at once. */
  readonly piece: number;
}

export const DESK_LIMITS: DeskLimits = {
  gateway: 15_000,
  ledger: 20_000,
  order: 30_000,
  alarm: 60_000,
  pause: 1_000,
  calls: 40,
  concurrency: 4,
  pages: { pages: 2_000, barren: 50 },
  piece: 50,
};

/** Everybody outside. */
export interface DeskPorts {
  config(): Result<Config, ConfigFailure>;
  gateway(config: Config): Pick<Gateway, "listSettlements" | "getSettlement">;
  peer(home: string): Pick<OrderActorRpc, "settle">;
  /** The silence for which the gateway asked, kept with the poll. */
  readonly silence: Pick<DeploymentActorRpc, "pausedUntil" | "pauseUntil">;
  readonly ledger: SettlementLedger;
}

/** src/ledger/settlement-store.ts on this deployment's D1. */
export interface SettlementLedger {
  findStored(...given: After<typeof findStored>): ReturnType<typeof findStored>;
  findTransactionHomes(
    ...given: After<typeof findTransactionHomes>
  ): ReturnType<typeof findTransactionHomes>;
  writeLines(...given: After<typeof writeLines>): ReturnType<typeof writeLines>;
  finishReading(...given: After<typeof finishReading>): ReturnType<typeof finishReading>;
  storedBetween(...given: After<typeof storedBetween>): ReturnType<typeof storedBetween>;
  putAside(...given: After<typeof putAside>): ReturnType<typeof putAside>;
  noteUnreadable(...given: After<typeof noteUnreadable>): ReturnType<typeof noteUnreadable>;
  unlistedRefunds(...given: After<typeof unlistedRefunds>): ReturnType<typeof unlistedRefunds>;
}

type After<F> = F extends (db: D1Database, ...rest: infer R) => unknown ? R : never;

export interface Desk {
  readonly storage: SettlementStorage;
  readonly lines: SettlementLines;
  readonly memory: SettlementMemory;
  readonly limits: DeskLimits;
  readonly ports: DeskPorts;
  now(): Milliseconds;
}

/** A desk that works: its settings were read, and so many questions are left for this alarm. */
export interface OpenDesk extends Desk {
  readonly config: Config;
  readonly budget: Budget;
}

export class Budget {
  left: number;
  constructor(calls: number) {
    this.left = calls;
  }

  /** A question to D1 counts twice: it is a batch of statements, and these are counted too. */
  spend(questions: 1 | 2): void {
    this.left -= questions;
  }
}

export type Problem = NonNullable<RefreshView["problem"]>;

export type Trouble =
  /** It is tried again, at the earliest after `wait`; null: after the usual time. */
  | { readonly code: "put_off"; readonly problem: Problem; readonly wait: Milliseconds | null }
  /** The gateway wants silence from everybody. */
  | { readonly code: "silence"; readonly problem: Problem; readonly wait: Milliseconds | null }
  /** A page of a list or of one transfer: after some tries the others go on without it. */
  | { readonly code: "page_failed"; readonly problem: Problem }
  /** D1 gave no answer, or can not take what it was given. */
  | { readonly code: "ledger_failed"; readonly problem: Problem }
  /** A bug of ours. */
  | { readonly code: "step_failed"; readonly problem: Problem }
  /** The gateway will not answer this, however often it is asked. */
  | { readonly code: "refused"; readonly problem: Problem };

/** Ok: the step was taken and is committed. */
export type Stepped = Result<null, Trouble>;

export const STEPPED: Stepped = success(null);

export function problemOf(failed: GatewayFailure): Problem {
  const message =
    failed.code === "gateway_rate_limited" ? "The gateway asked for silence." : failed.message;
  return { code: failed.code, message };
}

/** D1 answers, or it is tried again later. */
export async function askLedger<T>(
  desk: OpenDesk,
  ask: (ledger: SettlementLedger) => Promise<T>,
): Promise<Result<T, Trouble>> {
  desk.budget.spend(2);
  try {
    return success(await withTimeLimit(ask(desk.ports.ledger), desk.limits.ledger));
  } catch (error) {
    logFailure("ledger", error);
    const problem = { code: "ledger_unavailable", message: "The ledger (D1) gave no answer." };
    return failure({ code: "ledger_failed", problem });
  }
}

/** One page; whatever goes wrong is a failure of the gateway. */
export async function askGateway<T>(
  desk: OpenDesk,
  ask: (gateway: ReturnType<DeskPorts["gateway"]>) => Promise<Result<T, GatewayFailure>>,
): Promise<Result<T, GatewayFailure>> {
  desk.budget.spend(1);
  try {
    // Its own limit comes first; this one is for an answer that never comes at all.
    const limit = desk.limits.gateway + desk.limits.ledger;
    return await withTimeLimit(ask(desk.ports.gateway(desk.config)), limit);
  } catch (error) {
    logFailure("gateway", error);
    const late = error instanceof TimeLimitPassed;
    const message = late ? error.message : "The page could not be read.";
    return failure({ code: "gateway_unavailable", request_id: "", message });
  }
}

export function logFailure(part: string, error: unknown): void {
  const reason = reasonOf(error);
  console.error(JSON.stringify({ event: "settlement_failed", part, reason }));
}
