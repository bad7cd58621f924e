// What the parts of an actor (receive, inquire, claim, …) need from it: its storage, its clock, its
// settings and its peers. One object instead of a class of a thousand lines.

import type { Config } from "../config";
import type { Translation, ParsedEvent } from "../pinelabs/event";
import type { Gateway } from "../pinelabs/gateway";
import type { ReportKnowledge } from "../domain/settlement-gaps";
import type { Milliseconds } from "../domain/time";
import type { Mailer } from "../notify/mailer";
import type { OrderActorRpc, ReceiverPause } from "./peers";
import type { ActorStorage } from "./storage";

/** Time limits in milliseconds; values, so that tests can make them small. */
export interface Limits {
  /** One call to the gateway. */
  readonly gateway: Milliseconds;
  /** One e-mail. */
  readonly mail: Milliseconds;
  /** One job of the alarm, so that one that hangs does not block the later ones. */
  readonly job: Milliseconds;
  /** How long changes wait to be projected together. */
  readonly projectAfter: Milliseconds;
  /** The gateway spoke this recently: a verdict need not ask again. */
  readonly fresh: Milliseconds;
  /** At most one redirect inquiry of an order in this time. */
  readonly redirectEvery: Milliseconds;
  /** A link creation whose outcome nobody knows is looked up after this. */
  readonly creationUnknown: Milliseconds;
  /** One try to deliver a notification. */
  readonly notify: Milliseconds;
}

export const LIMITS: Limits = {
  gateway: 15_000,
  mail: 10_000,
  job: 20_000,
  projectAfter: 1_000,
  fresh: 10_000,
  redirectEvery: 5_000,
  creationUnknown: 60_000,
  notify: 10_000,
};

export interface Part {
  readonly name: string;
  readonly storage: ActorStorage;
  readonly limits: Limits;
  readonly db: D1Database;
  now(): Milliseconds;
  /** Throws when a setting is wrong: nothing is decided on half a configuration. */
  config(): Config;
  gateway(): Gateway;
  /** Null: this deployment sends no e-mail. */
  mailer(): Mailer | null;
  peer(name: string): OrderActorRpc;
  /** Whether the merchant's system wants to be told anything at all. */
  receiver(): ReceiverPause;
  /** How far the settlement reports were read. */
  reports(): Promise<ReportKnowledge>;
  /** Translation, replaceable so that a test can make it throw (law 4). */
  translate(event: ParsedEvent): Translation;
}
