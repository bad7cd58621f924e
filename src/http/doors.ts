// What the doors need of the house: ports and settings, put together per request (connect.ts). Doors
// parse, check and ask; what stands behind these ports is somebody else's.

import type { Context } from "hono";
import type { AccessActorRpc } from "../actor/access-rpc";
import type { Orders } from "../actor/orders";
import type { PeopleActorRpc } from "../actor/people-rpc";
import type { CredentialsCheck, DayWalk, JobRun, ReceiverPause } from "../actor/peers";
import type { SettlementActorRpc } from "../actor/settlement-rpc";
import type { Config, ConfigFailure } from "../config";
import type { Refusal } from "../domain/refusal";
import type { Result } from "../domain/result";
import type { Scope } from "../domain/scopes";
import type { Milliseconds } from "../domain/time";

/** Refused webhooks, kept by the deployment's actor: the last hundred, without bodies. */
export interface Refusals {
  recordRefusal(refusal: Refusal): Promise<void>;
  /** Newest first. */
  listRefusals(): Promise<readonly Refusal[]>;
}

/** What the deployment as a whole knows of itself. */
export interface Deployment {
  /** Whether the gateway takes our credentials; the answer may be a minute old. */
  checkCredentials(): Promise<CredentialsCheck>;
  /** How each cron job last ended. */
  lastRuns(): Promise<{ readonly [job: string]: JobRun }>;
  /** How far the days behind the charts are counted; null: nobody began yet. */
  readDayWalk(): Promise<DayWalk | null>;
}

/** Each answers whether one more is within its rate. */
export interface Limits {
  callbackPerAddress(address: string): Promise<boolean>;
  callbackPerDeployment(): Promise<boolean>;
  receiptPerAddress(address: string): Promise<boolean>;
  refusals(): Promise<boolean>;
  /** Late messages with a right signature that cause an inquiry; strangers can not use it up. */
  staleMessages(): Promise<boolean>;
  /** Requests with one key. */
  perKey(name: string): Promise<boolean>;
  /** Wrong keys from one address or IPv6 network: those of the right form, and the others by "form ". */
  wrongKeys(network: string): Promise<boolean>;
  /** Verdicts by a link's token: wrong ones from one address or IPv6 network, and all of one token. */
  verdictsPerAddress(network: string): Promise<boolean>;
  verdictsPerToken(token: string): Promise<boolean>;
}

export interface Doors {
  readonly config: Config;
  readonly orders: Pick<Orders, keyof Orders>;
  /** D1, for the ledger's queries. Never used on the webhook's path (law 2). */
  readonly db: D1Database;
  readonly refusals: Refusals;
  readonly deployment: Deployment;
  /** Who reads the settlement reports. */
  readonly settlements: Pick<SettlementActorRpc, "refresh" | "progress" | "knowledge">;
  /** Whether the merchant's system asked for no more notifications. */
  readonly receiver: Pick<ReceiverPause, "pauseOf" | "readPause" | "resumeReceiver">;
  /** Who keeps the keys and the switch that stops money; ask through askAccess. */
  readonly access: Pick<
    AccessActorRpc,
    "checkKey" | "createKey" | "listKeys" | "revokeKey" | "moneySwitch" | "throwSwitch"
  >;
  /** Who keeps people and their sessions: the console alone asks, through askAccess. */
  readonly people: Pick<PeopleActorRpc, keyof PeopleActorRpc>;
  readonly limits: Limits;
  readonly now: () => Milliseconds;
}

/** Opens the doors on this environment; a wrong setting keeps all but /healthz shut. */
export type Connect = (env: Env) => Result<Doors, ConfigFailure>;

export { SCOPES, type Scope } from "../domain/scopes";

/** Who asks, and what that key may do. */
export interface Principal {
  readonly name: string;
  /** Null: the administrator's own, which is a setting and not kept with the others. */
  readonly key_id: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** It has a refund limit. */
  readonly limited: boolean;
}

export type Door = {
  Bindings: Env;
  Variables: {
    doors: Doors;
    request_id: string;
    /** Set by `requires`; absent at the open doors. */
    principal: Principal;
  };
};

export type DoorContext = Context<Door>;
