// The one actor that reads the gateway's settlement reports, transfer by transfer, and gives each line to
// its order. Its methods are thin: what waits is in settlement-queue.ts, the work in settlement-run.ts.

import { DurableObject } from "cloudflare:workers";
import { type Config, readConfig } from "../config";
import type { ReportKnowledge } from "../domain/settlement-gaps";
import * as store from "../ledger/settlement-store";
import type { Gateway } from "../pinelabs/gateway";
import { openGateway } from "./gateway";
import { deploymentActor, orderActor } from "./peers";
import {
  type Desk,
  DESK_LIMITS,
  type DeskLimits,
  type DeskPorts,
  type SettlementLedger,
} from "./settlement-desk";
import { SettlementLines } from "./settlement-lines";
import { SettlementMemory } from "./settlement-memory";
import { ask, progressOf, tick } from "./settlement-queue";
import type {
  RefreshProgress,
  RefreshRequest,
  RefreshView,
  SettlementActorRpc,
} from "./settlement-rpc";
import { runAlarm } from "./settlement-run";
import { SettlementStorage } from "./settlement-storage";

export class SettlementActor extends DurableObject<Env> implements SettlementActorRpc {
  readonly #desk: Desk;
  /** One alarm at a time: a second one that rings meanwhile is the same work. */
  #ringing: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#desk = {
      storage: new SettlementStorage(ctx.storage),
      lines: new SettlementLines(ctx.storage.sql),
      memory: new SettlementMemory(ctx.storage.sql),
      limits: this.limits(),
      ports: this.ports(),
      now: () => Date.now(),
    };
  }

  /** Overridden by tests, which wait milliseconds instead of seconds. */
  protected limits(): DeskLimits {
    return DESK_LIMITS;
  }

  /** Overridden by tests that run under other settings. */
  protected settings(): Env {
    return this.env;
  }

  /** Overridden by tests that play the gateway, the ledger and the orders. */
  protected ports(): DeskPorts {
    const { env } = this;
    // One for as long as the settings stay: it remembers its token.
    let known: { readonly of: Config; readonly gateway: Gateway } | null = null;
    return {
      config: () => readConfig(this.settings()),
      gateway: (config) => {
        if (known?.of !== config) known = { of: config, gateway: openGateway(env, config) };
        return known.gateway;
      },
      peer: (home) => orderActor(env, home),
      silence: deploymentActor(env, "cron"),
      ledger: ledgerOf(env.DB),
    };
  }

  async refresh(request: RefreshRequest): Promise<RefreshView> {
    return ask(this.#desk, request);
  }

  async tick(): Promise<void> {
    await tick(this.#desk);
  }

  async progress(): Promise<RefreshProgress> {
    return progressOf(this.#desk);
  }

  async knowledge(): Promise<ReportKnowledge> {
    const { storage, memory } = this.#desk;
    return { ...storage.readKnowledge(), unread: memory.unread() };
  }

  override async alarm(): Promise<void> {
    this.#ringing ??= runAlarm(this.#desk).finally(() => {
      this.#ringing = null;
    });
    await this.#ringing;
  }
}

function ledgerOf(db: D1Database): SettlementLedger {
  return {
    findStored: (...given) => store.findStored(db, ...given),
    findTransactionHomes: (...given) => store.findTransactionHomes(db, ...given),
    writeLines: (...given) => store.writeLines(db, ...given),
    storedBetween: (...given) => store.storedBetween(db, ...given),
    putAside: (...given) => store.putAside(db, ...given),
    finishReading: (...given) => store.finishReading(db, ...given),
    noteUnreadable: (...given) => store.noteUnreadable(db, ...given),
    unlistedRefunds: (...given) => store.unlistedRefunds(db, ...given),
  };
}
