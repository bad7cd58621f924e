/**
 * A desk at which the rules of the books work as if it were another time: its clock is set, its
 * letters are a seed's, its gateway has a good day. What it does stays in the same books, and
 * its webhooks go out now, unless they are to be lost.
 */
import type { Chance } from "./chance";
import type { Micros } from "./clock";
import type { Desk } from "./desk";
import { defaultKnobs, type Knobs } from "./knobs";
import type { SettlementStore } from "./settlement-store";
import type { Account } from "./settings";
import type { Store } from "./store";

export class PastDesk implements Desk {
  readonly store: Store;
  readonly settlements: SettlementStore;
  readonly account: Account;
  readonly knobs: Knobs;
  readonly keeps_snapshots = false;
  readonly #desk: Desk;
  readonly #silent: boolean;
  #at: Micros;

  constructor(
    desk: Desk,
    readonly chance: Chance,
    options: {
      readonly at: Micros;
      /** No webhook leaves. */
      readonly silent?: boolean;
      /** Whether the gateway settles what is paid. */
      readonly is_aggregator?: boolean;
    },
  ) {
    this.#desk = desk;
    this.#at = options.at;
    this.#silent = options.silent ?? false;
    this.store = desk.store;
    this.settlements = desk.settlements;
    this.account = desk.account;
    const { contract, webhooks, checkout_origin } = desk.knobs;
    const is_aggregator = options.is_aggregator ?? true;
    this.knobs = { ...defaultKnobs(contract), webhooks, checkout_origin, is_aggregator };
  }

  /** Lets time pass. */
  wait(seconds: number): void {
    this.#at += seconds * 1_000_000;
  }

  /** Lets time pass until then. */
  waitUntil(at: Micros): void {
    this.#at = Math.max(this.#at, at);
  }

  now_ms(): number {
    return Math.floor(this.#at / 1000);
  }

  tick(): Micros {
    this.#at += 1;
    return this.#at;
  }

  random(length: number, alphabet: string): string {
    return this.chance.text(length, alphabet);
  }

  takeHiding(): boolean {
    return false;
  }

  post(event: string, body: unknown): void {
    if (!this.#silent) this.#desk.post(event, body);
  }
}
