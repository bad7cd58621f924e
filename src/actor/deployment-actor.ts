// What belongs to the deployment and not to an order: the gateway's access token, shared by all
// actors; the last refused webhooks; the last run of each cron job; whether the merchant's system asked
// for no more notifications; and, in the role `access`, the keys and the switch (access.ts). Its methods
// are thin.

import { DurableObject } from "cloudflare:workers";
import type { KeyRefusal, KeyView, NewKey } from "../domain/access-key";
import type { CommandKind } from "../domain/command";
import type { MoneySwitch } from "../domain/money-switch";
import type { ChargeName, DecisionRefusal, MoneyWish, PermitFailure } from "../domain/permit";
import { type Refusal, REFUSALS_KEPT } from "../domain/refusal";
import type { Role, Wanted } from "../domain/people";
import type { Result } from "../domain/result";
import { MINUTE, SECOND } from "../domain/schedule";
import type { Milliseconds } from "../domain/time";
import type { StoredToken } from "../pinelabs/gateway";
import { type Config, readConfig } from "../config";
import * as access from "./access";
import { flushAudit } from "./access-audit";
import type { AccessActorRpc, Changer, KeyCheck, KeyEnded, MadeKey } from "./access-rpc";
import { AccessStorage } from "./access-storage";
import { openGateway } from "./gateway";
import { LIMITS } from "./part";
import * as people from "./people";
import type { From, PeopleActorRpc, SessionAsked, SignIn } from "./people-rpc";
import { PeopleStorage } from "./people-storage";
import type { CredentialsCheck, DayWalk, DeploymentActorRpc, JobRun, Pause, Walk } from "./peers";
import * as sessions from "./sessions";
import * as signing from "./sign-in";

/** The gateway is not asked for a token more often than this by health checks. */
const CREDENTIALS_FRESH = MINUTE;

interface KeptRefusal {
  readonly count: number;
  readonly refusal: Refusal;
}

const PAUSE = "receiver_pause";

interface KeptPause {
  readonly receiver: string;
  readonly pause: Pause;
}

export class DeploymentActor
  extends DurableObject<Env>
  implements DeploymentActorRpc, AccessActorRpc, PeopleActorRpc
{
  async readToken(): Promise<StoredToken | null> {
    return this.ctx.storage.kv.get<StoredToken>("token") ?? null;
  }

  async writeToken(token: StoredToken): Promise<void> {
    this.ctx.storage.kv.put("token", token);
  }

  /** Forgets this token, but not a newer one that somebody fetched meanwhile. */
  async dropToken(token: string): Promise<void> {
    if ((await this.readToken())?.token === token) this.ctx.storage.kv.delete("token");
  }

  async checkCredentials(): Promise<CredentialsCheck> {
    const known = this.ctx.storage.kv.get<CredentialsCheck>("credentials");
    if (known && Date.now() - known.checked_at < CREDENTIALS_FRESH) return known;
    const config = readConfig(this.env);
    if (!config.ok) return { ok: false, code: config.failure.code, checked_at: Date.now() };
    const answer = await openGateway(this.env, config.value).checkCredentials(LIMITS.gateway);
    const check: CredentialsCheck = {
      ok: answer.ok,
      code: answer.ok ? null : answer.failure.code,
      checked_at: Date.now(),
    };
    this.ctx.storage.kv.put("credentials", check);
    return check;
  }

  async recordRefusal(refusal: Refusal): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      const count = this.ctx.storage.kv.get<number>("refusals") ?? 0;
      this.ctx.storage.kv.put(`refusal:${count % REFUSALS_KEPT}`, { count, refusal });
      this.ctx.storage.kv.put("refusals", count + 1);
    });
  }

  /** Newest first. */
  async listRefusals(): Promise<readonly Refusal[]> {
    const kept = [...this.ctx.storage.kv.list<KeptRefusal>({ prefix: "refusal:" })];
    const newestFirst = kept.map(([, row]) => row).toSorted((a, b) => b.count - a.count);
    return newestFirst.map(({ refusal }) => refusal);
  }

  async pausedUntil(): Promise<Milliseconds> {
    return this.ctx.storage.kv.get<Milliseconds>("paused_until") ?? 0;
  }

  async pauseUntil(moment: Milliseconds): Promise<void> {
    this.ctx.storage.kv.put("paused_until", moment);
  }

  async pauseOf(receiver: string): Promise<Pause | null> {
    const known = this.ctx.storage.kv.get<KeptPause>(PAUSE);
    return known?.receiver === receiver ? known.pause : null;
  }

  /** The first one counts for as long as it stands. */
  async pauseReceiver(receiver: string, pause: Pause): Promise<void> {
    const known = this.ctx.storage.kv.get<KeptPause>(PAUSE);
    if (known?.receiver !== receiver) this.ctx.storage.kv.put(PAUSE, { receiver, pause });
  }

  async readPause(): Promise<Pause | null> {
    return this.ctx.storage.kv.get<KeptPause>(PAUSE)?.pause ?? null;
  }

  async resumeReceiver(): Promise<Pause | null> {
    const known = this.ctx.storage.kv.get<KeptPause>(PAUSE);
    this.ctx.storage.kv.delete(PAUSE);
    return known?.pause ?? null;
  }

  async recordRun(job: string, run: JobRun): Promise<void> {
    const before = this.ctx.storage.kv.get<JobRun>(`run:${job}`)?.behind_since ?? null;
    const behind_since = run.left_over > 0 ? (before ?? run.at) : null;
    this.ctx.storage.kv.put(`run:${job}`, { ...run, behind_since });
  }

  async lastRuns(): Promise<{ readonly [job: string]: JobRun }> {
    const runs = [...this.ctx.storage.kv.list<JobRun>({ prefix: "run:" })];
    return Object.fromEntries(runs.map(([key, run]) => [key.slice("run:".length), run]));
  }

  async readWalk(): Promise<Walk | null> {
    return this.ctx.storage.kv.get<Walk>("walk") ?? null;
  }

  async writeWalk(walk: Walk): Promise<void> {
    this.ctx.storage.kv.put("walk", walk);
  }

  async readDayWalk(): Promise<DayWalk | null> {
    return this.ctx.storage.kv.get<DayWalk>("day_walk") ?? null;
  }

  async writeDayWalk(walk: DayWalk): Promise<void> {
    this.ctx.storage.kv.put("day_walk", walk);
  }

  readonly #access: access.AccessPart = {
    storage: new AccessStorage(this.ctx.storage),
    people: new PeopleStorage(this.ctx.storage),
    now: () => Date.now(),
    config: () => this.#config(),
    arm: () => void this.ctx.storage.setAlarm(Date.now() + SECOND),
  };

  async checkKey(asked: { readonly id: string; readonly hash: string }): Promise<KeyCheck> {
    return access.checkKey(this.#access, asked);
  }

  async createKey(wanted: NewKey, by: Changer): Promise<Result<MadeKey, KeyRefusal | KeyEnded>> {
    return access.createKey(this.#access, wanted, by);
  }

  async listKeys(): Promise<readonly KeyView[]> {
    return access.listKeys(this.#access);
  }

  async revokeKey(
    id: string,
    by: Changer,
  ): Promise<Result<KeyView, KeyEnded | { readonly code: "key_unknown" }>> {
    return access.revokeKey(this.#access, id, by);
  }

  async moneySwitch(): Promise<MoneySwitch> {
    return this.#access.storage.readSwitch();
  }

  async throwSwitch(
    thrown: { readonly stopped: boolean; readonly reason: string },
    by: Changer,
  ): Promise<Result<MoneySwitch, KeyEnded>> {
    return access.setSwitch(this.#access, thrown, by);
  }

  async permitMoney(wish: MoneyWish): Promise<Result<null, PermitFailure>> {
    return access.permitMoney(this.#access, wish);
  }

  async permitDecision(
    key_id: string | null,
    kind: CommandKind,
  ): Promise<Result<null, DecisionRefusal>> {
    return access.permitDecision(this.#access, key_id, kind);
  }

  async giveBack(charges: readonly ChargeName[]): Promise<void> {
    access.giveBack(this.#access, charges);
  }

  async signIn(asked: SignIn): ReturnType<PeopleActorRpc["signIn"]> {
    return signing.signIn(this.#access, asked);
  }

  async signInByAccess(
    asked: From & { readonly identity: string },
  ): ReturnType<PeopleActorRpc["signInByAccess"]> {
    return signing.signInByAccess(this.#access, asked);
  }

  async readSession(
    secret: string,
    asked: SessionAsked,
  ): ReturnType<PeopleActorRpc["readSession"]> {
    return sessions.readSession(this.#access, secret, asked);
  }

  async endSession(secret: string): Promise<void> {
    return sessions.endSession(this.#access, secret);
  }

  async listSessions(secret: string): ReturnType<PeopleActorRpc["listSessions"]> {
    return sessions.listSessions(this.#access, secret);
  }

  async endOwnSessions(secret: string, which: { readonly id: string } | "others"): Promise<void> {
    return sessions.endOwnSessions(this.#access, secret, which);
  }

  async changePassword(
    secret: string,
    asked: From & { readonly old: string; readonly password: string },
  ): ReturnType<PeopleActorRpc["changePassword"]> {
    return people.changePassword(this.#access, secret, asked);
  }

  async listPeople(): ReturnType<PeopleActorRpc["listPeople"]> {
    return people.listPeople(this.#access);
  }

  async invitePerson(wanted: Wanted, by: Changer): ReturnType<PeopleActorRpc["invitePerson"]> {
    return people.invitePerson(this.#access, wanted, by);
  }

  async inviteAgain(id: string, by: Changer): ReturnType<PeopleActorRpc["inviteAgain"]> {
    return people.inviteAgain(this.#access, id, by);
  }

  async changePerson(
    id: string,
    wanted: { readonly role: Role; readonly email: string },
    by: Changer,
  ): ReturnType<PeopleActorRpc["changePerson"]> {
    return people.changePerson(this.#access, id, wanted, by);
  }

  async removePerson(id: string, by: Changer): ReturnType<PeopleActorRpc["removePerson"]> {
    return people.removePerson(this.#access, id, by);
  }

  async readInvitation(token: string): ReturnType<PeopleActorRpc["readInvitation"]> {
    return people.readInvitation(this.#access, token);
  }

  async acceptInvitation(
    token: string,
    asked: From & { readonly password: string },
  ): ReturnType<PeopleActorRpc["acceptInvitation"]> {
    return people.acceptInvitation(this.#access, token, asked);
  }

  /** Only `access` has something to bring to D1. */
  override async alarm(): Promise<void> {
    const again = await flushAudit(this.#access.storage, this.env.DB, Date.now());
    if (again !== null) await this.ctx.storage.setAlarm(again);
  }

  /** Whose they are: a test may change them. */
  protected settings(): Env {
    return this.env;
  }

  #config(): Config {
    const config = readConfig(this.settings());
    if (!config.ok) throw new Error(`${config.failure.code}: ${config.failure.setting}`);
    return config.value;
  }
}
